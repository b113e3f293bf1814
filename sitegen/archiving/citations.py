"""The addresses that a site cites: of sources, with the passages that are to be found there, and of all else it links to."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag

from sitegen.archiving.outgoing import outgoing
from sitegen.building.entries import Entry, draft_of, judged_of
from sitegen.building.site import Site
from sitegen.judging.library import Shelf
from sitegen.model.places import Place
from sitegen.model.records import Claim, LinkState, Source

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
    """An address, without its fragment, where it is written, and what is quoted from there.

    `what` names it in messages; `link` is what a source's record says of the address; `articles` are those that cite it.
    """

    what: str
    url: str
    place: Place
    link: LinkState | None = None
    passages: tuple[Passage, ...] = ()
    articles: tuple[str, ...] = ()
    is_source: bool = False


def citations(site: Site, lines_of: Callable[[str], Iterable[str]]) -> tuple[Citation, ...]:
    """Every address that leads out of the site, by place; `lines_of` gives the lines of a file."""
    sources: dict[str, Citation] = {}
    others: list[Citation] = []
    for source in site.library.sources.values():
        if source.url:
            sources[source.id] = _citation(source, "")
        others += _archived(source, "")
    for entry in site.entries.values():
        if entry.tally.claims or entry.tally.own_sources:
            others += _add_article(entry, site, sources)
        for url, place in outgoing(draft_of(entry, site.store), lines_of):
            others.append(_other(f"the link to {url}", url, place, entry.article))
    return tuple(sorted((*sources.values(), *others), key=lambda cited: (cited.place, cited.url)))


def _citation(source: Source, article: str) -> Citation:
    articles = (article,) if article else ()
    what = f'the address of "{source.id}"'
    url = urldefrag(source.url).url
    return Citation(what, url, source.at.of("url"), source.link, articles=articles, is_source=True)


def _other(what: str, url: str, place: Place, article: str) -> Citation:
    return Citation(what, urldefrag(url).url, place, articles=(article,) if article else ())


def _archived(source: Source, article: str) -> Iterator[Citation]:
    if source.archive is not None:
        place = source.archive.at.of("url")
        yield _other(f'the archived copy of "{source.id}"', source.archive.url, place, article)


def _add_article(entry: Entry, site: Site, found: dict[str, Citation]) -> Iterator[Citation]:
    """Add an article's own sources, and what it quotes of all; gives the other addresses of its sidecar."""
    draft = draft_of(entry, site.store)
    shelf = Shelf.of(draft, site.library)
    for source in draft.sidecar.sources:
        if source.url:
            found[shelf.key(source.id)] = _citation(source, entry.article)
        yield from _archived(source, entry.article)
    for claim in draft.sidecar.claims:
        for what, url, place in _of_claimant(claim):
            yield _other(f"{what} {url}", url, place, entry.article)
    for key, passage in _passages(entry, site, shelf.key):
        cited = found.get(key)
        if cited is not None:
            articles = tuple(dict.fromkeys((*cited.articles, entry.article)))
            passages = (*cited.passages, passage) if passage.quote else cited.passages
            found[key] = dataclasses.replace(cited, passages=passages, articles=articles)


def _of_claimant(claim: Claim) -> Iterator[tuple[str, str, Place]]:
    """The addresses that a claim gives of who made it, and where: what each is, itself, and its place."""
    if claim.claimant is not None and claim.claimant.url:
        yield "the claimant's page", claim.claimant.url, claim.claimant.at.of("url")
    where = claim.said.at_ if claim.said is not None else None
    if where is not None and where.url:
        yield "the page where it was said,", where.url, where.at.of("url")
    if where is not None and where.archive:
        yield "the archived copy of where it was said,", where.archive, where.at.of("archive")


def _passages(entry: Entry, site: Site, key_of: Callable[[str], str]) -> Iterator[tuple[str, Passage]]:
    checks = dict(judged_of(entry, site.store).checks)
    for claim in draft_of(entry, site.store).sidecar.claims:
        allow = claim.allow if claim.why else ()
        for evidence, check in zip(claim.evidence, checks[claim.id], strict=True):
            quote = "" if check.state in NOT_LOOKED_FOR else evidence.quote.strip()
            place = evidence.at.of("quote")
            yield key_of(evidence.source), Passage(quote, place, entry.article, claim.id, allow)
