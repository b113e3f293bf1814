"""YAML to nodes: every scalar is the text that was written, and every node knows its place.

What a plain scalar means (`no`, `2024`, `on`) is for the field that it stands in to say, so that YAML's implicit
types cannot change a value. Only the events of PyYAML's parser are used: nothing is built, and a tag that asks for
more than a plain value is refused.
"""

import re
from collections.abc import Callable
from typing import Protocol

import yaml

from sitegen.model.places import Place, Problem, Span
from sitegen.reading.node_kinds import Mapping, Node, Scalar, Sequence
from sitegen.reading.plain_yaml import read_plain

__all__ = ("DEEPEST", "LARGEST_EXPANSION", "Mapping", "Node", "Scalar", "Sequence", "compose", "parse_events")

DEEPEST = 40
LARGEST_EXPANSION = 2_000
"""How many nodes all aliases of a file may expand to: enough for honest reuse, too few for a bomb."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STANDARD = "tag:yaml.org,2002:"
_READ_TAGS = frozenset(
    (
        None,
        "!",
        *(_STANDARD + name for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")),
    )
)
_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")


class _Trouble(Exception):  # noqa: N818 - never leaves this module
    def __init__(
        self, message: str, line: int, column: int, hint: str = "", rule: str = "yaml-syntax"
    ) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.hint, self.rule = message, line, column, hint, rule


def compose(text: str, file: str, *, first_line: int = 1) -> tuple[Node | None, tuple[Problem, ...]]:
    """The one document of a YAML text, and what is wrong with it.

    None stands for an empty document, and for one whose syntax is broken. A key that stands twice in a mapping is
    a problem; the first value is kept. `first_line` is the line of the file at which the text begins.
    """
    plain = read_plain(text, first_line)
    return (plain, ()) if plain is not None else parse_events(text, file, first_line=first_line)


def parse_events(text: str, file: str, *, first_line: int = 1) -> tuple[Node | None, tuple[Problem, ...]]:
    """As `compose`, always by the parser."""
    lines = _Lines(text, first_line)
    composer = _Composer(file, lines)
    try:
        root = composer.run(text)
    except _Trouble as trouble:
        place = Place(file, trouble.line, trouble.column, trouble.line, trouble.column + 1)
        return None, (*composer.problems, Problem(trouble.rule, trouble.message, place, trouble.hint))
    except yaml.YAMLError as error:
        return None, (*composer.problems, _syntax_problem(error, text, file, lines))
    return root, tuple(composer.problems)


class _Mark(Protocol):
    """A place in a text as YAML's parser tells it, all three counted from 0."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class _Lines:
    """Lines and columns (1-based) of YAML's marks in the file.

    YAML ends a line at a few characters at which no editor does; where one of them stands, lines are counted anew.
    """

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.as_yaml_counts = _ODD_BREAKS.search(text) is None

    def at(self, mark: _Mark | None) -> tuple[int, int]:
        if mark is None:
            return self.first_line, 1
        if self.as_yaml_counts:
            return mark.line + self.first_line, mark.column + 1
        return self.of(mark.index)

    def span(self, start: _Mark | None, end: _Mark | None) -> Span:
        if self.as_yaml_counts and start is not None and end is not None:
            first = self.first_line
            return start.line + first, start.column + 1, end.line + first, end.column + 1
        return *self.at(start), *self.at(end)

    def of(self, index: int) -> tuple[int, int]:
        before = self.text.count("\n", 0, index)
        return before + self.first_line, index - self.text.rfind("\n", 0, index)


