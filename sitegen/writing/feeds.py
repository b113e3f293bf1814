"""Feeds (Atom, JSON Feed), the sitemap, `robots.txt`, and redirects from former addresses."""

import datetime as dt
import html
import json
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sitegen.model.files import Page
from sitegen.model.records import Person, Settings
from sitegen.model.site import Card
from sitegen.writing.addresses import address, root_of
from sitegen.writing.languages import N_, Language
from sitegen.writing.shares import CorrectionShare, EntryShare
from sitegen.writing.views import FeedEntryView, FeedView
from sitegen.writing.workshop import Workshop

ICON = "apple-touch-icon.png"

LONGEST_FEED = 30
"""Entries of a feed: the newest."""

_NEVER = "1970-01-01T00:00:00Z"
"""When a feed without entries was updated: Atom wants a time, and no clock may reach the output."""


def newest(cards: Iterable[Card]) -> tuple[Card, ...]:
    """The cards of the articles that the feed shows: those with a date, the newest first."""
    dated = [(card.date, card.path, card) for card in cards if card.date is not None and card.listed]
    return tuple(card for *_, card in sorted(dated, key=lambda entry: entry[:2], reverse=True)[:LONGEST_FEED])


def site_feed(entries: Iterable[tuple[Card, EntryShare]], shop: Workshop) -> Iterator[Page]:
    """The site's feed in both formats; `entries` are the newest articles, each with its content."""
    settings = shop.settings
    views = tuple(_entry(card, content, shop) for card, content in entries)
    feed = _feed(settings.title, settings.description, "feed.xml", "", views, shop)
    yield Page(
        "feed.xml",
        shop.theme.render("feed.xml", {"feed": feed, "site": shop.site}, settings.language).encode(),
    )
    yield Page("feed.json", _json_feed(views, shop))


def corrections_feed(corrections: Iterable[tuple[CorrectionShare, Card]], shop: Workshop) -> Page:
    """The feed of corrections: the newest first."""
    settings = shop.settings
    newest_first = sorted(corrections, key=lambda entry: (entry[0].on, entry[0].path), reverse=True)
    language = shop.language()
    title = language.say(N_("%(site)s: corrections"), site=settings.title)
    entries = tuple(_correction_entries(newest_first[:LONGEST_FEED], settings, language))
    feed = _feed(
        title,
        language.say(N_("Corrections of our checks.")),
        "corrections/feed.xml",
        "corrections/",
        entries,
        shop,
    )
    return Page(
        "corrections/feed.xml",
        shop.theme.render("feed.xml", {"feed": feed, "site": shop.site}, settings.language).encode(),
    )


def _feed(
    title: str, subtitle: str, path: str, home: str, entries: tuple[FeedEntryView, ...], shop: Workshop
) -> FeedView:
    settings = shop.settings
    return FeedView(
        title=title,
        subtitle=subtitle,
        url=shop.url(path),
        home=shop.url(home),
        updated=max((entry.updated for entry in entries), default=_NEVER),
        author=settings.author.name if settings.author is not None else settings.title,
        entries=entries,
        icon=_asset_url(ICON, shop),
    )


def _asset_url(name: str, shop: Workshop) -> str:
    """The absolute address of a static file, or an empty text where the theme has none of that name."""
    path = shop.theme.assets.get(name)
    return shop.url(path) if path is not None else ""


def _time(day: dt.date, settings: Settings) -> str:
    """The beginning of a day in the site's time zone, in UTC: so that times can be compared as texts."""
    zone = zoneinfo.ZoneInfo(settings.timezone)
    begin = dt.datetime.combine(day, dt.time(), zone)
    try:
        begin = begin.astimezone(dt.UTC)
    except OverflowError:  # the first or the last day of all
        begin = begin.replace(tzinfo=dt.UTC)
    return f"{begin.replace(tzinfo=None).isoformat()}Z"


