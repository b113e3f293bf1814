"""The pages that span articles: home, listings, claims, sources, corrections, verdicts, and the one for what is missing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sitegen.model.site import Card, Page
from sitegen.writing.addresses import address, root_of, source_path, tag_path
from sitegen.writing.article_page import ArticleOutput, OwnPage, source_use
from sitegen.writing.structured import site_jsonld
from sitegen.writing.viewing import card_view, joined_ledger
from sitegen.writing.views import NOTHING, CitationView, FacetView, HeadView, LedgerView, PagerView, TagView
from sitegen.writing.workshop import Workshop

PAGE_SIZE = 50
"""Articles on one page of a listing."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing of articles: the home page's, a folder's or a tag's. `folders` are the folders directly below."""

    kind: str
    path: str
    own: OwnPage
    cards: tuple[Card, ...]
    folders: tuple[Card, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of its pages, of which each holds `PAGE_SIZE` articles."""
        total = max(1, -(-len(self.cards) // PAGE_SIZE))
        return (self.path, *(f"{self.path}page/{number}/" for number in range(2, total + 1)))


def site_pages(
    listings: Iterable[Listing], outputs: Sequence[ArticleOutput], shop: Workshop
) -> Iterator[Page]:
    """All pages that span articles."""
    ledger = joined_ledger([output.ledger for output in outputs], shop.scale, len(_cited(outputs)))
    for listing in listings:
        yield from _listing_pages(listing, ledger, shop)
    tags = Counter(tag for output in outputs if output.card.listed for tag in output.card.tags)
    if tags:
        views = tuple(TagView(tag, address(tag_path(tag)), count) for tag, count in sorted(tags.items()))
        yield shop.page(_head("tags", "tags/", "Tags", shop), {"tags": views})
    yield _claims_page(outputs, ledger, shop)
    yield from _source_pages(outputs, shop)
    yield _corrections_page(outputs, shop)
    yield _verdicts_page(ledger, shop)
    missing = _head("missing", "", "Page not found", shop)
    yield shop.page(replace(missing, index=False), {}, file="404.html")


def _head(kind: str, path: str, title: str, shop: Workshop) -> HeadView:
    return HeadView(
        kind=kind,
        title=title,
        path=path,
        url=shop.url(path),
        description=shop.settings.description,
        language=shop.settings.language,
    )


def _listing_pages(listing: Listing, ledger: LedgerView, shop: Workshop) -> Iterator[Page]:
    addresses = listing.addresses
    total = len(addresses)
    folders = tuple(card_view(card, shop.scale) for card in listing.folders)
    for number, path in enumerate(addresses, start=1):
        cards = listing.cards[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        pager = PagerView(
            number,
            total,
            address(addresses[number - 2]) if number > 1 else None,
            address(addresses[number]) if number < total else None,
        )
        own = listing.own
        title = own.title if number == 1 else f"{own.title} ({number} of {total})"
        names: dict[str, object] = {
            "title": own.title,
            "body": own.body if number == 1 else NOTHING,
            "cards": tuple(card_view(card, shop.scale) for card in cards),
            "folders": folders if number == 1 else (),
            "pager": pager,
        }
        if listing.kind == "home":
            names["ledger"] = ledger
        jsonld = own.jsonld or (site_jsonld(shop.settings) if listing.kind == "home" else NOTHING)
        head = _head(listing.kind, path, title, shop)
        yield shop.page(replace(head, description=own.description or head.description, jsonld=jsonld), names)


def _claims_page(outputs: Sequence[ArticleOutput], ledger: LedgerView, shop: Workshop) -> Page:
    rows = tuple(row for output in outputs for row in output.rows)
    keys = Counter(key for row in rows for key in row.keys.split(" "))
    names: dict[str, object] = {
        "rows": rows,
        "verdicts": tuple(
            FacetView(f"verdict:{verdict.id}", verdict.label, keys[f"verdict:{verdict.id}"])
            for verdict in shop.scale.values()
            if keys[f"verdict:{verdict.id}"]
        ),
        "sources": _facets("source:", keys, _cited(outputs)),
        "tags": _facets("tag:", keys, {tag: tag for output in outputs for tag in output.card.tags}),
        "ledger": ledger,
    }
    return shop.page(_head("claims", "claims/", "All claims", shop), names)


def _facets(prefix: str, keys: Mapping[str, int], labels: Mapping[str, str]) -> tuple[FacetView, ...]:
    facets = [
        FacetView(key, label, keys[key])
        for name, label in labels.items()
        if (key := prefix + name.replace(" ", "_")) in keys
    ]
    return tuple(sorted(facets, key=lambda facet: (facet.label.casefold(), facet.key)))


def _cited(outputs: Iterable[ArticleOutput]) -> dict[str, str]:
    """The titles of all sources cited, those of single articles among them."""
    return {key: title for output in outputs for key, title in output.cited}


def _source_pages(outputs: Sequence[ArticleOutput], shop: Workshop) -> Iterator[Page]:
    root = root_of(source_path("id"))
    views = {key: shop.source_view(key, root) for key in shop.library.sources}
    views |= {key: view for output in outputs for key, view in output.own_sources}
    citations: dict[str, list[CitationView]] = {key: [] for key in views}
    for output in outputs:
        for key, citation in output.citations:
            if key in citations:
                citations[key].append(citation)
    uses = {
        key: source_use(views[key], citations[key])
        for key in sorted(views, key=lambda key: (views[key].title.casefold(), key))
    }
    yield shop.page(_head("sources", "sources/", "Sources", shop), {"uses": tuple(uses.values())})
    for key, use in uses.items():
        names = {"source": use.source, "use": use, "citations": tuple(citations[key])}
        yield shop.page(_head("source", source_path(key), use.source.title, shop), names)


def _corrections_page(outputs: Iterable[ArticleOutput], shop: Workshop) -> Page:
    found = [correction for output in outputs for correction in output.corrections]
    ordered = tuple(sorted(found, key=lambda entry: (-entry.on.toordinal(), entry.path)))
    return shop.page(_head("corrections", "corrections/", "Corrections", shop), {"corrections": ordered})


def _verdicts_page(ledger: LedgerView, shop: Workshop) -> Page:
    names = {"scale": tuple(shop.scale.values()), "tallies": ledger.tallies}
    return shop.page(_head("verdicts", "verdicts/", "How to read the verdicts", shop), names)
