"""The second job of a build: an article's entry to its page, its annotations, and its share of other pages."""

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from sitegen.building.entries import LINKS, Entry, draft_of, judged_of, own_copies
from sitegen.building.files import digest_of
from sitegen.building.holdings import CONTENT
from sitegen.building.memory import Cite, Made
from sitegen.building.rows import KEY, encoded, key_of, section
from sitegen.building.settings import settings_key
from sitegen.building.site import Site
from sitegen.model.files import Page
from sitegen.model.site import Card, Draft, Link
from sitegen.writing.article_page import ArticleOutput, PageJob, article_page, own_source
from sitegen.writing.draft import DraftJob, draft
from sitegen.writing.feeds import newest
from sitegen.writing.site_pages import claims_line
from sitegen.writing.views import SiteView, SourceView
from sitegen.writing.words import scale_in
from sitegen.writing.workshop import Workshop

Size = tuple[int, int]
"""Width and height of an image in pixels."""

Emit = Callable[[Page], None]
"""Takes a finished file."""


@dataclass(frozen=True)
class PageBench:
    """What the making of all pages shares. `sizes` are those of images by path, `fed` the articles in the feed.

    `base` is the digest of the settings, the theme and the scale; with `lines`, elements of the bodies say where they
    were written.
    """

    site: Site
    shop: Workshop
    sizes: Mapping[str, Size]
    fed: frozenset[str]
    base: bytes
    emit: Emit
    lines: bool = False

    @classmethod
    def of(cls, site: Site, emit: Emit, *, lines: bool = False) -> "PageBench":
        """The bench of a site."""
        shop = workshop(site)
        fed = site.memory.value(
            "fed",
            site.plan_key,
            tuple[str, ...],
            lambda: tuple(card.article for card in newest(site.cards.values())),
        )
        base = key_of(
            "page",
            settings_key(site.settings),
            shop.site,
            list(site.scale.values()),
            site.theme.digest,
        )
        return cls(site, shop, image_sizes(site), frozenset(fed), base, emit, lines)

    @property
    def frame(self) -> bytes:
        """The digest of all that reaches the page of any article, but for its own entry."""
        sizes = sorted(self.sizes.items())
        return key_of("frame", self.base, self.site.plan_key, sizes, sorted(self.shop.source_notes.items()))


def workshop(site: Site) -> Workshop:
    """What every page of a site is made with."""
    settings = site.settings
    tagged = site.memory.value(
        "tagged", site.plan_key, bool, lambda: any(card.tags for card in site.cards.values() if card.listed)
    )
    view = SiteView(
        title=settings.title,
        description=settings.description,
        language=settings.language,
        url=settings.base_url,
        author=settings.author,
        has_tags=tagged,
        has_corrections=any(entry.tally.corrections for entry in site.entries.values()),
        has_search=settings.search,
    )
    return Workshop(
        settings=settings,
        scale=scale_in(site.theme.language(settings.language), site.scale, settings.verdicts),
        theme=site.theme,
        site=view,
        library=site.library,
        source_notes=site.noted[0],
    )


def image_sizes(site: Site) -> dict[str, Size]:
    """Width and height in pixels of each image that an article shows, where its format tells them."""
    shown = {path for entry in site.entries.values() for path in entry.images} & frozenset(
        site.holdings.media
    )
    key = key_of("sizes", [(path, site.files.digest(f"{CONTENT}{path}")) for path in sorted(shown)])
    return site.memory.value("sizes", key, dict[str, Size], lambda: _measured(site, shown)) if shown else {}


def _measured(site: Site, shown: Iterable[str]) -> dict[str, Size]:
    import imagesize  # noqa: PLC0415 - slow to import, and many sites show no images

    found: dict[str, Size] = {}
    for path in sorted(shown):
        width, height = imagesize.get(io.BytesIO(site.files.read(f"{CONTENT}{path}")))
        if width > 0 and height > 0:
            found[path] = int(width), int(height)
    return found


def is_made(entry: Entry, known: Made | None, bench: PageBench, *, framed: bool) -> bool:
    """Whether an article's files were made of what they would be made of now.

    `framed` says that nothing has changed that reaches more than one article.
    """
    if known is None or known.judged != entry.judge_key or known.stale != entry.stale:
        return False
    if framed:
        return True
    return known.key == page_key(
        entry, section(bench.site.store, entry.drafted, LINKS, tuple[Link, ...]), bench
    )


