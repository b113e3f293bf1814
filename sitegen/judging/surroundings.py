"""What stands around a quotation in a copy: at most one sentence on each side, and never more of the copy than that."""

import re

from sitegen.judging.sentences import sentence_edges

_REACH = 400
"""Code points on each side within which the ends of sentences are looked for."""

_BLOCK_ENDS = re.compile("\\n\\s*\\n|[\\f\\u2029]")


def surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a passage: the rest of the sentences that it begins and ends in.

    Where it begins with a sentence, the sentence before it stands before it, and where it ends with one, the sentence after it
    stands after it, if they are in the same block of the text.
    """
    begin, stop = sentence_edges(text, start, end, _REACH)
    if not text[begin:start].strip():
        begin = _begin_of_sentence_before(text, begin)
    if not text[end:stop].strip():
        stop = _end_of_sentence_after(text, stop)
    return text[begin:start], text[end:stop]


def _begin_of_sentence_before(text: str, start: int) -> int:
    low = max(0, start - _REACH)
    last = low + len(text[low:start].rstrip())
    if last == low or _BLOCK_ENDS.search(text, last, start):
        return start
    begin, _ = sentence_edges(text, last - 1, last, _REACH)
    # Where no sentence begins within reach, one letter would be left.
    return begin if begin < last - 1 else start


def _end_of_sentence_after(text: str, end: int) -> int:
    high = min(len(text), end + _REACH)
    first = high - len(text[end:high].lstrip())
    if first == high or _BLOCK_ENDS.search(text, end, first):
        return end
    _, stop = sentence_edges(text, first, first + 1, _REACH)
    return stop if stop > first + 1 else end
