"""The figure of evidence: an article's claims against its sources, laid out so that a template only draws it.

Lengths are in the units of the drawing, which are CSS pixels at its natural size. In a language that is written from right to
left the whole figure is mirrored.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from sitegen.writing.views import (
    ClaimView,
    EvidenceFigureView,
    EvidenceView,
    FigureColumn,
    FigureMark,
    FigureRow,
    SourceView,
)

FEWEST = 6
"""Claims from which on an article has a figure."""

_ROW, _COLUMN = 26, 26
_HEAD = 132
"""The height of the slanted names of the sources."""
_NUMBERS = 40
"""The width of the claims' numbers, which the columns follow: they stand beside them on narrow screens, too."""
_WORDS = 372
"""The width of the claims' words, behind the columns; the last names of the sources lean over them."""
_LONGEST_CLAIM, _LONGEST_TITLE = 56, 25
"""Letters that fit; wide ones count twice."""


def evidence_figure(claims: Sequence[ClaimView], *, mirrored: bool) -> EvidenceFigureView | None:
    """The figure of an article's claims, in the order of their numbers; None where there are few, or nothing is cited."""
    sources = {_key(piece.source): piece.source for claim in claims for piece in claim.evidence}
    if len(claims) < FEWEST or not sources:
        return None
    edge = _NUMBERS + len(sources) * _COLUMN
    width = edge + _WORDS
    height = _HEAD + len(claims) * _ROW + 4

    def across(x: int) -> int:
        return width - x if mirrored else x

    places = {key: _NUMBERS + index * _COLUMN + _COLUMN // 2 for index, key in enumerate(sources)}
    columns = tuple(
        FigureColumn(source, shortened(source.title, _LONGEST_TITLE), across(places[key]))
        for key, source in sources.items()
    )
    rows = tuple(
        FigureRow(
            claim,
            shortened(claim.statement, _LONGEST_CLAIM),
            _HEAD + index * _ROW,
            tuple(_marks(claim, places, across)),
        )
        for index, claim in enumerate(claims)
    )
    return EvidenceFigureView(
        width, height, _HEAD, _ROW, mirrored, across(0), across(edge + 14), columns, rows
    )


def _key(source: SourceView) -> tuple[str, str]:
    return source.id, source.path


def _marks(
    claim: ClaimView, places: Mapping[tuple[str, str], int], across: Callable[[int], int]
) -> Iterator[FigureMark]:
    """One mark for each stance that a source takes: full where all of its quotations were found."""
    cells: dict[tuple[tuple[str, str], str], list[EvidenceView]] = {}
    for piece in claim.evidence:
        cells.setdefault((_key(piece.source), piece.stance), []).append(piece)
    stances = Counter(key for key, _ in cells)
    drawn = Counter[tuple[str, str]]()
    for (key, stance), pieces in cells.items():
        # Several stances of one source stand side by side in its cell.
        shift = round((drawn[key] - (stances[key] - 1) / 2) * 8)
        drawn[key] += 1
        found = all(piece.verified for piece in pieces)
        yield FigureMark(
            stance, pieces[0].stance_words, pieces[0].source.title, across(places[key] + shift), found
        )


def shortened(text: str, most: int) -> str:
    """A text that is at most so many letters wide, with an ellipsis where it was cut, between words if it can be."""
    end = _fitting(text, most)
    if end == len(text):
        return text
    cut = text.rfind(" ", end // 2, end)
    return f"{text[: cut if cut > 0 else end - 1].rstrip(' ,;:.–-')} …"


def _fitting(text: str, most: int) -> int:
    """How many letters of a text have room."""
    if text.isascii():
        return min(len(text), most)
    room = most
    for end, letter in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return end
    return len(text)
