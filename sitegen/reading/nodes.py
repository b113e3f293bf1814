"""YAML to nodes: every scalar is the text that was written, and every node knows its place.

What a plain scalar means (`no`, `2024`, `on`) is for the field that it stands in to say, so that YAML's implicit
types cannot change a value. Only the events of PyYAML's parser are used: nothing is built, and a tag that asks for
more than a plain value is refused.
"""

import re
from dataclasses import dataclass
from typing import Protocol

import yaml

from sitegen.model.places import Place, Problem, Span

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
_ODD_BREAKS = re.compile("[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar's text; `quoted` also for block scalars: then an empty text is a value, not a gap."""

    text: str
    quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: "tuple[Node, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Pairs of key and value, in the order written."""

    pairs: "tuple[tuple[Scalar, Node], ...]"
    span: Span


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class _Open:
    """A collection under construction; `key` waits for its value."""

    kind: str
    span: Span
    anchor: str | None
    items: list[Node]
    pairs: list[tuple[Scalar, Node]]
    seen: dict[str, Scalar]
    key: Scalar | None = None
    size: int = 1


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

    def of(self, index: int) -> tuple[int, int]:
        before = self.text.count("\n", 0, index)
        return before + self.first_line, index - self.text.rfind("\n", 0, index)


class _Composer:
    def __init__(self, file: str, lines: _Lines) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.expanded = 0
        self.root: Node | None = None

    def run(self, text: str) -> Node | None:
        documents = 0
        for event in yaml.parse(text, Loader=_LOADER):
            tag = getattr(event, "tag", None)
            if tag not in _READ_TAGS:
                self._refuse_tag(event, str(tag))
            if isinstance(event, yaml.ScalarEvent):
                self._add(Scalar(event.value, bool(event.style), self._span(event)), 1, event.anchor)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._open(event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Trouble(
                        "a second document begins here", *self._start(event), "one document a file"
                    )
        return self.root

    def _start(self, event: yaml.Event) -> tuple[int, int]:
        return self.lines.at(event.start_mark)

    def _span(self, event: yaml.Event) -> Span:
        return *self.lines.at(event.start_mark), *self.lines.at(event.end_mark)

    def _refuse_tag(self, event: yaml.Event, tag: str) -> None:
        written = tag.replace(_STANDARD, "!!")
        message = f'the tag "{written}" is not read here'
        raise _Trouble(message, *self._start(event), "write the value without a tag")

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        line, column = self._start(event)
        if len(self.stack) >= DEEPEST:
            raise _Trouble(f"values are nested more than {DEEPEST} deep", line, column)
        kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
        self.stack.append(_Open(kind, (line, column, line, column + 1), event.anchor, [], [], {}))

    def _close(self) -> None:
        done = self.stack.pop()
        node: Node = (
            Mapping(tuple(done.pairs), done.span)
            if done.kind == "map"
            else Sequence(tuple(done.items), done.span)
        )
        self._add(node, done.size, done.anchor)

    def _alias(self, event: yaml.AliasEvent) -> None:
        known = self.anchors.get(event.anchor or "")
        line, column = self._start(event)
        if known is None:
            raise _Trouble(
                f'no YAML anchor "&{event.anchor}" stands before this',
                line,
                column,
                "a text that begins with * must be quoted",
            )
        node, size = known
        self.expanded += size
        if self.expanded > LARGEST_EXPANSION:
            raise _Trouble(
                f"aliases expand to more than {LARGEST_EXPANSION} values",
                line,
                column,
                "write the values out",
            )
        self._add(node, size, None)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.size += size
        if top.kind == "list":
            top.items.append(node)
        elif top.key is None:
            if not isinstance(node, Scalar):
                raise _Trouble(
                    "a key must be a single word",
                    node.span[0],
                    node.span[1],
                    "quote it, or check the indentation",
                )
            top.key = node
        else:
            self._pair(top, top.key, node)
            top.key = None

    def _pair(self, top: _Open, key: Scalar, node: Node) -> None:
        first = top.seen.get(key.text)
        if first is None:
            top.seen[key.text] = key
            top.pairs.append((key, node))
            return
        # In a list of records (`claims:`, `notes:`, `sources:`) the key is an id; elsewhere it is a field's name.
        parent = self.stack[-2].key.text if len(self.stack) > 1 and self.stack[-2].key is not None else ""
        keyed = len(self.stack) == 2 and parent in {"claims", "notes", "sources"}
        self.problems.append(
            Problem(
                "id-duplicate" if keyed else "yaml-syntax",
                f'"{key.text}" stands here a second time',
                Place(self.file, *key.span),
                f"it stands first in line {first.span[0]}; rename or remove one of them",
            )
        )


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
