"""Quotations in parts: omissions (`…`, `[…]`) and insertions (`[word]`), and how parts are found in order.

`A … B` is found where A and B stand in this order, not too far apart, with no negation in what was left out.
`A [x] B` is found where B follows A directly or after a few words that `[x]` stands for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from sitegen.judging.figures import figures
from sitegen.judging.folding import fold
from sitegen.judging.folding_edges import begins_clean, ends_clean
from sitegen.judging.folding_search import SearchText
from sitegen.judging.quotes_negations import has_negation

LONGEST_OMISSION = 600
"""Code points that one omission may leave out: a few sentences. Passages further apart are two quotations."""

MOST_REPLACED = 4
"""Words of the source that one insertion may stand for ("[Kim]" for "the North Korean leader")."""

_Span = tuple[int, int]

_MARKS = re.compile(
    r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\s?\.\s?\.)\s*\)|(?P<dots>…|\.\s\.\s\.|\.{3,})|\[(?P<inserted>[^\[\]]{1,80})\]"
)
_SENTENCE_END = re.compile(r"[.!?]\s")
_FIGURE_SIGN = re.compile(r"[\d<>=≤≥≠≈%‰$£€¥+−±]")
_ENDINGS = frozenset(
    {"s", "es", "ed", "d", "n", "en", "e", "er", "r", "ing", "y", "ies", "ied", "'s", "’s", "s'", "s’"}
)
_NEGATING_PREFIXES = frozenset(
    {"a", "an", "un", "in", "im", "il", "ir", "non", "dis", "mis", "anti", "counter"}
)
_CHECKABLE = re.compile(r"\w|[<>=%±≤≥+]")


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


@dataclass(frozen=True, slots=True)
class Part:
    """Words of a quotation that stand together, with the gap before them; `[T]he` gives two spellings."""

    spellings: tuple[str, ...]
    before: Gap


@dataclass(frozen=True, slots=True)
class Parts:
    """A quotation in parts, with the gap after the last."""

    parts: tuple[Part, ...]
    after: Gap


def parse_parts(quote: str) -> Parts | None:
    """Split a quotation at its omissions and insertions; None where it has none, or where a bracket alters a figure."""
    pieces: list[str] = [""]
    gaps: list[Gap] = [Gap()]
    free: list[list[int]] = [[]]
    done = 0
    for mark in _MARKS.finditer(quote):
        pieces[-1] += quote[done : mark.start()]
        done = mark.end()
        if _is_initial(quote, mark):
            free[-1].append(len(pieces[-1]))
            pieces[-1] += mark["inserted"]
            continue
        gap = _gap(quote, mark)
        if gap is None:
            return None
        pieces.append("")
        gaps.append(gap)
        free.append([])
    if done == 0:
        return None
    pieces[-1] += quote[done:]
    return _joined(pieces, gaps, free)


def _is_initial(quote: str, mark: re.Match[str]) -> bool:
    """Whether brackets only change a word's first letter: `[T]he`."""
    inside, after = mark["inserted"] or "", quote[mark.end() : mark.end() + 1]
    before = quote[mark.start() - 1 : mark.start()]
    return len(inside) == 1 and inside.isalpha() and after.isalpha() and not before.isalnum()


def _gap(quote: str, mark: re.Match[str]) -> Gap | None:
    inserted = mark["inserted"]
    if inserted is None:
        return Gap(is_omission=True)
    before, after = quote[: mark.start()], quote[mark.end() :]
    touching = (before[-1:].isalnum(), after[:1].isalnum())
    letters = inserted.replace("'", "").replace("’", "").isalpha()
    if any(touching) and not (letters and not before[-1:].isdigit() and not after[:1].isdigit()):
        return None
    shown = f"{before}{inserted}{after}"
    clipped = (before.strip() and not ends_clean(shown, 0, len(before.rstrip()))) or (
        after.strip() and not begins_clean(shown, len(shown) - len(after.lstrip()), len(shown))
    )
    if clipped and not any(touching):
        return None
    return Gap(inserted=inserted.strip(), after_letter=touching[0], before_letter=touching[1])


def _joined(pieces: list[str], gaps: list[Gap], free: list[list[int]]) -> Parts | None:
    """The parts that hold something to check; gaps that come to stand side by side are one."""
    parts: list[Part] = []
    gap = Gap()
    for piece, before, initials in zip(pieces, gaps, free, strict=True):
        gap = _merged(gap, before)
        if _CHECKABLE.search(piece):
            parts.append(Part(_spellings(piece, initials), gap))
            gap = Gap()
    return Parts(tuple(parts), gap) if parts else None


