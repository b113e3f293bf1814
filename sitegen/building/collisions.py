"""Addresses that two things want: whatever is written to one place, or to a file where another needs a folder."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence

from sitegen.building.entries import Sign
from sitegen.building.plan import SITE_FILES, address_of, alias_path
from sitegen.model.places import Place, Problem
from sitegen.model.site import Card
from sitegen.writing.styles import ASSETS


class _Ground:
    """Who is where in the output: the files, and the folders that they need."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.folders: dict[str, str] = {}

    def take(self, path: str, who: str) -> str:
        """Let a file stand at a path; who is in the way is told, and empty where nobody is."""
        above = tuple(_above(path))
        held = next((self.files[folder] for folder in above if folder in self.files), "")
        held = self.files.get(path) or self.folders.get(path) or held
        if not held:
            self.files[path] = who
            self.folders.update((folder, who) for folder in above if folder not in self.folders)
        return held


def _above(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def collisions(
    signs: Sequence[Sign],
    cards: Sequence[Card],
    media: Iterable[str],
    made: Iterable[str],
    shelves: Iterable[str],
) -> Iterator[Problem]:
    """Two things that would be written to one place: each is reported at the later one, and names the other.

    `made` are the addresses of the pages that sitegen makes, `shelves` those of the listings of folders: a folder's own
    page (`index.md`) is one with the folder's listing.
    """
    ground = _Ground()
    for path in (*SITE_FILES, *(f"{address}index.html" for address in made)):
        ground.take(
            path, "a page that sitegen makes" if path.endswith("index.html") else "a file that sitegen makes"
        )
    own = {card.path: sign for sign, card in zip(signs, cards, strict=True) if not card.listed}
    for shelf in shelves:
        yield from _shelf(shelf, own.get(shelf), signs, ground)
    for name in media:
        yield from _medium(name, ground)
    for sign, card in zip(signs, cards, strict=True):
        yield from _page(sign, ground, taken=not card.listed)
    for sign in signs:
        for index, alias in enumerate(sign.front.aliases):
            yield from _taken(
                sign, alias_path(alias), ground, sign.front.at.of(f"aliases.{index}"), alias=True
            )


def _shelf(shelf: str, own: Sign | None, signs: Iterable[Sign], ground: _Ground) -> Iterator[Problem]:
    """The listing of a folder, with the folder's own page if it has one."""
    whose = own or next(sign for sign in signs if sign.article.startswith(shelf)) if shelf else own
    who = f'"{own.file}"' if own is not None else _list_of(shelf)
    held = ground.take(f"{shelf}index.html", who)
    if held and whose is not None:
        message = f'"content/{shelf}" has the address /{shelf}, which is that of {held} too'
        yield Problem("address-collision", message, Place(whose.file), "rename the folder", whose.article)


def _list_of(shelf: str) -> str:
    return f'the list of "content/{shelf}"' if shelf else "the home page"


def _medium(name: str, ground: _Ground) -> Iterator[Problem]:
    held = "the theme’s files" if name.startswith(ASSETS) else ground.take(name, f'"content/{name}"')
    if held:
        message = f'"content/{name}" would be written over {held}'
        yield Problem("address-collision", message, Place(f"content/{name}"), "rename it")


def _page(sign: Sign, ground: _Ground, *, taken: bool) -> Iterator[Problem]:
    """An article's page, unless its folder's listing has taken its place already, and the annotations beside it."""
    address = address_of(sign)
    found = () if taken else tuple(_taken(sign, f"{address}index.html", ground, sign.front.at.of("slug")))
    yield from found or _taken(sign, f"{address}annotations.jsonld", ground, sign.front.at.of("slug"))


def _taken(sign: Sign, path: str, ground: _Ground, place: Place, *, alias: bool = False) -> Iterator[Problem]:
    shelf = path.removesuffix("index.html")
    held = "the theme’s files" if path.startswith(ASSETS) else ground.take(path, f'"{sign.file}"')
    if held:
        message = f'"{sign.file}" has the address /{shelf}, which is that of {held} too'
        hint = (
            f'name it "content/{shelf}index.md"' if held == _list_of(shelf) else 'give one of them a "slug:"'
        )
        yield Problem(
            "address-collision", message, place, "remove the alias" if alias else hint, sign.article
        )
