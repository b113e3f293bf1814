"""A folder of another machine, by the user's own rsync and ssh.

New files come first, then what changed, each rank after the other; deletions last, and only of files that the manifest
there names as sitegen's. A run that is cut off has said so in the manifest before, and the next one finishes its work.
"""

import re
import shutil
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Self

from sitegen.publishing.errors import PublishError
from sitegen.publishing.manifest import (
    MANIFEST,
    NOTHING,
    Remote,
    decode_manifest,
    encode_manifest,
    manifest_of,
    unfinished,
)
from sitegen.publishing.plan import Plan, Stage, colliding
from sitegen.publishing.progress import Progress
from sitegen.publishing.publishers import Publication
from sitegen.publishing.rsync_lock import HostLock
from sitegen.publishing.rsync_tools import PARTLY, Connection, place_of, raise_failure, unescaped
from sitegen.publishing.secrets import scrubbed
from sitegen.publishing.tree import Tree, TreeFile

_SEND = (
    "--recursive",
    "--times",
    "--no-perms",
    "--chmod=ugo=rwX",
    "--omit-dir-times",
    "--compress",
    "--no-motd",
)
"""Times, because servers tell versions apart by them; rights as the host gives them to any new file."""

_REPLACED = re.compile(r"^[<>]f\S+ (.+)$", re.MULTILINE)
_NEW_FOLDER = re.compile(r"^cd\S+ (.+)/$", re.MULTILINE)
"""With `--existing`, no folder is new unless something else lies there."""
_FULL_FOLDER = re.compile(r"could not make way for new regular file: (.+)$", re.MULTILINE)


def publisher(publication: Publication) -> "RsyncPublisher":
    """The publisher of a folder elsewhere."""
    return RsyncPublisher(publication)


class RsyncPublisher:
    """A folder that rsync reaches."""

    keeps_headers = False

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.place = scrubbed(publication.target.to)
        # A socket's path must be short, so the room is one of the system's own.
        self._room = Path(tempfile.mkdtemp(prefix="sitegen-"))
        where = place_of(publication.target.to, publication.root)
        self._connection = Connection(where, self._room, publication.target.port)
        self._manifest = b""

    def __enter__(self) -> Self:
        self._connection.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        shutil.rmtree(self._room, ignore_errors=True)

    def tree(self) -> Tree:
        """The publication's own tree."""
        return self.publication.tree

    def remote(self) -> Remote:
        """What the manifest there tells, and which files lie in the way of new ones."""
        self._manifest = self._connection.fetch(MANIFEST) or b""
        held = decode_manifest(self._manifest) or NOTHING
        owned = held.files.keys() | held.unsure
        new = self.tree().keys() - owned
        return Remote(held.files, held.unsure, self._lying(new, owned) if new else frozenset())

    def _lying(self, paths: Collection[str], owned: Collection[str]) -> frozenset[str]:
        """Those of these new paths at which something of others lies: what a rehearsal would replace."""
        done = self._connection.attempt(
            *_SEND,
            "--dry-run",
            "--existing",
            "--checksum",
            "--out-format=%i %n",
            source=self._folder_of(self._files(paths)),
            names=sorted(paths),
        )
        if done.returncode == PARTLY and "No such file" in done.stderr:
            return frozenset()
        full = set(_FULL_FOLDER.findall(unescaped(done.stderr)))
        if done.returncode and not full:
            raise_failure("rsync", done.returncode, done.stderr)
        told = unescaped(done.stdout)
        files = set(_REPLACED.findall(told))
        # A file or a link where a folder belongs; a folder of others where a file belongs. Nobody's leave replaces these.
        blocking = set(_NEW_FOLDER.findall(told)) - set(owned)
        blocking |= full - colliding(full, owned)
        lying = colliding(paths, blocking) | (blocking & frozenset(paths))
        return lying if self.publication.adopt else lying | (files & frozenset(paths))

    def carry_out(self, plan: Plan, progress: Progress) -> None:
        """Say in the manifest what is to be touched, do it, and say that it is done."""
        with HostLock(self._connection, self.place):
            self._look_again()
            progress.begin("publishing", len(plan.touched), plan.size)
            before = decode_manifest(self._manifest) or NOTHING
            self._say(unfinished(before, plan.touched), create=True)
            displaced = plan.displaced
            self._delete(sorted(displaced))
            for stage in plan.stages():
                self._carry_out(stage, progress, displaced)
            self._say(manifest_of(self.tree(), headers=False))

    def _look_again(self) -> None:
        if (self._connection.fetch(MANIFEST) or b"") != self._manifest:
            raise PublishError(
                "busy",
                f"someone else published to {self.place} meanwhile",
                "run it again: what is there now will be looked at anew",
            )

    def _carry_out(self, stage: Stage, progress: Progress, deleted: Collection[str]) -> None:
        """Do a stage, but for what is `deleted` already."""
        if stage.put:
            # What changed is put in place all at once when it has all arrived.
            self._connection.rsync(
                *_SEND,
                "--checksum",
                "--delay-updates",
                source=self._folder_of(stage.put),
                names=[file.path for file in stage.put],
            )
            for file in stage.put:
                progress.step(file.path, file.size)
        self._delete([path for path in stage.delete if path not in deleted])
        for path in stage.delete:
            progress.step(path, 0)

    def _delete(self, paths: Collection[str]) -> None:
        """Delete just these: they are named, and are not there to be sent. Folders that are empty then go with them."""
        if not paths:
            return
        shell = self._room / "nothing"
        for path in paths:
            # Empty folders stand for those that hold what is to go: rsync minds when they are missing too.
            (shell / path).parent.mkdir(parents=True, exist_ok=True)
        gone = ("--delete-missing-args", "--omit-dir-times", "--no-perms", "--no-motd")
        self._connection.rsync("--recursive", *gone, source=shell, names=sorted(paths))
        kept = {folder for path in self.tree() for folder in _folders(path)}
        empty = {folder for path in paths for folder in _folders(path)} - kept
        for depth in sorted({folder.count("/") for folder in empty}, reverse=True):
            named = sorted(folder for folder in empty if folder.count("/") == depth)
            for folder in named:
                (shell / folder).rmdir()
            # A folder in which something of someone else's lies is not empty, and stays.
            self._connection.attempt("--dirs", *gone, source=shell, names=named)
        shutil.rmtree(shell)

    def _say(self, remote: Remote, *, create: bool = False) -> None:
        folder = self._room / "manifest"
        folder.mkdir(exist_ok=True)
        (folder / MANIFEST).write_bytes(encode_manifest(remote))
        make = ("--mkpath",) if create else ()
        self._connection.rsync(*_SEND, "--checksum", *make, source=folder, names=(MANIFEST,))

    def _files(self, paths: Iterable[str]) -> tuple[TreeFile, ...]:
        return tuple(self.tree()[path] for path in paths)

    def _folder_of(self, files: Collection[TreeFile]) -> Path:
        """The folder that holds these files here. Raises `PublishError` where one is no longer as it was."""
        top = Path()
        for file in files:
            file.read()
            if isinstance(file.source, Path):
                top = file.source.parents[file.path.count("/")]
        return top


def _folders(path: str) -> Iterable[str]:
    parts = path.split("/")[:-1]
    return ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