class _Composer:
    """Nodes from the events of a parser.

    `count` is how many nodes were met so far, those that an alias stands for included: the size of a node is how much
    it grew meanwhile.
    """

    def __init__(self, file: str, lines: _Lines) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.depth = 0
        self.count = 0
        self.expanded = 0

    def run(self, text: str) -> Node | None:
        parser = _LOADER(text)
        try:
            self.next: Callable[[], yaml.Event] = parser.get_event
            self.next()
            root = None
            if isinstance(self.next(), yaml.DocumentStartEvent):
                root = self._node(self.next())
                self.next()
                second = self.next()
                if isinstance(second, yaml.DocumentStartEvent):
                    raise _Trouble(
                        "a second document begins here", *self._start(second), "one document a file"
                    )
            return root
        finally:
            parser.dispose()

    def _start(self, event: yaml.Event) -> tuple[int, int]:
        return self.lines.at(event.start_mark)

    def _node(self, event: yaml.Event, name: str = "") -> Node:
        """The node that an event begins; `name` is the key that it is the value of."""
        if not isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            return self._alias(event)
        if event.tag not in _READ_TAGS:
            self._refuse_tag(event, str(event.tag))
        before = self.count
        self.count += 1
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            span = self.lines.span(event.start_mark, event.end_mark)
            node = Scalar(event.value, bool(event.style), span)
        else:
            node = self._collection(event, name)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.count - before)
        return node

    def _refuse_tag(self, event: yaml.Event, tag: str) -> None:
        written = tag.replace(_STANDARD, "!!")
        message = f'the tag "{written}" is not read here'
        raise _Trouble(message, *self._start(event), "write the value without a tag")

    def _collection(self, event: yaml.Event, name: str) -> Node:
        line, column = self._start(event)
        if self.depth >= DEEPEST:
            raise _Trouble(f"values are nested more than {DEEPEST} deep", line, column)
        self.depth += 1
        span = (line, column, line, column + 1)
        node: Node
        if isinstance(event, yaml.MappingStartEvent):
            # In a list of records (`claims:`, `notes:`, `sources:`) the key is an id; elsewhere it is a field's name.
            keyed = self.depth == 2 and name in {"claims", "notes", "sources"}
            node = Mapping(self._pairs(keyed=keyed), span)
        else:
            node = Sequence(self._items(), span)
        self.depth -= 1
        return node

    def _items(self) -> tuple[Node, ...]:
        items = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self._node(event))
        return tuple(items)

    def _pairs(self, *, keyed: bool) -> tuple[tuple[Scalar, Node], ...]:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self._node(event)
            if not isinstance(key, Scalar):
                line, column, *_ = key.span
                raise _Trouble(
                    "a key must be a single word", line, column, "quote it, or check the indentation"
                )
            node = self._node(self.next(), key.text)
            if key.text in pairs:
                self._twice(key, pairs[key.text][0], "id-duplicate" if keyed else "yaml-syntax")
            else:
                pairs[key.text] = (key, node)
        return tuple(pairs.values())

    def _twice(self, key: Scalar, first: Scalar, rule: str) -> None:
        self.problems.append(
            Problem(
                rule,
                f'"{key.text}" stands here a second time',
                Place(self.file, *key.span),
                f"it stands first in line {first.span[0]}; rename or remove one of them",
            )
        )

    def _alias(self, event: yaml.Event) -> Node:
        name = getattr(event, "anchor", None) or ""
        known = self.anchors.get(name)
        line, column = self._start(event)
        if known is None:
            raise _Trouble(
                f'no YAML anchor "&{name}" stands before this',
                line,
                column,
                "a text that begins with * must be quoted",
            )
        node, size = known
        self.count += size
        self.expanded += size
        if self.expanded > LARGEST_EXPANSION:
            raise _Trouble(
                f"aliases expand to more than {LARGEST_EXPANSION} values",
                line,
                column,
                "write the values out",
            )
        return node


def _syntax_problem(error: yaml.YAMLError, text: str, file: str, lines: _Lines) -> Problem:
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or "this is not YAML"
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    hint = ""
    if mark is None:
        line, column = lines.of(max(0, text.find(chr(getattr(error, "character", 0)))))
    elif not text[mark.index :].strip():
        # What is never closed is mended where it opens, not at the end of the file.
        if context is not None and text[context.index :].strip():
            (line, column), hint = lines.at(context), f"{_context(error)} that begins here"
        else:
            line, column = lines.of(max(0, len(text.rstrip()) - 1))
    else:
        line, column = lines.at(mark)
        written = text.split("\n")[line - lines.first_line]
        hint = _syntax_hint(message, written[: len(written) - len(written.lstrip())])
        if not hint and context is not None and lines.at(context)[0] < line:
            hint = f"{_context(error)} that begins in line {lines.at(context)[0]}"
    return Problem("yaml-syntax", message, Place(file, line, column, line, column + 1), hint)


def _context(error: yaml.YAMLError) -> str:
    return str(getattr(error, "context", "this"))


def _syntax_hint(message: str, indent: str) -> str:
    if "\t" in indent or "tab character" in message:
        return "indent with spaces: YAML allows no tabs there"
    if "mapping values are not allowed" in message:
        # Either a text holds a colon and a space, or the line is indented as if it went on with the one before.
        return 'if a text holds ": ", quote it; else indent this line like its neighbours'
    if "expected <block end>" in message or "did not find expected key" in message:
        return (
            "indent this line like its neighbours, and look for a quotation mark inside a quoted text above"
        )
    return "quote the text" if "cannot start any token" in message else ""
