"""The user's own rsync and ssh: commands run for us over one connection, and their failures in words."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sitegen.publishing.errors import FailureKind, PublishError
from sitegen.publishing.secrets import scrubbed

_SHELL = re.compile(r"(?P<host>(?:[^/:@\s]+@)?(?:\[[0-9a-fA-F:.%\w]+\]|[^/:\s]+)):(?P<path>(?!:).*)")
_FAILURES: Sequence[tuple[FailureKind, str]] = (
    (
        "refused",
        r"permission denied|host key verification failed|auth failed|too many authentication|read-only",
    ),
    (
        "unreachable",
        r"could not resolve|connection (refused|timed out|reset|closed)|network is unreachable|no route",
    ),
    ("unreachable", r"timed out|broken pipe|connection unexpectedly closed|lost connection"),
    ("missing", r"no such file or directory|unknown module|command not found|not found"),
    ("failed", r"no space left|quota"),
)
_HINTS = {
    "refused": "ssh must get in by itself: a key, an agent, a line of ~/.ssh/config; and the folder must be writable",
    "unreachable": "try: ssh HOST true",
    "missing": "the host needs rsync, and the folder above the target's must be there",
}
PARTLY = 23
"""What rsync ends with where some of the named files are not there."""


@dataclass(frozen=True)
class Place:
    """Where a target lies: an ssh host and a path there, a path of this machine, or an rsync daemon's address."""

    written: str
    host: str = ""
    path: str = ""

    @property
    def is_over_ssh(self) -> bool:
        """Whether ssh leads there."""
        return bool(self.host)


def place_of(written: str, root: Path) -> Place:
    """What the setting `to` means. A path of this machine is meant from the site's root."""
    written = written.rstrip("/")
    if written.startswith("rsync://") or "::" in written:
        return Place(f"{written}/")
    found = _SHELL.fullmatch(written)
    if found is None:
        return Place(f"{root / Path(written).expanduser()}/")
    return Place(f"{written}/", found["host"], found["path"])


class Connection:
    """One ssh connection that all commands share, where there is ssh; `room` holds its socket and what is sent.

    Used as a context. `RSYNC_RSH` names another ssh, as it does for rsync itself.
    """

    def __init__(self, place: Place, room: Path, port: int | None) -> None:
        self.place = place
        self.room = room
        self._shell = shlex.split(os.environ.get("RSYNC_RSH") or "ssh")
        if port is not None:
            self._shell += ["-p", str(port)]
        self._is_shared = place.is_over_ssh and Path(self._shell[0]).name == "ssh"
        self._master: subprocess.Popen[bytes] | None = None
        if self._is_shared:
            socket = room / "s"
            self._shell += [
                "-o",
                "ControlMaster=auto",
                "-o",
                f"ControlPath={socket}",
                "-o",
                "ControlPersist=20",
                # A host that falls silent is told within a minute, and not waited for without end.
                "-o",
                "ConnectTimeout=30",
                "-o",
                "ServerAliveInterval=15",
            ]
            if not sys.stdin.isatty():
                # Nobody can be asked for a password.
                self._shell += ["-o", "BatchMode=yes"]

    def open(self) -> None:
        """Connect: whoever must type a password does it once. Raises `PublishError` where ssh does not get in."""
        if not self._is_shared:
            return
        said = self.room / "said"
        with said.open("wb") as stream:
            # Of an option that is given twice ssh takes the first. A master that may persist would put itself into the
            # background, which looks as if it had ended.
            program, *options = self._shell
            own = ("-o", "ControlMaster=yes", "-o", "ControlPersist=no")
            self._master = subprocess.Popen(  # noqa: S603 - the user's own ssh
                [program, *own, *options, "-N", self.place.host],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stream,
            )
        while not (self.room / "s").exists():
            if self._master.poll() is not None:
                told = said.read_text(encoding="utf-8", errors="replace")
                raise_failure("ssh", self._master.returncode, told)
            time.sleep(0.01)

    def close(self) -> None:
        """End the connection."""
        if self._master is not None and self._master.poll() is None:
            self._master.terminate()
            try:
                self._master.wait(5)
            except subprocess.TimeoutExpired:
                self._master.kill()
                self._master.wait()

    def shell(self, script: str) -> list[str]:
        """The command line that runs a script in the host's own shell."""
        return [*self._shell, "-T", self.place.host, script]

    def rsync(self, *options: str, source: Path | None = None, names: Iterable[str] = ()) -> str:
        """Send what lies in a folder, or only these names below it; without a folder, look at the target.

        Gives what rsync prints. Raises `PublishError`.
        """
        done = self.attempt(*options, source=source, names=names)
        if done.returncode:
            raise_failure("rsync", done.returncode, done.stderr)
        return done.stdout

    def attempt(
        self, *options: str, source: Path | None = None, names: Iterable[str] = ()
    ) -> "subprocess.CompletedProcess[str]":
        """The same for what may fail."""
        # What begins like a comment would be passed over.
        named = "".join(f"./{name}\0" if name.startswith(("#", ";")) else f"{name}\0" for name in names)
        listed = ("--8-bit-output", "--from0", "--files-from=-") if named else ()
        here = (f"{source}/", self.place.written) if source is not None else (self.place.written,)
        shell = ("-e", shlex.join(self._shell)) if self.place.is_over_ssh else ()
        return self._run(("rsync", *options, *shell, *listed, "--", *here), named)

    def fetch(self, name: str) -> bytes | None:
        """A file of the target; None where there is none."""
        into = self.room / "fetched"
        into.unlink(missing_ok=True)
        shell = ("-e", shlex.join(self._shell)) if self.place.is_over_ssh else ()
        command = ("rsync", "--no-motd", *shell, "--", f"{self.place.written}{name}", str(into))
        done = self._run(command, "")
        if done.returncode == 0:
            return into.read_bytes()
        if done.returncode != PARTLY or "No such file" not in done.stderr:
            raise_failure("rsync", done.returncode, done.stderr)
        return None

    def _run(self, command: Sequence[str], stdin: str) -> "subprocess.CompletedProcess[str]":
        try:
            return subprocess.run(  # noqa: S603 - the user's own rsync
                command,
                input=stdin,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                check=False,
            )
        except FileNotFoundError:
            raise PublishError("missing", "rsync is not installed, or not on the PATH") from None


def unescaped(told: str) -> str:
    """What rsync prints, with the bytes of names that it shows in octal: the other machine's does, whatever it is told."""
    return _ESCAPED.sub(_bytes_again, told)


_ESCAPED = re.compile(r"(?:\\#[0-3][0-7]{2})+")


def _bytes_again(found: re.Match[str]) -> str:
    return bytes(int(octal, 8) for octal in found[0].split("\\#")[1:]).decode("utf-8", "replace")


def raise_failure(program: str, status: int, stderr: str) -> NoReturn:
    """Raise what rsync or ssh said as a `PublishError`."""
    said = [line.strip() for line in scrubbed(unescaped(stderr)).splitlines()]
    told = [
        line for line in said if line and not line.startswith(("rsync error:", "@", "Warning: Permanently"))
    ] or said
    text = "\n".join(told).lower()
    kind = next((kind for kind, pattern in _FAILURES if re.search(pattern, text)), None)
    message = "; ".join(told[:3]) or f"it ended with {status}"
    raise PublishError(kind or "failed", f"{program}: {message}", _HINTS.get(kind or "", ""))
