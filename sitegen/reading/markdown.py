"""Markdown: text becomes tokens, headings and problems.

The syntax is CommonMark with tables, strike-through, footnotes, definition lists, task lists, heading ids, attributes,
callouts, figures, abbreviations and formulas. Nothing typographic happens here: what the tokens say is what the
author wrote. One parser a process serves all texts of one kind of settings.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin

from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown_rules.abbreviations import use_abbreviations
from sitegen.reading.markdown_rules.attributes import use_attributes
from sitegen.reading.markdown_rules.callouts import use_callouts
from sitegen.reading.markdown_rules.dispatch import Whole, use_dispatch
from sitegen.reading.markdown_rules.figures import use_figures
from sitegen.reading.markdown_rules.footnotes import use_footnotes
from sitegen.reading.markdown_rules.headings import Heading, use_headings
from sitegen.reading.markdown_rules.links import use_links
from sitegen.reading.markdown_rules.literals import use_literals
from sitegen.reading.markdown_rules.mathematics import use_mathematics
from sitegen.reading.markdown_rules.problems import MarkdownProblem

MAX_NESTING = 60
"""How deep blocks, or brackets, may nest: far above what people write, far below Python's recursion limit."""

PLUGINS = (
    use_callouts,
    use_attributes,
    use_footnotes,
    use_abbreviations,
    deflist_plugin,
    use_mathematics,
    use_figures,
    use_literals,
    use_headings,
)
"""The syntaxes beyond CommonMark, tables and strike-through, in the order in which they are added."""


PLAIN_ADDRESS = re.compile(
    r"(?:https?://(?=[a-z0-9.-]{1,63}(?:[/?#]|\Z))[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*)?"
    r"(?:/[\w.~-]*)*(?:\?[\w.~=&-]*)?(?:#[\w.~-]*)?",
    re.ASCII,
)
"""Addresses that are the same after normalising: without anything to encode, upper-case hosts or Punycode."""


__all__ = ("MAX_NESTING", "Heading", "MarkdownProblem", "Parsed", "build", "parse", "parse_note", "parser")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as tokens.

    `token.map` counts lines from 0 in the body; `first_line` is the line of the file, from 1, on which the body
    begins, so that a token stands on line `first_line + token.map[0]` of the file. The lines of `headings` and
    `problems` are the file's. `env` is what the renderer needs to know beside the tokens.
    """

    tokens: list[Token]
    env: dict[str, Any]
    headings: tuple[Heading, ...]
    problems: tuple[MarkdownProblem, ...]
    first_line: int

    def line(self, token: Token) -> int:
        """Tell on which line of the file a block token begins."""
        return self.first_line + (token.map or [0])[0]


def parser(settings: MarkdownSettings, *, extensions: bool = True) -> MarkdownIt:
    """Give the process's one parser for such settings; without `extensions` it reads CommonMark and nothing else."""
    return build(html=settings.html, linkify=settings.linkify, extensions=extensions)


def parse(
    text: str,
    settings: MarkdownSettings,
    *,
    first_line: int = 1,
    extensions: bool = True,
    taken: Collection[str] = (),
) -> Parsed:
    """Parse the body of an article. `taken` are ids that no heading may be given."""
    return _parsed(text, parser(settings, extensions=extensions), {"taken": taken}, first_line)


def parse_note(text: str, settings: MarkdownSettings, prefix: str, *, first_line: int = 1) -> Parsed:
    """Parse the body of a note; ids of headings and footnotes begin with `prefix`, so that pages can hold many notes."""
    md = parser(settings)
    tokens = md.whole(text) if isinstance(md, _Parser) and md.whole and not settings.linkify else None
    if tokens is not None:
        return Parsed(tokens, {"prefix": prefix}, (), (), first_line)
    return _parsed(text, md, {"prefix": prefix}, first_line)


def _parsed(text: str, md: MarkdownIt, env: dict[str, Any], first_line: int) -> Parsed:
    tokens = md.parse(text, env)
    problems = [*env.pop("problems", ()), *_too_deep(tokens)]
    return Parsed(
        tokens,
        env,
        tuple(replace(heading, line=first_line + heading.line) for heading in env.pop("headings", ())),
        tuple(replace(problem, line=first_line + problem.line) for problem in problems),
        first_line,
    )


def _too_deep(tokens: list[Token]) -> list[MarkdownProblem]:
    """Tell where the parser gave up on what is nested: it leaves out the rest without a word."""
    if max(map(attrgetter("level"), tokens), default=0) < MAX_NESTING - 1:
        return []
    emptied = [
        block
        for block, following in pairwise(tokens)
        if block.level == MAX_NESTING - 1 and block.nesting == 1 and following.nesting == -1
    ]
    message = f"nested more than {MAX_NESTING} deep: what is deeper is left out"
    return [MarkdownProblem((block.map or [0])[0], message) for block in emptied[:1]]


class _Parser(MarkdownIt):
    """markdown-it, but addresses that need no normalising are not taken apart: that is a third of a link's time.

    `whole` parses a text that is one plain paragraph; a parser that is not fast has none.
    """

    whole: Whole | None = None

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - overrides markdown-it's
        return url if PLAIN_ADDRESS.fullmatch(url) else super().normalizeLink(url)


@lru_cache(maxsize=16)
def build(*, html: bool, linkify: bool, extensions: bool, fast: bool = True) -> MarkdownIt:
    """Build a parser; one that is not `fast` tries every rule everywhere, as markdown-it does (tests compare them)."""
    options: Mapping[str, Any] = {
        "html": html,
        "linkify": linkify,
        "maxNesting": MAX_NESTING,
        "tasklists": extensions,
    }
    md = _Parser("commonmark", options)
    if extensions:
        md.enable(["table", "strikethrough"])
        for use in PLUGINS:
            use(md)
        if linkify:
            use_links(md)
    if fast:
        md.whole = use_dispatch(md)
    return md
