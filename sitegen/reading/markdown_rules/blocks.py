"""Blocks of plain words on short ways: what cannot begin, end or underline another block is taken as it stands.

The tokens are the parser's very own (tests compare the two on arbitrary text).
"""

import re
from collections.abc import Callable, Collection

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore, block
from markdown_it.token import Token

from sitegen.reading.markdown_rules.tokens import Nesting, block_token

BlockRule = Callable[[StateBlock, int, int, bool], bool]
Paragraph = Callable[[str], tuple[Token, Token, Token] | None]
"""A text to its tokens without those inside, if it is one short paragraph, as many notes are."""


class BlockState(StateBlock):
    """markdown-it's state with its lines told apart, and its tokens made, in half the time."""

    def __init__(self, state: StateCore) -> None:
        super().__init__("", state.md, state.env, state.tokens)
        self.src = text = state.src
        lines = text.split("\n")
        # The last line counts only if it holds something.
        if not lines[-1].strip(" \t"):
            lines.pop()
        begins: list[int] = []
        ends: list[int] = []
        shifts: list[int] = []
        indents: list[int] = []
        begin = 0
        for line in lines:
            begins.append(begin)
            shift = len(line) - len(line.lstrip(" \t"))
            shifts.append(shift)
            indents.append(len(line[:shift].expandtabs(4)) if shift else 0)
            begin += len(line)
            ends.append(begin)
            begin += 1
        # One line more, which is none, saves the rules from looking whether there is a next.
        self.bMarks = [*begins, len(text)]
        self.eMarks = [*ends, len(text)]
        self.tShift = [*shifts, 0]
        self.sCount = [*indents, 0]
        self.bsCount = [0] * (len(lines) + 1)
        self.lineMax = len(lines)

    def push(self, ttype: str, tag: str, nesting: Nesting) -> Token:
        """Add a token."""
        level = self.level
        if nesting < 0:
            self.level = level = level - 1
        elif nesting > 0:
            self.level += 1
        token = block_token(ttype, tag, nesting, level)
        self.tokens.append(token)
        return token


def parse_blocks(read: Paragraph) -> Callable[[StateCore], None]:
    """Make the rule that parses blocks; one short paragraph needs no parser."""

    def parse(state: StateCore) -> None:
        tokens = None if state.inlineMode else read(state.src)
        if tokens is not None:
            state.tokens += tokens
        elif state.inlineMode:
            block(state)
        elif state.src:
            blocks = BlockState(state)
            state.md.block.tokenize(blocks, blocks.line, blocks.lineMax)

    return parse


def one_paragraph(specials: Collection[str]) -> Paragraph:
    """Make the function that tells a text of one paragraph: none of its lines begins as another block may."""
    paragraph = re.compile(rf"(?:[^\s{re.escape(''.join(sorted(specials)))}][^\n]*(?:\n|\Z))+")

    def read(text: str) -> tuple[Token, Token, Token] | None:
        if not paragraph.fullmatch(text):
            return None
        return _paragraph(mdTrim(text), 0, [0, text.count("\n") + (not text.endswith("\n"))])

    return read


def short_paragraph(specials: Collection[str]) -> BlockRule:
    """Make the rule for a paragraph none of whose lines begins with a character that means anything.

    Such lines cannot begin, end or underline another block; where one does, the rule stands back. (A table or a
    term shows in its second line, and that one begins with a special character.)
    """

    def rule(state: StateBlock, start: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
        if silent or state.is_code_block(start):
            return False
        src, begins, shifts, ends = state.src, state.bMarks, state.tShift, state.eMarks
        line, last = start, state.lineMax
        while line < last:
            first = begins[line] + shifts[line]
            if first >= ends[line]:
                break
            if src[first] in specials:
                return False
            line += 1
        if line == start + 1:
            if line + 1 < last:
                # A definition may stand one blank line below its term.
                first = begins[line + 1] + shifts[line + 1]
                if src[first : first + 1] in {":", "~"}:
                    return False
            content = mdTrim(src[begins[start] + shifts[start] : ends[start]])
        else:
            content = mdTrim(state.getLines(start, line, state.blkIndent, False))  # noqa: FBT003 - markdown-it's
        state.line = line
        state.tokens += _paragraph(content, state.level, [start, line])
        return True

    return rule


def _paragraph(content: str, level: int, lines: list[int]) -> tuple[Token, Token, Token]:
    inline = block_token("inline", "", 0, level + 1, lines)
    inline.content = content
    inline.children = []
    return (
        block_token("paragraph_open", "p", 1, level, lines),
        inline,
        block_token("paragraph_close", "p", -1, level),
    )
