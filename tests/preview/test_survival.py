"""What happens to a preview that runs for long: files go and come back, the cache is harmed, the disk is full, others are at work."""

import errno
import functools
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from previewing import ARTICLE, SIDECAR, SITE, Preview, wait_for
from sites import contents

from sitegen.building import files as disk
from sitegen.building.cache import Cache
from sitegen.building.store import DamagedStoreError, DiskStore
from sitegen.cli import main
from sitegen.preview.held import HeldRef, HeldStore
from sitegen.preview.session import Session


def _shows(preview: Preview, words: str) -> bool:
    return words.encode() in preview.get("/tides/")[1]


def edit(preview: Preview, words: str) -> None:
    """Change the article, and wait until it is served."""
    preview.write("content/tides.md", ARTICLE.replace("they say", words))
    wait_for(lambda: words.encode() in preview.get("/tides/")[1])


def many(count: int, words: str) -> dict[str, str]:
    """Articles with a claim each."""
    found: dict[str, str] = {"sitegen.yaml": "title: Many\n"}
    for number in range(count):
        found[f"content/f{number % 7}/a{number}.md"] = (
            f"---\ntitle: Article {number}\n---\n\nThe moon {words} water {number}.\n\nSee [one](/f0/a0.md).\n"
        )
        found[f"content/f{number % 7}/a{number}.yaml"] = (
            f"claims:\n  a: {{anchor: moon {words} water, verdict: opinion, because: 'It {words}.'}}\n"
        )
    return found


def as_made_anew(preview: Preview, tmp_path: Path, *paths: str) -> None:
    """The preview shows what one does that was begun now, without a memory."""
    copy = tmp_path / "copy"
    shutil.copytree(preview.root, copy, ignore=shutil.ignore_patterns(".sitegen", ".git", "public"))
    fresh = Session(copy, preview.address, drafts=True)
    fresh.update(None)
    for path in paths:
        mine, theirs = preview.session.page(path), fresh.page(path)
        assert (mine and mine.content) == (theirs and theirs.content), path
    assert preview.session.problems() == fresh.problems()
    fresh.close()


# --- many files at once


@pytest.mark.slow
def test_a_checkout_of_two_thousand_files_ends_right_and_in_few_updates(tmp_path: Path) -> None:
    root = tmp_path / "site"
    preview = Preview(root, {**many(1000, "pulls"), ".gitignore": ".sitegen/\n"})

    def git(*words: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)

    git("init", "-q", "-b", "one")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    git("checkout", "-q", "-b", "two")
    for name, text in many(1000, "draws").items():
        (root / name).write_text(text)
    (root / "content/f0/a0.md").rename(root / "content/f0/named.md")
    (root / "content/f0/a0.yaml").unlink()
    git("add", ".")
    git("commit", "-q", "-m", "two")
    git("checkout", "-q", "one")
    wait_for(lambda: b"It pulls." in preview.get("/f5/a999/")[1], 60)
    told: list[object] = []
    preview.session.listeners.add(told.append)
    started = time.monotonic()
    git("checkout", "-q", "two")
    seconds = time.monotonic() - started
    wait_for(lambda: b"It draws." in preview.get("/f5/a999/")[1], 60)
    wait_for(lambda: preview.get("/f0/named/")[0] == 200 and preview.get("/f0/a0/")[0] == 404, 60)
    try:
        as_made_anew(
            preview, tmp_path, "f1/a1/index.html", "f5/a999/index.html", "index.html", "f0/index.html"
        )
        # A checkout that the machine is slow with is shown in parts.
        assert len(told) <= 5 + seconds / 0.2
    finally:
        preview.stop()


# --- the cache


def test_a_cache_that_is_deleted_costs_no_page(preview: Preview, tmp_path: Path) -> None:
    edit(preview, "we say")
    shutil.rmtree(preview.root / ".sitegen")
    edit(preview, "you say")
    preview.write("content/tides.yaml", SIDECAR.replace("Another.", "Yet another."))
    wait_for(lambda: b"Yet another" in preview.get("/tides/")[1])
    preview.write("content/ebb.md", "# Ebb\n\nWords.\n")
    wait_for(lambda: preview.get("/ebb/")[0] == 200)
    as_made_anew(preview, tmp_path, "tides/index.html", "index.html", "claims.json")


def _spoil(path: Path) -> None:
    path.write_bytes(bytes(byte ^ 0x55 for byte in path.read_bytes()))


