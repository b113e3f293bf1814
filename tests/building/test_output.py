"""The output folder: swapped in whole, what is foreign carried over, and nothing lost whatever happens."""

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sites import Site, contents

from sitegen.building import output as module
from sitegen.building.files import digest_of
from sitegen.building.output import MANIFEST, STAGED, Output, read_manifest
from sitegen.model.errors import CannotGoOnError
from sitegen.model.files import Page


def fill(folder: Path, **pages: str) -> None:
    with Output(folder) as output:
        named = {
            name.replace("__", "/").replace("_", "."): content.encode() for name, content in pages.items()
        }
        for name, content in named.items():
            output.add(Page(name, content))
        output.swap({name: digest_of(content) for name, content in named.items()})


def held(folder: Path) -> dict[str, str]:
    """All files of a folder but the manifest."""
    return {name: content.decode() for name, content in contents(folder).items() if name != MANIFEST}


def beside(folder: Path) -> list[str]:
    """What stands beside the output folder: nothing must be left there."""
    return sorted(path.name for path in folder.parent.iterdir() if path != folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site" / "public"


# --- the swap


def test_first_build_makes_the_folder(folder: Path) -> None:
    fill(folder, index_html="one", a__b_html="two")
    assert held(folder) == {"index.html": "one", "a/b.html": "two"}
    assert beside(folder) == []
    assert folder.stat().st_mode & 0o777 == 0o755


def test_stale_pages_are_gone_after_the_next_build(folder: Path) -> None:
    fill(folder, index_html="one", gone__index_html="x", gone__deep__x_txt="x")
    fill(folder, index_html="two")
    assert held(folder) == {"index.html": "two"}
    assert not (folder / "gone").exists()
    assert beside(folder) == []


def test_manifest_names_every_file_with_its_hash(folder: Path) -> None:
    fill(folder, index_html="one", a__b_html="two")
    assert json.loads((folder / MANIFEST).read_text())["version"] == 1
    assert read_manifest(folder) == {
        "a/b.html": "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3",
        "index.html": "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
    }


def test_file_is_copied_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "data.bin"
    source.write_bytes(bytes(range(256)) * 5000)
    with Output(folder) as output:
        output.copy("media/data.bin", source)
        known = output.swap({"media/data.bin": digest_of(source.read_bytes())})
    assert (folder / "media" / "data.bin").read_bytes() == source.read_bytes()
    assert known["media/data.bin"][1][2] == 256 * 5000


def test_build_that_ends_early_changes_nothing(folder: Path) -> None:
    fill(folder, index_html="one")

    def broken() -> None:
        with Output(folder) as output:
            output.add(Page("index.html", b"two"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert held(folder) == {"index.html": "one"}
    assert beside(folder) == []


@pytest.mark.parametrize("system", ["that exchanges folders", "that renames them"])
def test_swap_keeps_what_is_foreign_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    if system == "that renames them":
        monkeypatch.setattr(module, "_exchange", lambda *_: False)
    fill(folder, index_html="one", old_txt="x")
    (folder / "CNAME").write_text("example.org")
    fill(folder, index_html="two")
    assert held(folder) == {"index.html": "two", "CNAME": "example.org"}
    assert beside(folder) == []


def test_build_that_was_killed_between_two_renames_is_mended(folder: Path) -> None:
    fill(folder, index_html="one")
    folder.rename(folder.with_name(".public-before"))
    with Output(folder):
        assert held(folder) == {"index.html": "one"}
    assert beside(folder) == []


def test_what_killed_builds_left_is_removed_and_what_others_fill_is_not(folder: Path) -> None:
    fill(folder, index_html="one")
    left = folder.with_name(f".public-abc{STAGED}")
    (left / "deep").mkdir(parents=True)
    with Output(folder) as other:
        assert not left.exists()
        fill(folder, index_html="two")
        assert other.staged.is_dir(), "another build fills it"
    assert beside(folder) == []


def test_link_to_a_folder_is_followed(site: Site, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.mkdir()
    (real / "CNAME").write_text("example.org")
    site.public.symlink_to(real)
    assert site.write({"content/tides.md": "# Tides\n"}).build().status == 0
    assert site.public.is_symlink()
    assert (real / "tides" / "index.html").is_file()
    assert (real / "CNAME").read_text() == "example.org"


# --- foreign files


def test_foreign_files_are_carried_over(folder: Path) -> None:
    fill(folder, index_html="one")
    (folder / ".gitignore").write_text("*\n!.gitignore\n")
    (folder / ".well-known" / "acme").mkdir(parents=True)
    (folder / ".well-known" / "acme" / "token").write_text("x")
    (folder / ".nojekyll").touch()
    (folder / "notes").mkdir()
    (folder / "notes" / "mine.txt").write_text("mine")
    (folder / "notes" / "mine.txt").chmod(0o600)
    os.utime(folder / "notes" / "mine.txt", (1, 1))
    for _ in range(2):
        fill(folder, index_html="two")
    assert held(folder) == {
        ".gitignore": "*\n!.gitignore\n",
        ".nojekyll": "",
        ".well-known/acme/token": "x",
        "index.html": "two",
        "notes/mine.txt": "mine",
    }
    stat = (folder / "notes" / "mine.txt").stat()
    assert (stat.st_mode & 0o777, stat.st_mtime) == (0o600, 1)


def test_foreign_links_are_carried_over_as_links(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.txt").write_text("x")
    fill(folder, index_html="one")
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "file").symlink_to("index.html")
    (folder / "nowhere").symlink_to("gone")
    fill(folder, index_html="two")
    assert {path.name for path in folder.iterdir() if path.is_symlink()} == {"link", "file", "nowhere"}
    assert (folder / "link").readlink() == tmp_path / "outside"
    assert not (folder / "link" / "x.txt").is_symlink()
    assert list((tmp_path / "outside").iterdir()) == [tmp_path / "outside" / "x.txt"]


def test_foreign_file_where_a_page_belongs_is_not_overwritten(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("by hand")
    with pytest.raises(CannotGoOnError) as error:
        fill(folder, index_html="one")
    assert '"public/index.html" was not written by sitegen' in error.value.message
    assert str(error.value.place) == "public/index.html:1:1"
    assert held(folder) == {"index.html": "by hand"}
    assert beside(folder) == []


def test_foreign_file_that_is_the_same_is_taken_over(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("one")
    fill(folder, index_html="one")
    assert set(read_manifest(folder)) == {"index.html"}


@pytest.mark.parametrize("foreign", ["a", "a/b/c.txt"])
def test_foreign_file_and_page_that_need_each_other_as_folders_are_told(folder: Path, foreign: str) -> None:
    (folder / foreign).parent.mkdir(parents=True)
    (folder / foreign).write_text("mine")
    with pytest.raises(CannotGoOnError):
        fill(folder, a__b="one")
    assert held(folder) == {foreign: "mine"}
    assert beside(folder) == []


@pytest.mark.parametrize("manifest", ["", "[]", "{", '{"files": []}', '{"files": null}', "\udcff"])
def test_manifest_that_cannot_be_read_makes_all_files_foreign(folder: Path, manifest: str) -> None:
    fill(folder, index_html="one", b_txt="b")
    (folder / MANIFEST).write_text(manifest, errors="surrogateescape")
    fill(folder, index_html="one")
    assert held(folder) == {"index.html": "one", "b.txt": "b"}, "nothing is deleted that may be foreign"


# --- where the site may be written


@pytest.mark.parametrize(
    "wanted", [".", "content", "content/media", "themes/x", "seeds", "..", "content/../content/x", "/"]
)
def test_folder_that_holds_the_sources_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    site.write({"content/tides.md": "# Tides\n"})
    monkeypatch.chdir(site.root)
    before = contents(site.root)
    for root in (site.root, Path(), Path("../site")):
        site.root = root
        run = site.build("--output", wanted)
        assert run.status == 2
        assert run.err.endswith("that folder holds its sources\n    hint: choose another --output\n")
    assert contents(Path.cwd()) == before


def test_link_to_the_sources_is_refused(site: Site) -> None:
    site.write({"content/tides.md": "# Tides\n"})
    site.public.symlink_to("content")
    assert site.build().status == 2


def test_file_is_no_folder(site: Site) -> None:
    site.write({"content/tides.md": "# Tides\n", "public": "x"})
    run = site.build()
    assert (run.status, run.err) == (2, f"error: {site.public} is not a folder\n")


def test_output_elsewhere(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write({"content/tides.md": "# Tides\n"})
    monkeypatch.chdir(tmp_path)
    assert site.build("--output", "deep/down/out").status == 0
    assert (tmp_path / "deep" / "down" / "out" / "tides" / "index.html").is_file()
    assert not site.public.exists()


# --- disks that fail


@pytest.mark.parametrize(
    "deed", ["builtins.open", "os.makedirs", "pathlib.Path.write_text", "pathlib.Path.mkdir"]
)
def test_full_disk_leaves_the_old_folder(folder: Path, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fill(folder, index_html="one")
    with monkeypatch.context() as patch:
        patch.setattr(deed, full)
        with pytest.raises(CannotGoOnError) as error:
            fill(folder, a__b_html="two")
    assert (error.value.message, error.value.hint) == ("the disk is full", "public/ is as it was")
    assert held(folder) == {"index.html": "one"}
    assert beside(folder) == []


def test_swap_that_fails_leaves_the_old_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, index_html="one")
    monkeypatch.setattr(
        shutil, "copy2", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EIO, "Input/output error"))
    )
    (folder / "CNAME").write_text("x")
    with pytest.raises(CannotGoOnError) as error:
        fill(folder, index_html="two")
    assert "Input/output error" in error.value.message
    assert held(folder) == {"index.html": "one", "CNAME": "x"}
    assert beside(folder) == []


# --- builds that are ended from outside

KILLED = """
import os, signal, sys
from sitegen.building import output
from sitegen.cli import main

told = []
main_process = os.getpid()

def killing(deed):
    def do(*arguments):
        told.append(arguments)
        if len(told) == int(sys.argv[2]):
            os.kill(main_process, getattr(signal, sys.argv[3]))
        return deed(*arguments)
    return do

if sys.argv[2] == "1":
    output._swap = killing(output._swap)
else:
    output.Output.add = killing(output.Output.add)
main(["--site", sys.argv[1], "build", "--jobs", "2"])
"""
"""Builds a site, and kills the build when one of its processes adds its file of a number, or with number 1 when it would swap."""


@pytest.mark.parametrize(
    ("file", "number"), [("20", "SIGKILL"), ("20", "SIGTERM"), ("80", "SIGKILL"), ("1", "SIGKILL")]
)
def test_build_that_is_killed_leaves_the_old_folder(site: Site, file: str, number: str) -> None:
    site.write(
        {f"content/{count:03}.md": f"# Tide {count}\n\nThe moon pulls the water.\n" for count in range(100)}
    )
    site.write({"public/old.txt": "old", "public/index.txt": "old"})
    before = site.output()
    arguments = [sys.executable, "-c", KILLED, str(site.root), file, number]
    # This ends when the workers, which hold the other end of the pipes, have ended too.
    run = subprocess.run(arguments, capture_output=True, check=False)
    assert run.returncode == -getattr(signal, number)
    assert run.stderr == b""
    assert site.output() == before
    assert len(list(site.root.glob(f".public-*{STAGED}"))) == 1
    assert site.build("--quiet").status == 0
    assert sorted(path.name for path in site.root.iterdir()) == [
        ".sitegen",
        "content",
        "public",
        "sitegen.yaml",
    ]
    assert site.output().keys() >= {*before, "index.html", "099/index.html"}


def test_build_that_meets_the_limit_of_its_files_leaves_the_old_folder(site: Site) -> None:
    """As a quota that is used up: a file that grows past the limit cannot be written."""
    site.write({"content/tides.md": "# Tides\n"})
    assert site.build().status == 0
    before = site.output()
    site.write({"content/ebb.md": "# Ebb\n", "content/large.bin": b"x" * 2_000_000})
    run = subprocess.run(
        [sys.executable, "-m", "sitegen", "--site", str(site.root), "build"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000)),
        capture_output=True,
        check=False,
    )
    assert run.returncode == 2
    assert b"File too large" in run.stderr
    assert b"Traceback" not in run.stderr
    assert site.output() == before
    assert sorted(path.name for path in site.root.iterdir()) == [
        ".sitegen",
        "content",
        "public",
        "sitegen.yaml",
    ]
