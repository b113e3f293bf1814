"""Setting marks into a parsed article without changing anything else of it.

The tokens of a block's inline content are seen as a tree; text is cut at the edges of the marks; then each mark is
laid around the longest runs of whole nodes that it covers. So a mark is split only where inline markup, another
mark's edge or a block demands it, and what comes out is always well nested. Take the marks, their references and
the margins out again, and the page is byte for byte what it was.
"""

import html
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from sitegen.judging.canonical import BLOCK_TEXT, Flattened, text_of
from sitegen.writing.code_marks import Cut

CUTTABLE = frozenset({"text", "code_text"})
LINE_LENGTH = 62
"""Code points in a line of the default theme's widest text column: where a note's line is guessed from."""
LAST_LINE = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the canonical text to be marked, and what its markup says.

    `element` is the id of the mark's first piece, `note` that of its margin note; `label` is what a screen reader
    hears at the numbered reference; `verdict` is empty for a note that judges nothing. `start` and `end` are code points, the end exclusive.
    """

    start: int
    end: int
    element: str
    note: str
    number: int
    label: str
    verdict: str
    attrs: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Node:
    """A token, or with `children` the tokens from one that opens to the one that closes."""

    token: Token
    start: int = 0
    end: int = 0
    children: "list[_Node] | None" = None
    close: Token | None = None
    barrier: bool = False


def weave(tokens: Sequence[Token], flattened: Flattened, marks: Iterable[Mark]) -> list[Token]:
    """The tokens with all marks set, a reference after each mark's last piece, and a margin after each block.

    The margin of a block is a token `margin` whose content names the marks' notes in the order of their references.
    """
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.number))
    if not ordered:
        return list(tokens)
    weaver = _Weaver(flattened, ordered)
    return weaver.run(tokens)


@dataclass(slots=True)
class _Weaver:
    flattened: Flattened
    marks: list[Mark]
    opened: set[str] = field(default_factory=set)
    due: list[Mark] = field(default_factory=list)
    block_start: int = 0

    def run(self, tokens: Sequence[Token]) -> list[Token]:
        woven: list[Token] = []
        depth = 0
        fresh = True
        for token in tokens:
            if token.type == "inline" or token.type in BLOCK_TEXT:
                begin = self._begin(token)
                if fresh and begin is not None:
                    self.block_start, fresh = begin, False
                token = self._inline(token) if token.type == "inline" else self._block(token)  # noqa: PLW2901
            woven.append(token)
            depth += token.nesting
            if depth == 0:
                fresh = True
                if self.due:
                    woven.append(self._margin())
        return woven

    def _begin(self, token: Token) -> int | None:
        pieces = token.children or () if token.type == "inline" else (token,)
        return next(
            (self.flattened.starts[id(piece)] for piece in pieces if id(piece) in self.flattened.starts), None
        )

    def _margin(self) -> Token:
        first = min(mark.start for mark in self.due)
        before = self.flattened.canonical.text[self.block_start : first]
        lines = before.count("\n") + sum(len(part) // LINE_LENGTH for part in before.split("\n"))
        margin = Token("margin", "", 0, block=True, content=" ".join(mark.note for mark in self.due))
        margin.meta = {"line": min(lines, LAST_LINE)}
        self.due = []
        return margin

    def _touching(self, start: int, end: int) -> list[Mark]:
        return [mark for mark in self.marks if mark.start < end and mark.end > start]

    def _block(self, token: Token) -> Token:
        """A block of code or a formula: its marks are set between its characters when it is rendered."""
        start = self.flattened.starts.get(id(token))
        if start is None:
            return token
        length = len(text_of(token))
        touching = self._touching(start, start + length)
        if not touching:
            return token
        copy = replace(token)
        copy.meta = {**token.meta, "cuts": tuple(self._cut(mark, start, length) for mark in touching)}
        self.due += [mark for mark in touching if mark.end <= start + length]
        return copy

    def _cut(self, mark: Mark, start: int, length: int) -> Cut:
        ends_here = mark.end <= start + length
        return Cut(
            max(0, mark.start - start),
            min(length, mark.end - start),
            self._tag(mark),
            self._tag(mark),
            reference_html(mark) if ends_here else "",
        )

    def _tag(self, mark: Mark) -> str:
        return f"<mark{''.join(f' {name}={quoted(value)}' for name, value in self._attrs(mark))}>"

    def _attrs(self, mark: Mark) -> tuple[tuple[str, str], ...]:
        """The attributes of a mark's next piece: only the first has the id."""
        name, *rest = mark.attrs
        if mark.element in self.opened:
            return (name, *rest)
        self.opened.add(mark.element)
        return (name, ("id", mark.element), *rest)

    def _inline(self, token: Token) -> Token:
        children = token.children or []
        begin = self._begin(token)
        if begin is None:
            return token
        nodes = self._tree(children)
        end = max(node.end for node in _leaves(nodes))
        touching = self._touching(begin, end)
        if not touching:
            return token
        edges = sorted({edge for mark in touching for edge in (mark.start, mark.end)})
        nodes = _cut(nodes, edges)
        for mark in touching:
            nodes = _wrap(nodes, mark)
        for mark in touching:
            if mark.end <= end:
                _refer(nodes, mark)
                self.due.append(mark)
        self.due.sort(key=lambda mark: mark.number)
        copy = replace(token)
        copy.children = list(self._flat(nodes))
        return copy

    def _tree(self, children: Sequence[Token]) -> list[_Node]:
        """The inline tokens as a tree; inline code becomes an element that holds its text."""
        stack: list[list[_Node]] = [[]]
        position = 0
        for token in children:
            start = self.flattened.starts.get(id(token), position)
            position = start + len(text_of(token))
            if token.nesting == 1:
                inner: list[_Node] = []
                stack[-1].append(_Node(token, start, start, inner))
                stack.append(inner)
            elif token.nesting == -1 and len(stack) > 1:
                stack.pop()
                stack[-1][-1].close = token
            elif token.type == "code_inline":
                stack[-1].append(_code(token, start))
            else:
                stack[-1].append(_Node(token, start, position, barrier=token.type == "html_inline"))
        return stack[0]

    def _flat(self, nodes: Iterable[_Node]) -> Iterable[Token]:
        for node in nodes:
            if node.token.type == "mark_open":
                mark: Mark = node.token.meta["mark"]
                node.token.attrs = dict(self._attrs(mark))
            yield node.token
            if node.children is not None:
                yield from self._flat(node.children)
                if node.close is not None:
                    yield node.close


