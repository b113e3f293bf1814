"""The user's own git: commands run for us, their failures in words, and credentials that stay out of sight."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit, urlunsplit

from sitegen.publishing.errors import FailureKind, PublishError
from sitegen.publishing.secrets import find_secret, kept_secret

TOKEN, USER = "SITEGEN_GIT_TOKEN", "SITEGEN_GIT_USER"
"""A token for remotes that are reached over HTTPS, and the name that goes with it, if one must."""

_HELPER = '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$SITEGEN_GIT_USER" "$SITEGEN_GIT_TOKEN"; }; f'
_FAILURES: Sequence[tuple[FailureKind, str]] = (
    (
        "refused",
        r"authentication failed|permission denied|could not read (username|password)|denied|\b40[13]\b",
    ),
    ("refused", r"host key verification failed|protected branch|pre-receive hook declined"),
    (
        "unreachable",
        r"could not resolve|connection (refused|timed out|reset|closed)|network is unreachable|timed out",
    ),
    ("unreachable", r"kex_exchange|broken pipe|early eof|hung up unexpectedly"),
    (
        "missing",
        r"does not appear to be a git repository|not found|no such (file|remote|device)|does not exist",
    ),
)


class Git:
    """A repository, and commands of git in it. Nothing of the work tree, the index or the branches is touched by itself.

    `folder` is where the commands run (relative paths of remotes are meant from there), `repository` the git folder.
    """

    def __init__(self, folder: Path, repository: Path) -> None:
        self.folder = folder
        self.repository = repository
        self.environment: dict[str, str] = {}

    def run(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """What a command prints. Raises `PublishError` where it fails."""
        done = self.attempt(*arguments, stdin=stdin, environment=environment)
        if done.returncode:
            raise_failure(done.stderr)
        return done.stdout

    def line(self, *arguments: str) -> str:
        """The one line that a command prints."""
        return self.run(*arguments).decode().strip()

    def attempt(
        self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """A command that may fail. Hooks are those of the user's own work, and are not run for this one."""
        command = ("git", "--git-dir", str(self.repository), "-c", "core.hooksPath=/dev/null", *arguments)
        return _run(command, self.folder, stdin, {**self.environment, **(environment or {})})

    def use_credentials(self, remote: str) -> str:
        """What to call a remote by: without the credentials of its address, which git is handed another way.

        An address on the command line would show in the system's list of processes.
        """
        found = self.attempt("remote", "get-url", "--push", remote)
        address = found.stdout.decode().strip() if found.returncode == 0 else remote
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"}:
            return remote
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if user and not password:
            # A token may stand alone before the @.
            kept_secret(user)
        if password:
            kept_secret(password)
        token = password or find_secret((TOKEN,)) or ""
        if not token:
            return remote
        self.environment |= {
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "credential.helper",
            "GIT_CONFIG_VALUE_0": "",
            "GIT_CONFIG_KEY_1": "credential.helper",
            "GIT_CONFIG_VALUE_1": _HELPER,
            TOKEN: token,
            USER: user or os.environ.get(USER, "git"),
        }
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def open_repository(root: Path, room: Path) -> Git:
    """The repository that a site is in; else one of our own, kept in `room`."""
    try:
        found = _run(("git", "rev-parse", "--absolute-git-dir"), root, b"", {})
    except FileNotFoundError:
        raise PublishError("missing", "git is not installed, or not on the PATH") from None
    if found.returncode == 0:
        return Git(root, Path(found.stdout.decode().strip()))
    own = room / "repository.git"
    if not (own / "HEAD").is_file():
        made = _run(("git", "init", "--quiet", "--bare", str(own)), root, b"", {})
        if made.returncode:
            raise_failure(made.stderr)
    return Git(root, own)


def raise_failure(stderr: bytes) -> NoReturn:
    """Raise what git said as a `PublishError`."""
    said = [
        line.removeprefix("fatal: ").removeprefix("error: ").removeprefix("remote: ").strip()
        for line in stderr.decode("utf-8", "replace").splitlines()
    ]
    told = [line for line in said if line and not line.startswith(("hint:", "To ", "Everything"))]
    text = "\n".join(told).lower()
    kind = next((kind for kind, pattern in _FAILURES if re.search(pattern, text)), None)
    hints = {
        "refused": f"git must be able to push there by itself, by ssh, a credential helper or {TOKEN}",
        "missing": 'the target\'s "remote" names it',
    }
    raise PublishError(kind or "failed", "git: " + "; ".join(told[:4]), hints.get(kind or "", ""))


def _run(
    command: Sequence[str], folder: Path, stdin: bytes, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    told = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **environment}
    if not sys.stdin.isatty():
        # Nobody can be asked for a password.
        told["GIT_TERMINAL_PROMPT"] = "0"
        told.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    return subprocess.run(  # noqa: S603 - the user's own git
        command, cwd=folder, input=stdin, capture_output=True, env=told, check=False
    )
