"""Files put one by one: what the manifest says meanwhile, wherever a run ends, and who may publish at all."""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_store import MemoryStore
from small_sites import publish

from sitegen.model.records import Settings, Target
from sitegen.publishing.errors import PublishError
from sitegen.publishing.file_store import ConflictError
from sitegen.publishing.lock import Lock
from sitegen.publishing.manifest import MANIFEST, decode_manifest
from sitegen.publishing.one_by_one import OneByOne
from sitegen.publishing.plan import Plan
from sitegen.publishing.progress import Silence
from sitegen.publishing.publishers import Publication
from sitegen.publishing.tree import LOCK, Tree, added

HASTY = 60.0, 0.05
"""No beat within a test, and little patience."""
names = st.sampled_from(
    ["index.html", "ebb/index.html", "ebb/annotations.jsonld", "a.css", "b.png", "feed.xml"]
)
sites = st.dictionaries(names, st.binary(max_size=3), min_size=1)
others = st.dictionaries(st.sampled_from(["ours.txt", "b.png.bak", "c/d"]), st.binary(max_size=3))


def tree_of(files: dict[str, bytes]) -> Tree:
    tree: Tree = {}
    for path, content in files.items():
        tree = added(tree, path, content)
    return tree


def publication(root: Path, files: dict[str, bytes], *, take_over: bool = False) -> Publication:
    target = Target(id="there", kind="s3", bucket="b")
    return Publication(root, Settings(), target, tree_of(files), take_over=take_over)


def published(root: Path, store: MemoryStore, files: dict[str, bytes]) -> Plan:
    beat, patience = HASTY
    return publish(OneByOne(publication(root, files), store, beat=beat, patience=patience))


def failing_at(number: int, deeds: frozenset[str]) -> Callable[[str, str], None]:
    """Lets one of the deeds fail, and with it what is not begun by then."""
    count = 0

    def fail(deed: str, path: str) -> None:
        nonlocal count
        if deed not in deeds or path == LOCK:
            return
        count += 1
        if count == number:
            raise PublishError("failed", "a fault")

    return fail


# --- the manifest


@settings(max_examples=60)
@given(sites, sites, others, st.integers(1, 12), st.sampled_from(["before", "after"]))
def test_run_that_fails_anywhere_is_finished_by_the_next(
    old: dict[str, bytes], new: dict[str, bytes], foreign: dict[str, bytes], number: int, when: str
) -> None:
    """A step fails before it is done, or is done and its answer is lost."""
    store = MemoryStore()
    for path, content in foreign.items():
        store.write(path, content, None)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        published(root, store, old)
        assert store.contents() == dict(sorted({**old, **foreign}.items()))
        fail = failing_at(number, frozenset({"put", "delete", "headers"}))
        setattr(store, when, fail)
        try:
            published(root, store, new)
        except PublishError:
            told = decode_manifest(store.files[MANIFEST][0])
            assert told is not None
            # Whatever lies there and is not a foreigner's is known for sitegen's; what is said of it is true.
            there = store.contents()
            assert there.keys() - foreign.keys() <= told.files.keys() | told.unsure
            for path, held in told.files.items():
                assert held.sha256 == tree_of({path: there[path]})[path].sha256
        store.before, store.after = MemoryStore.before, MemoryStore.after
        published(root, store, new)
        assert store.contents() == dict(sorted({**new, **foreign}.items()))
        assert published(root, store, new).is_empty
    assert LOCK not in store.files
    assert store.closed


def test_manifest_tells_what_comes_before_the_first_file_does(tmp_path: Path) -> None:
    store = MemoryStore()
    seen: list[tuple[str, str]] = []
    store.before = lambda deed, path: seen.append((deed, path))
    published(tmp_path, store, {"index.html": b"x", "a.css": b"y"})
    changes = [step for step in seen if step[0] in {"write", "put", "delete"}]
    manifest = ("write", MANIFEST)
    assert changes[0] == ("write", LOCK)
    assert changes[1] == changes[-2] == manifest
    assert changes[-1] == ("delete", LOCK)
    assert changes[2:-2] == [("put", "a.css"), ("put", "index.html")]


def test_what_turns_out_to_lie_there_is_not_taken_for_sitegens(tmp_path: Path) -> None:
    """Someone puts a file between the plan and its turn."""
    store = MemoryStore()

    def meddle(deed: str, path: str) -> None:
        if deed == "put" and path == "index.html" and path not in store.files:
            store.files[path] = b"theirs", "0"

    store.before = meddle
    files = {"index.html": b"ours", "a.css": b"y"}
    for _ in range(2):
        with pytest.raises(PublishError) as error:
            _planned(tmp_path, store, files)
        assert error.value.kind == "foreign"
        assert store.files["index.html"][0] == b"theirs"
        told = decode_manifest(store.files[MANIFEST][0])
        assert told is not None
        assert "index.html" not in told.files.keys() | told.unsure


