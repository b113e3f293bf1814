"""A folder: exchanged as a whole for a new one, or a link `current` that leads to one release after the other."""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from sitegen.building.files import ROOMS
from sitegen.building.output import STAGED, Known, Output, read_manifest, stamp_of
from sitegen.model.errors import CannotGoOnError
from sitegen.model.files import Page
from sitegen.publishing.errors import PublishError
from sitegen.publishing.manifest import MANIFEST, Held, Remote, encode_manifest, manifest_of
from sitegen.publishing.plan import Plan, colliding
from sitegen.publishing.progress import Progress
from sitegen.publishing.publishers import Publication
from sitegen.publishing.tree import Tree

CURRENT = "current"
RELEASES = "releases"


def publisher(publication: Publication) -> "FolderPublisher":
    """The publisher of a folder."""
    return FolderPublisher(publication)


class FolderPublisher:
    """A folder of this machine, or one that is mounted."""

    keeps_headers = False

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._top = place_of(publication)
        self._linked = publication.target.current
        self.place = str(self._top / CURRENT if self._linked else self._top)
        self._manifest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tree(self) -> Tree:
        """The publication's own tree."""
        return self.publication.tree

    @property
    def _folder(self) -> Path:
        """Where the present site lies. A link is followed: what is exchanged is the folder it leads to."""
        return (self._top / CURRENT if self._linked else self._top).resolve()

    def remote(self) -> Remote:
        """What lies there, by the bytes that lie there now."""
        folder = self._folder
        self._manifest = _manifest_in(folder)
        with _told(self.place):
            own = {
                path: Held(_digest(folder / path))
                for path in read_manifest(folder)
                if (folder / path).is_file() and not (folder / path).is_symlink()
            }
            theirs = set(_all_files(folder)) - own.keys() - {MANIFEST}
            foreign = {
                path
                for path in theirs & self.publication.tree.keys()
                if not self.publication.adopt and _is_other(folder / path, self.publication.tree[path].sha256)
            }
        # What would be file and folder at once can be replaced by nobody's leave: it must be moved away.
        return Remote(own, foreign=frozenset(foreign) | colliding(self.publication.tree, theirs))

    def carry_out(self, plan: Plan, progress: Progress) -> None:
        """Fill a folder beside the present one with links to what stays, and put it in its place in one step."""
        progress.begin("publishing", len(plan.sent) + len(plan.deleted), plan.size)
        with _told(self.place):
            self._top.mkdir(parents=True, exist_ok=True)
            with _held(self._top, self.place):
                if _manifest_in(self._folder) != self._manifest:
                    raise _busy(self.place)
                if self._linked:
                    self._release(plan, progress)
                else:
                    self._exchange(plan, progress)

    def _exchange(self, plan: Plan, progress: Progress) -> None:
        folder, tree = self._folder, self.tree()
        sent = {file.path for file in plan.sent}
        kept: dict[str, Known] = {
            path: (bytes.fromhex(file.sha256), stamp_of(f"{folder}/{path}"))
            for path, file in tree.items()
            if path not in sent
        }
        self._adopt(folder, plan)
        try:
            with Output(folder, kept) as output:
                for file in plan.sent:
                    output.add(Page(file.path, file.read()))
                    progress.step(file.path, file.size)
                files = {path: bytes.fromhex(file.sha256) for path, file in tree.items()}
                output.keep_others(files, sent)
                output.swap(files, sent)
        except CannotGoOnError as error:
            raise PublishError("failed", error.message, error.hint) from error
        for path in plan.deleted:
            progress.step(path, 0)

    def _adopt(self, folder: Path, plan: Plan) -> None:
        """Take what lies in the way for sitegen's, where that was asked for."""
        if not self.publication.adopt or not folder.is_dir():
            return
        own = {path: Held(digest) for path, digest in read_manifest(folder).items()}
        lying = {file.path: Held(file.sha256) for file in plan.new if os.path.lexists(folder / file.path)}
        if lying:
            _replace(folder / MANIFEST, encode_manifest(Remote({**own, **lying})))

    def _release(self, plan: Plan, progress: Progress) -> None:
        link, releases, before = self._top / CURRENT, self._top / RELEASES, self._folder
        if link.exists() and not link.is_symlink():
            raise PublishError("foreign", f"{link} is no link that sitegen made", "move it away")
        releases.mkdir(exist_ok=True)
        manifest = encode_manifest(manifest_of(self.tree(), headers=False))
        name = hashlib.sha256(manifest).hexdigest()[:12]
        release = releases / name
        if release == before:
            # The present release was changed by hand: its name is taken.
            name = next(
                f"{name}-{number}"
                for number in range(2, 1000)
                if not (releases / f"{name}-{number}").exists()
            )
            release = releases / name
        for left in releases.glob(f".*{STAGED}"):
            shutil.rmtree(left, ignore_errors=True)
        staged = Path(tempfile.mkdtemp(prefix=".", suffix=STAGED, dir=releases))
        try:
            self._fill(staged, before if link.exists() else None, plan, progress)
            (staged / MANIFEST).write_bytes(manifest)
            staged.chmod(0o755)
            if release.exists():
                shutil.rmtree(release)
            staged.rename(release)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        _lead(link, f"{RELEASES}/{name}")
        self._prune(releases, release)

    def _fill(self, staged: Path, before: Path | None, plan: Plan, progress: Progress) -> None:
        for file in plan.sent:
            target = staged / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read())
            progress.step(file.path, file.size)
        if before is None:
            return
        gone = set(plan.deleted) | {MANIFEST}
        for path in sorted(_all_files(before)):
            target = staged / path
            if path in gone or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(before / path, target, follow_symlinks=False)
            except OSError:
                # Not every disk has links.
                shutil.copy2(before / path, target, follow_symlinks=False)
        for path in plan.deleted:
            progress.step(path, 0)

    def _prune(self, releases: Path, present: Path) -> None:
        """Remove the oldest releases. A release's own time is that of its publication."""
        os.utime(present)
        own = [path for path in releases.iterdir() if (path / MANIFEST).is_file() and not path.is_symlink()]
        own.sort(key=lambda path: (path == present, path.stat().st_mtime_ns), reverse=True)
        for old in own[self.publication.target.keep :]:
            shutil.rmtree(old, ignore_errors=True)


