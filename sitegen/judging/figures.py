"""Figures: the numbers that a text names, read as values, so that `12 %` and `twelve per cent` are one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sitegen.judging.patterns import LatePattern

_SPACES = " \u00a0\u2007\u2009\u202f"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text.

    `readings` holds its value, first the likeliest: "1.234" is one and a bit, or in other languages over a thousand.
    `unit` is `percent`, a currency sign or code, or empty; `start` and `end` count code points.
    """

    text: str
    readings: tuple[Decimal, ...]
    unit: str
    start: int
    end: int

    @property
    def value(self) -> Decimal:
        """The likeliest value."""
        return self.readings[0]


_POWERS = {
    **dict.fromkeys(("hundred", "hundreds"), 100),
    **dict.fromkeys(("thousand", "thousands", "k", "tsd"), 1_000),
    **dict.fromkeys(("million", "millions", "m", "mn", "mln", "mio", "millionen"), 1_000_000),
    **dict.fromkeys(
        ("billion", "billions", "bn", "mrd", "milliarde", "milliarden", "milliard", "milliards"), 10**9
    ),
    **dict.fromkeys(("trillion", "trillions", "tn", "trn"), 10**12),
    **dict.fromkeys(("dozen",), 12),
}


def _counted(words: str, values: Iterable[int]) -> dict[str, int]:
    return dict(zip(words.split(), values, strict=True))


_UNITS = _counted(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    range(20),
)
_TENS = _counted("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10))
_ORDINALS = _counted(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth",
    (*range(1, 21), 30),
)
_MONTHS = _counted("jan feb mar apr may jun jul aug sep oct nov dec", range(1, 13))

_CURRENCY = r"(?:[A-Z]{1,2})?[$¢£¥€₩₽₹₴₪₺₫₦]|\b(?:USD|EUR|GBP|CHF|JPY|CNY|RMB|RUB|UAH|KRW|INR|AUD|CAD)\b"
_CARDINAL = "|".join((*_TENS, *_UNITS))
_POWER_WORD = "hundred|thousand|million|billion|trillion"
_WRITTEN_WORD = rf"(?:{_CARDINAL}|{_POWER_WORD}|dozen)"

_NUMBER = rf"(?<!\d)\d{{1,3}}(?:[{_SPACES}'’]\d{{3}}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,]\d+)*"
_DIGITS = LatePattern(
    rf"(?P<before>(?<!\w)(?:{_CURRENCY})\s?)?"
    rf"(?P<number>{_NUMBER}|(?<![\w.,])\.\d+)"
    rf"(?:(?:[{_SPACES}]|-)?(?P<power>hundred|thousand|tsd|million(?:s|en)?|mi?ll?n|mio|billions?|bn|mrd|milliard(?:e|en|s)?|trillions?|trn?|tn)\b|(?P<letter>[kKm])\b)?"
    rf"(?:[{_SPACES}-]?(?P<percent>%|％|per[{_SPACES}]?cent(?:age)?\b|pct\b|prozent\b|pour{_SPACES[0]}cent\b)|\s?(?P<after>{_CURRENCY}))?"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?",
    re.IGNORECASE,
)
_WRITTEN = LatePattern(
    rf"\b(?:(?P<half>half[ -])?an?[ -](?=(?:{_POWER_WORD})\b))?{_WRITTEN_WORD}(?:(?:[ -]|[ -]and[ -]){_WRITTEN_WORD})*\b"
    rf"(?P<percent>[ -](?:per[ -]?cent|percent))?",
    re.IGNORECASE,
)
_FRACTION = LatePattern(
    r"[ -](?:and a )?(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?)\b",
    re.IGNORECASE,
)
_ORDINAL = LatePattern(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})-)?(?P<ordinal>{'|'.join(_ORDINALS)})\b", re.IGNORECASE
)
_MONTH = LatePattern(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
    re.IGNORECASE,
)
_ODD_LETTERS = str.maketrans("İıſ\u212a", "IisK")
_LETTERS = re.compile("[a-z]+")
_NUMBER_WORDS = frozenset((*_TENS, *_UNITS, *_POWER_WORD.split("|"), "dozen"))
_ORDINAL_WORDS = frozenset(_ORDINALS)
_MONTH_WORDS = frozenset(
    (
        *_MONTHS,
        *("january", "february", "march", "april", "june", "july", "august"),
        *("sept", "september", "october", "november", "december"),
    )
)
_VALUE_WORDS = _NUMBER_WORDS | _ORDINAL_WORDS | _MONTH_WORDS
_DIGIT = re.compile(r"\d")
_BEFORE = 8
"""The most code points that a number, ordinal or month has before its first digit, or its first such word: `half-an-`."""

