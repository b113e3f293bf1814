"""The sources of a site as the archive sees them: the record, where it is written, its copy, and what rests on it."""

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sitegen.building.files import DiskFiles
from sitegen.building.holdings import SOURCES, read_holdings
from sitegen.model.errors import CannotGoOnError
from sitegen.model.findings import Copy
from sitegen.model.places import Places, Problem
from sitegen.model.records import Check, Sidecar, Source
from sitegen.reading.copies import SUFFIXES, copy_files, read_copy
from sitegen.reading.records import read_sidecar, read_source

FOLDER = SOURCES.rstrip("/")


@dataclass(frozen=True, slots=True)
class Resting:
    """A quotation of a claim's evidence that rests on the copy of a source."""

    article: str
    claim: str
    quote: str
    checked: Check | None

    def __str__(self) -> str:
        return f"{self.article}#{self.claim}"


@dataclass(frozen=True, slots=True)
class Held:
    """A source, the way to its record in a file (empty: the file is the record), and the stem of its copy's files."""

    source: Source
    file: str
    way: tuple[str, ...]
    stem: str
    resting: tuple[Resting, ...]

    @property
    def places(self) -> Places:
        """Where the record's fields stand."""
        return self.source.at

    def copy(self, files: DiskFiles) -> Copy | None:
        """The copy that is kept now; None where there is none, or its file is gone."""
        there = {name for name in self._candidates() if (files.root / name).is_file()}
        names = copy_files(self.source, FOLDER, there)
        copy, _ = read_copy(self.source, names, files.read)
        return copy

    def _candidates(self) -> Iterator[str]:
        named = self.source.snapshot.file if self.source.snapshot is not None else ""
        if named:
            yield from (f"{FOLDER}/{named}", f"{FOLDER}/{named.rpartition('.')[0]}.txt")
        else:
            yield from (f"{FOLDER}/{self.source.id}{suffix}" for suffix in SUFFIXES)


def sources_of(files: DiskFiles) -> tuple[tuple[Held, ...], tuple[Problem, ...]]:
    """All sources of a site, the library's, then those of single articles; and what is wrong with the library's records.

    Records that cannot be read are left out.
    """
    holdings = read_holdings(files)
    sidecars = tuple(
        (article.article, read_sidecar(files.read(article.sidecar), article.sidecar, article.article)[0])
        for article in holdings.articles
        if article.sidecar
    )
    problems: list[Problem] = []
    library = tuple(_library(files, holdings.records, sidecars, problems.append))
    return (*library, *_own(sidecars)), tuple(problems)


def _library(
    files: DiskFiles,
    records: Iterable[str],
    sidecars: tuple[tuple[str, Sidecar], ...],
    report: Callable[[Problem], None],
) -> Iterator[Held]:
    resting: dict[str, list[Resting]] = {}
    for article, sidecar in sidecars:
        own = {source.id for source in sidecar.sources}
        for identifier, entry in _resting(article, sidecar):
            if identifier not in own:
                resting.setdefault(identifier, []).append(entry)
    for name in records:
        source, problems = read_source(files.read(name), name)
        for problem in problems:
            report(problem)
        if source is not None:
            yield Held(source, name, (), _stem(source, source.id), tuple(resting.get(source.id, ())))


def _own(sidecars: Iterable[tuple[str, Sidecar]]) -> Iterator[Held]:
    for article, sidecar in sidecars:
        for source in sidecar.sources:
            # Two articles may have a source of one id: their copies lie in one folder.
            stem = _stem(source, f"{article.replace('/', '-')}.{source.id}")
            resting = tuple(entry for name, entry in _resting(article, sidecar) if name == source.id)
            yield Held(source, sidecar.at.file, ("sources", source.id), stem, resting)


def _stem(source: Source, otherwise: str) -> str:
    named = source.snapshot.file if source.snapshot is not None else ""
    return named.rpartition(".")[0] or otherwise


def _resting(article: str, sidecar: Sidecar) -> Iterator[tuple[str, Resting]]:
    """What an article quotes, with the id of the source."""
    for claim in sidecar.claims:
        for evidence in claim.evidence:
            if evidence.quote.strip():
                yield evidence.source, Resting(article, claim.id, evidence.quote, claim.checked)


def wanted(held: Iterable[Held], identifiers: Iterable[str]) -> tuple[Held, ...]:
    """The sources named, or all. Raises `CannotGoOnError` for an id that no source has."""
    every = tuple(held)
    names = tuple(dict.fromkeys(identifiers))
    known = sorted({entry.source.id for entry in every})
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = (
                f'did you mean "{close[0]}"?' if close else "sitegen stats counts the sources that there are"
            )
            raise CannotGoOnError(f'there is no source "{name}"', hint=hint)
    return tuple(entry for entry in every if not names or entry.source.id in names)
