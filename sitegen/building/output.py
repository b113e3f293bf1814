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
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Place
from sitegen.model.site import Page

MANIFEST = ".sitegen-manifest.json"
"""Names every file that sitegen wrote into the folder, with the SHA-256 of its bytes."""

STAGED = ".staged"
"""The end of the name of a folder that a build fills."""

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE = -100  # AT_FDCWD


class Output:
    """One build's output: files are added to a folder beside the real one, until `swap` puts it in its place.

    Use it as a context: what was not swapped in is removed again. Raises `CannotGoOnError` where the disk is full
    or the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staged = Path()
        self.written: dict[str, str] = {}
        self.bytes = 0
        self._known_folders: set[Path] = set()
        self._lock: int | None = None

    def __enter__(self) -> Self:
        with _told(self.folder):
            parent = self.folder.resolve().parent
            parent.mkdir(parents=True, exist_ok=True)
            _recover(self.folder)
            prefix = f".{self.folder.name}-"
            _sweep(parent, prefix)
            self.staged = Path(tempfile.mkdtemp(prefix=prefix, suffix=STAGED, dir=parent))
            self._lock = _locked(self.staged)
            # A temporary folder is its owner's alone; a published one is read by a server.
            self.staged.chmod(0o755)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.staged, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)

    def add(self, page: Page) -> None:
        """Write one file."""
        with _told(self.folder):
            self._target(page.path).write_bytes(page.content)
        self._note(page.path, hashlib.sha256(page.content).hexdigest(), len(page.content))

    def copy(self, path: str, source: Path) -> None:
        """Write one file that is published as it is."""
        with _told(self.folder):
            target = self._target(path)
            shutil.copyfile(source, target)
            with target.open("rb") as copied:
                digest = hashlib.file_digest(copied, "sha256").hexdigest()
        self._note(path, digest, target.stat().st_size)

    def _target(self, path: str) -> Path:
        target = self.staged / path
        if target.parent not in self._known_folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._known_folders.add(target.parent)
        return target

    def _note(self, path: str, digest: str, size: int) -> None:
        self.written[path] = digest
        self.bytes += size

    def swap(self) -> None:
        """Carry over what is foreign, and put the new folder in the place of the old."""
        with _told(self.folder):
            self._carry_over()
            manifest = json.dumps({"version": 1, "files": dict(sorted(self.written.items()))}, indent=0)
            (self.staged / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
            _swap(self.staged, self.folder)

    def _carry_over(self) -> None:
        if not self.folder.is_dir():
            return
        own = read_manifest(self.folder)
        for path in _walk(self.folder):
            if path in own or path == MANIFEST:
                continue
            target = self.staged / path
            if target.exists() or target.is_symlink():
                self._refuse_unless_equal(path)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.folder / path, target, follow_symlinks=False)

    def _refuse_unless_equal(self, path: str) -> None:
        old = self.folder / path
        if old.is_file() and hashlib.sha256(old.read_bytes()).hexdigest() == self.written.get(path):
            return
        raise CannotGoOnError(
            f'"{self.folder.name}/{path}" was not written by sitegen, and a page of the site belongs there',
            Place(f"{self.folder.name}/{path}"),
            "move it away, or put it into content/",
        )


def read_manifest(folder: Path) -> dict[str, str]:
    """The files that sitegen wrote into a folder, with their hashes; empty where no manifest can be read."""
    try:
        known = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {str(path): str(digest) for path, digest in known["files"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return {}


def _walk(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


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
