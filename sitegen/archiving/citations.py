"""The addresses that a site cites, with the passages that are to be found there."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag

from sitegen.building.entries import Entry, draft_of, judged_of
from sitegen.building.site import Site
from sitegen.judging.library import Shelf
from sitegen.model.places import Place
from sitegen.model.records import LinkState, Source

NOT_LOOKED_FOR = frozenset({"near", "absent"})
"""States of a quotation that is not in our own copy: that is an error already, and the live page cannot mend it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that a claim's evidence quotes, where they stand in the sidecar, and the rules that the claim sets aside."""

    quote: str
    place: Place
    article: str
    claim: str
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A source's address, without its fragment, where it is written, and what is quoted from there.

    `link` is what the record says of the address; `articles` are those that cite it.
    """

    source: str
    url: str
    place: Place
    link: LinkState | None
    passages: tuple[Passage, ...]
    articles: tuple[str, ...]


def citations(site: Site) -> tuple[Citation, ...]:
    """Every source with an address, of the library and of single articles, by place."""
    found: dict[str, Citation] = {}
    for source in site.library.sources.values():
        if source.url:
            found[source.id] = _citation(source, "")
    for entry in site.entries.values():
        if entry.tally.claims or entry.tally.own_sources:
            _add_article(entry, site, found)
    return tuple(sorted(found.values(), key=lambda cited: cited.place))


def _citation(source: Source, article: str) -> Citation:
    articles = (article,) if article else ()
    return Citation(source.id, urldefrag(source.url).url, source.at.of("url"), source.link, (), articles)


def _add_article(entry: Entry, site: Site, found: dict[str, Citation]) -> None:
    draft = draft_of(entry, site.store)
    shelf = Shelf.of(draft, site.library)
    for source in draft.sidecar.sources:
        if source.url:
            found[shelf.key(source.id)] = _citation(source, entry.article)
    for key, passage in _passages(entry, site, shelf.key):
        cited = found.get(key)
        if cited is not None:
            articles = tuple(dict.fromkeys((*cited.articles, entry.article)))
            passages = (*cited.passages, passage) if passage.quote else cited.passages
            found[key] = dataclasses.replace(cited, passages=passages, articles=articles)


def _passages(entry: Entry, site: Site, key_of: Callable[[str], str]) -> Iterator[tuple[str, Passage]]:
    checks = dict(judged_of(entry, site.store).checks)
    for claim in draft_of(entry, site.store).sidecar.claims:
        allow = claim.allow if claim.why else ()
        for evidence, check in zip(claim.evidence, checks[claim.id], strict=True):
            quote = "" if check.state in NOT_LOOKED_FOR else evidence.quote.strip()
            place = evidence.at.of("quote")
            yield key_of(evidence.source), Passage(quote, place, entry.article, claim.id, allow)