def _entry(card: Card, share: EntryShare, shop: Workshop) -> FeedEntryView:
    published = card.date or dt.date(1970, 1, 1)
    return FeedEntryView(
        id=shop.url(card.path),
        title=card.title,
        url=shop.url(card.path),
        summary=card.summary,
        published=_time(published, shop.settings),
        updated=_time(card.updated or published, shop.settings),
        authors=_authors(card, shop.settings),
        tags=card.tags,
        content=share.content,
        image=share.image,
        language=share.language,
    )


def _authors(card: Card, settings: Settings) -> tuple[Person, ...]:
    return card.authors or ((settings.author,) if settings.author is not None else ())


def _correction_entries(
    corrections: Sequence[tuple[CorrectionShare, Card]], settings: Settings, language: Language
) -> Iterator[FeedEntryView]:
    """An entry for each correction, the newest first; of one claim and day, each has an id of its own."""
    same = Counter((entry.url, entry.on) for entry, _ in corrections)
    for entry, card in corrections:
        number = same[entry.url, entry.on]
        same[entry.url, entry.on] -= 1
        identifier = f"{entry.url}-{entry.on}" + (f"-{number}" if number > 1 else "")
        yield _correction_entry(identifier, (entry, card), settings, language)


def _correction_entry(
    identifier: str, of: tuple[CorrectionShare, Card], settings: Settings, language: Language
) -> FeedEntryView:
    entry, card = of
    parts = [
        (N_("Claim: %(words)s"), entry.claim),
        (N_("Was: %(words)s"), entry.was),
        (N_("Now: %(words)s"), entry.now),
        (N_("Why: %(words)s"), entry.why),
    ]
    content = "".join(
        f"<p>{html.escape(language.say(message, words=value))}</p>" for message, value in parts if value
    )
    when = _time(entry.on, settings)
    return FeedEntryView(
        id=identifier,
        title=f"{card.title}: {entry.claim}",
        url=entry.url,
        summary=entry.why,
        published=when,
        updated=when,
        authors=(),
        tags=(),
        content=content,
    )


def _json_feed(entries: Iterable[FeedEntryView], shop: Workshop) -> bytes:
    settings = shop.settings
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": settings.title,
        "home_page_url": settings.base_url,
        "feed_url": shop.url("feed.json"),
        "language": settings.language,
    }
    if settings.description:
        feed["description"] = settings.description
    if settings.author is not None:
        feed["authors"] = [_json_author(settings.author)]
    for key, name in (("icon", ICON), ("favicon", "favicon.ico")):
        if address := _asset_url(name, shop):
            feed[key] = address
    feed["items"] = [_json_item(entry) for entry in entries]
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _json_author(author: Person) -> dict[str, str]:
    return {"name": author.name, **({"url": author.url} if author.url else {})}


def _json_item(entry: FeedEntryView) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content,
        "date_published": entry.published,
        "date_modified": entry.updated,
    }
    if entry.summary:
        item["summary"] = entry.summary
    if entry.authors:
        item["authors"] = [_json_author(author) for author in entry.authors]
    if entry.tags:
        item["tags"] = list(entry.tags)
    if entry.image:
        item["image"] = entry.image
    if entry.language:
        item["language"] = entry.language
    return item


def sitemap(pages: Iterable[tuple[str, str]], shop: Workshop) -> Iterator[Page]:
    """The sitemap of paths with their last change (or an empty text), and the `robots.txt` that names it."""
    entries = [(shop.url(path), changed) for path, changed in sorted(pages)]
    yield Page("sitemap.xml", shop.theme.render("sitemap.xml", {"entries": entries}).encode())
    names = {"sitemap_url": shop.url("sitemap.xml")}
    yield Page("robots.txt", shop.theme.render("robots.txt", names, shop.settings.language).encode())


def redirect(alias: str, card: Card, shop: Workshop) -> Page:
    """A page at a former address that leads to the article's own. The alias is as `plan.alias_path` gives it."""
    names = {
        "site": shop.site,
        "root": root_of(alias),
        "target": address(card.path),
        "url": shop.url(card.path),
        "title": card.title,
    }
    return Page(alias, shop.theme.render("redirect.html", names, shop.settings.language).encode())
