"""The source library, value by value: each record a job with a key, each copy opened only when a quotation is looked for."""

import datetime as dt
import posixpath
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sitegen.building.articles import source_turns
from sitegen.building.entries import ALWAYS, SourceRow, copy_of, holding, source_of
from sitegen.building.files import Files
from sitegen.building.rows import encoded, key_of
from sitegen.building.store import Store
from sitegen.judging.dates import source_dates
from sitegen.model.findings import Copy
from sitegen.model.places import Place, Problem
from sitegen.model.records import Source
from sitegen.reading.copies import copy_files, read_copy
from sitegen.reading.records import read_source

MOST_TEXT = 32 * 1024 * 1024
"""Code points of copies' texts that a process holds at most: a library may have thousands of long ones."""


@dataclass(frozen=True, slots=True)
class SourceJob:
    """A record's file, with all files of its folder that have its stem, and its row from before."""

    file: str
    beside: tuple[str, ...]
    known: SourceRow | None


@dataclass(frozen=True)
class SourceBench:
    """What the reading of all records shares."""

    files: Files
    day: dt.date
    store: Store


def source_key(job: SourceJob, named: Iterable[str], files: Files) -> bytes:
    """The key of a record: its bytes, and those of every file that may be its copy, or be named as such."""
    names = dict.fromkeys((job.file, *job.beside, *named))
    return key_of("source", [(name, files.digest(name)) for name in names])


def is_fresh(job: SourceJob, files: Files, day: dt.date) -> bool:
    """Whether a record's row from before still holds."""
    row = job.known
    if row is None or not row.days[0] <= day.toordinal() < row.days[1]:
        return False
    return row.key == source_key(job, row.files, files)


def read_source_row(job: SourceJob, bench: SourceBench) -> SourceRow:
    """Read a record and its copy, and keep what was read but for the copy's text."""
    source, problems = read_source(bench.files.read(job.file), job.file)
    identifier = posixpath.basename(job.file).rpartition(".")[0]
    if source is None:
        key = source_key(job, (), bench.files)
        return SourceRow(identifier, job.file, key, (), None, has_note=False, days=ALWAYS, problems=problems)
    folder = posixpath.dirname(job.file)
    named = source.snapshot.file if source.snapshot is not None else ""
    wanted = (f"{folder}/{named}", f"{folder}/{named.rpartition('.')[0]}.txt") if named else ()
    there = {name for name in (*job.beside, *wanted) if bench.files.digest(name)}
    copy, found = read_copy(source, copy_files(source, folder, there), bench.files.read)
    bare = replace(copy, text="") if copy is not None and copy.text is not None else copy
    return SourceRow(
        id=source.id,
        file=job.file,
        key=source_key(job, wanted, bench.files),
        files=wanted,
        record=bench.store.put([encoded(source), encoded(bare)]),
        has_note=bool(source.note),
        days=holding(bench.day, source_turns(source)),
        problems=(*problems, *found, *source_dates(source, "", bench.day)),
    )


class Records(Mapping[str, Source]):
    """The records of a library, by id, each taken from where it was kept when it is first asked for."""

    def __init__(self, rows: Mapping[str, SourceRow], store: Store) -> None:
        self.rows = {key: row for key, row in rows.items() if row.record is not None}
        self._store = store
        self._known: dict[str, Source] = {}

    def __getitem__(self, key: str) -> Source:
        known = self._known.get(key)
        if known is None:
            known = source_of(self.rows[key], self._store)
            if known is None:
                raise KeyError(key)
            self._known[key] = known
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class Copies(Mapping[str, Copy]):
    """The copies of a library's sources, by id, without their texts: what a page says of them."""

    def __init__(self, rows: Mapping[str, SourceRow], store: Store) -> None:
        self._rows = {key: row for key, row in rows.items() if row.record is not None}
        self._store = store
        self._known: dict[str, Copy | None] = {}

    def __getitem__(self, key: str) -> Copy:
        if key not in self._known:
            self._known[key] = copy_of(self._rows[key], self._store)
        known = self._known[key]
        if known is None:
            raise KeyError(key)
        return known

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._rows if self.get(key) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Texts(Mapping[str, Copy]):
    """The copies of a library's sources with their texts, read when a quotation is looked for; the latest are held."""

    def __init__(self, bare: Copies, records: Records, rows: Mapping[str, SourceRow], files: Files) -> None:
        self._bare = bare
        self._records = records
        self._rows = rows
        self._files = files
        self._held: OrderedDict[str, Copy] = OrderedDict()
        self._length = 0

    def __getitem__(self, key: str) -> Copy:
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
            return held
        bare = self._bare[key]
        if bare.text is None:
            return bare
        text = self._read(key, bare.file)
        copy = replace(bare, text=text)
        self._held[key] = copy
        self._length += len(text)
        while self._length > MOST_TEXT and len(self._held) > 1:
            _, oldest = self._held.popitem(last=False)
            self._length -= len(oldest.text or "")
        return copy

    def _read(self, key: str, raw: str) -> str:
        beside = f"{raw.rpartition('.')[0]}.txt"
        textual = beside if self._files.digest(beside) else raw
        copy, _ = read_copy(self._records[key], (raw, textual), self._files.read)
        return copy.text or "" if copy is not None else ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._bare)

    def __len__(self) -> int:
        return len(self._bare)


def duplicates(rows: Iterable[SourceRow]) -> tuple[dict[str, SourceRow], list[Problem]]:
    """The rows by id, and what is wrong where two records share one: the first by name is the record."""
    found: dict[str, SourceRow] = {}
    problems: list[Problem] = []
    for row in rows:
        problems += row.problems
        if row.id not in found or found[row.id].record is None:
            found[row.id] = row
        elif row.record is not None:
            message = f'two records of the source "{row.id}"'
            other = f"the other is {found[row.id].file}"
            problems.append(Problem("id-duplicate", message, Place(row.file), other))
    return found, problems
