"""What is remembered between runs: the folder `.sitegen/` of a site, safe to delete at any time.

An index names what is known, packs hold the values (`building.store`). The index begins with a fingerprint of the
program that wrote it and a digest of itself: one that is foreign, half-written or damaged is not used. It is replaced in one step. Processes
that use the folder hold a lock together; only one that is alone removes what nothing names any longer.
"""

import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import sys
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

import msgspec

import sitegen
from sitegen.building.calendar import today
from sitegen.building.entries import Entry, Row, SourceRow, decoded, encoded
from sitegen.building.files import DiskFiles, Stamp, digest_of
from sitegen.building.memory import Family, Linked, Made, Memo, Memory
from sitegen.building.output import Known, stamp_of
from sitegen.building.store import DamagedStoreError, DiskStore, Ref
from sitegen.model.places import Graded
from sitegen.model.tally import Summing

FOLDER = ".sitegen"
_MAGIC = b"sitegen cache\n"
_INDEX = "index"
_WASTE = 3
"""Packs are written anew when they are so many times as large as what is still named of them."""

_SMALL = 32 * 1024 * 1024
"""Bytes of packs below which waste is not looked for."""

_MANY = 64
"""Packs from which on they are joined: each is a file that is held open."""


def joined_names(names: Iterable[str]) -> bytes:
    """Names as one text: none of them can hold a NUL."""
    return "\0".join(names).encode("utf-8", "surrogateescape")


def joined_numbers(rows: Iterable[tuple[int, ...]]) -> bytes:
    """The numbers of all rows, one after the other, each in eight bytes."""
    return array("q", itertools.chain.from_iterable(rows)).tobytes()


def _names(joined: bytes) -> list[str]:
    return joined.decode("utf-8", "surrogateescape").split("\0") if joined else []


class Table(Row, frozen=True):
    """Files with numbers and a digest each, column by column."""

    names: bytes
    numbers: bytes
    digests: bytes

    @classmethod
    def of(cls, rows: Iterable[tuple[str, tuple[int, ...], bytes]]) -> "Table":
        """A table of rows; all have as many numbers."""
        rows = tuple(rows)
        return cls(
            joined_names(row[0] for row in rows),
            joined_numbers(row[1] for row in rows),
            b"".join(row[2] for row in rows),
        )

    def rows(self, width: int) -> Iterator[tuple[str, tuple[int, ...], bytes]]:
        """The rows again; `width` is the count of numbers in each."""
        names = _names(self.names)
        numbers = array("q")
        numbers.frombytes(self.numbers)
        size = len(self.digests) // max(1, len(names))
        columns = zip(*(numbers[column::width] for column in range(width)), strict=True)
        for index, (name, values) in enumerate(zip(names, columns, strict=True)):
            yield name, values, self.digests[index * size : (index + 1) * size]


class Report(Row, frozen=True):
    """What a finished build said, so that one that would do the same can say it again.

    It holds between the days `days` of the time zone `timezone`. `looked` are the site's files with their stamps, `options` what
    else was asked for; `size` counts the bytes of the output, `files` its files.
    """

    looked: Table
    options: str
    timezone: str
    days: tuple[int, int]
    summing: Summing
    problems: tuple[Graded, ...]
    size: int
    files: int


class Output(Row, frozen=True):
    """What the last build left in an output folder: its files with stamps and digests, and what it said."""

    files: Table
    report: Report | None


class Index(Row, frozen=True):
    """All that is named of the packs."""

    inputs: Table
    outputs: dict[str, Output]
    entries: msgspec.Raw
    sources: msgspec.Raw
    linked: msgspec.Raw
    made: msgspec.Raw
    families: msgspec.Raw
    memos: msgspec.Raw
    frame: bytes