def _planned(root: Path, store: MemoryStore, files: dict[str, bytes]) -> None:
    plan = published(root, store, files)
    if plan.foreign:
        raise PublishError("foreign", "the plan tells it already")


# --- the lock


def lock(root: Path, store: MemoryStore, *, beat: float = 60, take_over: bool = False) -> Lock:
    return Lock(store, publication(root, {"a": b""}, take_over=take_over), Silence(), (beat, 0.2))


def test_lock_lies_there_while_it_is_held(tmp_path: Path) -> None:
    store = MemoryStore()
    with lock(tmp_path, store) as held:
        assert held.token.encode() in store.files[LOCK][0]
        held.hold()
    assert LOCK not in store.files


def test_second_publisher_of_one_machine_is_told_at_once(tmp_path: Path) -> None:
    store = MemoryStore()
    with lock(tmp_path, store):
        store.before = lambda _deed, path: pytest.fail(f"asked for {path}")
        with pytest.raises(PublishError) as error, lock(tmp_path, store, take_over=True):
            pass
        store.before = MemoryStore.before
    assert error.value.kind == "busy"


def test_lock_that_beats_is_respected_and_a_still_one_is_not(tmp_path: Path) -> None:
    store = MemoryStore()
    with lock(tmp_path / "one", store, beat=0.02):
        with pytest.raises(PublishError) as error, lock(tmp_path / "two", store):
            pass
        assert error.value.kind == "busy"
    with lock(tmp_path / "one", store) as still:
        with lock(tmp_path / "two", store) as heir:
            assert heir.token.encode() in store.files[LOCK][0]
        assert LOCK not in store.files
        assert still.token != heir.token


def test_lock_that_is_let_go_while_it_is_watched_is_taken(tmp_path: Path) -> None:
    store = MemoryStore()
    store.write(LOCK, b'{"publisher": "another"}', None)
    looks = 0

    def let_go(deed: str, path: str) -> None:
        nonlocal looks
        looks += (deed, path) == ("read", LOCK)
        if looks == 2:
            store.files.pop(LOCK, None)

    store.before = let_go
    with lock(tmp_path, store) as held:
        held.hold()


def test_lock_of_a_run_that_died_on_this_machine_is_taken_over_unwatched(tmp_path: Path) -> None:
    store = MemoryStore()
    with lock(tmp_path, store):
        left = store.files[LOCK]
    store.files[LOCK] = left
    looks: list[str] = []
    store.before = lambda deed, path: looks.append(deed) if path == LOCK else None
    with lock(tmp_path, store):
        pass
    assert looks == ["read", "write", "delete"]


def test_whoever_lost_the_lock_stops_and_leaves_it_to_the_other(tmp_path: Path) -> None:
    store = MemoryStore()
    beaten = threading.Event()
    with lock(tmp_path / "one", store, beat=0.02) as held:
        store.before = lambda deed, path: beaten.set() if (deed, path) == ("write", LOCK) else None
        store.files[LOCK] = b'{"publisher": "another"}', "another"
        assert beaten.wait(10)
        held._pulse.join(10)  # noqa: SLF001 - it ends when it is beaten
        with pytest.raises(PublishError) as error:
            held.hold()
    assert error.value.kind == "busy"
    assert store.files[LOCK][1] == "another"


def test_beat_whose_answer_was_lost_is_no_loss(tmp_path: Path) -> None:
    store = MemoryStore()
    beats = threading.Semaphore(0)
    lost = iter([True])

    def lose(deed: str, path: str) -> None:
        if (deed, path) == ("write", LOCK):
            beats.release()
            if next(lost, False):
                raise PublishError("failed", "no answer")

    with lock(tmp_path, store, beat=0.02) as held:
        store.after = lose
        for _ in range(3):
            assert beats.acquire(timeout=10)
        held.hold()
    assert LOCK not in store.files


def test_lock_that_another_writes_first_is_theirs(tmp_path: Path) -> None:
    store = MemoryStore()

    def quicker(deed: str, path: str) -> None:
        if (deed, path) == ("write", LOCK):
            raise ConflictError

    store.before = quicker
    for _ in range(2):  # what is held on this machine is let go again
        with pytest.raises(PublishError, match="another publisher"), lock(tmp_path, store):
            pass
