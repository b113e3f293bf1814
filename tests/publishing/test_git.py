"""Publishing to a branch: real repositories, by path and by ssh."""

import os
import shutil
from pathlib import Path

import pytest
from places import SshHost, article, begun, build, done, edit, git, published
from sites import Site, contents

from sitegen.building.files import DiskFiles
from sitegen.commands.site import open_site
from sitegen.publishing.errors import PublishError
from sitegen.publishing.git import GitPublisher
from sitegen.publishing.plan import make_plan
from sitegen.publishing.progress import Silence
from sitegen.publishing.publishers import Publication
from sitegen.publishing.tree import read_tree

PAGES = "    pages: {kind: git, branch: gh-pages}\n"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    path = tmp_path / "remote.git"
    path.mkdir()
    git(path, "init", "--quiet", "--bare")
    return path


def in_repository(site: Site, remote: str, targets: str = PAGES) -> Site:
    begun(site, targets)
    git(site.root, "init", "--quiet")
    (site.root / ".gitignore").write_text("public/\n.sitegen/\n")
    git(site.root, "add", ".")
    git(site.root, "commit", "--quiet", "-m", "one")
    git(site.root, "remote", "add", "origin", remote)
    return site


def on_branch(bare: Path, tmp_path: Path, name: str = "seen") -> dict[str, bytes]:
    """The files of the branch, less the manifest and git's own."""
    folder = tmp_path / name
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(bare), str(folder))
    found = {path: content for path, content in contents(folder).items() if not path.startswith(".git/")}
    assert ".sitegen-manifest.json" in found
    return {path: content for path, content in found.items() if path != ".sitegen-manifest.json"}


def commits(bare: Path) -> list[str]:
    return git(bare, "log", "--format=%s", "gh-pages").splitlines()


def checkout(site: Site) -> tuple[object, ...]:
    """All of the user's repository that must stay as it is."""
    repository = site.root / ".git"
    refs = git(site.root, "for-each-ref", "refs/heads", "refs/stash", "refs/tags")
    index = (repository / "index").read_bytes()
    return refs, index, (repository / "HEAD").read_text(), git(site.root, "status", "--short")


def publisher(site: Site) -> GitPublisher:
    opened = open_site(DiskFiles(site.root))
    tree = read_tree(site.public)
    return GitPublisher(Publication(site.root, opened.settings, opened.settings.publish.targets[0], tree))


def test_first_then_nothing_then_an_edit(site: Site, bare: Path, tmp_path: Path) -> None:
    in_repository(site, str(bare))
    (site.root / "content" / "index.md").write_text("# Not committed\n\nYet.\n")
    (site.root / "draft.txt").write_text("staged")
    git(site.root, "add", "draft.txt")
    build(site)
    before = checkout(site)
    said = done(site.run("publish"), "published: ")
    assert said.out.splitlines()[-1] == "https://example.org/tides/"
    assert on_branch(bare, tmp_path) == {**published(site), ".nojekyll": b""}
    done(site.run("publish", "pages"), "nothing changed")
    assert len(commits(bare)) == 1
    edit(site)
    done(site.run("publish"), "deleted")
    assert on_branch(bare, tmp_path, "again") == {**published(site), ".nojekyll": b""}
    assert len(commits(bare)) == 2
    assert checkout(site)[:3] == before[:3]
    assert checkout(site)[3].replace(" D content/ebb.md\n", "") != ""  # type: ignore[attr-defined] # a text


def test_host_files_and_foreign_files_are_kept(site: Site, bare: Path, tmp_path: Path) -> None:
    in_repository(site, str(bare))
    done(site.run("publish"))
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(bare), str(other))
    (other / "CNAME").write_text("tides.example.org\n")
    (other / "notes.html").write_text("mine")
    with open(os.fsencode(other) + b"/caf\xe9\n.txt", "wb"):  # noqa: PTH123 - a path of bytes
        pass
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "a domain")
    git(other, "push", "--quiet")
    edit(site)
    done(site.run("publish"))
    found = on_branch(bare, tmp_path)
    assert (found["CNAME"], found["notes.html"]) == (b"tides.example.org\n", b"mine")
    assert commits(bare)[1] == "a domain"


def test_domain_is_written(site: Site, bare: Path, tmp_path: Path) -> None:
    in_repository(site, str(bare), "    pages: {kind: git, cname: tides.example.org}\n")
    done(site.run("publish"))
    assert on_branch(bare, tmp_path)["CNAME"] == b"tides.example.org\n"


def test_files_in_the_way_are_not_replaced_unasked(site: Site, bare: Path, tmp_path: Path) -> None:
    in_repository(site, str(bare))
    git(site.root, "checkout", "--quiet", "--orphan", "gh-pages")
    git(site.root, "rm", "--quiet", "-r", "--cached", ".")
    (site.root / "index.html").write_text("older than sitegen")
    git(site.root, "add", "index.html")
    git(site.root, "commit", "--quiet", "-m", "by hand")
    git(site.root, "push", "--quiet", "origin", "gh-pages")
    git(site.root, "checkout", "--quiet", "-f", "main")
    build(site)
    refused = site.run("publish")
    assert refused.status == 3
    assert "index.html" in refused.err
    assert commits(bare) == ["by hand"]
    done(site.run("publish", "--adopt"))
    assert on_branch(bare, tmp_path)["index.html"] == published(site)["index.html"]


