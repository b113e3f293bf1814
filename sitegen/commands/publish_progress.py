"""The bar of a large publication, where someone is watching."""

import contextlib
import sys
from collections.abc import Iterator

from sitegen.publishing.plan import Plan
from sitegen.publishing.progress import Progress

LARGE = 500_000
"""Bytes from which on a bar is shown."""

MANY = 50
"""Files from which on a bar is shown."""


class _Notes:
    """No bar: only what a person should know."""

    def begin(self, what: str, files: int, size: int) -> None:
        """Nothing is shown."""

    def step(self, path: str, size: int) -> None:
        """Nothing is shown."""

    def note(self, message: str) -> None:
        """A line of its own."""
        print(message, file=sys.stderr)


@contextlib.contextmanager
def watched(plan: Plan) -> Iterator[Progress]:
    """A progress that shows a bar on a terminal, where there is enough to be sent."""
    if not sys.stderr.isatty() or (plan.size < LARGE and len(plan.touched) < MANY):
        yield _Notes()
        return
    from rich.console import Console  # noqa: PLC0415 - slow, and only for terminals
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[done]}/{task.fields[files]} files"),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Shown(bar)


class _Shown(_Notes):
    """A bar by bytes, with the files counted beside it."""

    def __init__(self, bar: object) -> None:
        from rich.progress import Progress as Bar  # noqa: PLC0415
        from rich.progress import TaskID  # noqa: PLC0415

        if not isinstance(bar, Bar):
            raise TypeError(bar)
        self._bar = bar
        self._task: TaskID | None = None
        self._done = 0

    def begin(self, what: str, files: int, size: int) -> None:
        """A bar of its own for each part of the work."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._done = 0
        self._task = self._bar.add_task(what, total=max(size, 1), done=0, files=files)

    def step(self, path: str, size: int) -> None:
        """The bar moves on."""
        del path
        if self._task is not None:
            self._done += 1
            self._bar.update(self._task, advance=size, done=self._done)

    def note(self, message: str) -> None:
        """A line above the bar."""
        self._bar.console.print(message, markup=False, highlight=False)
