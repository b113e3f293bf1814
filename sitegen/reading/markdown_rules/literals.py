r"""Quotation marks that stay as they are: `\"` and `&quot;` are never made curly.

markdown-it tells them from others only until it joins the text; here such a mark stays a text token of its own, with
`meta["literal"]` set.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token


def use_literals(md: MarkdownIt) -> None:
    """Keep escaped quotation marks out of the joining of text."""
    md.core.ruler.before("text_join", "literals_out", _out)
    md.core.ruler.after("text_join", "literals_in", _in)


def _out(state: StateCore) -> None:
    for token in _children(state):
        if token.type == "text_special" and token.content in {"'", '"'}:
            token.type = "literal"


def _in(state: StateCore) -> None:
    for token in _children(state):
        if token.type == "literal":
            token.type = "text"
            token.meta["literal"] = True


def _children(state: StateCore) -> list[Token]:
    if "\\" not in state.src and "&" not in state.src:
        return []
    return [child for token in state.tokens for child in token.children or ()]
