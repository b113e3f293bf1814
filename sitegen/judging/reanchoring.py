"""New anchors for words that were changed: which are certain enough to be written, and which are only shown."""

from collections.abc import Iterator
from dataclasses import dataclass

from sitegen.judging.quotes import word_diff
from sitegen.model.findings import Anchoring
from sitegen.model.records import Claim, Note
from sitegen.model.site import Draft

SURE = 0.85
"""The least similarity at which a changed anchor's place counts as certain: one word in ten may differ."""

MARGIN = 0.1
"""How far the runner-up must lie behind: two places that are nearly as like cannot be told apart by likeness."""


@dataclass(frozen=True, slots=True)
class Reanchoring:
    """A new anchor for an entry of a sidecar.

    `words` are the article's own; `recheck` says what changed, and is empty where only typography did; `certain`
    says whether the place is beyond doubt. Whether the claim still holds is never certain: that is what `recheck`
    asks for.
    """

    entry: Claim | Note
    words: str
    recheck: str
    certain: bool
    score: float


def reanchorings(draft: Draft) -> Iterator[Reanchoring]:
    """The anchors of an article that no longer stand in it word for word, and have a likely place."""
    found = dict(draft.anchorings)
    for entry in draft.sidecar.entries:
        anchoring = found[entry.id]
        if anchoring.exact is None or anchoring.exact == entry.anchor.quote.strip():
            continue
        if anchoring.state == "folded":
            yield Reanchoring(entry, anchoring.exact, "", certain=True, score=1.0)
        elif anchoring.state == "drifted":
            yield Reanchoring(
                entry,
                anchoring.exact,
                changes(entry.anchor.quote, anchoring.exact),
                certain=_is_certain(anchoring),
                score=anchoring.score or 0.0,
            )


def _is_certain(anchoring: Anchoring) -> bool:
    score = anchoring.score or 0.0
    behind = anchoring.runner_up.score if anchoring.runner_up is not None else 0.0
    return score >= SURE and score - behind >= MARGIN


def changes(before: str, after: str) -> str:
    """What was changed, in words: `12 % became 1.2 %`."""
    parts: list[str] = []
    gone = ""
    for kind, words in (*word_diff(before, after), ("same", "")):
        if kind == "gone":
            gone = words
            continue
        if kind == "new":
            parts.append(f"{gone} became {words}" if gone else f"{words} was added")
        elif gone:
            parts.append(f"{gone} was taken out")
        gone = ""
    return "; ".join(parts)