def test_what_others_push_meanwhile_is_built_upon(site: Site, bare: Path, tmp_path: Path) -> None:
    in_repository(site, str(bare))
    done(site.run("publish"))
    edit(site)
    mine = publisher(site)
    plan = make_plan(mine.tree(), mine.remote())
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(bare), str(other))
    (other / "CNAME").write_text("tides.example.org\n")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "meanwhile")
    git(other, "push", "--quiet")
    mine.carry_out(plan, Silence())
    assert commits(bare)[1] == "meanwhile"
    assert on_branch(bare, tmp_path) == {**published(site), ".nojekyll": b"", "CNAME": b"tides.example.org\n"}


@pytest.mark.parametrize("name", ["drift/index.html", "drift", "flood/index.html"])
def test_what_others_put_in_the_way_meanwhile_stays(
    site: Site, bare: Path, tmp_path: Path, name: str
) -> None:
    in_repository(site, str(bare))
    done(site.run("publish"))
    edit(site)
    mine = publisher(site)
    plan = make_plan(mine.tree(), mine.remote())
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--branch", "gh-pages", str(bare), str(other))
    (other / name).parent.mkdir(exist_ok=True)
    (other / name).write_text("theirs")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "meanwhile")
    git(other, "push", "--quiet")
    with pytest.raises(PublishError, match=f"someone else changed {name} ") as told:
        mine.carry_out(plan, Silence())
    assert told.value.kind == "busy"
    assert commits(bare)[0] == "meanwhile"


def test_of_two_publishers_one_wins_and_the_other_is_told(site: Site, bare: Path) -> None:
    in_repository(site, str(bare))
    done(site.run("publish"))
    elsewhere = Site(site.root.with_name("elsewhere"), site.capsys)
    shutil.copytree(site.root, elsewhere.root)
    elsewhere.write({"content/surge.md": article("surge", "early")})
    build(elsewhere)
    loser = publisher(elsewhere)
    plan = make_plan(loser.tree(), loser.remote())
    edit(site)
    done(site.run("publish"))
    head = git(bare, "rev-parse", "gh-pages")
    with pytest.raises(PublishError, match="someone else published") as told:
        loser.carry_out(plan, Silence())
    assert told.value.kind == "busy"
    assert git(bare, "rev-parse", "gh-pages") == head


def test_history_begins_anew_only_when_asked(site: Site, bare: Path) -> None:
    in_repository(site, str(bare))
    done(site.run("publish"))
    edit(site)
    done(site.run("publish", "--force"))
    assert len(commits(bare)) == 1


def test_folder_of_the_branch_that_one_works_on(site: Site, bare: Path, tmp_path: Path) -> None:
    in_repository(site, str(bare), "    pages: {kind: git, branch: main, prefix: docs}\n")
    git(site.root, "push", "--quiet", "origin", "main")
    before = checkout(site)
    done(site.run("publish"))
    assert checkout(site) == before
    folder = tmp_path / "seen"
    git(tmp_path, "clone", "--quiet", "--branch", "main", str(bare), str(folder))
    assert (folder / "docs" / "index.html").read_bytes() == published(site)["index.html"]
    assert (folder / "sitegen.yaml").is_file()
    site.write({"sitegen.yaml": (site.root / "sitegen.yaml").read_text().replace(", prefix: docs", "")})
    build(site)
    assert "branch that you are working on" in site.run("publish").err


def test_over_ssh_from_a_site_that_is_in_no_repository(
    site: Site, bare: Path, tmp_path: Path, host: SshHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", f"{host.ssh} -p {host.port}")
    begun(site, f'    pages: {{kind: git, remote: "{host.user}@127.0.0.1:{bare}"}}\n')
    done(site.run("publish"), "published: ")
    edit(site)
    done(site.run("publish"), "published: ")
    done(site.run("publish"), "nothing changed")
    assert on_branch(bare, tmp_path) == {**published(site), ".nojekyll": b""}
    assert len(commits(bare)) == 2


def test_remote_that_is_not_there(site: Site, tmp_path: Path) -> None:
    in_repository(site, str(tmp_path / "nowhere.git"))
    run = site.run("publish")
    assert run.status == 3
    assert run.err.startswith("error: git: ")
    assert "hint: " in run.err


def test_password_in_the_address_of_a_remote_is_shown_nowhere(site: Site) -> None:
    # Nobody listens at port 1.
    in_repository(site, "http://ann:s3cr3tword@127.0.0.1:1/tides.git")
    run = site.run("publish", "-v")
    assert run.status == 3
    assert "s3cr3tword" not in run.out + run.err
    assert "127.0.0.1" in run.err
