"""Footnotes: `[^1]` with a definition `[^1]: …` anywhere, or `^[the note itself]`.

The bodies stand at the end of the tokens, in the order of their references: `footnote_block_open`, for each
`footnote_open`, its blocks, `footnote_anchor` (one a reference) and `footnote_close`, last `footnote_block_close`.
A reference is a `footnote_ref` without content.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.footnote import footnote_plugin

from sitegen.reading.markdown_rules.problems import report

UNDEFINED = re.compile(r"\[\^[^\[\]\s]+\]")


def use_footnotes(md: MarkdownIt) -> None:
    """Add the rules for footnotes, and one that reports references and bodies that miss each other."""
    md.use(footnote_plugin)
    md.core.ruler.before("footnote_tail", "footnote_problems", problems)
    md.core.ruler.after("footnote_tail", "footnote_lines", lines)


def problems(state: StateCore) -> None:
    """Report what would vanish, and what would stand as it was typed."""
    if "[^" not in state.src:
        return
    notes = state.env.get("footnotes", {"refs": {}, "list": {}})
    for token in state.tokens:
        if token.type == "footnote_reference_open" and notes["refs"].get(f":{token.meta['label']}", -1) < 0:
            report(
                state.env, (token.map or [0])[0], f"nothing refers to the footnote [^{token.meta['label']}]"
            )
        for child in token.children or ():
            if child.type == "text" and (found := UNDEFINED.search(child.content)):
                report(state.env, (token.map or [0])[0], f"there is no footnote {found[0]}")


def lines(state: StateCore) -> None:
    """Give the footnotes that were written in a line the lines of the block they were written in."""
    if "^[" not in state.src:
        return
    places = {
        child.meta["id"]: token.map
        for token in state.tokens
        for child in token.children or ()
        if child.type == "footnote_ref"
    }
    note = None
    for token in state.tokens:
        if token.type == "footnote_open":
            note = token.meta["id"]
        elif note is not None and token.map is None and token.type in {"paragraph_open", "inline"}:
            token.map = places.get(note)
