"""Where a build keeps what it made: sections of bytes in append-only packs, each with a checksum.

A value is written once and named by where it stands (`Ref`). Every process writes packs of its own, so any number of
them can write at once. What cannot be read back as it was written raises `DamagedStoreError`: whoever holds a cache then
throws it away and makes everything anew.
"""

import contextlib
import os
import secrets
import threading
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

SUFFIX = ".pack"
_CHECK = 4
"""Bytes of the checksum (CRC-32) that follow each section."""


class DamagedStoreError(Exception):
    """What was kept is not what is read: the file was changed, cut off or removed."""


class Ref(msgspec.Struct, array_like=True, frozen=True):
    """Where some sections stand: the pack, the first byte, and the length of each."""

    pack: str
    offset: int
    lengths: tuple[int, ...]

    @property
    def end(self) -> int:
        """The first byte after the last section's checksum."""
        return self.offset + sum(self.lengths) + _CHECK * len(self.lengths)


class Store(Protocol):
    """Keeps sections of bytes."""

    def put(self, sections: Sequence[bytes]) -> Ref:
        """Keep some sections together."""
        ...

    def get(self, ref: Ref, index: int) -> bytes:
        """One of the sections of a `put`."""
        ...


class MemoryStore:
    """Keeps everything in this process."""

    def __init__(self) -> None:
        self._kept: list[tuple[bytes, ...]] = []

    def put(self, sections: Sequence[bytes]) -> Ref:
        """Keep some sections together."""
        self._kept.append(tuple(sections))
        return Ref("", len(self._kept) - 1, tuple(map(len, sections)))

    def get(self, ref: Ref, index: int) -> bytes:
        """One of the sections of a `put`."""
        return self._kept[ref.offset][index]


class _Reader:
    """A pack that is open for reading, for as long as anyone holds this."""

    def __init__(self, path: Path) -> None:
        self._handle = -1
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self, length: int, offset: int) -> bytes:
        """Some bytes of the pack."""
        return os.pread(self._handle, length, offset)

    def __del__(self) -> None:
        # A thread may be in the midst of reading while the store is closed: the number of a file that was closed
        # under it could by then be another file's.
        if self._handle >= 0:
            os.close(self._handle)


class DiskStore:
    """Keeps sections in the packs of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._readers: dict[str, _Reader] = {}
        self._writer: tuple[int, str, int] | None = None
        self._offset = 0
        self._lock = threading.Lock()
        self._process = os.getpid()

    def put(self, sections: Sequence[bytes]) -> Ref:
        """Keep some sections together, in this process's own pack."""
        parts: list[bytes] = []
        for section in sections:
            parts += (section, zlib.crc32(section).to_bytes(_CHECK, "little"))
        whole = b"".join(parts)
        if self._process != os.getpid():
            # A forked process must not wait for a thread that it does not have.
            self._process, self._lock = os.getpid(), threading.Lock()
        with self._lock:
            handle, pack = self._own_pack()
            ref = Ref(pack, self._offset, tuple(map(len, sections)))
            try:
                view = memoryview(whole)
                while view:
                    view = view[os.write(handle, view) :]
            except OSError:
                # Whatever was written of it, nothing can follow there.
                self._writer = None
                os.close(handle)
                raise
            self._offset += len(whole)
        return ref

    def _own_pack(self) -> tuple[int, str]:
        """A forked process begins a pack of its own: the one it inherited is its parent's."""
        process = os.getpid()
        if self._writer is None or self._writer[0] != process:
            self.folder.mkdir(parents=True, exist_ok=True)
            pack = secrets.token_hex(6)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._writer = process, pack, os.open(self._path(pack), flags, 0o600)
            self._offset = 0
        return self._writer[2], self._writer[1]

    def get(self, ref: Ref, index: int) -> bytes:
        """One of the sections of a `put`; raises `DamagedStoreError` where it is not what was put."""
        length = ref.lengths[index]
        offset = ref.offset + sum(ref.lengths[:index]) + _CHECK * index
        content = self._reader(ref.pack).read(length + _CHECK, offset)
        section = content[:length]
        if (
            len(content) != length + _CHECK
            or zlib.crc32(section).to_bytes(_CHECK, "little") != content[length:]
        ):
            raise DamagedStoreError(ref.pack)
        return section

    def _reader(self, pack: str) -> _Reader:
        known = self._readers.get(pack)
        if known is None:
            try:
                # Of two threads that open one pack at once, one lets go of its own again.
                known = self._readers.setdefault(pack, _Reader(self._path(pack)))
            except OSError as error:
                raise DamagedStoreError(pack) from error
        return known

    def _path(self, pack: str) -> Path:
        return self.folder / f"{pack}{SUFFIX}"

    def packs(self) -> dict[str, int]:
        """The packs that are there, with their sizes in bytes."""
        with contextlib.suppress(FileNotFoundError):
            return {
                entry.name.removesuffix(SUFFIX): entry.stat().st_size
                for entry in os.scandir(self.folder)
                if entry.name.endswith(SUFFIX)
            }
        return {}

    def drop(self, packs: Iterable[str]) -> None:
        """Remove packs that nothing names any longer."""
        for pack in packs:
            with contextlib.suppress(OSError):
                self._path(pack).unlink()

    def close(self) -> None:
        """Let go of all files."""
        self._readers.clear()
        if self._writer is not None and self._writer[0] == os.getpid():
            with contextlib.suppress(OSError):
                os.close(self._writer[2])
        self._writer = None