def _merged(one: Gap, two: Gap) -> Gap:
    if one == Gap() or two == Gap():
        return two if one == Gap() else one
    return Gap(
        is_omission=one.is_omission or two.is_omission,
        inserted=f"{one.inserted} {two.inserted}".strip(),
        after_letter=one.after_letter,
        before_letter=two.before_letter,
    )


def _spellings(piece: str, initials: list[int]) -> tuple[str, ...]:
    """The piece with each bracketed initial in either case; past four of them as they are written."""
    found = []
    for cases in product((str.lower, str.upper), repeat=len(initials[:4])):
        letters = list(piece)
        for at, case in zip(initials, cases, strict=False):
            letters[at] = case(letters[at])
        found.append("".join(letters).strip())
    return tuple(dict.fromkeys(found))


def find_parts(parts: Parts, text: SearchText) -> _Span | None:
    """The first and shortest passage that holds the parts in order, with gaps that are allowed; None if there is none."""
    chains: list[tuple[int, int]] = []
    for index, part in enumerate(parts.parts):
        after = parts.parts[index + 1].before if index + 1 < len(parts.parts) else parts.after
        found = _occurrences(part, after, text)
        chains = (
            _begun(found, part.before, text.text)
            if index == 0
            else _extended(chains, found, part.before, text.text)
        )
        if not chains:
            return None
    ended = [chain for chain in chains if _allows_end(parts.after, text.text, chain[1])]
    return min(ended, key=lambda span: (span[1] - span[0], span[0]), default=None)


def _occurrences(part: Part, after: Gap, text: SearchText) -> list[_Span]:
    found = {span for spelling in part.spellings for span in text.variants(spelling)}
    return sorted(
        span
        for span in found
        if (part.before.before_letter or begins_clean(text.text, *span))
        and (after.after_letter or ends_clean(text.text, *span))
    )


def _begun(found: Iterable[_Span], gap: Gap, text: str) -> list[_Span]:
    return [span for span in found if _allows_start(gap, text, span[0])]


def _extended(chains: list[_Span], found: Iterable[_Span], gap: Gap, text: str) -> list[_Span]:
    """Chains one part longer.

    Only the nearest chain before each occurrence is tried: a gap that begins earlier holds all that this one holds.
    """
    longer = []
    nearest = -1
    for start, end in found:
        while nearest + 1 < len(chains) and chains[nearest + 1][1] <= start:
            nearest += 1
        if nearest >= 0 and _allows(gap, text[chains[nearest][1] : start]):
            longer.append((chains[nearest][0], end))
    return longer


def _allows(gap: Gap, skipped: str) -> bool:
    """Whether a gap of the quotation may stand for what the source has there."""
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
    return (
        len(skipped.split()) <= MOST_REPLACED
        and not _FIGURE_SIGN.search(skipped)
        and not any(figure.text.lower() != "one" for figure in figures(skipped))
        and not _SENTENCE_END.search(skipped)
    )


def _allows_in_word(gap: Gap, skipped: str) -> bool:
    """Whether a bracket that touches a word only adds, or replaces, an ending or another harmless piece."""
    bare = skipped.strip()
    if gap.after_letter and gap.before_letter:
        return skipped == ""
    if gap.after_letter:
        return (
            bare in _ENDINGS or (bare == "" and skipped != "") or not any(char.isalnum() for char in skipped)
        )
    return gap.inserted.lower() not in _NEGATING_PREFIXES and bare == "" and skipped != ""


def _allows_start(gap: Gap, text: str, at: int) -> bool:
    """Whether the quotation may begin here with an insertion: not in place of a figure or within a word."""
    if gap.is_omission or not gap.inserted:
        return True
    before = text[max(0, at - 40) : at].split()
    if gap.before_letter:
        return gap.inserted.lower() not in _NEGATING_PREFIXES and begins_clean(text, at, len(text))
    return not has_negation(gap.inserted) and not _swaps_figure(gap.inserted, before[-1:])


def _allows_end(gap: Gap, text: str, at: int) -> bool:
    if gap.is_omission or not gap.inserted:
        return True
    if gap.after_letter:
        ending = re.match(r"[\w'’]*", text[at : at + 40])
        return not has_negation(gap.inserted) and ending is not None and ending[0] in {"", *_ENDINGS}
    return not has_negation(gap.inserted) and not _swaps_figure(gap.inserted, text[at : at + 40].split()[:1])


def _swaps_figure(inserted: str, neighbour: list[str]) -> bool:
    return any(char.isdigit() for char in inserted) and any(
        char.isdigit() for word in neighbour for char in word
    )


def _same_words(skipped: str, inserted: str) -> bool:
    """Whether the source has the very words that the quotation has in brackets."""
    return fold(skipped).text.strip(" []()") == fold(inserted).text.strip(" []()")