def page_key(entry: Entry, links: Iterable[Link], bench: PageBench) -> bytes:
    """The digest of what an article's files are made of, beside its judged draft."""
    site = bench.site
    targets = _targets(links, bench)
    notes = bench.shop.source_notes
    return key_of(
        bench.base,
        entry.sign_digest,
        not entry.is_published(site.day, drafts=False),
        site.owners.get(site.atlas.articles[f"{entry.article}.md"]),
        [site.entries[name].sign_digest if name is not None else b"" for name in _beside(entry, bench)],
        targets,
        _sizes(targets, bench),
        entry.article in bench.fed,
        [notes[source] for source in entry.cited if source in notes],
    )


def _targets(links: Iterable[Link], bench: PageBench) -> tuple[str | None, ...]:
    return tuple(bench.site.atlas.target(link) for link in links)


def _sizes(targets: Iterable[str | None], bench: PageBench) -> tuple[Size | None, ...]:
    return tuple(bench.sizes.get(target or "") for target in targets)


def _beside(entry: Entry, bench: PageBench) -> tuple[str | None, str | None]:
    return bench.site.beside.get(entry.article, (None, None))


def make_article(article: str, bench: PageBench) -> Made:
    """Make an article's files, hand them to `emit`, and keep its share of other pages."""
    site = bench.site
    entry = site.entries[article]
    draft = draft_of(entry, site.store)
    output = article_output(entry, draft, bench)
    card = site.card(article)
    files = output.files if site.owners[card.path] == article else ()
    for page in files:
        bench.emit(page)
    lines = (line.encode() for line in output.claims)
    parts = [b",\n".join(lines), claims_line(output.rows, card)]
    cites = tuple(Cite(share.source, msgspec.Raw(encoded(share))) for share in output.citations)
    parts += map(encoded, (output.rows, cites, output.corrections, output.own, output.entry))
    parts.append(output.search.encode())
    return Made(
        judged=entry.judge_key,
        stale=entry.stale,
        key=page_key(entry, draft.links, bench),
        files=tuple((page.path, hashlib.sha256(page.content).digest()) for page in files),
        parts=site.store.put(parts),
        digests=tuple(digest_of(part)[:KEY] for part in parts),
    )


def article_output(entry: Entry, draft: Draft, bench: PageBench) -> ArticleOutput:
    """An article's files and shares; `draft` is the entry's."""
    return article_page(_job(entry, draft, bench), _shop(entry, draft, bench))


def article_files(article: str, bench: PageBench) -> tuple[Page, ...]:
    """An article's own files, without its share of other pages."""
    entry = bench.site.entries[article]
    return article_output(entry, _draft(entry, bench), bench).files


def own_source_view(article: str, identifier: str, root: str, bench: PageBench) -> SourceView:
    """One of an article's own sources, for a page whose way to the site's root is `root`."""
    entry = bench.site.entries[article]
    draft = draft_of(entry, bench.site.store)
    return own_source(_job(entry, draft, bench), _shop(entry, draft, bench), identifier, root)


def _job(entry: Entry, draft: Draft, bench: PageBench) -> PageJob:
    site = bench.site
    targets = _targets(draft.links, bench)
    return PageJob(
        draft=draft,
        judged=judged_of(entry, site.store),
        card=site.card(entry.article),
        beside=_neighbours(entry, bench),
        targets=targets,
        sizes=_sizes(targets, bench),
        stale=entry.stale,
        in_feed=entry.article in bench.fed,
    )


def _shop(entry: Entry, draft: Draft, bench: PageBench) -> Workshop:
    """The workshop, with the copies of the article's own sources."""
    shop = bench.shop
    if not draft.sidecar.sources:
        return shop
    return replace(shop, library=replace(shop.library, own=own_copies(entry, bench.site.store)))


def _draft(entry: Entry, bench: PageBench) -> Draft:
    if not bench.lines:
        return draft_of(entry, bench.site.store)
    files = bench.site.files
    sidecar = files.read(entry.sidecar) if entry.sidecar else None
    job = DraftJob(entry.article, entry.file, files.read(entry.file), entry.sidecar, sidecar)
    return draft(job, replace(bench.site.face, source_lines=True))


def _neighbours(entry: Entry, bench: PageBench) -> tuple[Card | None, Card | None]:
    before, after = _beside(entry, bench)
    site = bench.site
    return (
        site.card(before) if before is not None else None,
        site.card(after) if after is not None else None,
    )
