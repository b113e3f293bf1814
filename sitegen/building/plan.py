"""From drafts to jobs: who is published, at which address, beside whom, and where every link leads.

Pure: the day is an argument, and nothing is read here.
"""

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from sitegen.building.entries import Sign
from sitegen.model.places import Problem
from sitegen.model.records import Settings
from sitegen.model.site import Card, Link
from sitegen.writing.addresses import source_path, tag_path
from sitegen.writing.shares import OwnPage
from sitegen.writing.site_pages import SOURCES_SIZE, Listing, claims_chunks, paged

GENERATED = ("claims/", "sources/", "corrections/", "verdicts/")
"""Addresses of pages that every site has."""

SEARCH_PAGES = ("search/",)
"""Those of a site that can be searched."""


def address_of(sign: Sign) -> str:
    """The address of an article's page below the site's root: `history/treaties/`, or "" for the home page."""
    folder, stem = posixpath.split(sign.article)
    name = sign.front.slug.strip("/") or stem
    if stem == "index" and not sign.front.slug:
        return f"{folder}/" if folder else ""
    parent = posixpath.dirname(folder) if stem == "index" else folder
    return f"{parent}/{name}/" if parent else f"{name}/"


def card_of(sign: Sign, settings: Settings, *, unpublished: bool) -> Card:
    """An article as all other pages see it."""
    front = sign.front
    authors = front.authors or ((settings.author,) if settings.author is not None else ())
    return Card(
        article=sign.article,
        path=address_of(sign),
        title=sign.title,
        summary=sign.summary,
        date=front.date,
        updated=front.updated,
        authors=authors,
        tags=front.tags,
        tallies=sign.verdicts,
        draft=unpublished,
        weight=front.weight if front.weight is not None else 0,
        # A folder's own page is one with the folder's listing, unless it is sent elsewhere.
        listed=posixpath.basename(sign.article) != "index" or bool(sign.front.slug),
    )


