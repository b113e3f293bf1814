"""Folding: the one reading in which typographic variants of a text are the same.

White space, quotation marks, dashes, invisible characters, ligatures and compositions (NFC) are folded; digits,
signs, decimal points, comparison signs, currency, case and word boundaries are kept. `docs/folding.md` is the
specification. Never NFKC: it makes 102 of 10² and 11⁄2 of 1½.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from sitegen.judging.patterns import LatePattern

HYPHEN_OR_NOT = "\u00ad"
"""In folded text: a hyphen at a line's end, which may belong to the word or merely to the line.

Its readings are `-`, nothing, and `- ` (a suspended hyphen: "two-\\nand three-year").
"""

SPACE_OR_NOT = "\u200b"
"""In folded text: a line's end after a dash or between Chinese or Japanese characters, perhaps a space."""

LINE_BREAK = "[\n\r\u000b\u000c\u0085\u2028\u2029]"
UNSPACED = "[\u3001-\u30ff\u3400-\u9fff\uff01-\uff5e]"
"""Chinese and Japanese characters and marks: between two of them a line's end stands for no space."""

INVISIBLE = (
    "\u00ad\u034f\u200b\u200e\u200f\u061c\u2060-\u2064\u202a-\u202c\u2066-\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef"
)
"""Soft hyphen, zero-width space, bidirectional marks, embeddings and isolates, joiners of words and graphemes, invisible
operators, selectors of a character's shape, byte order mark.

Overrides (U+202D, U+202E) are no part of it: they change the order in which a reader sees digits.
"""

# A joiner between letters of a script that has no use for it (all up to Armenian) is a typesetter's; in Persian,
# in Indic scripts and in emoji it tells words and signs apart, and is kept.
_REMOVED = LatePattern(
    rf"[\u200c\u200d{INVISIBLE}](?:(?<=\u00ad)[ \t]*{LINE_BREAK}\s*(?=[^\W\d_])"
    rf"|(?<=[\u0000-\u058f][\u200c\u200d{INVISIBLE}])[\u200c\u200d{INVISIBLE}]*|(?<=[{INVISIBLE}])[{INVISIBLE}]*)"
)

_PRESENTED = "\ufb00-\ufb06\ufb13-\ufb17\ufb4f-\ufbb1\ufbd3-\ufdc7\ufdf0-\ufdfb\ufe70-\ufefc"
"""Ligatures (Latin, Armenian, Hebrew) and the shapes that Arabic letters take in a word, as a PDF may have them."""

_DASHES = "-\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\u2212"

# What changes the text's length. A dash typed as two or three hyphens is one only between letters or spaces:
# `--5` and `--option` are something else. The expression begins with one set of characters, and looks back from
# there: Python then skips quickly to the next of them.
_RESIZED = LatePattern(
    rf"[{_DASHES}\s\u2026{_PRESENTED}](?:(?<=\s)(?:"
    rf"(?P<wrapped>(?<={UNSPACED}[ \t])[ \t]*{LINE_BREAK}[ \t]*(?={UNSPACED})|(?<={UNSPACED}{LINE_BREAK})[ \t]*(?={UNSPACED}))"
    rf"|(?P<space>\s+))|(?<=[{_DASHES}])(?:"
    rf"(?P<broken>(?<=[^\W\d_][-\u2010])[ \t]*{LINE_BREAK}\s*(?=[^\W\d_]))"
    rf"|(?P<dashed>(?<=\w[{_DASHES}])[ \t]*{LINE_BREAK}\s*(?=\w))"
    r"|(?P<typed>(?<=[^\W\d_]-)-{1,2}(?=[^\W\d_])|(?<=\s-)-{1,2}(?=\s)))"
    rf"|(?P<letters>(?<=[\u2026{_PRESENTED}])))"
)

_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bb\u02bc\u05f3", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u05f4", '"'),
        **dict.fromkeys(
            "\t\n\r\u000b\u000c\u001c\u001d\u001e\u001f\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", " "
        ),
        **dict.fromkeys((chr(code) for code in range(0x2000, 0x200B)), " "),
    }
)

_REPLACED = re.compile(f"[{''.join(map(chr, _SAME_LENGTH.keys() - {ord('-')}))}]")
_LONG = 20_000
"""From this length on a text is searched for what is to be replaced: to translate it letter by letter takes longer."""

