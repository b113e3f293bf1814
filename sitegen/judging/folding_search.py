"""Finding words in a text: first the very code points, then the folded ones.

The plain search is `str.find`; a text is folded once, and only when something is not found as it is written.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property

from sitegen.judging.folding import HYPHEN_OR_NOT, SPACE_OR_NOT, UNSPACED, Folded, Layer, fold, rewrite
from sitegen.judging.patterns import LatePattern

_LOOSE = LatePattern(
    rf"(?<=\w)[-{HYPHEN_OR_NOT}]{SPACE_OR_NOT}? ?(?=\w)|(?<={UNSPACED})[ {SPACE_OR_NOT}](?={UNSPACED})"
)
_OPEN_SIGNS = HYPHEN_OR_NOT + SPACE_OR_NOT
_OPEN = re.compile(f"[{_OPEN_SIGNS}]")


_LONG, _MANY = 200_000, 24
"""Texts that are searched with an index of their words: from this length on, from this many searches on."""

_LONG_WORD = re.compile(r"\w{5,}")


class WordIndex:
    """Where the words of a long text stand, so that it need not be read from end to end for every search."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: dict[str, array[int]] = {}
        for found in _LONG_WORD.finditer(text):
            starts = self._starts.get(found[0])
            if starts is None:
                starts = self._starts[found[0]] = array("q")
            starts.append(found.start())

    def occurrences(self, needle: str) -> Iterator[tuple[int, int]] | None:
        """The ranges at which a needle stands, in order; None where it has no long word that it does not cut."""
        inner = [word for word in _LONG_WORD.finditer(needle) if word.start() and word.end() < len(needle)]
        if not inner:
            return None
        places = ((self._starts.get(word[0], ()), word.start()) for word in inner)
        starts, offset = min(places, key=lambda place: len(place[0]))
        found = (at - offset for at in starts if at >= offset and self._text.startswith(needle, at - offset))
        return ((at, at + len(needle)) for at in found)


class _Indexed:
    """A text in which strings are found one by one, or, once many were asked for, with an index."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._asked = 0
        self._index: WordIndex | None = None

    def occurrences(self, needle: str) -> Iterator[tuple[int, int]]:
        """The ranges at which a needle stands, in order; they may overlap."""
        self._asked += len(self.text) >= _LONG
        if self._asked > _MANY and self._index is None:
            self._index = WordIndex(self.text)
        found = self._index.occurrences(needle) if self._index is not None else None
        return _occurrences(needle, self.text) if found is None else found


class SearchText:
    """A text that is searched many times: what is derived from it is derived once, and late."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._plain = _Indexed(text)

    @cached_property
    def _folded_plain(self) -> _Indexed:
        return self._plain if self.folded.text == self.text else _Indexed(self.folded.text)

    @cached_property
    def folded(self) -> Folded:
        """The text, folded."""
        return fold(self.text)

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
        for start, end in _occurrences(skeleton(needle)[0], text):
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


def _occurrences(needle: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield at, at + len(needle)
        at = text.find(needle, at + 1)
