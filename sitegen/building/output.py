"""The output folder: a fresh one is filled beside the old, and swapped in when it is whole.

A manifest in the folder names the files that sitegen wrote. Whatever else lies there (a `.gitignore`, a `CNAME`)
is foreign: it is carried over and never deleted or overwritten.
"""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Self

from sitegen.model.errors import CannotGoOnError
from sitegen.model.files import File, Page
from sitegen.model.places import Place

MANIFEST = ".sitegen-manifest.json"
"""Names every file that sitegen wrote into the folder, with the SHA-256 of its bytes."""

STAGED = ".staged"
"""The end of the name of a folder that a build fills."""

OutputStamp = tuple[int, int, int]
"""Modified (ns), inode and size of a file."""

ABSENT: OutputStamp = (0, 0, 0)
"""The stamp of a file that is not there."""

Known = tuple[bytes, OutputStamp]
"""A file's digest, and the stamp that it had when it was written."""

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE = -100  # AT_FDCWD


class Output:
    """One build's output: files are gathered in a folder beside the real one, until `swap` puts it in its place.

    Use it as a context: what was not swapped in is removed again. `known` are the files of the last build with their
    digests and stamps: one that still bears its stamp is intact, and is linked instead of being written anew. Any number
    of processes may `add` files. Raises `CannotGoOnError` where the disk is full or the folder cannot be written.

    The folder that was replaced is laid aside as `spare`, if that is given: it differs from the real one by little, so the
    next build begins with it and links only what differs.
    """

    def __init__(
        self, folder: Path, known: Mapping[str, Known] | None = None, spare: Path | None = None
    ) -> None:
        self.folder = folder
        self.staged = Path()
        self.known = dict(known or {})
        self.spare = spare
        self._here = str(folder)
        self._there = ""
        self._folders: set[str] = set()
        self._begun = False
        self._left: dict[str, OutputStamp] = {}
        self._kept = 0
        self._copied: set[str] = set()
        self._swapped: Collection[str] = ()
        self._lock: int | None = None

    def __enter__(self) -> Self:
        with _told(self.folder):
            parent = self.folder.resolve().parent
            parent.mkdir(parents=True, exist_ok=True)
            _recover(self.folder)
            prefix = f".{self.folder.name}-"
            _sweep(parent, prefix)
            self.staged = Path(tempfile.mkdtemp(prefix=prefix, suffix=STAGED, dir=parent))
            self._begun = self._begin_with_spare()
            self._there = str(self.staged)
            self._lock = _locked(self.staged)
            # A temporary folder is its owner's alone; a published one is read by a server.
            self.staged.chmod(0o755)
        return self

    def _begin_with_spare(self) -> bool:
        """Take what the build before the last left, if it is there: of several builds at once, one gets it."""
        if self.spare is None or not self.known:
            return False
        with contextlib.suppress(OSError):
            # A folder takes the place of an empty one.
            self.spare.rename(self.staged)
            self._left = {
                path: _stamp(entry.stat(follow_symlinks=False)) for path, entry in _walk(str(self.staged))
            }
            return True
        return False

    def __exit__(self, *_: object) -> None:
        # A spare folder that was begun with is as good as before: each file is looked at before it is relied on.
        if not (
            self.spare is not None and (self._begun or self._kept * 2 > len(self.known)) and self._lay_aside()
        ):
            shutil.rmtree(self.staged, ignore_errors=True)
            if self._swapped and self.spare is not None and not self.spare.exists():
                self._make_spare(self.spare)
        if self._lock is not None:
            os.close(self._lock)

    def _lay_aside(self) -> bool:
        if self.spare is None or not self.staged.is_dir():
            return True
        with contextlib.suppress(OSError):
            self.spare.parent.mkdir(parents=True, exist_ok=True)
            self.staged.rename(self.spare)
            return True
        return False

    def _make_spare(self, spare: Path) -> None:
        """Lay a folder of links to all files aside, as every build but the first leaves one: the next need not make it."""
        self._there, self._folders = str(self.staged), set()
        with contextlib.suppress(OSError, CannotGoOnError):
            for path in self._swapped:
                os.link(f"{self._here}/{path}", self._target(path))
            spare.parent.mkdir(parents=True, exist_ok=True)
            self.staged.rename(spare)
            return
        # Not every disk has links.
        shutil.rmtree(self.staged, ignore_errors=True)

    def intact(self, path: str, digest: bytes) -> bool:
        """Whether a file of the last build is there, with the bytes of that digest. One with another stamp is read."""
        known = self.known.get(path)
        if known is None or known[0] != digest:
            return False
        stamp = stamp_of(f"{self._here}/{path}")
        if stamp != known[1]:
            if stamp[2] != known[1][2] or not self._holds(path, digest):
                return False
            self.known[path] = digest, stamp
        return True

    def _holds(self, path: str, digest: bytes) -> bool:
        file = self.folder / path
        return not file.is_symlink() and hashlib.sha256(file.read_bytes()).digest() == digest

    def add(self, file: File) -> None:
        """Write one file."""
        with _told(self.folder), open(self._vacant(file.path), "wb") as stream:  # noqa: PTH123 - ten thousand times
            if isinstance(file, Page):
                stream.write(file.content)
            else:
                stream.writelines(file.parts())

    def keep_others(self, files: Mapping[str, bytes], fresh: Collection[str]) -> None:
        """Take over all of these files but the fresh ones, which were written anew."""
        for path in files:
            if path not in fresh:
                self._kept += 1
                # A file of the spare folder that bears the stamp is one and the same file.
                if self._left.get(path) != self.known[path][1]:
                    self._link(path, self._target(path))

    def _link(self, path: str, target: str) -> None:
        _remove(target)
        try:
            os.link(f"{self._here}/{path}", target)
        except OSError:
            # Not every disk has links.
            with _told(self.folder):
                shutil.copy2(f"{self._here}/{path}", target)
            self._copied.add(path)

    def _clear(self, files: Mapping[str, bytes]) -> None:
        """Remove what the spare folder holds of earlier builds and this one does not."""
        folders: set[Path] = set()
        for path in self._left.keys() - files.keys():
            target = self.staged / path
            # Where a file became a folder, or a folder a file, it went when its successor came.
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                target.unlink()
            folders.update(target.relative_to(self.staged).parents)
        for folder in sorted(folders, key=lambda folder: -len(folder.parts)):
            with contextlib.suppress(OSError):
                if folder.parts:
                    (self.staged / folder).rmdir()

    def _vacant(self, path: str) -> str:
        """Where a file is to be written. What lies there may be one file with that of the real folder."""
        target = self._target(path)
        if self._begun:
            _remove(target)
        return target

    def copy(self, path: str, source: Path) -> None:
        """Write one file that is published as it is."""
        with _told(self.folder):
            shutil.copyfile(source, self._vacant(path))

    def _target(self, path: str) -> str:
        target = f"{self._there}/{path}"
        folder = target.rpartition("/")[0]
        if folder not in self._folders:
            with _told(self.folder):
                try:
                    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - ten thousand times
                except (FileExistsError, NotADirectoryError):
                    _remove_above(Path(folder), self._there)
                    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - likewise
            self._folders.add(folder)
        return target

    def swap(self, files: Mapping[str, bytes], fresh: Collection[str] | None = None) -> dict[str, Known]:
        """Carry over what is foreign, and put the new folder in the place of the old.

        `files` are all that were added, copied and kept, with the digests of their bytes, `fresh` those of them that were not
        kept (all, if it is not given). Gives the files with their stamps.
        """
        with _told(self.folder):
            self._clear(files)
            self._carry_over(files)
            (self.staged / MANIFEST).unlink(missing_ok=True)
            (self.staged / MANIFEST).write_text(_manifest(files), encoding="utf-8")
            stamped = {
                path: (digest, stamp_of(f"{self._there}/{path}"))
                if fresh is None or path in fresh or path in self._copied
                else self.known[path]
                for path, digest in files.items()
            }
            _swap(self.staged, self.folder)
            self._swapped = files.keys()
        return stamped

    def _carry_over(self, files: Mapping[str, bytes]) -> None:
        if not self.folder.is_dir():
            return
        own = read_manifest(self.folder)
        foreign = {path for path, _ in _walk(self._here) if path not in own} - {MANIFEST}
        for path in sorted(foreign):
            target = self.staged / path
            if target.exists() or target.is_symlink():
                self._refuse_unless_equal(path, files)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.folder / path, target, follow_symlinks=False)

    def _refuse_unless_equal(self, path: str, files: Mapping[str, bytes]) -> None:
        old = self.folder / path
        if old.is_file() and hashlib.sha256(old.read_bytes()).digest() == files.get(path):
            return
        raise CannotGoOnError(
            f'"{self.folder.name}/{path}" was not written by sitegen, and a page of the site belongs there',
            Place(f"{self.folder.name}/{path}"),
            "move it away, or put it into content/",
        )


