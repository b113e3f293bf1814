"""Number words: cardinals, ordinals, months and multiples, and how they are found quickly in a text."""

import re
from collections.abc import Iterable, Iterator

from sitegen.judging.patterns import LatePattern

POWERS = {
    **dict.fromkeys(("hundred", "hundreds"), 100),
    **dict.fromkeys(("thousand", "thousands", "k", "tsd"), 1_000),
    **dict.fromkeys(("lakh", "lakhs"), 100_000),
    **dict.fromkeys(
        ("million", "millions", "m", "mn", "mln", "mio", "millionen", "millones", "milioni"), 1_000_000
    ),
    **dict.fromkeys(("crore", "crores"), 10_000_000),
    **dict.fromkeys(
        ("billion", "billions", "b", "bn", "mrd", "milliarde", "milliarden", "milliard", "milliards"), 10**9
    ),
    **dict.fromkeys(("trillion", "trillions", "t", "tn", "trn"), 10**12),
    **dict.fromkeys(("dozen",), 12),
}


def _counted(words: str, values: Iterable[int]) -> dict[str, int]:
    return dict(zip(words.split(), values, strict=True))


UNITS = _counted(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
    range(20),
)
TENS = _counted("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10))
ORDINALS = _counted(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth",
    (*range(1, 21), 30),
)
MONTHS = _counted("jan feb mar apr may jun jul aug sep oct nov dec", range(1, 13))

_CARDINAL = "|".join((*TENS, *UNITS))
POWER_WORD = "hundred|thousand|lakh|million|crore|billion|trillion"
_WRITTEN_WORD = rf"(?:{_CARDINAL}|{POWER_WORD}|dozen)"


WRITTEN = LatePattern(
    rf"\b(?:(?P<half>half[ -])?an?[ -](?=(?:{POWER_WORD}|dozen)\b))?{_WRITTEN_WORD}(?:(?:[ -]|[ -]and[ -]){_WRITTEN_WORD})*\b"
    rf"(?:(?P<more>[ -]and[ -]a[ -]half)(?:[ -](?P<times>{POWER_WORD}))?\b)?"
    rf"(?P<percent>[ -](?:per[ -]?cent|percent))?",
    re.IGNORECASE,
)
FRACTION = LatePattern(
    r"[ -](?:and a )?(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?)\b",
    re.IGNORECASE,
)
ORDINAL_END = LatePattern(rf"-(?:{'|'.join(ORDINALS)})s?\b", re.IGNORECASE)
ORDINAL = LatePattern(
    rf"\b(?:(?P<tens>{'|'.join(TENS)})-)?(?P<ordinal>{'|'.join(ORDINALS)})\b", re.IGNORECASE
)
"""Ordinals written out, `twenty-first`."""

MONTH = LatePattern(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
    re.IGNORECASE,
)
"""The names of months."""

_ODDLETTERS = str.maketrans("İıſ\u212a", "IisK")
LETTERS = re.compile("[a-z]+")
NUMBER_WORDS = frozenset((*TENS, *UNITS, *POWER_WORD.split("|"), "dozen"))
ORDINAL_WORDS = frozenset(ORDINALS)
MONTH_WORDS = frozenset(
    (
        *MONTHS,
        *("january", "february", "march", "april", "june", "july", "august"),
        *("sept", "september", "october", "november", "december"),
    )
)
BEFORE = 8
"""The most code points that a number, ordinal or month has before its first digit, or its first such word: `half-an-`."""


def plain(text: str) -> str:
    """A text, as long as before, in which no letter is only to a case-blind search one of our words'."""
    return text if text.isascii() else text.translate(_ODDLETTERS)


def has_words(text: str, words: frozenset[str]) -> bool:
    """Whether a text has a digit, or any of some words: a quick look that spares most texts a search."""
    if re.search(r"\d", text) is not None:
        return True
    return not words.isdisjoint(LETTERS.findall(plain(text).lower()))


def near_words(text: str, words: frozenset[str], pattern: LatePattern) -> Iterator[re.Match[str]]:
    """All matches of a pattern that holds one of some words: looked for around these, as to try all places is slow."""
    lowered = text.lower()
    if words.isdisjoint(LETTERS.findall(lowered)):
        return
    done = 0
    for word in LETTERS.finditer(lowered):
        if word[0] in words and word.start() >= done:
            match = pattern.compiled.search(text, max(done, word.start() - BEFORE))
            if match is None:
                return
            yield match
            done = match.end()


def written_value(words: str) -> int | None:
    """The value of a written-out number; None for a mere list ("two three")."""
    spoken = [word for word in re.findall(r"[a-z]+", plain(words).lower()) if word not in {"a", "an", "and"}]
    year = _spoken_year(spoken) if " " in words else None
    if year is not None:
        return year
    total = part = 0
    last = ""
    for word in spoken:
        if word == "dozen":
            part = (part or 1) * 12
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in POWERS:
            total += (part or 1) * POWERS[word]
            part = 0
        elif word in TENS:
            if last in TENS or last in UNITS:
                return None
            part += TENS[word]
        else:
            if last in UNITS or (last in TENS and UNITS[word] > 9):
                return None
            part += UNITS[word]
        last = word
    return total + part


def _spoken_year(words: list[str]) -> int | None:
    """The year that `nineteen eighty-four` is."""
    if not 2 <= len(words) <= 3 or words[0] not in {"sixteen", "seventeen", "eighteen", "nineteen", "twenty"}:
        return None
    century = UNITS.get(words[0]) or TENS[words[0]]
    if len(words) == 2:
        years = TENS.get(words[1]) or UNITS.get(words[1], 0)
    else:
        years = TENS.get(words[1], 0) + UNITS.get(words[2], 100) if words[1] in TENS else 0
    return century * 100 + years if 10 <= years < 100 else None
