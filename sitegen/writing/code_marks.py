"""Setting marks into the finished HTML of a code block, whose highlighting has tags of its own."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """A mark's stretch of a block's text, in code points.

    `first` opens its first piece and `again` all others; `reference` follows the last, and is empty where the mark
    goes on behind the block.
    """

    start: int
    end: int
    first: str
    again: str
    reference: str


def mark_html(markup: str, cuts: Sequence[Cut]) -> str:
    """The block's HTML with each mark laid around its text, parted at every tag of the block.

    So no tag of the block is ever cut: take the marks out again, and it is what it was.
    """
    pieces: list[str] = []
    opened: set[Cut] = set()
    position = 0
    for part, is_text in _parts(markup):
        if not is_text:
            pieces.append(part)
            continue
        numbered = enumerate(_characters(part), start=position)
        for active, run in itertools.groupby(numbered, key=lambda pair: _active(cuts, pair[0])):
            characters = [character for _, character in run]
            position += len(characters)
            pieces += [cut.again if cut in opened else cut.first for cut in active]
            opened.update(active)
            pieces += [*characters, "</mark>" * len(active)]
            pieces += [cut.reference for cut in active if cut.end == position]
    return "".join(pieces)


def _active(cuts: Sequence[Cut], position: int) -> tuple[Cut, ...]:
    return tuple(cut for cut in cuts if cut.start <= position < cut.end)


def _parts(markup: str) -> Iterator[tuple[str, bool]]:
    """The HTML as tags and as text between them, and whether each part is text."""
    position = 0
    while position < len(markup):
        is_tag = markup[position] == "<"
        found = markup.find(">" if is_tag else "<", position)
        end = len(markup) if found < 0 else found + is_tag
        yield markup[position:end], not is_tag
        position = end


def _characters(text: str) -> Iterable[str]:
    """The characters of HTML text, an entity as one."""
    position = 0
    while position < len(text):
        end = text.index(";", position) + 1 if text[position] == "&" else position + 1
        yield text[position:end]
        position = end
