"""Targets whose files are put one by one: object stores, and whatever else is like them.

Before the first file is put, the manifest at the target is rewritten so that it names every path that is to be touched; so
whatever happens, the next run knows what is sitegen's and what is left to do. Between two publishers a lock decides: a small
file that its holder rewrites every few seconds. Whoever finds one that no longer changes may take it over; no clock is
compared with another.
"""

import contextlib
import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import Protocol, Self, TypeVar

from sitegen.publishing.errors import PublishError
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
from sitegen.publishing.tree import LOCK, Tree, TreeFile

BEAT = 4.0
"""Seconds between two signs of life of a publisher."""

PATIENCE = 14.0
"""Seconds for which a lock must not have changed before it is taken over."""

Item = TypeVar("Item")


class ConflictError(Exception):
    """A file was to be written on a condition, and the condition does not hold."""


class Store(Protocol):
    """Files by path, put one by one. All functions may be called by several threads at once, and raise `PublishError`."""

    place: str
    keeps_headers: bool
    width: int
    """How many files to put at once."""

    def read(self, path: str) -> tuple[bytes, str] | None:
        """A file's bytes and what tells this version of it from all others; None where there is none."""
        ...

    def write(self, path: str, content: bytes, version: str | None) -> str:
        """Write a small file if it has this version now (None: if there is none); gives the new version.

        Raises `ConflictError`. It is never to be cached.
        """
        ...

    def lying(self, paths: Collection[str]) -> Collection[str]:
        """Those of the paths at which something lies. May cost a request for each thousand files of the store."""
        ...

    def put(self, file: TreeFile, *, fresh: bool) -> None:
        """Put a file with its headers. A `fresh` one must replace nothing: `PublishError("foreign", …)`, where the store can tell.

        `file.read()` gives its bytes.
        """
        ...

    def set_headers(self, file: TreeFile) -> None:
        """Set the headers of a file that is there with the same bytes."""
        ...

    def delete(self, paths: Collection[str]) -> None:
        """Delete files; one that is not there is deleted already."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


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
        with _Lock(self.store, self.publication, progress, self._rhythm) as lock:
            work = _Work(self, plan, progress, lock)
            work.begin()
            for stage in plan.stages():
                work.carry_out(stage)
            work.end()


class _Work:
    """The stages of one plan, and the manifest that is kept true meanwhile."""

    def __init__(self, publisher: OneByOne, plan: Plan, progress: Progress, lock: "_Lock") -> None:
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


class _Lock:
    """The file at the target that says who publishes there, rewritten at every beat."""

    def __init__(
        self, store: Store, publication: Publication, progress: Progress, rhythm: tuple[float, float]
    ) -> None:
        self.token = secrets.token_hex(8)
        self._store = store
        self._publication = publication
        self._progress = progress
        self._beat, self._patience = rhythm
        self._version = ""
        self._lost = False
        self._over = threading.Event()
        self._pulse = threading.Thread(target=self._keep, name="lock", daemon=True)
        self._local: int | None = None

    def __enter__(self) -> Self:
        former = self._hold_here()
        try:
            found = self._store.read(LOCK)
            if found is not None and not self._publication.take_over and _token(found[0]) != former:
                found = self._watched(found)
            self._note_here()
            self._version = self._store.write(LOCK, self._content(0), found[1] if found else None)
        except ConflictError:
            self._let_go_here()
            raise self._busy() from None
        except BaseException:
            self._let_go_here()
            raise
        self._pulse.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._pulse.join()
        try:
            if not self._lost:
                # A lock that stays behind is taken over by the next run.
                with contextlib.suppress(PublishError):
                    self._store.delete((LOCK,))
        finally:
            self._let_go_here()

    def hold(self) -> None:
        """Raise `PublishError` where someone else has taken the lock."""
        if self._lost:
            raise self._busy()

    def _keep(self) -> None:
        beats = 0
        while not self._over.wait(self._beat):
            beats += 1
            try:
                self._version = self._store.write(LOCK, self._content(beats), self._version)
            except ConflictError:
                self._lost = True
                return
            except PublishError:
                # One beat that was missed is no harm; one whose answer was lost is seen here.
                with contextlib.suppress(PublishError):
                    found = self._store.read(LOCK)
                    if found is not None and _token(found[0]) == self.token:
                        self._version = found[1]

    def _watched(self, found: tuple[bytes, str]) -> tuple[bytes, str] | None:
        """Watch a lock for signs of life; gives it as it is when it has none, or None when it was let go."""
        self._progress.note(f"another publisher may be at work at {self._store.place}: watching its lock")
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            time.sleep(min(1.0, self._patience / 5))
            now = self._store.read(LOCK)
            if now is None:
                return None
            if now[1] != found[1]:
                raise self._busy()
        return found

    def _busy(self) -> PublishError:
        return PublishError(
            "busy",
            f"another publisher is at work at {self._store.place}",
            "run it again when that one is done; --take-over does not wait for it",
        )

    def _content(self, beats: int) -> bytes:
        return json.dumps({"publisher": self.token, "beats": beats}).encode()

    def _hold_here(self) -> str:
        """Keep other publishers of this machine out; gives the token of the last one, which then is no more."""
        room = self._publication.room
        room.mkdir(parents=True, exist_ok=True)
        self._local = os.open(room / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._local, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._let_go_here()
            raise self._busy() from None
        return os.pread(self._local, 64, 0).decode("ascii", "replace")

    def _note_here(self) -> None:
        if self._local is not None:
            os.pwrite(self._local, self.token.encode(), 0)

    def _let_go_here(self) -> None:
        if self._local is not None:
            os.close(self._local)
            self._local = None


def _token(content: bytes) -> str:
    try:
        return str(json.loads(content)["publisher"])
    except (ValueError, KeyError, TypeError):
        return ""


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
