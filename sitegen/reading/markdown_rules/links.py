"""Bare addresses become links, where the settings wish it: those that name their scheme, and no others."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

SCHEME = re.compile(r"(?:https?|ftp)$", re.IGNORECASE)
LONGEST_SCHEME = 5


def use_links(md: MarkdownIt) -> None:
    """Add the rules that find addresses. Names such as `setup.py` or `e.g` are none."""
    md.enable("linkify")
    if md.linkify:
        md.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    rule = next(rule.fn for rule in md.inline.ruler.__rules__ if rule.name == "linkify")
    md.inline.ruler.at("linkify", _after_scheme(rule))


def _after_scheme(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Try markdown-it's rule only behind a scheme: it searches all the text so far at every colon."""

    def linkify(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
        before = state.src[max(0, state.pos - LONGEST_SCHEME) : state.pos]
        return SCHEME.search(before) is not None and rule(state, silent)

    return linkify
