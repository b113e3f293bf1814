"""The files of a site: the one door between the build and the disk.

Everything up to `building.build` asks a `Files` for names and bytes, and so can be given a folder on disk or a
mapping in memory.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from sitegen.model.places import Place, Problem

SETTINGS = "sitegen.yaml"
ROOMS = ("content", "themes", "seeds")
"""The folders of a site that a build reads."""

_UNNAMABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Files(Protocol):
    """Names, relative to the site's root with forward slashes and sorted, and the bytes behind them."""

    def names(self) -> tuple[str, ...]:
        """All files of the site that a build may read."""
        ...

    def read(self, name: str) -> bytes:
        """The bytes of one of them."""
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

    def problems(self) -> tuple[Problem, ...]:
        """Nothing: what is in memory can be read."""
        return ()


class DiskFiles:
    """A site's folder on disk.

    Hidden files are left out. A symbolic link that leads out of the site, or nowhere, is a problem, and is left
    out as well: what is published must come from the site.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._problems: list[Problem] = []
        self._names = tuple(sorted(self._walk()))

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return self._names

    def read(self, name: str) -> bytes:
        """The bytes of a file, as they are now."""
        return self.path(name).read_bytes()

    def path(self, name: str) -> Path:
        """Where a file is on disk."""
        return self.root / name

    def problems(self) -> tuple[Problem, ...]:
        """What cannot be read."""
        return tuple(self._problems)

    def _walk(self) -> Iterator[str]:
        if (self.root / SETTINGS).is_file():
            yield SETTINGS
        for room in ROOMS:
            path = self.root / room
            if path.is_symlink() and not self._is_inside(room, path, (self.root,)):
                continue
            if path.is_dir():
                yield from self._walk_folder(room, (self.root, path.resolve()))

    def _walk_folder(self, folder: str, trail: tuple[Path, ...]) -> Iterator[str]:
        """The files below a folder; `trail` holds the folders that led to it, links followed."""
        try:
            entries = sorted(os.scandir(self.root / folder), key=lambda entry: entry.name)
        except OSError as error:
            self._report(folder, f"the folder cannot be read: {error.strerror}")
            return
        for entry in entries:
            name = f"{folder}/{entry.name}"
            if entry.name.startswith(".") or not self._is_named(name):
                continue
            if entry.is_symlink() and not self._is_inside(name, Path(entry.path), trail):
                continue
            if entry.is_dir():
                yield from self._walk_folder(name, (*trail, Path(entry.path).resolve()))
            elif stat.S_ISREG(entry.stat().st_mode):
                if os.access(entry.path, os.R_OK):
                    yield name
                else:
                    self._report(name, "the file cannot be read: permission denied")

    def _is_named(self, name: str) -> bool:
        """Whether a name can stand in an address: a disk holds bytes, and not all are text."""
        if _UNNAMABLE.search(name) is None:
            return True
        shown = _UNNAMABLE.sub("\N{REPLACEMENT CHARACTER}", name)
        self._report(shown, "the name is not UTF-8, or holds a control character", "rename it")
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


def find_root(start: Path) -> Path | None:
    """The nearest folder upwards that holds a `sitegen.yaml`."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / SETTINGS).is_file()), None)
