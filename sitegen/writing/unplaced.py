"""Anchors that have no certain place: what is said of them, and where in the article's file they may stand now."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from sitegen.judging.canonical import Flattened
from sitegen.judging.quotes import word_diff
from sitegen.judging.reanchoring import changes
from sitegen.model.findings import Anchoring
from sitegen.model.places import Drift, Place, Places, Problem, Proposal
from sitegen.model.records import Claim, Note, Uncheckable

_ANCHOR_RULES = {"ambiguous": "anchor-ambiguous", "drifted": "anchor-drifted", "lost": "anchor-lost"}

_LEAD = 5
"""Words of a passage that are looked for in the file, the first ones; fewer where markup stands among them."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The way from the canonical text of an article back to the lines of its file.

    `lines` are those of the body, which begins on line `first_line` of `file`.
    """

    tokens: Iterable[Token]
    flattened: Flattened
    lines: Sequence[str]
    first_line: int
    file: str

    def place(self, start: int, end: int) -> Place:
        """Where a range of the canonical text stands; the first line of its block where its words do not stand there as written."""
        text = self.flattened.canonical.text
        token, begin = self._block(start)
        first, last = (token.map if token is not None else None) or (0, 1)
        written = "\n".join(self.lines[first:last])
        words = text[start:end].split()
        for count in range(min(_LEAD, len(words)), 0, -1):
            lead = r"\s+".join(map(re.escape, words[:count]))
            before = len(re.findall(lead, text[begin:start]))
            found = list(re.finditer(lead, written))
            if len(found) > before:
                return self._at(written, found[before], first + self.first_line)
        line = first + self.first_line
        return Place(self.file, line, 1, line, 2)

    def _block(self, start: int) -> tuple[Token | None, int]:
        """The block that a place of the canonical text stands in, and where its text begins."""
        spans = self.flattened.spans
        for token in self.tokens:
            span = spans.get(id(token))
            if span is not None and span[0] <= start < span[1]:
                return token, span[0]
        return None, 0

    def _at(self, written: str, found: re.Match[str], first_line: int) -> Place:
        ends = []
        for at in found.span():
            line_start = written.rfind("\n", 0, at) + 1
            ends += [first_line + written.count("\n", 0, at), at - line_start + 1]
        return Place(self.file, *ends)


def anchor_problems(
    entry: Claim | Note | Uncheckable, found: Anchoring, article: str, whereabouts: Whereabouts
) -> Iterator[Problem]:
    """What is wrong with an anchor, if it has no certain place."""
    rule = _ANCHOR_RULES.get(found.state)
    if rule is None:
        return
    claim = entry.id if isinstance(entry, (Claim, Note)) else ""
    places: Places = entry.anchor.at
    drift = _drift(entry.anchor.quote, found, whereabouts)
    message, hint = _told(entry, found, drift)
    yield Problem(rule, message, places.of("quote"), hint, article, claim, drift=drift)


def _told(entry: Claim | Note | Uncheckable, found: Anchoring, drift: Drift | None) -> tuple[str, str]:
    """The message and the hint."""
    quote = _short(entry.anchor.quote)
    if found.state == "ambiguous":
        hint = "add a prefix, a suffix or a block: anchor: {quote: …, prefix: …}"
        if entry.anchor.prefix or entry.anchor.suffix or entry.anchor.block:
            hint = "none of them, or more than one, has that prefix, suffix and block (the id of a heading)"
        return f'"{quote}" stands {len(found.places)} times in the article', hint
    if drift is not None:
        differs = changes(entry.anchor.quote, drift.likely.passage)
        hint = f'nearest there ({_likeness(drift)}): "{_short(drift.likely.passage)}": {_short(differs)}{_way_on(entry)}'
        return f'"{quote}" was changed in the article', hint
    return f'"{quote}" is not in the article', "the words were deleted, or never stood there"


def _likeness(drift: Drift) -> str:
    """How like the likeliest place is and where it stands, and the same of the next best."""
    told = f"{drift.likely.score:.2f} at {drift.likely.place}"
    second = drift.runner_up
    if second is not None:
        told += f", next best {second.score:.2f} at {second.place.line}:{second.place.column}"
    return told


def _drift(quote: str, found: Anchoring, whereabouts: Whereabouts) -> Drift | None:
    if found.state != "drifted" or found.start is None or found.end is None or found.exact is None:
        return None
    text = whereabouts.flattened.canonical.text
    second = found.runner_up
    return Drift(
        Proposal(whereabouts.place(found.start, found.end), found.exact, found.score or 0.0),
        None
        if second is None
        else Proposal(
            whereabouts.place(second.start, second.end), text[second.start : second.end], second.score
        ),
        word_diff(quote, found.exact),
    )


def _way_on(entry: Claim | Note | Uncheckable) -> str:
    """What mends a changed anchor: only entries with a note are proposed anew."""
    return "; see sitegen reanchor" if isinstance(entry, (Claim, Note)) else "; change it here"


def _short(words: str) -> str:
    return words if len(words) <= 80 else words[:77].rstrip() + "…"