def _code(token: Token, start: int) -> _Node:
    text = Token("code_text", "", 0, content=token.content)
    opening = Token("code_open", "code", 0, attrs=dict(token.attrs))
    leaf = _Node(text, start, start + len(token.content))
    return _Node(opening, start, start, [leaf], Token("code_close", "code", 0))


def _leaves(nodes: Iterable[_Node]) -> Iterable[_Node]:
    for node in nodes:
        if node.children is None:
            yield node
        else:
            yield from _leaves(node.children)


def _cut(nodes: list[_Node], edges: Sequence[int]) -> list[_Node]:
    """The same nodes, each text cut at the edges inside it."""
    done: list[_Node] = []
    for node in nodes:
        if node.children is not None:
            node.children = _cut(node.children, edges)
            done.append(node)
            continue
        inside = [edge for edge in edges if node.start < edge < node.end]
        if node.token.type not in CUTTABLE or not inside:
            done.append(node)
            continue
        bounds = [node.start, *inside, node.end]
        for start, end in itertools.pairwise(bounds):
            content = node.token.content[start - node.start : end - node.start]
            done.append(_Node(replace(node.token, content=content), start, end))
    return done


def _covers(node: _Node, mark: Mark) -> str:
    """How a mark covers a node: `whole`, `part`, `none`, or `nothing` where there is nothing to cover."""
    leaves = list(_leaves([node]))
    sized = [leaf for leaf in leaves if leaf.end > leaf.start]
    covered = [leaf for leaf in sized if leaf.start < mark.end and leaf.end > mark.start]
    if not sized:
        return "none" if any(leaf.barrier for leaf in leaves) else "nothing"
    if not covered:
        return "none"
    whole = len(covered) == len(sized) and not any(leaf.barrier for leaf in leaves)
    return "whole" if whole else "part"


def _wrap(nodes: list[_Node], mark: Mark) -> list[_Node]:
    """The nodes with a mark laid around each longest run of them that it covers."""
    done: list[_Node] = []
    run: list[_Node] = []
    waiting: list[_Node] = []

    def close_run() -> None:
        if run:
            opening = Token("mark_open", "mark", 0, meta={"mark": mark})
            done.append(_Node(opening, run[0].start, run[-1].end, [*run], Token("mark_close", "mark", 0)))
        done.extend(waiting)
        run.clear()
        waiting.clear()

    for node in nodes:
        covered = _covers(node, mark)
        if covered == "whole":
            run += [*waiting, node]
            waiting.clear()
        elif covered == "nothing" and run:
            waiting.append(node)
        else:
            close_run()
            if covered == "part" and node.children is not None:
                node.children = _wrap(node.children, mark)
            done.append(node)
    close_run()
    return done


def _refer(nodes: list[_Node], mark: Mark) -> bool:
    """Put a mark's reference after its last piece, outside any link or code that holds it; say whether it was put."""
    for index in range(len(nodes) - 1, -1, -1):
        node = nodes[index]
        if node.token.type == "mark_open" and node.token.meta["mark"] is mark:
            nodes.insert(index + 1, _reference(mark))
            return True
        if node.children is None:
            continue
        if node.token.type in {"link_open", "code_open"}:
            if any(_holds(child, mark) for child in node.children):
                nodes.insert(index + 1, _reference(mark))
                return True
        elif _refer(node.children, mark):
            return True
    return False


def _holds(node: _Node, mark: Mark) -> bool:
    if node.token.type == "mark_open" and node.token.meta["mark"] is mark:
        return True
    return any(_holds(child, mark) for child in node.children or ())


def _reference(mark: Mark) -> _Node:
    return _Node(Token("noteref", "a", 0, meta={"mark": mark}))


def quoted(value: str) -> str:
    """An attribute's value, quoted and escaped."""
    return f'"{html.escape(value, quote=True)}"'


def reference_html(mark: Mark) -> str:
    """The numbered reference that follows a mark."""
    tone = f" data-verdict={quoted(mark.verdict)}" if mark.verdict else ""
    return f'<a class="noteref" href={quoted("#" + mark.note)}{tone} role="doc-noteref" aria-label={quoted(mark.label)}>{mark.number}</a>'
