"""The pages that span articles: home, listings, claims, sources, corrections, verdicts, and the one for what is missing."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sitegen.model.files import Page
from sitegen.model.site import Card
from sitegen.writing.addresses import address, source_path, tag_path
from sitegen.writing.languages import N_
from sitegen.writing.shares import ClaimShare, CorrectionShare, OwnPage, correction_view, finished
from sitegen.writing.structured import site_jsonld
from sitegen.writing.viewing import card_view, tally_views
from sitegen.writing.views import (
    NOTHING,
    CitationView,
    ClaimRowView,
    FacetView,
    HeadView,
    LedgerView,
    PagerView,
    SourceUseView,
    TagView,
)
from sitegen.writing.workshop import Workshop

PAGE_SIZE = 50
"""Articles on one page of a listing."""

CLAIMS_SIZE = 100
"""Claims from which on a page of the list of all claims is full; an article's claims stay together."""

SOURCES_SIZE = 200
"""Sources on one page of the list of all sources."""

CITATIONS_SIZE = 200
"""Citations from which on a page of a source is full; an article's citations stay together."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing of articles: the home page's, a folder's or a tag's. `folders` are the folders directly below."""

    kind: str
    path: str
    own: OwnPage
    cards: tuple[Card, ...]
    folders: tuple[Card, ...]
    is_tag: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of its pages, of which each holds `PAGE_SIZE` articles."""
        return paged(self.path, -(-len(self.cards) // PAGE_SIZE))


def paged(path: str, total: int) -> tuple[str, ...]:
    """The addresses of the pages of a list: the first is the list's own."""
    return (path, *(f"{path}page/{number}/" for number in range(2, total + 1)))


def claims_chunks(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, ...], ...]:
    """The articles whose claims stand on each page of the list of all claims; `counts` has each article's in order."""
    return _chunks(counts, CLAIMS_SIZE)


def citations_chunks(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, ...], ...]:
    """The articles whose citations stand on each page of a source; `counts` has each article's in order."""
    return _chunks(counts, CITATIONS_SIZE)


def _chunks(counts: Iterable[tuple[str, int]], full: int) -> tuple[tuple[str, ...], ...]:
    chunks: list[list[str]] = [[]]
    size = 0
    for article, count in counts:
        if size >= full:
            chunks.append([])
            size = 0
        if count:
            chunks[-1].append(article)
            size += count
    return tuple(map(tuple, chunks))


def head_of(kind: str, path: str, title: str, shop: Workshop) -> HeadView:
    """The head of a page that the build makes of itself."""
    return HeadView(
        kind=kind,
        title=title,
        path=path,
        url=shop.url(path),
        description=shop.settings.description,
        language=shop.settings.language,
    )


def _pager(addresses: Sequence[str], number: int) -> PagerView:
    return PagerView(
        number,
        len(addresses),
        address(addresses[number - 2]) if number > 1 else None,
        address(addresses[number]) if number < len(addresses) else None,
    )


def _titled(title: str, pager: PagerView, shop: Workshop) -> str:
    if pager.number == 1:
        return title
    words = N_("%(title)s (%(number)s of %(total)s)")
    return shop.language().say(words, title=title, number=pager.number, total=pager.total)


