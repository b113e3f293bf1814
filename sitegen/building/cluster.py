"""Work spread over the machines of a Dask cluster: the jobs of articles travel there, all others are done here.

A job's inputs and results go by value (`building.parcels`), under keys that are digests of the inputs: what is large is
sent once, and two builds that do the same work share it. A worker's death costs the work it had in hand, which
the scheduler gives to another.
"""

import contextlib
import functools
import hashlib
import logging
import platform
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import urlsplit

import sitegen
from sitegen.building.parcels import Answer, Bench, landed, packed, unpacked_and_done
from sitegen.building.pool import WORTH_IT, Spread, Tell, place_of
from sitegen.building.thinning import Thinner, thinner
from sitegen.model.errors import CannotGoOnError, OutsideFailedError

if TYPE_CHECKING:
    from distributed import Client, Future

Job = TypeVar("Job")
Shared = TypeVar("Shared")
Result = TypeVar("Result")
Value = TypeVar("Value")
Answers = Sequence[Answer | None]
"""What came of some jobs; None of one that has to be done here."""

MOST = 64
"""Jobs that are sent together at most: what they need and what they give is held in memory."""

CHUNKS = 8
"""Parts of the work that a thread of a worker gets, so that an uneven share does not leave one waiting for another."""

AHEAD = 3
"""Parts of the work for each thread that are sent before the first of them is back."""

PATIENCE = 10.0
"""Seconds that the scheduler has to answer, and a cluster to have a worker."""

_SAME = "install the same version on all machines"
_ALONE = threading.Lock()


class Cluster:
    """Applies functions to jobs on the workers of a Dask cluster; see `building.each.Each`.

    `address` is the scheduler's. Jobs that cannot travel, or are few, are left to `here`. Raises `OutsideFailedError` where the
    cluster cannot be reached, or is lost.
    """

    def __init__(self, address: str, here: Spread) -> None:
        self.address = address
        self.here = here
        # Told now: a build that turns out to have little to do would otherwise never say that the cluster is not there.
        with _connected(address) as client, _told():
            found: dict[str, object] = client.run(find_spec, "sitegen", on_error="return")
        # A worker that is sent functions which it does not have leaves the cluster without a word.
        lacking = sorted(worker for worker, spec in found.items() if not isinstance(spec, ModuleSpec))
        if lacking:
            raise CannotGoOnError(f"a worker of the cluster has no sitegen: {lacking[0]}", hint=_SAME)

    def __call__(
        self, function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared, /, *, what: str
    ) -> Iterable[Result]:
        """Give the results in the order of the jobs, as they come."""
        thin = thinner(shared) if len(jobs) >= WORTH_IT else None
        if thin is None:
            yield from self.here(function, jobs, shared, what=what)
            return
        # Connected for this work alone: the threads of a client would be in the way of the processes that `here` forks.
        with _connected(self.address) as client:
            results = _Journey(client, self.here.tell, function, cast("Bench", shared), thin).results(jobs)
            for done, result in enumerate(results, start=1):
                self.here.progress(what, done, len(jobs))
                yield cast("Result", result)


