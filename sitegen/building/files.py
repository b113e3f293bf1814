"""The files of a site: the one door between the build and the disk.

Everything up to `building.build` asks a `Files` for names and bytes, and so can be given a folder on disk or a
mapping in memory.
"""

import copy
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from sitegen.model.places import Place, Problem

SETTINGS = "sitegen.yaml"
ROOMS = ("content", "themes", "seeds")
"""The folders of a site that a build reads."""

UNNAMABLE = "the name is not UTF-8, or holds a control character"
"""What is said of a file whose name can stand in no address."""

_NEVER_IN_A_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


Stamp = tuple[int, int, int, int]
"""What tells a file from its former self without opening it: modified (ns), changed (ns), inode, size."""

RACY = 100_000_000
"""Nanoseconds within which a file may change twice and bear one stamp: a clock of the disk is that coarse."""


def digest_of(content: bytes) -> bytes:
    """The digest by which bytes are known: SHA-256."""
    return hashlib.sha256(content).digest()


class Files(Protocol):
    """Names, relative to the site's root with forward slashes and sorted, and the bytes behind them."""

    def names(self) -> tuple[str, ...]:
        """All files of the site that a build may read."""
        ...

    def read(self, name: str) -> bytes:
        """The bytes of one of them."""
        ...

    def digest(self, name: str) -> bytes:
        """The digest of a file's bytes; empty where there is no such file."""
        ...

    def learn(self, name: str, digest: bytes) -> None:
        """Take note of a digest that was found elsewhere, by whoever read the file."""
        ...

    def problems(self) -> tuple[Problem, ...]:
        """What was found in the site's folders that cannot be read."""
        ...


class MemoryFiles:
    """A site that is held in memory."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self.contents = contents

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self.contents))

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return self.contents[name]

    def digest(self, name: str) -> bytes:
        """The digest of a file's bytes; empty where there is no such file."""
        return digest_of(self.contents[name]) if name in self.contents else b""

    def learn(self, name: str, digest: bytes) -> None:
        """Nothing to take note of: what is in memory is read at once."""

    def problems(self) -> tuple[Problem, ...]:
        """Nothing: what is in memory can be read."""
        return ()


