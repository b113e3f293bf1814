"""A checked site to its pages: the second half of a build, the same for build and preview.

How the work is spread is the caller's: `each` applies a function to jobs, in this process or in several. What is
made is handed to `emit` as it is finished.
"""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from sitegen.building.check import Checked
from sitegen.building.each import Each, in_turn
from sitegen.building.files import Files
from sitegen.building.holdings import CONTENT
from sitegen.building.plan import (
    alias_path,
    in_order,
    listings,
    neighbours,
)
from sitegen.model.site import Card, Page
from sitegen.writing.article_page import ArticleOutput, PageJob, article_page
from sitegen.writing.feeds import feeds, newest, redirect, sitemap
from sitegen.writing.site_pages import site_pages
from sitegen.writing.views import SiteView
from sitegen.writing.workshop import Workshop

_LATER_PAGE = re.compile(r"(?:^|/)page/\d+/index\.html$")


def write_pages(
    checked: Checked, files: Files, emit: Callable[[Page], None], *, each: Each = in_turn
) -> None:
    """Make every file of a checked site but its media, and hand each to `emit`."""
    shop = _workshop(checked)
    beside = neighbours(checked.cards)
    fed = {card.article for card in newest(checked.cards)}
    sizes = _sizes(checked, files)
    jobs = [
        PageJob(
            draft=entry,
            judged=judged,
            card=card,
            beside=beside.get(card.article, (None, None)),
            targets=(targets := tuple(checked.atlas.target(link) for link in entry.links)),
            sizes=tuple(sizes.get(target or "") for target in targets),
            stale=tuple((claim, why.words) for claim, why in stale),
            in_feed=card.article in fed,
        )
        for entry, judged, card, stale in zip(
            checked.drafts, checked.judged, checked.cards, checked.stale, strict=True
        )
    ]
    by_article: dict[str, ArticleOutput] = {}
    for output in each(article_page, jobs, shop, what="writing"):
        for page in output.files:
            emit(page)
        by_article[output.card.article] = replace(output, files=())
    outputs = [by_article[card.article] for card in in_order(checked.cards)]
    _write_shared(checked, outputs, shop, emit)


def _write_shared(
    checked: Checked, outputs: Sequence[ArticleOutput], shop: Workshop, emit: Callable[[Page], None]
) -> None:
    own = {output.card.path: output.own for output in outputs if output.own is not None}
    indexed = [(card.path, _changed(card)) for card in checked.cards if not card.draft]
    for page in site_pages(listings(checked.cards, own, checked.settings), outputs, shop):
        emit(page)
        if page.path.endswith("index.html") and not _LATER_PAGE.search(page.path):
            indexed.append((page.path.removesuffix("index.html"), ""))
    for entry, card in zip(checked.drafts, checked.cards, strict=True):
        for alias in entry.front.aliases:
            emit(redirect(alias_path(alias), card, shop))
    for page in (*feeds(outputs, shop), *sitemap(dict(reversed(indexed)).items(), shop)):
        emit(page)
    by_article = sorted(outputs, key=lambda output: output.card.article)
    lines = [line for output in by_article for line in output.claims]
    emit(Page("claims.json", ("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n").encode()))
    for path, content in shop.theme.files.items():
        emit(Page(path, content))


def _changed(card: Card) -> str:
    last = card.updated or card.date
    return last.isoformat() if last is not None else ""


def _workshop(checked: Checked) -> Workshop:
    settings = checked.settings
    site = SiteView(
        title=settings.title,
        description=settings.description,
        language=settings.language,
        url=settings.base_url,
        author=settings.author,
        has_tags=any(card.tags for card in checked.cards if card.listed),
        has_corrections=any(claim.corrections for entry in checked.drafts for claim in entry.sidecar.claims),
    )
    library = checked.holdings.library
    return Workshop(
        settings=settings,
        scale=checked.scale,
        theme=checked.theme,
        site=site,
        library=library,
        source_notes=checked.source_notes,
    )


def _sizes(checked: Checked, files: Files) -> dict[str, tuple[int, int]]:
    """Width and height in pixels of each image that an article shows, where its format tells them."""
    links = (link for entry in checked.drafts for link in entry.links if link.kind == "image")
    shown = {target for link in links if (target := checked.atlas.target(link)) in checked.atlas.media}
    if not shown:
        return {}
    import imagesize  # noqa: PLC0415 - slow to import, and many sites show no images

    measured = {
        path: imagesize.get(io.BytesIO(files.read(f"{CONTENT}{path}")))
        for path in sorted(filter(None, shown))
    }
    return {
        path: (int(width), int(height))
        for path, (width, height) in measured.items()
        if width > 0 and height > 0
    }
