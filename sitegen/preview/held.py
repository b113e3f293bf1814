"""A store for a long session: what an edit makes is held in memory for as long as anything names it, and costs no disk."""

import copy
import os
from collections.abc import Sequence

import msgspec

from sitegen.building.memory import Memory
from sitegen.building.store import DiskStore, Ref


class HeldRef(Ref, frozen=True):
    """Sections that are with whoever names them: they go when the last one has gone."""

    sections: tuple[bytes, ...]


class HeldStore:
    """Reads from a disk; what this process puts is held in memory once `holding`, or where the disk takes no more.

    At first all of a site is read, which may be more than memory should hold, so that it goes to the disk. A forked process
    has no way to hand back what it would hold: it puts all on the disk.
    """

    def __init__(self, disk: DiskStore) -> None:
        self.disk = disk
        self.holding = False
        self._process = os.getpid()

    def put(self, sections: Sequence[bytes]) -> Ref:
        """Keep some sections together."""
        if os.getpid() != self._process:
            return self.disk.put(sections)
        if not self.holding:
            try:
                return self.disk.put(sections)
            except OSError:
                self.holding = True
        return HeldRef("", 0, tuple(map(len, sections)), tuple(sections))

    def get(self, ref: Ref, index: int) -> bytes:
        """One of the sections of a `put`."""
        return ref.sections[index] if isinstance(ref, HeldRef) else self.disk.get(ref, index)


def on_disk(memory: Memory, disk: DiskStore) -> Memory:
    """The same memory with all that is held put on the disk, for other processes; raises `OSError` where it takes no more."""
    replace = msgspec.structs.replace

    def put(ref: Ref) -> Ref:
        return disk.put(ref.sections) if isinstance(ref, HeldRef) else ref

    def is_held(*refs: Ref | None) -> bool:
        return any(isinstance(ref, HeldRef) for ref in refs)

    kept = copy.copy(memory)
    kept.store = disk
    kept.entries = {
        name: replace(entry, drafted=put(entry.drafted), judged=put(entry.judged))
        if is_held(entry.drafted, entry.judged)
        else entry
        for name, entry in memory.entries.items()
    }
    kept.sources = {
        name: replace(row, record=put(row.record)) if row.record is not None and is_held(row.record) else row
        for name, row in memory.sources.items()
    }
    kept.memos = {
        name: replace(memo, value=put(memo.value)) if is_held(memo.value) else memo
        for name, memo in memory.memos.items()
    }
    return kept
