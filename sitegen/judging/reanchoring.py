"""New anchors for words that were changed: which are certain enough to be written, and which are only shown."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sitegen.judging.folding import fold
from sitegen.judging.quotes import word_diff
from sitegen.model.findings import Anchoring
from sitegen.model.records import Anchor, Claim, Note
from sitegen.model.site import Draft

SURE = 0.85
"""The least similarity at which a changed anchor's place counts as certain; `docs/anchors.md` has the data."""

MARGIN = 0.1
"""How far the runner-up must lie behind: two places that are nearly as like cannot be told apart by likeness."""

SHARED = 0.6
"""Two places of which this part is common are one place: what holds one anchor word for word is no other's."""

ORDERED = 3
"""Placed entries from which on the order of a sidecar says something: two stand in the article's by chance."""

_FIGURE = re.compile(r"\d[\d.,]*")

_Span = tuple[int, int]

Former = Callable[[Anchor], str | None]
"""An anchor to the article's text when its words last stood there; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Reanchoring:
    """A new anchor for an entry of a sidecar.

    `words` are the article's own; `recheck` says what changed, and is empty where only typography did; `certain`
    says whether the place is beyond doubt. Whether the claim still holds is never certain: that is what `recheck`
    asks for. `runner_up` is the likeness of the next best place, 0 where there is none. `fields` has new values
    for those of `prefix`, `suffix` and `block` that do not hold at the new place.
    """

    entry: Claim | Note
    words: str
    recheck: str
    certain: bool
    score: float
    runner_up: float = 0.0
    before: str = ""
    after: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def reanchorings(draft: Draft, former: Former = lambda _: None) -> Iterator[Reanchoring]:
    """The anchors of an article that no longer stand in it word for word and have a likely place, or whose surroundings changed."""
    found = dict(draft.anchorings)
    ordered = [(entry, found[entry.id]) for entry in draft.sidecar.entries]
    for index, (entry, anchoring) in enumerate(ordered):
        if anchoring.exact is None:
            continue
        fields = _fields(entry.anchor, anchoring)
        if anchoring.placed and (fields or anchoring.exact != entry.anchor.quote.strip()):
            yield Reanchoring(entry, anchoring.exact, "", certain=True, score=1.0, fields=fields)
        elif anchoring.state == "drifted":
            others = [span_of(other) for name, other in found.items() if name != entry.id]
            sure = is_certain(entry.anchor, anchoring, others, former(entry.anchor)) and keeps_order(
                index, [other for _, other in ordered]
            )
            yield Reanchoring(
                entry,
                anchoring.exact,
                changes(entry.anchor.quote, anchoring.exact),
                certain=sure,
                score=anchoring.score or 0.0,
                runner_up=anchoring.runner_up.score if anchoring.runner_up is not None else 0.0,
                before=anchoring.prefix or "",
                after=anchoring.suffix or "",
                fields=fields,
            )


def span_of(anchoring: Anchoring) -> _Span:
    """The place of an anchoring, proposed or certain; an empty one where it has none."""
    return anchoring.start or 0, anchoring.end or 0


def is_certain(anchor: Anchor, anchoring: Anchoring, others: Iterable[_Span], former: str | None) -> bool:
    """Whether a proposal is safe to be written.

    It is like enough, nothing else is nearly as like, its surroundings are those that the anchor names, no other
    anchor stands or is proposed there, and at most one figure differs: where two do, it is another fact. And it is no
    twin of what was deleted: `former` is the article's text when the anchor stood in it, None where that is not known.
    """
    score = anchoring.score or 0.0
    behind = anchoring.runner_up.score if anchoring.runner_up is not None else 0.0
    words = anchoring.exact or ""
    return (
        score >= SURE
        and score - behind >= MARGIN
        and anchoring.agrees
        and not any(_is_one_place(span_of(anchoring), other) for other in others)
        and _figures_changed(anchor.quote, words) <= 1
        and (_is_new(anchor.quote, words, former) if former is not None else _is_enclosed(anchor, words))
    )


def _is_new(quote: str, words: str, former: str) -> bool:
    """Whether words stood nowhere in a former text but within the anchor's own: else they are another sentence, and its twin."""
    text, was = fold(former).text, fold(quote).text.strip()
    return fold(words).text.strip() not in text.replace(was, "\n")


def _is_enclosed(anchor: Anchor, words: str) -> bool:
    """Whether a proposal may be told from a twin by itself: one word differs, or what stood on both sides still does."""
    if anchor.prefix.strip() and anchor.suffix.strip():
        return True
    kinds = [
        kind
        for kind, told in word_diff(anchor.quote, words)
        for _ in (told.split() if kind != "same" else ())
    ]
    # One word gone and one new are one replaced only if they stand side by side.
    return kinds in (["gone"], ["new"]) or (kinds == ["gone", "new"] and _is_replaced(anchor.quote, words))


def _is_replaced(before: str, after: str) -> bool:
    kinds = [kind for kind, _ in word_diff(before, after)]
    return kinds.index("new") == kinds.index("gone") + 1


def keeps_order(index: int, ordered: Sequence[Anchoring]) -> bool:
    """Whether a proposal stands between the same entries as in the sidecar, where the sidecar's order is the article's."""
    placed = [
        (at, found.start) for at, found in enumerate(ordered) if found.placed and found.start is not None
    ]
    starts = [start for _, start in placed]
    proposed = ordered[index].start
    if len(starts) < ORDERED or starts != sorted(starts) or proposed is None:
        return True
    return all((start <= proposed) == (at < index) for at, start in placed)


def _is_one_place(one: _Span, other: _Span) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common > SHARED * (max(one[1], other[1]) - min(one[0], other[0]))


def _figures_changed(before: str, after: str) -> int:
    """How many figures of the one or the other wording the other lacks, whichever are more."""
    old, new = ([match[0].rstrip(".,") for match in _FIGURE.finditer(words)] for words in (before, after))
    return max(sum(one not in new for one in old), sum(one not in old for one in new))


def _fields(anchor: Anchor, found: Anchoring) -> dict[str, str]:
    """What an anchor must say of its surroundings so that it is true of the place proposed."""
    if found.agrees:
        return {}
    new: dict[str, str] = {}
    if anchor.prefix.strip():
        new["prefix"] = " ".join((found.prefix or "").split()[-max(1, len(anchor.prefix.split())) :])
    if anchor.suffix.strip():
        new["suffix"] = " ".join((found.suffix or "").split()[: max(1, len(anchor.suffix.split()))])
    if anchor.block and found.block:
        new["block"] = found.block
    return {name: value for name, value in new.items() if value and value != getattr(anchor, name).strip()}


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
