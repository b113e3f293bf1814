"""An article's whole ledger judged: its quotations looked for in their copies, its claims weighed."""

import functools
import html
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from sitegen.judging.canonical import flatten
from sitegen.judging.ledger import QUOTE_REPORTS, Weighed, nearest_hint, sought, weigh
from sitegen.judging.library import Library, Shelf
from sitegen.judging.quotes import CopyText, check_evidence_quote
from sitegen.judging.rules import without_allowed
from sitegen.model.findings import Copy, QuoteCheck, Verdict
from sitegen.model.places import Problem
from sitegen.model.records import Claim, MarkdownSettings
from sitegen.model.site import Draft, Judged
from sitegen.reading.copies import raised
from sitegen.reading.markdown import parse

_SIGNS = re.compile(r"[*_`|\\]|~~|</?[A-Za-z]|\]\(")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(
    r"!?\[([^\[\]\n]*)\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\[\]\n]*\])|\[\^[^\[\]\s]+\](?!:)"
)
_EMPHASIS = re.compile(r"\\(?=[!-/:-@\[-`{-~])|\*+|`+|~~+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)|</?[A-Za-z][^<>]*>")


def judge(
    draft: Draft, library: Library, scale: Mapping[str, Verdict], unheard: AbstractSet[str] = frozenset()
) -> Judged:
    """Check every quotation of an article and apply the rules to each claim, but for those that are `unheard`."""
    shelf = Shelf.of(draft, library)
    checks: list[tuple[str, tuple[QuoteCheck, ...]]] = []
    said: list[tuple[str, QuoteCheck]] = []
    problems: list[Problem] = list(draft.problems)
    for claim in draft.sidecar.claims:
        found = tuple(
            check_in_copy(shelf.copy(evidence.source), evidence.quote) for evidence in claim.evidence
        )
        checks.append((claim.id, found))
        named = tuple(shelf.record(evidence.source) for evidence in claim.evidence)
        weighed = Weighed(claim, draft.article, scale.get(claim.verdict), tuple(scale), named, found)
        problems += weigh(weighed, unheard)
        spoken = _said(claim, library)
        if spoken is not None:
            said.append((claim.id, spoken))
        problems += _said_problems(claim, spoken, draft.article, library)
    if draft.front.subject and shelf.record(draft.front.subject) is None:
        message = f'no record of the source "{draft.front.subject}"'
        problems.append(Problem("source-unknown", message, draft.front.at.of("subject"), "", draft.article))
    return Judged(tuple(checks), tuple(said), without_allowed(problems, draft.sidecar.claims))


def check_in_copy(copy: Copy | None, quote: str, *, closest: bool = True) -> QuoteCheck:
    """Look for a quotation in a copy; in one that is Markdown also past its markup.

    Without `closest`, no passage is looked for where the words are not found: that takes far longer.
    """
    if copy is None or copy.text is None:
        return check_evidence_quote(quote, None)
    if not copy.file.endswith(".md"):
        return check_evidence_quote(quote, _searchable(copy.text), closest=closest)
    written = copy.text if _SIGNS.search(quote) else _without_signs(copy.text)
    found = check_evidence_quote(quote, _searchable(written), closest=closest)
    if found.verified or not quote:
        return found
    rendered = check_evidence_quote(quote, _searchable(_without_markup(copy.text)), closest=closest)
    return rendered if rendered.verified else found


@functools.lru_cache(maxsize=200)
def _without_signs(text: str) -> str:
    """Markdown as it is written, less what may stand in the midst of a word or hide what is before a figure: `n**o**t`, `&lt;5`.

    Nothing is lost of it but comments: not a footnote, not a block of HTML.
    """
    words = _LINK.sub(lambda link: link[1] or "", _COMMENT.sub("", raised(text)))
    return html.unescape(_EMPHASIS.sub("", words))


@functools.lru_cache(maxsize=200)
def _without_markup(text: str) -> str:
    return flatten(parse(raised(text), MarkdownSettings()).tokens).canonical.text


@functools.lru_cache(maxsize=2_000)
def _searchable(text: str) -> CopyText:
    """A text made ready for searching; each is folded at most once in a process."""
    return CopyText(text)


def _said(claim: Claim, library: Library) -> QuoteCheck | None:
    """What became of the claimant's words, where they were quoted from a seed whose text is present."""
    if claim.said is None or not claim.said.quote or not claim.said.seed:
        return None
    text = library.seeds.get(claim.said.seed)
    return None if text is None else check_evidence_quote(claim.said.quote, _searchable(text))


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
        message = message.format(source=claim.said.seed)
        missing = sought(claim.said.quote, claim.said.seed, check)
        yield Problem(rule, message, place, nearest_hint(check), article, claim.id, missing)
