"""Callouts: `!!! note "Title"` with an indented body, and quotes that begin with `[!NOTE]`.

Both become `callout_open` … `callout_close`. `callout_open` carries `meta`: `kind` (`note`, `warning`, …) and `titled`
(whether the author gave a title, or wished none by `""`; else the renderer shows the kind's own word). A title of the
author's stands first, between `callout_title_open` and `callout_title_close`. All four carry `fold`, if the reader
can fold the callout: "open" or "closed" (`???+` and `???`).
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin

KINDS = ("note", "tip", "important", "warning", "caution", "danger", "info", "example", "question")
"""The kinds that `[!KIND]` may name; `!!!` takes any word."""

ALERT = re.compile(
    rf"\[!(?P<kind>{'|'.join(KINDS)})\][ \t]*(?P<title>[^\n]*)(?:\n(?P<rest>.*))?", re.DOTALL | re.IGNORECASE
)


def use_callouts(md: MarkdownIt) -> None:
    """Add the rules for both ways to write a callout."""
    md.use(admon_plugin)
    md.core.ruler.after("block", "callouts", callouts)


def callouts(state: StateCore) -> None:
    """Turn admonitions and quotes that begin with `[!KIND]` into callouts."""
    if "[!" in state.src:
        state.tokens = _alerts(state.tokens)
    if "!!!" in state.src or "???" in state.src:
        state.tokens = _admonitions(state.tokens)


def _alerts(tokens: Sequence[Token]) -> list[Token]:
    done: list[Token] = []
    closing: list[bool] = []  # for each open quote, whether it is a callout
    skip_to = 0
    for i, token in enumerate(tokens):
        if i < skip_to:
            continue
        if token.type == "blockquote_open":
            found = _alert(tokens, i)
            closing.append(bool(found))
            if found:
                done += _opening(token, found, tokens[i + 2])
                if found["rest"]:
                    done.append(_rest(tokens[i + 1], tokens[i + 2], found["rest"]))
                skip_to = i + 2 if found["rest"] else i + 4
                continue
        elif token.type == "blockquote_close" and closing.pop():
            token.type, token.tag = "callout_close", "div"
        done.append(token)
    return done


def _alert(tokens: Sequence[Token], quote: int) -> re.Match[str] | None:
    """Tell whether a quote's first paragraph begins with `[!KIND]`."""
    if quote + 2 < len(tokens) and tokens[quote + 1].type == "paragraph_open":
        return ALERT.fullmatch(tokens[quote + 2].content)
    return None


def _opening(quote: Token, found: re.Match[str], inline: Token) -> list[Token]:
    quote.type, quote.tag = "callout_open", "div"
    title = found["title"].strip()
    quote.meta |= {"kind": found["kind"].lower(), "titled": bool(title)}
    return [quote, *_title(title, inline)] if title else [quote]


def _title(title: str, inline: Token) -> tuple[Token, Token, Token]:
    first = (inline.map or [0])[0]
    level = inline.level - 1
    return (
        Token("callout_title_open", "p", 1, level=level, map=[first, first + 1], block=True),
        Token(
            "inline", "", 0, level=level + 1, map=[first, first + 1], content=title, children=[], block=True
        ),
        Token("callout_title_close", "p", -1, level=level, block=True),
    )


def _rest(paragraph: Token, inline: Token, rest: str) -> Token:
    """Cut the first line off the paragraph."""
    inline.content = rest.strip()
    for token in (paragraph, inline):
        if token.map:
            token.map = [token.map[0] + 1, token.map[1]]
    return paragraph


def _admonitions(tokens: Sequence[Token]) -> list[Token]:
    done: list[Token] = []
    folds: list[str | None] = []  # of the open callouts
    untitled = 0  # how many tokens of a title that the author did not give are still to be left out
    for token in tokens:
        if untitled:
            untitled -= 1
            continue
        if token.type == "admonition_open":
            own = bool(token.content) and len(token.info.split()) > 1
            untitled = 3 if token.content and not own else 0
            folds.append({"???": "closed", "???+": "open"}.get(token.markup))
            token.meta = {"kind": token.meta["tag"], "titled": own or not token.content}
            token.content = ""
        if token.type.startswith("admonition"):
            token.type = token.type.replace("admonition", "callout", 1)
            token.block = True
            token.meta["fold"] = folds[-1]
            token.attrs.pop("class", None)
            if token.type == "callout_close":
                folds.pop()
        done.append(token)
    return done