# The 19 of COVID-19, the 16 of F-16, the 7 of G7 are names.
_NAME = re.compile(r"(?:[A-Z]\w*-|\w*[A-Za-z])$")
_NAME_ENDS = frozenset("-\nABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""What may stand before a number that is part of a name: to look closer takes long. (`$` matches before a line feed.)"""

_INSERTION = re.compile(r"\[[^\[\]]*\]")
_MINUS = re.compile(r"(?:^|[\s(\[=<>≤≥])(?:[-–−]|minus\s)$")
_MINUS_ENDS = frozenset("-–−\n")
"""What may stand before a number that is less than nothing, unless it is the word."""


def figures(text: str) -> tuple[Figure, ...]:
    """The numbers that a text names in digits or in words, in order.

    A range gives both its ends. Numbers that are part of a name (COVID-19, F-16), version numbers, vulgar fractions and
    whatever else is not plainly a number are left out.
    """
    found = [*_in_digits(text), *_in_words(text)]
    return tuple(sorted(found, key=lambda figure: (figure.start, figure.end)))


def _plain(text: str) -> str:
    """A text, as long as before, in which no letter is only to a case-blind search one of our words'."""
    return text if text.isascii() else text.translate(_ODD_LETTERS)


def unsupported_figures(claim: str, quotes: Iterable[str]) -> tuple[str, ...]:
    """The figures of a claim, as it writes them, that none of the quotations of its evidence holds.

    Generous: any reading of a number will do, units are not compared, a month's name is as good as its number, and
    a fall by 5 may be told as -5. Insertions in brackets are the quoter's, and hold nothing. A written-out "one" is mostly a pronoun, and is never reported.
    """
    named = [figure for figure in figures(claim) if figure.text.lower() not in {"one", "zero"}]
    if not named:
        return ()
    held: set[Decimal] = set()
    for quote in quotes:
        held |= _held(_INSERTION.sub(" ", quote))
    return tuple(dict.fromkeys(figure.text for figure in named if not held.intersection(figure.readings)))


def _held(quote: str) -> set[Decimal]:
    """Every value that a quotation can be said to hold."""
    if not _may_hold(quote):
        return set()
    values = {reading for figure in figures(quote) for reading in figure.readings}
    values |= {abs(value) for value in values}
    values |= set(_short_years(quote))
    quote = _plain(quote)
    for match in _near(quote, _ORDINAL_WORDS, _ORDINAL):
        tens = _TENS[match["tens"].lower()] if match["tens"] else 0
        values.add(Decimal(tens + _ORDINALS[match["ordinal"].lower()]))
    for match in _near(quote, _MONTH_WORDS, _MONTH):
        values.add(Decimal(_MONTHS[match[0].lower()[:3]]))
    return values


def _may_hold(text: str) -> bool:
    """Whether a text has a digit, or any of the words for numbers, ordinals and months: most quotations have none."""
    if _DIGIT.search(text) is not None:
        return True
    return not _VALUE_WORDS.isdisjoint(_LETTERS.findall(_plain(text).lower()))


def _near(text: str, words: frozenset[str], pattern: LatePattern) -> Iterator[re.Match[str]]:
    """All matches of a pattern that holds one of some words: looked for around these, as to try all places is slow."""
    lowered = text.lower()
    if words.isdisjoint(_LETTERS.findall(lowered)):
        return
    done = 0
    for word in _LETTERS.finditer(lowered):
        if word[0] in words and word.start() >= done:
            match = pattern.compiled.search(text, max(done, word.start() - _BEFORE))
            if match is None:
                return
            yield match
            done = match.end()


def _short_years(text: str) -> Iterator[Decimal]:
    """The second year of 2019–20."""
    for match in re.finditer(r"\b(\d{2})\d{2}[-–/](\d{2})\b", text):
        yield Decimal(match[1] + match[2])


def _digits(text: str) -> Iterator[re.Match[str]]:
    """All numbers in digits; they are looked for around digits alone, since to try all places is slow."""
    done = 0
    while digit := _DIGIT.search(text, done):
        match = _DIGITS.compiled.search(text, max(done, digit.start() - _BEFORE))
        if match is None:
            return
        yield match
        done = match.end()


def _in_digits(text: str) -> Iterator[Figure]:
    for match in _digits(text):
        start, end = match.span()
        before = text[max(0, start - 24) : start]
        last = before[-1:]
        if match["before"] is None and last in _NAME_ENDS and _NAME.search(before):
            continue
        readings = _readings(match["number"])
        if not readings:
            yield from _parts_of_date(match)
            continue
        minus = _MINUS.search(before) if last in _MINUS_ENDS or "minus" in before else None
        if minus:
            start -= len(minus[0].lstrip(" \t\n([=<>≤≥"))
        factors = [-factor if minus else factor for factor in _factors(match)]
        values = tuple(factor * reading for factor in factors for reading in readings)
        yield Figure(text[start:end], values, _unit(match), start, end)


def _factors(match: re.Match[str]) -> tuple[int, ...]:
    """What a number is multiplied by: the 5m of $5m are millions, those of a road may be metres."""
    if match["letter"]:
        power = _POWERS[match["letter"].lower()]
        return (power,) if match["before"] else (power, 1)
    return (_POWERS[_plain(match["power"]).lower()],) if match["power"] else (1,)


def _unit(match: re.Match[str]) -> str:
    if match["percent"]:
        return "percent"
    return (match["before"] or match["after"] or "").strip()


def _readings(number: str) -> tuple[Decimal, ...]:
    """The values that a number written in digits can have; none for versions and dates (1.2.3)."""
    if not number.isdecimal():
        number = re.sub(rf"[{_SPACES}'’]", "", number)
    if number.isdecimal():
        return (Decimal(number),)
    marks = re.findall(r"[.,]", number)
    groups = re.split(r"[.,]", number)
    grouped = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
    whole = Decimal("".join(groups))
    if len(marks) == 1:
        pointed = Decimal(f"{groups[0] or 0}.{groups[1]}")
        if not grouped or groups[0] in {"", "0"}:
            return (pointed,)
        return (whole, pointed) if marks[0] == "," else (pointed, whole)
    if len(set(marks)) == 1:
        return (whole,) if grouped else ()
    # Thousands by one mark, the decimals by the other: 1,234.5 or 1.234,5.
    if len(set(marks[:-1])) == 1 and all(len(group) == 3 for group in groups[1:-1]):
        return (Decimal(f"{''.join(groups[:-1])}.{groups[-1]}"),)
    return ()


def _parts_of_date(match: re.Match[str]) -> Iterator[Figure]:
    """The numbers of a date such as 02.01.2024; nothing else that has two points is read."""
    if not re.fullmatch(r"\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})", match["number"]):
        return
    for part in re.finditer(r"\d+", match["number"]):
        start = match.start("number") + part.start()
        yield Figure(part[0], (Decimal(part[0]),), "", start, start + len(part[0]))


def _in_words(text: str) -> Iterator[Figure]:
    for match in _near(_plain(text), _NUMBER_WORDS, _WRITTEN):
        start, end = match.span()
        if _FRACTION.compiled.match(text, end) or re.search(r"\d[\s-]?$", text[max(0, start - 4) : start]):
            continue
        words = match[0][: match.start("percent") - start] if match["percent"] else match[0]
        value = _written_value(words.removeprefix(match["half"] or ""))
        if value is not None:
            yield Figure(
                text[start:end],
                (Decimal(value) / (2 if match["half"] else 1),),
                "percent" if match["percent"] else "",
                start,
                end,
            )


def _written_value(words: str) -> int | None:
    """The value of a written-out number; None for a mere list ("two three")."""
    total = part = 0
    last = ""
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in {"a", "an", "and"}:
            continue
        if word == "dozen":
            part = (part or 1) * 12
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in _POWERS:
            total += (part or 1) * _POWERS[word]
            part = 0
        elif word in _TENS:
            if last in _TENS or last in _UNITS:
                return None
            part += _TENS[word]
        else:
            if last in _UNITS or (last in _TENS and _UNITS[word] > 9):
                return None
            part += _UNITS[word]
        last = word
    return total + part
