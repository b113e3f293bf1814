"""The pictures of a site's articles for social networks: which there are, and the drawing of one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sitegen.building.site import Site
from sitegen.model.files import Page
from sitegen.writing.cards import CardPicture, card_picture, picture_path
from sitegen.writing.theme import Theme
from sitegen.writing.workshop import Workshop

if TYPE_CHECKING:
    from sitegen.writing.card_drawing import Drawing


def pictures(site: Site, shop: Workshop) -> Iterator[tuple[str, str, CardPicture]]:
    """Each article whose picture is drawn, with the picture's path; those with a picture of their own have none."""
    if not site.settings.cards:
        return
    for name, card in site.cards.items():
        front = site.signs[name].front
        if card.listed and not front.image and site.owners[card.path] == name:
            picture = card_picture(card, front.language, shop)
            yield name, picture_path(picture, site.theme), picture


def drawn(path: str, picture: CardPicture, theme: Theme) -> Page:
    """A picture as a file."""
    return Page(path, _drawing(theme).draw(picture))


_DRAWINGS: dict[str, "Drawing"] = {}
"""What a theme's pictures are drawn with, by its digest: the last theme alone."""


def _drawing(theme: Theme) -> "Drawing":
    known = _DRAWINGS.get(theme.digest)
    if known is None:
        from sitegen.writing.card_drawing import Drawing  # noqa: PLC0415 - an extra, and for few sites

        _DRAWINGS.clear()
        known = _DRAWINGS[theme.digest] = Drawing(theme.static)
    return known
