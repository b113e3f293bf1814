"""Publishing to a folder, to releases behind a link, and into archives."""

import fcntl
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from places import begun, done, edit, published
from sites import Site, contents

MANIFEST = ".sitegen-manifest.json"


def seen(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in contents(folder).items() if path != MANIFEST}


def test_folder_first_then_nothing_then_an_edit(site: Site, tmp_path: Path) -> None:
    begun(site, "    near: {kind: folder, path: ../srv/tides}\n")
    folder = tmp_path / "srv" / "tides"
    done(site.run("publish"), "published: ")
    assert seen(folder) == published(site)
    kept = (folder / "media" / "chart.svg").stat().st_ino
    done(site.run("publish"), "nothing changed")
    (folder / "theirs.html").write_text("theirs")
    edit(site)
    done(site.run("publish"), "deleted")
    assert seen(folder) == {**published(site), "theirs.html": b"theirs"}
    assert (folder / "media" / "chart.svg").stat().st_ino == kept
    assert [path.name for path in folder.parent.iterdir()] == ["tides"]


def test_folder_that_someone_changed_is_mended(site: Site, tmp_path: Path) -> None:
    begun(site, "    near: {kind: folder, path: ../tides}\n")
    done(site.run("publish"))
    (tmp_path / "tides" / "ebb" / "index.html").write_text("hacked")
    (tmp_path / "tides" / "flood" / "index.html").unlink()
    done(site.run("publish"), "2 files sent")
    assert seen(tmp_path / "tides") == published(site)


@pytest.mark.parametrize("kind", ["folder, path: ../tides", "folder, path: ../tides, current: true"])
def test_folder_with_files_in_the_way(site: Site, tmp_path: Path, kind: str) -> None:
    begun(site, f"    near: {{kind: {kind}}}\n")
    folder = tmp_path / "tides"
    if "current" in kind:
        (folder / "releases" / "old").mkdir(parents=True)
        (folder / "current").symlink_to("releases/old")
    else:
        folder.mkdir()
    at = folder / "current" if "current" in kind else folder
    (at / "index.html").write_text("theirs")
    (at / "theirs.html").write_text("theirs")
    assert site.run("publish").status == 3
    assert (at / "index.html").read_text() == "theirs"
    done(site.run("publish", "--adopt"))
    assert seen(at) == {**published(site), "theirs.html": b"theirs"}


def test_releases_behind_a_link(site: Site, tmp_path: Path) -> None:
    begun(site, "    near: {kind: folder, path: ../tides, current: true, keep: 2}\n")
    folder = tmp_path / "tides"
    led = []
    for words in ("early", "late", "never", "early"):
        site.write({"content/flood.md": f"# Flood\n\nIt comes {words}.\n"})
        done(site.run("publish", "--build"), "published: ")
        assert seen(folder / "current") == published(site)
        led.append((folder / "current").readlink())
    assert led[0] == led[3]
    assert len(list((folder / "releases").iterdir())) == 2
    done(site.run("publish"), "nothing changed")


def test_folder_is_whole_after_a_failure(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(site, "    near: {kind: folder, path: ../tides}\n")
    done(site.run("publish"))
    before = contents(tmp_path / "tides")
    edit(site)

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("sitegen.building.output.Output.add", broken)
        assert site.run("publish").status == 3
    assert contents(tmp_path / "tides") == before
    done(site.run("publish"), "published: ")
    assert seen(tmp_path / "tides") == published(site)


def test_of_two_publishers_one_is_told(site: Site, tmp_path: Path) -> None:
    begun(site, "    near: {kind: folder, path: ../tides}\n")
    (tmp_path / "tides").mkdir()
    handle = os.open(tmp_path / "tides", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    run = site.run("publish")
    os.close(handle)
    assert (run.status, "someone else is publishing" in run.err) == (3, True)
    done(site.run("publish"))


@pytest.mark.parametrize("path", ["..", ".", "public", "content"])
def test_folder_of_the_site_itself_is_refused(site: Site, path: str) -> None:
    begun(site, f"    near: {{kind: folder, path: {path}}}\n")
    before = contents(site.root)
    run = site.run("publish")
    assert run.status == 3, run.out
    after = contents(site.root)
    assert {name for name in after if not name.startswith(".sitegen/")} == {
        name for name in before if not name.startswith(".sitegen/")
    }


@pytest.mark.parametrize("name", ["site.zip", "site.tar.gz", "site.tar.xz"])
def test_archive(site: Site, tmp_path: Path, name: str) -> None:
    kind = "zip" if name.endswith(".zip") else "tar"
    begun(site, f"    packed: {{kind: {kind}, path: ../{name}}}\n")
    done(site.run("publish"), "published: ")
    assert unpacked(tmp_path / name) == published(site)
    first = (tmp_path / name).read_bytes()
    done(site.run("publish"), "nothing changed")
    assert (tmp_path / name).read_bytes() == first
    (tmp_path / name).unlink()
    done(site.run("publish"))
    assert (tmp_path / name).read_bytes() == first
    edit(site)
    done(site.run("publish"), "deleted")
    assert unpacked(tmp_path / name) == published(site)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", name]


def test_archive_of_someone_else_is_not_replaced(site: Site, tmp_path: Path) -> None:
    begun(site, "    packed: {kind: zip, path: ../site.zip}\n")
    (tmp_path / "site.zip").write_bytes(b"theirs")
    assert site.run("publish").status == 3
    assert (tmp_path / "site.zip").read_bytes() == b"theirs"
    done(site.run("publish", "--adopt"))


def unpacked(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
    else:
        with tarfile.open(path) as packed:
            for member in packed:
                inside = packed.extractfile(member)
                assert inside is not None
                found[member.name] = inside.read()
    assert MANIFEST in found
    return {name: content for name, content in found.items() if name != MANIFEST}
