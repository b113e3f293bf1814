"""Watching: which names are told, how soon, and in how many updates."""

import errno
import itertools
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from previewing import wait_for
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

from sitegen.preview import watch as watching
from sitegen.preview.changes import FEW, LONGEST_BURST, LONGEST_WAIT, MANY, QUIET, SETTLE, Changes, is_passing
from sitegen.preview.watch import Watch

# --- the rules, without a disk


def test_a_complete_save_is_acted_on_at_once() -> None:
    changes = Changes()
    assert changes.due(0) is None
    changes.note("content/a.md", 1.0, complete=False)
    assert changes.due(1.0) == pytest.approx(QUIET)
    changes.note("content/a.md", 1.001, complete=True)
    assert changes.due(1.001) == pytest.approx(SETTLE)
    assert changes.take() == frozenset({"content/a.md"})
    assert changes.due(2.0) is None


def test_a_burst_waits_for_quiet_but_not_for_ever() -> None:
    changes = Changes()
    for number in range(FEW + 1):
        changes.note(f"content/{number}.md", 0.0, complete=True)
    assert changes.due(0.0) == pytest.approx(QUIET)
    changes.note("content/last.md", LONGEST_BURST, complete=True)
    assert changes.due(LONGEST_BURST) == 0


def test_a_file_that_is_written_without_end_is_not_waited_for_for_ever() -> None:
    changes = Changes()
    changes.note("content/a.md", 0.0, complete=False)
    changes.note("content/a.md", LONGEST_WAIT, complete=False)
    assert changes.due(LONGEST_WAIT) == 0


def test_what_is_unclear_or_too_much_is_everything() -> None:
    changes = Changes()
    changes.note("content/a.md", 0.0, complete=True)
    changes.note_all(0.0)
    assert changes.take() is None
    for number in range(MANY + 1):
        changes.note(f"content/{number}.md", 0.0, complete=True)
    assert changes.take() is None
    changes.note("content/a.md", 0.0, complete=True)
    assert changes.take() == frozenset({"content/a.md"})


@pytest.mark.parametrize(
    ("name", "passing"),
    [
        ("content/tides.md", False),
        ("content/4913.md", False),
        ("content/4913", True),
        ("content/.tides.md.swp", True),
        ("content/tides.md~", True),
        ("content/#tides.md#", True),
        ("content/.git/index", True),
        ("content/.hidden/tides.md", True),
    ],
)
def test_editors_own_files_are_known(name: str, *, passing: bool) -> None:
    assert is_passing(name) is passing


# --- a disk