class DiskFiles:
    """A site's folder on disk, as it was when it was looked at.

    Hidden files are left out. A symbolic link that leads out of the site, or nowhere, is a problem, and is left
    out as well: what is published must come from the site. `stamps` holds the stamp of each file, by name, sorted.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._known: Mapping[str, tuple[Stamp, bytes]] = {}
        self._digests: dict[str, bytes] = {}
        self._problems: list[Problem] = []
        self.looked = time.time_ns()
        self.stamps: dict[str, Stamp] = dict(sorted(self._walk()))
        self._names = tuple(self.stamps)

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return self._names

    def read(self, name: str) -> bytes:
        """The bytes of a file, as they are now."""
        return self.path(name).read_bytes()

    def shown(self, name: str) -> bytes:
        """The bytes of a file for whoever shows a line of it: none of what was left out of the site."""
        return self.read(name) if name in self.stamps else b""

    def path(self, name: str) -> Path:
        """Where a file is on disk."""
        return self.root / name

    def digest(self, name: str) -> bytes:
        """The digest of a file's bytes; empty where there is no such file. Only a file with a new stamp is read."""
        found = self._digests.get(name)
        if found is None:
            stamp = self.stamps.get(name)
            if stamp is None:
                return b""
            known = self._known.get(name)
            found = known[1] if known is not None and known[0] == stamp else digest_of(self.read(name))
            self._digests[name] = found
        return found

    def know(self, known: Mapping[str, tuple[Stamp, bytes]]) -> None:
        """Rely on digests from before, each where its file still bears the stamp that it then had."""
        self._known = known

    def again(self, names: frozenset[str]) -> "DiskFiles | None":
        """The folder with some files looked at again; None where that does not do: one came, went, or is a link."""
        stamps = dict(self.stamps)
        looked = time.time_ns()
        for name in names:
            if name not in stamps or self.path(name).is_symlink():
                return None
            try:
                status = self.path(name).stat()
            except OSError:
                return None
            if not stat.S_ISREG(status.st_mode):
                return None
            stamps[name] = _stamp(status)
        other = copy.copy(self)
        other.stamps, other.looked = stamps, looked
        other._digests = {  # noqa: SLF001 - its own kind
            name: digest for name, digest in self._digests.items() if name not in names
        }
        return other

    def is_settled(self, stamp: Stamp) -> bool:
        """Whether a file had been at rest when it was looked at: only then does its stamp tell of later changes."""
        return max(stamp[0], stamp[1]) < self.looked - RACY

    def learn(self, name: str, digest: bytes) -> None:
        """Take note of a digest that was found elsewhere, by whoever read the file."""
        self._digests[name] = digest

    def digests(self) -> Iterator[tuple[str, Stamp, bytes]]:
        """What may be relied on the next time: files that changed just before they were looked at are left out."""
        for name, stamp in self.stamps.items():
            digest = self._digests.get(name)
            if digest is None:
                known = self._known.get(name)
                digest = known[1] if known is not None and known[0] == stamp else None
            if digest is not None and self.is_settled(stamp):
                yield name, stamp, digest

    def problems(self) -> tuple[Problem, ...]:
        """What cannot be read, by place."""
        return tuple(sorted(self._problems, key=lambda problem: problem.place))

    def _walk(self) -> Iterator[tuple[str, Stamp]]:
        if (self.root / SETTINGS).is_file():
            yield SETTINGS, _stamp((self.root / SETTINGS).stat())
        for room in ROOMS:
            path = self.root / room
            if path.is_symlink() and not self._is_inside(room, path, (self.root,)):
                continue
            if path.is_dir():
                yield from self._walk_folder(room, str(path), (self.root, path.resolve()))

    def _walk_folder(self, folder: str, path: str, trail: tuple[Path, ...]) -> Iterator[tuple[str, Stamp]]:
        """The files below a folder; `trail` holds the folders that led to it, links followed."""
        try:
            entries = list(os.scandir(path))
        except OSError as error:
            self._report(folder, f"the folder cannot be read: {error.strerror}")
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = f"{folder}/{entry.name}"
            if not self._is_named(name):
                continue
            linked = entry.is_symlink()
            if linked and not self._is_inside(name, Path(entry.path), trail):
                continue
            if entry.is_dir():
                inner = Path(entry.path).resolve() if linked else trail[-1] / entry.name
                yield from self._walk_folder(name, entry.path, (*trail, inner))
                continue
            status = entry.stat()
            if stat.S_ISREG(status.st_mode):
                if status.st_mode & stat.S_IROTH or os.access(entry.path, os.R_OK):
                    yield name, _stamp(status)
                else:
                    self._report(name, "the file cannot be read: permission denied")

    def _is_named(self, name: str) -> bool:
        """Whether a name can stand in an address; one that cannot is reported."""
        if is_namable(name):
            return True
        self._report(shown_name(name), UNNAMABLE, "rename it")
        return False

    def _is_inside(self, name: str, path: Path, trail: tuple[Path, ...]) -> bool:
        """Whether a symbolic link leads to something of the site that is not on the way to it."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            self._report(name, "a symbolic link that leads nowhere")
            return False
        if not target.is_relative_to(self.root):
            self._report(name, "a symbolic link that leads out of the site", "copy the file into the site")
            return False
        # A link to a folder that holds it would be walked for ever.
        if any(folder.is_relative_to(target) for folder in trail):
            self._report(name, "a symbolic link to a folder that holds it")
            return False
        return True

    def _report(self, name: str, message: str, hint: str = "") -> None:
        self._problems.append(Problem("file-unreadable", message, Place(name), hint))


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size


def is_namable(name: str) -> bool:
    """Whether a name can stand in an address: a disk holds bytes, and not all are text."""
    return (name.isascii() and name.isprintable()) or _NEVER_IN_A_NAME.search(name) is None


def shown_name(name: str) -> str:
    """A name that cannot stand in an address, as it can be printed."""
    return _NEVER_IN_A_NAME.sub("\N{REPLACEMENT CHARACTER}", name)


def find_root(start: Path) -> Path | None:
    """The nearest folder upwards that holds a `sitegen.yaml`."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / SETTINGS).is_file()), None)
