"""The closest passages: where words that are not in a text most likely came from.

Similarity proposes and never accepts: one inserted "not" scores 0.98.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, pairwise

from sitegen.judging.folding import fold
from sitegen.judging.folding_search import SearchText
from sitegen.model.findings import Candidate

_PROBES = 24
"""Pieces of the words looked for in the text; the longest first, as they are the rarest."""

_TELLING = 10
"""Probes that are in the text; with so many, more would not change the picture."""

_HITS = 400
"""Places of one probe that are counted: a piece that stands in more tells nothing."""

_WINDOWS = 12
"""Places compared letter by letter, those with most probes first."""

_SMALL = 4_000_000
"""Up to this product of the two lengths the whole text is compared too, some ten milliseconds of work."""

_WORD = re.compile(r"\w+")
_UNSPACED = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff]"
_PIECE = re.compile(rf"{_UNSPACED}|\S+?(?={_UNSPACED}|\s|$)")


def similarity(words: str, passage: str) -> float:
    """How alike two texts are once folded, from 0 to 1: twice the letters in common over all letters."""
    return _ratio(fold(words).text, fold(passage).text)


def nearest(words: str, text: SearchText) -> tuple[Candidate, ...]:
    """The passages of a text most like some words, best first, none overlapping another; there may be none."""
    needle, hay = fold(words).text.strip(), text.folded.text
    if not needle or not hay:
        return ()
    scored = sorted(
        {_fitted(needle, hay, start) for start in _starts(needle, text)}, key=lambda found: (-found[2], found)
    )
    best: list[tuple[int, int, float]] = []
    for start, end, score in scored:
        if start < end and all(end <= other[0] or other[1] <= start for other in best):
            best.append((start, end, score))
    return tuple(Candidate(*text.folded.original(start, end), round(score, 4)) for start, end, score in best)


def _starts(needle: str, text: SearchText) -> Iterator[int]:
    """Where in the folded text the words may begin, the likeliest places alone."""
    span = max(8, len(needle) // 2)
    weight: defaultdict[int, int] = defaultdict(int)
    first: dict[int, int] = {}
    found = (
        (offset, probe, hits)
        for offset, probe in _probes(needle)
        if (hits := text.folded_places(probe, _HITS))
    )
    for offset, probe, hits in islice(found, _TELLING):
        seen = set()
        for hit in hits:
            bucket = (hit - offset) // span
            first.setdefault(bucket, hit - offset)
            if bucket not in seen:
                seen.add(bucket)
                weight[bucket] += len(probe)
    ranked = sorted(weight, key=lambda bucket: (-weight[bucket] - weight.get(bucket + 1, 0), bucket))
    yield from (first[bucket] for bucket in ranked[:_WINDOWS])
    hay = text.folded.text
    if len(needle) * len(hay) <= _SMALL:
        yield _aligned(needle, hay)


def _probes(needle: str) -> list[tuple[int, str]]:
    spans = [match.span() for match in _WORD.finditer(needle)]
    spans += [(one[0], two[1]) for one, two in pairwise(spans)]
    for run in re.finditer(f"{_UNSPACED}+", needle):
        spans += [(start, start + 2) for start in range(run.start(), run.end() - 1)]
    longest = sorted({needle[start:end]: start for start, end in reversed(spans)}.items())
    longest.sort(key=lambda item: (-len(item[0]), item[1]))
    return [(start, probe) for probe, start in longest[:_PROBES]]


def _aligned(needle: str, hay: str) -> int:
    from rapidfuzz.fuzz import partial_ratio_alignment  # noqa: PLC0415 - slow to import; most words are found as they are

    alignment = partial_ratio_alignment(needle, hay) if len(needle) < len(hay) else None
    return alignment.dest_start if alignment else 0


def _fitted(needle: str, hay: str, start: int) -> tuple[int, int, float]:
    """The passage of whole words near a place that is most like the words, and its score."""
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - slow to import; most words are found as they are

    slack = max(24, len(needle) // 3)
    low, high = max(0, start - slack), min(len(hay), start + len(needle) + slack)
    if low >= high:
        return 0, 0, 0.0
    begins, ends = _word_edges(hay, low, high)
    begin = min(begins, key=lambda at: (abs(at - start), at))
    end = begin
    for _ in range(2):
        end = max(
            (at for at in ends if at > begin),
            key=lambda at: (ratio(needle, hay[begin:at]), -at),
            default=begin,
        )
        begin = max(
            (at for at in begins if at < end), key=lambda at: (ratio(needle, hay[at:end]), at), default=begin
        )
    return begin, end, _ratio(needle, hay[begin:end])


def _word_edges(hay: str, low: int, high: int) -> tuple[list[int], list[int]]:
    """Where passages may begin and end in a range: at white space, or anywhere in scripts that use none."""
    window = hay[low:high]
    pieces = [match.span() for match in _PIECE.finditer(window)]
    if low and not hay[low - 1].isspace() and len(pieces) > 1:
        del pieces[0]
    if high < len(hay) and not hay[high].isspace() and len(pieces) > 1:
        del pieces[-1]
    begins = {at for start, end in pieces for at in (low + start, _inner(window, start, end)[0] + low)}
    ends = {at for start, end in pieces for at in (low + end, _inner(window, start, end)[1] + low)}
    return sorted(begins) or [low], sorted(ends) or [high]


def _inner(window: str, start: int, end: int) -> tuple[int, int]:
    """A piece less the punctuation around it."""
    piece = window[start:end]
    left, right = piece.lstrip("\"'([{"), piece.rstrip("\"')]},.;:!?")
    return (end - len(left) if left else start), (start + len(right) if right else end)


def _ratio(needle: str, passage: str) -> float:
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - likewise

    return ratio(needle, passage) / 100
