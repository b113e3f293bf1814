"""Headings: each has an id, its own or one made of its words as on GitHub, and none has another's."""

import unicodedata
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from sitegen.reading.markdown_rules.problems import report


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text.

    `line` counts from 0 in the body, as `token.map` does; `Parsed.headings` holds the file's lines instead.
    """

    level: int
    id: str
    text: str
    line: int


def use_headings(md: MarkdownIt) -> None:
    """Add the rule that names headings and collects them in `env["headings"]`."""
    md.core.ruler.push("headings", headings)


def headings(state: StateCore) -> None:
    """Give every heading an id, with `env["prefix"]` before those made here; `env["taken"]` are used already."""
    env = state.env
    taken = set(env.get("taken", ())) | (_own_ids(state.tokens, env) if "{" in state.src else set())
    counts: dict[str, int] = {}
    found: list[Heading] = []
    for i, token in enumerate(state.tokens):
        if token.type != "heading_open":
            continue
        text = plain_text(state.tokens[i + 1].children or ())
        if not token.attrs.get("id"):
            token.attrs["id"] = _unique(env.get("prefix", "") + (slug(text) or "section"), taken, counts)
        line = (token.map or [0])[0]
        found.append(Heading(int(token.tag[1]), str(token.attrs["id"]), text, line))
    env["headings"] = found


def plain_text(tokens: Iterable[Token]) -> str:
    """Tell the words of inline tokens, with a space for a line break; pictures and footnote marks are left out."""
    return "".join(
        " " if token.type in {"softbreak", "hardbreak"} else token.content
        for token in tokens
        if token.type in TEXT_TOKENS
    ).strip()


TEXT_TOKENS = frozenset(
    {"text", "code_inline", "math_inline", "math_inline_double", "softbreak", "hardbreak"}
)
"""The inline tokens that are words of the text."""


def slug(text: str) -> str:
    """Make an id of a heading's words: small letters, hyphens for spaces, no punctuation; other scripts are kept."""
    lowered = unicodedata.normalize("NFC", text).lower()
    if lowered.isascii():
        return "".join(char for char in lowered.replace(" ", "-") if char.isalnum() or char in "-_")
    kept = (char for char in lowered if char in "-_ " or unicodedata.category(char)[0] in "LMN")
    return "".join(kept).replace(" ", "-")


def _unique(wanted: str, taken: set[str], counts: dict[str, int]) -> str:
    """Make an id unique by a number if it is taken; `counts` remembers how far each has come."""
    unique = wanted
    while unique in taken:
        counts[wanted] = counts.get(wanted, 0) + 1
        unique = f"{wanted}-{counts[wanted]}"
    taken.add(unique)
    return unique


def _own_ids(tokens: Iterable[Token], env: MutableMapping[str, Any]) -> set[str]:
    """Collect the ids that the author set; one set twice is reported."""
    ids: set[str] = set()
    for token in tokens:
        for candidate in (token, *(token.children or ())):
            own = str(candidate.attrs.get("id", ""))
            if own in ids:
                report(env, (token.map or [0])[0], f'the id "{own}" is set twice')
            if own:
                ids.add(own)
    return ids
