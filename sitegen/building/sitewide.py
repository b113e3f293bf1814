"""The rules that span articles, over the small values that each article's entry keeps for them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from sitegen.building.entries import Entry, SourceRow, Statement
from sitegen.model.places import Problem
from sitegen.model.site import Link


def inconsistent(articles: Iterable[tuple[str, Iterable[Statement]]]) -> Iterator[Problem]:
    """One claim, judged twice in the site, differently: reported at the later one, and names the first."""
    first: dict[bytes, tuple[str, Statement]] = {}
    for article, statements in articles:
        for claim in statements:
            other, known = first.setdefault(claim.key, (article, claim))
            if known.verdict != claim.verdict and not claim.excused:
                message = f'"{claim.verdict}" here, but "{known.verdict}" for the same claim in {known.place}'
                hint = f"the other is {other}#c-{known.id}"
                yield Problem("verdict-inconsistent", message, claim.place, hint, article, claim.id)


def unused(entries: Iterable[Entry], rows: Mapping[str, SourceRow]) -> Iterator[tuple[str, str]]:
    """The records that no article cites, by id and file; a draft's citations count."""
    used = {source for entry in entries for source in entry.cited}
    for key, row in rows.items():
        if row.record is not None and key not in used:
            yield key, row.file


class Target(Protocol):
    """Gives the address that a link leads to; None where it leads nowhere."""

    def __call__(self, link: Link) -> str | None:
        """Look it up."""
        ...


def lost_fragments(entries: Iterable[Entry], target: Target, fragments: "Fragments") -> Iterator[Problem]:
    """Links to places inside other pages that those pages do not have."""
    for entry in entries:
        for link in entry.wants:
            path = target(link)
            known = fragments(path) if path is not None else None
            if known is not None and link.fragment not in known:
                message = f'"{link.written}" leads to a page that has no "#{link.fragment}"'
                yield Problem("link-broken", message, link.place, "", entry.article)


class Fragments(Protocol):
    """Gives the ids of the page at an address; None where they are not known."""

    def __call__(self, path: str) -> frozenset[str] | None:
        """Look them up."""
        ...