class Watched:
    """A folder that is watched, and all that was told of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told: list[frozenset[str] | None] = []
        self.times: list[float] = []
        self.said: list[str] = []
        self.busy = threading.Lock()
        self.pause = 0.0
        self.overlapped = False
        (root / "content").mkdir()
        (root / "sitegen.yaml").write_text("")
        (root / "content" / "tides.md").write_text("one")
        self.watch = Watch(root, self.take, self.said.append)
        self.watch.start()

    def take(self, names: frozenset[str] | None) -> None:
        if not self.busy.acquire(blocking=False):
            self.overlapped = True
            return
        self.times.append(time.perf_counter())
        self.told.append(names)
        time.sleep(self.pause)
        self.busy.release()

    @property
    def names(self) -> set[str]:
        return {name for names in self.told for name in names or ()}

    def file(self, name: str) -> Path:
        return self.root / name


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    folder = Watched(tmp_path.resolve())
    yield folder
    folder.watch.stop()


def test_a_save_in_place_is_one_update_within_milliseconds(watched: Watched) -> None:
    delays = []
    for number in range(5):
        watched.told.clear()
        started = time.perf_counter()
        watched.file("content/tides.md").write_text(f"number {number}")
        wait_for(lambda: watched.told)
        delays.append(watched.times[-1] - started)
        time.sleep(0.06)
        assert watched.told == [frozenset({"content/tides.md"})]
    assert min(delays) < 0.025


def test_a_save_by_rename_is_one_update(watched: Watched) -> None:
    fresh = watched.file("content/.tides.md.x1")
    fresh.write_text("two")
    fresh.rename(watched.file("content/tides.md"))
    wait_for(lambda: watched.told)
    time.sleep(0.06)
    assert watched.told == [frozenset({"content/tides.md"})]


def test_a_save_by_moving_the_old_file_away_is_one_update(watched: Watched) -> None:
    old = watched.file("content/tides.md")
    old.rename(watched.file("content/tides.md~"))
    time.sleep(0.005)
    old.write_text("two")
    watched.file("content/tides.md~").unlink()
    wait_for(lambda: watched.told)
    time.sleep(0.06)
    assert watched.told == [frozenset({"content/tides.md"})]


def test_a_slow_save_is_waited_for(watched: Watched) -> None:
    longest = 0.0
    with watched.file("content/tides.md").open("w") as file:
        before = time.monotonic()
        for _ in range(4):
            file.write("more")
            file.flush()
            time.sleep(0.01)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()
    wait_for(lambda: watched.told)
    time.sleep(0.06)
    assert set(watched.told) == {frozenset({"content/tides.md"})}
    # A machine that is busy elsewhere makes a pause of ten milliseconds a long one, which is taken for the end.
    assert len(watched.told) == 1 or longest > QUIET / 2


def test_a_deleted_file_is_told(watched: Watched) -> None:
    watched.file("content/tides.md").unlink()
    wait_for(lambda: watched.names == {"content/tides.md"})


def test_reading_and_what_is_no_part_of_the_site_is_not_told(watched: Watched) -> None:
    watched.file("content/tides.md").read_text()
    watched.file("content/.tides.md.swp").write_text("")
    watched.file("content/4913").write_text("")
    watched.file("notes.txt").write_text("")
    watched.file("public").mkdir()
    watched.file("public/index.html").write_text("")
    time.sleep(0.15)
    assert watched.told == []
    watched.file("sitegen.yaml").write_text("title: x")
    wait_for(lambda: watched.names == {"sitegen.yaml"})


def test_a_renamed_folder_asks_to_look_at_everything_and_stays_watched(watched: Watched) -> None:
    watched.file("content/history").mkdir()
    watched.file("content/history/a.md").write_text("")
    wait_for(lambda: watched.told)
    time.sleep(0.1)
    watched.told.clear()
    watched.file("content/history").rename(watched.file("content/past"))
    wait_for(lambda: None in watched.told)
    time.sleep(0.1)
    watched.file("content/past/a.md").write_text("two")
    wait_for(lambda: "content/past/a.md" in watched.names)


def test_files_in_new_folders_are_told(watched: Watched) -> None:
    watched.file("content/a/b").mkdir(parents=True)
    watched.file("content/a/b/deep.md").write_text("one")
    wait_for(lambda: None in watched.told)
    time.sleep(0.1)
    watched.file("content/a/b/deep.md").write_text("two")
    wait_for(lambda: "content/a/b/deep.md" in watched.names)
    watched.file("themes/mine").mkdir(parents=True)
    time.sleep(0.1)
    watched.file("themes/mine/theme.yaml").write_text("extends: default")
    wait_for(lambda: "themes/mine/theme.yaml" in watched.names)


def test_a_room_that_is_removed_and_made_again_is_watched_again(watched: Watched) -> None:
    shutil.rmtree(watched.file("content"))
    wait_for(lambda: None in watched.told)
    time.sleep(0.1)
    watched.file("content").mkdir()
    time.sleep(0.1)
    watched.told.clear()
    watched.file("content/new.md").write_text("one")
    wait_for(lambda: "content/new.md" in watched.names)


def test_a_root_that_is_replaced_is_watched_again(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "TICK", 0.1)
    watched.file("content/tides.md").write_text("wakes it, to tick as told from now on")
    wait_for(lambda: watched.told)
    away = watched.root.with_name("away")
    watched.root.rename(away)
    shutil.copytree(away, watched.root)
    wait_for(lambda: None in watched.told)
    time.sleep(0.2)
    watched.told.clear()
    watched.file("content/tides.md").write_text("three")
    wait_for(lambda: "content/tides.md" in watched.names)


def test_two_thousand_files_at_once_are_few_updates_that_never_overlap(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.pause = 0.02
    started = time.perf_counter()
    events: list[float] = []
    heard = watched.watch.on_any_event

    def hear(event: FileSystemEvent) -> None:
        events.append(time.perf_counter())
        heard(event)

    monkeypatch.setattr(watched.watch, "on_any_event", hear)
    for number in range(2000):
        watched.file(f"content/{number}.md").write_text("text")
    last = watched.file("content/1999.md")
    wait_for(lambda: None in watched.told or "content/1999.md" in watched.names)
    wait_for(lambda: time.perf_counter() - watched.times[-1] > 0.2)
    assert last.exists()
    assert None in watched.told or "content/1999.md" in watched.names
    # A machine that is busy with other things makes several bursts of one.
    bursts = 1 + sum(late - early > QUIET for early, late in itertools.pairwise(events))
    assert len(watched.told) <= 3 + bursts + (watched.times[-1] - started) / 0.5
    assert not watched.overlapped


def test_after_a_sleep_of_the_machine_everything_is_looked_at(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "TICK", 0.05)
    drift = watching._drift()  # noqa: SLF001
    monkeypatch.setattr(watching, "_drift", lambda: drift + 3600)
    watched.file("content/tides.md").write_text("wakes it, to tick as told from now on")
    wait_for(lambda: None in watched.told)


@pytest.mark.parametrize("limit", [errno.ENOSPC, errno.EMFILE])
def test_where_the_system_watches_no_more_it_is_polled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(limit, os.strerror(limit))

    monkeypatch.setattr(Observer, "schedule", refuse)
    monkeypatch.setattr(PollingObserver, "schedule", super(PollingObserver, PollingObserver).schedule)
    watched = Watched(tmp_path.resolve())
    try:
        assert len(watched.said) == 1
        assert "every second" in watched.said[0]
        time.sleep(0.1)
        watched.file("content/tides.md").write_text("another text")
        wait_for(lambda: "content/tides.md" in watched.names)
    finally:
        watched.watch.stop()


def test_a_failing_update_does_not_end_the_watch(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: frozenset[str] | None) -> None:
        raise ZeroDivisionError

    watched.watch.changed = fail
    watched.file("content/tides.md").write_text("two")
    wait_for(lambda: "ZeroDivisionError" in capsys.readouterr().err)
    watched.watch.changed = watched.take
    watched.file("content/tides.md").write_text("three")
    wait_for(lambda: watched.told)


def test_a_file_that_may_be_read_again_is_told(watched: Watched) -> None:
    watched.file("content/tides.md").chmod(0o600)
    wait_for(lambda: watched.names == {"content/tides.md"})
