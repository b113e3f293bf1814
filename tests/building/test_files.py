"""A site's folder: what is read of it, and what is told of files that cannot be."""

import os
import socket
from pathlib import Path

import pytest
from sites import Site

from sitegen.building.files import DiskFiles, MemoryFiles, find_root


def names(root: Path) -> tuple[str, ...]:
    return DiskFiles(root).names()


def told(root: Path) -> list[str]:
    return [f"{problem.place.file}: {problem.message}" for problem in DiskFiles(root).problems()]


def test_files_of_the_rooms_are_named_in_order(site: Site) -> None:
    site.write(
        dict.fromkeys(
            (
                "content/b.md",
                "content/a/z.md",
                "content/a.md",
                "seeds/x.yaml",
                "themes/t/theme.yaml",
                "public/x",
                "x.md",
                "docs/y",
            ),
            "",
        )
    )
    assert names(site.root) == (
        "content/a.md",
        "content/a/z.md",
        "content/b.md",
        "seeds/x.yaml",
        "sitegen.yaml",
        "themes/t/theme.yaml",
    )
    assert told(site.root) == []


def test_hidden_files_are_left_out(site: Site) -> None:
    site.write(
        dict.fromkeys(("content/.git/config", "content/.x.md", "content/a/.DS_Store", "content/a/b.md"), "")
    )
    assert names(site.root) == ("content/a/b.md", "sitegen.yaml")


def test_room_may_be_missing_or_a_file(site: Site) -> None:
    assert names(site.root) == ("sitegen.yaml",)
    site.write({"seeds": "no folder"})
    assert names(site.root) == ("sitegen.yaml",)


def test_links_within_the_site_are_followed(site: Site) -> None:
    site.write({"content/a.md": "a", "content/folder/b.md": "b", "shared/c.md": "c"})
    (site.root / "content" / "link.md").symlink_to("a.md")
    (site.root / "content" / "again").symlink_to("folder")
    (site.root / "content" / "shared").symlink_to(site.root / "shared")
    assert told(site.root) == []
    assert names(site.root) == (
        "content/a.md",
        "content/again/b.md",
        "content/folder/b.md",
        "content/link.md",
        "content/shared/c.md",
        "sitegen.yaml",
    )


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "..", "../..", "/"])
def test_link_out_of_the_site_is_told_and_left_out(site: Site, target: str) -> None:
    (site.root / "content").mkdir()
    (site.root / "content" / "away").symlink_to(Path(target) if target != ".." else Path("../.."))
    assert told(site.root) == ["content/away: a symbolic link that leads out of the site"]
    assert names(site.root) == ("sitegen.yaml",)
    assert "root:" not in site.run("check").out, "nor is a line of it shown"


@pytest.mark.parametrize("room", ["content", "themes", "seeds"])
def test_room_that_is_a_link_out_of_the_site_is_told(site: Site, tmp_path: Path, room: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.md").write_text("x")
    (site.root / room).symlink_to(tmp_path / "elsewhere")
    assert told(site.root) == [f"{room}: a symbolic link that leads out of the site"]
    assert names(site.root) == ("sitegen.yaml",)


def test_links_that_lead_nowhere_or_in_circles_are_told(site: Site) -> None:
    site.write({"content/a/x.md": "", "content/b/y.md": ""})
    content = site.root / "content"
    (content / "gone").symlink_to("nothing")
    (content / "one").symlink_to("other")
    (content / "other").symlink_to("one")
    (content / "self").symlink_to("self")
    (content / "up").symlink_to(".")
    (content / "a" / "to-b").symlink_to("../b")
    (content / "b" / "to-a").symlink_to("../a")
    assert told(site.root) == [
        "content/a/to-b/to-a: a symbolic link to a folder that holds it",
        "content/b/to-a/to-b: a symbolic link to a folder that holds it",
        "content/gone: a symbolic link that leads nowhere",
        "content/one: a symbolic link that leads nowhere",
        "content/other: a symbolic link that leads nowhere",
        "content/self: a symbolic link that leads nowhere",
        "content/up: a symbolic link to a folder that holds it",
    ]
    assert names(site.root) == (
        "content/a/to-b/y.md",
        "content/a/x.md",
        "content/b/to-a/x.md",
        "content/b/y.md",
        "sitegen.yaml",
    )


def test_root_may_be_reached_by_a_link(site: Site, tmp_path: Path) -> None:
    site.write({"content/a.md": "a"})
    (tmp_path / "link").symlink_to(site.root)
    assert names(tmp_path / "link") == ("content/a.md", "sitegen.yaml")
    assert told(tmp_path / "link") == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"caf\xe9.md", "caf�.md"),
        (b"a\nb.md", "a�b.md"),
        (b"\x1b[2J.md", "�[2J.md"),
        (b"x\xe2\x80\xa8y", "x�y"),
    ],
)
def test_names_that_are_no_plain_text_are_told(site: Site, name: bytes, shown: str) -> None:
    folder = site.root / "content"
    folder.mkdir()
    (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_text("x")
    assert told(site.root) == [f"content/{shown}: the name is not UTF-8, or holds a control character"]
    assert names(site.root) == ("sitegen.yaml",)
    run = site.run("check")
    assert run.status == 1
    assert shown in run.out


@pytest.mark.parametrize(
    "name", ["Screenshot 10.30 AM.png", "soft\xadhyphen.md", "日本.md", "e\u0301.md", " "]
)
def test_other_names_are_names(site: Site, name: str) -> None:
    site.write({f"content/{name}": "x"})
    assert names(site.root) == (f"content/{name}", "sitegen.yaml")


def test_what_is_neither_file_nor_folder_is_left_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    (site.root / "content").mkdir()
    os.mkfifo(site.root / "content" / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        monkeypatch.chdir(site.root / "content")  # a socket's name must be short
        unix.bind("socket")
    assert names(site.root) == ("sitegen.yaml",)


def test_file_that_may_not_be_read_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write({"content/a.md": "a", "content/b.md": "b"})
    (site.root / "content" / "a.md").chmod(0o600)
    monkeypatch.setattr(os, "access", lambda path, _: not str(path).endswith("a.md"))
    assert told(site.root) == ["content/a.md: the file cannot be read: permission denied"]
    assert names(site.root) == ("content/b.md", "sitegen.yaml")


def test_folder_that_may_not_be_read_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    site.write({"content/closed/a.md": "a", "content/b.md": "b"})
    monkeypatch.setattr(os, "scandir", refuse)
    assert told(site.root) == ["content/closed: the folder cannot be read: Permission denied"]
    assert names(site.root) == ("content/b.md", "sitegen.yaml")


def test_memory_is_as_good_as_a_disk() -> None:
    files = MemoryFiles({"sitegen.yaml": b"", "content/b.md": b"b", "content/a.md": b"a"})
    assert files.names() == ("content/a.md", "content/b.md", "sitegen.yaml")
    assert files.read("content/a.md") == b"a"
    assert files.problems() == ()


def test_root_is_found_upwards(site: Site, tmp_path: Path) -> None:
    site.write({"content/a/b/c.md": ""})
    assert find_root(site.root) == site.root
    assert find_root(site.root / "content" / "a" / "b") == site.root
    site.write({"content/a/sitegen.yaml": ""})
    assert find_root(site.root / "content" / "a" / "b") == site.root / "content" / "a"
    assert find_root(tmp_path) is None
