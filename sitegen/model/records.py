"""What authors write: one definition of each record.

The type of a field says how its value is read and checked, its `Doc` what it means. From these classes come
the validation of files (`reading.shapes`), the JSON Schemas (`reading.schema`) and the field tables of the
manual. A field without a default is required. A class with a `shorthand` may be written as a bare value, which
then is that field's.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from sitegen.model.places import NOWHERE, Level, Places


@dataclass(frozen=True, slots=True)
class Doc:
    """What a field means, in a sentence for the manual and for editors."""

    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """Marks the field that takes the record's key in a mapping (`kebab`: permalinks; `stem`: file names)."""

    form: Literal["kebab", "stem"]


@dataclass(frozen=True, slots=True)
class Web:
    """Marks a field that holds an address on the web: whatever else it held would become a link that readers follow."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, the month or the day, as it was written: `2024`, `2024-05`, `2024-05-29`."""

    text: str

    def first_day(self) -> dt.date:
        """The earliest day that the date can mean."""
        year, month, day = ([int(part) for part in self.text.split("-")] + [1, 1])[:3]
        return dt.date(year, month, day)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in days, written `365d`, `12w`, `6m` (30 days each) or `1y` (365 days)."""

    days: int


Stance = Literal["supports", "refutes", "context"]
ClaimKind = Literal["event", "numerical", "quotation", "causal", "position", "definition"]
NoteKind = Literal["context", "definition", "aside", "question", "correction"]
Contrary = Literal["found", "searched", "not-searched"]
SourceKind = Literal["primary", "secondary", "tertiary"]
LinkState = Literal["live", "dead", "changed", "paywalled", "unfit"]
Coverage = Literal["full", "abstract", "excerpt"]


# --- people, checks and dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An author."""

    shorthand: ClassVar[str] = "name"
    name: Annotated[str, Doc("The name as it is shown.")]
    url: Annotated[str, Web(), Doc("A page about the person.")] = ""
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Who looked, and when."""

    shorthand: ClassVar[str] = "on"
    on: Annotated[dt.date, Doc("The day of the check.")]
    by: Annotated[str, Doc("Who checked.")] = ""
    at: Places = NOWHERE


# --- the sidecar


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The words of the article that a claim or note is about."""

    shorthand: ClassVar[str] = "quote"
    quote: Annotated[str, Doc("The very words in the article.")]
    prefix: Annotated[str, Doc("Words that stand just before, to tell equal passages apart.")] = ""
    suffix: Annotated[str, Doc("Words that stand just after.")] = ""
    block: Annotated[str, Doc("The id of the heading under which the words stand.")] = ""
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """Who made the claim; absent for the article's own."""

    shorthand: ClassVar[str] = "name"
    name: Annotated[str, Doc("A person or an organisation.")]
    role: Annotated[str, Doc("What the claimant is, where that matters.")] = ""
    url: Annotated[str, Web(), Doc("A page about the claimant.")] = ""
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A publication in which the claim was made."""

    title: Annotated[str, Doc("The publication's title.")] = ""
    url: Annotated[str, Web(), Doc("Its address.")] = ""
    archive: Annotated[str, Web(), Doc("The address of an archived copy.")] = ""
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """When and where the claimant said it."""

    on: Annotated[dt.date | None, Doc("The day it was said.")] = None
    at_: Annotated[Appearance | None, Doc("Where it was published.")] = None
    seed: Annotated[str, Doc("The id of the seed (`seeds/ID.yaml`) that holds the quotation.")] = ""
    quote: Annotated[
        str, Doc("The claimant's words; checked against the seed's text where that is present.")
    ] = ""
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence: a source, what it says, and which way it points."""

    source: Annotated[str, Doc("The id of a source record.")]
    stance: Annotated[Stance, Doc("Which way it points. A person's judgement: no quotation proves it.")]
    quote: Annotated[str, Doc("The source's words, re-checked against its copy at every build.")] = ""
    at_: Annotated[str, Doc("Page, section, paragraph or time: free text.")] = ""
    direct: Annotated[bool, Doc("Whether it speaks of the claim itself, or by inference.")] = True
    note: Annotated[str, Doc("Markdown: how it bears on the claim.")] = ""
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of the claim's check, shown to readers."""

    on: Annotated[dt.date, Doc("The day of the correction.")]
    was: Annotated[str, Doc("What stood there.")] = ""
    now: Annotated[str, Doc("What stands there now.")] = ""
    why: Annotated[str, Doc("Why it was changed.")] = ""
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement of the article, the verdict on it, and the evidence."""

    id: Annotated[str, Key("kebab"), Doc("The permalink: kebab-case, unique in the article.")]
    anchor: Annotated[Anchor, Doc("The very words in the article.")]
    claim: Annotated[str, Doc("A neutral restatement; else the anchor's words stand for the claim.")] = ""
    kind: Annotated[ClaimKind | None, Doc("What sort of statement it is.")] = None
    claimant: Annotated[Claimant | None, Doc("Who made the claim; absent, it is the article's own.")] = None
    said: Annotated[Said | None, Doc("When and where it was said.")] = None
    verdict: Annotated[str, Doc("An id of the scale of verdicts.")] = "unchecked"
    because: Annotated[str, Doc("One plain sentence that a reader sees first.")] = ""
    note: Annotated[str, Doc("Markdown, as long as needed.")] = ""
    evidence: Annotated[tuple[Evidence, ...], Doc("What bears on the claim, in the order shown.")] = ()
    contrary: Annotated[Contrary | None, Doc("Was evidence against the verdict looked for?")] = None
    checked: Annotated[Check | None, Doc("When the claim was checked, and by whom.")] = None
    reviewed: Annotated[Check | None, Doc("When a second person read the check, and who.")] = None
    review_by: Annotated[dt.date | None, Doc("The last day on which the check counts as fresh.")] = None
    recheck: Annotated[
        str,
        Doc(
            "What changed in the article since; set by `sitegen reanchor`. The claim is stale while it stands."
        ),
    ] = ""
    corrections: Annotated[tuple[Correction, ...], Doc("Corrections of this check.")] = ()
    allow: Annotated[tuple[str, ...], Doc("Rules that need not hold for this claim; needs `why`.")] = ()
    why: Annotated[str, Doc("Why the rules under `allow` need not hold.")] = ""
    at: Places = NOWHERE

    @property
    def statement(self) -> str:
        """What is claimed: the restatement, else the anchor's words."""
        return self.claim or self.anchor.quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A margin note that judges nothing."""

    id: Annotated[str, Key("kebab"), Doc("The permalink: kebab-case, unique in the article.")]
    anchor: Annotated[Anchor, Doc("The very words in the article.")]
    kind: Annotated[NoteKind, Doc("What sort of note it is.")] = "context"
    note: Annotated[str, Doc("Markdown.")]
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncheckable:
    """A sentence left without a check, and why."""

    anchor: Annotated[Anchor, Doc("The very words in the article.")]
    why: Annotated[str, Doc("Why it cannot be checked.")]
    at: Places = NOWHERE


# --- sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archived copy on the web."""

    url: Annotated[str, Web(), Doc("Its address.")]
    on: Annotated[dt.date | None, Doc("The day it was archived.")] = None
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The pinned copy beside the record."""

    file: Annotated[str, Doc("The copy's file, beside the record: .txt, .md, .html or .pdf.")] = ""
    sha256: Annotated[str, Doc("The SHA-256 of the file's bytes, in hexadecimal.")] = ""
    text_sha256: Annotated[str, Doc("The SHA-256 of the text extracted from it, as UTF-8.")] = ""
    extractor: Annotated[str, Doc("What extracted the text, with its version.")] = ""
    coverage: Annotated[Coverage, Doc("How much of the source the copy holds.")] = "full"
    status: Annotated[int | None, Doc("The HTTP status with which it was fetched.")] = None
    url: Annotated[str, Web(), Doc("The address that it came from, where redirects led elsewhere.")] = ""
    at: Places = NOWHERE


SourceType = Literal[
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
    "classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "event",
    "figure", "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture",
    "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical", "personal_communication",
    "post", "post-weblog", "regulation", "report", "review", "review-book", "software", "song", "speech", "standard",
    "thesis", "treaty", "webpage",
]  # fmt: skip
"""The item types of CSL 1.0.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source, as its record tells it."""

    id: Annotated[str, Key("stem"), Doc("The record's id: in the library, the file's stem.")]
    type: Annotated[SourceType, Doc("A CSL item type.")] = "webpage"
    title: Annotated[str, Doc("The title, as the source gives it.")]
    authors: Annotated[tuple[Person, ...], Doc("Who wrote it.")] = ()
    publisher: Annotated[str, Doc("Who published it.")] = ""
    issued: Annotated[PartialDate | None, Doc("When it was published: a year, a month or a day.")] = None
    url: Annotated[str, Web(), Doc("Its address.")] = ""
    accessed: Annotated[dt.date | None, Doc("When the address was opened; says nothing of any verdict.")] = (
        None
    )
    first_accessed: Annotated[
        dt.date | None,
        Doc("When it was opened first, where `accessed` is a later day: no check of it is older."),
    ] = None
    kind: Annotated[SourceKind | None, Doc("How near the source stands to what it tells.")] = None
    origin: Annotated[str, Doc("Sources with one origin count once; the publisher if not given.")] = ""
    party: Annotated[str, Doc("The side that the source speaks for, if any; shown to the reader.")] = ""
    archive: Annotated[Archive | None, Doc("An archived copy on the web.")] = None
    snapshot: Annotated[Snapshot | None, Doc("The pinned copy beside the record.")] = None
    link: Annotated[LinkState | None, Doc("What became of the address.")] = None
    language: Annotated[str, Doc("The source's language, as a BCP 47 tag.")] = ""
    note: Annotated[str, Doc("Markdown: what a reader should know of this source.")] = ""
    container: Annotated[str, Doc("The journal, book or site that holds it.")] = ""
    volume: Annotated[str, Doc("The volume.")] = ""
    issue: Annotated[str, Doc("The issue.")] = ""
    number: Annotated[str, Doc("The report or document number.")] = ""
    pages: Annotated[str, Doc("The pages.")] = ""
    edition: Annotated[str, Doc("The edition.")] = ""
    place: Annotated[str, Doc("The place of publication.")] = ""
    doi: Annotated[str, Doc("The DOI.")] = ""
    isbn: Annotated[str, Doc("The ISBN.")] = ""
    issn: Annotated[str, Doc("The ISSN.")] = ""
    at: Places = NOWHERE

    @property
    def first_opened(self) -> dt.date | None:
        """The first day on which it is known to have been opened."""
        return self.first_accessed or self.accessed

    @property
    def source_origin(self) -> str:
        """What the source counts as: its origin, else its publisher, else itself."""
        return self.origin or self.publisher or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """The annotations of one article."""

    claims: Annotated[tuple[Claim, ...], Doc("The claims, by id.")] = ()
    notes: Annotated[tuple[Note, ...], Doc("Margin notes that judge nothing, by id.")] = ()
    sources: Annotated[tuple[Source, ...], Doc("Source records used by this article alone, by id.")] = ()
    uncheckable: Annotated[tuple[Uncheckable, ...], Doc("Sentences left without a check, and why.")] = ()
    at: Places = NOWHERE

    @property
    def entries(self) -> "tuple[Claim | Note, ...]":
        """All that is anchored and has a margin note: the claims, then the notes."""
        return (*self.claims, *self.notes)


# --- seeds and front matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """The record of a document under examination; its text is not part of the repository."""

    id: Annotated[str, Key("stem"), Doc("The record's id: the file's stem.")]
    title: Annotated[str, Doc("The document's title.")]
    author: Annotated[str, Doc("Who wrote it.")] = ""
    publisher: Annotated[str, Doc("Who published it.")] = ""
    url: Annotated[str, Web(), Doc("Its address.")] = ""
    issued: Annotated[PartialDate | None, Doc("When it was published.")] = None
    sha256: Annotated[str, Doc("The SHA-256 of the text as supplied (UTF-8), in hexadecimal.")] = ""
    length: Annotated[int | None, Doc("The length of that text in bytes.")] = None
    language: Annotated[str, Doc("The document's language, as a BCP 47 tag.")] = ""
    rights: Annotated[str, Doc("Who holds the rights, and what may be done with the text.")] = ""
    note: Annotated[str, Doc("What else is known of the document.")] = ""
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What stands at the head of an article."""

    title: Annotated[str, Doc("The title; else the first heading is.")] = ""
    summary: Annotated[str, Doc("A sentence or two for listings, feeds and search engines.")] = ""
    date: Annotated[
        dt.date | None, Doc("The day of publication. In the future: built only with `--drafts`.")
    ] = None
    updated: Annotated[dt.date | None, Doc("The day of the last change that a reader should know of.")] = None
    authors: Annotated[tuple[Person, ...], Doc("Who wrote it; else the site's author.")] = ()
    tags: Annotated[tuple[str, ...], Doc("Tags, each with a listing of its own.")] = ()
    draft: Annotated[bool, Doc("Built only with `--drafts`.")] = False
    slug: Annotated[str, Doc("The last part of the address, in place of the file's stem.")] = ""
    aliases: Annotated[tuple[str, ...], Doc("Former addresses that redirect here.")] = ()
    image: Annotated[str, Doc("A picture for where the page is shared, relative to the article.")] = ""
    image_alt: Annotated[str, Doc("What the picture shows.")] = ""
    language: Annotated[str, Doc("The article's language, as a BCP 47 tag; else the site's.")] = ""
    subject: Annotated[str, Doc("The id of a source that the article examines as a whole.")] = ""
    template: Annotated[str, Doc("A template of the theme, in place of `article.html`.")] = ""
    weight: Annotated[int | None, Doc("The order in listings: lighter first, then by date.")] = None
    search: Annotated[bool, Doc("Whether `/claims/` lists the article's claims.")] = True
    at: Places = NOWHERE


