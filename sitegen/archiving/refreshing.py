"""What became of the quotations that rest on a copy when its source was fetched again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sitegen.archiving.shelf import Resting
from sitegen.judging.quotes import CopyText, check_evidence_quote, word_diff
from sitegen.model.findings import DiffWord, QuoteCheck


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one quotation: its states in the old and the new copy, and the sentence around it in both."""

    resting: Resting
    before: QuoteCheck
    after: QuoteCheck

    @property
    def lost(self) -> bool:
        """Whether the words stood in the old copy, and do not in the new one."""
        return self.before.verified and not self.after.verified

    @property
    def around(self) -> tuple[DiffWord, ...]:
        """The words around the quotation, compared; empty where they are the same."""
        old, new = _sentence(self.before), _sentence(self.after)
        return () if old.split() == new.split() else word_diff(old, new)


def changes(resting: Iterable[Resting], old: str, new: str) -> tuple[Change, ...]:
    """What became of each quotation that rests on a copy, `old` and `new` being the copies' texts."""
    before, after = CopyText(old), CopyText(new)
    return tuple(
        Change(entry, check_evidence_quote(entry.quote, before), check_evidence_quote(entry.quote, after))
        for entry in resting
    )


def _sentence(check: QuoteCheck) -> str:
    return f"{check.before}{check.passage}{check.after}"


def told(change: Change) -> Iterator[str]:
    """The change in words, line by line."""
    if change.lost:
        yield f"{change.resting}: the quotation is not in the new copy any more"
    elif not change.after.verified:
        yield f"{change.resting}: the quotation stood in neither copy"
    elif not change.before.verified:
        yield f"{change.resting}: the quotation stands in the new copy, and did not in the old one"
    elif change.around:
        yield f"{change.resting}: the quotation is still there; the words around it were changed"
    else:
        yield f"{change.resting}: the quotation is still there, and so are the words around it"
        return
    if change.around and change.after.passage:
        yield "  " + " ".join(_marked(kind, words) for kind, words in change.around)


def _marked(kind: str, words: str) -> str:
    return {"gone": f"[-{words}-]", "new": f"{{+{words}+}}"}.get(kind, words)
