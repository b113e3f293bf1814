"""What is published: the files of the output folder, with hashes, sizes, ranks and headers.

All files that the build's manifest names belong to the site. So do files that someone else put into the output folder (a
`CNAME`, a `robots.txt`, `.well-known/`), but for hidden ones that no web server should show.
"""

import enum
import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sitegen.building.files import UNNAMABLE, is_namable, shown_name
from sitegen.building.output import MANIFEST, OutputStamp, read_manifest
from sitegen.publishing.errors import PublishError
from sitegen.publishing.hashes import Hashes
from sitegen.publishing.headers import Headers, headers_of

SHOWN = frozenset({".well-known", ".nojekyll", ".htaccess", ".domains"})
"""Hidden names that are published; all others (`.gitignore`, `.DS_Store`, `.env`) stay at home."""

LOCK = ".sitegen-lock"
"""Lies at a target while someone publishes there."""


class Rank(enum.IntEnum):
    """What must be there before what: an asset before the page that shows it, a page before the listing that links to it."""

    ASSET = 0
    PAGE = 1
    LISTING = 2
    HOME = 3


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file to be published: `path` below the site's root, `sha256` in hexadecimal, `size` in bytes, where its bytes are."""

    path: str
    sha256: str
    size: int
    rank: Rank
    headers: Headers
    source: Path | bytes

    def read(self) -> bytes:
        """Its bytes. Raises `PublishError` where they are no longer those that were hashed."""
        if isinstance(self.source, bytes):
            return self.source
        try:
            content = self.source.read_bytes()
        except OSError as error:
            raise _changed(self.path) from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise _changed(self.path)
        return content


Tree = Mapping[str, TreeFile]
"""All files by path, sorted."""


def read_tree(folder: Path, root: Path | None = None) -> Tree:
    """The files of an output folder, of the site at `root`: only those that are new there since the last time are read.

    Raises `PublishError` where a file that the build wrote is missing, and where one that someone else put there has a name that
    can stand in no address.
    """
    own = read_manifest(folder)
    hashes = Hashes(root, folder) if root is not None else None
    found = {entry[0]: entry for entry in _walk(folder) if entry[0] in own or _is_shown(entry[0])}
    if missing := sorted(own.keys() - found.keys()):
        raise PublishError(
            "changed", f"{folder.name}/{missing[0]} is missing: the build wrote it", "build the site anew"
        )
    if unnamable := sorted(path for path in found if not is_namable(path)):
        raise PublishError("failed", f"{folder.name}/{shown_name(unnamable[0])}: {UNNAMABLE}", "rename it")
    ranks = ranks_of(found)
    tree = {
        path: _file(path, file, ranks[path], hashes.of(path, stamp) if hashes else "", stamp[2])
        for path, file, stamp in sorted(found.values())
    }
    if hashes is not None:
        hashes.keep((path, found[path][2], file.sha256) for path, file in tree.items())
    return tree


def added(tree: Tree, path: str, content: bytes) -> Tree:
    """The tree with one more file, or another in its place."""
    file = TreeFile(
        path, hashlib.sha256(content).hexdigest(), len(content), Rank.ASSET, headers_of(path), content
    )
    return dict(sorted({**tree, path: file}.items()))


def ranks_of(paths: Collection[str]) -> Mapping[str, Rank]:
    """The rank of each path. An article is known by the annotations that stand beside it."""
    return {path: _rank(path, paths) for path in paths}


def is_page(path: str) -> bool:
    """Whether a path is a page that readers open."""
    return path.endswith(".html")


def _rank(path: str, paths: Collection[str]) -> Rank:
    folder, _, name = path.rpartition("/")
    if path in {"index.html", "feed.xml", "feed.json", "sitemap.xml", "robots.txt"}:
        return Rank.HOME
    if name == "annotations.jsonld":
        return Rank.PAGE
    if name.endswith(".html"):
        beside = f"{folder}/annotations.jsonld" if folder else "annotations.jsonld"
        is_source = path.startswith("sources/") and path != "sources/index.html"
        return Rank.PAGE if beside in paths or is_source else Rank.LISTING
    return Rank.LISTING if name.endswith((".xml", ".json")) else Rank.ASSET


def _is_shown(path: str) -> bool:
    return all(not part.startswith(".") or part in SHOWN for part in path.split("/"))


def _walk(folder: Path) -> Iterator[tuple[str, str, OutputStamp]]:
    """All files below a folder: their paths, where they are, and their stamps. Links are not followed: what they lead to is not the site's."""
    waiting = [""]
    while waiting:
        inner = waiting.pop()
        with os.scandir(f"{folder}/{inner}") as entries:
            for entry in entries:
                path = f"{inner}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                elif entry.is_file(follow_symlinks=False) and path not in {MANIFEST, LOCK}:
                    yield path, entry.path, _stamp(entry.stat(follow_symlinks=False))


def _stamp(status: os.stat_result) -> OutputStamp:
    return status.st_mtime_ns, status.st_ino, status.st_size


def _file(path: str, source: str, rank: Rank, sha256: str, size: int) -> TreeFile:
    if not sha256:
        with open(source, "rb") as stream:  # noqa: PTH123 - ten thousand times
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
    return TreeFile(path, sha256, size, rank, headers_of(path), Path(source))


def _changed(path: str) -> PublishError:
    return PublishError("changed", f"{path} changed while it was published", "publish again; nothing is lost")
