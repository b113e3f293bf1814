"""Quotations in parts: omissions (`…`, `[…]`) and insertions (`[word]`), and how parts are found in order.

`A … B` is found where A and B stand in this order, not too far apart, with no negation in what was left out.
`A [x] B` is found where B follows A directly or after a few words that `[x]` stands for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from sitegen.judging.folding_edges import begins_clean, ends_clean
from sitegen.judging.folding_search import SearchText
from sitegen.judging.patterns import LatePattern
from sitegen.judging.quotes_gaps import NO_GAP, Gap, allows, allows_end, allows_start, merged

_Span = tuple[int, int]

_MARKS = LatePattern(
    r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\s?\.\s?\.)\s*\)|(?P<dots>…|\.\s\.\s\.|\.{3,})|\[(?P<inserted>[^\[\]]{1,80})\]"
)
_STOPS = frozenset(".,;:!?")
_CHECKABLE = re.compile(r"\w|[<>=%±≤≥+]")


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
    gaps: list[Gap] = [NO_GAP]
    free: list[list[int]] = [[]]
    done = 0
    for mark in _MARKS.compiled.finditer(quote):
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
    harmless = inserted.replace("'", "").replace("’", "").isalpha() or inserted in _STOPS
    if any(touching) and not (harmless and not before[-1:].isdigit() and not after[:1].isdigit()):
        return None
    shown = f"{before}{inserted}{after}"
    clipped = (before.strip() and not ends_clean(shown, 0, len(before.rstrip()))) or (
        after.strip() and not begins_clean(shown, len(shown) - len(after.lstrip()), len(shown))
    )
    if clipped and not any(touching):
        return None
    if inserted in _STOPS:
        return Gap(inserted=inserted)
    return Gap(inserted=inserted.strip(), after_letter=touching[0], before_letter=touching[1])


def _joined(pieces: list[str], gaps: list[Gap], free: list[list[int]]) -> Parts | None:
    """The parts that hold something to check; gaps that come to stand side by side are one."""
    parts: list[Part] = []
    gap = NO_GAP
    for piece, before, initials in zip(pieces, gaps, free, strict=True):
        gap = merged(gap, before)
        if _CHECKABLE.search(piece):
            parts.append(Part(_spellings(piece, initials), gap))
            gap = NO_GAP
    return Parts(tuple(parts), gap) if parts else None


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
    ended = [chain for chain in chains if allows_end(parts.after, text.text, chain[1])]
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
    return [span for span in found if allows_start(gap, text, span[0])]


def _extended(chains: list[_Span], found: Iterable[_Span], gap: Gap, text: str) -> list[_Span]:
    """Chains one part longer.

    Only the nearest chain before each occurrence is tried: a gap that begins earlier holds all that this one holds.
    """
    longer = []
    nearest = -1
    for start, end in found:
        while nearest + 1 < len(chains) and chains[nearest + 1][1] <= start:
            nearest += 1
        if nearest >= 0 and allows(gap, text[chains[nearest][1] : start]):
            longer.append((chains[nearest][0], end))
    return longer
