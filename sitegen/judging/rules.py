"""The table of rules: every id that a problem can carry, its default level, and what it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sitegen.model.places import Graded, Level, Problem
from sitegen.model.records import CheckSettings, Claim


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its default level and its meaning in a sentence, for the manual and for SARIF."""

    level: Level
    meaning: str


RULES: Mapping[str, Rule] = {
    "yaml-syntax": Rule("error", "A file is not YAML, or front matter is not closed."),
    "file-unreadable": Rule("error", "A file is not UTF-8, too large, or a link that leads out of the site."),
    "field-unknown": Rule("error", "A field or rule that sitegen does not know."),
    "field-type": Rule("error", "A value of the wrong kind, or a required one that is missing."),
    "id-duplicate": Rule("error", "Two claims, notes or sources with one id."),
    "sidecar-orphan": Rule("error", "Annotations that stand beside no article, and so would be lost."),
    "source-unknown": Rule(
        "error", "Evidence names a source that has no record, or a claim a seed that has none."
    ),
    "anchor-lost": Rule("error", "The anchor's words are not in the article."),
    "anchor-drifted": Rule(
        "error", "The anchor's words were changed in the article; a likely place is known."
    ),
    "anchor-ambiguous": Rule("error", "The anchor's words stand in several places."),
    "quote-absent": Rule("error", "The quotation is not in the copy of its source."),
    "quote-near": Rule("error", "The copy holds something close to the quotation, but not its words."),
    "snapshot-changed": Rule("error", "A pinned copy is gone, or its hash differs from the record's."),
    "evidence-missing": Rule("error", "The verdict needs evidence that is not there."),
    "verdict-unknown": Rule("error", "A verdict that is not on the site's scale."),
    "verdict-against-evidence": Rule("error", "All evidence points the other way."),
    "address-collision": Rule("error", "Two pages with one address."),
    "link-broken": Rule(
        "error", "An internal link, fragment or image that leads nowhere, or an image on another host."
    ),
    "date-impossible": Rule("error", "A date that cannot be: in the future, or in the wrong order."),
    "review-same-person": Rule("error", "Checked and reviewed by one person."),
    "review-missing": Rule("error", "A checked claim without a second reader, where the site requires one."),
    "verdict-contested": Rule("warning", "Evidence for and against with nothing that weighs it."),
    "verdict-inconsistent": Rule("warning", "One claim, judged twice in the site, differently."),
    "single-origin": Rule("warning", "All evidence for the verdict comes from one origin."),
    "no-primary": Rule("warning", "No evidence comes from a primary source."),
    "number-unsupported": Rule("warning", "A figure of the claim that no quotation of its evidence holds."),
    "quote-short": Rule("warning", "A quotation too short to be told from chance."),
    "quote-unarchived": Rule("warning", "A quotation whose source has no copy: it cannot be checked."),
    "quote-unreadable": Rule("warning", "A quotation whose copy has no usable text: it cannot be checked."),
    "check-stale": Rule("warning", "The check is past its date, or the words were changed since."),
    "unchecked": Rule("warning", "A claim that nobody has checked yet."),
    "source-unused": Rule("warning", "A record of the library that no article cites."),
    "image-alt": Rule("warning", "An image without a text in its place."),
    "note-crowded": Rule("warning", "More notes than their paragraph has room for."),
    "markdown-ignored": Rule("warning", "Markdown that will not come out as its author meant it."),
    "math-unreadable": Rule(
        "warning", "A formula that could not be turned into MathML; its source is shown."
    ),
    "link-dead": Rule("error", "A source's address is dead; nothing is looked up without `--online`."),
    "link-moved": Rule("warning", "A source's address leads to a front page now; only with `--online`."),
    "link-changed": Rule("warning", "The live page no longer holds the words quoted; only with `--online`."),
    "link-unknown": Rule("warning", "What became of an address could not be told; only with `--online`."),
    "coverage": Rule(
        "off", "A sentence with figures, dates, quotations, superlatives or causal words, but no claim."
    ),
}


ONLINE: frozenset[str] = frozenset({"link-dead", "link-moved", "link-changed", "link-unknown"})
"""Rules that need the network: `check --online` alone looks there."""


UNREADABLE: frozenset[str] = frozenset({"yaml-syntax", "file-unreadable"})
"""Rules whose breach leaves a file unread: what else it would have said is not known."""


UNSAID: Mapping[str, str] = {"evidence-missing": "verdict-against-evidence"}
"""Rules whose breach goes without saying beside an error of another at the same claim. Where a site or a claim sets that
other one aside, they are heard."""


def level_of(rule: str, settings: CheckSettings) -> Level:
    """The level that a site gives a rule."""
    return settings.rules.get(rule) or RULES[rule].level


def unheard(settings: CheckSettings) -> frozenset[str]:
    """The rules that a site has turned off: nothing needs to be worked out for them."""
    return frozenset(rule for rule in RULES if level_of(rule, settings) == "off")


def grade(problems: Iterable[Problem], settings: CheckSettings) -> tuple[Graded, ...]:
    """The problems that count at a site, in the order of their places, each once."""
    graded = (Graded(problem, level_of(problem.rule, settings)) for problem in dict.fromkeys(problems))
    return tuple(sorted(heard(graded), key=_order))


def heard(graded: Iterable[Graded]) -> tuple[Graded, ...]:
    """The problems, of an article or of all, but for those that are off or go without saying."""
    counted = tuple(entry for entry in graded if entry.level != "off")
    if not any(entry.problem.rule in UNSAID for entry in counted):
        return counted
    errors = {(entry.problem.rule, *_claim_of(entry)) for entry in counted if entry.level == "error"}
    return tuple(
        entry for entry in counted if (UNSAID.get(entry.problem.rule), *_claim_of(entry)) not in errors
    )


def _claim_of(graded: Graded) -> tuple[str, str]:
    return graded.problem.article, graded.problem.claim


def _order(graded: Graded) -> tuple[object, ...]:
    problem = graded.problem
    return problem.place, problem.rule, problem.message


def without_allowed(problems: Iterable[Problem], claims: Iterable[Claim]) -> tuple[Problem, ...]:
    """The problems of an article but for those that a claim allows, with its reason."""
    allowed = {(claim.id, rule) for claim in claims if claim.why for rule in claim.allow}
    if not allowed:
        return tuple(problems)
    return tuple(problem for problem in problems if (problem.claim, problem.rule) not in allowed)
