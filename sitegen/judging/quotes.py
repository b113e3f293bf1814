"""Quotations: whether the words that evidence quotes stand in the copy of their source.

A quotation that is found says nothing of whether it supports the claim.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from sitegen.judging.folding import fold
from sitegen.judging.folding_edges import begins_clean, ends_clean, is_unclipped
from sitegen.judging.folding_nearest import nearest, similarity
from sitegen.judging.folding_search import SearchText
from sitegen.judging.quotes_copies import is_unreadable
from sitegen.judging.quotes_parts import find_parts, parse_parts
from sitegen.judging.surroundings import surroundings
from sitegen.model.findings import DiffWord, QuoteCheck, QuoteState

__all__ = ["NEAR", "SHOWN", "CopyText", "check_evidence_quote", "check_quote", "is_unreadable", "word_diff"]

NEAR = 0.75
"""From this similarity on, a passage is what the quotation was probably taken from: one changed word in four still
passes, a paraphrase of the same fact does not."""

SHOWN = 0.5
"""Below this similarity the closest passage is no more than chance, and is not shown."""

_LAST_WORD = re.compile(r"\S+\s*\Z")
_NEXT_WORD = re.compile(r"\s*\S*[\w%‰°€$£]")

_REACH = 80
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")
_WORD_BEFORE = re.compile(r"\S*[^\s.!?…。！？\"'”’»)\]][^\S\n]*(?:\n[^\S\n]*)?\Z")
_WORD_AFTER = re.compile(r"[^\S\n]*(?:\n[^\S\n]*)?\S*[\w%‰°€$£]")

_WRAPPERS = ("“”", "„“", "„”", "”“", "””", '""', "‘’", "‚‘", "''", "«»", "»«", "‹›", "「」", "『』")


class CopyText(SearchText):
    """The text of a copy, searched for many quotations: folded, and judged readable or not, at most once."""

    @cached_property
    def is_unreadable(self) -> bool:
        """Whether it holds no usable text."""
        return is_unreadable(self.text)


def check_evidence_quote(
    quote: str, copy: CopyText | None, *, readable: bool = True, closest: bool = True
) -> QuoteCheck:
    """Check what a piece of evidence quotes, whatever there is to check it against.

    `copy` is None where the source has no copy; `readable` is False where no text could be read from the file.
    What is found even in a dubious copy is found; what is not found in one could not be checked. Without `closest`,
    no passage is proposed for what is not found, and its state is `absent`.
    """
    if not quote.strip():
        return QuoteCheck("unquoted")
    if copy is None:
        return QuoteCheck("unarchived")
    if not readable or not copy.text.strip():
        return QuoteCheck("unreadable")
    check = check_quote(quote, copy, closest=closest)
    if not check.verified and copy.is_unreadable:
        return QuoteCheck("unreadable")
    return check


def check_quote(quote: str, copy: SearchText, *, closest: bool = True) -> QuoteCheck:
    """Look for a quotation, not empty, in a copy's text."""
    words = quote.strip()
    if not any(char.isalnum() for char in words):
        return QuoteCheck("absent")
    exact = _first_unclipped(copy, copy.exact(words))
    if exact:
        return _found("exact", copy.text, exact)
    for wording in _wordings(words):
        span = _first_unclipped(copy, copy.variants(wording)) or _in_parts(wording, copy)
        if span:
            return _found("folded", copy.text, span)
    return _closest(words, copy) if closest else QuoteCheck("absent")


def _wordings(words: str) -> Iterator[str]:
    """The quotation as it stands, and without quotation marks of its own around it."""
    yield words
    if len(words) > 2 and words[0] + words[-1] in _WRAPPERS:
        yield words[1:-1].strip()


def _first_unclipped(copy: SearchText, spans: Iterator[tuple[int, int]]) -> tuple[int, int] | None:
    return next((span for span in spans if is_unclipped(copy.text, *span)), None)


def _in_parts(words: str, copy: SearchText) -> tuple[int, int] | None:
    parts = parse_parts(words)
    return find_parts(parts, copy) if parts else None


def _found(state: QuoteState, text: str, span: tuple[int, int]) -> QuoteCheck:
    start, end = span
    before, after = surroundings(text, start, end)
    return QuoteCheck(state, text[start:end], before, after, start=start, end=end)


def _closest(words: str, copy: SearchText) -> QuoteCheck:
    """The passage that a quotation not found was probably taken from."""
    best = next(iter(nearest(words, copy)), None)
    if best is None or best.score < SHOWN:
        return QuoteCheck("absent")
    start, end = _widened(copy.text, best.start, best.end)
    score = min(best.score, round(similarity(words, copy.text[start:end]), 4))
    state: QuoteState = "near" if best.score >= NEAR else "absent"
    start, end = _with_successors(words, copy.text, start, end)
    passage = copy.text[start:end]
    before, after = surroundings(copy.text, start, end)
    return QuoteCheck(state, passage, before, after, score, start, end, word_diff(words, passage))


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A passage with the words that it must not be cut from, so that a reader sees what is amiss."""
    if not begins_clean(text, start, end):
        start = next((found.start() for found in _LAST_WORD.finditer(text, max(0, start - 40), start)), start)
    if not ends_clean(text, start, end):
        found = _NEXT_WORD.match(text, end, end + 40)
        end = found.end() if found else end
    return start, end


def _with_successors(words: str, text: str, start: int, end: int) -> tuple[int, int]:
    """A passage with what stands in the place of a quotation's first and last words, where these are others.

    Likeness is best without them, but a reader wants to see what the source has instead. Another sentence than the
    passage's says nothing of them.
    """
    diff = word_diff(words, text[start:end])
    if len(diff) < 2:
        return start, end
    if diff[0][0] == "gone" and diff[1][0] == "same":
        start = _words_back(text, start, len(diff[0][1].split()))
    if diff[-1][0] == "gone" and diff[-2][0] == "same":
        end = _words_on(text, end, len(diff[-1][1].split()))
    return start, end


def _words_back(text: str, start: int, most: int) -> int:
    """Where a passage begins that has some more words before it, of the same sentence."""
    for _ in range(most):
        found = _WORD_BEFORE.search(text, max(0, start - _REACH), start)
        if found is None or ("\n" in found[0] and not _is_wrapped(found[0].strip()[-1], text[start])):
            break
        start = found.start()
    return start


def _words_on(text: str, end: int, most: int) -> int:
    """Where a passage ends that has some more words after it, of the same sentence."""
    for _ in range(most):
        found = (
            None
            if _SENTENCE_END.search(text, max(0, end - 4), end)
            else _WORD_AFTER.match(text, end, end + _REACH)
        )
        if found is None or ("\n" in found[0] and not _is_wrapped(text[end - 1], found[0].strip()[0])):
            break
        end = found.end()
    return end


def _is_wrapped(last: str, first: str) -> bool:
    """Whether a sentence goes on in the next line, by the letters at the end of one and the beginning of the other."""
    return (last.islower() or last in ",;") and first.islower()


def word_diff(quote: str, passage: str) -> tuple[DiffWord, ...]:
    """Compare two texts word by word; typographic variants of a word count as the same."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - slow to import, and needed for mistakes alone

    old, new = quote.split(), passage.split()
    matcher = SequenceMatcher(
        None, [fold(word).text for word in old], [fold(word).text for word in new], autojunk=False
    )
    diff: list[DiffWord] = []
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            diff.append(("same", " ".join(new[start:end])))
            continue
        if first < last:
            diff.append(("gone", " ".join(old[first:last])))
        if start < end:
            diff.append(("new", " ".join(new[start:end])))
    return tuple(diff)
