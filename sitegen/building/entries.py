"""What a build remembers of each article and source: small rows with keys, and where the larger values stand.

A row is made by one job, a function of the values that its key is a digest of. A row whose key still holds stands for
the work: nothing is read or made again. Days are in no key; instead a row says between which days it holds.
"""

import datetime as dt
from collections.abc import Iterable

from sitegen.building.rows import Row, section
from sitegen.building.store import Ref, Store
from sitegen.model.findings import Copy
from sitegen.model.places import Place, Problem
from sitegen.model.records import FrontMatter, Source
from sitegen.model.site import Draft, Judged, Link
from sitegen.model.tally import Tally

ALWAYS = (dt.date.min.toordinal(), dt.date.max.toordinal() + 1)
"""Days between which a row without dates holds."""


class Sign(Row, frozen=True):
    """What an article tells of itself to the rest of the site: an edited body leaves it as it is.

    `title` and `summary` are as they are set; `sources` are the ids of its own sources; `verdicts` counts its claims.
    """

    article: str
    file: str
    title: str
    summary: str
    front: FrontMatter
    verdicts: tuple[tuple[str, int], ...]
    sources: tuple[str, ...]
    unread: bool


class Statement(Row, frozen=True):
    """A claim as the rule of claims judged twice sees it: `key` is a digest of its folded words."""

    key: bytes
    verdict: str
    id: str
    place: Place
    excused: bool


class Entry(Row, frozen=True):
    """An article that was read and judged.

    `content` and `ledger` are the digests of its two files (the latter empty where there is no sidecar). `drafted`
    holds the sections DRAFT to STATEMENTS, `judged` the ledger's findings. `cited`, `seeds` and `copies` name what the
    judging rested on besides, the copies with their digests. `wants` are its links to places inside other pages. `uses` has for each
    source that it cites and that has a record, as the site knows it, how often it is cited, and of how many quotations, of which were found, and
    of which could not be looked for.
    """

    article: str
    file: str
    sidecar: str
    content: bytes
    ledger: bytes
    draft_base: bytes
    drafted: Ref
    sign_digest: bytes
    statements_digest: bytes
    fragments_digest: bytes
    links_digest: bytes
    published: int | None
    is_draft: bool
    judge_key: bytes
    judged: Ref
    cited: tuple[str, ...]
    seeds: tuple[str, ...]
    copies: tuple[tuple[str, bytes], ...]
    days: tuple[int, int]
    stale: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    wants: tuple[Link, ...]
    images: tuple[str, ...]
    uses: tuple[tuple[str, int, int, int, int], ...]
    tally: Tally

    def holds_on(self, day: dt.date) -> bool:
        """Whether nothing that the article dates has come or gone by that day."""
        return self.days[0] <= day.toordinal() < self.days[1]

    def is_published(self, day: dt.date, *, drafts: bool) -> bool:
        """Whether the article is built on a day."""
        return drafts or not (self.is_draft or (self.published or 0) > day.toordinal())


DRAFT, SIGN, LINKS, FRAGMENTS, STATEMENTS = range(5)
"""Sections of `Entry.drafted`."""

SECTIONS: tuple[object, ...] = (
    Draft,
    Sign,
    tuple[Link, ...],
    tuple[str, ...],
    tuple[Statement, ...],
)
"""The types of those sections."""


class SourceRow(Row, frozen=True):
    """A record of the library that was read. `record` holds the sections RECORD and COPY.

    `key` is a digest of the record's and the copy's bytes; `files` are the copy's files, as the record names them.
    """

    id: str
    file: str
    key: bytes
    files: tuple[str, ...]
    record: Ref | None
    has_note: bool
    days: tuple[int, int]
    problems: tuple[Problem, ...]


RECORD, COPY = range(2)
"""Sections of `SourceRow.record`."""


def draft_of(entry: Entry, store: Store) -> Draft:
    """An article's draft."""
    return section(store, entry.drafted, DRAFT, Draft)


def judged_of(entry: Entry, store: Store) -> Judged:
    """What judging an article found."""
    return section(store, entry.judged, 0, Judged)


def own_copies(entry: Entry, store: Store) -> dict[tuple[str, str], Copy]:
    """What is known of the copies of an article's own sources; their texts are left out."""
    found = section(store, entry.judged, 1, tuple[Copy, ...])
    return {(entry.article, copy.source): copy for copy in found}


def sign_of(entry: Entry, store: Store) -> Sign:
    """What an article tells of itself."""
    return section(store, entry.drafted, SIGN, Sign)


def source_of(row: SourceRow, store: Store) -> Source | None:
    """The record of a source; None where it cannot be read."""
    return None if row.record is None else section(store, row.record, RECORD, Source)


def copy_of(row: SourceRow, store: Store) -> Copy | None:
    """What is known of a source's copy; its text is left out."""
    return None if row.record is None else section(store, row.record, COPY, Copy | None)  # type: ignore[arg-type] # a union is no class


def holding(day: dt.date, turns: Iterable[int]) -> tuple[int, int]:
    """The days between which no turn lies: a turn is the ordinal of a day from which on something is different."""
    today = day.toordinal()
    before, after = ALWAYS
    for turn in turns:
        if turn <= today:
            before = max(before, turn)
        else:
            after = min(after, turn)
    return before, after
