"""Jobs made up for a journey: some of them with all that they ask for, by value, and what they made on its way back.

A worker on another machine has neither the site's files nor its store nor its output folder. So the bench that its jobs
share is thinned to what these jobs can be seen to need, and a `Parcel` stands in for the store and the output. A job
that asks for more than was sent raises `NotSentError`, and is then done at home: nothing that merely was not sent is
ever taken for missing, hence the results are the same wherever they are made.
"""

import hashlib
import io
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

from sitegen.building.articles import ReadingBench
from sitegen.building.entries import Entry
from sitegen.building.files import digest_of
from sitegen.building.holdings import SOURCES
from sitegen.building.memory import Made
from sitegen.building.pages import PageBench
from sitegen.building.store import Ref
from sitegen.model.files import File, Page
from sitegen.model.places import Problem
from sitegen.writing.theme import Theme

Value = TypeVar("Value")
Bench = ReadingBench | PageBench

LARGE = 64 * 1024
"""Bytes from which on something travels once for all jobs, under its digest, instead of with each that needs it."""

_HERE = "parcel"
"""The pack of what was put into a parcel: no pack of a store has such a name."""


class NotSentError(BaseException):
    """A job asks for something that did not travel with it. No failure of the job: what catches any of these lets it pass."""


class Sent(Mapping[str, Value], Generic[Value]):
    """A mapping of which only some keys were sent. Those alone can be asked for: of the others nothing is known."""

    def __init__(self, values: Mapping[str, Value], sent: Iterable[str]) -> None:
        self._values = values
        self._sent = frozenset(sent)

    def __getitem__(self, key: str) -> Value:
        if key not in self._sent:
            raise NotSentError(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        raise NotSentError("all keys")

    def __len__(self) -> int:
        raise NotSentError("their number")


@dataclass(frozen=True)
class Names:
    """The files of the library's folder, so that a worker knows of each whether it is there; `digest` is theirs."""

    names: frozenset[str]
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        joined = "\0".join(sorted(self.names)).encode("utf-8", "surrogateescape")
        object.__setattr__(self, "digest", hashlib.sha256(joined).hexdigest())


class SentFiles:
    """Some files of a site, by value; see `building.files.Files`."""

    def __init__(self, contents: Mapping[str, bytes], library: Names) -> None:
        self._contents = contents
        self._library = library

    def names(self) -> tuple[str, ...]:
        """Not known here."""
        raise NotSentError("all names")

    def read(self, name: str) -> bytes:
        """The bytes of a file that was sent."""
        if name not in self._contents:
            raise NotSentError(name)
        return self._contents[name]

    def digest(self, name: str) -> bytes:
        """The digest of a file that was sent; empty where the library's folder has no such file."""
        if name.startswith(SOURCES) and name not in self._library.names:
            return b""
        return digest_of(self.read(name))

    def learn(self, name: str, digest: bytes) -> None:
        """Nothing to take note of: whoever sent the files knows them."""

    def problems(self) -> tuple[Problem, ...]:
        """Not known here."""
        raise NotSentError("problems")


class Parcel:
    """A store and an output for one job at a time: has the sections that were sent, keeps what the job puts and emits."""

    def __init__(self, sections: Mapping[tuple[Ref, int], bytes]) -> None:
        self._sections = sections
        self._kept: list[tuple[bytes, ...]] = []
        self._pages: list[Page] = []

    def put(self, sections: Sequence[bytes]) -> Ref:
        """Keep some sections for the way back."""
        self._kept.append(tuple(sections))
        return _ref(len(self._kept) - 1, sections)

    def get(self, ref: Ref, index: int) -> bytes:
        """A section that was sent, or that the job has put."""
        if ref.pack == _HERE:
            return self._kept[ref.offset][index]
        found = self._sections.get((ref, index))
        if found is None:
            raise NotSentError(ref.pack)
        return found

    def emit(self, file: File) -> None:
        """Keep a finished page for the way back."""
        self._pages.append(Page(file.path, file.content))

    def empty(self) -> tuple[tuple[tuple[bytes, ...], ...], tuple[Page, ...]]:
        """Take out what was put and emitted."""
        taken = tuple(self._kept), tuple(self._pages)
        self._kept.clear()
        self._pages.clear()
        return taken


def _ref(index: int, sections: Sequence[bytes]) -> Ref:
    return Ref(_HERE, index, tuple(map(len, sections)))


# --- there


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a job: its result, and what it put and emitted."""

    result: object
    kept: tuple[tuple[bytes, ...], ...]
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """Some jobs as bytes. `apart` holds what is large, by its digest, for whoever sends the same to many."""

    content: bytes
    apart: Mapping[str, object]


def packed(function: Callable[..., object], jobs: Sequence[object], bench: Bench, parcel: Parcel) -> Packed:
    """Jobs with their function and their thinned bench."""
    stream = io.BytesIO()
    packer = _Packer(stream)
    packer.dump((function, jobs, bench, parcel))
    return Packed(stream.getvalue(), packer.apart)


def unpacked_and_done(content: bytes, apart: Mapping[str, object]) -> list[Answer | None]:
    """Do packed jobs; None stands for one that asked for more than was sent."""
    function, jobs, bench, parcel = _Unpacker(io.BytesIO(content), apart).load()
    return [_done(function, job, bench, parcel) for job in jobs]


def _done(
    function: Callable[[object, Bench], object], job: object, bench: Bench, parcel: Parcel
) -> Answer | None:
    try:
        result = function(job, bench)
    except NotSentError:
        parcel.empty()
        return None
    return Answer(result, *parcel.empty())


class _Packer(pickle.Pickler):
    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self.apart: dict[str, object] = {}

    def persistent_id(self, value: object) -> str | None:
        if isinstance(value, Theme | Names):
            key = f"{type(value).__name__}-{value.digest}"
        elif isinstance(value, bytes) and len(value) >= LARGE:
            key = f"bytes-{hashlib.sha256(value).hexdigest()}"
        else:
            return None
        self.apart[key] = value
        return key


class _Unpacker(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, apart: Mapping[str, object]) -> None:
        super().__init__(stream)
        self._apart = apart

    def persistent_load(self, key: str) -> object:
        return self._apart[key]


# --- and back


def landed(answer: Answer, bench: Bench) -> object:
    """The result of a job that was done elsewhere, with what it put in the store at home, and its pages emitted."""
    store = bench.store if isinstance(bench, ReadingBench) else bench.site.store
    refs = {_ref(index, sections): store.put(sections) for index, sections in enumerate(answer.kept)}
    if isinstance(bench, PageBench):
        for page in answer.pages:
            bench.emit(page)
    row = answer.result
    if isinstance(row, Entry):
        drafted, judged = refs.get(row.drafted, row.drafted), refs[row.judged]
        return msgspec.structs.replace(row, drafted=drafted, judged=judged)
    if isinstance(row, Made):
        return msgspec.structs.replace(row, parts=refs[row.parts])
    raise TypeError(type(row))