def listing_page(listing: Listing, number: int, ledger: LedgerView | None, shop: Workshop) -> Page:
    """One page of a listing. `ledger` is the site's, for the first page of home."""
    pager = _pager(listing.addresses, number)
    cards = listing.cards[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    own = listing.own
    title = shop.language().say(N_("Tagged “%(tag)s”"), tag=own.title) if listing.is_tag else own.title
    names: dict[str, object] = {
        "title": title,
        "body": finished(own.body) if number == 1 else NOTHING,
        "cards": tuple(card_view(card, shop.scale) for card in cards),
        "folders": tuple(card_view(card, shop.scale) for card in listing.folders) if number == 1 else (),
        "pager": pager,
    }
    home = listing.kind == "home"
    if home:
        names["ledger"] = ledger
    jsonld = finished(own.jsonld) or (site_jsonld(shop.settings) if home else NOTHING)
    head = head_of(listing.kind, listing.addresses[number - 1], _titled(title, pager, shop), shop)
    return shop.page(replace(head, description=own.description or head.description, jsonld=jsonld), names)


def tags_page(counts: Mapping[str, int], shop: Workshop) -> Page:
    """All tags, with the number of their articles."""
    views = tuple(TagView(tag, address(tag_path(tag)), count) for tag, count in sorted(counts.items()))
    return shop.page(head_of("tags", "tags/", shop.language().say("Tags"), shop), {"tags": views})


def claims_page(
    rows: Sequence[ClaimRowView],
    of: tuple[int, int],
    ledger: LedgerView | None,
    titles: Mapping[str, str],
    shop: Workshop,
) -> Page:
    """One page of the list of all claims; `of` is its number and the number of all.

    `ledger` is the site's, for the first page. `titles` are those of the sources cited: a list of one page can be narrowed
    by what stands in it, a longer one by the index of claims.
    """
    number, total = of
    pager = _pager(paged("claims/", total), number)
    keys = Counter(key for row in rows for key in row.keys.split(" ")) if total == 1 else Counter[str]()
    tags = {tag.name: tag.name for row in rows for tag in row.article.tags}
    claimants = {row.claimant: row.claimant for row in rows}
    names: dict[str, object] = {
        "rows": tuple(rows),
        "verdicts": tuple(
            FacetView(f"verdict:{verdict.id}", verdict.label, keys[f"verdict:{verdict.id}"])
            for verdict in shop.scale.values()
            if total > 1 or keys[f"verdict:{verdict.id}"]
        ),
        "sources": _facets("source:", keys, titles),
        "claimants": _facets("claimant:", keys, claimants),
        "tags": _facets("tag:", keys, tags),
        "scale": tuple(shop.scale.values()),
        "ledger": ledger,
        "pager": pager,
    }
    path = "claims/" if number == 1 else f"claims/page/{number}/"
    return shop.page(
        head_of("claims", path, _titled(shop.language().say("All claims"), pager, shop), shop), names
    )


def _facets(prefix: str, keys: Mapping[str, int], labels: Mapping[str, str]) -> tuple[FacetView, ...]:
    facets = [
        FacetView(key, label, keys[key])
        for name, label in labels.items()
        if (key := prefix + name.replace(" ", "_")) in keys
    ]
    return tuple(sorted(facets, key=lambda facet: (facet.label.casefold(), facet.key)))


def claims_line(rows: Iterable[ClaimShare], card: Card) -> bytes:
    """An article's line of the index that the list of all claims is searched by.

    It holds the article's path, title and tags, and of each claim the fragment of its path, statement, verdict, reason, claimant,
    sources, numbers of quotations, found and uncheckable ones, whether it is due again, and the day of its check.
    """
    listed = [
        [
            row.path.partition("#")[2],
            row.statement,
            row.verdict,
            row.because,
            row.claimant,
            row.sources,
            row.quotes,
            row.verified,
            row.uncheckable,
            row.stale,
            row.checked.isoformat() if row.checked is not None else "",
        ]
        for row in rows
    ]
    if not listed:
        return b""
    line = [address(card.path), card.title, card.tags, listed]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()


def sources_page(uses: Sequence[SourceUseView], of: tuple[int, int], count: int, shop: Workshop) -> Page:
    """One page of the list of all sources; `of` is its number and the number of all, `count` that of the sources."""
    number, total = of
    addresses = paged("sources/", total)
    pager = _pager(addresses, number)
    head = head_of(
        "sources", addresses[number - 1], _titled(shop.language().say("Sources"), pager, shop), shop
    )
    return shop.page(head, {"uses": tuple(uses), "count": count, "pager": pager})


@dataclass(frozen=True, slots=True)
class Cited:
    """What rests on a source, for one of its pages: `of` is its number and the number of all.

    `verdicts` has, for the first page, those of all claims that rest on the source, by path.
    """

    of: tuple[int, int]
    citations: Sequence[CitationView]
    verdicts: Mapping[str, str]


def source_page(
    key: str, use: SourceUseView, cited: Cited, examining: Iterable[Card], shop: Workshop
) -> Page:
    """One page of a source with all that rests on it. `examining` are the articles that examine it as a whole."""
    number, total = cited.of
    addresses = paged(source_path(key), total)
    pager = _pager(addresses, number)
    names = {
        "source": use.source,
        "use": use,
        "citations": tuple(cited.citations),
        "claims": len(cited.verdicts),
        "tallies": tally_views(Counter(cited.verdicts.values()), shop.scale),
        "examining": tuple(card_view(card, shop.scale) for card in examining),
        "pager": pager,
    }
    title = _titled(use.source.title, pager, shop)
    return shop.page(head_of("source", addresses[number - 1], title, shop), names)


def corrections_page(corrections: Iterable[tuple[CorrectionShare, Card]], shop: Workshop) -> Page:
    """All corrections, the newest first."""
    ordered = sorted(corrections, key=lambda entry: (-entry[0].on.toordinal(), entry[0].path))
    views = tuple(correction_view(share, card_view(card, shop.scale)) for share, card in ordered)
    return shop.page(
        head_of("corrections", "corrections/", shop.language().say("Corrections"), shop),
        {"corrections": views},
    )


def verdicts_page(ledger: LedgerView, shop: Workshop) -> Page:
    """The scale, and what the words mean."""
    names = {"scale": tuple(shop.scale.values()), "tallies": ledger.tallies}
    return shop.page(
        head_of("verdicts", "verdicts/", shop.language().say("How to read the verdicts"), shop), names
    )


def search_page(shop: Workshop) -> Page:
    """The page that searches the site: what it is narrowed by and its words, for the script that draws what is found."""
    head = head_of("search", "search/", shop.language().say("Search"), shop)
    return shop.page(replace(head, index=False), {"scale": tuple(shop.scale.values())})


def missing_page(shop: Workshop) -> Page:
    """What a server shows where there is nothing."""
    missing = head_of("missing", "", shop.language().say("Page not found"), shop)
    return shop.page(replace(missing, index=False), {}, file="404.html")
