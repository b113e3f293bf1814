"""Attributes in braces: `{#id .class key=value}` on a line above a block, after a heading, an image, a link or code.

`[words]{.class}` makes a span. Only harmless attributes are taken; the others are reported, and `style` is among
them, since the site's Content-Security-Policy allows no inline style.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from markdown_it import MarkdownIt
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError, parse

from sitegen.reading.markdown_rules.problems import report

RuleT = TypeVar("RuleT")

ALLOWED = (
    "id", "class", "lang", "dir", "title", "width", "height", "cite", "datetime", "translate", "rel", "download",
)  # fmt: skip
"""The attributes that an author may set."""

AFTER_HEADING = re.compile(r"(?:^|[ \t])(?P<attributes>\{[ \t]*[#.a-zA-Z][^{}]*\})$")


def use_attributes(md: MarkdownIt) -> None:
    """Add the rules that read attributes."""
    md.use(attrs_plugin, spans=True, allowed=ALLOWED)
    md.use(attrs_block_plugin, allowed=ALLOWED)
    md.inline.ruler.at("span", _span(_rule(md.inline.ruler, "span")))
    md.block.ruler.at("attr", _whole_line(_rule(md.block.ruler, "attr")))
    md.core.ruler.after("block", "heading_attributes", heading_attributes)
    md.core.ruler.push("refused_attributes", refused_attributes)


def heading_attributes(state: StateCore) -> None:
    """Take the attributes at the end of a heading's line off its text."""
    if "{" not in state.src:
        return
    for i, token in enumerate(state.tokens):
        if token.type == "heading_open":
            _take(token, state.tokens[i + 1])


def refused_attributes(state: StateCore) -> None:
    """Report the attributes that were not taken."""
    if "{" not in state.src:
        return
    for token in state.tokens:
        for candidate in (token, *(token.children or ())):
            if "insecure_attrs" in candidate.meta:
                names = ", ".join(sorted(candidate.meta["insecure_attrs"]))
                report(state.env, (token.map or [0])[0], f"attributes that may not be set here: {names}")


def _take(heading: Token, inline: Token) -> None:
    found = AFTER_HEADING.search(inline.content)
    if not found:
        return
    try:
        _, attributes = parse(found["attributes"])
    except ParseError:
        return
    inline.content = inline.content[: found.start()].rstrip(" \t")
    refused = {name: value for name, value in attributes.items() if name not in ALLOWED}
    if refused:
        heading.meta["insecure_attrs"] = refused
    for name, value in attributes.items():
        if name == "class":
            heading.attrJoin("class", value)
        elif name in ALLOWED:
            heading.attrs[name] = value


def _rule(ruler: Ruler[RuleT], name: str) -> RuleT:
    return next(rule.fn for rule in ruler.__rules__ if rule.name == name)


def _span(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Try the plug-in's rule only before a `]{`: it looks for the closing bracket of every `[`."""

    def span(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
        return state.html_terminator_last("]{") > state.pos and rule(state, silent)

    return span


def _whole_line(
    rule: Callable[[StateBlock, int, int, bool], bool],
) -> Callable[[StateBlock, int, int, bool], bool]:
    """Let the plug-in's rule have a line only if the attributes are all of it: it would drop words behind them."""

    def attr(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - as above
        line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip(" \t")
        if not (line.startswith("{") and line.endswith("}")):
            return False
        try:
            closing, _ = parse(line)
        except ParseError:
            return False
        return closing == len(line) - 1 and rule(state, start, end, silent)

    return attr
