"""Anchors: where in an article the words stand that a claim or note is about."""

import re
from collections.abc import Callable, Iterable

from sitegen.judging.folding import fold
from sitegen.judging.folding_edges import is_whole
from sitegen.judging.folding_nearest import nearest
from sitegen.judging.folding_search import SearchText
from sitegen.model.findings import Anchoring, AnchorState, CanonicalText
from sitegen.model.records import Anchor

CONTEXT = 32
"""Code points of an anchoring's prefix and suffix, as is usual for a TextQuoteSelector."""

LIKELY = 0.7
"""From this similarity on, a place is proposed. English sentences that have nothing to do with one another score
around 0.5; words of which every third letter was changed still score 0.7."""

_Span = tuple[int, int]


class Searchable(SearchText):
    """An article's canonical text made ready for all its anchors.

    It is folded at most once, and only if an anchor is not found as it is written.
    """

    def __init__(self, canonical: CanonicalText) -> None:
        super().__init__(canonical.text)
        self.canonical = canonical


def find_anchor(anchor: Anchor, article: Searchable | CanonicalText) -> Anchoring:
    """Find where an anchor stands in an article; for several anchors, pass one `Searchable`."""
    text = article if isinstance(article, Searchable) else Searchable(article)
    words = anchor.quote.strip()
    searches: tuple[tuple[AnchorState, Callable[[str], Iterable[_Span]]], ...] = (
        ("exact", text.exact),
        ("folded", text.variants),
    )
    for state, search in searches:
        places = tuple(span for span in search(words) if is_whole(text.text, *span))
        chosen = places if len(places) == 1 else _told_apart(places, anchor, text.canonical)
        if len(chosen) == 1:
            return _placed(state, text, chosen[0], anchor)
        if places:
            return Anchoring("ambiguous", places=places)
    return _proposed(words, anchor, text)


def _told_apart(places: Iterable[_Span], anchor: Anchor, canonical: CanonicalText) -> tuple[_Span, ...]:
    """Those of several places that agree with all that the anchor says of its surroundings."""
    if not _names_surroundings(anchor):
        return ()
    return tuple(
        span
        for span in places
        if _in_block(span, anchor.block, canonical)
        and _follows(canonical.text, span[0], anchor.prefix)
        and _precedes(canonical.text, span[1], anchor.suffix)
    )


def _in_block(span: _Span, block: str, canonical: CanonicalText) -> bool:
    return not block or any(
        identifier == block and start <= span[0] and span[1] <= end
        for identifier, start, end in canonical.sections
    )


def _follows(text: str, at: int, prefix: str) -> bool:
    """Whether a prefix stands directly before a place, white space apart."""
    wanted = fold(prefix).text.strip()
    return fold(text[max(0, at - _reach(prefix)) : at]).text.rstrip().endswith(wanted)


def _precedes(text: str, at: int, suffix: str) -> bool:
    wanted = fold(suffix).text.strip()
    return fold(text[at : at + _reach(suffix)]).text.lstrip().startswith(wanted)


def _reach(context: str) -> int:
    """Code points in which a context fits, with room for runs of white space and for decomposed letters."""
    return 3 * len(context) + 64


def _placed(state: AnchorState, text: Searchable, span: _Span, anchor: Anchor) -> Anchoring:
    start, end = span
    prefix, suffix = _context(text.text, start, end)
    agrees = not _names_surroundings(anchor) or bool(_told_apart([span], anchor, text.canonical))
    # The heading above is of use only where the one that the anchor names is no longer it.
    block = "" if agrees else _heading_above(span, text.canonical)
    return Anchoring(state, start, end, text.text[start:end], prefix, suffix, agrees=agrees, block=block)


def _names_surroundings(anchor: Anchor) -> bool:
    return bool(anchor.prefix.strip() or anchor.suffix.strip() or anchor.block)


def _context(text: str, start: int, end: int) -> tuple[str, str]:
    return text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]


def _proposed(words: str, anchor: Anchor, text: Searchable) -> Anchoring:
    """The likeliest place of words that were changed: `drifted`, or `lost` where nothing is like them."""
    likely = [found for found in nearest(words, text) if found.score >= LIKELY]
    if not likely:
        return Anchoring("lost")
    likely.sort(
        key=lambda found: (not _told_apart([(found.start, found.end)], anchor, text.canonical), -found.score)
    )
    best = likely[0]
    start, end = _completed(words, (best.start, best.end), text.text)
    prefix, suffix = _context(text.text, start, end)
    return Anchoring(
        "drifted",
        start,
        end,
        text.text[start:end],
        prefix,
        suffix,
        score=best.score,
        runner_up=max(likely[1:], key=lambda found: found.score, default=None),
        agrees=not _names_surroundings(anchor) or bool(_told_apart([(start, end)], anchor, text.canonical)),
        block=_heading_above((start, end), text.canonical),
    )


def _heading_above(span: _Span, canonical: CanonicalText) -> str:
    """The id of the innermost section that a place stands in; empty where it stands in none."""
    inside = [section for section in canonical.sections if section[1] <= span[0] and span[1] <= section[2]]
    return max(inside, key=lambda section: section[1])[0] if inside else ""


def _completed(words: str, span: _Span, text: str) -> _Span:
    """A proposal with the words at its end, or at its beginning, that stand where the anchor's own were changed.

    What is most like the anchor ends before a last word that was replaced; what was meant goes on to it.
    """
    start, end = span
    wanted, found = words.split(), text[start:end].split()
    missing = len(wanted) - len(found)
    if missing <= 0 or not found:
        return span
    if not _same_word(wanted[-1], found[-1]):
        more = (
            re.match(rf"(?:(?<![.!?])[^\S\n]+[^\s]+){{1,{missing}}}", text[end:])
            if text[end - 1] not in ".!?"
            else None
        )
        return (start, end + len(more[0].rstrip("\"')]},.;:!?"))) if more else span
    if not _same_word(wanted[0], found[0]):
        before = re.search(rf"(?:[^\s]+(?<![.!?])[^\S\n]+){{1,{missing}}}$", text[:start])
        return (before.start() + len(before[0]) - len(before[0].lstrip("\"'([{")), end) if before else span
    return span


def _same_word(one: str, other: str) -> bool:
    return fold(one).text.strip(".,;:!?\"'()[]") == fold(other).text.strip(".,;:!?\"'()[]")
