"""The rule `coverage`: sentences that look checkable, and carry neither a claim nor a reason why not."""

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence

from markdown_it.token import Token

from sitegen.judging.canonical import BLOCK_TEXT, Flattened
from sitegen.judging.sentences import checkable, sentences
from sitegen.model.findings import Anchoring
from sitegen.model.places import Place, Problem

PlaceOf = Callable[[Token, str], Place]
"""A block and some of its words to where they stand in the article's file."""


def uncovered(
    tokens: Sequence[Token], flattened: Flattened, anchorings: Iterable[Anchoring], of: tuple[PlaceOf, str]
) -> Iterator[Problem]:
    """The sentences of an article's prose without a claim; code and formulas state nothing.

    `anchorings` are those of claims, notes and sentences left out with a reason; `of` gives places, and is the
    article.
    """
    place_of, article = of
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
        message = f'"{lead} …" ({", ".join(reasons)}) carries no claim'
        place = place_of(blocks[index][1], lead)
        yield Problem("coverage", message, place, "add a claim, or an entry under uncheckable:", article)


def _start(token: Token, flattened: Flattened) -> int | None:
    """Where a block's share of the canonical text begins."""
    pieces = token.children or () if token.type == "inline" else (token,)
    return next((flattened.starts[id(piece)] for piece in pieces if id(piece) in flattened.starts), None)
