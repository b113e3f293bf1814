"""Sites for tests: files written into a folder, and sitegen run on them in this process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sitegen.cli import main


@dataclass(frozen=True)
class Run:
    """What a command came to: its exit status, and what it printed."""

    status: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - JSON has no type
        return json.loads(self.out)


class Site:
    """A site's folder, and the commands on it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capsys = capsys

    @property
    def public(self) -> Path:
        return self.root / "public"

    def write(self, files: Mapping[str, str | bytes]) -> "Site":
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def run(self, *arguments: str) -> Run:
        """Run a command as the program would, with the site named by `--site`."""
        self.capsys.readouterr()
        try:
            status = main(["--site", str(self.root), *arguments])
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
        out, err = self.capsys.readouterr()
        return Run(status, out, err)

    def problems(self, *arguments: str) -> list[dict[str, Any]]:
        """The problems that `check --format json` lists."""
        found: list[dict[str, Any]] = self.run("check", "--format", "json", *arguments).json()["problems"]
        return found

    def lines(self, *arguments: str) -> list[str]:
        """The problems as `file:line:column rule`."""
        return [
            f"{found['file']}:{found['line']}:{found['column']} {found['rule']}"
            for found in self.problems(*arguments)
        ]

    def build(self, *arguments: str) -> Run:
        return self.run("build", "--jobs", "1", *arguments)

    def page(self, path: str) -> str:
        """A file of the output as text."""
        return (self.public / path).read_text(encoding="utf-8")

    def output(self) -> dict[str, bytes]:
        return contents(self.public)


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