def _remove(target: str) -> None:
    """Remove what lies where a file belongs: in a spare folder that may be a folder of files that are no more."""
    try:
        os.unlink(target)  # noqa: PTH108 - ten thousand times
    except (FileNotFoundError, NotADirectoryError):
        return
    except (IsADirectoryError, PermissionError):
        shutil.rmtree(target)


def _remove_above(folder: Path, staged: str) -> None:
    """Remove the file of a spare folder that lies where a folder belongs. Another process may be quicker."""
    for path in (folder, *folder.parents):
        if str(path) == staged:
            return
        if path.is_symlink() or path.is_file():
            with contextlib.suppress(FileNotFoundError, IsADirectoryError, PermissionError):
                path.unlink()


def stamp_of(path: str) -> OutputStamp:
    """What tells a file of the output from its former self; zeros where it is not there.

    A link changes when a file was last changed, so that is left out.
    """
    try:
        return _stamp(os.lstat(path))
    except OSError:
        return ABSENT


def _stamp(status: os.stat_result) -> OutputStamp:
    return status.st_mtime_ns, status.st_ino, status.st_size


def _manifest(files: Mapping[str, bytes]) -> str:
    """A line for each file, by path."""
    lines = (f'{json.dumps(path)}: "{files[path].hex()}"' for path in sorted(files))
    return '{\n"version": 1,\n"files": {\n' + ",\n".join(lines) + "\n}\n}\n"


