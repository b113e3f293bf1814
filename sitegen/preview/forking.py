"""Spreading work over processes from within a program with many threads."""

import contextlib
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sitegen.building.pool import Spread
from sitegen.preview.shown import Shown

Job = TypeVar("Job")
Shared = TypeVar("Shared")
Result = TypeVar("Result")


class QuietSpread:
    """Work spread over processes, begun while no thread of this one is in the midst of making something.

    A process that is forked has all locks of this one as they are at that moment, but not the threads that would
    release them.
    """

    def __init__(self, shown: Shown | None) -> None:
        self._shown = shown
        self._spread = Spread()

    def __call__(
        self, function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared, /, *, what: str
    ) -> Iterable[Result]:
        """Give the results in the order of the jobs, as they come; with the first of them, all processes are there."""
        results = iter(self._spread(function, jobs, shared, what=what))
        with self._shown.at_rest() if self._shown is not None else contextlib.nullcontext():
            begun = [*itertools.islice(results, 1)]
        return itertools.chain(begun, results)
