"""Watching a site's folders: which files changed, told once they are whole, on one thread."""

import contextlib
import errno
import logging
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

from sitegen.building.files import ROOMS, SETTINGS
from sitegen.preview.changes import Changes, is_passing

TICK = 2.0
"""Seconds between looks at what no event tells: folders replaced, and sleep of the machine."""

SLEPT = 10.0
"""Seconds that the clock on the wall must gain on the machine's own for the machine to have slept."""

_COMPLETE = frozenset({"closed", "moved"})
_CHANGES = frozenset({"modified", "attrib", "created", "deleted", *_COMPLETE})
_LIMITS = frozenset({errno.ENOSPC, errno.EMFILE, errno.ENFILE})
_HERE = Path(__file__).parent

Identity = tuple[int, int] | None
Changed = Callable[[frozenset[str] | None], object]


class Watch(FileSystemEventHandler):
    """Calls `changed` with the names of changed files, relative to the site's root; None asks to look at everything.

    Calls come from one thread and never overlap. Folders are watched, not files: editors that save by rename leave
    no file to watch. A file that went away may be about to come back, as some editors save, so it is told after a
    short quiet, whereas a file that was written and closed, or moved into place, is told at once.
    """

    def __init__(self, root: Path, changed: Changed, tell: Callable[[str], None] = print) -> None:
        self.root = root.resolve()
        self.changed = changed
        self.tell = tell
        self._changes = Changes()
        self._news = threading.Condition()
        self._stopped = False
        self._unfit = False
        self._watched: dict[str, tuple[ObservedWatch | None, Identity]] = {}
        self._observer: BaseObserver = Observer()
        self._thread = threading.Thread(target=self._run, name="sitegen-watch", daemon=True)
        self._losses = _Losses(self.look_at_everything)

    def start(self) -> None:
        """Begin to watch."""
        # watchdog tells of events that were lost in its log alone.
        logging.getLogger("watchdog").addHandler(self._losses)
        try:
            self._observer.start()
        except OSError as error:
            self._poll_instead(error)
        self._fit()
        self._thread.start()

    def stop(self) -> None:
        """End watching, and the thread."""
        with self._news:
            self._stopped = True
            self._news.notify()
        logging.getLogger("watchdog").removeHandler(self._losses)
        self._observer.stop()
        self._observer.join(timeout=2)
        self._thread.join(timeout=2)

    def look_at_everything(self) -> None:
        """Have everything looked at, as if anything might have changed."""
        with self._news:
            self._changes.note_all(time.monotonic())
            self._news.notify()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take note of a change; watchdog calls this."""
        if event.event_type not in _CHANGES:
            return
        # A folder is told as modified for each change in it, and that change is told as well.
        if event.is_directory and event.event_type == "modified":
            return
        paths = (event.src_path, event.dest_path)
        names = [name for path in paths if path and (name := self._name(str(path))) is not None]
        if not names and not self._unfit:
            return
        # A file moved out of the way, to a name that is no part of the site, is about to be written anew.
        complete = event.event_type in _COMPLETE - {"moved"} or (
            event.event_type == "moved"
            and bool(event.dest_path)
            and self._name(str(event.dest_path)) is not None
        )
        now = time.monotonic()
        with self._news:
            for name in names:
                if event.is_directory:
                    self._unfit = True
                    self._changes.note_all(now)
                else:
                    self._changes.note(name, now, complete=complete)
            self._news.notify()

    def _name(self, path: str) -> str | None:
        """The name of a file or folder that matters, relative to the site's root."""
        try:
            name = Path(path).relative_to(self.root).as_posix()
        except ValueError:
            return None
        if name == ".":
            self._unfit = True
            return None
        inside = name.partition("/")[0] in ROOMS or name == SETTINGS
        return name if inside and not is_passing(name) else None

    # --- the thread

    def _run(self) -> None:
        drift, looked = _drift(), time.monotonic()
        while not self._stopped:
            with self._news:
                due = self._changes.due(time.monotonic())
                if due is None or due > 0:
                    self._news.wait(TICK if due is None else due)
                    due = self._changes.due(time.monotonic())
            if due is not None and due <= 0 and not self._stopped:
                self._act()
            if time.monotonic() - looked >= TICK:
                slept, drift, looked = abs(_drift() - drift) > SLEPT, _drift(), time.monotonic()
                if self._fit() or slept:
                    self.look_at_everything()

    def _act(self) -> None:
        if self._unfit:
            # Watched first and looked at then: what changes in between is told as an event.
            self._unfit = False
            if self._fit():
                self.look_at_everything()
        with self._news:
            names = self._changes.take()
        try:
            self.changed(names)
        except Exception:  # noqa: BLE001 - a preview that stopped watching would show old pages as if they were new
            traceback.print_exc()

    # --- what is watched

    def _fit(self) -> bool:
        """Watch the folders that are there now and no others; whether any came, went or was replaced."""
        fresh = False
        for room in ("", *ROOMS):
            watch, known = self._watched.get(room, (None, None))
            identity = _identity(self.root / room)
            if identity == known:
                continue
            fresh = True
            if watch is not None:
                with contextlib.suppress(KeyError, OSError):
                    self._observer.unschedule(watch)
            self._watched[room] = (self._schedule(room) if identity else None, identity)
        if fresh and not isinstance(self._observer, PollingObserver):
            self._probe()
        return fresh

    def _schedule(self, room: str) -> ObservedWatch | None:
        try:
            return self._observer.schedule(self, str(self.root / room), recursive=bool(room))
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno not in _LIMITS or isinstance(self._observer, PollingObserver):
                raise
            self._poll_instead(error)
            return self._observer.schedule(self, str(self.root / room), recursive=bool(room))

    def _probe(self) -> None:
        """See whether the system lets one more folder be watched: watchdog is silent about those that it could not."""
        try:
            self._observer.unschedule(self._observer.schedule(FileSystemEventHandler(), str(_HERE)))
        except OSError as error:
            if error.errno in _LIMITS:
                self._poll_instead(error)

    def _poll_instead(self, error: OSError) -> None:
        self.tell(
            f"The system watches no more folders ({error.strerror}): looking for changes every second instead. "
            "On Linux, fs.inotify.max_user_watches is the limit."
        )
        if self._observer.is_alive():
            self._observer.stop()
        self._observer = PollingObserver(timeout=1.0)
        self._observer.start()
        for room, (watch, identity) in tuple(self._watched.items()):
            if watch is not None:
                again = self._observer.schedule(self, str(self.root / room), recursive=bool(room))
                self._watched[room] = (again, identity)


class _Losses(logging.Handler):
    """Hears watchdog's warnings: any of them means that a change may have been missed."""

    def __init__(self, look_at_everything: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self.look_at_everything = look_at_everything

    def emit(self, _record: logging.LogRecord) -> None:
        self.look_at_everything()


def _identity(folder: Path) -> Identity:
    """What tells a folder from another one at the same place; None where there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if folder.is_dir() else None


def _drift() -> float:
    """How far the clock on the wall is ahead of the machine's own, which stands still while the machine sleeps."""
    return time.time() - time.monotonic()
