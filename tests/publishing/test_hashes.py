"""Hashes that are remembered by stamp: what is read again, and what is not."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_sites import SITE, built

from sitegen.publishing import tree as trees
from sitegen.publishing.tree import read_tree

OLD = 1_700_000_000


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A folder whose files have been at rest for long."""
    folder = built(tmp_path / "public")
    for path in folder.rglob("*"):
        os.utime(path, (OLD, OLD))
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were opened to be hashed, by name."""
    opened: list[str] = []
    real = open

    def watched(path: str, mode: str) -> object:
        opened.append(Path(path).parent.name + "/" + Path(path).name)
        return real(path, mode)

    monkeypatch.setattr(trees, "open", watched, raising=False)
    return opened


def memory(root: Path) -> Path:
    (found,) = (root / ".sitegen" / "hashes").iterdir()
    return found


def test_what_bears_its_stamp_is_not_read_again(public: Path, tmp_path: Path, reads: list[str]) -> None:
    first = read_tree(public, tmp_path)
    assert len(reads) == len(SITE)
    reads.clear()
    assert read_tree(public, tmp_path) == first
    assert reads == []
    page = public / "tides" / "index.html"
    page.write_text("other")
    os.utime(page, (OLD + 1, OLD + 1))
    again = read_tree(public, tmp_path)
    assert reads == ["tides/index.html"]
    assert again == read_tree(public)
    assert (tmp_path / ".sitegen" / ".gitignore").read_text() == "*\n"


def test_another_size_or_file_with_the_old_time_is_read(
    public: Path, tmp_path: Path, reads: list[str]
) -> None:
    read_tree(public, tmp_path)
    longer, exchanged = public / "feed.xml", public / "claims.json"
    longer.write_text("<feed></feed>")
    beside = public / "beside"
    beside.write_text("{}")
    beside.replace(exchanged)
    for path in (longer, exchanged):
        os.utime(path, (OLD, OLD))
    reads.clear()
    assert read_tree(public, tmp_path) == read_tree(public)
    assert reads[:2] == ["public/claims.json", "public/feed.xml"]
    assert len(reads) == 2 + len(SITE)


@pytest.mark.parametrize("age", [0, 3600], ids=["just now", "in the future"])
def test_file_that_may_yet_change_under_its_stamp_is_read_again(
    public: Path, tmp_path: Path, reads: list[str], age: int
) -> None:
    page = public / "index.html"
    os.utime(page, (time.time() + age,) * 2)
    for _ in range(2):
        reads.clear()
        read_tree(public, tmp_path)
    assert reads == ["public/index.html"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda _: b"",
        lambda content: content[:-1],
        lambda content: content[:60] + b"\0" + content[61:],
        lambda content: content.replace(b"hashes 1", b"hashes 0"),
    ],
    ids=["empty", "cut", "altered", "another version"],
)
def test_memory_that_is_damaged_is_made_anew(
    public: Path, tmp_path: Path, reads: list[str], harm: Callable[[bytes], bytes]
) -> None:
    whole = read_tree(public, tmp_path)
    kept = memory(tmp_path).read_bytes()
    memory(tmp_path).write_bytes(harm(kept))
    reads.clear()
    assert read_tree(public, tmp_path) == whole
    assert len(reads) == len(SITE)
    assert memory(tmp_path).read_bytes() == kept


def test_memory_that_cannot_be_kept_stands_in_nobodys_way(public: Path, tmp_path: Path) -> None:
    (tmp_path / ".sitegen").write_text("a file in the way")
    assert read_tree(public, tmp_path) == read_tree(public)
