"""The rules of a single claim: whether its verdict has the evidence that it needs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from sitegen.judging.figures_support import unsupported_figures
from sitegen.judging.patterns import LatePattern
from sitegen.judging.rules import RULES
from sitegen.judging.verdicts import UNCHECKED, UNPROVEN
from sitegen.model.findings import QuoteCheck, Verdict
from sitegen.model.places import Place, Problem, Sought
from sitegen.model.records import Claim, Source
from sitegen.reading.shapes import nearest

SHORTEST_QUOTE = 3
"""Words that a quotation needs at least; two words stand in almost any long text by chance."""


_WORD = re.compile(r"\w+")
_UNSPACED = LatePattern("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A claim with what its evidence names, side by side: `sources[i]` and `checks[i]` belong to `evidence[i]`.

    `scale` are the ids of the site's verdicts.
    """

    claim: Claim
    article: str
    verdict: Verdict | None
    scale: tuple[str, ...]
    sources: tuple[Source | None, ...]
    checks: tuple[QuoteCheck, ...]

    def problem(self, rule: str, message: str, place: Place | None = None, hint: str = "") -> Problem:
        """A problem of this claim, at its verdict unless told otherwise."""
        return Problem(rule, message, place or self.claim.at.of("verdict"), hint, self.article, self.claim.id)

    def stances(self) -> set[str]:
        """Which ways the evidence points."""
        return {evidence.stance for evidence in self.claim.evidence}


def weigh(claim: Weighed, unheard: AbstractSet[str] = frozenset()) -> tuple[Problem, ...]:
    """All problems of a claim's ledger; what breaks only rules that are `unheard` is not looked for."""
    return tuple(problem for rules, find in CLAIM_RULES if not rules <= unheard for problem in find(claim))


def _verdict_known(claim: Weighed) -> Iterator[Problem]:
    if claim.verdict is None:
        yield claim.problem(
            "verdict-unknown",
            f'"{claim.claim.verdict}" is not a verdict of this site',
            hint=nearest(claim.claim.verdict, claim.scale),
        )
    elif claim.verdict.id == UNCHECKED:
        yield claim.problem("unchecked", "nobody has checked this claim yet")


def _sources_known(claim: Weighed) -> Iterator[Problem]:
    for evidence, source in zip(claim.claim.evidence, claim.sources, strict=True):
        if source is None:
            hint = f"write content/sources/{evidence.source}.yaml, or a record under sources: in this file"
            yield claim.problem(
                "source-unknown",
                f'no record of the source "{evidence.source}"',
                evidence.at.of("source"),
                hint,
            )


def _points_away(claim: Weighed) -> bool:
    """Whether all evidence that points anywhere points against a rated verdict."""
    sides = claim.stances() - {"context"}
    if claim.verdict is None or claim.verdict.rating is None or len(sides) != 1:
        return False
    if claim.verdict.rating >= 4:
        return sides == {"refutes"}
    return claim.verdict.rating <= 2 and claim.stances() == {"supports"}


def _evidence_fits(claim: Weighed) -> Iterator[Problem]:
    verdict = claim.verdict
    if verdict is None:
        return
    if _points_away(claim):
        way = "against" if verdict.rating is not None and verdict.rating >= 4 else "for"
        yield claim.problem(
            "verdict-against-evidence",
            f'the verdict is "{verdict.label}", but all evidence is {way} the claim',
        )
    stances = claim.stances()
    if verdict.needs_any and not stances & set(verdict.needs_any):
        wanted = " or ".join(f"`{stance}`" for stance in verdict.needs_any)
        yield claim.problem(
            "evidence-missing", f'"{verdict.label}" needs at least one piece of evidence that is {wanted}'
        )
    lacking = [stance for stance in verdict.needs_all if stance not in stances]
    if lacking:
        wanted = " and ".join(f"`{stance}`" for stance in lacking)
        yield claim.problem("evidence-missing", f'"{verdict.label}" also needs evidence that is {wanted}')
    elif (
        verdict.origins > 1 and len(_origins(claim, verdict.needs_all or verdict.needs_any)) < verdict.origins
    ):
        yield claim.problem(
            "evidence-missing", f'"{verdict.label}" needs evidence from {verdict.origins} origins'
        )


def _origins(claim: Weighed, stances: Iterable[str]) -> set[str]:
    wanted = set(stances)
    return {
        source.source_origin if source is not None else evidence.source
        for evidence, source in zip(claim.claim.evidence, claim.sources, strict=True)
        if evidence.stance in wanted
    }


def _contested(claim: Weighed) -> Iterator[Problem]:
    if {"supports", "refutes"} <= claim.stances() and not claim.claim.because:
        yield claim.problem(
            "verdict-contested",
            "evidence points both ways, and nothing weighs it",
            hint='say in "because:" why the verdict holds all the same',
        )
    if claim.verdict is None or claim.verdict.id != UNPROVEN or claim.claim.note:
        return
    for evidence in claim.claim.evidence:
        if evidence.direct and evidence.stance != "context" and not evidence.note:
            message = f'"{claim.verdict.label}", yet this evidence directly {evidence.stance} the claim'
            yield claim.problem(
                "verdict-contested",
                message,
                evidence.at.of("stance"),
                'explain it in a note, or say "direct: false"',
            )


