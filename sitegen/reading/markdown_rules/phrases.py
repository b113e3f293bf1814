"""Text that is only words, emphasis, code, links and line breaks, one after another, as most paragraphs are.

One expression reads it in a fraction of the parser's time. It knows the plainest forms alone, and gives up on anything
that could mean something else, so that the parser decides; where it reads a text, the tokens are the parser's very own
(a test compares the two on arbitrary text).
"""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sitegen.reading.markdown_rules.tokens import inline_token

Phrases = Callable[[str], list[Token] | None]
"""A text to its tokens, or None where the parser has to read it."""


def reader_of(md: MarkdownIt, stops: str) -> Phrases:
    """Make the function for a parser at whose `stops` (characters) a rule may match."""
    piece = _expression(re.escape(stops))
    normalize, validate = md.normalizeLink, md.validateLink

    def read(text: str) -> list[Token] | None:
        tokens: list[Token] = []
        end = 0
        for found in piece.finditer(text):
            if found.start() != end:
                return None
            end = found.end()
            kind = found.lastgroup
            if kind == "words":
                if tokens and tokens[-1].type == "text":
                    tokens[-1].content += found[0]
                else:
                    tokens.append(inline_token("text", "", 0, found[0]))
            elif kind == "target":
                href = normalize(found[kind])
                if not validate(href):
                    return None
                tokens += _around("link", "a", found["label"], "", {"href": href})
            else:
                _add(tokens, str(kind), found)
        return tokens if end == len(text) else None

    return read


def _expression(stops: str) -> re.Pattern[str]:
    """The pieces of a text: the group that ends a piece tells what it is."""
    inner = rf"[A-Za-z0-9](?:[^{stops}]*[A-Za-z0-9])?"
    # What the parser takes for white space is not all that Python does: these are beyond doubt.
    before, after = r"(?<![^ \n(])", r"(?![^ \n.,;:!?)])"
    return re.compile(
        rf"(?P<words>(?:[^{stops}]+|!(?!\[)|&(?![#\w]))+)"
        r"|(?P<break>(?<! )\n(?![ \t]))"
        rf"|{before}(?P<em_mark>[*_])(?P<em>{inner})(?P=em_mark){after}"
        rf"|{before}(?P<strong_mark>\*\*|__)(?P<strong>{inner})(?P=strong_mark){after}"
        r"|`(?P<code>[^`\n]+)`(?!`)"
        rf"|\[(?P<label>[^{stops}]+)\]\((?P<target>[A-Za-z0-9:/?=#.,~+@%-]+)\)"
    )


def _add(tokens: list[Token], kind: str, found: re.Match[str]) -> None:
    if kind == "break":
        tokens.append(inline_token("softbreak", "br", 0))
    elif kind == "code":
        tokens.append(inline_token("code_inline", "code", 0, _code(found[kind])))
        tokens[-1].markup = "`"
    elif kind == "em":
        tokens += _around("em", "em", found[kind], found["em_mark"])
    else:
        _add_strong(tokens, found["strong"], found["strong_mark"])


def _around(
    name: str, tag: str, words: str, mark: str, attrs: dict[str, str | int | float] | None = None
) -> tuple[Token, Token, Token]:
    opening = inline_token(f"{name}_open", tag, 1)
    if attrs:
        opening.attrs = attrs
    closing = inline_token(f"{name}_close", tag, -1)
    opening.markup = closing.markup = mark
    return opening, inline_token("text", "", 0, words, 1), closing


def _add_strong(tokens: list[Token], words: str, mark: str) -> None:
    """The parser leaves an empty text on each side of strong words, unless there is text to join it to."""
    if not tokens or tokens[-1].type != "text":
        tokens.append(inline_token("text", "", 0))
    tokens += _around("strong", "strong", words, mark)
    tokens.append(inline_token("text", "", 0))


def _code(written: str) -> str:
    """Code less one space on each side, unless it is nothing but spaces."""
    return written[1:-1] if written[0] == written[-1] == " " and written.strip(" ") else written
