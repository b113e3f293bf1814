"""A site to publish, and real places to publish it to: an ssh server on this machine with keys of its own."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ports import free_ports
from sites import Run, Site

ARTICLES = ("ebb", "flood", "neap", "spring", "surge", "swell")
"""As many that two of them are less than a third of all pages."""


def begun(site: Site, targets: str, articles: tuple[str, ...] = ARTICLES) -> Site:
    """A built site of a few articles, with these targets."""
    site.write(
        {
            "sitegen.yaml": "title: Tides\nbase_url: https://example.org/tides/\n"
            "checks: {rules: {unchecked: off}}\n"
            f"publish:\n  targets:\n{targets}",
            "content/media/chart.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
            **{f"content/{name}.md": article(name) for name in articles},
        }
    )
    build(site)
    return site


def article(name: str, words: str = "as ever") -> str:
    return f"---\ntitle: The {name}\ndate: 2024-03-01\n---\nThe {name} comes {words}.\n"


def build(site: Site) -> None:
    done = site.build()
    assert done.status == 0, done.err


def edit(site: Site) -> None:
    """One article changed, one deleted, one new."""
    site.write({"content/flood.md": article("flood", "late"), "content/drift.md": article("drift")})
    (site.root / "content" / "ebb.md").unlink()
    build(site)


def published(site: Site) -> dict[str, bytes]:
    """The files that belong to the site, as they were built."""
    own = {path: content for path, content in site.output().items() if path != ".sitegen-manifest.json"}
    assert "index.html" in own
    return own


def done(run: Run, said: str = "") -> Run:
    assert run.status == 0, run.err
    assert said in run.out
    return run


def git(folder: Path, *arguments: str) -> str:
    """What a command of git prints, run by someone with a name."""
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ("git", "-C", str(folder), *who, *arguments), check=True, capture_output=True, text=True
    ).stdout


@dataclass(frozen=True)
class SshHost:
    """An ssh server on this machine: its port, and the ssh that gets in."""

    port: int
    ssh: str

    @property
    def user(self) -> str:
        return getpass.getuser()


@contextmanager
def ssh_host(room: Path) -> Iterator[SshHost]:
    """Start Debian's own sshd on a free port, with throw-away keys."""
    for name in ("host", "user"):
        subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(room / name)), check=True)
    shutil.copy(room / "user.pub", room / "authorized")
    (port,) = free_ports(1)
    (room / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {room}/host\nPidFile {room}/pid\n"
        f"AuthorizedKeysFile {room}/authorized\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        "PermitRootLogin yes\nMaxStartups 100\n"
        # The login shell reads files of its user's, which are no business of the tests and may take long.
        f"SetEnv HOME={room}\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen(
        ("/usr/sbin/sshd", "-D", "-e", "-f", str(room / "config")), stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, server)
        options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        yield SshHost(port, f"ssh -F none -i {room}/user {options}")
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1500):
        assert server.poll() is None, "sshd has ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(port)


def program(folder: Path, name: str, script: str) -> dict[str, str]:
    """An environment in which a script stands for a program; `$REAL` is the real one."""
    real = shutil.which(name)
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\nREAL={real}\n{script}\n")
    path.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}