def place_of(publication: Publication) -> Path:
    """The target's path on this machine: absolute, or relative to the site's root. Raises `PublishError`."""
    path = Path(os.path.normpath((publication.root / Path(publication.target.path).expanduser()).absolute()))
    root, resolved = publication.root.resolve(), path.resolve()
    built = [file.source for file in publication.tree.values() if isinstance(file.source, Path)]
    inside = any(resolved == source or resolved in source.resolve().parents for source in built[:1])
    rooms = [root / room for room in (*ROOMS, ".git", ".sitegen")]
    inside |= any(room == resolved or room in resolved.parents for room in rooms)
    if resolved == root or resolved in root.parents or inside:
        raise PublishError("foreign", f"{path} holds the site itself", 'give the target another "path"')
    return path


def _manifest_in(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError:
        return b""


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_other(path: Path, sha256: str) -> bool:
    """Whether something lies at a path that is not this very file."""
    if not os.path.lexists(path):
        return False
    return path.is_symlink() or not path.is_file() or _digest(path) != sha256


def _all_files(folder: Path) -> Iterator[str]:
    """Files and links, links to folders too, by their path below the folder."""
    for inner, folders, names in os.walk(folder):
        linked = [name for name in folders if os.path.islink(f"{inner}/{name}")]  # noqa: PTH114 - many
        yield from (os.path.relpath(f"{inner}/{name}", folder) for name in (*names, *linked))


def _lead(link: Path, target: str) -> None:
    """Let a link lead elsewhere, in one step."""
    beside = link.with_name(f".{link.name}-{os.getpid()}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(link)


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f"{path.name}-{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


@contextlib.contextmanager
def _held(folder: Path, place: str) -> Iterator[None]:
    """Keep other publishers out of a folder while it is exchanged."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever was quicker may have exchanged the folder that was opened here.
        if os.fstat(handle).st_ino != folder.stat().st_ino:
            raise _busy(place)
        yield
    except OSError as error:
        if error.errno in {errno.EWOULDBLOCK, errno.EAGAIN}:
            raise _busy(place) from None
        raise
    finally:
        os.close(handle)


def _busy(place: str) -> PublishError:
    return PublishError(
        "busy",
        f"someone else is publishing to {place}",
        "run it again: what is there then will be looked at anew",
    )


@contextlib.contextmanager
def _told(place: str) -> Iterator[None]:
    try:
        yield
    except PublishError:
        raise
    except OSError as error:
        refused = error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}
        what = f"{error.filename or place}: {error.strerror}"
        raise PublishError("refused" if refused else "failed", what, f"{place} is as it was") from error
