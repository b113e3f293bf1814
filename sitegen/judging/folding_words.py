"""Strings found in a long text: one by one as they stand, or, once many were asked for, by an index of its words."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, takewhile

_LONG, _MANY = 200_000, 100
"""Texts that are searched with an index of their words: from this length on, from this many searches on. To make an
index takes as long as some 400 searches of the whole text."""

_COMMON = 4_000
"""Candidates for one string; where there are more, to read the text until enough are found is quicker."""

_LONG_WORD = re.compile(r"\w{5,}")
_PARTED = re.compile(r"(\w{5,})")


class WordIndex:
    """Where the words of a long text stand, so that it need not be read from end to end for every search."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: defaultdict[str, list[int]] = defaultdict(list)
        parts = _PARTED.split(text)
        for word, start in zip(parts[1::2], list(accumulate(map(len, parts)))[::2], strict=False):
            self._starts[word].append(start)

    @cached_property
    def _words(self) -> str:
        """All words that the text has, each once, a line each."""
        return "\n".join(("", *self._starts, ""))

    @cached_property
    def _sorted(self) -> list[str]:
        """All words, by how they begin."""
        return sorted(self._starts)

    @cached_property
    def _reversed(self) -> list[str]:
        """All words written backwards, by how they end."""
        return sorted(word[::-1] for word in self._starts)

    def occurrences(self, needle: str) -> Iterator[tuple[int, int]] | None:
        """The ranges at which a needle stands, in order, which may overlap; None where no long word of it narrows the search."""
        candidates = self._candidates(needle)
        if candidates is None:
            return None
        return ((at, at + len(needle)) for at in candidates if self._text.startswith(needle, at))

    def _candidates(self, needle: str) -> list[int] | None:
        words = list(_LONG_WORD.finditer(needle))
        inner = [word for word in words if word.start() and word.end() < len(needle)]
        if inner:
            places = ((self._starts.get(word[0], []), word.start()) for word in inner)
            starts, offset = min(places, key=lambda place: len(place[0]))
            return [at - offset for at in starts if at >= offset]
        if not words:
            return None
        longest = max(words, key=lambda word: len(word[0]))
        return self._around(longest, begins=longest.start() > 0, ends=longest.end() < len(needle))

    def _around(self, part: re.Match[str], *, begins: bool, ends: bool) -> list[int] | None:
        """Where a needle may stand whose first or last word, `part`, may be cut from a longer one; None: in too many places."""
        found: set[int] = set()
        for word, within in self._holding(part[0], begins=begins, ends=ends):
            offset = part.start() - within
            found.update(place - offset for place in self._starts[word] if place >= offset)
            if len(found) > _COMMON:
                return None
        return sorted(found)

    def _holding(self, part: str, *, begins: bool, ends: bool) -> Iterator[tuple[str, int]]:
        """The words that a part begins, or ends, or stands anywhere in, and where in them."""
        if begins and ends:
            if part in self._starts:
                yield part, 0
        elif begins:
            yield from ((word, 0) for word in _beginning(part, self._sorted))
        elif ends:
            yield from (
                (word[::-1], len(word) - len(part)) for word in _beginning(part[::-1], self._reversed)
            )
        else:
            for at, _ in occurrences(part, self._words):
                start = self._words.rindex("\n", 0, at) + 1
                yield self._words[start : self._words.index("\n", at)], at - start


def _beginning(part: str, words: list[str]) -> Iterator[str]:
    """Those of some sorted words that begin with a part."""
    following = (words[at] for at in range(bisect_left(words, part), len(words)))
    return takewhile(lambda word: word.startswith(part), following)


class IndexedText:
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
        return occurrences(needle, self.text) if found is None else found

    def places(self, needle: str, most: int) -> list[int]:
        """Where a needle stands, no place overlapping the one before; empty where these are more than `most`."""
        found: list[int] = []
        for start, _ in self.occurrences(needle):
            if not found or start >= found[-1] + len(needle):
                if len(found) == most:
                    return []
                found.append(start)
        return found


def occurrences(needle: str, text: str) -> Iterator[tuple[int, int]]:
    """The ranges at which a needle stands in a text, found by reading it, in order; they may overlap."""
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield at, at + len(needle)
        at = text.find(needle, at + 1)
