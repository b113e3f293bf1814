"""What templates see: the theme's interface, frozen and complete, so that a template only lays things out.

Every `path` is relative to the site's root, without a leading slash ("" is the home page, `history/` a folder,
`some-page/#c-claim` a claim): a template writes `{{ root }}{{ path }}`. Every `url` is absolute. `Markup` values are
HTML that the build made and escaped. Each template also gets the names listed in `PAGE_KINDS` of `writing.pages`.
"""

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from sitegen.model.findings import DiffWord, QuoteState, Verdict
from sitegen.model.records import Check, Claimant, Correction, Person

NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class SiteView:
    """The site: what stands on every page."""

    title: str
    description: str
    language: str
    url: str
    author: Person | None
    has_tags: bool
    has_corrections: bool
    has_search: bool = False


@dataclass(frozen=True, slots=True)
class HeadView:
    """What stands in a page's head, and which page it is.

    `kind` is a key of `PAGE_KINDS`; `jsonld` is a complete JSON text, safe inside a script element, or empty.
    """

    kind: str
    title: str
    path: str
    url: str
    description: str
    language: str
    image: str = ""
    image_alt: str = ""
    image_size: tuple[int, int] | None = None
    published: dt.date | None = None
    updated: dt.date | None = None
    jsonld: Markup = NOTHING
    index: bool = True


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag and the address of its listing."""

    name: str
    path: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class TallyView:
    """How many claims of an article or site have a verdict.

    `offset` and `width` are the tally's part of a bar that is 1000 units wide.
    """

    verdict: Verdict
    count: int
    offset: int
    width: int


@dataclass(frozen=True, slots=True)
class CardView:
    """An article as listings and neighbours show it."""

    title: str
    path: str
    summary: str
    date: dt.date | None
    updated: dt.date | None
    authors: tuple[Person, ...]
    tags: tuple[TagView, ...]
    tallies: tuple[TallyView, ...]
    claims: int
    draft: bool


@dataclass(frozen=True, slots=True)
class LedgerView:
    """How far an article, or the site, was checked.

    `verified` of `quotes` quotations were found word for word in a pinned copy; `uncheckable` could not be looked
    for (no copy, or one without text); `excerpts` of those verified stand in a copy that holds only a part of its source.
    """

    claims: int
    notes: int
    tallies: tuple[TallyView, ...]
    quotes: int
    verified: int
    uncheckable: int
    excerpts: int
    sources: int
    oldest_check: dt.date | None
    newest_check: dt.date | None
    stale: int
    reviewed: int
    corrections: int


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as notes, bibliographies and its own page show it.

    `byline` names the authors; `imprint` is the rest of the reference (container, publisher, pages); `issued` is as
    the record has it, worded; `copy_words` says in plain words what copy is kept.
    """

    id: str
    path: str
    title: str
    byline: str
    imprint: str
    issued: str
    url: str
    kind: str
    party: str
    origin: str
    language: str
    link: str
    accessed: dt.date | None
    archive_url: str
    archive_on: dt.date | None
    coverage: str
    copy_words: str
    sha256: str
    text_sha256: str
    note: Markup
    local: bool


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One piece of evidence inside a note.

    `state_words` says in plain words how far the quotation was checked; `before` and `after` are at most a
    sentence on each side of it in the copy; `passage_url` opens the source at the quotation (a text fragment).
    """

    source: SourceView
    stance: str
    stance_words: str
    direct: bool
    quote: str
    at: str
    note: Markup
    state: QuoteState
    state_words: str
    verified: bool
    before: str
    after: str
    nearest: str
    diff: tuple[DiffWord, ...]
    passage_url: str


@dataclass(frozen=True, slots=True)
class SaidView:
    """When and where a claim was made. `state_words` is empty where the quotation could not be checked."""

    on: dt.date | None
    title: str
    url: str
    archive_url: str
    quote: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with all that its margin note shows.

    `number` counts the notes of a page in the order of their places (0: it could not be placed, and
    `unplaced_words` says why, `nearest` holding the likeliest words). `lead` is the claim's first few words; `stances` counts
    the evidence by stance.
    """

    id: str
    number: int
    path: str
    url: str
    lead: str
    anchor: str
    statement: str
    restated: bool
    kind: str
    claimant: Claimant | None
    said: SaidView | None
    verdict: Verdict
    because: str
    note: Markup
    evidence: tuple[EvidenceView, ...]
    stances: tuple[tuple[str, int], ...]
    contrary_words: str
    checked: Check | None
    reviewed: Check | None
    stale: bool
    stale_words: str
    corrections: tuple[Correction, ...]
    allowed: tuple[str, ...]
    why_allowed: str
    unplaced_words: str
    nearest: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A margin note that judges nothing. `kind` is an id, `kind_words` what is shown."""

    id: str
    number: int
    path: str
    lead: str
    anchor: str
    kind: str
    kind_words: str
    note: Markup
    unplaced_words: str
    nearest: str


@dataclass(frozen=True, slots=True)
class CitationView:
    """A place where a source is used: on its own page, and in an article's list of sources."""

    article: CardView
    claim: str
    path: str
    verdict: Verdict
    stance: str
    stance_words: str
    quote: str
    at: str
    state: QuoteState
    state_words: str
    verified: bool


