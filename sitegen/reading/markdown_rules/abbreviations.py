"""Abbreviations: `*[HTML]: Hyper Text Markup Language`, then every HTML is an `<abbr>` with that title.

The text inside stays a text token, so what the page says is the same with and without abbreviations.
"""

import re
from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

DEFINITION = re.compile(r"\*\[(?P<short>(?:\\.|[^\[\]\\])+)\]:[ \t]*(?P<long>.*)")


def use_abbreviations(md: MarkdownIt) -> None:
    """Add the rules that read definitions and mark what they define."""
    md.block.ruler.before("reference", "abbreviation", define, {"alt": ["paragraph", "reference"]})
    md.core.ruler.after("text_join", "abbreviations", mark)


def define(state: StateBlock, start: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Read one definition; it leaves no token."""
    first = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("*[", first) or state.is_code_block(start):
        return False
    found = DEFINITION.fullmatch(state.src[first : state.eMarks[start]])
    if not found or not found["short"].strip() or not found["long"].strip():
        return False
    if not silent:
        short = unescapeAll(found["short"]).strip()
        # As with link references, the first definition holds.
        state.env.setdefault("abbreviations", {}).setdefault(short, unescapeAll(found["long"]).strip())
        state.line = start + 1
    return True


def mark(state: StateCore) -> None:
    """Set `abbr_open` and `abbr_close` around every defined word that stands by itself."""
    meanings: Mapping[str, str] = state.env.get("abbreviations", {})
    if not meanings:
        return
    longest_first = sorted(meanings, key=lambda short: (-len(short), short))
    words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    for token in state.tokens:
        if token.type == "inline" and token.children and words.search(token.content):
            token.children = [
                piece
                for child in token.children
                for piece in (_pieces(child, words, meanings) if child.type == "text" else (child,))
            ]


def _pieces(text: Token, words: re.Pattern[str], meanings: Mapping[str, str]) -> list[Token]:
    """Cut a text token around the abbreviations in it."""
    pieces: list[Token] = []
    done = 0
    for found in words.finditer(text.content):
        if found.start() > done:
            pieces.append(_text(text.content[done : found.start()], text.level))
        pieces += (
            Token("abbr_open", "abbr", 1, attrs={"title": meanings[found[0]]}, level=text.level),
            _text(found[0], text.level + 1),
            Token("abbr_close", "abbr", -1, level=text.level),
        )
        done = found.end()
    if not pieces:
        return [text]
    if done < len(text.content):
        pieces.append(_text(text.content[done:], text.level))
    return pieces


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
