"""The inline tokens of a block as a tree, in which text is cut and marks are laid around whole nodes."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from sitegen.judging.canonical import text_of
from sitegen.reading.markdown_rules.tokens import inline_token, text_like

CUTTABLE = frozenset({"text", "code_text"})


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
class Node:
    """A token, or with `children` the tokens from one that opens to the one that closes."""

    token: Token
    start: int = 0
    end: int = 0
    children: "list[Node] | None" = None
    close: Token | None = None
    barrier: bool = False


def tree(children: Sequence[Token], starts: Mapping[int, int]) -> list[Node]:
    """The inline tokens as a tree; inline code becomes an element that holds its text."""
    stack: list[list[Node]] = [[]]
    position = 0
    for token in children:
        start = starts.get(id(token), position)
        position = start + len(text_of(token))
        if token.nesting == 1:
            inner: list[Node] = []
            stack[-1].append(Node(token, start, start, inner))
            stack.append(inner)
        elif token.nesting == -1 and len(stack) > 1:
            stack.pop()
            stack[-1][-1].close = token
        elif token.type == "code_inline":
            stack[-1].append(_code(token, start))
        else:
            stack[-1].append(Node(token, start, position, barrier=token.type == "html_inline"))
    return stack[0]


def flat(nodes: Iterable[Node]) -> Iterable[Token]:
    """The tokens of a tree, in order."""
    for node in nodes:
        yield node.token
        if node.children is not None:
            yield from flat(node.children)
            if node.close is not None:
                yield node.close


def _code(token: Token, start: int) -> Node:
    text = Token("code_text", "", 0, content=token.content)
    opening = Token("code_open", "code", 0, attrs=dict(token.attrs))
    leaf = Node(text, start, start + len(token.content))
    return Node(opening, start, start, [leaf], Token("code_close", "code", 0))


def _leaves(nodes: Iterable[Node]) -> Iterable[Node]:
    for node in nodes:
        if node.children is None:
            yield node
        else:
            yield from _leaves(node.children)


def cut(nodes: list[Node], edges: Sequence[int]) -> list[Node]:
    """The same nodes, each text cut at the edges inside it."""
    done: list[Node] = []
    for node in nodes:
        if node.children is not None:
            node.children = cut(node.children, edges)
            done.append(node)
            continue
        inside = [edge for edge in edges if node.start < edge < node.end]
        if node.token.type not in CUTTABLE or not inside:
            done.append(node)
            continue
        bounds = [node.start, *inside, node.end]
        for start, end in itertools.pairwise(bounds):
            content = node.token.content[start - node.start : end - node.start]
            done.append(Node(text_like(node.token, content), start, end))
    return done


def _covers(node: Node, mark: Mark) -> str:
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


def wrap(nodes: list[Node], mark: Mark) -> list[Node]:
    """The nodes with a mark laid around each longest run of them that it covers."""
    done: list[Node] = []
    run: list[Node] = []
    waiting: list[Node] = []

    def close_run() -> None:
        if run:
            done.append(Node(mark_open(mark), run[0].start, run[-1].end, [*run], mark_close()))
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
                node.children = wrap(node.children, mark)
            done.append(node)
    close_run()
    return done


def refer(nodes: list[Node], mark: Mark) -> bool:
    """Put a mark's reference after its last piece, outside any link or code that holds it; say whether it was put."""
    for index in range(len(nodes) - 1, -1, -1):
        node = nodes[index]
        if node.token.type == "mark_open" and node.token.meta["mark"] is mark:
            nodes.insert(index + 1, Node(reference(mark)))
            return True
        if node.children is None:
            continue
        if node.token.type in {"link_open", "code_open"}:
            if any(_holds(child, mark) for child in node.children):
                nodes.insert(index + 1, Node(reference(mark)))
                return True
        elif refer(node.children, mark):
            return True
    return False


def _holds(node: Node, mark: Mark) -> bool:
    if node.token.type == "mark_open" and node.token.meta["mark"] is mark:
        return True
    return any(_holds(child, mark) for child in node.children or ())


def mark_open(mark: Mark) -> Token:
    """What begins a piece of a mark."""
    token = inline_token("mark_open", "mark", 0)
    token.meta["mark"] = mark
    return token


def mark_close() -> Token:
    """What ends a piece of a mark."""
    return inline_token("mark_close", "mark", 0)


def reference(mark: Mark) -> Token:
    """The numbered reference that follows a mark's last piece."""
    token = inline_token("noteref", "a", 0)
    token.meta["mark"] = mark
    return token