@dataclass
class _Journey:
    """Jobs of one kind on their way to the workers and back.

    `sent` are those under way, `apart` the large things that were sent, by digest.
    """

    client: "Client"
    tell: Tell
    function: Callable[..., object]
    shared: Bench
    thin: Thinner
    sent: "deque[tuple[Future[Answers], Sequence[object]]]" = field(default_factory=deque)
    apart: "dict[str, Future[object]]" = field(default_factory=dict)

    def results(self, jobs: Sequence[object]) -> Iterator[object]:
        """Send the jobs, never too many at a time, and give their results in order."""
        with _told():
            workers = _workers(self.client)
        threads = max(1, sum(workers.values()))
        size = min(MOST, max(1, len(jobs) // (threads * CHUNKS)))
        for index in range(0, len(jobs), size):
            chunk = jobs[index : index + size]
            self.sent.append((self._send(chunk), chunk))
            if len(self.sent) >= threads * AHEAD:
                yield from self._land(*self.sent.popleft())
        while self.sent:
            yield from self._land(*self.sent.popleft())
        with _told():
            gone = workers.keys() - _workers(self.client).keys()
        if gone:
            self.tell("a worker of the cluster is gone: what it was at work on was done again by another")

    def _send(self, jobs: Sequence[object], kind: str = "jobs") -> "Future[Answers]":
        parcel = packed(self.function, jobs, *self.thin(jobs))
        digest = hashlib.sha256(program().encode() + parcel.content).hexdigest()
        with _told():
            for key, value in parcel.apart.items():
                if key not in self.apart:
                    # A task, and not data scattered: what a dying worker takes along is made again.
                    self.apart[key] = self.client.submit(given, value, key=f"sitegen-{key}")
            apart = {key: self.apart[key] for key in parcel.apart}
            return self.client.submit(work, program(), parcel.content, apart, key=f"sitegen-{kind}-{digest}")

    def _land(self, future: "Future[Answers]", jobs: Sequence[object]) -> Iterator[object]:
        from distributed import KilledWorker  # noqa: PLC0415 - slow, and an extra

        try:
            answers = self._awaited(future)
        except KilledWorker:
            answers = self._alone(jobs)
        for job, answer in zip(jobs, answers, strict=True):
            yield self.function(job, self.shared) if answer is None else landed(answer, self.shared)

    def _awaited(self, future: "Future[Answers]") -> Answers:
        with _told():
            self._settle(future)
            return future.result()

    def _settle(self, future: "Future[Answers]") -> None:
        """Wait for what becomes of some jobs. They may take their time, as long as there is somebody to do them."""
        while True:
            try:
                future.exception(PATIENCE)  # type: ignore[no-untyped-call]
            except TimeoutError:
                self.client.wait_for_workers(1, PATIENCE)
            else:
                return

    def _alone(self, jobs: Sequence[object]) -> Answers:
        """Do jobs one by one with nothing else under way: any that a dead worker had in hand are given up, not just the one to blame."""
        from distributed import KilledWorker  # noqa: PLC0415 - slow, and an extra

        with _told():
            for future, _ in self.sent:
                self._settle(future)
        self.apart.clear()
        answers: list[Answer | None] = []
        for job in jobs:
            try:
                answers += self._awaited(self._send([job], "alone"))
            except KilledWorker as error:
                message = f"{error.allowed_failures + 1} workers of the cluster ended at work on this, one after the other"
                raise CannotGoOnError(message, place_of(job), "have they memory enough?") from error
        return answers


def _workers(client: "Client") -> Mapping[str, int]:
    """The addresses of the workers, with the threads of each."""
    return cast("Mapping[str, int]", client.nthreads())  # type: ignore[no-untyped-call]


def given(value: Value) -> Value:
    """What a worker holds for jobs that need it."""
    return value


def work(expected: str, content: bytes, apart: Mapping[str, object]) -> Answers:
    """Do packed jobs on a worker that runs the same program."""
    if program() != expected:
        raise CannotGoOnError("a worker of the cluster runs another sitegen than this machine", hint=_SAME)
    # A worker may have many threads, and sitegen is written for one.
    with _ALONE:
        return unpacked_and_done(content, apart)


@functools.cache
def program() -> str:
    """The digest of the program that runs in this process."""
    root = Path(sitegen.__file__).parent
    digest = hashlib.sha256(platform.python_version().encode())
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _connected(address: str) -> Iterator["Client"]:
    """A connection to a scheduler that has a worker, for as long as the context lasts."""
    try:
        import distributed  # noqa: PLC0415 - slow, and an extra
    except ImportError as error:
        message = "a Dask cluster needs the package distributed, which is not installed"
        raise CannotGoOnError(message, hint="pip install 'sitegen[dask]'") from error
    with _unlogged():
        try:
            _greeted(address)
            client = distributed.Client(  # type: ignore[no-untyped-call]
                address, timeout=PATIENCE, set_as_default=False
            )
        except (OSError, ValueError) as error:
            # ValueError: no host can have such a name, or no port such a number.
            raise OutsideFailedError(f"no Dask scheduler answers at {address}") from error
        except ImportError as error:
            raise CannotGoOnError(
                f"the Dask cluster cannot be used from here: {error}", hint=_SAME
            ) from error
        with client:
            try:
                client.wait_for_workers(1, PATIENCE)
            except TimeoutError as error:
                raise OutsideFailedError(f"the Dask cluster at {address} has no workers") from error
            yield client


def _greeted(address: str) -> None:
    """Wait for a scheduler's greeting: a client would wait for ever for that of a service that says nothing."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname or "", place.port or 0), PATIENCE) as connection:
        if not connection.recv(1):
            raise ConnectionError(address)


@contextlib.contextmanager
def _unlogged() -> Iterator[None]:
    """Keep distributed from logging what it tells by exceptions as well."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn the loss of a cluster into a message."""
    try:
        yield
    except TimeoutError as error:
        raise OutsideFailedError("the Dask cluster has no workers any more") from error
    except (OSError, CancelledError) as error:
        raise OutsideFailedError("the Dask cluster was lost") from error
