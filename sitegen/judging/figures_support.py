"""Whether the quotations of a claim's evidence hold the claim's figures.

A wrong warning is worse than a missing one: whatever a quotation can be said to hold counts, and a figure that
cannot be told from a name or a manner of speaking is left alone. The closer look is for those few figures that are
not held as they stand.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise

from sitegen.judging.figures import Figure, figures
from sitegen.judging.figures_implied import implied_values, share_of, shares
from sitegen.judging.figures_words import (
    MONTH,
    MONTH_WORDS,
    MONTHS,
    NUMBER_WORDS,
    ORDINAL,
    ORDINAL_WORDS,
    ORDINALS,
    TENS,
    has_words,
    near_words,
    plain,
)
from sitegen.judging.patterns import LatePattern

ABOUT = Decimal("0.1")
"""How far the evidence may lie from a figure that is said to be about so much, as a part of it."""

ABOUT_YEARS = 3
"""Likewise in years, for "about 1990"."""

_VALUE_WORDS = NUMBER_WORDS | ORDINAL_WORDS | MONTH_WORDS
_INSERTION = re.compile(r"\[[^\[\]]*\]")

_OVER = r"(?:(?:more|greater|higher|longer|older) than|over|above|at least|upwards of|in excess of|mehr als|über|mindestens|plus de|más de)"
_UNDER = r"(?:(?:less|fewer|lower|younger|shorter) than|under|below|at most|up to|as (?:many|much|few|little) as|no more than|nearly|almost|close to|fast|beinahe|bis zu|weniger als|presque|moins de|casi|menos de)"
_ABOUT = r"(?:about|around|roughly|some|approximately|approx\.?|circa|ca?\.|an estimated|estimated at|in the region of|near|~|≈|etwa|rund|ungefähr|environ|quelque|alrededor de|cerca de|unos|unas|около|примерно|близько|приблизно|około)"
_HEDGE_BEFORE = LatePattern(
    rf"(?:^|[\s(\[\"'“‘])(?:(?P<over>{_OVER})|(?P<under>{_UNDER})|(?P<about>{_ABOUT}))\s*(?:an?\s)?(?:[A-Z]{{0,3}}[$€£¥])?$",
    re.IGNORECASE,
)
_HEDGE_AFTER = LatePattern(
    r"\s?(?:\+|or (?:so|thereabouts)\b|plus\b|(?P<over>or more|and more)\b)", re.IGNORECASE
)

_SCIENTIFIC = re.compile(r"\s?(?:[×·^]|\*\s?10|[⁰¹²³⁴-⁹⁺⁻])|[eE][-+−]?\d")
_IDIOM = re.compile(r"\b(?:24/7|24-7|catch[ -]22)\b", re.IGNORECASE)
_NAME_BEFORE = LatePattern(r"(?P<name>\b(?:[A-Z][\w’'-]*[a-z][\w’'-]*|[A-Z]{2,})) $")
_PLAIN_WORDS = frozenset(
    re.findall(
        r"[a-z]+",
        "about above after all almost also although and around as at because before below between both but by during each "
        "even every exactly for from how if in is its just last least less more most nearly next no not of on once only or "
        "our over per roughly since so some such that the their then there these this those through to total under until up "
        "was were when where which while with within without monday tuesday wednesday thursday friday saturday sunday "
        "spring summer autumn fall winter easter christmas",
    )
)


def unsupported_figures(claim: str, quotes: Iterable[str]) -> tuple[str, ...]:
    """The figures of a claim, as it writes them, that none of the quotations of its evidence holds.

    Generous: any reading of a number will do, units are not compared, a month's name is as good as its number, and
    a fall by 5 may be told as -5. "Half" is 50 per cent, "three in four" 75, "about 1,200" what lies a tenth from it.
    Insertions in brackets are the quoter's, and hold nothing. A written-out "one" is mostly a pronoun, and is never reported.
    """
    found = figures(claim)
    named = [figure for figure in found if figure.text.lower() not in {"one", "zero"}]
    if not named:
        return ()
    told = tuple(_INSERTION.sub(" ", quote) for quote in quotes)
    held = frozenset(value for quote in told for value in held_values(quote))
    left = [figure for figure in named if held.isdisjoint(figure.readings)]
    if left:
        held |= {value for quote in told for value in implied_values(quote)}
        shared = _in_shares(claim, found, held)
        left = [
            figure
            for figure in left
            if figure not in shared
            and not _is_left_alone(figure, claim, told)
            and not any(
                _is_held(value, figure, claim, held) for value in (*figure.readings, *_ends(figure, claim))
            )
        ]
    return tuple(dict.fromkeys(figure.text for figure in left))


def held_values(quote: str) -> frozenset[Decimal]:
    """Every value that a quotation states: as a number, an ordinal or a month."""
    if not has_words(quote, _VALUE_WORDS):
        return frozenset()
    values = {reading for figure in figures(quote) for reading in figure.readings}
    values |= {abs(value) for value in values}
    quote = plain(quote)
    for match in near_words(quote, ORDINAL_WORDS, ORDINAL):
        tens = TENS[match["tens"].lower()] if match["tens"] else 0
        values.add(Decimal(tens + ORDINALS[match["ordinal"].lower()]))
    for match in near_words(quote, MONTH_WORDS, MONTH):
        values.add(Decimal(MONTHS[match[0].lower()[:3]]))
    return frozenset(values)


def _is_held(value: Decimal, figure: Figure, claim: str, held: frozenset[Decimal]) -> bool:
    if value in held:
        return True
    if _parts(figure.text) and all(part in held for part in _parts(figure.text)):
        return True
    low, high = _tolerance(value, figure, claim)
    return (low < high and any(low <= other <= high for other in held)) or (
        figure.power >= 1_000 and any(_is_rounded(value, figure, other) for other in held)
    )


def _parts(text: str) -> tuple[Decimal, ...]:
    """The numbers that stand side by side in what may be one: `5 200`, or a time such as 10.30."""
    parts = (
        text.split(" ") if " " in text else text.split(".") if re.fullmatch(r"\d\d?\.[0-5]\d", text) else []
    )
    return (
        tuple(Decimal(part) for part in parts if part.isdecimal()) if all(map(str.isdecimal, parts)) else ()
    )


def _ends(figure: Figure, claim: str) -> tuple[Decimal, ...]:
    """The years that the last two digits of 1/2/24 can mean."""
    if not (figure.text.isdecimal() and len(figure.text) == 2):
        return ()
    is_year = re.search(r"(?:\d[/.-]\d{1,2}[/.-]|['’])$", claim[: figure.start])
    return (figure.value + 1900, figure.value + 2000) if is_year else ()


def _tolerance(value: Decimal, figure: Figure, claim: str) -> tuple[Decimal, Decimal]:
    """Between which values the evidence may lie where a claim says "about", "over" or "nearly"; both the same where it does not."""
    before = _HEDGE_BEFORE.compiled.search(claim[max(0, figure.start - 40) : figure.start])
    after = _HEDGE_AFTER.compiled.match(claim, figure.end)
    if before is None and after is None:
        return value, value
    is_year = figure.text.isdecimal() and len(figure.text) == 4 and _is_year(value)
    reach = Decimal(ABOUT_YEARS) if is_year else abs(value) * ABOUT
    only_over = (before and before["over"]) or (before is None and after and after["over"])
    only_under = before and before["under"]
    return value if only_over else value - reach, value if only_under else value + reach


def _is_year(value: Decimal) -> bool:
    return 1500 <= value <= 2100


def _is_rounded(value: Decimal, figure: Figure, other: Decimal) -> bool:
    """Whether a figure such as 1.2 million is another rounded to as many digits; of those with a power word alone, as it tells that they are rounded."""
    places = (value / figure.power).normalize().as_tuple().exponent
    step = Decimal(1).scaleb(min(0, int(places)))
    exact = abs(other) / figure.power
    if exact < step or exact >= Decimal(10) ** 12:
        return False
    wanted = abs(value) / figure.power
    return any(exact.quantize(step, rounding) == wanted for rounding in (ROUND_HALF_UP, ROUND_DOWN))


def _in_shares(claim: str, found: Iterable[Figure], held: frozenset[Decimal]) -> tuple[Figure, ...]:
    """The figures of a claim's "3 in 4" where the evidence has the share otherwise, as 75 per cent."""
    return tuple(
        figure
        for first, second in pairwise(found)
        if (share := share_of(claim, first, second)) is not None and not held.isdisjoint(shares(share))
        for figure in (first, second)
    )


