"""The rule `coverage`: sentences that look checkable, and carry neither a claim nor a reason why not."""

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from sitegen.judging.canonical import BLOCK_TEXT, Flattened
from sitegen.judging.sentences import checkable, sentences
from sitegen.model.findings import Anchoring
from sitegen.model.places import Place, Problem

PlaceOf = Callable[[Token, str], Place]
"""A block and some of its words to where they stand in the article's file."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A sentence without a claim that looks checkable: its code points in the canonical text, why, and where it stands."""

    start: int
    end: int
    reasons: tuple[str, ...]
    lead: str
    place: Place


def uncovered(
    tokens: Sequence[Token], flattened: Flattened, anchorings: Iterable[Anchoring], of: tuple[PlaceOf, str]
) -> Iterator[Problem]:
    """What is wrong with an article's sentences without a claim; `of` gives places, and is the article."""
    place_of, article = of
    for bare in bare_sentences(tokens, flattened, anchorings, place_of):
        message = f'"{bare.lead} …" ({", ".join(bare.reasons)}) carries no claim'
        hint = "add a claim, or an entry under uncheckable:"
        yield Problem("coverage", message, bare.place, hint, article)


def bare_sentences(
    tokens: Sequence[Token], flattened: Flattened, anchorings: Iterable[Anchoring], place_of: PlaceOf
) -> Iterator[Bare]:
    """The sentences of an article's prose without a claim; code and formulas state nothing.

    `anchorings` are those of claims, notes and sentences left out with a reason.
    """
    text = flattened.canonical.text
    taken = [
        (found.start, found.end) for found in anchorings if found.start is not None and found.end is not None
    ]
    blocks = [(start, token) for token in tokens if (start := _start(token, flattened)) is not None]
    blocks.sort(key=lambda block: block[0])
    starts = [start for start, _ in blocks]
    for start, end in sentences(text):
        index = bisect.bisect_right(starts, start) - 1
        if index < 0 or blocks[index][1].type in BLOCK_TEXT:
            continue
        reasons = checkable(text[start:end])
        if not reasons or any(begin < end and stop > start for begin, stop in taken):
            continue
        lead = " ".join(text[start:end].split()[:4])
        yield Bare(start, end, reasons, lead, place_of(blocks[index][1], lead))


def _start(token: Token, flattened: Flattened) -> int | None:
    """Where a block's share of the canonical text begins."""
    pieces = token.children or () if token.type == "inline" else (token,)
    return next((flattened.starts[id(piece)] for piece in pieces if id(piece) in flattened.starts), None)
