"""An article's whole ledger judged: its quotations looked for in their copies, its claims weighed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sitegen.judging.ledger import QUOTE_REPORTS, Weighed, nearest_hint, weigh
from sitegen.judging.quotes import CopyText, check_evidence_quote
from sitegen.judging.rules import without_allowed
from sitegen.model.findings import Copy, QuoteCheck, Verdict
from sitegen.model.places import Problem
from sitegen.model.records import Claim, Source
from sitegen.model.site import Draft, Judged


@dataclass(frozen=True)
class Library:
    """What ledgers are judged against: the records of the source library, the copies, and the seeds.

    `seeds` maps the id of each seed to its text, or to None where the text is not present on this machine. `own` holds the
    copies of sources that single articles have for themselves, by article and id.
    """

    sources: Mapping[str, Source]
    copies: Mapping[str, Copy]
    seeds: Mapping[str, str | None]
    own: Mapping[tuple[str, str], Copy] = field(default_factory=dict)


def sources_of(draft: Draft, library: Library) -> dict[str, Source]:
    """The sources that an article can cite: its own hide the library's of the same id."""
    return {**library.sources, **{source.id: source for source in draft.sidecar.sources}}


def copy_of(identifier: str, draft: Draft, library: Library) -> Copy | None:
    """The copy of a source that an article cites: a source of its own never has the library's."""
    if any(source.id == identifier for source in draft.sidecar.sources):
        return library.own.get((draft.article, identifier))
    return library.copies.get(identifier)


def judge(draft: Draft, library: Library, scale: Mapping[str, Verdict]) -> Judged:
    """Check every quotation of an article and apply the rules to each claim."""
    sources = {**{source.id: source for source in draft.sidecar.sources}}
    checks: list[tuple[str, tuple[QuoteCheck, ...]]] = []
    said: list[tuple[str, QuoteCheck]] = []
    problems: list[Problem] = list(draft.problems)
    for claim in draft.sidecar.claims:
        found = tuple(
            _check(copy_of(evidence.source, draft, library), evidence.quote) for evidence in claim.evidence
        )
        checks.append((claim.id, found))
        named = tuple(
            sources.get(evidence.source) or library.sources.get(evidence.source)
            for evidence in claim.evidence
        )
        problems += weigh(Weighed(claim, draft.article, scale.get(claim.verdict), named, found))
        spoken = _said(claim, library)
        if spoken is not None:
            said.append((claim.id, spoken))
        problems += _said_problems(claim, spoken, draft.article, library)
    if (
        draft.front.subject
        and draft.front.subject not in sources
        and draft.front.subject not in library.sources
    ):
        message = f'no record of the source "{draft.front.subject}"'
        problems.append(Problem("source-unknown", message, draft.front.at.of("subject"), "", draft.article))
    return Judged(tuple(checks), tuple(said), without_allowed(problems, draft.sidecar.claims))


def _check(copy: Copy | None, quote: str) -> QuoteCheck:
    return check_evidence_quote(quote, None if copy is None or copy.text is None else _searchable(copy))


def _searchable(copy: Copy) -> CopyText:
    """A copy made ready for searching; each is folded at most once in a process."""
    known = _COPIES.get(copy.text_sha256)
    if known is None:
        if len(_COPIES) >= _MOST_COPIES:
            _COPIES.clear()
        known = _COPIES[copy.text_sha256] = CopyText(copy.text or "")
    return known


_MOST_COPIES = 2_000
_COPIES: dict[str, CopyText] = {}


def _said(claim: Claim, library: Library) -> QuoteCheck | None:
    """What became of the claimant's words, where they were quoted from a seed whose text is present."""
    if claim.said is None or not claim.said.quote or not claim.said.seed:
        return None
    text = library.seeds.get(claim.said.seed)
    return None if text is None else check_evidence_quote(claim.said.quote, CopyText(text))


def _said_problems(
    claim: Claim, check: QuoteCheck | None, article: str, library: Library
) -> Iterator[Problem]:
    if claim.said is None or not claim.said.seed:
        return
    if claim.said.seed not in library.seeds:
        message, hint = f'no record of the seed "{claim.said.seed}"', f"write seeds/{claim.said.seed}.yaml"
        yield Problem("source-unknown", message, claim.said.at.of("seed"), hint, article, claim.id)
    elif check is not None and check.state in {"near", "absent"}:
        rule, message = QUOTE_REPORTS[check.state]
        place = claim.said.at.of("quote")
        yield Problem(
            rule, message.format(source=claim.said.seed), place, nearest_hint(check), article, claim.id
        )