class Cache:
    """The cache of a site, opened for one run. Use it as a context.

    Where the folder cannot be written, or is not wanted, what is made is kept in a folder for this run alone.
    """

    def __init__(self, root: Path, *, wanted: bool = True) -> None:
        self.root = root
        self.folder = root / FOLDER
        self.index: Index | None = None
        self.store = DiskStore(self.folder / "packs")
        self._wanted = wanted
        self._temporary: Path | None = None
        self._lock: int | None = None

    def __enter__(self) -> Self:
        if not self._wanted or not self._take():
            self._wanted = False
            self._temporary = Path(tempfile.mkdtemp(prefix="sitegen-"))
            self.store = DiskStore(self._temporary)
            return self
        with contextlib.suppress(OSError, DamagedStoreError):
            self.index = _read(self.folder / _INDEX)
        return self

    def _take(self) -> bool:
        """Make the folder if need be, and share its lock."""
        try:
            self.folder.mkdir(exist_ok=True)
            ignored = self.folder / ".gitignore"
            if not ignored.exists():
                ignored.write_text("*\n", encoding="utf-8")
                tag = "Signature: 8a477f597d28d172789f06886806bc55\n# What sitegen remembers between builds; safe to delete.\n"
                (self.folder / "CACHEDIR.TAG").write_text(tag, encoding="utf-8")
            self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_SH)
        except OSError:
            return False
        return os.access(self.folder, os.W_OK)

    def __exit__(self, *_: object) -> None:
        self.store.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)

    def inputs(self) -> dict[str, tuple[Stamp, bytes]]:
        """The digests of the site's files that were known, each with the stamp that its file had."""
        if self.index is None:
            return {}
        return {
            name: ((values[0], values[1], values[2], values[3]), digest)
            for name, values, digest in self.index.inputs.rows(4)
        }

    def _named(self, folder: Path) -> str:
        """An output folder's name: one within the site moves with it."""
        inside = folder.is_relative_to(self.root)
        return str(folder.relative_to(self.root) if inside else folder)

    def known_output(self, folder: Path) -> dict[str, Known]:
        """The files that the last build left in a folder."""
        row = self.index.outputs.get(self._named(folder)) if self.index is not None else None
        if row is None:
            return {}
        return {
            name: (digest, (values[0], values[1], values[2])) for name, values, digest in row.files.rows(3)
        }

    def said(self, files: DiskFiles, folder: Path, options: str) -> Report | None:
        """What the last build said, where another would read and write the very same files."""
        row = self.index.outputs.get(self._named(folder)) if self.index is not None else None
        if row is None or row.report is None or row.report.options != options:
            return None
        looked, stamps = row.report.looked, files.stamps
        if looked.names != joined_names(stamps) or looked.numbers != joined_numbers(stamps.values()):
            return None
        first, last = row.report.days
        if not first <= today(row.report.timezone).toordinal() < last:
            return None
        there = str(folder)
        intact = joined_numbers(stamp_of(f"{there}/{path}") for path in _names(row.files.names))
        return row.report if intact == row.files.numbers else None

    def memory(self) -> Memory:
        """What is remembered of the site; raises `DamagedStoreError` where it cannot be read."""
        memory = Memory(self.store)
        if self.index is not None:
            memory.entries = decoded(self.index.entries, dict[str, Entry])
            memory.sources = decoded(self.index.sources, dict[str, SourceRow])
            memory.linked = decoded(self.index.linked, dict[str, Linked])
            memory.made = decoded(self.index.made, dict[str, Made])
            memory.families = decoded(self.index.families, dict[str, Family])
            memory.memos = decoded(self.index.memos, dict[str, Memo])
            memory.frame = self.index.frame
        return memory

    def forget(self) -> None:
        """Use nothing of what was remembered: it is damaged."""
        self.index = None
        self.store.close()

    def save(
        self,
        memory: Memory,
        files: DiskFiles,
        output: tuple[Path, dict[str, Known], Report | None] | None = None,
    ) -> None:
        """Remember all this from now on, and what was left in an output folder. A full disk costs the memory, not the build."""
        if not self._wanted:
            return
        outputs = dict(self.index.outputs) if self.index is not None else {}
        if output is not None:
            folder, known, report = output
            left = Table.of((path, stamp, digest) for path, (digest, stamp) in known.items())
            outputs[self._named(folder)] = Output(left, report)
        with contextlib.suppress(OSError, DamagedStoreError):
            self._tidy(memory)
            index = Index(
                Table.of(files.digests()),
                outputs,
                msgspec.Raw(encoded(memory.entries)),
                msgspec.Raw(encoded(memory.sources)),
                msgspec.Raw(encoded(memory.linked)),
                msgspec.Raw(encoded(memory.made)),
                msgspec.Raw(encoded(memory.families)),
                msgspec.Raw(encoded(memory.memos)),
                memory.frame,
            )
            _write(self.folder / _INDEX, encoded(index))
            self._sweep(memory)

    def _tidy(self, memory: Memory) -> None:
        """Write what is still named into one new pack, where most of the packs is waste, or they are many."""
        packs = self.store.packs()
        named = sum(ref.end - ref.offset for ref in _refs(memory))
        if len(packs) < _MANY and (sum(packs.values()) < _SMALL or sum(packs.values()) < _WASTE * named):
            return
        fresh = DiskStore(self.store.folder)
        moved: dict[Ref, Ref] = {}
        for ref in _refs(memory):
            if ref not in moved:
                moved[ref] = fresh.put([self.store.get(ref, index) for index in range(len(ref.lengths))])
        fresh.close()
        _move(memory, moved)

    def _sweep(self, memory: Memory) -> None:
        """Remove the packs that nothing names, unless another process is at work here."""
        if self._lock is None:
            return
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        named = {ref.pack for ref in _refs(memory)}
        self.store.drop(pack for pack in self.store.packs() if pack not in named)
        fcntl.flock(self._lock, fcntl.LOCK_SH)


