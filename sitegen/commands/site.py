"""What commands share: finding the site, reading its settings, printing problems, showing progress."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sitegen.building.cache import Cache
from sitegen.building.each import Each
from sitegen.building.files import DiskFiles
from sitegen.building.holdings import read_site_settings, with_base_url
from sitegen.building.memory import Memory
from sitegen.building.pool import Progress, Spread
from sitegen.building.store import DamagedStoreError
from sitegen.judging.rules import grade
from sitegen.model.errors import UnusableSettingsError
from sitegen.model.places import Problem
from sitegen.model.records import Settings

Result = TypeVar("Result")


@dataclass(frozen=True)
class OpenSite:
    """A site's folder with usable settings; `found` are the settings' problems below the level of error."""

    root: Path
    files: DiskFiles
    settings: Settings
    found: tuple[Problem, ...]


def open_site(files: DiskFiles, *, base_url: str | None = None) -> OpenSite:
    """A site with its settings. Raises `UnusableSettingsError` where they cannot be used."""
    settings, problems = read_site_settings(files)
    graded = grade(problems, settings.checks)
    if any(entry.level == "error" for entry in graded):
        raise UnusableSettingsError(graded, files.shown)
    return OpenSite(files.root, files, with_base_url(settings, base_url), problems)


def with_memory(cache: Cache, work: Callable[[Memory], Result]) -> Result:
    """Do some work with what is remembered; where that turns out to be damaged, once more without it."""
    try:
        return work(cache.memory())
    except DamagedStoreError:
        cache.forget()
        return work(cache.memory())


@contextlib.contextmanager
def spread_with_progress(jobs: int | None, executor: str | None, *, quiet: bool) -> Iterator[Each]:
    """Work spread over processes, or over the cluster whose scheduler is at `executor`, with a progress bar where someone is watching."""
    if quiet or not sys.stderr.isatty():
        yield _each(Spread(jobs, tell=_warn), executor)
        return
    from rich.console import Console  # noqa: PLC0415 - slow, and only for terminals
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        yield _each(Spread(jobs, _shown(bar), _warn), executor)


def _each(here: Spread, executor: str | None) -> Each:
    if executor is None:
        return here
    from sitegen.building.cluster import Cluster  # noqa: PLC0415 - few builds need it

    return Cluster(executor, here)


def _warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr)


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
