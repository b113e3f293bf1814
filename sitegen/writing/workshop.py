"""What every page of a build is made with: the settings, the scale, the theme, the library."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from sitegen.judging.library import Library
from sitegen.model.files import Page
from sitegen.model.findings import Verdict
from sitegen.model.records import Settings
from sitegen.writing.addresses import address, root_of
from sitegen.writing.holes import fill
from sitegen.writing.languages import Language
from sitegen.writing.theme import Theme
from sitegen.writing.viewing import source_view
from sitegen.writing.views import HeadView, SiteView, SourceView
from sitegen.writing.words import scale_in, word_in_body

PAGE_KINDS: Mapping[str, str] = {
    "article": "article.html",
    "home": "home.html",
    "listing": "listing.html",
    "tags": "tags.html",
    "claims": "claims.html",
    "sources": "sources.html",
    "source": "source.html",
    "corrections": "corrections.html",
    "verdicts": "verdicts.html",
    "search": "search.html",
    "missing": "404.html",
}
"""The kinds of page, each with its template."""


PARTS = (
    "base.html",
    "parts.html",
    "margin.html",
    "notes.html",
    "evidence-figure.html",
    "reader.html",
    "extra-head.html",
    "extra-footer.html",
)
"""Templates that others are made of."""

MOST_VIEWS = 1_000
"""Sources, as pages at one depth show them, that a process keeps at hand: many articles cite the same."""


@dataclass(frozen=True)
class Workshop:
    """Shared by all pages of a build, and never changed during it.

    `scale` is the site's, in its own language. `source_notes` holds the notes of the library's records as HTML, with holes for
    addresses and words.
    """

    settings: Settings
    scale: Mapping[str, Verdict]
    theme: Theme
    site: SiteView
    library: Library
    source_notes: Mapping[str, str]

    def url(self, path: str) -> str:
        """The absolute address of a path of the site."""
        return self.settings.base_url + address(path)

    def language(self, tag: str = "") -> Language:
        """The language of a page; the site's, where the page has none of its own."""
        return self.theme.language(tag or self.settings.language)

    def scale_in(self, tag: str) -> Mapping[str, Verdict]:
        """The scale as a page in a language shows it."""
        if not tag or tag == self.settings.language:
            return self.scale
        return scale_in(self.language(tag), self.scale, self.settings.verdicts)

    def source_view(self, identifier: str, root: str, language: Language | None = None) -> SourceView:
        """One source of the library for a page whose way to the site's root is `root`, in the site's language or another."""
        spoken = language or self.language()
        known = self._views.get((identifier, root, spoken.tag))
        if known is None:
            note = rooted(self.source_notes.get(identifier, ""), root, spoken)
            copy = self.library.copies.get(identifier)
            known = source_view(self.library.sources[identifier], copy, note, spoken)
            if len(self._views) >= MOST_VIEWS:
                self._views.clear()
            self._views[identifier, root, spoken.tag] = known
        return known

    @cached_property
    def _views(self) -> dict[tuple[str, str, str], SourceView]:
        return {}

    def page(
        self, head: HeadView, names: Mapping[str, object], *, template: str = "", file: str = ""
    ) -> Page:
        """A page of the site: `index.html` at its address, or another file that is named."""
        root = root_of(head.path)
        if head.kind == "missing":
            # The page for what is missing is served at any depth: only absolute addresses lead home from there.
            root = "/" + self.settings.base_url.split("//", 1)[1].partition("/")[2]
        body = self.theme.render(
            template or PAGE_KINDS[head.kind],
            {"site": self.site, "head": head, "root": root, **names},
            head.language,
        )
        return Page(file or f"{head.path}index.html", body.encode())


def rooted(markup: str, root: str, language: Language) -> Markup:
    """HTML whose holes are addresses below the site's root, and words."""

    def filler(kind: str, value: str) -> str:
        return (
            html.escape(root + value, quote=True)
            if kind == "root"
            else word_in_body(kind, value, {}, language)
        )

    return filled(markup, filler)


def filled(
    markup: str,
    filler: Callable[[str, str], str],
    size: Callable[[int], tuple[int, int] | None] = lambda _: None,
) -> Markup:
    """HTML that the build made, with its holes filled."""
    return Markup(fill(markup, filler, size))  # noqa: S704 - rendered from Markdown by the build itself
