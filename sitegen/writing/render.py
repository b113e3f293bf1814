"""Tokens become HTML: markdown-it's renderer with a table of small functions for what a page shows otherwise.

What is read in `env`, the environment of the parse: `labels` (the words of the page's language, see LABELS) and
`prefix` (begins the ids of a note's footnotes). Formulas that cannot be read are added to `env["render_problems"]`.
"""

from collections.abc import Mapping, Sequence
from types import MethodType
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.presets import commonmark
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
        self.options = OptionsDict({**commonmark.make()["options"], "xhtmlOut": xhtml})

    def html(self, tokens: Sequence[Token], env: Env) -> str:
        """Render the tokens of a parse with its environment."""
        return self.render(tokens, self.options, env)

    def renderInline(self, tokens: Sequence[Token], options: OptionsDict, env: Env) -> str:  # noqa: N802 - overrides markdown-it's
        """As markdown-it renders them, but text is escaped at once: a table of rules has none for it."""
        rules = self.rules
        out: list[str] = []
        for i, token in enumerate(tokens):
            if token.type == "text":
                out.append(escapeHtml(token.content))
            elif token.type in rules:
                out.append(rules[token.type](tokens, i, options, env))
            else:
                out.append(self.renderToken(tokens, i, options, env))
        return "".join(out)

    def renderToken(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Env) -> str:  # noqa: N802 - likewise
        """As markdown-it renders it, with a short way for what neither is hidden nor follows what is."""
        token = tokens[idx]
        if token.nesting == 0 or token.hidden or (idx and tokens[idx - 1].hidden):
            return super().renderToken(tokens, idx, options, env)
        attrs = self.renderAttrs(token) if token.attrs else ""
        if token.nesting < 0:
            return f"</{token.tag}{attrs}>\n" if token.block else f"</{token.tag}{attrs}>"
        return (
            f"<{token.tag}{attrs}>\n" if token.block and _ends_line(tokens, idx) else f"<{token.tag}{attrs}>"
        )


def _ends_line(tokens: Sequence[Token], idx: int) -> bool:
    """Whether a line ends behind a block's opening tag: not before its words, nor before its closing tag."""
    if idx + 1 == len(tokens):
        return True
    following = tokens[idx + 1]
    closed = following.nesting < 0 and following.tag == tokens[idx].tag
    return not (following.type == "inline" or following.hidden or closed)


PAGE = HtmlRenderer(PAGE_RULES)
"""Renders as a page shows it."""

COMMONMARK = HtmlRenderer(COMMONMARK_RULES, xhtml=True)
"""Renders exactly as CommonMark's specification does."""


def render(tokens: Sequence[Token], env: Env, *, extensions: bool = True) -> str:
    """Render tokens for a page; without `extensions`, exactly as CommonMark's specification does."""
    return (PAGE if extensions else COMMONMARK).html(tokens, env)
