"""How the work of a build is spread: the interface, and the plainest way."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Shared = TypeVar("Shared")
Result = TypeVar("Result")


class Each(Protocol):
    """Applies a function to every job, with what all jobs share, and gives the results in the jobs' order."""

    def __call__(
        self, function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared, /, *, what: str
    ) -> Iterable[Result]:
        """Apply it; `what` names the work for a progress bar."""
        ...


def in_turn(
    function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared, /, *, what: str
) -> Iterable[Result]:
    """One job after the other, in this process."""
    del what
    return [function(job, shared) for job in jobs]
