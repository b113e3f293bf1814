"""Finding words in a text: first the very code points, then the folded ones.

The plain search is `str.find`; a text is folded once, and only when something is not found as it is written.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from sitegen.judging.folding import HYPHEN_OR_NOT, SPACE_OR_NOT, UNSPACED, Folded, Layer, fold, rewrite
from sitegen.judging.folding_words import IndexedText, occurrences
from sitegen.judging.patterns import LatePattern

_LOOSE = LatePattern(
    rf"(?<=\w)[-{HYPHEN_OR_NOT}]{SPACE_OR_NOT}? ?(?=\w)|(?<={UNSPACED})[ {SPACE_OR_NOT}](?={UNSPACED})"
)
_OPEN_SIGNS = HYPHEN_OR_NOT + SPACE_OR_NOT
_OPEN = re.compile(f"[{_OPEN_SIGNS}]")


class SearchText:
    """A text that is searched many times: what is derived from it is derived once, and late."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._plain = IndexedText(text)

    @cached_property
    def _folded_plain(self) -> IndexedText:
        return self._plain if self.folded.text == self.text else IndexedText(self.folded.text)

    @cached_property
    def folded(self) -> Folded:
        """The text, folded."""
        return fold(self.text)

    def folded_places(self, needle: str, most: int) -> list[int]:
        """Where a string stands in the folded text, no place overlapping the one before; empty where these are more than `most`."""
        return self._folded_plain.places(needle, most)

    @cached_property
    def _has_open_line_ends(self) -> bool:
        return bool(_OPEN.search(self.folded.text))

    @cached_property
    def _skeleton(self) -> tuple[str, Layer | None]:
        return skeleton(self.folded.text)

    def exact(self, words: str) -> Iterator[tuple[int, int]]:
        """The ranges at which the very code points of `words` stand, in order; they may overlap."""
        return self._plain.occurrences(words)

    def variants(self, words: str) -> Iterator[tuple[int, int]]:
        """The ranges of the text at which `words` stand once both are folded, in order."""
        needle = fold(words).text.strip(" ")
        if not needle:
            return
        for start, end in self._folded_ranges(needle):
            yield self.folded.original(start, end)

    def _folded_ranges(self, needle: str) -> Iterable[tuple[int, int]]:
        plain = self._folded_plain.occurrences(needle)
        if self._has_open_line_ends or _OPEN.search(needle):
            return sorted({*plain, *self._open_ranges(needle)})
        return plain

    def _open_ranges(self, needle: str) -> Iterator[tuple[int, int]]:
        text, layer = self._skeleton
        for start, end in occurrences(skeleton(needle)[0], text):
            found = (layer.old_range(start)[0], layer.old_range(end - 1)[1]) if layer else (start, end)
            if reads_as(self.folded.text[slice(*found)], needle):
                yield found


def skeleton(folded: str) -> tuple[str, Layer | None]:
    """A folded text less the hyphens within words: what all readings of its line ends share."""
    return rewrite(folded, _LOOSE.compiled, lambda _: "")


def reads_as(one: str, other: str) -> bool:
    """Whether two folded texts have a reading in common, line ends being open in both."""
    i = j = 0
    while i < len(one) or j < len(other):
        left, right = one[i : i + 1], other[j : j + 1]
        if left == right:
            i, j = i + 1, j + 1
        elif left in _OPEN_SIGNS and left:
            i, j = i + 1, j + _length_of_reading(left, other, j)
        elif right in _OPEN_SIGNS and right:
            i, j = i + _length_of_reading(right, one, i), j + 1
        else:
            return False
    return True


def _length_of_reading(sign: str, text: str, at: int) -> int:
    """How much of a text, at a place, an open line end stands for there: perhaps nothing."""
    if sign == SPACE_OR_NOT:
        return int(text[at : at + 1] == " ")
    if text[at : at + 1] != "-":
        return 0
    return 2 if text[at + 1 : at + 2] in {" ", SPACE_OR_NOT} else 1
