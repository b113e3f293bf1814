"""One publisher at a time, where files are put one by one: a small file at the target that its holder rewrites every few seconds.

Whoever finds one that no longer changes may take it over; no clock is compared with another. On one machine a lock of the
system's decides besides, and at once.
"""

import contextlib
import fcntl
import json
import os
import secrets
import threading
import time
from typing import Self

from sitegen.publishing.errors import PublishError
from sitegen.publishing.file_store import ConflictError, Store
from sitegen.publishing.progress import Progress
from sitegen.publishing.publishers import Publication
from sitegen.publishing.tree import LOCK

BEAT = 4.0
"""Seconds between two signs of life of a publisher."""

PATIENCE = 14.0
"""Seconds for which a lock must not have changed before it is taken over."""


class Lock:
    """The file at the target that says who publishes there, rewritten at every beat. Use it as a context.

    `rhythm` is the time between two beats, and that for which a lock must have shown none before it is taken over, in seconds.
    Raises `PublishError` of the kind `busy` where another publisher is at work.
    """

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
