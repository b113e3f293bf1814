"""TeX between dollars: `$x^2$` in a line, `$$…$$` for a formula of its own. A price stays a price."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin

FORMULA = re.compile(
    r"\$\$(?!\s)(?P<display>(?:[^\\$]|\\.)+)(?<!\s)\$\$(?!\w)|\$(?![\s$])(?P<inline>(?:[^\\$]|\\.)+)(?<!\s)\$(?!\w)",
    re.DOTALL,
)
AMOUNT = re.compile(r"[.,]?\d[\w.,%–-]*\s[^\\^_={<>]*")
"""What stands between two amounts of money: a number, a space, and nothing that looks like TeX."""

MATH_TOKENS = frozenset({"math_inline", "math_inline_double"})


def use_mathematics(md: MarkdownIt) -> None:
    """Add the rules that read formulas."""
    md.use(dollarmath_plugin, allow_labels=False, allow_blank_lines=False, double_inline=True)
    rule = next(rule.fn for rule in md.inline.ruler.__rules__ if rule.name == "math_inline")
    md.inline.ruler.at("math_inline", _careful(rule))
    md.core.ruler.after("inline", "formula_lines", _lines)


def is_formula(source: str, start: int) -> bool:
    """Tell whether the dollar at `start` opens a formula; in doubt it is money."""
    if start and (source[start - 1].isalnum() or source[start - 1] == "$"):
        return False
    found = FORMULA.match(source, start)
    return found is not None and not AMOUNT.fullmatch(found["inline"] or "")


def _careful(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def math_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
        return state.src[state.pos] == "$" and is_formula(state.src, state.pos) and rule(state, silent)

    return math_inline


def _lines(state: StateCore) -> None:
    """Note the line of each formula, so that an error in it has a place."""
    if "$" not in state.src:
        return
    for token in state.tokens:
        for child in token.children or ():
            if child.type in MATH_TOKENS:
                child.meta["line"] = (token.map or [0])[0]
