"""Targets whose files are put one by one: object stores, and whatever else is like them.

Before the first file is put, the manifest at the target is rewritten so that it names every path that is to be touched; so
whatever happens, the next run knows what is sitegen's and what is left to do. Between two publishers a lock decides.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import Self, TypeVar

from sitegen.publishing.errors import PublishError
from sitegen.publishing.file_store import ConflictError, Store
from sitegen.publishing.lock import BEAT, PATIENCE, Lock
from sitegen.publishing.manifest import (
    MANIFEST,
    NOTHING,
    Held,
    Remote,
    decode_manifest,
    encode_manifest,
    manifest_of,
    unfinished,
)
from sitegen.publishing.plan import Plan, Stage
from sitegen.publishing.progress import Progress
from sitegen.publishing.publishers import Publication
from sitegen.publishing.tree import Tree, TreeFile

Item = TypeVar("Item")


class OneByOne:
    """The publisher of a store."""

    def __init__(
        self, publication: Publication, store: Store, *, beat: float = BEAT, patience: float = PATIENCE
    ) -> None:
        self.publication = publication
        self.store = store
        self.keeps_headers = store.keeps_headers
        self.place = store.place
        self._rhythm = beat, patience
        self._version: str | None = None
        self._before = NOTHING

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def tree(self) -> Tree:
        """The publication's own tree."""
        return self.publication.tree

    def remote(self) -> Remote:
        """What the manifest tells, and which files lie in the way of new ones."""
        found = self.store.read(MANIFEST)
        content, self._version = found or (None, None)
        self._before = decode_manifest(content) or NOTHING
        new = self.publication.tree.keys() - self._before.files.keys() - self._before.unsure
        foreign = frozenset(self.store.lying(new)) if new and not self.publication.adopt else frozenset()
        return Remote(self._before.files, self._before.unsure, foreign)

    def carry_out(self, plan: Plan, progress: Progress) -> None:
        """Take the lock, put stage after stage, and keep the manifest true all along."""
        with Lock(self.store, self.publication, progress, self._rhythm) as lock:
            work = _Work(self, plan, progress, lock)
            work.begin()
            for stage in plan.stages():
                work.carry_out(stage)
            work.end()


class _Work:
    """The stages of one plan, and the manifest that is kept true meanwhile."""

    def __init__(self, publisher: OneByOne, plan: Plan, progress: Progress, lock: Lock) -> None:
        self._store = publisher.store
        self._adopt = publisher.publication.adopt
        self._tree = publisher.tree()
        self._plan = plan
        self._progress = progress
        self._lock = lock
        self._version = publisher._version  # noqa: SLF001 - the two are one thing in two acts
        self._told = unfinished(publisher._before, plan.touched)  # noqa: SLF001
        self._new = {file.path for file in plan.new}
        self._done: set[str] = set()
        self._foreign: set[str] = (
            set()
        )  # what turned out to lie there: the next run must not take it for sitegen's

    def begin(self) -> None:
        """Say in the manifest what is to be touched."""
        steps = len(self._plan.touched)
        self._progress.begin("publishing", steps, self._plan.size)
        self._write(self._told)

    def end(self) -> None:
        """Say in the manifest that all is done."""
        self._write(manifest_of(self._tree, headers=self._store.keeps_headers))

    def carry_out(self, stage: Stage) -> None:
        """Do the steps of a stage; where one fails, say in the manifest how far it came."""
        try:
            with ThreadPoolExecutor(self._store.width, "put") as pool:
                _in_parallel(pool, self._put, stage.put, self._store.width)
                _in_parallel(pool, self._set_headers, stage.headers, self._store.width)
                _in_parallel(pool, self._delete, _thousands(stage.delete), self._store.width)
        except BaseException:
            # What failed is told; that this could not be written down besides is not.
            with contextlib.suppress(PublishError):
                self._write(self._so_far())
            raise

    def _so_far(self) -> Remote:
        headers = self._store.keeps_headers
        files = {
            path: Held(self._tree[path].sha256, self._tree[path].headers.tag if headers else "")
            for path in self._done
            if path in self._tree
        }
        return Remote({**self._told.files, **files}, self._told.unsure - self._done - self._foreign)

    def _write(self, remote: Remote) -> None:
        content = encode_manifest(remote, self._lock.token if remote.unsure else "")
        try:
            self._version = self._store.write(MANIFEST, content, self._version)
        except ConflictError:
            raise PublishError(
                "busy",
                f"someone else published to {self._store.place} meanwhile",
                "run it again: what is there now will be looked at anew",
            ) from None

    def _put(self, file: TreeFile) -> None:
        self._lock.hold()
        try:
            self._store.put(file, fresh=file.path in self._new and not self._adopt)
        except PublishError as error:
            if error.kind == "foreign":
                self._foreign.add(file.path)
            raise
        self._finished(file.path, file.size)

    def _set_headers(self, file: TreeFile) -> None:
        self._lock.hold()
        self._store.set_headers(file)
        self._finished(file.path, 0)

    def _delete(self, paths: Collection[str]) -> None:
        self._lock.hold()
        self._store.delete(paths)
        for path in paths:
            self._finished(path, 0)

    def _finished(self, path: str, size: int) -> None:
        # One addition to a set is one step of the interpreter: threads need no lock for it.
        self._done.add(path)
        self._progress.step(path, size)


def _thousands(paths: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(paths), 1000):
        yield paths[start : start + 1000]


def _in_parallel(
    pool: ThreadPoolExecutor, work: Callable[[Item], None], items: Iterable[Item], width: int
) -> None:
    """Work on all items, a few ahead; the first failure ends it, and what has begun is waited for."""
    waiting: set[Future[None]] = set()
    try:
        for item in items:
            waiting.add(pool.submit(work, item))
            if len(waiting) >= width * 2:
                done, waiting = wait(waiting, return_when="FIRST_COMPLETED")
                for future in done:
                    future.result()
        done, waiting = wait(waiting, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
    finally:
        for future in waiting:
            future.cancel()
