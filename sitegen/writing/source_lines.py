"""The line that each block of an article was written on, set on its element for the preview."""

from collections.abc import Iterable
from dataclasses import replace

from markdown_it.token import Token

SELF_CLOSING = frozenset({"fence", "code_block", "hr"})
"""Blocks of a single token whose element takes attributes."""


def with_source_lines(tokens: Iterable[Token], first_line: int) -> list[Token]:
    """The tokens, with `data-line` on every block: the line of the article's file, whose body begins on `first_line`."""
    return [
        replace(token, attrs={**token.attrs, "data-line": str(first_line + token.map[0])})
        if token.map and (token.nesting == 1 or token.type in SELF_CLOSING)
        else token
        for token in tokens
    ]
