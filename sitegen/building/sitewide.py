"""The rules that span articles, over one small summary an article."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sitegen.judging.folding import fold
from sitegen.judging.library import Library
from sitegen.model.places import Place, Problem
from sitegen.model.records import CheckSettings
from sitegen.model.site import Draft


@dataclass(frozen=True, slots=True)
class ClaimSummary:
    """A claim as the rest of the site sees it. `allowed` are the rules it is excused from."""

    id: str
    statement: str
    verdict: str
    place: Place
    review_place: Place
    checked: bool
    reviewed: bool
    allowed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """An article as rules that span articles see it."""

    article: str
    claims: tuple[ClaimSummary, ...]
    sources: frozenset[str]

    @classmethod
    def of(cls, draft: Draft) -> "Summary":
        """The summary of a draft."""
        cited = {evidence.source for claim in draft.sidecar.claims for evidence in claim.evidence}
        own = {source.id for source in draft.sidecar.sources}
        claims = tuple(
            ClaimSummary(
                claim.id,
                claim.statement,
                claim.verdict,
                claim.at.of("verdict"),
                claim.at.of("checked"),
                claim.checked is not None,
                claim.reviewed is not None,
                frozenset(claim.allow if claim.why else ()),
            )
            for claim in draft.sidecar.claims
        )
        cited.add(draft.front.subject)
        return cls(draft.article, claims, frozenset(cited) - own)


def sitewide(summaries: Sequence[Summary], settings: CheckSettings) -> Iterator[Problem]:
    """The problems of claims that only the whole site shows."""
    yield from _inconsistent(summaries)
    if settings.require_review:
        yield from _unreviewed(summaries)


def unused(summaries: Iterable[Summary], hidden: Iterable[Summary], library: Library) -> Iterator[Problem]:
    """The records that no article cites; a draft's citations count."""
    used = {source for summary in (*summaries, *hidden) for source in summary.sources}
    for key, source in library.sources.items():
        if key not in used:
            message = f'no article cites the source "{key}"'
            yield Problem("source-unused", message, source.at.of(), "cite it, or remove the record")


def _inconsistent(summaries: Iterable[Summary]) -> Iterator[Problem]:
    first: dict[str, tuple[str, ClaimSummary]] = {}
    for summary in summaries:
        for claim in summary.claims:
            key = " ".join(fold(claim.statement).text.casefold().split()).rstrip(".")
            article, known = first.setdefault(key, (summary.article, claim))
            if known.verdict != claim.verdict and "verdict-inconsistent" not in claim.allowed:
                message = f'"{claim.verdict}" here, but "{known.verdict}" for the same claim in {known.place}'
                hint = f"the other is {article}#c-{known.id}"
                yield Problem("verdict-inconsistent", message, claim.place, hint, summary.article, claim.id)


def _unreviewed(summaries: Iterable[Summary]) -> Iterator[Problem]:
    for summary in summaries:
        for claim in summary.claims:
            if claim.checked and not claim.reviewed and "review-missing" not in claim.allowed:
                message = "no second person has read this check"
                yield Problem(
                    "review-missing",
                    message,
                    claim.review_place,
                    "add reviewed: {on: …, by: …}",
                    summary.article,
                    claim.id,
                )
