"""Rules chosen by the character they wait for.

markdown-it tries every rule at every place. Nearly all of them look at one character first and give up, so here a
table from that character to the rules that wait for it replaces the trying. The outcome is the same (a test compares
the two on arbitrary text), the time a good third less. A rule that this module does not know is tried everywhere.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from markdown_it import MarkdownIt
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore, normalize, text_join
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from sitegen.reading.markdown_rules import phrases
from sitegen.reading.markdown_rules.blocks import (
    BlockRule,
    Paragraph,
    one_paragraph,
    parse_blocks,
    short_paragraph,
)

RuleT = TypeVar("RuleT")
Whole = Callable[[str], list[Token] | None]
"""A whole text to its tokens, or None where the parser has to read it."""

InlineRule = Callable[[StateInline, bool], bool]

INLINE_TRIGGERS: Mapping[str, str] = {
    "newline": "\n",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "link": "[",
    "image": "!",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    "linkify": ":",
    "math_inline": "$",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "span": "[",
    "attr": "{",
}
"""The characters at which an inline rule may match."""

BLOCK_TRIGGERS: Mapping[str, str] = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "admonition": "!?",
    "math_block": "$",
    "attr": "{",
    "footnote_def": "[",
    "abbreviation": "*",
}
"""The characters with which a line may begin at which a block rule matches; other rules are tried on any line."""

SECOND_LINES = frozenset("-=:|~")
"""What a line may begin with that makes the line before it a heading, the head of a table, or a term."""


def use_dispatch(md: MarkdownIt) -> Whole:
    """Give a parser, whose rules are all set, its tables. Rules enabled or disabled later have no effect.

    What comes back parses texts that are one plain paragraph, as the parser would.
    """
    inline_rules = _active(md.inline.ruler)
    named = {name: rule for name, rule in inline_rules.items() if name in INLINE_TRIGGERS}
    stops = "".join(sorted({char for name in named for char in INLINE_TRIGGERS[name]} | {"]"}))
    md.inline.terminator_re = re.compile(f"[{re.escape(stops)}]")
    md.inline.ruler = _Chains(md.inline.ruler, {"": [_by_character(inline_rules)]})

    ruler = md.block.ruler
    specials = {char for name in _active(ruler) for char in BLOCK_TRIGGERS.get(name, "")}
    chains: dict[str, list[BlockRule]] = {
        alt: [_by_first_character(_active(ruler, alt))]
        for alt in sorted({alt for rule in ruler.__rules__ for alt in rule.alt})
    }
    anywhere = _by_first_character(_active(ruler))
    specials |= SECOND_LINES
    md.block.ruler = _Chains(ruler, {**chains, "": [short_paragraph(specials), anywhere]})
    paragraph, read = one_paragraph(specials), phrases.reader_of(md, stops)
    md.core.ruler.at("block", parse_blocks(paragraph))
    md.core.ruler.at("normalize", _normalize)
    md.core.ruler.at("text_join", _join_texts)
    md.core.ruler.at("inline", _parse_inlines(read))
    return _whole(paragraph, read)


class _Chains(Ruler[RuleT]):
    """A ruler whose chains of rules are fixed."""

    def __init__(self, ruler: Ruler[RuleT], chains: Mapping[str, list[RuleT]]) -> None:
        super().__init__()
        self.__rules__ = ruler.__rules__
        self._chains = chains

    def getRules(self, chainName: str = "") -> list[RuleT]:  # noqa: N802, N803 - overrides markdown-it's
        """Return the rules of a chain."""
        return self._chains.get(chainName, [])


def _active(ruler: Ruler[RuleT], alt: str = "") -> dict[str, RuleT]:
    """Tell the enabled rules by name, in order: all, or those that may end a block of kind `alt`."""
    return {rule.name: rule.fn for rule in ruler.__rules__ if rule.enabled and (not alt or alt in rule.alt)}


def _with_head(table: BlockRule) -> BlockRule:
    """Try the rule for tables only where the second line begins as one that ends a table's head."""

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
        if start + 1 >= end:
            return False
        second = state.bMarks[start + 1] + state.tShift[start + 1]
        return state.src[second : second + 1] in _HEAD_ENDS and table(state, start, end, silent)

    return rule


_HEAD_ENDS = frozenset("|-:")


def _table(
    rules: Mapping[str, RuleT], triggers: Mapping[str, str]
) -> tuple[dict[str, tuple[RuleT, ...]], tuple[RuleT, ...]]:
    """Build the table from a character to the rules that wait for it, and the rules for any other character."""
    chars = {char for name in rules for char in triggers.get(name, "")}
    table = {
        char: tuple(rule for name, rule in rules.items() if char in triggers.get(name, char))
        for char in chars
    }
    return table, tuple(rule for name, rule in rules.items() if name not in triggers)


def _by_character(rules: Mapping[str, InlineRule]) -> InlineRule:
    table, others = _table(rules, INLINE_TRIGGERS)
    # The rule for plain text cannot match where it stops.
    text = rules["text"]
    table = {char: tuple(rule for rule in waiting if rule is not text) for char, waiting in table.items()}
    get = table.get

    def dispatch(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
        for rule in get(state.src[state.pos], others):  # noqa: SIM110 - a generator would cost more than the rules
            if rule(state, silent):
                return True
        return False

    return dispatch


def _by_first_character(rules: Mapping[str, BlockRule]) -> BlockRule:
    rules = {name: _with_head(rule) if name == "table" else rule for name, rule in rules.items()}
    table, others = _table(rules, BLOCK_TRIGGERS)
    get = table.get

    def dispatch(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - as above
        first = state.bMarks[start] + state.tShift[start]
        for rule in get(state.src[first : first + 1], others):  # noqa: SIM110 - as above
            if rule(state, start, end, silent):
                return True
        return False

    return dispatch


def _whole(paragraph: Paragraph, read: phrases.Phrases) -> Whole:
    """Make the function that parses a text of one paragraph of plain phrases: no other rule would find anything in it."""

    def whole(text: str) -> list[Token] | None:
        tokens = None if "\r" in text or "\0" in text else paragraph(text)
        if tokens is None:
            return None
        tokens[1].children = read(tokens[1].content)
        return None if tokens[1].children is None else list(tokens)

    return whole


def _parse_inlines(read: phrases.Phrases) -> Callable[[StateCore], None]:
    """Make the rule that parses what stands in the blocks: by `read` where it can.

    What was read so is noted until `_join_texts`, which need not look at it.
    """

    def parse_inlines(state: StateCore) -> None:
        joined: dict[int, list[Token]] = {}
        state.env[_JOINED] = joined
        for token in state.tokens:
            if token.type != "inline":
                continue
            children = read(token.content)
            if token.children is None:
                token.children = []
            if children is None:
                state.md.inline.parse(token.content, state.md, state.env, token.children)
            else:
                token.children += children
                joined[id(token.children)] = token.children

    return parse_inlines


_JOINED = "joined"
"""Where the environment of a parse holds the lists whose texts are joined, by identity."""


def _join_texts(state: StateCore) -> None:
    """Join the texts that escapes and entities part."""
    joined = state.env.pop(_JOINED, {})
    tokens = state.tokens
    state.tokens = [token for token in tokens if token.type == "inline" and id(token.children) not in joined]
    text_join(state)
    state.tokens = tokens


def _normalize(state: StateCore) -> None:
    """Make line ends and NULs as markdown-it has them; nearly all texts are so already."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)
