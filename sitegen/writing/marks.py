"""How the tokens that weaving sets are rendered: marks, references, margins, and code that was cut open."""

from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from sitegen.writing.code_marks import mark_html
from sitegen.writing.holes import hole
from sitegen.writing.render import HtmlRenderer
from sitegen.writing.render_rules import PAGE_RULES, RenderRule, code_block, fence, math_block
from sitegen.writing.weave import quoted, reference_html

Env = MutableMapping[str, Any]


def _mark_open(_r: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _env: Env) -> str:
    return "<mark" + "".join(f" {name}={quoted(str(value))}" for name, value in tokens[i].attrs.items()) + ">"


def _mark_close(_r: RendererHTML, _tokens: Sequence[Token], _i: int, _o: OptionsDict, _env: Env) -> str:
    return "</mark>"


def _noteref(_r: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _env: Env) -> str:
    return reference_html(tokens[i].meta["mark"])


def _margin(_r: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _env: Env) -> str:
    """A hole for the notes of the block before it: the line of its first note, and the notes' ids."""
    return hole("margin", f"{tokens[i].meta['line']} {tokens[i].content}")


def _code_open(r: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _env: Env) -> str:
    return f"<code{r.renderAttrs(tokens[i])}>"


def _code_text(_r: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _env: Env) -> str:
    return escapeHtml(tokens[i].content)


def _code_close(_r: RendererHTML, _tokens: Sequence[Token], _i: int, _o: OptionsDict, _env: Env) -> str:
    return "</code>"


def _with_marks(rule: RenderRule) -> RenderRule:
    """A rule for a block of code whose marks are set into its HTML."""

    def rendered(r: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: Env) -> str:
        html = rule(r, tokens, i, options, env)
        cuts = tokens[i].meta.get("cuts", ())
        return mark_html(html, cuts) if cuts else html

    return rendered


def _math_block(r: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: Env) -> str:
    """A formula of its own; a mark that touches it is laid around the whole of it."""
    html = math_block(r, tokens, i, options, env)
    cuts = tokens[i].meta.get("cuts", ())
    if not cuts:
        return html
    begin, end = html.index(">") + 1, html.rindex("</div>")
    opens = "".join(cut.first for cut in cuts)
    closes = "</mark>" * len(cuts) + "".join(cut.reference for cut in cuts)
    return html[:begin] + opens + html[begin:end] + closes + html[end:]


WOVEN = HtmlRenderer(
    {
        **PAGE_RULES,
        "mark_open": _mark_open,
        "mark_close": _mark_close,
        "noteref": _noteref,
        "margin": _margin,
        "code_open": _code_open,
        "code_text": _code_text,
        "code_close": _code_close,
        "fence": _with_marks(fence),
        "code_block": _with_marks(code_block),
        "math_block": _math_block,
    }
)
"""Renders woven tokens as a page shows them."""