# --- settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The evidence that a verdict needs at least."""

    any: Annotated[tuple[Stance, ...], Doc("One piece of any of these stances.")] = ()
    all: Annotated[tuple[Stance, ...], Doc("One piece of each of these stances.")] = ()
    origins: Annotated[int, Doc("From at least so many origins.")] = 1
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictSetting:
    """A verdict of the scale: what is not given is as in the default scale."""

    shorthand: ClassVar[str] = "label"
    id: Annotated[str, Key("kebab"), Doc("The verdict's id.")]
    label: Annotated[str | None, Doc("The word shown.")] = None
    explanation: Annotated[str | None, Doc("One sentence that says what the verdict means.")] = None
    rating: Annotated[
        int | None, Doc("From 1 (false) to 5 (true); absent, the verdict is not on the scale.")
    ] = None
    colour: Annotated[str | None, Doc("A CSS colour for light pages.")] = None
    dark: Annotated[str | None, Doc("A CSS colour for dark pages; else derived from `colour`.")] = None
    icon: Annotated[str | None, Doc("The name of one of the theme's icons, or a single character.")] = None
    needs: Annotated[Needs | None, Doc("The evidence that the verdict needs at least.")] = None
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownSettings:
    """How Markdown is read."""

    smart_quotes: Annotated[bool, Doc("Show straight quotation marks as curly ones.")] = True
    linkify: Annotated[bool, Doc("Make links of bare addresses.")] = False
    html: Annotated[bool, Doc("Let raw HTML through.")] = True
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """How the ledger is judged."""

    stale_after: Annotated[Duration, Doc("How long a check counts as fresh.")] = Duration(365)
    require_review: Annotated[bool, Doc("Whether every checked claim needs a second reader.")] = False
    rules: Annotated[Mapping[str, Level], Doc("The level of each rule: `error`, `warning` or `off`.")] = (
        field(default_factory=dict)
    )
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """How sources are fetched."""

    private_addresses: Annotated[
        bool, Doc("Whether addresses in this machine and in private networks may be fetched from.")
    ] = False
    user_agent: Annotated[str, Doc("What the client calls itself; sitegen's own name if empty.")] = ""
    wayback: Annotated[str, Web(), Doc("Another Wayback Machine than the Internet Archive's.")] = ""
    at: Places = NOWHERE


