"""The canonical text of an article, read off its parsed tokens, with the way back to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markdown_it.token import Token

from sitegen.model.findings import CanonicalText

BLOCK_TEXT = frozenset(
    {"fence", "code_block", "math_block", "math_block_label", "math_block_eqno", "amsmath"}
)
"""Block tokens that carry text themselves."""

INLINE_TEXT = frozenset({"text", "code_inline", "math_inline", "math_inline_double", "math_single"})
"""Inline tokens that carry text; a soft or hard break stands for a space; all others carry none."""

BREAKS = frozenset({"softbreak", "hardbreak"})


@dataclass(frozen=True, slots=True)
class Flattened:
    """A canonical text and where each token's share of it begins.

    `starts` maps the identity of a text-bearing token (inline or block) to its start in code points, `spans` that of a
    block (an `inline`, or one that carries text itself) to its start and end: valid as long as the tokens live.
    """

    canonical: CanonicalText
    starts: Mapping[int, int]
    spans: Mapping[int, tuple[int, int]]


def text_of(token: Token) -> str:
    """What one token adds to the canonical text."""
    if token.type in BREAKS:
        return " "
    if token.type in BLOCK_TEXT:
        return token.content.rstrip("\n")
    return token.content if token.type in INLINE_TEXT else ""


def flatten(tokens: Iterable[Token]) -> Flattened:
    """The canonical text of a token stream: blocks are parted by line feeds."""
    parts: list[str] = []
    starts: dict[int, int] = {}
    spans: dict[int, tuple[int, int]] = {}
    headings: list[tuple[str, int, int]] = []
    length = 0
    heading: tuple[str, int] | None = None
    for token in tokens:
        if token.type == "heading_open":
            heading = (str(token.attrs.get("id", "")), int(token.tag[1]))
        elif token.type == "inline" or token.type in BLOCK_TEXT:
            if parts:
                parts.append("\n")
                length += 1
            if heading is not None:
                headings.append((*heading, length))
                heading = None
            begin = length
            for piece in token.children or () if token.type == "inline" else (token,):
                text = piece.content if piece.type == "text" else text_of(piece)
                if text:
                    starts[id(piece)] = length
                    parts.append(text)
                    length += len(text)
            if length > begin:
                spans[id(token)] = (begin, length)
    return Flattened(CanonicalText("".join(parts), _sections(headings, length)), starts, spans)


def _sections(headings: list[tuple[str, int, int]], length: int) -> tuple[tuple[str, int, int], ...]:
    sections = []
    for index, (identifier, rank, start) in enumerate(headings):
        end = next((begin for _, other, begin in headings[index + 1 :] if other <= rank), length)
        if identifier:
            sections.append((identifier, start, end))
    return tuple(sections)