@dataclass(frozen=True, slots=True)
class SourceUseView:
    """A source with how often, and by how many articles, it is cited."""

    source: SourceView
    citations: int
    articles: int
    quotes: int
    verified: int
    uncheckable: int


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A source in the figure of evidence: its name as far as there is room, and the middle of its column."""

    source: SourceView
    name: str
    x: int


@dataclass(frozen=True, slots=True)
class FigureMark:
    """What a source says of a claim. `found` says that all that is quoted of it for this was found."""

    stance: str
    stance_words: str
    title: str
    x: int
    found: bool


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A claim in the figure of evidence: its words as far as there is room, and the upper edge of its row."""

    claim: ClaimView
    words: str
    y: int
    marks: tuple[FigureMark, ...]


@dataclass(frozen=True, slots=True)
class EvidenceFigureView:
    """An article's claims against its sources, in units of the drawing.

    `head` is the height of the sources' names, `row` that of a row; rows begin at `start`, the claims' words behind the columns
    at `edge`; `mirrored` says that it runs from right to left.
    """

    width: int
    height: int
    head: int
    row: int
    mirrored: bool
    start: int
    edge: int
    columns: tuple[FigureColumn, ...]
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class UncheckableView:
    """A sentence left without a check, and why."""

    words: str
    why: str


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction, on the site's page of corrections."""

    on: dt.date
    was: str
    now: str
    why: str
    article: CardView
    claim: str
    path: str
    url: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its woven body: the notes stand in it, after their blocks.

    `unread` says that its annotations could not be read. `heading` is the title as HTML (claims may be marked in it) and `heading_id` its id where it has one.
    """

    title: str
    heading: Markup
    heading_id: str
    summary: str
    authors: tuple[Person, ...]
    date: dt.date | None
    updated: dt.date | None
    tags: tuple[TagView, ...]
    draft: bool
    unread: bool
    body: Markup
    ledger: LedgerView
    subject: SourceView | None
    sources: tuple[SourceUseView, ...]
    unplaced: tuple[ClaimView | NoteView, ...]
    uncheckable: tuple[UncheckableView, ...]
    corrections: tuple[CorrectionView, ...]
    before: CardView | None
    after: CardView | None
    figure: EvidenceFigureView | None = None


@dataclass(frozen=True, slots=True)
class ClaimRowView:
    """A claim in the list of all claims.

    `keys` holds what the list can be filtered by: `verdict:ID`, `source:ID`, `claimant:NAME`, `tag:NAME`, parted by
    spaces, with spaces inside a name written as underscores.
    """

    path: str
    statement: str
    verdict: Verdict
    because: str
    claimant: str
    article: CardView
    quotes: int
    verified: int
    uncheckable: int
    stale: bool
    checked: dt.date | None
    keys: str


@dataclass(frozen=True, slots=True)
class FacetView:
    """A value that the list of claims can be filtered by, with how many claims have it."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class PagerView:
    """Where a paged listing stands; paths are None at the ends."""

    number: int
    total: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FeedEntryView:
    """An entry of a feed. `content` is the article with its notes as endnotes, its links absolute.

    `id` is the entry's own for ever; several may lead to one `url`.
    """

    id: str
    title: str
    url: str
    summary: str
    published: str
    updated: str
    authors: tuple[Person, ...]
    tags: tuple[str, ...]
    content: str
    image: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed, for Atom."""

    title: str
    subtitle: str
    url: str
    home: str
    updated: str
    author: str
    entries: tuple[FeedEntryView, ...]
    icon: str = ""
    """The absolute address of the site's picture, if the theme has one."""
