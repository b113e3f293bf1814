"""Work spread over processes: results in the order of the jobs, so that any number of processes gives the same bytes."""

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from sitegen.building.articles import ArticleJob
from sitegen.building.holdings import CONTENT
from sitegen.building.sources import SourceJob
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Place

Job = TypeVar("Job")
Shared = TypeVar("Shared")
Result = TypeVar("Result")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many jobs are done, and how many there are."""

Tell = Callable[[str], None]
"""Told in a sentence what went wrong, where the work goes on nevertheless."""

WORTH_IT = 48
"""Jobs from which on a second process saves more than starting it costs."""

CHUNKS = 8
"""Parts of the work a process gets, so that an uneven share does not leave one waiting for another."""

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)

_shared: object = None
_function: Callable[..., object] | None = None


def _silent(what: str, done: int, total: int) -> None:
    del what, done, total


def _deaf(message: str) -> None:
    del message


class Spread:
    """Applies functions to jobs in up to `jobs` processes; see `building.each.Each`.

    Where a process dies, what was under way is done again. A job that kills the process which has nothing else to do
    raises `CannotGoOnError`.
    """

    def __init__(self, jobs: int | None = None, progress: Progress = _silent, tell: Tell = _deaf) -> None:
        self.jobs = jobs or os.cpu_count() or 1
        self.progress = progress
        self.tell = tell

    def __call__(
        self, function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared, /, *, what: str
    ) -> Iterable[Result]:
        """Give the results in the order of the jobs, as they come."""
        few = self.jobs < 2 or len(jobs) < WORTH_IT or "fork" not in multiprocessing.get_all_start_methods()
        results = (function(job, shared) for job in jobs) if few else self._spread(function, jobs, shared)
        for done, result in enumerate(results, start=1):
            self.progress(what, done, len(jobs))
            yield result

    def _spread(
        self, function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared
    ) -> Iterator[Result]:
        size = max(1, len(jobs) // (self.jobs * CHUNKS))
        chunks = [jobs[index : index + size] for index in range(0, len(jobs), size)]
        processes = self.jobs
        while chunks:
            done = 0
            try:
                with _pool(min(processes, len(chunks)), function, shared) as pool:
                    for results in pool.map(_work, chunks):
                        yield from results  # type: ignore[misc]
                        done += 1
            except BrokenProcessPool:
                # As a rule one of the chunks under way is to blame, and these come first.
                suspects = [job for chunk in chunks[done : done + processes] for job in chunk]
                yield from _one_by_one(function, suspects, shared)
                self.tell("a worker process ended before its work was done: it was done again by another")
                # Or else all of them together had too little memory.
                done, processes = done + processes, max(1, processes // 2)
            chunks = chunks[done:]


def _one_by_one(
    function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared
) -> Iterator[Result]:
    """Do jobs in a process of their own, so that it is known which one it dies of."""
    done = 0
    try:
        with _pool(1, function, shared) as pool:
            for results in pool.map(_work, [[job] for job in jobs]):
                yield from results  # type: ignore[misc]
                done += 1
    except BrokenProcessPool as error:
        hint = "is there memory enough? --jobs 1 needs the least"
        message = "a worker process ended before its work was done"
        raise CannotGoOnError(message, place_of(jobs[done]), hint) from error


def _pool(processes: int, function: Callable[..., object], shared: object) -> ProcessPoolExecutor:
    # What all jobs share is inherited by the fork and never pickled; a collector that looked at it would copy it.
    gc.freeze()
    told = function, shared, os.getpid()
    return ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _take, told)


def place_of(job: object) -> Place | None:
    """The file that a job is about, if it is about one."""
    match job:
        case ArticleJob(files=files):
            return Place(files.file)
        case SourceJob(file=file):
            return Place(file)
        case str(article):
            return Place(f"{CONTENT}{article}.md")
    return None


def _take(function: Callable[..., object], shared: object, parent: int) -> None:
    global _function, _shared
    _die_with(parent)
    _function, _shared = function, shared


def _die_with(parent: int) -> None:
    """Have the system end this worker when the build is killed: it would wait for work for ever."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    # Of a parent that was killed before that, nothing is told any more.
    if os.getppid() != parent:
        os._exit(1)


def _work(jobs: Sequence[object]) -> list[object]:
    if _function is None:
        raise RuntimeError("a worker was given jobs before their function")
    return [_function(job, _shared) for job in jobs]