@pytest.mark.parametrize("which", ["index", "*.pack"])
@pytest.mark.parametrize("harm", [_spoil, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_cache_that_is_damaged_at_the_start_is_not_used(
    tmp_path: Path, which: str, harm: Callable[[Path], object]
) -> None:
    root = tmp_path / "site"
    Preview(root).stop()
    for path in (root / ".sitegen").rglob(which):
        harm(path)
    preview = Preview(root, {})
    try:
        assert b"More words" in preview.get("/tides/")[1]
        edit(preview, "we say")
        assert preview.problems() == []
        as_made_anew(preview, tmp_path, "tides/index.html", "claims.json", "sources/index.html")
    finally:
        preview.stop()


def test_a_cache_that_is_damaged_meanwhile_is_read_anew(preview: Preview, tmp_path: Path) -> None:
    for path in (preview.root / ".sitegen").rglob("*.pack"):
        _spoil(path)
    assert preview.state()["entries"]["pull"] == ["content/tides.yaml", 2, 3]
    assert b"More words" in preview.get("/tides/")[1]
    edit(preview, "we say")
    as_made_anew(preview, tmp_path, "tides/index.html", "claims.json")


def test_many_packs_are_joined_at_the_start_and_pages_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "site"
    Preview(root).stop()
    monkeypatch.setattr("sitegen.building.cache._MANY", 1)
    preview = Preview(root, {})
    try:
        version = preview.session.version
        assert b"More words" in preview.get("/tides/")[1]
        assert preview.state()["entries"]
        assert preview.session.version == version == 1, "nothing had to be read anew"
    finally:
        preview.stop()


def test_a_store_with_a_half_written_value_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = DiskStore(tmp_path)
    first = store.put([b"one"])
    write = os.write

    def half(handle: int, content: bytes) -> int:
        if len(content) < 9:
            raise OSError(errno.ENOSPC, "full")
        return write(handle, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="full"):
        store.put([b"two" * 9])
    monkeypatch.undo()
    third = store.put([b"three"])
    assert (store.get(first, 0), store.get(third, 0)) == (b"one", b"three")


def test_what_the_disk_does_not_take_is_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = HeldStore(DiskStore(tmp_path))
    first = store.put([b"one"])

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", full)
    second = store.put([b"two", b"more"])
    monkeypatch.undo()
    assert isinstance(second, HeldRef)
    assert [store.get(first, 0), store.get(second, 1)] == [b"one", b"more"]
    store.disk.close()
    (tmp_path / f"{first.pack}.pack").unlink()
    with pytest.raises(DamagedStoreError):
        store.get(first, 0)


@pytest.mark.slow
def test_a_full_disk_costs_the_memory_of_the_next_run_alone(tmp_path: Path) -> None:
    for name, text in many(60, "pulls").items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / ".sitegen").mkdir()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    serving = subprocess.Popen(
        [sys.executable, "-m", "sitegen", "--site", str(tmp_path), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=limit,  # noqa: PLW1509 - the child has one thread at that moment
    )
    assert serving.stdout is not None
    lines = iter(serving.stdout.readline, "")
    try:
        told = next(line for line in lines if "60 articles remade" in line)
        assert "no problems" in told
        for name, words in (("f1/a1", "draws"), ("f1/a1", "lifts"), ("f2/a2", "draws")):
            (tmp_path / f"content/{name}.md").write_text(f"# New\n\nThe moon {words} water.\n")
            assert "1 article remade" in next(line for line in lines if "remade" in line)
    finally:
        serving.send_signal(signal.SIGINT)
        rest, _ = serving.communicate(timeout=10)
    assert "Traceback" not in rest
    assert serving.returncode == 130
    assert not list((tmp_path / ".sitegen").rglob("index-*"))


# --- files that go and come back


@pytest.mark.parametrize("name", ["sitegen.yaml", "content"])
def test_what_is_moved_away_and_comes_back_is_shown_again(
    preview: Preview, tmp_path: Path, name: str
) -> None:
    before = preview.get("/tides/")
    (preview.root / name).rename(tmp_path / "away")
    if name == "content":
        wait_for(lambda: preview.get("/tides/")[0] == 404)
    else:
        wait_for(lambda: preview.problems() == ["site-unusable"])
        assert preview.get("/tides/") == before
    (tmp_path / "away").rename(preview.root / name)
    wait_for(lambda: preview.get("/tides/") == before and not preview.problems())
    edit(preview, "we say")


def test_a_file_that_may_not_be_read_is_a_problem_until_it_may(
    preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview.write("content/ebb.md", "# Ebb\n\nWords.\n")
    wait_for(lambda: preview.get("/ebb/")[0] == 200)
    path = preview.root / "content" / "ebb.md"
    read, may = Path.read_bytes, os.access

    def refuse(file: Path) -> bytes:
        if file == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return read(file)

    # The tests may be root's, who may read anything.
    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "read_bytes", refuse)
        refusing.setattr("os.access", lambda file, how: Path(file) != path and may(file, how))
        path.chmod(0)
        wait_for(lambda: preview.state()["elsewhere"]["errors"] == 1)
        assert [graded.problem.rule for graded in preview.session.problems()] == ["file-unreadable"]
        edit(preview, "we say")
    path.chmod(0o644)
    wait_for(lambda: preview.state()["elsewhere"]["errors"] == 0)
    assert preview.get("/ebb/")[0] == 200


@pytest.mark.browser
def test_an_open_article_that_is_renamed_leaves_a_page_that_says_so_and_comes_back(
    preview: Preview, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{preview.address}tides/")
    page.wait_for_selector("#sitegen-preview[data-version]", state="attached")
    for suffix in (".md", ".yaml"):
        (preview.root / f"content/tides{suffix}").rename(preview.root / f"content/flood{suffix}")
    wait_for(lambda: "More words" not in page.inner_text("main"))
    assert page.inner_text("h1") != "Tides"
    wait_for(lambda: b"More words" in preview.get("/flood/")[1])
    for suffix in (".md", ".yaml"):
        (preview.root / f"content/flood{suffix}").rename(preview.root / f"content/tides{suffix}")
    wait_for(lambda: "More words" in page.inner_text("main") and page.locator("#note-pull").count() == 1)
    page.close()


# --- others at work


def test_two_previews_and_a_build_at_once_do_no_harm(preview: Preview, tmp_path: Path) -> None:
    other = Preview(preview.root, {})

    def build(folder: str, *more: str) -> dict[str, bytes]:
        asked = [
            "--site",
            str(preview.root),
            "build",
            "--quiet",
            "--jobs=1",
            "--output",
            str(tmp_path / folder),
        ]
        assert main([*asked, "--base-url", "https://example.org/", *more]) == 0
        return contents(tmp_path / folder)

    for words in ("we say", "you say", "all say"):
        edit(preview, words)
        wait_for(functools.partial(_shows, other, words))
        assert words.encode() in build("public")["tides/index.html"]
    other.stop()
    edit(preview, "nobody says")
    as_made_anew(preview, tmp_path, "tides/index.html", "claims.json")
    preview.write("content/ebb.md", "# Ebb\n\nWords.\n")
    wait_for(lambda: preview.get("/ebb/")[0] == 200)
    assert build("public") == build("clean", "--no-cache")


def test_a_cache_that_others_use_stays_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in SITE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    one, two = (Session(tmp_path, "http://127.0.0.1:1/", drafts=True) for _ in range(2))
    one.update(None)
    two.update(None)
    two.close()
    packs = sorted((tmp_path / ".sitegen" / "packs").iterdir())
    # A third process that is alone would sweep: it is not, while the first goes on.
    monkeypatch.setattr("sitegen.building.cache._refs", lambda _: iter(()))
    with Cache(tmp_path) as third:
        third.save(third.memory(), disk.DiskFiles(tmp_path))
    assert sorted((tmp_path / ".sitegen" / "packs").iterdir()) == packs
    one.close()


# --- what is shown of what is wrong


@pytest.mark.browser
def test_notes_that_lost_their_place_stand_below_with_the_nearest_words(
    preview: Preview, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(f"{preview.address}tides/")
    page.wait_for_selector("#sitegen-preview[data-version]", state="attached")
    broken = SIDECAR.replace("moon pulls the water", "moon draws the water")
    preview.write("content/tides.yaml", broken.replace("sun helps", "elephants fly over"))
    preview.write("content/ebb.md", "# Ebb\n\n[nowhere](nowhere.md)\n")
    wait_for(lambda: page.locator(".unplaced aside").count() == 2)
    drifted, lost = (page.inner_text(f".unplaced #note-{name}") for name in ("pull", "sun"))
    words = " ".join(drifted.split())
    assert re.search("Looked for: .?moon draws the water.?. Nearest words: .?moon pulls the water", words)
    assert "no longer in the article" in lost
    assert page.locator(".unplaced .sitegen-edit").count() == 2
    wait_for(lambda: preview.state()["elsewhere"] == {"errors": 1, "warnings": 0})
    status = page.locator("#sitegen-preview [role=status]")
    wait_for(lambda: "Elsewhere: 1 error" in (status.text_content() or ""))
    preview.write("content/tides.yaml", SIDECAR)
    wait_for(lambda: page.locator(".unplaced").count() == 0)
    page.close()
