"""What a build remembers of the builds before it: rows by name, values by key, and the store that holds them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from sitegen.building.entries import Entry, SourceRow
from sitegen.building.rows import Row, decoded, encoded
from sitegen.building.store import MemoryStore, Ref, Store
from sitegen.model.places import Problem

Value = TypeVar("Value")


class Memo(Row, frozen=True):
    """A value of the whole site, and the key that it was made for."""

    key: bytes
    value: Ref


class Linked(Row, frozen=True):
    """What was found of an article's links; it holds while the atlas and the links are the same."""

    atlas: bytes
    links: bytes
    problems: tuple[Problem, ...]


class Made(Row, frozen=True):
    """An article's files, as they were made: each path with the digest of its bytes.

    `judged` and `stale` are the entry's that it was made of, `key` the digest of everything else. `parts` holds the sections
    CLAIMS to SEARCH, `digests` the digest of each.
    """

    judged: bytes
    stale: tuple[tuple[str, str], ...]
    key: bytes
    files: tuple[tuple[str, bytes], ...]
    parts: Ref
    digests: tuple[bytes, ...]


CLAIMS, INDEX, ROWS, CITES, CORRECTIONS, OWN, ENTRY, SEARCH = range(8)
"""Sections of `Made.parts`: lines of `claims.json`, the line of the index of claims, and what else an article shares."""


class Cite(Row, frozen=True):
    """A citation with the source that it is of: a source's page reads no others of an article's."""

    source: str
    share: msgspec.Raw


class Done(Row, frozen=True):
    """A job over many articles, done: its key, and its files with the digests of their bytes."""

    key: bytes
    files: tuple[tuple[str, bytes], ...]


class Family(Row, frozen=True):
    """Jobs of one kind, and the digest of all that any of them depends on."""

    key: bytes
    jobs: dict[str, Done]


class Memory:
    """Rows of the last build, which the present one looks at, and replaces with its own.

    `frame` is the digest of all that reaches the pages of every article. What is not found here is made.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.store: Store = store or MemoryStore()
        self.entries: dict[str, Entry] = {}
        self.sources: dict[str, SourceRow] = {}
        self.linked: dict[str, Linked] = {}
        self.made: dict[str, Made] = {}
        self.families: dict[str, Family] = {}
        self.memos: dict[str, Memo] = {}
        self.frame = b""

    def value(self, name: str, key: bytes, kind: type[Value], make: Callable[[], Value]) -> Value:
        """A value of the whole site: the one that is remembered under the same key, or a new one."""
        known = self.memos.get(name)
        if known is not None and known.key == key:
            return decoded(self.store.get(known.value, 0), kind)
        made = make()
        self.memos[name] = Memo(key, self.store.put([encoded(made)]))
        return made


def forget_others(rows: dict[str, Value], kept: Mapping[str, object]) -> None:
    """Drop the rows of what is no longer there."""
    for name in rows.keys() - kept.keys():
        rows.pop(name, None)
