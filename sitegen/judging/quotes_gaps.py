"""Gaps in a quotation: what an omission (`…`) may leave out and an insertion (`[word]`) may stand for."""

import re
from dataclasses import dataclass

from sitegen.judging.figures import figures
from sitegen.judging.folding import fold
from sitegen.judging.folding_edges import COMPARED, CURRENCY, begins_clean
from sitegen.judging.quotes_negations import has_negation

LONGEST_OMISSION = 600
"""Code points that one omission may leave out: a few sentences. Passages further apart are two quotations."""

MOST_REPLACED = 4
"""Words of the source that one insertion may stand for ("[Kim]" for "the North Korean leader")."""

_NEIGHBOUR = 40
"""Code points in which the word beside an edge of the quotation is looked for."""

_SENTENCE_END = re.compile(r"[.!?]\s")
_FIGURE_SIGN = re.compile(rf"[\d{COMPARED}%‰{CURRENCY}+−±]")
_ENDING = re.compile(r"(?:e?s|e?d|e?n|e?r?|ing|y|ie[sd]|['’]s|s['’])")
_NEGATING_PREFIXES = frozenset(
    {"a", "an", "un", "in", "im", "il", "ir", "non", "dis", "mis", "anti", "counter"}
)


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands between two parts of a quotation.

    `inserted` is the text in brackets, empty for a bare omission; `after_letter` and `before_letter` say
    whether the brackets touch a word, as in `missile[s]` and `[re]built`.
    """

    is_omission: bool = False
    inserted: str = ""
    after_letter: bool = False
    before_letter: bool = False


NO_GAP = Gap()


def merged(one: Gap, two: Gap) -> Gap:
    """Two gaps with nothing to check between them, as one."""
    if NO_GAP in {one, two}:
        return two if one == NO_GAP else one
    return Gap(
        is_omission=one.is_omission or two.is_omission,
        inserted=f"{one.inserted} {two.inserted}".strip(),
        after_letter=one.after_letter,
        before_letter=two.before_letter,
    )


def allows(gap: Gap, skipped: str) -> bool:
    """Whether a gap between two parts may stand for what the source has there."""
    if len(skipped) > LONGEST_OMISSION:
        return False
    if gap.inserted and _same_words(skipped, gap.inserted):
        return True
    if has_negation(skipped) or has_negation(gap.inserted):
        return False
    if gap.is_omission:
        return True
    if gap.after_letter or gap.before_letter:
        return _allows_in_word(gap, skipped)
    return _allows_replaced(gap, skipped)


def allows_start(gap: Gap, text: str, at: int) -> bool:
    """Whether a quotation that begins with a gap may have its first part at a place of the source."""
    if gap.is_omission or not gap.inserted:
        return True
    if gap.before_letter:
        return gap.inserted.lower() not in _NEGATING_PREFIXES and begins_clean(text, at, len(text))
    return not has_negation(gap.inserted) and not _swaps_figure(
        gap, text[max(0, at - _NEIGHBOUR) : at].split()[-1:]
    )


def allows_end(gap: Gap, text: str, at: int) -> bool:
    """Whether a quotation that ends with a gap may have its last part end at a place of the source."""
    if gap.is_omission or not gap.inserted:
        return True
    rest = text[at : at + _NEIGHBOUR]
    if gap.after_letter and not re.match(rf"{_ENDING.pattern}(?![\w'’])", rest):
        return False
    return not has_negation(gap.inserted) and not _swaps_figure(gap, rest.split()[:1])


def _allows_replaced(gap: Gap, skipped: str) -> bool:
    """Whether brackets may stand for a few words: no figure among them, and all of one sentence."""
    if not _has_words(gap.inserted):
        return not _has_words(skipped)
    return (
        len(skipped.split()) <= MOST_REPLACED
        and not _FIGURE_SIGN.search(skipped)
        and not any(figure.text.lower() != "one" for figure in figures(skipped))
        and not _SENTENCE_END.search(skipped)
    )


def _allows_in_word(gap: Gap, skipped: str) -> bool:
    """Whether a bracket that touches a word only adds or replaces an ending, or adds a harmless beginning."""
    if gap.after_letter and gap.before_letter:
        return skipped == ""
    if gap.after_letter:
        return _ENDING.fullmatch(skipped.strip()) is not None or not _has_words(skipped)
    return gap.inserted.lower() not in _NEGATING_PREFIXES and skipped.isspace()


def _swaps_figure(gap: Gap, neighbour: list[str]) -> bool:
    """Whether an inserted figure stands where the source has another."""
    return _has_digit(gap.inserted) and any(_has_digit(word) for word in neighbour)


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _has_words(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _same_words(skipped: str, inserted: str) -> bool:
    """Whether the source has the very words that the quotation has in brackets."""
    return fold(skipped).text.strip(" []()") == fold(inserted).text.strip(" []()")
