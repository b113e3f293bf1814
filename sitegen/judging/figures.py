"""Figures: the numbers that a text names, read as values, so that `12 %` and `twelve per cent` are one."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from sitegen.judging.figures_words import (
    BEFORE,
    FRACTION,
    LETTERS,
    NUMBER_WORDS,
    ORDINAL_END,
    POWERS,
    WRITTEN,
    near_words,
    plain,
    written_value,
)
from sitegen.judging.patterns import LatePattern

_SPACES = " \u00a0\u2007\u2009\u202f"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text.

    `readings` holds its value, first the likeliest: "1.234" is one and a bit, or in other languages over a thousand.
    `unit` is `percent`, a currency sign or code, or empty; `start` and `end` count code points. `power` is what its
    number is multiplied by as it is written: a million in "1.2 million" and in "$5m".
    """

    text: str
    readings: tuple[Decimal, ...]
    unit: str
    start: int
    end: int
    power: int = 1

    @property
    def value(self) -> Decimal:
        """The likeliest value."""
        return self.readings[0]


_CURRENCY = r"(?:[A-Z]{1,2})?[$¢£¥€₩₽₹₴₪₺₫₦]|\b(?:USD|EUR|GBP|CHF|JPY|CNY|RMB|RUB|UAH|KRW|INR|AUD|CAD)\b"
_VULGAR = "\u00bc-\u00be\u2150-\u215e"
_NUMBER = rf"(?<!\d)\d{{1,3}}(?:[{_SPACES}'’]\d{{3}}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,]\d+)*"
_POWER = (
    "hundred|thousand|tsd|lakhs?|million(?:s|en)?|millones|milioni|mi?ll?n|mio|crores?|billions?|bn|mrd|milliard(?:e|en|s)?"
    "|trillions?|trn?|tn"
)
_DIGITS = LatePattern(
    rf"(?P<before>(?<!\w)(?:{_CURRENCY})\s?)?"
    rf"(?P<number>{_NUMBER}|(?<![\w.,])\.\d+)"
    rf"(?:(?P<vulgar>[{_VULGAR}])|(?P<half>[{_SPACES}](?:and[{_SPACES}])?a[{_SPACES}]half\b))?"
    rf"(?:(?:[{_SPACES}]|-)?(?P<power>{_POWER})\b|(?P<letter>[kKmMbBtT])\b)?"
    rf"(?:[{_SPACES}-]?(?P<percent>%|％|per[{_SPACES}]?cent(?:age)?\b|pct\b|prozent\b|pour{_SPACES[0]}cent\b)|\s?(?P<after>{_CURRENCY}))?"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
# The 19 of COVID-19, the 16 of F-16, the 7 of G7 are names.
_NAME = re.compile(r"(?:[A-Z]\w*-|\w*[A-Za-z])$")
_NAME_ENDS = frozenset("-\nABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""What may stand before a number that is part of a name: to look closer takes long. (`$` matches before a line feed.)"""

_MINUS = re.compile(r"(?:^|[\s(\[=<>≤≥])(?:[-–−]|minus\s)$")
_RANGE = LatePattern(r"\s?(?:[-–—/]|to|and|or|bis|und|à|et)\s?", re.IGNORECASE)
_LONGEST_RANGE = 5
"""Code points between the two ends of a range, at most: ` bis `."""

_MINUS_ENDS = frozenset("-–−\n")
"""What may stand before a number that is less than nothing, unless it is the word."""


def figures(text: str) -> tuple[Figure, ...]:
    """The numbers that a text names in digits or in words, in order.

    A range gives both its ends. Numbers that are part of a name (COVID-19, F-16), version numbers, vulgar fractions and
    whatever else is not plainly a number are left out.
    """
    found = list(_in_digits(text))
    # The million of `2½ million` has been read with its digits.
    found += [
        word
        for word in _in_words(text)
        if not any(figure.start < word.end and word.start < figure.end for figure in found)
    ]
    found.sort(key=lambda figure: (figure.start, figure.end))
    for index in range(len(found) - 1):
        first, second = found[index : index + 2]
        between = text[first.end : second.start]
        if len(between) <= _LONGEST_RANGE and _RANGE.compiled.fullmatch(between):
            found[index : index + 2] = _as_range(
                first, second, is_dash=not any(char.isalpha() for char in between)
            )
    return tuple(found)


def _as_range(first: Figure, second: Figure, *, is_dash: bool) -> tuple[Figure, Figure]:
    """Both ends of a range, with what each may have from the other: the million of 1-2 million, the 20 of 2019-20."""
    if second.power != 1 and first.power == 1:
        first = replace(
            first, readings=(*first.readings, *(second.power * value for value in first.readings))
        )
    if is_dash and first.text.isdecimal() and second.text.isdecimal() and len(first.text) > len(second.text):
        whole = Decimal(first.text[: -len(second.text)] + second.text)
        if whole > first.value:
            second = replace(second, readings=(*second.readings, whole))
    return first, second


def _digits(text: str) -> Iterator[re.Match[str]]:
    """All numbers in digits; they are looked for around digits alone, since to try all places is slow."""
    done = 0
    while digit := _DIGIT.search(text, done):
        match = _DIGITS.compiled.search(text, max(done, digit.start() - BEFORE))
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
        more = _fraction(match)
        factors = [-factor if minus else factor for factor in _factors(match)]
        values = tuple(factor * (reading + more) for factor in factors for reading in readings)
        yield Figure(text[start:end], values, _unit(match), start, end, abs(factors[0]))


def _fraction(match: re.Match[str]) -> Decimal:
    """What a number has on top: the half of `2½` and of `2 and a half`."""
    if match["vulgar"]:
        return Decimal(repr(unicodedata.numeric(match["vulgar"])))
    return Decimal("0.5") if match["half"] else Decimal(0)


def _factors(match: re.Match[str]) -> tuple[int, ...]:
    """What a number is multiplied by: the 5m of $5m are millions, those of a road may be metres."""
    if match["letter"]:
        power = POWERS[match["letter"].lower()]
        return (power,) if match["before"] else (power, 1)
    return (POWERS[plain(match["power"]).lower()],) if match["power"] else (1,)


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
        # Also as in India: 12,34,567.
        indian = marks[0] == "," and len(groups[-1]) == 3 and all(len(group) == 2 for group in groups[1:-1])
        return (whole,) if grouped or (indian and 1 <= len(groups[0]) <= 2) else ()
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
        value = Decimal(part[0])
        # The year of 02.01.24; of a day or month there is no century.
        of_century = (
            (value + 2000, value + 1900) if part.end() == len(match["number"]) and value < 100 else ()
        )
        yield Figure(part[0], (value, *of_century), "", start, start + len(part[0]))


def _in_words(text: str) -> Iterator[Figure]:
    for match in near_words(plain(text), NUMBER_WORDS, WRITTEN):
        start, end = match.span()
        if (
            FRACTION.compiled.match(text, end)
            or ORDINAL_END.compiled.match(text, end)
            or re.search(r"\d[\s-]?$", text[max(0, start - 4) : start])
        ):
            continue
        half, more, times = match["half"] or "", match["more"], match["times"]
        words = match.string[
            start : match.start("more") if more else match.start("percent") if match["percent"] else end
        ]
        value = written_value(words.removeprefix(half))
        if value is None:
            continue
        number = (Decimal(value) + (Decimal("0.5") if more else 0)) / (2 if half else 1)
        number *= POWERS[times.lower()] if times else 1
        power = POWERS.get((times or LETTERS.findall(words.lower())[-1]).lower(), 1)
        yield Figure(text[start:end], (number,), "percent" if match["percent"] else "", start, end, power)
