"""Quotations that their source does not have, looked for in the other copies of the library.

Nothing is read for quotations that were found. For the others each copy is read once, and kept as a signature of
the words that it holds; only copies whose signature has most of a quotation's words are searched.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from zlib import crc32

from sitegen.judging.judge import check_in_copy
from sitegen.judging.quotes import NEAR
from sitegen.model.findings import Copy, QuoteCheck
from sitegen.model.places import Problem, Sought

_BITS = 8_192
"""Bits of a signature: a kilobyte a source. Those of very long copies are full, and these are always searched."""

_ENOUGH = 0.6
"""The share of a quotation's words that a copy must have: line-end hyphens and ligatures hide some."""

_SEARCHED = 64
"""Copies searched for one quotation, those with most of its words first."""

_COMPARED = 6
"""Of these, the copies in which something close is looked for if none has the very words."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_WORD = re.compile(rf"[^\W_{_UNSPACED}]{{3,}}|(?=([{_UNSPACED}]{{2}}))")

_PLAIN_WORD = re.compile("[a-z0-9]{3,}")


def _words(text: str) -> frozenset[str]:
    """The words of a text, in small letters; of scripts that part none, the pairs of neighbours."""
    small = text.lower()
    # Most copies are plain: the general expression takes three times as long to say the same.
    if small.isascii():
        return frozenset(_PLAIN_WORD.findall(small))
    return frozenset(found[0] or found[1] for found in _WORD.finditer(small))


def _bit(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass")) % _BITS


def signature(text: str) -> int:
    """A number with a bit set for each word of a text; several words may share one."""
    bits = bytearray(_BITS // 8)
    for word in _words(text):
        at = _bit(word)
        bits[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(bits, "little")


@dataclass
class Catalogue:
    """The copies of a library, searched for what was quoted from the wrong one.

    `copies` gives each copy with its text when it is asked for. `found` holds the answers given before, and
    signatures are made when the first quotation is looked for.
    """

    copies: Mapping[str, Copy]
    found: dict[Sought, Sought] = field(default_factory=dict)
    _signatures: dict[str, int] = field(default_factory=dict)

    def told(self, problem: Problem) -> Problem:
        """A problem whose hint also says where else the quotation stands, if it does."""
        if problem.sought is None:
            return problem
        elsewhere = self.find(problem.sought)
        if elsewhere.place in {"", problem.sought.source}:
            return problem
        return replace(problem, hint=_hint(problem, elsewhere), sought=elsewhere)

    def find(self, sought: Sought) -> Sought:
        """The copy that has all of a quotation, or is closest to it: its own source's, if no other is closer."""
        known = self.found.get(sought)
        if known is None:
            known = self.found[sought] = self._find(sought)
        return known

    def _find(self, sought: Sought) -> Sought:
        candidates = self._candidates(sought)
        for name in candidates:
            check = self._verified(name, sought.quote)
            if check is not None:
                return replace(sought, place=name, passage=check.passage, score=None, diff=(), verified=True)
        best = sought
        for name in candidates[:_COMPARED]:
            check = check_in_copy(self.copies[name], sought.quote)
            if check.state == "near" and (check.score or 0) > max(best.score or 0, NEAR):
                best = replace(sought, place=name, passage=check.passage, score=check.score, diff=check.diff)
        return best

    def _verified(self, name: str, quote: str) -> QuoteCheck | None:
        check = check_in_copy(self.copies[name], quote, closest=False)
        return check if check.verified else None

    def _candidates(self, sought: Sought) -> list[str]:
        """The other copies that have most of a quotation's words, the likeliest first."""
        masks = [1 << _bit(word) for word in sorted(_words(sought.quote))]
        wanted = max(1, round(len(masks) * _ENOUGH))
        whole = sum(set(masks))
        scored = []
        for name, held in self._all_signatures():
            if name == sought.source or not held & whole:
                continue
            hits = sum(1 for mask in masks if held & mask)
            if hits >= wanted:
                scored.append((-hits, name))
        return [name for _, name in sorted(scored)[:_SEARCHED]]

    def _all_signatures(self) -> Iterable[tuple[str, int]]:
        if not self._signatures:
            for name in self.copies:
                text = self.copies[name].text
                self._signatures[name] = signature(text) if text else 0
        return self._signatures.items()


def _hint(problem: Problem, elsewhere: Sought) -> str:
    """What to say of a quotation that another source has, and what the named one has instead."""
    own = f"; {problem.hint}" if problem.hint else ""
    if elsewhere.verified:
        return (
            f'the quotation is in the copy of "{elsewhere.place}", not in that of "{elsewhere.source}"{own}'
        )
    return f'closer words are in the copy of "{elsewhere.place}": {elsewhere.passage}{own}'