def read_manifest(folder: Path) -> dict[str, str]:
    """The files that sitegen wrote into a folder, with their hashes; empty where no manifest can be read."""
    try:
        known = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {str(path): str(digest) for path, digest in known["files"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return {}


def _walk(folder: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All files and links below a folder with their paths, in no order."""
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        with os.scandir(f"{folder}/{inner}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{inner}{entry.name}/")
                else:
                    yield f"{inner}{entry.name}", entry


def _swap(staged: Path, folder: Path) -> None:
    """Exchange two folders: at once where the system can, else by two renames that the next build can mend."""
    if not folder.exists():
        staged.rename(folder)
        return
    if _exchange(staged, folder):
        return
    aside = _aside(folder)
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    staged.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return done == 0


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}-before")


def _locked(staged: Path) -> int | None:
    """Mark a folder as one that a running build fills; None where another build has marked it, or removed it."""
    with contextlib.suppress(FileNotFoundError):
        handle = os.open(staged, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
        else:
            return handle
    return None


def _sweep(parent: Path, prefix: str) -> None:
    """Remove what builds that were killed have left."""
    for left in parent.glob(f"{prefix}*{STAGED}"):
        handle = _locked(left)
        if handle is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(handle)


def _recover(folder: Path) -> None:
    """Put back the old folder where a build was killed between its two renames."""
    aside = _aside(folder)
    if aside.is_dir() and not folder.exists():
        aside.rename(folder)


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into a message."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        message = "the disk is full" if full else f"cannot write {error.filename or folder}: {error.strerror}"
        raise CannotGoOnError(message, hint=f"{folder.name}/ is as it was") from error
