"""Tokens become HTML: markdown-it's renderer with a table of small functions for what a page shows otherwise.

What is read in `env`, the environment of the parse: `labels` (the words of the page's language, see LABELS) and
`prefix` (begins the ids of a note's footnotes). Formulas that cannot be read are added to `env["render_problems"]`.
"""

from collections.abc import Mapping, Sequence
from types import MethodType
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from sitegen.writing.render_rules import COMMONMARK_RULES, LABELS, PAGE_RULES, Env, RenderProblem, RenderRule
from sitegen.writing.smarten import smarten

__all__ = (
    "COMMONMARK",
    "COMMONMARK_RULES",
    "LABELS",
    "PAGE",
    "PAGE_RULES",
    "HtmlRenderer",
    "RenderProblem",
    "RenderRule",
    "render",
    "smarten",
)


class HtmlRenderer(RendererHTML):
    """Renders tokens by a table of rules, laid over markdown-it's own.

    A rule is a function of the renderer, the tokens, the index of the one to render, the options and the
    environment; `{**PAGE_RULES, "mark_open": …}` extends the table.
    """

    def __init__(self, rules: Mapping[str, RenderRule], *, xhtml: bool = False) -> None:
        super().__init__()
        self.rules: dict[str, Any] = {
            **self.rules,
            **{name: MethodType(rule, self) for name, rule in rules.items()},
        }
        self.options = OptionsDict({**MarkdownIt("commonmark").options, "xhtmlOut": xhtml})  # type: ignore[typeddict-item]

    def html(self, tokens: Sequence[Token], env: Env) -> str:
        """Render the tokens of a parse with its environment."""
        return self.render(tokens, self.options, env)


PAGE = HtmlRenderer(PAGE_RULES)
"""Renders as a page shows it."""

COMMONMARK = HtmlRenderer(COMMONMARK_RULES, xhtml=True)
"""Renders exactly as CommonMark's specification does."""


def render(tokens: Sequence[Token], env: Env, *, extensions: bool = True) -> str:
    """Render tokens for a page; without `extensions`, exactly as CommonMark's specification does."""
    return (PAGE if extensions else COMMONMARK).html(tokens, env)
