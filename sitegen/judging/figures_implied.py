"""Values that a text implies without stating them as numbers: shares, multiples, times of day, decades, foreign number words."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise

from sitegen.judging.figures import Figure, figures
from sitegen.judging.figures_words import TENS, UNITS
from sitegen.judging.patterns import LatePattern

_LARGEST_WHOLE = 1_000
"""What "in 3 of 1,000" may be a share of; past it, the second number is a year or a count of its own."""

_PARTS = {
    name: part
    for part, names in (
        (2, "half halves"),
        (3, "third thirds"),
        (4, "quarter quarters fourth fourths"),
        (5, "fifth fifths"),
        (6, "sixth sixths"),
        (7, "seventh sevenths"),
        (8, "eighth eighths"),
        (9, "ninth ninths"),
        (10, "tenth tenths"),
    )
    for name in names.split()
}
_FRACTION = LatePattern(
    rf"\b(?:(?P<of>an?|{'|'.join(UNITS)})[ -])?(?P<part>{'|'.join(_PARTS)})\b", re.IGNORECASE
)
_VULGAR = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_SHARE = re.compile(r"\s?(?:/|in (?:every |each )?|out of (?:every )?|of (?:every )?)\s?", re.IGNORECASE)

_WORDS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("double", "doubles", "doubled", "doubling", "twice", "twofold"), (2, 100)),
    **dict.fromkeys(
        ("triple", "triples", "tripled", "tripling", "treble", "trebled", "threefold", "thrice"), (3, 200)
    ),
    **dict.fromkeys(("quadruple", "quadrupled", "fourfold"), (4, 300)),
    **dict.fromkeys(("halve", "halves", "halved", "halving"), (2, 50)),
    "fivefold": (5, 400),
    "tenfold": (10, 900),
    "pair": (2,),
    "couple": (2,),
    "decade": (10,),
    "century": (100,),
    "fortnight": (14, 2),
    "noon": (12,),
    "midnight": (0, 12, 24),
}
"""Words that stand for a number, and those of growth also for the per cent added."""

_FOREIGN_VALUES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 100, 1000)
_FOREIGN = (
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig hundert tausend",
    "deux trois quatre cinq six sept huit neuf dix onze douze vingt cent mille",
    "dos tres cuatro cinco seis siete ocho nueve diez – doce veinte cien mil",
    "– tre quattro cinque sei sette otto nove dieci undici dodici venti cento mille",
    "dois três quatro cinco seis sete oito nove dez – doze vinte cem mil",
    "twee drie vier vijf zes zeven acht negen tien elf twaalf twintig honderd duizend",
    "dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście dwadzieścia sto tysiąc",
    "два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать двадцать сто тысяча",
    "два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять двадцять сто тисяча",
)
_SPOKEN = {
    **_WORDS,
    **{
        word: (value,)
        for row in _FOREIGN
        for word, value in zip(row.split(), _FOREIGN_VALUES, strict=True)
        if word != "–"
    },
    **{f"{ten[:-1]}ies": (value, 1900 + value) for ten, value in TENS.items()},
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def implied_values(text: str) -> Iterator[Decimal]:
    """The values that a text implies, some more than once."""
    for word in _WORD.findall(text.lower()):
        yield from map(Decimal, _SPOKEN.get(word.replace("’", "'"), ()))
    for share in _shares_named(text):
        yield from shares(share)
    for pattern, values in _DATED:
        for match in pattern.compiled.finditer(text):
            yield from values(match)


def shares(share: Decimal) -> Iterator[Decimal]:
    """The ways to write a part of a whole: 0.75 and 75, whole or with a decimal or two, rounded or cut off."""
    yield share
    for step in ("1", "0.1", "0.01"):
        for rounding in (ROUND_HALF_UP, ROUND_DOWN):
            yield (100 * share).quantize(Decimal(step), rounding)


def share_of(text: str, first: Figure, second: Figure) -> Decimal | None:
    """The share that two figures of a text are together, as "3 in 4" is; None where they are none."""
    if not 0 < first.value < second.value <= _LARGEST_WHOLE or not _SHARE.fullmatch(
        text, first.end, second.start
    ):
        return None
    return first.value / second.value


def _shares_named(text: str) -> Iterator[Decimal]:
    for match in _FRACTION.compiled.finditer(text):
        of, part = (match["of"] or "").lower(), _PARTS[match["part"].lower()]
        if of or part == 2:
            yield Decimal(UNITS.get(of, 1)) / part
    for match in _VULGAR.finditer(text):
        yield Decimal(repr(unicodedata.numeric(match[0])))
    for first, second in pairwise(figures(text)):
        share = share_of(text, first, second)
        if share is not None:
            yield share


def _years(match: re.Match[str]) -> Iterable[Decimal]:
    year = Decimal(match["year"])
    return (year, year + 1900, year + 2000)


def _hours(match: re.Match[str]) -> Iterable[Decimal]:
    hour = Decimal(match["hour"])
    minutes = (Decimal(match["minutes"]),) if match["minutes"] else (Decimal(0),)
    half = (match["half"] or "")[:1].lower()
    other = (hour % 12 + 12,) if half == "p" else (hour - 12,) if 12 < hour < 24 else (hour % 12,)
    return (hour, *other, *minutes)


def _points(match: re.Match[str]) -> Iterable[Decimal]:
    return (Decimal(match["points"]) / 100,)


def _apart(match: re.Match[str]) -> Iterable[Decimal]:
    return (Decimal(part) for part in match[0].split(" "))


_DATED: tuple[tuple[LatePattern, Callable[[re.Match[str]], Iterable[Decimal]]], ...] = (
    (LatePattern(r"(?:(?<!\w)['’]|\b\d{1,2}[/-]\d{1,2}[/-])(?P<year>\d{2})\b"), _years),
    (
        LatePattern(
            r"\b(?P<hour>[01]?\d|2[0-4])(?:[.:h](?P<minutes>[0-5]\d))?\s?(?P<half>[ap]\.?m\b|uhr\b|hrs\b|h\b|o['’]clock)",
            re.IGNORECASE,
        ),
        _hours,
    ),
    (LatePattern(r"\b(?P<hour>[01]?\d|2[0-4]):(?P<minutes>[0-5]\d)(?P<half>)\b"), _hours),
    (LatePattern(r"\b(?P<points>\d{1,4}) basis points?\b", re.IGNORECASE), _points),
    (LatePattern(r"\b\d{1,3}(?: \d{3})+\b"), _apart),
)
"""Numbers that mean more than they say: years cut short, times of day, basis points, numbers that merely stand side by side."""