def _refs(memory: Memory) -> Iterator[Ref]:
    for entry in memory.entries.values():
        yield entry.drafted
        yield entry.judged
    yield from (row.record for row in memory.sources.values() if row.record is not None)
    yield from (made.parts for made in memory.made.values())
    yield from (memo.value for memo in memory.memos.values())


def _move(memory: Memory, moved: Mapping[Ref, Ref]) -> None:
    replace = msgspec.structs.replace
    memory.entries = {
        name: replace(entry, drafted=moved[entry.drafted], judged=moved[entry.judged])
        for name, entry in memory.entries.items()
    }
    memory.sources = {
        name: row if row.record is None else replace(row, record=moved[row.record])
        for name, row in memory.sources.items()
    }
    memory.made = {name: replace(made, parts=moved[made.parts]) for name, made in memory.made.items()}
    memory.memos = {name: replace(memo, value=moved[memo.value]) for name, memo in memory.memos.items()}


def _read(path: Path) -> Index:
    content = path.read_bytes()
    head = len(_MAGIC) + 64
    if content[: len(_MAGIC)] != _MAGIC or content[len(_MAGIC) : len(_MAGIC) + 32] != fingerprint():
        raise DamagedStoreError("foreign")
    if content[len(_MAGIC) + 32 : head] != digest_of(content[head:]):
        raise DamagedStoreError("damaged")
    return decoded(content[head:], Index)


def _write(path: Path, payload: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix="index-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_MAGIC + fingerprint() + digest_of(payload))
            stream.write(payload)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def fingerprint() -> bytes:
    """The digest of the program: its version and files, and when a library beside it was last exchanged."""
    root = Path(sitegen.__file__).parent
    digest = hashlib.sha256(f"{sitegen.__version__} {sys.version}".encode())
    for path, stamp in sorted(_program(str(root))):
        digest.update(f"{path}\0{stamp}\0".encode())
    for place in sorted({str(Path(file).parent.parent) for file in (msgspec.__file__,) if file}):
        with contextlib.suppress(OSError):
            digest.update(str(os.stat(place).st_mtime_ns).encode())  # noqa: PTH116 - one number
    return digest.digest()


def _program(folder: str, inner: str = "") -> Iterator[tuple[str, str]]:
    with os.scandir(f"{folder}/{inner}") as found:
        for entry in found:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir():
                yield from _program(folder, f"{inner}{entry.name}/")
            else:
                status = entry.stat()
                yield f"{inner}{entry.name}", f"{status.st_mtime_ns} {status.st_size}"
