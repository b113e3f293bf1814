"""A zip or tar archive, for whatever takes one: written beside the old one, and put in its place when it is whole."""

import contextlib
import gzip
import io
import os
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Self

from sitegen.publishing.errors import PublishError
from sitegen.publishing.folder import place_of
from sitegen.publishing.manifest import (
    MANIFEST,
    NOTHING,
    Remote,
    decode_manifest,
    encode_manifest,
    manifest_of,
)
from sitegen.publishing.plan import Plan
from sitegen.publishing.progress import Progress
from sitegen.publishing.publishers import Publication
from sitegen.publishing.tree import Tree, TreeFile

_FIRST_OF_ZIP = 315_532_800
"""1980, in seconds since 1970: a zip archive knows no earlier time."""

_UNREADABLE = (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, OSError)


def publisher(publication: Publication) -> "ArchivePublisher":
    """The publisher of an archive."""
    return ArchivePublisher(publication)


class ArchivePublisher:
    """One file. It is written anew as a whole, where anything in it has changed."""

    keeps_headers = False

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._path = place_of(publication)
        self.place = str(self._path)
        self._stamp: tuple[int, int, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tree(self) -> Tree:
        """The publication's own tree."""
        return self.publication.tree

    def remote(self) -> Remote:
        """What the archive's manifest tells. A file that is no archive of sitegen's is not replaced."""
        self._stamp = _stamp(self._path)
        if self._stamp is None:
            return NOTHING
        found = decode_manifest(_read_zip(self._path) if self._is_zip else _read_tar(self._path))
        if found is None and not self.publication.adopt:
            raise PublishError(
                "foreign",
                f"{self._path} is there, and sitegen did not write it",
                "move it away; --adopt replaces it",
            )
        return found or NOTHING

    @property
    def _is_zip(self) -> bool:
        return self.publication.target.kind == "zip"

    def carry_out(self, plan: Plan, progress: Progress) -> None:
        """Write the archive beside the old one, and exchange the two."""
        del plan  # an archive is written as a whole
        tree = self.tree()
        progress.begin("writing", len(tree), sum(file.size for file in tree.values()))
        write = _write_zip if self._is_zip else _write_tar
        with self._told():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{self._path.name}-", dir=self._path.parent)
            beside = Path(name)
            try:
                with os.fdopen(handle, "wb") as stream:
                    write(stream, self._path.name, tree, progress)
                beside.chmod(0o644)
                if _stamp(self._path) != self._stamp:
                    raise PublishError(
                        "busy",
                        f"someone else wrote {self._path} meanwhile",
                        "run it again to replace that one",
                    )
                beside.replace(self._path)
            finally:
                beside.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = f"{error.filename or self._path}: {error.strerror}"
            raise PublishError("failed", what, f"{self._path.name} is as it was") from error


def _members(tree: Tree, progress: Progress) -> Iterator[tuple[str, bytes, int]]:
    """Path, bytes and time of each file; the manifest comes first, so that it is found at once."""
    manifest = encode_manifest(manifest_of(tree, headers=False))
    yield MANIFEST, manifest, max((_time(file) for file in tree.values()), default=_FIRST_OF_ZIP)
    for file in tree.values():
        yield file.path, file.read(), _time(file)
        progress.step(file.path, file.size)


def _time(file: TreeFile) -> int:
    """When a file was last changed, in seconds: servers tell versions apart by it. `SOURCE_DATE_EPOCH` takes its place."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return max(int(epoch), _FIRST_OF_ZIP)
    changed = int(file.source.stat().st_mtime) if isinstance(file.source, Path) else 0
    return max(changed, _FIRST_OF_ZIP)


def _write_zip(stream: IO[bytes], name: str, tree: Tree, progress: Progress) -> None:
    del name
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content, changed in _members(tree, progress):
            member = zipfile.ZipInfo(path, time.gmtime(changed)[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o100644 << 16
            archive.writestr(member, content)


def _write_tar(stream: IO[bytes], name: str, tree: Tree, progress: Progress) -> None:
    with contextlib.ExitStack() as stack:
        archive = stack.enter_context(_new_tar(stream, name, stack.enter_context))
        for path, content, changed in _members(tree, progress):
            member = tarfile.TarInfo(path)
            member.size, member.mtime, member.mode = len(content), changed, 0o644
            archive.addfile(member, io.BytesIO(content))


def _new_tar(
    stream: IO[bytes], name: str, enter: Callable[[gzip.GzipFile], gzip.GzipFile]
) -> tarfile.TarFile:
    if name.endswith((".gz", ".tgz")):
        # Without a name and a time inside, the same site gives the same bytes.
        packed = enter(gzip.GzipFile("", "wb", 9, stream, mtime=0))
        return tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT)
    if name.endswith(".bz2"):
        return tarfile.open(fileobj=stream, mode="w:bz2", format=tarfile.PAX_FORMAT)
    if name.endswith(".xz"):
        return tarfile.open(fileobj=stream, mode="w:xz", format=tarfile.PAX_FORMAT)
    return tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT)


def _read_zip(path: Path) -> bytes | None:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(MANIFEST)
    except (*_UNREADABLE, KeyError):
        return None


def _read_tar(path: Path) -> bytes | None:
    try:
        with tarfile.open(path) as archive:
            first = archive.next()
            inside = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
            return inside.read() if inside is not None else None
    except _UNREADABLE:
        return None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
