"""Who publishes to a host: a lock that the host itself keeps for as long as our connection lasts."""

import contextlib
import shlex
import subprocess
from typing import IO, Self

from sitegen.publishing.errors import PublishError
from sitegen.publishing.rsync_tools import Connection
from sitegen.publishing.tree import LOCK

_BUSY = "sitegen-busy"
_READY = "sitegen-ready"

_SCRIPT = """\
mkdir -p {path} && cd {path} || exit 1
if command -v flock >/dev/null 2>&1; then
  exec 9>{lock}; flock -n 9 || {{ echo {busy}; exit 0; }}
  trap 'rm -f {lock}' EXIT
else
  mkdir {lock}.d 2>/dev/null || {{ echo {busy}; exit 0; }}
  trap 'rmdir {lock}.d' EXIT
fi
trap 'exit 1' HUP TERM INT PIPE
echo {ready}
cat >/dev/null
"""
"""Runs on the host until its input ends, which it does when we are done, are killed, or the connection breaks."""


class HostLock:
    """The lock of one publication. Hosts that run no command for us (rsync daemons, accounts for rsync alone) have none."""

    def __init__(self, connection: Connection, place: str) -> None:
        self._connection = connection
        self._place = place
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Take the lock; raises `PublishError` where someone else has it."""
        if not self._connection.place.is_over_ssh:
            return self
        script = _SCRIPT.format(
            path=_quoted(self._connection.place.path), lock=LOCK, busy=_BUSY, ready=_READY
        )
        self._process = subprocess.Popen(  # noqa: S603 - the user's own ssh
            self._connection.shell(f"sh -c {shlex.quote(script)}"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        said = _pipe(self._process.stdout).readline().strip()
        if said == _BUSY:
            self.__exit__()
            raise PublishError(
                "busy", f"another publisher is at work at {self._place}", "run it again when that one is done"
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            return
        with contextlib.suppress(OSError):
            _pipe(self._process.stdin).close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()
        self._process = None


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise TypeError
    return stream


def _quoted(path: str) -> str:
    """A path for the host's shell, which knows what ~ means."""
    home, slash, rest = path.partition("/")
    if home.startswith("~") and home[1:].replace("-", "").replace("_", "").isalnum() | (home == "~"):
        return f"{home}{slash}{shlex.quote(rest) if rest else ''}"
    return shlex.quote(path or ".")
