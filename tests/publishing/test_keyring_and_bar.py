"""What a person has besides a command line: a keyring for secrets, and a bar to watch on a terminal."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from faulty import serving
from netlify_server import Netlify
from places import begun
from sites import Site
from small_sites import built

from sitegen.commands.publish_progress import LARGE, watched
from sitegen.publishing.manifest import NOTHING
from sitegen.publishing.plan import Plan, make_plan
from sitegen.publishing.tree import added

TOKEN = "nfp_kept-in-a-keyring"  # noqa: S105 - nobody's

BACKEND = '''
"""A keyring in a file, by the interface that keyring asks of any."""
import json, os
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

class InAFile(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        if not os.path.exists(os.environ["KEPT"]):
            raise KeyringLocked("it is locked")
        with open(os.environ["KEPT"]) as kept:
            return json.load(kept).get(f"{service} {username}")
    def set_password(self, service, username, password): ...
    def delete_password(self, service, username): ...
'''


@pytest.mark.parametrize(("keyring", "status"), [("open", 0), ("empty", 3), ("locked", 3), ("not there", 3)])
def test_token_from_the_keyring(tmp_path: Path, keyring: str, status: int) -> None:
    (tmp_path / "in_a_file.py").write_text(BACKEND)
    kept = tmp_path / "kept.json"
    if keyring in {"open", "empty"}:
        kept.write_text(json.dumps({"sitegen NETLIFY_AUTH_TOKEN": TOKEN} if keyring == "open" else {}))
    backend = "in_a_file.InAFile" if keyring != "not there" else "no_such.Keyring"
    host = Netlify(TOKEN)
    with serving(host) as address:
        target = f"{{kind: netlify, site: checked, endpoint: '{address}/api/v1/'}}"
        (tmp_path / "sitegen.yaml").write_text(f"publish: {{targets: {{there: {target}}}}}\n")
        built(tmp_path / "public")
        names = {"PYTHON_KEYRING_BACKEND": backend, "PYTHONPATH": str(tmp_path), "KEPT": str(kept)}
        own = {name: value for name, value in os.environ.items() if not name.startswith("NETLIFY_")}
        ran = subprocess.run(
            [sys.executable, "-m", "sitegen", "publish", "--as-is"],
            cwd=tmp_path,
            env={**own, **names, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == status, ran.stderr
    assert ("published: " in ran.stdout) is (status == 0)
    assert TOKEN not in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    if status:
        assert "NETLIFY_AUTH_TOKEN" in ran.stderr


def test_bar_is_shown_to_a_terminal_alone(site: Site, tmp_path: Path) -> None:
    begun(site, "    near: {kind: folder, path: ../tides}\n")
    site.write({"public/film.webm": bytes(LARGE)})
    master, slave = pty.openpty()
    program = (sys.executable, "-m", "sitegen", "--site", str(site.root), "publish", "--format", "json")
    with subprocess.Popen(
        program, stdin=slave, stdout=subprocess.PIPE, stderr=slave, env={**os.environ, "TERM": "xterm"}
    ) as running:
        os.close(slave)
        said = b""
        while chunk := _read(master):
            said += chunk
        out, _ = running.communicate()
        assert running.returncode == 0, said.decode()
    os.close(master)
    report = json.loads(out)
    assert report["published"] is True
    assert f"{len(report['new'])}/{len(report['new'])} files" in said.decode()
    assert (tmp_path / "tides" / "film.webm").stat().st_size == LARGE


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:
        # A terminal whose other end is closed.
        return b""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def plan_of(size: int) -> Plan:
    return make_plan(added({}, "film.webm", bytes(size)), NOTHING)


def test_bar_counts_files_and_lets_words_stand_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with watched(plan_of(LARGE)) as progress:
        progress.begin("committing", 1, LARGE)
        progress.begin("publishing", 2, LARGE)
        progress.step("film.webm", LARGE)
        progress.note("another publisher [of someone's] is at work")
        progress.step("index.html", 0)
    told = terminal.getvalue()
    assert "another publisher [of someone's] is at work" in told
    assert "2/2 files" in told
    assert told.rstrip().rpartition("\n")[2].count("publishing") <= 1


@pytest.mark.parametrize(("size", "terminal"), [(10, Terminal()), (LARGE, io.StringIO())])
def test_small_publications_and_files_get_no_bar(
    monkeypatch: pytest.MonkeyPatch, size: int, terminal: io.StringIO
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    with watched(plan_of(size)) as progress:
        progress.begin("publishing", 1, size)
        progress.step("film.webm", size)
        progress.note("a word")
    assert terminal.getvalue() == "a word\n"
