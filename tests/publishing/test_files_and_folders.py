"""A file where a folder belongs, or a folder where a file does: sitegen's own make way, those of others stay."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import SshHost, article, begun, build, git
from sites import Site, contents

from sitegen.publishing.plan import colliding

ODD = (
    "#hash",
    ";semi",
    "- minus",
    "+ plus",
    "[x]*?.txt",
    "flüt ß.txt",
    "back\\slash",
    "quo'te\"d",
    "$(x) & %20.txt",
)
paths = st.sampled_from(["a", "a/b", "a/b/c", "a.b", "ab/c", "b", "b/a"])


@given(st.frozensets(paths), st.frozensets(paths))
def test_paths_that_collide_are_those_a_disk_cannot_hold_together(
    some: frozenset[str], others: frozenset[str]
) -> None:
    told = {
        path
        for path in some
        if any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in others)
    }
    assert colliding(some, others) == told


@pytest.fixture
def places(site: Site, tmp_path: Path, host: SshHost, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Where three targets of one site put their files; a branch's are there after `look`."""
    monkeypatch.setenv("RSYNC_RSH", host.ssh)
    subprocess.run(("git", "init", "--quiet", "--bare", str(tmp_path / "bare")), check=True)
    begun(
        site,
        f"    server: {{kind: rsync, to: '{host.user}@127.0.0.1:{tmp_path}/server', port: {host.port}}}\n"
        f"    branch: {{kind: git, remote: '{tmp_path}/bare'}}\n"
        f"    folder: {{kind: folder, path: '{tmp_path}/folder'}}\n",
        ("ebb", "flood"),
    )
    return {name: tmp_path / name for name in ("server", "branch", "folder")}


def look(places: dict[str, Path]) -> None:
    """Check the branch out anew."""
    subprocess.run(("rm", "-rf", str(places["branch"])), check=True)
    git(places["branch"].parent, "clone", "--quiet", "--branch=gh-pages", "bare", "branch")


def seen(folder: Path) -> dict[str, bytes]:
    """What lies there, but for sitegen's and the hosts' own records."""
    return {path: content for path, content in contents(folder).items() if not path.startswith(".")}


def test_file_and_folder_take_each_others_place(site: Site, places: dict[str, Path]) -> None:
    for form in (
        {"content/thing": "a file", **{f"content/{name}": name for name in ODD}},
        {"content/thing.md": article("thing")},
        {"content/thing": "again"},
    ):
        site.write(form)
        build(site)
        for name in places:
            run = site.run("publish", name)
            assert run.status == 0, run.err
        look(places)
        for name, folder in places.items():
            assert seen(folder) == seen(site.public), name
        for path in form:
            (site.root / path).unlink()


def test_what_others_have_in_the_way_stays(site: Site, places: dict[str, Path]) -> None:
    for name in places:
        assert site.run("publish", name).status == 0
    look(places)
    for folder in places.values():
        (folder / "wharf").write_text("theirs, where a folder belongs")
        (folder / "käi").mkdir()
        (folder / "käi" / "log").write_text("theirs, where a file belongs")
    git(places["branch"], "add", ".")
    git(places["branch"], "commit", "--quiet", "-m", "ours")
    git(places["branch"], "push", "--quiet")
    before = {name: contents(folder) for name, folder in places.items()}
    site.write({"content/wharf.md": article("wharf"), "content/käi": "a file"})
    build(site)
    for name, adopt in [(name, adopt) for name in places for adopt in ((), ("--adopt",))]:
        run = site.run("publish", name, *adopt)
        assert run.status == 3, name
        assert "käi, wharf/annotations.jsonld, wharf/index.html" in run.err
        assert "move them away" in run.err
    look(places)
    for name, folder in places.items():
        there = {path: content for path, content in contents(folder).items() if not path.startswith(".git/")}
        assert there == {
            path: content for path, content in before[name].items() if not path.startswith(".git/")
        }