_ASCII_SPECIAL = re.compile(r"[\t-\r\x1c-\x1f]|  |--")
_NOT_ASCII = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Layer:
    """What one rewriting of a text replaced: parallel, ascending starts and ends, before and after.

    Outside the replaced ranges the two texts differ by a shift alone.
    """

    old_starts: tuple[int, ...]
    old_ends: tuple[int, ...]
    new_starts: tuple[int, ...]
    new_ends: tuple[int, ...]

    def old_range(self, index: int) -> tuple[int, int]:
        """The range of the old text that the new text's code point at `index` stands for."""
        i = bisect_right(self.new_ends, index)
        if i < len(self.new_starts) and self.new_starts[i] <= index:
            return self.old_starts[i], self.old_ends[i]
        start = index if i == 0 else index - self.new_ends[i - 1] + self.old_ends[i - 1]
        return start, start + 1


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and the way back from each of its code points to the original's."""

    text: str
    layers: tuple[Layer, ...] = ()

    def range_of(self, index: int) -> tuple[int, int]:
        """The range of the original (code points, end exclusive) that one folded code point stands for."""
        start, end = index, index + 1
        for layer in reversed(self.layers):
            first, last = layer.old_range(start), layer.old_range(end - 1)
            start, end = first[0], last[1]
        return start, end

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original that a range of the folded text, not empty, stands for."""
        return self.range_of(start)[0], self.range_of(end - 1)[1]


def fold(text: str) -> Folded:
    """Fold a text.

    The result holds `HYPHEN_OR_NOT` and `SPACE_OR_NOT` where the original leaves open how a line's end reads;
    `folding_search` knows how to compare them.
    """
    if text.isascii() and not _ASCII_SPECIAL.search(text):
        return Folded(text)
    layers: list[Layer] = []
    for step in (_without_invisible, _composed, _resized):
        text, layer = step(text)
        if layer:
            layers.append(layer)
    return Folded(_translated(text), tuple(layers))


def _translated(text: str) -> str:
    if len(text) < _LONG:
        return text.translate(_SAME_LENGTH)
    for found in sorted(set(_REPLACED.findall(text))):
        text = text.replace(found, _SAME_LENGTH[ord(found)])
    return text


def without_invisible(text: str) -> str:
    """The text less the characters that no reader sees and no meaning hangs on."""
    return text if text.isascii() else _REMOVED.compiled.sub("", text)


def rewrite(
    text: str, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]
) -> tuple[str, Layer | None]:
    """Replace what `pattern` matches, and tell what was replaced; a replacement by itself is none."""
    pieces: list[str] = []
    replaced: list[tuple[int, int, int, int]] = []
    done = length = 0
    for match in pattern.finditer(text):
        new = replacement(match)
        start, end = match.span()
        if new == match[0]:
            continue
        pieces += (text[done:start], new)
        length += start - done
        replaced.append((start, end, length, length + len(new)))
        length += len(new)
        done = end
    if not replaced:
        return text, None
    pieces.append(text[done:])
    return "".join(pieces), Layer(*(tuple(column) for column in zip(*replaced, strict=True)))


def _without_invisible(text: str) -> tuple[str, Layer | None]:
    return (text, None) if text.isascii() else rewrite(text, _REMOVED.compiled, lambda _: "")


def _resized(text: str) -> tuple[str, Layer | None]:
    return rewrite(text, _RESIZED.compiled, _resize)


def _resize(match: re.Match[str]) -> str:
    kind, matched = match.lastgroup, match[0]
    if kind == "space":
        return " "
    if kind == "typed":
        return "-"
    if kind == "letters":
        return _letters(matched)
    if kind == "broken" and (match.string[match.end()].islower() or _is_in_capitals(match)):
        return HYPHEN_OR_NOT
    return SPACE_OR_NOT if kind == "wrapped" else matched[0] + SPACE_OR_NOT


def _letters(sign: str) -> str:
    """The letters that a ligature or a letter's shape stands for; three full stops for an ellipsis."""
    letters = unicodedata.normalize("NFKC", sign)
    return sign if letters[0] == " " else letters


def _is_in_capitals(broken: re.Match[str]) -> bool:
    """Whether a word broken at a line's end is written in capitals."""
    before = broken.string[max(0, broken.start() - 2) : broken.start()]
    after = broken.string[broken.end() : broken.end() + 2]
    return all(
        len(letters) == len("AB") and letters.isalpha() and letters.isupper() for letters in (before, after)
    )


def _composed(text: str) -> tuple[str, Layer | None]:
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    replaced: list[tuple[int, int, int, int]] = []
    done = length = 0
    for run in _NOT_ASCII.finditer(text):
        if unicodedata.is_normalized("NFC", run[0]):
            continue
        for start, end in _clusters(text, *run.span()):
            new = unicodedata.normalize("NFC", text[start:end])
            if new == text[start:end]:
                continue
            pieces += (text[done:start], new)
            length += start - done
            replaced.append((start, end, length, length + len(new)))
            length += len(new)
            done = end
    pieces.append(text[done:])
    return "".join(pieces), Layer(*(tuple(column) for column in zip(*replaced, strict=True)))


def _clusters(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a range where no composition reaches across: before whatever is neither a mark nor a trailing jamo."""
    cuts = [i for i in range(start + 1, end) if not _joins(text[i])]
    return list(zip([start, *cuts], [*cuts, end], strict=True))


def _joins(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff"
