"""Figures: an image alone in its paragraph. Its title is the caption, read as Markdown (without HTML).

The tokens are `figure_open`, an `inline` with the image (and the link around it, if any), then, where there is a
title, `figcaption_open`, an `inline` with the caption's text and `figcaption_close`, and last `figure_close`. The
image's classes and id move to the figure.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

ALONE = (["image"], ["link_open", "image", "link_close"])


def use_figures(md: MarkdownIt) -> None:
    """Add the rule that makes figures."""
    md.core.ruler.after("inline", "figures", figures)


def figures(state: StateCore) -> None:
    """Turn paragraphs of one image into figures."""
    if "![" not in state.src:
        return
    done: list[Token] = []
    opened: Token | None = None
    for i, token in enumerate(state.tokens):
        if token.type == "paragraph_open" and not token.hidden and _alone(state.tokens[i + 1]):
            opened = token
            token.type, token.tag = "figure_open", "figure"
            done.append(token)
        elif opened and token.type == "inline":
            image = next(child for child in token.children or () if child.type == "image")
            if "class" in image.attrs:
                opened.attrJoin("class", str(image.attrs.pop("class")))
            if "id" in image.attrs:
                opened.attrs["id"] = image.attrs.pop("id")
            done.append(token)
            title = str(image.attrs.pop("title", "")).strip()
            if title:
                done += _caption(state, title, token)
        elif opened:  # the paragraph's end
            opened = None
            token.type, token.tag = "figure_close", "figure"
            done.append(token)
        else:
            done.append(token)
    state.tokens = done


def _alone(inline: Token) -> bool:
    return [child.type for child in inline.children or ()] in ALONE


def _caption(state: StateCore, title: str, beside: Token) -> tuple[Token, Token, Token]:
    # The title's entities are resolved already: what looks like HTML now was not meant to be.
    source = title.replace("<", "\\<").replace("&", "\\&")
    children = state.md.inline.parse(source, state.md, state.env, [])
    inline = Token("inline", "", 0, level=beside.level + 1, map=beside.map, content=title, block=True)
    inline.children = children
    return (
        Token("figcaption_open", "figcaption", 1, level=beside.level, map=beside.map, block=True),
        inline,
        Token("figcaption_close", "figcaption", -1, level=beside.level, block=True),
    )