def in_order(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Cards as listings have them: lighter first, then the newest, those without a date last, then by title."""
    return tuple(
        sorted(
            cards,
            key=lambda card: (
                card.weight,
                -(card.date.toordinal() if card.date else 0),
                card.title,
                card.path,
            ),
        )
    )


def neighbours(cards: Sequence[Card]) -> Mapping[str, tuple[Card | None, Card | None]]:
    """For each article the ones before and after it in its folder's order."""
    folders: dict[str, list[Card]] = {}
    for card in in_order(card for card in cards if card.listed):
        folders.setdefault(posixpath.dirname(card.article), []).append(card)
    found: dict[str, tuple[Card | None, Card | None]] = {}
    for shelf in folders.values():
        for index, card in enumerate(shelf):
            before = shelf[index - 1] if index else None
            found[card.article] = (before, shelf[index + 1] if index + 1 < len(shelf) else None)
    return found


SITE_FILES = (
    "404.html",
    "claims.json",
    "claims/index.json",
    "feed.xml",
    "feed.json",
    "sitemap.xml",
    "robots.txt",
    "corrections/feed.xml",
)
"""Files that every site has beside its pages."""


# --- addresses


def alias_path(alias: str) -> str:
    """The file that a redirect is written to: `old/page/` and `old/page` are folders, `old.html` is a file."""
    clean = posixpath.normpath("/" + unquote(alias)).lstrip("/")
    return clean if clean.endswith((".html", ".htm")) else posixpath.join(clean, "index.html").lstrip("/")


# --- links


@dataclass(frozen=True, slots=True)
class Atlas:
    """Where everything of a site is.

    `articles` gives for each article's file the address, `pages` the addresses of all pages, `media` and `files` what
    stands beside them: copied from `content/`, or made by the build. `hidden` are articles that are not published; `unread` those of them whose front matter
    cannot be read.
    """

    articles: Mapping[str, str]
    pages: frozenset[str]
    media: frozenset[str]
    files: frozenset[str]
    hidden: frozenset[str]
    unread: frozenset[str]

    def target(self, link: Link) -> str | None:
        """The address below the site's root that a link leads to; None where it leads nowhere."""
        if link.path in self.articles:
            return self.articles[link.path]
        if link.path in self.media or link.path in self.files:
            return link.path
        if link.path in self.pages or link.path == "":
            return link.path
        return next(
            (
                found
                for found in (f"{link.path}/", f"{link.path.removesuffix('index.html')}")
                if found in self.pages
            ),
            None,
        )

    def problem(self, link: Link, article: str) -> Problem | None:
        """What is wrong with a link, if anything is; of one to an article that cannot be read, that is what is told."""
        if link.path in self.unread or self.target(link) is not None:
            return None
        what = "an image" if link.kind == "image" else "a link"
        hint = (
            "the article is a draft, or dated in the future"
            if link.path in self.hidden
            else f"there is no content/{link.path}"
        )
        message = f'{what} to "{link.written}", which leads nowhere'
        return Problem("link-broken", message, link.place, hint, article)


def chart(signs: Sequence[Sign], media: Iterable[str], pages: Iterable[str], hidden: Iterable[Sign]) -> Atlas:
    """The atlas of a site."""
    hidden = tuple(hidden)
    articles = {f"{sign.article}.md": address_of(sign) for sign in signs}
    return Atlas(
        articles=articles,
        pages=frozenset([*articles.values(), *pages]),
        media=frozenset(media),
        files=frozenset([*SITE_FILES, *(f"{path}annotations.jsonld" for path in articles.values())]),
        hidden=frozenset(f"{sign.article}.md" for sign in hidden),
        unread=frozenset(f"{sign.article}.md" for sign in hidden if sign.unread),
    )


# --- listings


def listings(cards: Sequence[Card], own: Mapping[str, OwnPage], settings: Settings) -> tuple[Listing, ...]:
    """The listings of a site: home, each folder that holds articles, and each tag.

    `own` holds the folders' own pages by address. A folder's listing shows what is directly in it; the home page
    shows all articles.
    """
    listed = in_order(card for card in cards if card.listed)
    plain = OwnPage(settings.title, "", "", "")
    found = [Listing("home", "", own.get("", plain), listed, ())]
    folders = folders_of(cards)
    pages = {folder: own.get(folder) or _nameless(folder) for folder in folders}
    inside, tallies = _by_folder(listed)
    below: dict[str, list[Card]] = {}
    for folder in folders:
        below.setdefault(_parent(folder), []).append(
            _folder_card(folder, pages[folder], tallies.get(folder, {}))
        )
    found += (
        Listing("listing", folder, pages[folder], tuple(inside.get(folder, ())), tuple(below.get(folder, ())))
        for folder in folders
    )
    found += (
        Listing("listing", path, OwnPage(tag, "", "", ""), tuple(tagged), (), is_tag=True)
        for path, (tag, tagged) in sorted(_by_tag(listed).items(), key=lambda entry: entry[1][0])
    )
    return tuple(found)


def _by_folder(cards: Iterable[Card]) -> tuple[dict[str, list[Card]], dict[str, Counter[str]]]:
    """The cards directly in each folder, and the tallies of all that is in it or below."""
    inside: dict[str, list[Card]] = {}
    tallies: dict[str, Counter[str]] = {}
    for card in cards:
        inside.setdefault(_folder(card), []).append(card)
        for folder in _folders(card):
            tallies.setdefault(folder, Counter()).update(dict(card.tallies))
    return inside, tallies


def _by_tag(cards: Iterable[Card]) -> dict[str, tuple[str, list[Card]]]:
    """For each tag's path its name and the cards that have it; spellings that share a path share a listing."""
    found: dict[str, tuple[str, list[Card]]] = {}
    for card in cards:
        for path, tag in {tag_path(tag): tag for tag in reversed(card.tags)}.items():
            name, tagged = found.get(path, (tag, []))
            tagged.append(card)
            found[path] = (min(name, tag), tagged)
    return found


def folders_of(cards: Iterable[Card]) -> tuple[str, ...]:
    """The addresses of all folders that hold articles, or folders with articles."""
    return tuple(sorted({folder for card in cards for folder in _folders(card)}))


def made_pages(
    cards: Sequence[Card], sources: Sequence[str], claims: Iterable[tuple[str, int]]
) -> tuple[str, ...]:
    """The addresses of all pages that the build makes of itself, but for home and the first pages of folders.

    `claims` has the number of listed claims of each article, in the order of listings.
    """
    found = [*GENERATED, *map(source_path, sources)]
    found += paged("claims/", len(claims_chunks(claims)))[1:]
    found += paged("sources/", -(-len(sources) // SOURCES_SIZE))[1:]
    shelves = 1 + len(folders_of(cards))
    shelved = listings(cards, {}, Settings())
    found += ["tags/"] if len(shelved) > shelves else []
    for index, listing in enumerate(shelved):
        found += listing.addresses[1 if index < shelves else 0 :]
    return tuple(found)


def _nameless(folder: str) -> OwnPage:
    """The page of a folder that has none of its own."""
    name = folder.rstrip("/").rpartition("/")[2].replace("-", " ").replace("_", " ").capitalize()
    return OwnPage(name, "", "", "")


def _folder(card: Card) -> str:
    folder = posixpath.dirname(card.article)
    return f"{folder}/" if folder else ""


def _parent(folder: str) -> str:
    parent = posixpath.dirname(folder.rstrip("/"))
    return f"{parent}/" if parent else ""


def _folders(card: Card) -> Iterator[str]:
    folder = _folder(card)
    while folder:
        yield folder
        folder = _parent(folder)


def _folder_card(folder: str, page: OwnPage, tallies: Mapping[str, int]) -> Card:
    return Card(
        article=folder,
        path=folder,
        title=page.title,
        summary=page.description,
        date=None,
        updated=None,
        authors=(),
        tags=(),
        tallies=tuple(sorted(tallies.items())),
        draft=False,
        weight=0,
        listed=False,
    )
