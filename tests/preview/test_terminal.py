"""`sitegen serve` in a terminal: what it shows, its keys, and how it ends."""

import contextlib
import fcntl
import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from previewing import SITE

from sitegen.model.places import Graded, Place, Problem
from sitegen.preview.server import bound_socket
from sitegen.preview.session import Update
from sitegen.preview.terminal import Terminal

SITEGEN = (sys.executable, "-P", "-m", "sitegen")
"""The installed program, whatever folder the tests run in."""


def _take_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Serve:
    """`sitegen serve` in a terminal of its own."""

    def __init__(self, root: Path, *options: str) -> None:
        self.mine, theirs = pty.openpty()
        self.before = termios.tcgetattr(theirs)
        self.theirs = theirs
        self.shown = ""
        self.process = subprocess.Popen(
            [*SITEGEN, "--site", str(root), "serve", *options],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "BROWSER": f"touch {root}/opened.txt #%s"},
            preexec_fn=_take_terminal,  # noqa: PLW1509 - nothing else runs in this process
        )

    def see(self, pattern: str, seconds: float = 15) -> re.Match[str]:
        """Wait for something to be shown from here on."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.shown)
            if found is not None:
                self.shown = self.shown[found.end() :]
                return found
            if select.select([self.mine], [], [], 0.05)[0]:
                with contextlib.suppress(OSError):
                    self.shown += re.sub(r"\x1b\[[\d;]*m", "", os.read(self.mine, 65536).decode())
        raise AssertionError(f"{pattern} was not shown, but {self.shown!r}")

    def press(self, keys: bytes) -> None:
        os.write(self.mine, keys)

    def ended(self) -> int:
        """How it ended; it must leave the terminal as it was."""
        end = time.monotonic() + 10
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.mine], [], [], 0.02)[0]:
                self.shown += os.read(self.mine, 65536).decode()
        status = self.process.wait(timeout=1)
        assert termios.tcgetattr(self.theirs) == self.before
        assert "Traceback" not in self.shown
        return status

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.mine)
        os.close(self.theirs)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in SITE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def serve(root: Path) -> Iterator[Serve]:
    running = Serve(root, "--port", "0")
    yield running
    running.close()


def test_it_shows_the_address_and_what_changes(serve: Serve, root: Path) -> None:
    address = serve.see(r"http://127\.0\.0\.1:\d+/")[0]
    serve.see(r"q quit")
    serve.see(r"the whole site   \d+ articles? remade   [\d.]+ m?s   no problems")
    assert urllib.request.urlopen(f"{address}tides/").status == 200  # noqa: S310 - our own address
    (root / "content" / "tides.md").write_text(SITE["content/tides.md"].replace("pulls", "draws"))
    serve.see(r"content/tides\.md   \d+ articles? remade   [\d.]+ m?s   1 error")
    serve.see(r"content/tides\.yaml:3:13: error: .*was changed in the article")
    serve.press(b"q")
    assert serve.ended() == 0


def test_keys(serve: Serve, root: Path) -> None:
    serve.see("the whole site")
    serve.press(b"?")
    serve.see("r remake everything")
    serve.press(b"r")
    serve.see("Looked at everything .*nothing new")
    serve.press(b"o")
    end = time.monotonic() + 10
    while not (root / "opened.txt").exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert (root / "opened.txt").exists()
    serve.press(b"xyzq")
    assert serve.ended() == 0


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_in_good_order(serve: Serve, number: int, status: int) -> None:
    serve.see("the whole site")
    serve.process.send_signal(number)
    assert serve.ended() == status


def test_ctrl_c_ends_it(serve: Serve) -> None:
    serve.see("the whole site")
    serve.press(b"\x03")
    assert serve.ended() == 130


def test_at_rest_the_terminal_is_the_shells_and_then_its_own_again(serve: Serve) -> None:
    serve.see("the whole site")
    # The process leads its session, and so a SIGTSTP from its terminal would not stop it: it is sent.
    during = termios.tcgetattr(serve.theirs)
    assert during != serve.before
    serve.process.send_signal(signal.SIGTSTP)
    end = time.monotonic() + 5
    while termios.tcgetattr(serve.theirs) != serve.before and time.monotonic() < end:
        time.sleep(0.02)
    assert termios.tcgetattr(serve.theirs) == serve.before
    serve.process.send_signal(signal.SIGCONT)
    while termios.tcgetattr(serve.theirs) != during and time.monotonic() < end:
        time.sleep(0.02)
    serve.press(b"q")
    assert serve.ended() == 0


def test_a_taken_port_is_said_and_the_next_one_taken(root: Path) -> None:
    with bound_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        serve = Serve(root, "--port", str(port))
        other = int(serve.see(r"http://127\.0\.0\.1:(\d+)/")[1])
        serve.see(rf"Port {port} is taken: this is {other}")
        assert other > port
        serve.press(b"q")
        assert serve.ended() == 0
        serve.close()


@pytest.mark.parametrize("drafts", [(), ("--drafts",)])
def test_without_a_terminal_and_for_other_machines_it_runs_too(root: Path, drafts: tuple[str, ...]) -> None:
    process = subprocess.Popen(
        [*SITEGEN, "--site", str(root), "serve", "--port", "0", "--host", "0.0.0.0", *drafts],  # noqa: S104 - it is what is tested
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "the whole site" in line:
            break
    process.terminate()
    rest = process.stdout.read()
    assert process.wait(timeout=10) == 143
    assert "\x1b" not in "".join(lines) + rest
    assert "Ctrl-C ends it" in "".join(lines)
    assert "Whoever can reach this machine can read the site" in "".join(lines)
    assert ("drafts included" in "".join(lines)) is bool(drafts)
    assert "Traceback" not in rest


# --- the view alone


def graded(message: str, level: str = "error") -> Graded:
    problem = Problem("yaml-syntax", message, Place("content/a.yaml", 2, 3))
    return Graded(problem, "error" if level == "error" else "warning")


def shown(updates: Sequence[tuple[Update, tuple[Graded, ...]]]) -> list[str]:
    out = io.StringIO()
    terminal = Terminal(out, colour=False)
    for update, problems in updates:
        terminal.updated(update, problems)
    return out.getvalue().splitlines()


def update(*files: str, milliseconds: float = 12.3, remade: int = 1) -> Update:
    return Update(2, frozenset(), files, remade, milliseconds, "")


def test_an_update_is_a_line() -> None:
    [line] = shown([(update("content/a.md"), (graded("x", "warning"),))])
    assert line.endswith("content/a.md   1 article remade   12 ms   1 warning")
    [line] = shown([(update(*(f"content/{n}.md" for n in range(2000)), milliseconds=1234), ())])
    assert line.endswith(
        "content/0.md, content/1.md and 1,998 more files   1 article remade   1.2 s   no problems"
    )


def test_errors_are_told_when_they_are_new_and_cannot_steer_the_terminal() -> None:
    bad = graded("a \x1b[2J bad name")
    lines = shown([(update("content/a.yaml"), (bad,)), (update("content/a.yaml"), (bad,))])
    assert len(lines) == 3
    assert lines[1].strip() == "content/a.yaml:2:3: error: a \N{REPLACEMENT CHARACTER}[2J bad name"
    lines = shown([(update("content/a.yaml"), tuple(graded(f"error {n}") for n in range(9)))])
    assert lines[-1].strip() == "and 4 more"


def test_a_terminal_that_has_gone_ends_nothing() -> None:
    out = io.StringIO()
    out.close()
    Terminal(out, colour=True).say("Is anybody there?")