TargetKind = Literal[
    "git", "rsync", "s3", "gcs", "azure", "netlify", "cloudflare", "folder", "zip", "tar"
]  # fmt: skip

TARGET_FIELDS: Mapping[TargetKind, tuple[str, ...]] = {
    "git": ("remote", "branch", "prefix", "cname"),
    "rsync": ("to!", "port"),
    "s3": ("bucket!", "prefix", "endpoint", "region", "compress"),
    "gcs": ("bucket!", "prefix", "endpoint", "compress"),
    "azure": ("bucket!", "account", "prefix", "endpoint", "compress"),
    "netlify": ("site!", "branch", "endpoint"),
    "cloudflare": ("site!", "account!", "branch", "endpoint"),
    "folder": ("path!", "current", "keep"),
    "zip": ("path!",),
    "tar": ("path!",),
}
"""The fields that each kind of target takes besides `kind` and `url`; those with an exclamation mark it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A place to publish to. Which fields there are depends on the kind. Secrets are never written here."""

    id: Annotated[str, Key("stem"), Doc("The target's name.")]
    kind: Annotated[TargetKind, Doc("What sort of target it is.")]
    url: Annotated[
        str, Web(), Doc("The address at which readers find what is published there; else `base_url`.")
    ] = ""
    remote: Annotated[str, Doc("git: a remote of the repository, or an address; else `origin`.")] = ""
    branch: Annotated[
        str, Doc("git: the branch, else `gh-pages`. netlify, cloudflare: a branch for a preview.")
    ] = ""
    cname: Annotated[str, Doc("git: the domain for a `CNAME` file.")] = ""
    to: Annotated[str, Doc("rsync: `user@host:/path`.")] = ""
    port: Annotated[int | None, Doc("rsync: the port of the ssh server, where it is another than usual.")] = (
        None
    )
    bucket: Annotated[str, Doc("s3, gcs: the bucket. azure: the container.")] = ""
    prefix: Annotated[str, Doc("Object stores: what every key begins with. git: a folder of the branch.")] = (
        ""
    )
    endpoint: Annotated[
        str, Doc("Object stores, netlify, cloudflare: another address than the provider's.")
    ] = ""
    region: Annotated[str, Doc("s3: the region.")] = ""
    account: Annotated[str, Doc("azure: the storage account. cloudflare: the id of the account.")] = ""
    compress: Annotated[
        bool, Doc("Object stores: store texts compressed, for stores that serve them as they are.")
    ] = False
    site: Annotated[str, Doc("netlify: the site's name or id. cloudflare: the project's name.")] = ""
    path: Annotated[str, Doc("folder, zip, tar: the folder or file; relative to the site's root.")] = ""
    current: Annotated[
        bool, Doc("folder: keep releases, and let the link `current` lead to the present one.")
    ] = False
    keep: Annotated[int, Doc("folder: how many releases to keep, where there are some.")] = 3
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings:
    """Where the site is published."""

    default: Annotated[str, Doc("The target of a bare `sitegen publish`.")] = ""
    targets: Annotated[tuple[Target, ...], Doc("The targets, by name.")] = ()
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`sitegen.yaml`: the site's settings. Every key is optional."""

    title: Annotated[str, Doc("The site's name.")] = "Untitled site"
    base_url: Annotated[str, Doc("The address at which the site is published; subpaths work.")] = (
        "http://localhost:8000/"
    )
    language: Annotated[str, Doc("The site's language, as a BCP 47 tag.")] = "en"
    description: Annotated[str, Doc("A sentence that says what the site is.")] = ""
    author: Annotated[Person | None, Doc("Who is responsible for the site.")] = None
    theme: Annotated[str, Doc("A folder below `themes/`, or a theme that sitegen carries.")] = "default"
    timezone: Annotated[str, Doc("The time zone in which the site's days begin.")] = "UTC"
    markdown: Annotated[MarkdownSettings, Doc("How Markdown is read.")] = MarkdownSettings()
    verdicts: Annotated[
        tuple[VerdictSetting, ...], Doc("Overrides and extends the default scale, by id.")
    ] = ()
    search: Annotated[bool, Doc("Whether the site has a page to search it; needs the extra `search`.")] = (
        False
    )
    cards: Annotated[
        bool, Doc("Whether each article gets a picture for social networks; needs the extra `cards`.")
    ] = False
    checks: Annotated[CheckSettings, Doc("How the ledger is judged.")] = CheckSettings()
    archive: Annotated[ArchiveSettings, Doc("How sources are fetched.")] = ArchiveSettings()
    publish: Annotated[PublishSettings, Doc("Where the site is published.")] = PublishSettings()
    at: Places = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSettings:
    """`theme.yaml`: what a theme says of itself."""

    extends: Annotated[str, Doc("The theme that this one builds on.")] = ""
    description: Annotated[str, Doc("What the theme is for.")] = ""
    at: Places = NOWHERE
