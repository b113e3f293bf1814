"""Publishing by rsync to a real sshd on this machine, and to a folder without ssh."""

from pathlib import Path

import pytest
from places import SshHost, begun, done, edit, program, published
from sites import Site, contents

from sitegen.building.files import DiskFiles
from sitegen.commands.site import open_site
from sitegen.publishing.errors import PublishError
from sitegen.publishing.manifest import decode_manifest
from sitegen.publishing.publishers import Publication
from sitegen.publishing.rsync import RsyncPublisher
from sitegen.publishing.rsync_lock import HostLock
from sitegen.publishing.tree import read_tree

MANIFEST = ".sitegen-manifest.json"


@pytest.fixture
def server(site: Site, tmp_path: Path, host: SshHost, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the site is published to, through ssh; it is not there yet."""
    folder = tmp_path / "srv" / "tides"
    folder.parent.mkdir()
    monkeypatch.setenv("RSYNC_RSH", host.ssh)
    begun(site, f"    server: {{kind: rsync, to: '{host.user}@127.0.0.1:{folder}', port: {host.port}}}\n")
    return folder


def seen(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in contents(folder).items() if path != MANIFEST}


def test_first_then_nothing_then_an_edit(site: Site, server: Path) -> None:
    first = done(site.run("publish"), "published: ")
    assert first.out.splitlines()[-1] == "https://example.org/tides/"
    assert seen(server) == published(site)
    done(site.run("publish"), "nothing changed")
    (server / "ebb" / "visitor.log").write_text("theirs")
    (server / "stats.html").write_text("theirs")
    edit(site)
    done(site.run("publish"), " deleted, ")
    assert seen(server) == {**published(site), "ebb/visitor.log": b"theirs", "stats.html": b"theirs"}
    (server / "ebb" / "visitor.log").unlink()
    done(site.run("publish"), "nothing changed")


def test_files_in_the_way_are_not_replaced_unasked(site: Site, server: Path) -> None:
    server.mkdir()
    (server / "index.html").write_text("theirs")
    refused = site.run("publish")
    assert refused.status == 3
    assert "index.html" in refused.err
    assert contents(server) == {"index.html": b"theirs"}
    done(site.run("publish", "--adopt"))
    assert seen(server) == published(site)


@pytest.mark.parametrize("cut_at", [7])
def test_run_that_is_cut_off_is_finished_by_the_next(
    site: Site, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_at: int
) -> None:
    done(site.run("publish"))
    before = seen(server)
    edit(site)
    count = tmp_path / "count"
    script = f'echo x >> {count}; test "$(wc -l < {count})" -lt {cut_at} || exit 12; exec $REAL "$@"'
    with monkeypatch.context() as patched:
        patched.setenv("PATH", program(tmp_path / "bin", "rsync", script)["PATH"])
        assert site.run("publish").status == 3
    # All that was there before is still there: old or new, and whole.
    after = seen(server)
    assert before.keys() <= after.keys()
    now = published(site)
    assert all(content in {before.get(path), now.get(path)} for path, content in after.items())
    held = decode_manifest((server / MANIFEST).read_bytes())
    assert held is not None
    assert after.keys() <= held.files.keys() | held.unsure
    done(site.run("publish"), "published: ")
    assert seen(server) == now
    done(site.run("publish"), "nothing changed")


def test_of_two_publishers_one_is_told(site: Site, server: Path) -> None:
    opened = open_site(DiskFiles(site.root))
    target = opened.settings.publish.targets[0]
    tree = read_tree(site.public)
    with (
        RsyncPublisher(Publication(site.root, opened.settings, target, tree)) as other,
        HostLock(other._connection, "the host"),  # noqa: SLF001 - what a publisher does first
    ):
        refused = site.run("publish")
    assert refused.status == 3
    assert "another publisher is at work" in refused.err
    assert seen(server) == {}
    done(site.run("publish"), "published: ")
    assert seen(server) == published(site)


def test_target_that_was_published_to_since_the_plan_was_made(site: Site, server: Path) -> None:
    opened = open_site(DiskFiles(site.root))
    publication = Publication(
        site.root, opened.settings, opened.settings.publish.targets[0], read_tree(site.public)
    )
    with RsyncPublisher(publication) as late:
        late.remote()
        done(site.run("publish"))
        with pytest.raises(PublishError) as told:
            late._look_again()  # noqa: SLF001
    assert told.value.kind == "busy"
    assert (server / "index.html").is_file()


def test_host_that_lets_nobody_in(site: Site, server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "RSYNC_RSH",
        "ssh -F none -o IdentityFile=/nonexistent -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
    )
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    refused = site.run("publish")
    assert refused.status == 3
    assert "Permission denied" in refused.err
    assert "~/.ssh/config" in refused.err
    assert not server.exists()


def test_without_ssh(site: Site, tmp_path: Path) -> None:
    begun(site, "    near: {kind: rsync, to: ../mounted}\n")
    done(site.run("publish"), "published: ")
    assert seen(tmp_path / "mounted") == published(site)
    edit(site)
    done(site.run("publish"))
    assert seen(tmp_path / "mounted") == published(site)
    # A folder that is empty now is gone.
    assert not (tmp_path / "mounted" / "ebb").exists()
