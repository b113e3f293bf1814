"""YAML as most people write it, read line by line in a third of the parser's time.

Read are mappings and lists in blocks, words on one line, plain or simply quoted, literal and folded texts, and
mappings and lists of plain words in braces and brackets on one line. Whatever is not beyond doubt is left to the
parser: comments behind values, words that go on in the next line, escapes, anchors, tags, keys that stand twice, and all
that is wrong. What is read is what the parser's events give, places and all (a test compares the two on arbitrary text).
"""

import re
from functools import partial

from sitegen.reading.node_kinds import Mapping, Node, Scalar, Sequence

_FARTHEST = 30
"""The most columns by which lines are indented here: fewer levels than the parser's limit fit before it."""

_ENTRY = re.compile(r"(\w[\w.-]{0,99}):(?: (.+))?")
_WORDS = r"\w(?:[\w .+/()-]*[\w.)])?"
_FLOW_PAIR = re.compile(rf"(\w[\w.-]{{0,99}}): ({_WORDS})(?:, |\Z)")
_FLOW_ITEM = re.compile(rf"({_WORDS})(?:, |\Z)")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@` ")
_BLOCK_TEXTS = frozenset(("|", "|-", ">", ">-"))

# The constructor of a named tuple takes twice as long, and there are hundreds of scalars in a file.
_scalar = partial(tuple.__new__, Scalar)


class _DoubtError(Exception):
    """What comes next may mean more than is read here."""


def read_plain(text: str, first_line: int) -> Mapping | None:
    """The mapping that a text is, or None where the parser has to read it; `first_line` is the number of its first line."""
    # What is printable holds no tab, no other break, no byte-order mark, and nothing that YAML forbids.
    if not text.replace("\n", "").isprintable():
        return None
    reader = _Reader(text.split("\n"), first_line)
    try:
        return reader.run()
    except _DoubtError:
        return None


class _Reader:
    """Reads lines one after another: `content` is what the line that is next holds from column `indent` on.

    After the last line `indent` is -1.
    """

    def __init__(self, lines: list[str], first_line: int) -> None:
        self.lines = lines
        self.shift = first_line
        self.at = -1
        self.line = first_line - 1
        self.indent = 0
        self.content = ""

    def run(self) -> Mapping:
        self._advance()
        if self.indent != 0:
            raise _DoubtError
        root = self._mapping()
        if self.indent >= 0:
            raise _DoubtError
        return root

    def _advance(self) -> None:
        """Go on to the next line that is neither blank nor a comment."""
        lines = self.lines
        for at in range(self.at + 1, len(lines)):
            written = lines[at]
            content = written.lstrip(" ")
            if content and content[0] != "#":
                self.at, self.line, self.content = at, at + self.shift, content
                self.indent = len(written) - len(content)
                return
        self.indent = -1

    def _mapping(self) -> Mapping:
        """The mapping that begins in the line that is next."""
        indent = self.indent
        if indent > _FARTHEST:
            raise _DoubtError
        span = (self.line, indent + 1, self.line, indent + 2)
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while self.indent == indent:
            entry = _ENTRY.fullmatch(self.content)
            if entry is None:
                break
            name, value = entry.groups()
            if name in pairs:
                raise _DoubtError
            line, end = self.line, indent + 1 + len(name)
            key = _scalar((name, False, (line, indent + 1, line, end)))
            pairs[name] = (
                key,
                self._nested(indent, end + 1) if value is None else self._value(value, end + 2, indent),
            )
        # A line that is no entry may be what comes next in a list around the mapping; else someone there will doubt it.
        if not pairs or self.indent > indent:
            raise _DoubtError
        return Mapping(tuple(pairs.values()), span)

    def _nested(self, indent: int, column: int) -> Node:
        """The value of a key with nothing behind it: what stands below it, or else nothing."""
        line = self.line
        self._advance()
        if self.indent >= indent and self.content.startswith("- "):
            return self._sequence()
        if self.indent > indent:
            return self._mapping()
        return _scalar(("", False, (line, column, line, column)))

    def _sequence(self) -> Sequence:
        """The list that begins in the line that is next."""
        indent = self.indent
        span = (self.line, indent + 1, self.line, indent + 2)
        items: list[Node] = []
        while self.indent == indent and self.content.startswith("- "):
            item = self.content[2:]
            if _ENTRY.fullmatch(item):
                self.indent, self.content = indent + 2, item
                items.append(self._mapping())
            else:
                items.append(self._value(item, indent + 3, indent))
        if self.indent > indent:
            raise _DoubtError
        return Sequence(tuple(items), span)

    def _value(self, written: str, column: int, indent: int) -> Node:
        """The value that stands at a column of the line that is next; `indent` is that of what it belongs to."""
        line, end = self.line, column + len(written)
        first = written[:1]
        node: Node
        if first not in _INDICATORS:
            words = written.rstrip(" ")
            if ": " in words or " #" in words or words[-1:] in {":", ""}:
                raise _DoubtError
            node = _scalar((words, False, (line, column, line, column + len(words))))
        elif written in _BLOCK_TEXTS:
            return self._block_text(written, column, indent)
        elif first in {"'", '"'}:
            inner = written[1:-1]
            if (
                written[-1] != first
                or len(written) == 1
                or first in inner
                or (first == '"' and "\\" in inner)
            ):
                raise _DoubtError
            node = _scalar((inner, True, (line, column, line, end)))
        else:
            node = self._flow(written, column)
        self._advance()
        return node

    def _flow(self, written: str, column: int) -> Node:
        """A mapping or list in braces or brackets, of plain words."""
        line, end, at = self.line, len(written) - 1, 1
        span = (line, column, line, column + 1)
        brackets = written[0] + written[-1]
        pairs: dict[str, tuple[Scalar, Node]] = {}
        items: list[Scalar] = []
        piece = {"{}": _FLOW_PAIR, "[]": _FLOW_ITEM}.get(brackets)
        inner = written[:end]
        while piece is not None and at < end:
            found = piece.match(inner, at)
            if found is None:
                raise _DoubtError
            scalars = [
                _scalar(
                    (
                        found[group],
                        False,
                        (line, column + found.start(group), line, column + found.end(group)),
                    )
                )
                for group in range(1, piece.groups + 1)
            ]
            if len(scalars) == 1:
                items += scalars
            elif found[1] in pairs:
                raise _DoubtError
            else:
                pairs[found[1]] = (scalars[0], scalars[1])
            at = found.end()
        if piece is None or inner[-1] == " ":
            raise _DoubtError
        return Mapping(tuple(pairs.values()), span) if piece is _FLOW_PAIR else Sequence(tuple(items), span)

    def _block_text(self, style: str, column: int, indent: int) -> Scalar:
        """A text in the lines below: those of a folded one must stand one below the other, without blank lines."""
        lines, line = self.lines, self.line
        at = self.at + 1
        inner = len(lines[at]) - len(lines[at].lstrip(" ")) if at < len(lines) else 0
        if inner <= indent or lines[at].isspace():
            raise _DoubtError
        margin = lines[at][:inner]
        texts: list[str] = []
        while at < len(lines) and (lines[at].startswith(margin) or not lines[at]):
            texts.append(lines[at][inner:])
            at += 1
        # The text ends where the next line begins; the last line of a file is empty, or does not end.
        if at == len(lines):
            at -= 1
            if lines[at]:
                raise _DoubtError
            texts.pop()
        elif lines[at].isspace():
            raise _DoubtError
        while texts and not texts[-1]:
            texts.pop()
        if not texts or (style[0] == ">" and any(not text or text[0] == " " for text in texts)):
            raise _DoubtError
        text = ("\n" if style[0] == "|" else " ").join(texts)
        self.at = at - 1
        self._advance()
        if self.indent > indent:
            raise _DoubtError
        last = at + self.shift
        return _scalar((text if style[1:] else text + "\n", True, (line, column, last, 1)))
