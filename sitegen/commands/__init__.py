"""The commands, a module each: they read the world, call the layers below, and say how it went."""

import argparse
import importlib
from collections.abc import Mapping

MODULES: Mapping[str, str] = {
    name: f"sitegen.commands.{name}"
    for name in (
        "init",
        "new",
        "build",
        "check",
        "diff",
        "serve",
        "reanchor",
        "mv",
        "suggest",
        "schema",
        "stats",
        "archive",
        "publish",
    )
}
"""Each command's module, imported when it is called: each has a `run(options)` that gives the exit status."""


def run(command: str, options: argparse.Namespace) -> int:
    """Run a command; see `sitegen.cli.main` for the exit statuses."""
    status: int = importlib.import_module(MODULES[command]).run(options)
    return status
