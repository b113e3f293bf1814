"""Watching a site's folders: one signal when the files have come to rest, however many events a save makes."""

import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from sitegen.building.files import ROOMS, SETTINGS

QUIET = 0.03
"""Seconds without an event after which a change counts as complete: editors save in several steps."""

LONGEST_WAIT = 0.5
"""Seconds after which a stream of events is acted on all the same."""

_CHANGES = frozenset({"modified", "created", "deleted", "moved"})


class Watch(FileSystemEventHandler):
    """Calls `changed` on a thread of its own after every change below a site's root.

    Folders are watched, not files: editors that save by rename leave no file to watch. Events of reading are not
    changes, and the output folder is not among the folders watched.
    """

    def __init__(self, root: Path, changed: Callable[[], None]) -> None:
        self.root = root.resolve()
        self.changed = changed
        self._event = threading.Event()
        self._stop = threading.Event()
        self._rooms: set[str] = set()
        self._observer = Observer()
        self._thread = threading.Thread(target=self._run, name="sitegen-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._observer.schedule(self, str(self.root), recursive=False)
        self._watch_rooms()
        self._observer.start()
        self._thread.start()

    def _watch_rooms(self) -> None:
        """Watch the folders that are there; one that is made later is watched from then on."""
        for room in ROOMS:
            if room not in self._rooms and (self.root / room).is_dir():
                self._rooms.add(room)
                self._observer.schedule(self, str(self.root / room), recursive=True)
            elif room in self._rooms and not (self.root / room).is_dir():
                self._rooms.discard(room)

    def stop(self) -> None:
        """End watching, and the thread."""
        self._stop.set()
        self._event.set()
        self._observer.stop()
        self._observer.join(timeout=2)
        self._thread.join(timeout=2)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take note of a change; watchdog calls this."""
        if event.event_type not in _CHANGES:
            return
        for path in (event.src_path, event.dest_path):
            if path and self._matters(Path(str(path))):
                if Path(str(path)).parent == self.root:
                    self._watch_rooms()
                self._event.set()

    def _matters(self, path: Path) -> bool:
        if not path.is_relative_to(self.root):
            return False
        parts = path.relative_to(self.root).parts
        return bool(parts) and (parts[0] in ROOMS or parts == (SETTINGS,)) and not parts[-1].startswith(".")

    def _run(self) -> None:
        while not self._stop.is_set():
            self._event.wait()
            waited = 0.0
            while self._event.is_set() and waited < LONGEST_WAIT and not self._stop.is_set():
                self._event.clear()
                self._stop.wait(QUIET)
                waited += QUIET
            self._event.clear()
            if not self._stop.is_set():
                self.changed()