def _one_origin(claim: Weighed) -> Iterator[Problem]:
    if claim.verdict is None or claim.verdict.rating is None:
        return
    pointing = [
        evidence for evidence in claim.claim.evidence if evidence.stance != "context"
    ] or claim.claim.evidence
    origins = _origins(claim, {evidence.stance for evidence in pointing})
    if pointing and len(origins) == 1 and None not in claim.sources:
        (origin,) = origins
        yield claim.problem(
            "single-origin", f'all evidence comes from one origin, "{origin}"', claim.claim.at.of("evidence")
        )


def _primary(claim: Weighed) -> Iterator[Problem]:
    sources = [source for source in claim.sources if source is not None]
    rated = claim.verdict is not None and claim.verdict.rating is not None
    if rated and sources and all(source.kind != "primary" for source in sources):
        yield claim.problem(
            "no-primary", "no evidence comes from a primary source", claim.claim.at.of("evidence")
        )


def _figures(claim: Weighed) -> Iterator[Problem]:
    # A false claim's figures are not to be found in what refutes it.
    if claim.verdict is None or claim.verdict.rating is None or claim.verdict.rating < 3:
        return
    quotes = [evidence.quote for evidence in claim.claim.evidence if evidence.quote]
    if not quotes:
        return
    for figure in unsupported_figures(claim.claim.statement, quotes):
        place = claim.claim.at.of("claim" if claim.claim.claim else "anchor")
        yield claim.problem(
            "number-unsupported", f'no quotation of the evidence holds the figure "{figure}"', place
        )


def _length(quote: str) -> int:
    """The words of a quotation; of scripts that part no words, two characters count as one."""
    if quote.isascii():
        return len(_WORD.findall(quote))
    unspaced = len(_UNSPACED.compiled.findall(quote))
    return len(_WORD.findall(_UNSPACED.compiled.sub(" ", quote))) + unspaced // 2


def _quotes(claim: Weighed) -> Iterator[Problem]:
    for evidence, source, check in zip(claim.claim.evidence, claim.sources, claim.checks, strict=True):
        place = evidence.at.of("quote")
        if evidence.quote and _length(evidence.quote) < SHORTEST_QUOTE:
            yield claim.problem(
                "quote-short",
                f"a quotation of fewer than {SHORTEST_QUOTE} words proves little",
                place,
                "quote the whole sentence",
            )
        report = QUOTE_REPORTS.get(check.state)
        # A source without a record has been reported as that.
        if report is not None and source is not None:
            rule, message = report
            problem = claim.problem(rule, message.format(source=evidence.source), place, nearest_hint(check))
            yield replace(problem, sought=sought(evidence.quote, evidence.source, check))


QUOTE_REPORTS: Mapping[str, tuple[str, str]] = {
    "near": ("quote-near", 'the copy of "{source}" holds something close, but not these words'),
    "absent": ("quote-absent", 'these words are not in the copy of "{source}"'),
    "unreadable": (
        "quote-unreadable",
        'the copy of "{source}" has no usable text: the quotation could not be checked',
    ),
    "unarchived": ("quote-unarchived", 'no copy of "{source}" is kept: the quotation could not be checked'),
}
"""The states of a quotation that are reported: the rule, and the message."""


def nearest_hint(check: QuoteCheck) -> str:
    """What stands in the copy instead, if anything near does."""
    return f"nearest there: {check.passage}" if check.passage and not check.verified else ""


def sought(quote: str, source: str, check: QuoteCheck) -> Sought | None:
    """What became of a quotation, for whoever looks for it elsewhere; None where it was found or could not be looked for."""
    if check.state not in {"near", "absent"}:
        return None
    place = source if check.passage else ""
    return Sought(source, quote, place, check.passage, check.score, check.diff)


def _allowed(claim: Weighed) -> Iterator[Problem]:
    for index, rule in enumerate(claim.claim.allow):
        if rule not in RULES:
            place = claim.claim.at.of(f"allow.{index}")
            yield claim.problem("field-unknown", f'unknown rule "{rule}"', place, nearest(rule, RULES))


def _reviewed(claim: Weighed) -> Iterator[Problem]:
    checked, reviewed = claim.claim.checked, claim.claim.reviewed
    if checked is None or reviewed is None:
        return
    one, other = (" ".join(by.by.casefold().split()) for by in (checked, reviewed))
    if one and one == other:
        yield claim.problem(
            "review-same-person",
            f'"{reviewed.by}" checked this claim and reviewed it',
            reviewed.at.of("by"),
            "a review is a second person's",
        )


CLAIM_RULES: tuple[tuple[frozenset[str], Callable[[Weighed], Iterable[Problem]]], ...] = (
    (frozenset({"verdict-unknown", "unchecked"}), _verdict_known),
    (frozenset({"source-unknown"}), _sources_known),
    (frozenset({"verdict-against-evidence", "evidence-missing"}), _evidence_fits),
    (frozenset({"verdict-contested"}), _contested),
    (frozenset({"single-origin"}), _one_origin),
    (frozenset({"no-primary"}), _primary),
    (frozenset({"number-unsupported"}), _figures),
    (frozenset({"quote-short", *(rule for rule, _ in QUOTE_REPORTS.values())}), _quotes),
    (frozenset({"field-unknown"}), _allowed),
    (frozenset({"review-same-person"}), _reviewed),
)
"""What can be wrong with a single claim: the rules, and a function of the claim alone that finds what breaks them."""
