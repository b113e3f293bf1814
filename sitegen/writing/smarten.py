"""Straight quotation marks made curly, as the language writes them, one character for one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

from markdown_it.rules_core import StateCore
from markdown_it.rules_core.smartquotes import process_inlines
from markdown_it.token import Token

QUOTES: Mapping[str, str] = {
    "en": "“”‘’",
    "bg": "„“‚‘",
    "cs": "„“‚‘",
    "da": "»«›‹",
    "de": "„“‚‘",
    "de-ch": "«»‹›",
    "el": "«»“”",
    "es": "«»“”",
    "et": "„“‚‘",
    "fi": "””’’",
    "fr": "«»“”",
    "fr-ch": "«»‹›",
    "hr": "„”‘’",
    "hu": "„”»«",
    "it": "«»“”",
    "ja": "「」『』",
    "lt": "„“‚‘",
    "nb": "«»‘’",
    "nn": "«»‘’",
    "no": "«»‘’",
    "pl": "„”«»",
    "pt": "«»“”",
    "pt-br": "“”‘’",
    "ro": "„”«»",
    "ru": "«»„“",
    "sk": "„“‚‘",
    "sl": "„“‚‘",
    "sr": "„“‚‘",
    "sv": "””’’",
    "uk": "«»„“",
}
"""Opening and closing marks, double and single, by language; one that is not named writes as English does."""

MARKERS = frozenset({"mark_open", "mark_close", "noteref", "hole"})
"""Tokens that stand between words without being any: quotation marks see through them."""


WITHIN_WORD = re.compile(r"'(?<=[^\W_]')(?=[^\W_])")

LONGEST = 20_000
"""Text longer than this, in characters of one block, is left alone: the rule's time grows with the square."""


def quotes_of(language: str) -> str:
    """Tell the quotation marks of a language, given as a BCP 47 tag: the tag's own, else its language's."""
    tag = language.lower().replace("_", "-")
    return QUOTES.get(tag) or QUOTES.get(tag.partition("-")[0]) or QUOTES["en"]


def smarten(tokens: Iterable[Token], language: str) -> list[Token]:
    """Give the tokens with curly marks for straight ones and apostrophes; the given tokens stay as they are.

    Lengths do not change, and neither do the characters with marks set into the text: text on both sides of a marker
    token counts as one. Marks that the author escaped (`meta["literal"]`) stay straight.
    """
    quotes = quotes_of(language)
    return [
        _smart(token, quotes)
        if token.type == "inline"
        and token.children
        and _may_have_quotes(token.content)
        and any(map(_has_quotes, token.children))
        else token
        for token in tokens
    ]


def typeset(text: str, language: str) -> str:
    """A plain text, such as a title, with curly marks for straight ones."""
    if "'" not in text and '"' not in text:
        return text
    inline = Token("inline", "", 0, children=[Token("text", "", 0, content=text)], content=text)
    return "".join(child.content for child in smarten([inline], language)[0].children or ())


def _may_have_quotes(written: str) -> bool:
    """Whether the source of a text may make quotation marks; an entity may."""
    return "'" in written or '"' in written or "&" in written


def _has_quotes(child: Token) -> bool:
    return child.type == "text" and ("'" in child.content or '"' in child.content) and not child.meta


def _smart(inline: Token, quotes: str) -> Token:
    """Set the apostrophes within words, which need no rule; where marks are left, let markdown-it's rule decide."""
    children = [
        _text(child, WITHIN_WORD.sub("’", child.content)) if _has_quotes(child) else child
        for child in inline.children or ()
    ]
    if any(map(_has_quotes, children)) and sum(len(child.content) for child in children) <= LONGEST:
        options = SimpleNamespace(md=SimpleNamespace(options=SimpleNamespace(quotes=quotes)))
        children = _by_rule(children, cast("StateCore", options))
    return _inline(inline, children)


@dataclass(slots=True)
class _Run:
    """Text tokens with nothing but markers between them, as one token for markdown-it's rule."""

    whole: Token
    places: list[int]


def _by_rule(children: Sequence[Token], state: StateCore) -> list[Token]:
    runs: list[_Run] = []
    line: list[Token] = []
    open_run: _Run | None = None
    for i, child in enumerate(children):
        if child.type in MARKERS:
            continue
        if child.type == "text" and not child.meta:
            if open_run is None or open_run.whole.level != child.level:
                open_run = _Run(_text(child, ""), [])
                runs.append(open_run)
                line.append(open_run.whole)
            open_run.whole.content += child.content
            open_run.places.append(i)
        else:
            open_run = None
            # What is no text (code, and marks that shall stay) is only looked at, for its first and last character.
            line.append(child if child.type != "text" else _literal(child))
    process_inlines(line, state)
    return _put_back(children, runs)


def _put_back(children: Sequence[Token], runs: Iterable[_Run]) -> list[Token]:
    done = list(children)
    for run in runs:
        start = 0
        for i in run.places:
            end = start + len(children[i].content)
            words = run.whole.content[start:end]
            if words != children[i].content:
                done[i] = _text(children[i], words)
            start = end
    return done


def _text(like: Token, content: str) -> Token:
    return Token("text", "", 0, content=content, level=like.level)


def _inline(like: Token, children: list[Token]) -> Token:
    # `Token.copy` takes four times as long.
    return Token(
        "inline", "", 0, like.attrs, like.map, like.level, children, like.content, meta=like.meta, block=True
    )


def _literal(mark: Token) -> Token:
    return Token("text_special", "", 0, content=mark.content, level=mark.level)
