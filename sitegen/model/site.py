"""What one article says to the rest of the site, and what the build makes of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sitegen.model.findings import Anchoring, QuoteCheck
from sitegen.model.places import Place, Problem
from sitegen.model.records import FrontMatter, MarkdownSettings, Person, Sidecar


@dataclass(frozen=True, slots=True)
class Face:
    """What of the settings reaches an article's body: part of the key of every draft."""

    markdown: MarkdownSettings
    language: str
    coverage: bool
    source_lines: bool = False
    """Whether elements of the body say which line they were written on: the preview asks for it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image of an article to something of the same site.

    `path` is relative to `content/` (`history/index.md`, `media/map.png`) or the address of a page (`claims/`);
    `fragment` is without its `#` and decoded, `query` without its `?` and as written. `written` is what stands in the Markdown.
    """

    kind: Literal["link", "image"]
    written: str
    path: str
    query: str
    fragment: str
    place: Place


@dataclass(frozen=True, slots=True)
class Draft:
    """An article read, anchored and woven: all that can be made of it without looking at anything else.

    `heading`, `body` and `texts` are HTML with holes (`writing.holes`) for what depends on the rest of the site. `texts` holds
    the Markdown fields of the sidecar: `claim ID`, `note ID`, `evidence ID N`, `source ID`. `words` holds what
    `uncheckable` names and why. `numbers` counts the placed notes in the order of their references.
    """

    article: str
    file: str
    front: FrontMatter
    title: str
    heading: str
    heading_id: str
    body: str
    texts: tuple[tuple[str, str], ...]
    sidecar: Sidecar
    anchorings: tuple[tuple[str, Anchoring], ...]
    numbers: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]
    fragments: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """An article's ledger, judged: `checks` belong to the evidence of each claim, in order.

    `said` holds what became of the claimants' own words, where a seed's text is present.
    """

    checks: tuple[tuple[str, tuple[QuoteCheck, ...]], ...]
    said: tuple[tuple[str, QuoteCheck], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An article as all other pages see it: an edited body leaves it as it is.

    `path` is the page's address below the site's root; `tallies` counts claims by verdict.
    """

    article: str
    path: str
    title: str
    summary: str
    date: dt.date | None
    updated: dt.date | None
    authors: tuple[Person, ...]
    tags: tuple[str, ...]
    tallies: tuple[tuple[str, int], ...]
    draft: bool
    weight: int
    listed: bool
