"""The sources that ledgers are judged against, and what an id means in one article."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sitegen.model.findings import Copy
from sitegen.model.records import Source
from sitegen.model.site import Draft


@dataclass(frozen=True)
class Library:
    """The records of the source library, the copies, and the seeds.

    `seeds` maps the id of each seed to its text, or to None where the text is not present on this machine. `own`
    holds the copies of sources that single articles have for themselves, by article and id.
    """

    sources: Mapping[str, Source]
    copies: Mapping[str, Copy]
    seeds: Mapping[str, str | None]
    own: Mapping[tuple[str, str], Copy] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelf:
    """The sources that one article can cite: its own hide the library's of the same id, copies and all."""

    article: str
    own: Mapping[str, Source]
    library: Library

    @classmethod
    def of(cls, draft: Draft, library: Library) -> "Shelf":
        """The shelf of a draft's article."""
        return cls(draft.article, {source.id: source for source in draft.sidecar.sources}, library)

    def record(self, identifier: str) -> Source | None:
        """The record that an id means in the article."""
        return self.own.get(identifier) or self.library.sources.get(identifier)

    def copy(self, identifier: str) -> Copy | None:
        """The copy of that source: one of the article's own never has the library's."""
        if identifier in self.own:
            return self.library.own.get((self.article, identifier))
        return self.library.copies.get(identifier)

    def key(self, identifier: str) -> str:
        """What the site knows a source by: one of the article's own is told from the library's by its article."""
        return f"{self.article}/{identifier}" if identifier in self.own else identifier
