"""An article's share of the pages that span articles: plain values, kept from one build to the next."""

import datetime as dt
from collections.abc import Mapping

import msgspec
from markupsafe import Markup

from sitegen.model.findings import QuoteState, Verdict
from sitegen.writing.languages import Language
from sitegen.writing.viewing import verdict_of
from sitegen.writing.views import CardView, CitationView, ClaimRowView, CorrectionView
from sitegen.writing.words import stance_words, state_words


class Share(msgspec.Struct, array_like=True, frozen=True):
    """A value that an article gives to a page that spans articles."""


class EntryShare(Share, frozen=True):
    """An article as the feed shows it: its content, the absolute address of its picture, its language. Empty where it does not."""

    content: str
    image: str
    language: str


class ClaimShare(Share, frozen=True):
    """A claim in the list of all claims; see `ClaimRowView`. `sources` are those of its evidence, as the site knows them."""

    path: str
    statement: str
    verdict: str
    because: str
    claimant: str
    quotes: int
    verified: int
    uncheckable: int
    stale: bool
    checked: dt.date | None
    sources: tuple[str, ...]


class CitationShare(Share, frozen=True):
    """A place where a source is used; see `CitationView`.

    `coverage`, `accessed` and `changed` are of the copy that the quotation was looked for in.
    """

    source: str
    claim: str
    path: str
    verdict: str
    stance: str
    quote: str
    at: str
    state: QuoteState
    verified: bool
    coverage: str
    accessed: dt.date | None
    changed: bool


class CorrectionShare(Share, frozen=True):
    """A correction; see `CorrectionView`."""

    on: dt.date
    was: str
    now: str
    why: str
    claim: str
    path: str
    url: str


class OwnPage(Share, frozen=True):
    """What a folder's own page (`index.md`) gives to the folder's listing; `body` and `jsonld` are finished HTML."""

    title: str
    description: str
    body: str
    jsonld: str


def row_view(share: ClaimShare, card: CardView, scale: Mapping[str, Verdict]) -> ClaimRowView:
    """A claim as the list of all claims shows it."""
    keys = [f"verdict:{share.verdict}"]
    keys += [f"source:{source}" for source in share.sources]
    keys += [f"claimant:{share.claimant}"] if share.claimant else []
    keys += [f"tag:{tag.name}" for tag in card.tags]
    return ClaimRowView(
        path=share.path,
        statement=share.statement,
        verdict=verdict_of(share.verdict, scale),
        because=share.because,
        claimant=share.claimant,
        article=card,
        quotes=share.quotes,
        verified=share.verified,
        uncheckable=share.uncheckable,
        stale=share.stale,
        checked=share.checked,
        keys=" ".join(key.replace(" ", "_") for key in dict.fromkeys(keys)),
    )


def citation_view(
    share: CitationShare, card: CardView, scale: Mapping[str, Verdict], language: Language
) -> CitationView:
    """A citation as a page in a language shows it; the scale is in that language."""
    return CitationView(
        article=card,
        claim=share.claim,
        path=share.path,
        verdict=verdict_of(share.verdict, scale),
        stance=share.stance,
        stance_words=stance_words(share.stance, language),
        quote=share.quote,
        at=share.at,
        state=share.state,
        state_words=state_words(share.state, (share.coverage, share.accessed, share.changed), language),
        verified=share.verified,
    )


def correction_view(share: CorrectionShare, card: CardView) -> CorrectionView:
    """A correction as pages and feeds show it."""
    return CorrectionView(
        on=share.on,
        was=share.was,
        now=share.now,
        why=share.why,
        article=card,
        claim=share.claim,
        path=share.path,
        url=share.url,
    )


def finished(markup: str) -> Markup:
    """HTML that was finished before it was kept."""
    return Markup(markup)  # noqa: S704 - made by the build, and kept as it was
