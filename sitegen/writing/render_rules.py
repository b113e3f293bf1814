"""How a page shows what CommonMark shows otherwise, or not at all: one small function a kind of token.

Nothing here writes a `style` attribute or a script: the site's Content-Security-Policy allows neither inline.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.common.utils import escapeHtml, mdTrim, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from sitegen.model.messages import N_
from sitegen.writing.highlight import Piece, pieces
from sitegen.writing.holes import hole
from sitegen.writing.mathml import TexError, mathml

Env = MutableMapping[str, Any]
RenderRule = Callable[[RendererHTML, Sequence[Token], int, OptionsDict, Env], str]

LABELS: Mapping[str, str] = {
    "anchor": N_("Link to this section"),
    "table": N_("Table"),
    "task_done": N_("done"),
    "task_open": N_("not done"),
    "footnotes": N_("Footnotes"),
    "footnote": N_("Footnote {number}"),
    "footnote_back": N_("Back to reference {number}"),
    "formula": N_("Formula"),
    "note": N_("Note"),
    "tip": N_("Tip"),
    "important": N_("Important"),
    "warning": N_("Warning"),
    "caution": N_("Caution"),
    "danger": N_("Danger"),
    "info": N_("Information"),
    "example": N_("Example"),
    "question": N_("Question"),
}
"""The words that rendering adds; a kind of callout that has no label is shown by its own name."""

LATER: Mapping[str, str] = {
    name: hole("word", f"{name} {{number}}" if "{number}" in word else name) for name, word in LABELS.items()
}
"""Holes in their place, for what is rendered before the language's words are known."""


@dataclass(frozen=True, slots=True)
class RenderProblem:
    """Something that could not be rendered as it was meant; `line` counts from 0 in the body."""

    line: int
    message: str


def label(env: Env, name: str, **values: object) -> str:
    """Give a word of the page's language, ready for HTML."""
    labels: Mapping[str, str] = env.get("labels", LABELS)
    word = labels.get(name) or LABELS.get(name) or name.replace("-", " ").capitalize()
    return escapeHtml(word.format(**values) if values else word)


# --- code


def code_inline(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, _env: Env
) -> str:
    """Show code in a line."""
    return f"<code{renderer.renderAttrs(tokens[i])}>{escapeHtml(tokens[i].content)}</code>"


def code_block(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, _env: Env
) -> str:
    """Show indented code, which the keyboard can scroll."""
    token = tokens[i]
    return f'<pre tabindex="0"{renderer.renderAttrs(token)}><code>{escapeHtml(token.content)}</code></pre>\n'


def fence(renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, _env: Env) -> str:
    """Show fenced code, coloured if the fence names a language that is known."""
    token = tokens[i]
    words = mdTrim(unescapeAll(token.info)).split(maxsplit=1) if token.info else []
    named = f' class="language-{escapeHtml(words[0])}"' if words else ""
    coloured = pieces(token.content, words[0].lower()) if words else (("", token.content),)
    return f'<pre tabindex="0"{renderer.renderAttrs(token)}><code{named}>{_code(coloured)}</code></pre>\n'


def _code(words: Iterable[Piece]) -> str:
    return "".join(
        f'<span class="hl-{role}">{escapeHtml(text)}</span>' if role and text else escapeHtml(text)
        for role, text in words
    )


# --- blocks, headings, tables, images, tasks


def blockquote_open(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: Env
) -> str:
    """Begin a quote with a line end even if it is empty, as CommonMark's specification writes it."""
    return renderer.renderToken(tokens, i, options, env).rstrip("\n") + "\n"


def heading_close(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: Env
) -> str:
    """Set a link to the heading behind its words."""
    heading = escapeHtml(str(tokens[i - 2].attrs.get("id", "")))
    anchor = (
        f'<a class="anchor" href="#{heading}" aria-label="{label(env, "anchor")}"></a>' if heading else ""
    )
    return anchor + renderer.renderToken(tokens, i, options, env)


def table_open(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: Env
) -> str:
    """Put a table into a frame that narrow screens, and the keyboard, can scroll."""
    frame = f'<div class="table-wrap" tabindex="0" role="group" aria-label="{label(env, "table")}">\n'
    return frame + renderer.renderToken(tokens, i, options, env)


def table_close(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: Env
) -> str:
    """End the frame."""
    return renderer.renderToken(tokens, i, options, env) + "</div>\n"


def cell_open(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, _env: Env
) -> str:
    """Align a cell by class; a head cell says that it heads its column."""
    token = tokens[i]
    align = str(token.attrs.get("style", "")).removeprefix("text-align:")
    scope = ' scope="col"' if token.tag == "th" else ""
    return f'<{token.tag}{scope} class="align-{align}">' if align else f"<{token.tag}{scope}>"


def image(renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: Env) -> str:
    """Show an image that is loaded when it is near."""
    token = tokens[i]
    attrs = {
        **token.attrs,
        "alt": renderer.renderInlineAsText(token.children, options, env),
        "loading": "lazy",
        "decoding": "async",
    }
    return "<img" + renderer.renderAttrs(Token("image", "img", 0, attrs=attrs)) + ">"


def list_item_open(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: Env
) -> str:
    """Begin a list's item; a task's has a box that says whether it is done."""
    opened = renderer.renderToken(tokens, i, options, env)
    if "checked" not in tokens[i].meta:
        return opened
    checked, word = (" checked", "task_done") if tokens[i].meta["checked"] else ("", "task_open")
    return f'{opened}<input type="checkbox" disabled{checked} aria-label="{label(env, word)}"> '


# --- footnotes


