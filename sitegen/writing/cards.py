"""Pictures of articles for social networks: what they show, and where they are published. `card_drawing` draws them.

A picture's address holds a digest of all that it shows and is drawn with. So a page knows the address without drawing, a
picture that is there need not be drawn again, and a network that keeps pictures by address is never shown an old tally.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from sitegen.model.errors import CannotGoOnError
from sitegen.model.records import Settings
from sitegen.model.site import Card
from sitegen.writing.styles import ASSETS, ICONS
from sitegen.writing.theme import MOST_KEPT, Theme
from sitegen.writing.workshop import Workshop

WIDTH, HEIGHT = 1200, 630
"""Pixels: the shape that networks show whole."""

FONTS: Mapping[str, tuple[str, ...]] = {
    "display": ("fonts/newsreader-display.woff2", "fonts/newsreader-display-ext.woff2"),
    "sans": ("fonts/libre-franklin.woff2", "fonts/libre-franklin-ext.woff2"),
}
"""Static files of the theme that titles and small words are set in; the second is asked for what the first lacks."""

_DRAWING = 1
"""Raised whenever the same values are drawn otherwise."""

_NEEDED = {"PIL": "Pillow", "resvg_py": "resvg-py"}


@dataclass(frozen=True, slots=True)
class CardTally:
    """How many claims have a verdict: the number in words of the language, and what the verdict looks like."""

    label: str
    icon: str
    colour: str
    number: str
    count: int


@dataclass(frozen=True, slots=True)
class CardPicture:
    """All that a picture shows. `claims` counts the claims in words, and is empty where there are none."""

    title: str
    site: str
    claims: str
    tallies: tuple[CardTally, ...]

    @property
    def words(self) -> str:
        """What the picture says, for those who do not see it."""
        verdicts = ", ".join(f"{tally.number} {tally.label}" for tally in self.tallies)
        return f"{self.title}. {self.claims}: {verdicts}." if verdicts else f"{self.title}. {self.site}."


def require_cards(settings: Settings) -> None:
    """Raise `CannotGoOnError` where a site wants pictures and what draws them is not installed."""
    missing = (
        [name for module, name in _NEEDED.items() if find_spec(module) is None] if settings.cards else []
    )
    if missing:
        raise CannotGoOnError(
            f'"cards: true" needs a package that is not installed: {missing[0]}',
            settings.at.of("cards"),
            "pip install 'sitegen[cards]', or leave cards: out of sitegen.yaml",
        )


def card_picture(card: Card, tag: str, shop: Workshop) -> CardPicture:
    """The picture of an article; `tag` is its language, empty for the site's."""
    language, scale, counts = shop.language(tag), shop.scale_in(tag), dict(card.tallies)
    tallies = tuple(
        CardTally(
            verdict.label,
            verdict.icon,
            verdict.colour,
            language.number(counts[verdict.id]),
            counts[verdict.id],
        )
        for verdict in scale.values()
        if counts.get(verdict.id)
    )
    total = sum(tally.count for tally in tallies)
    claims = language.many("%(num)s claim", "%(num)s claims", total) if total else ""
    return CardPicture(card.title, shop.settings.title, claims, tallies)


def picture_path(picture: CardPicture, theme: Theme) -> str:
    """The path of a picture in the output."""
    tallies = [(one.label, one.icon, one.colour, one.number, one.count) for one in picture.tallies]
    shown = json.dumps([_DRAWING, picture.title, picture.site, picture.claims, tallies, _face(theme)])
    return f"{ASSETS}cards/card.{hashlib.sha256(shown.encode()).hexdigest()[:20]}.png"


_FACES: dict[str, str] = {}
"""The digests of what pictures are drawn with, by the digest of the theme."""


def _face(theme: Theme) -> str:
    known = _FACES.get(theme.digest)
    if known is None:
        if len(_FACES) >= MOST_KEPT:
            _FACES.clear()
        drawn = {name for chain in FONTS.values() for name in chain}
        digest = hashlib.sha256()
        for name, content in sorted(theme.static.items()):
            if name in drawn or name.startswith(ICONS):
                digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\0".encode())
        known = _FACES[theme.digest] = digest.hexdigest()
    return known
