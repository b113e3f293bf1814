"""Setting marks into a parsed article without changing anything else of it.

The tokens of a block's inline content are seen as a tree; text is cut at the edges of the marks; then each mark is
laid around the longest runs of whole nodes that it covers. So a mark is split only where inline markup, another
mark's edge or a block demands it, and what comes out is always well nested. Take the marks, their references and
the margins out again, and the page is byte for byte what it was.
"""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from sitegen.judging.canonical import Flattened, text_of
from sitegen.reading.markdown_rules.tokens import block_token, text_like
from sitegen.writing.code_marks import Cut
from sitegen.writing.weave_tree import Mark, cut, flat, mark_close, mark_open, refer, reference, tree, wrap

__all__ = ("Mark", "quoted", "reference_html", "weave")

LINE_LENGTH = 62
"""Code points in a line of the default theme's widest text column: where a note's line is guessed from."""
LAST_LINE = 24


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
    """Weaves a token stream from its beginning to its end; `marks` are those that do not end before what is woven next."""

    flattened: Flattened
    marks: list[Mark]
    opened: set[str] = field(default_factory=set)
    due: list[Mark] = field(default_factory=list)
    block_start: int = 0

    def run(self, tokens: Sequence[Token]) -> list[Token]:
        woven: list[Token] = []
        depth = 0
        fresh = True
        spans = self.flattened.spans
        for token in tokens:
            span = spans.get(id(token))
            if span is not None:
                if fresh:
                    self.block_start, fresh = span[0], False
                touching = self._touching(*span)
                if touching:
                    weave_one = self._inline if token.type == "inline" else self._block
                    token = weave_one(token, span, touching)  # noqa: PLW2901
            woven.append(token)
            depth += token.nesting
            if depth == 0:
                fresh = True
                if self.due:
                    woven.append(self._margin())
        return woven

    def _margin(self) -> Token:
        first = min(mark.start for mark in self.due)
        before = self.flattened.canonical.text[self.block_start : first]
        lines = before.count("\n") + sum(len(part) // LINE_LENGTH for part in before.split("\n"))
        margin = block_token("margin", "", 0, 0)
        margin.content = " ".join(mark.note for mark in self.due)
        margin.meta = {"line": min(lines, LAST_LINE)}
        self.due = []
        return margin

    def _touching(self, start: int, end: int) -> list[Mark]:
        """The marks that touch a block; blocks come in the order of the text, so that those past are dropped."""
        while self.marks and self.marks[0].end <= start:
            del self.marks[0]
        if not self.marks or self.marks[0].start >= end:
            return []
        return [mark for mark in self.marks if mark.start < end and mark.end > start]

    def _block(self, token: Token, span: tuple[int, int], touching: Sequence[Mark]) -> Token:
        """A block of code or a formula: its marks are set between its characters when it is rendered."""
        start, end = span
        copy = replace(token)
        copy.meta = {**token.meta, "cuts": tuple(self._cut(mark, start, end - start) for mark in touching)}
        self.due += [mark for mark in touching if mark.end <= end]
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

    def _inline(self, token: Token, span: tuple[int, int], touching: Sequence[Mark]) -> Token:
        children = self._within_texts(token.children or [], touching)
        if children is None:
            children = self._across(token.children or [], touching, span[1])
        for child in children:
            if child.type == "mark_open":
                child.attrs = dict(self._attrs(child.meta["mark"]))
        self.due += [mark for mark in touching if mark.end <= span[1]]
        self.due.sort(key=lambda mark: mark.number)
        return with_children(token, children)

    def _within_texts(self, children: Iterable[Token], touching: Sequence[Mark]) -> list[Token] | None:
        """The tokens with marks each of which lies within one text outside all markup, as most do; None for others."""
        starts = self.flattened.starts
        done: list[Token] = []
        marks = iter(touching)
        mark = next(marks, None)
        depth = 0
        for child in children:
            depth += child.nesting
            position = starts.get(id(child))
            if mark is None or position is None or mark.start >= position + len(text_of(child)):
                done.append(child)
                continue
            text, offset = child.content, position
            end = position + len(text)
            while mark is not None and mark.start < end:
                if child.type != "text" or depth or mark.start < position or mark.end > end:
                    return None
                if mark.start > position:
                    done.append(text_like(child, text[position - offset : mark.start - offset]))
                marked = text_like(child, text[mark.start - offset : mark.end - offset])
                done += (mark_open(mark), marked, mark_close(), reference(mark))
                position, mark = mark.end, next(marks, None)
            if position < end:
                done.append(text_like(child, text[position - offset :]))
        return None if mark else done

    def _across(self, children: Sequence[Token], touching: Iterable[Mark], end: int) -> list[Token]:
        """The tokens with marks that may begin, end and overlap anywhere."""
        marks = tuple(touching)
        nodes = tree(children, self.flattened.starts)
        nodes = cut(nodes, sorted({edge for mark in marks for edge in (mark.start, mark.end)}))
        for mark in marks:
            nodes = wrap(nodes, mark)
        for mark in marks:
            if mark.end <= end:
                refer(nodes, mark)
        return list(flat(nodes))


def with_children(inline: Token, children: list[Token]) -> Token:
    """An inline token with other children; `dataclasses.replace` takes many times as long."""
    token = text_like(inline, inline.content)
    token.children = children
    token.block, token.hidden = inline.block, inline.hidden
    return token


def quoted(value: str) -> str:
    """An attribute's value, quoted and escaped."""
    return f'"{html.escape(value, quote=True)}"'


def reference_html(mark: Mark) -> str:
    """The numbered reference that follows a mark."""
    tone = f" data-verdict={quoted(mark.verdict)}" if mark.verdict else ""
    return f'<a class="noteref" href={quoted("#" + mark.note)}{tone} role="doc-noteref" aria-label={quoted(mark.label)}>{mark.number}</a>'