def footnote_ref(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: Env
) -> str:
    """Refer to a footnote."""
    note, mark = _footnote(tokens[i], env)
    number = tokens[i].meta["id"] + 1
    return (
        f'<sup class="footnote-ref"><a href="#fn-{note}" id="fnref-{mark}" role="doc-noteref"'
        f' aria-label="{label(env, "footnote", number=number)}">[{number}]</a></sup>'
    )


def footnote_block_open(
    _r: RendererHTML, _tokens: Sequence[Token], _i: int, _options: OptionsDict, env: Env
) -> str:
    """Begin the footnotes."""
    return f'<section class="footnotes" role="doc-endnotes" aria-label="{label(env, "footnotes")}">\n<ol>\n'


def footnote_block_close(
    _r: RendererHTML, _tokens: Sequence[Token], _i: int, _o: OptionsDict, _env: Env
) -> str:
    """End the footnotes."""
    return "</ol>\n</section>\n"


def footnote_open(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: Env
) -> str:
    """Begin a footnote."""
    return f'<li id="fn-{_footnote(tokens[i], env)[0]}">'


def footnote_close(
    _renderer: RendererHTML, _tokens: Sequence[Token], _i: int, _options: OptionsDict, _env: Env
) -> str:
    """End a footnote."""
    return "</li>\n"


def footnote_anchor(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: Env
) -> str:
    """Lead back to where the footnote is referred to."""
    mark = _footnote(tokens[i], env)[1]
    back = label(env, "footnote_back", number=tokens[i].meta["id"] + 1)
    # The variation selector keeps the arrow from being shown as an emoji.
    return f' <a href="#fnref-{mark}" class="footnote-back" role="doc-backlink" aria-label="{back}">↩︎</a>'


def _footnote(token: Token, env: Env) -> tuple[str, str]:
    """Tell what ends the ids of a footnote and of one reference to it."""
    note = escapeHtml(env.get("prefix", "")) + str(token.meta["id"] + 1)
    nth = token.meta.get("subId", 0)
    return note, f"{note}-{nth + 1}" if nth else note


# --- callouts


def callout_open(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: Env
) -> str:
    """Begin a callout, titled by its kind if its author gave it no title; one that folds is a `<details>`."""
    token = tokens[i]
    kind = token.meta["kind"]
    classes = " ".join(filter(None, ("callout", f"callout-{kind}", str(token.attrs.get("class", "")))))
    own = f' id="{escapeHtml(str(token.attrs["id"]))}"' if "id" in token.attrs else ""
    fold = token.meta.get("fold")
    title = "" if token.meta["titled"] else _title_open(token) + label(env, kind) + _title_close(token)
    if fold:
        return f'<details class="{escapeHtml(classes)}"{own}{" open" if fold == "open" else ""}>\n{title}'
    return f'<div class="{escapeHtml(classes)}"{own} role="note">\n{title}'


def callout_close(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, _env: Env
) -> str:
    """End a callout."""
    return "</details>\n" if tokens[i].meta.get("fold") else "</div>\n"


def callout_title_open(
    _r: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, _env: Env
) -> str:
    """Begin a callout's title."""
    return _title_open(tokens[i])


def callout_title_close(
    _r: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, _env: Env
) -> str:
    """End a callout's title."""
    return _title_close(tokens[i])


def _title_open(token: Token) -> str:
    return f'<{"summary" if token.meta.get("fold") else "p"} class="callout-title">'


def _title_close(token: Token) -> str:
    return f"</{'summary' if token.meta.get('fold') else 'p'}>\n"


# --- formulas


def math_inline(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: Env
) -> str:
    """Show a formula in a line."""
    return _formula(tokens[i], env, display=False)


def math_inline_double(
    _r: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: Env
) -> str:
    """Show a formula that is set apart from the words around it."""
    return _formula(tokens[i], env, display=True)


def math_block(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: Env
) -> str:
    """Show a formula of its own, in a frame that can be scrolled."""
    formula = _formula(tokens[i], env, display=True)
    return f'<div class="math-block" tabindex="0" role="group" aria-label="{label(env, "formula")}">{formula}</div>\n'


def _formula(token: Token, env: Env, *, display: bool) -> str:
    try:
        return mathml(token.content.strip(), display=display)
    except TexError as error:
        line = token.meta.get("line", (token.map or [0])[0])
        message = f"the formula {' '.join(token.content.split())} cannot be shown: {error}"
        env.setdefault("render_problems", []).append(RenderProblem(line, message))
        return f'<code class="math-error">{escapeHtml(token.markup + token.content + token.markup)}</code>'


COMMONMARK_RULES: Mapping[str, RenderRule] = {"blockquote_open": blockquote_open}
"""Where markdown-it's output is not byte for byte that of the specification."""

PAGE_RULES: Mapping[str, RenderRule] = {
    **COMMONMARK_RULES,
    "callout_close": callout_close,
    "callout_open": callout_open,
    "callout_title_close": callout_title_close,
    "callout_title_open": callout_title_open,
    "code_block": code_block,
    "code_inline": code_inline,
    "fence": fence,
    "footnote_anchor": footnote_anchor,
    "footnote_block_close": footnote_block_close,
    "footnote_block_open": footnote_block_open,
    "footnote_close": footnote_close,
    "footnote_open": footnote_open,
    "footnote_ref": footnote_ref,
    "heading_close": heading_close,
    "image": image,
    "list_item_open": list_item_open,
    "math_block": math_block,
    "math_inline": math_inline,
    "math_inline_double": math_inline_double,
    "table_close": table_close,
    "table_open": table_open,
    "td_open": cell_open,
    "th_open": cell_open,
}
"""The rules of a page, by type of token."""
