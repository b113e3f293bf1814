"""The third job of a build: the pages and files that span articles, each made of the shares that articles keep.

A family is a kind of such files with one key over all that any of them depends on: while it holds, nothing of the
family is looked at. Within a family each file has a job with a key of its own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sitegen.building.cards import drawn, pictures
from sitegen.building.entries import draft_of
from sitegen.building.memory import CITES, CLAIMS, CORRECTIONS, ENTRY, INDEX, OWN, ROWS, Cite, Made
from sitegen.building.pages import PageBench, own_source_view
from sitegen.building.plan import alias_path, listings
from sitegen.building.rows import decoded, key_of, section
from sitegen.model.files import File, Page, Scroll
from sitegen.model.site import Card
from sitegen.writing.addresses import root_of, source_path
from sitegen.writing.cards import CardPicture
from sitegen.writing.feeds import corrections_feed, newest, redirect, site_feed, sitemap
from sitegen.writing.shares import (
    CitationShare,
    ClaimShare,
    CorrectionShare,
    EntryShare,
    OwnPage,
    citation_view,
    row_view,
)
from sitegen.writing.site_pages import (
    PAGE_SIZE,
    SOURCES_SIZE,
    Cited,
    Listing,
    citations_chunks,
    claims_chunks,
    claims_page,
    corrections_page,
    listing_page,
    missing_page,
    paged,
    search_page,
    source_page,
    sources_page,
    tags_page,
    verdicts_page,
)
from sitegen.writing.structured import json_text
from sitegen.writing.theme import Theme
from sitegen.writing.viewing import card_view, site_ledger
from sitegen.writing.views import LedgerView, SourceUseView, SourceView


@dataclass(frozen=True)
class SharedJob:
    """One or a few files that span articles: its name, its key, and what makes them. `paths` are known before."""

    name: str
    key: Callable[[], bytes]
    paths: tuple[str, ...]
    make: Callable[[], Iterable[File]]


class Shares:
    """What all articles of a site share, taken from where it is kept when a page needs it."""

    def __init__(self, bench: PageBench, made: Mapping[str, Made]) -> None:
        self.bench = bench
        self.site = bench.site
        self.shop = bench.shop
        self.made = made

    def column(self, part: int) -> list[tuple[str, bytes]]:
        """The digests of one section of every article, in the order of listings."""
        return [(name, self.made[name].digests[part]) for name in self.site.order]

    @cached_property
    def ledger(self) -> LedgerView:
        """How far the site's claims were checked."""
        return site_ledger(self.site.tally, self.shop.scale, len(self.uses))

    @cached_property
    def ledger_key(self) -> bytes:
        """The digest of the ledger's numbers."""
        ledger = self.ledger
        tallies = [(entry.verdict.id, entry.count) for entry in ledger.tallies]
        numbers = (
            ledger.claims,
            ledger.notes,
            ledger.quotes,
            ledger.verified,
            ledger.uncheckable,
            ledger.excerpts,
        )
        more = (ledger.sources, ledger.oldest_check, ledger.newest_check, ledger.stale, ledger.reviewed)
        return key_of(tallies, numbers, more, ledger.corrections)

    @cached_property
    def own_pages(self) -> dict[str, OwnPage]:
        """The folders' own pages, by address."""
        unlisted = (card for card in self.site.cards.values() if not card.listed)
        found = ((card.path, self._own(card.article)) for card in unlisted)
        return {path: own for path, own in found if own is not None}

    def _own(self, article: str) -> OwnPage | None:
        return section(self.site.store, self.made[article].parts, OWN, OwnPage | None)  # type: ignore[arg-type] # a union is no class

    @cached_property
    def uses(self) -> dict[str, tuple[int, int, int, int, int]]:
        """How often each source is cited, in how many articles, of how many quotations, found, not looked for."""
        found: dict[str, tuple[int, int, int, int, int]] = {}
        for entry in self.site.entries.values():
            for key, count, quotes, verified, unlooked in entry.uses:
                known = found.get(key, (0, 0, 0, 0, 0))
                found[key] = (
                    known[0] + count,
                    known[1] + 1,
                    known[2] + quotes,
                    known[3] + verified,
                    known[4] + unlooked,
                )
        return found

    @cached_property
    def citing(self) -> dict[str, list[tuple[str, int]]]:
        """The articles that cite each source, in the order of listings, with how often each does."""
        found: dict[str, list[tuple[str, int]]] = {}
        for name in self.site.order:
            for use in self.site.entries[name].uses:
                found.setdefault(use[0], []).append((name, use[1]))
        return found

    @cached_property
    def examining(self) -> dict[str, tuple[str, ...]]:
        """The articles that examine each source as a whole, in the order of listings."""
        return self.site.memory.value(
            "examining", self.site.plan_key, dict[str, tuple[str, ...]], self._examining
        )

    def _examining(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name in self.site.order:
            sign = self.site.signs[name]
            subject = sign.front.subject
            if subject:
                key = f"{name}/{subject}" if subject in sign.sources else subject
                found[key] = (*found.get(key, ()), name)
        return found

    @cached_property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """All sources by title, each with the article whose own it is, or an empty text."""
        titles = {key: (source.title, "") for key, source in self.site.library.sources.items()}
        for name, entry in self.site.entries.items():
            if entry.tally.own_sources:
                for source in draft_of(entry, self.site.store).sidecar.sources:
                    titles[f"{name}/{source.id}"] = source.title, name
        ordered = sorted(titles, key=lambda key: (titles[key][0].casefold().lstrip(_BEFORE_WORDS), key))
        return tuple((key, titles[key][1]) for key in ordered)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles of all sources that are cited, those of single articles among them."""
        library = self.site.library.sources
        found = {key: library[key].title for key in self.uses if key in library}
        for name, entry in self.site.entries.items():
            if entry.tally.own_sources:
                own = draft_of(entry, self.site.store).sidecar.sources
                found |= {key: source.title for source in own if (key := f"{name}/{source.id}") in self.uses}
        return dict(sorted(found.items()))

    def source_view(self, key: str, article: str, root: str) -> SourceView:
        """A source for a page whose way to the site's root is `root`."""
        if not article:
            return self.shop.source_view(key, root)
        return own_source_view(article, key.removeprefix(f"{article}/"), root, self.bench)

    def use(self, key: str, view: SourceView) -> SourceUseView:
        """A source with how it is used."""
        return SourceUseView(view, *self.uses.get(key, (0, 0, 0, 0, 0)))

    @cached_property
    def corrections(self) -> tuple[tuple[CorrectionShare, Card], ...]:
        """All corrections, each with the card of its article."""
        kind = tuple[CorrectionShare, ...]
        return tuple(
            (share, self.site.card(name))
            for name in self.site.order
            if self.site.entries[name].tally.corrections
            for share in section(self.site.store, self.made[name].parts, CORRECTIONS, kind)
        )


_BEFORE_WORDS = "[(\"'“”„«»‹›‘’‚¿¡… "
"""What a title may begin with that is no part of its first word: lists are in the order of words."""


# --- listings


def _listings_key(shares: Shares) -> bytes:
    return key_of("listings", shares.bench.base, shares.site.plan_key, shares.column(OWN), shares.ledger_key)


def _listing_jobs(shares: Shares) -> Iterator[SharedJob]:
    cards = tuple(shares.site.cards.values())
    tags = Counter(tag for card in cards if card.listed for tag in card.tags)
    for listing in listings(cards, shares.own_pages, shares.site.settings):
        for number, path in enumerate(listing.addresses, start=1):
            yield _listing_job(shares, listing, number, path)
    if tags:
        yield SharedJob(
            "tags",
            lambda: key_of("tags", shares.bench.base, sorted(tags.items())),
            ("tags/index.html",),
            lambda: [tags_page(tags, shares.shop)],
        )


def _listing_job(shares: Shares, listing: Listing, number: int, path: str) -> SharedJob:
    first = number == 1
    with_ledger = listing.kind == "home" and first

    def key() -> bytes:
        shown = listing.cards[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        around = listing.addresses[max(0, number - 2) : number + 1]
        parts = (listing.kind, around, len(listing.addresses), listing.own, shown)
        folders = listing.folders if first else ()
        return key_of(shares.bench.base, parts, folders, shares.ledger_key if with_ledger else b"")

    def make() -> Iterable[File]:
        return [listing_page(listing, number, shares.ledger if with_ledger else None, shares.shop)]

    return SharedJob(path, key, (f"{path}index.html",), make)


# --- claims


def _claims_key(shares: Shares) -> bytes:
    rest = (shares.column(ROWS), shares.titles, shares.ledger_key)
    return key_of("claims", shares.bench.base, shares.site.plan_key, *rest)


def _claims_jobs(shares: Shares) -> Iterator[SharedJob]:
    chunks = claims_chunks(shares.site.listed_claims)
    for number, chunk in enumerate(chunks, start=1):
        path = "claims/index.html" if number == 1 else f"claims/page/{number}/index.html"
        of = number, len(chunks)
        yield SharedJob(path, _claims_page_key(shares, chunk, of), (path,), _claims_maker(shares, chunk, of))


def _claims_page_key(shares: Shares, chunk: Sequence[str], of: tuple[int, int]) -> Callable[[], bytes]:
    def key() -> bytes:
        made = [
            (name, shares.made[name].digests[ROWS], shares.site.entries[name].sign_digest) for name in chunk
        ]
        titles = shares.titles if of[1] == 1 else {}
        return key_of(shares.bench.base, of, made, titles, shares.ledger_key if of[0] == 1 else b"")

    return key


def _claims_maker(shares: Shares, chunk: Sequence[str], of: tuple[int, int]) -> Callable[[], Iterable[File]]:
    def make() -> Iterable[File]:
        rows = []
        for name in chunk:
            card = card_view(shares.site.card(name), shares.shop.scale)
            found = section(shares.site.store, shares.made[name].parts, ROWS, tuple[ClaimShare, ...])
            rows += [row_view(row, card, shares.shop.scale) for row in found]
        ledger = shares.ledger if of[0] == 1 else None
        return [claims_page(rows, of, ledger, shares.titles if of[1] == 1 else {}, shares.shop)]

    return make


# --- records for machines


def _records_key(shares: Shares) -> bytes:
    return key_of("records", shares.titles, shares.column(CLAIMS), shares.column(INDEX))


def _records_jobs(shares: Shares) -> Iterator[SharedJob]:
    by_name = sorted(shares.made)
    yield SharedJob(
        "claims.json",
        lambda: key_of([(name, shares.made[name].digests[CLAIMS]) for name in by_name]),
        ("claims.json",),
        lambda: [Scroll("claims.json", lambda: _joined(shares, by_name, CLAIMS, b"[\n", b"\n]\n", b"[]\n"))],
    )
    index = "claims/index.json"

    def parts() -> Iterator[bytes]:
        head = b'{"sources":' + json_text(shares.titles).encode() + b',"articles":[\n'
        return _joined(shares, shares.site.order, INDEX, head, b"\n]}\n", head + b"]}\n")

    yield SharedJob(
        index,
        lambda: key_of(shares.titles, shares.column(INDEX)),
        (index,),
        lambda: [Scroll(index, parts)],
    )


def _joined(
    shares: Shares, names: Iterable[str], part: int, begin: bytes, end: bytes, empty: bytes
) -> Iterator[bytes]:
    """The lines of all articles, as a list."""
    first = True
    for name in names:
        made = shares.made[name]
        if made.parts.lengths[part]:
            yield begin if first else b",\n"
            yield shares.site.store.get(made.parts, part)
            first = False
    yield empty if first else end


# --- sources


def _sources_key(shares: Shares) -> bytes:
    site = shares.site
    rows = [(key, row.key) for key, row in site.rows.items()]
    notes = sorted(shares.shop.source_notes.items())
    return key_of("sources", shares.bench.base, site.plan_key, rows, notes, shares.column(CITES))


def _sources_jobs(shares: Shares) -> Iterator[SharedJob]:
    total = max(1, -(-len(shares.sources) // SOURCES_SIZE))
    for number in range(1, total + 1):
        shown = shares.sources[(number - 1) * SOURCES_SIZE : number * SOURCES_SIZE]
        path = "sources/index.html" if number == 1 else f"sources/page/{number}/index.html"
        of = number, total
        yield SharedJob(
            path, _sources_page_key(shares, shown, of), (path,), _sources_maker(shares, shown, of)
        )
    for source, article in shares.sources:
        yield from _source_pages(shares, source, article)


def _sources_page_key(
    shares: Shares, shown: Sequence[tuple[str, str]], of: tuple[int, int]
) -> Callable[[], bytes]:
    def key() -> bytes:
        made = [(_source_key(shares, *entry), shares.uses.get(entry[0])) for entry in shown]
        return key_of(shares.bench.base, of, len(shares.sources), made)

    return key


def _source_key(shares: Shares, source: str, article: str) -> tuple[object, ...]:
    """What a source's record depends on: one of an article's own is the article's."""
    if article:
        entry = shares.site.entries[article]
        return source, entry.judge_key, shares.made[article].key
    return source, shares.site.rows[source].key, shares.shop.source_notes.get(source, "")


def _sources_maker(
    shares: Shares, shown: Sequence[tuple[str, str]], of: tuple[int, int]
) -> Callable[[], Iterable[File]]:
    def make() -> Iterable[File]:
        root = root_of("sources/" if of[0] == 1 else "sources/page/0/")
        uses = [shares.use(key, shares.source_view(key, article, root)) for key, article in shown]
        return [sources_page(uses, of, len(shares.sources), shares.shop)]

    return make


def _source_pages(shares: Shares, source: str, article: str) -> Iterator[SharedJob]:
    chunks = citations_chunks(shares.citing.get(source, ()))
    for number, path in enumerate(paged(source_path(source), len(chunks)), start=1):
        name = source if number == 1 else f"{source} {number}"
        of = number, len(chunks)
        # The first page has the tally of all.
        told = tuple(name for chunk in chunks for name in chunk) if number == 1 else chunks[number - 1]
        key = _source_page_key(shares, (source, article), told, of)
        make = _source_maker(shares, (source, article), (told, chunks[number - 1]), of)
        yield SharedJob(name, key, (f"{path}index.html",), make)


def _source_page_key(
    shares: Shares, it: tuple[str, str], told: Sequence[str], of: tuple[int, int]
) -> Callable[[], bytes]:
    def key() -> bytes:
        entries = shares.site.entries
        made = [(name, shares.made[name].digests[CITES], entries[name].sign_digest) for name in told]
        about = [(name, entries[name].sign_digest) for name in shares.examining.get(it[0], ())]
        return key_of(shares.bench.base, _source_key(shares, *it), shares.uses.get(it[0]), made, about, of)

    return key


def _source_maker(
    shares: Shares, it: tuple[str, str], names: tuple[Sequence[str], Sequence[str]], of: tuple[int, int]
) -> Callable[[], Iterable[File]]:
    """What makes a page of a source: `names` are the articles that it tells of, and those whose citations it shows."""
    source, article = it

    def cites(name: str) -> Iterator[CitationShare]:
        found = section(shares.site.store, shares.made[name].parts, CITES, tuple[Cite, ...])
        return (decoded(cite.share, CitationShare) for cite in found if cite.source == source)

    def make() -> Iterable[File]:
        told, shown = names
        verdicts: dict[str, str] = {}
        citations = []
        for name in told:
            own = tuple(cites(name))
            verdicts |= {cite.path: cite.verdict for cite in own}
            if name in shown:
                card = card_view(shares.site.card(name), shares.shop.scale)
                citations += [
                    citation_view(cite, card, shares.shop.scale, shares.shop.language()) for cite in own
                ]
        path = paged(source_path(source), of[1])[of[0] - 1]
        use = shares.use(source, shares.source_view(source, article, root_of(path)))
        cards = [shares.site.card(name) for name in shares.examining.get(source, ())]
        return [source_page(source, use, Cited(of, citations, verdicts), cards, shares.shop)]

    return make


# --- corrections, feeds, redirects, and what every site has


def _corrections_key(shares: Shares) -> bytes:
    return key_of("corrections", shares.bench.base, shares.site.plan_key, shares.column(CORRECTIONS))


def _corrections_jobs(shares: Shares) -> Iterator[SharedJob]:
    def key() -> bytes:
        entries = shares.site.entries
        corrected = [name for name, entry in entries.items() if entry.tally.corrections]
        made = [
            (name, shares.made[name].digests[CORRECTIONS], entries[name].sign_digest) for name in corrected
        ]
        return key_of(shares.bench.base, made)

    yield SharedJob(
        "corrections",
        key,
        ("corrections/index.html", "corrections/feed.xml"),
        lambda: [
            corrections_page(shares.corrections, shares.shop),
            corrections_feed(shares.corrections, shares.shop),
        ],
    )


def _feed_key(shares: Shares) -> bytes:
    fed = [(name, digest) for name, digest in shares.column(ENTRY) if name in shares.bench.fed]
    return key_of("feed", shares.bench.base, shares.site.plan_key, fed)


def _feed_jobs(shares: Shares) -> Iterator[SharedJob]:
    def make() -> Iterable[File]:
        store = shares.site.store
        cards = newest(shares.site.card(name) for name in shares.bench.fed)
        return site_feed(
            ((card, section(store, shares.made[card.article].parts, ENTRY, EntryShare)) for card in cards),
            shares.shop,
        )

    yield SharedJob("feed", lambda: _feed_key(shares), ("feed.xml", "feed.json"), make)


def _map_key(shares: Shares) -> bytes:
    return key_of("map", shares.bench.base, shares.site.plan_key)


def _map_jobs(shares: Shares) -> Iterator[SharedJob]:
    """The sitemap, and the redirects from former addresses."""
    yield SharedJob(
        "sitemap",
        lambda: _map_key(shares),
        ("sitemap.xml", "robots.txt"),
        lambda: sitemap(_indexed(shares).items(), shares.shop),
    )
    for name, sign in shares.site.signs.items():
        card = shares.site.cards[name]
        for alias in map(alias_path, sign.front.aliases):
            yield _redirect_job(shares, alias, card)


def _redirect_job(shares: Shares, alias: str, card: Card) -> SharedJob:
    return SharedJob(
        f"alias {alias}",
        lambda: key_of(shares.bench.base, card.path, card.title),
        (alias,),
        lambda: [redirect(alias, card, shares.shop)],
    )


def _indexed(shares: Shares) -> dict[str, str]:
    """The paths of all pages that a search engine should know, each with its last change."""
    cards = tuple(shares.site.cards.values())
    found = dict.fromkeys((listing.path for listing in listings(cards, {}, shares.site.settings)), "")
    found |= dict.fromkeys(("claims/", "sources/", "corrections/", "verdicts/"), "")
    found |= dict.fromkeys((source_path(key) for key, _ in shares.sources), "")
    if any(card.tags for card in cards if card.listed):
        found["tags/"] = ""
    for card in cards:
        last = card.updated or card.date
        if not card.draft:
            found[card.path] = last.isoformat() if last is not None else ""
    return found


def _fixed_key(shares: Shares) -> bytes:
    return key_of("fixed", shares.bench.base, shares.ledger_key)


def _fixed_jobs(shares: Shares) -> Iterator[SharedJob]:
    base = shares.bench.base
    yield SharedJob(
        "verdicts",
        lambda: key_of(base, shares.ledger_key),
        ("verdicts/index.html",),
        lambda: [verdicts_page(shares.ledger, shares.shop)],
    )
    if shares.site.settings.search:
        page = "search/index.html"
        yield SharedJob("search", lambda: base, (page,), lambda: [search_page(shares.shop)])
    yield SharedJob("missing", lambda: base, ("404.html",), lambda: [missing_page(shares.shop)])
    files = shares.site.theme.files
    yield SharedJob(
        "theme", lambda: base, tuple(files), lambda: [Page(path, content) for path, content in files.items()]
    )


def _cards_key(shares: Shares) -> bytes:
    if not shares.site.settings.cards:
        return b""
    return key_of("cards", shares.bench.base, shares.site.plan_key)


def _cards_jobs(shares: Shares) -> Iterator[SharedJob]:
    """The pictures for social networks; the path of one is a digest of all that it shows."""
    for name, path, picture in pictures(shares.site, shares.shop):
        yield _card_job(name, path, picture, shares.site.theme)


def _card_job(article: str, path: str, picture: CardPicture, theme: Theme) -> SharedJob:
    return SharedJob(f"card {article}", lambda: key_of(path), (path,), lambda: [drawn(path, picture, theme)])


FAMILIES: Mapping[str, tuple[Callable[[Shares], bytes], Callable[[Shares], Iterator[SharedJob]]]] = {
    "listings": (_listings_key, _listing_jobs),
    "claims": (_claims_key, _claims_jobs),
    "records": (_records_key, _records_jobs),
    "sources": (_sources_key, _sources_jobs),
    "corrections": (_corrections_key, _corrections_jobs),
    "feed": (_feed_key, _feed_jobs),
    "fixed": (_fixed_key, _fixed_jobs),
    "map": (_map_key, _map_jobs),
    "cards": (_cards_key, _cards_jobs),
}
"""The families of shared files: the digest of all that each depends on, and its jobs. Where two want one path, which is an
error that a site may choose to live with, the first has it."""