def _is_left_alone(figure: Figure, claim: str, quotes: Iterable[str]) -> bool:
    """Whether what looks like a figure may well be none: minutes that are nought, a power of ten, a manner of speaking, a name."""
    if (
        figure.text == "00"
        or _SCIENTIFIC.match(claim, figure.end)
        or claim[max(0, figure.start - 3) : figure.start].strip().endswith(("×", "^", "·"))
    ):
        return True
    if any(idiom.start() <= figure.start < idiom.end() for idiom in _IDIOM.finditer(claim)):
        return True
    return _is_name(figure, claim) or _is_numbered(figure, claim, quotes)


def _is_name(figure: Figure, claim: str) -> bool:
    """Whether a number written out is part of a name: Five Eyes, the Three Gorges."""
    capital = figure.text[:1].isupper() and figure.text.isalpha()
    begins = re.search(r"(?:^|[.!?:][\"'”’]?\s+|[\"'“‘(\[])$", claim[: figure.start])
    return capital and begins is None and bool(re.match(r" [A-Z]", claim[figure.end :]))


def _is_numbered(figure: Figure, claim: str, quotes: Iterable[str]) -> bool:
    """Whether a number tells things of one name apart (Flight 17, Apollo 11), which no quotation names with another number."""
    is_year = len(figure.text) == 4 and _is_year(figure.value)
    if not figure.text.isdecimal() or len(figure.text) > 4 or is_year:
        return False
    if re.match(
        r"(?:[.,]?\d|\s?[%‰°€$£]|\s(?:per|million|billion|thousand|people|years|percent)\b)",
        claim[figure.end :],
    ):
        return False
    named = _NAME_BEFORE.compiled.search(claim[: figure.start])
    if named is None or named["name"].casefold() in _PLAIN_WORDS or named["name"].lower()[:3] in MONTHS:
        return False
    again = re.compile(rf"\b{re.escape(named['name'])}[ -]\d", re.IGNORECASE)
    return not any(again.search(quote) for quote in quotes)
