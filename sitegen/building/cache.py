"""What is remembered between runs: the folder `.sitegen/` of a site, safe to delete at any time.

An index names what is known, packs hold the values (`building.store`). The index begins with a fingerprint of the
program that wrote it and a digest of itself: one that is foreign, half-written or damaged is not used. It is replaced in one step. Processes
that use the folder hold a lock together; only one that is alone removes what nothing names any longer.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

import msgspec

from sitegen.building.entries import Entry, SourceRow
from sitegen.building.files import DiskFiles, Stamp, digest_of
from sitegen.building.memory import Family, Linked, Made, Memo, Memory
from sitegen.building.output import Known
from sitegen.building.replay import (
    FOLDER,
    Index,
    Output,
    Report,
    drop_receipt,
    leave_receipt,
    make_folder,
    named,
    remembered,
    write_index,
)
from sitegen.building.rows import Table, decoded, encoded
from sitegen.building.store import DamagedStoreError, DiskStore, Ref

_WASTE = 3
"""Packs are written anew when they are so many times as large as what is still named of them."""

_SMALL = 32 * 1024 * 1024
"""Bytes of packs below which waste is not looked for."""

_MANY = 64
"""Packs from which on they are joined: each is a file that is held open."""


class Cache:
    """The cache of a site, opened for one run. Use it as a context.

    Where the folder cannot be written, or is not wanted, what is made is kept in a folder for this run alone.
    """

    def __init__(self, root: Path, *, wanted: bool = True, index: Index | None = None) -> None:
        self.root = root
        self.folder = root / FOLDER
        self.index = index
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
        self.index = self.index or remembered(self.root)
        return self

    def _take(self) -> bool:
        """Make the folder if need be, and share its lock."""
        try:
            make_folder(self.root)
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

    @property
    def kept_in(self) -> Path | None:
        """The folder in which something can be kept for the next run; None where nothing is to be."""
        return self.folder if self._wanted else None

    def inputs(self) -> dict[str, tuple[Stamp, bytes]]:
        """The digests of the site's files that were known, each with the stamp that its file had."""
        if self.index is None:
            return {}
        return {
            name: ((values[0], values[1], values[2], values[3]), digest)
            for name, values, digest in self.index.inputs.rows(4)
        }

    def known_output(self, folder: Path) -> dict[str, Known]:
        """The files that the last build left in a folder."""
        row = self.index.outputs.get(named(folder, self.root)) if self.index is not None else None
        if row is None:
            return {}
        return {
            name: (digest, (values[0], values[1], values[2])) for name, values, digest in row.files.rows(3)
        }

    def spare(self, folder: Path) -> Path | None:
        """Where the output folder that a build replaces is laid aside for the next one; None where it cannot be."""
        if not self._wanted:
            return None
        name = digest_of(named(folder, self.root).encode()).hex()[:16]
        return self.folder / "spare" / name

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
        """Remember all this from now on, and what was left in an output folder: that alone where nothing is to be remembered.

        A full disk costs the memory, not the build.
        """
        outputs = dict(self.index.outputs) if self.index is not None else {}
        if output is not None:
            folder, known, report = output
            left = Output(Table.of((path, stamp, digest) for path, (digest, stamp) in known.items()), report)
            outputs[named(folder, self.root)] = left
            with contextlib.suppress(OSError):
                if self._wanted:
                    drop_receipt(self.root, folder)
                else:
                    leave_receipt(self.root, folder, left)
        if not self._wanted:
            return
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
            write_index(self.root, encoded(index))
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
            # The system gave up the shared lock in the attempt.
            fcntl.flock(self._lock, fcntl.LOCK_SH)
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
