"""What commands share: finding the site, reading its settings, printing problems, showing progress."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sitegen.building.cache import Cache
from sitegen.building.files import SETTINGS, DiskFiles, find_root
from sitegen.building.holdings import read_site_settings, with_base_url
from sitegen.building.memory import Memory
from sitegen.building.pool import Progress, Spread
from sitegen.building.store import DamagedStoreError
from sitegen.judging.rules import grade
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Graded, Problem
from sitegen.model.records import Settings
from sitegen.report import line_reader, text_report

Result = TypeVar("Result")


@dataclass(frozen=True)
class OpenSite:
    """A site's folder with usable settings; `found` are the settings' problems below the level of error."""

    root: Path
    files: DiskFiles
    settings: Settings
    found: tuple[Problem, ...]


class UnusableSettingsError(CannotGoOnError):
    """The settings have errors: they are printed like all problems, and the command ends with status 2."""

    def __init__(self, files: DiskFiles, problems: tuple[Graded, ...]) -> None:
        super().__init__(f"{SETTINGS} cannot be used")
        self.files = files
        self.problems = problems


def site_root(options: argparse.Namespace) -> Path:
    """The folder of the site that a command is about: that of `--site`, or the nearest one upwards.

    Raises `CannotGoOnError` where there is none.
    """
    start: Path = options.site or Path.cwd()
    root = start.resolve() if options.site is not None else find_root(start)
    if root is None or not (root / SETTINGS).is_file():
        where = "" if options.site is not None else " or a folder above"
        hint = "sitegen init DIR makes a site; --site DIR names one"
        raise CannotGoOnError(f"there is no {SETTINGS} in {start}{where}", hint=hint)
    return root


def open_site(files: DiskFiles, *, base_url: str | None = None) -> OpenSite:
    """A site with its settings. Raises `UnusableSettingsError` where they cannot be used."""
    settings, problems = read_site_settings(files)
    graded = grade(problems, settings.checks)
    if any(entry.level == "error" for entry in graded):
        raise UnusableSettingsError(files, graded)
    return OpenSite(files.root, files, with_base_url(settings, base_url), problems)


def with_memory(cache: Cache, work: Callable[[Memory], Result]) -> Result:
    """Do some work with what is remembered; where that turns out to be damaged, once more without it."""
    try:
        return work(cache.memory())
    except DamagedStoreError:
        cache.forget()
        return work(cache.memory())


def print_problems(problems: Sequence[Graded], files: DiskFiles, *, to_errors: bool = True) -> None:
    """Print problems as text, in colour on a terminal."""
    stream = sys.stderr if to_errors else sys.stdout
    known = frozenset(files.names())

    def read(file: str) -> bytes:
        # What was left out of the site, as a link that leads out of it, is not shown either.
        return files.read(file) if file in known else b""

    stream.write(text_report(problems, line_reader(read), colour=stream.isatty()))


@contextlib.contextmanager
def spread_with_progress(jobs: int | None, *, quiet: bool) -> Iterator[Spread]:
    """Work spread over processes, with a progress bar where someone is watching."""
    if quiet or not sys.stderr.isatty():
        yield Spread(jobs)
        return
    from rich.console import Console  # noqa: PLC0415 - slow, and only for terminals
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        yield Spread(jobs, _shown(bar))


def _shown(bar: "object") -> Progress:
    from rich.progress import Progress as Bar  # noqa: PLC0415
    from rich.progress import TaskID  # noqa: PLC0415

    tasks: dict[str, TaskID] = {}

    def show(what: str, done: int, total: int) -> None:
        if isinstance(bar, Bar):
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

    return show


def counted(errors: int, warnings: int) -> str:
    """Numbers of problems, in words."""
    parts = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return " and ".join(parts) or "no problems"
