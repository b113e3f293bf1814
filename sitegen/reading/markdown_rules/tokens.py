"""Tokens made in half the time: markdown-it's own constructor reads many keywords, and then converts attributes.

What is made here is what the constructor makes (a test compares the two); there are hundreds in an article.
"""

from typing import Literal

from markdown_it.token import Token

Nesting = Literal[-1, 0, 1]

_new = object.__new__


def inline_token(kind: str, tag: str, nesting: Nesting, content: str = "", level: int = 0) -> Token:
    """A token of what stands in a block."""
    token = _new(Token)
    token.type = kind
    token.tag = tag
    token.nesting = nesting
    token.attrs = {}
    token.map = None
    token.level = level
    token.children = None
    token.content = content
    token.markup = ""
    token.info = ""
    token.meta = {}
    token.block = False
    token.hidden = False
    return token


def block_token(kind: str, tag: str, nesting: Nesting, level: int, lines: list[int] | None = None) -> Token:
    """A token of a block; `lines` are its first line and the one behind its last, counted from 0."""
    token = inline_token(kind, tag, nesting, "", level)
    token.map = lines
    token.block = True
    return token


def text_like(like: Token, content: str) -> Token:
    """A text with other words, and the very attributes of the first."""
    token = inline_token(like.type, like.tag, 0, content, like.level)
    token.attrs = like.attrs
    token.map = like.map
    token.markup = like.markup
    token.info = like.info
    token.meta = like.meta
    return token
