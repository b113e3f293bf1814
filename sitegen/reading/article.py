"""An article's file to its front matter and its Markdown."""

import re
from dataclasses import dataclass, replace

from sitegen.model.places import Place, Places, Problem
from sitegen.model.records import FrontMatter
from sitegen.reading.nodes import compose
from sitegen.reading.shapes import Reporter, read_record
from sitegen.reading.text import decode

_SLUG = re.compile(r"(?:/?\w(?:[\w.~-]*\w)?/?)?")


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An article as it was written. `body_line` is the line of the file at which the Markdown begins."""

    front: FrontMatter
    body: str
    body_line: int


def read_manuscript(content: bytes, file: str, article: str) -> tuple[Manuscript, tuple[Problem, ...]]:
    """Split an article's file and read its front matter; an empty file is an empty article."""
    text = decode(content, file)
    if isinstance(text, Problem):
        return Manuscript(FrontMatter(at=Places(file)), "", 1), (replace(text, article=article),)
    head, body, body_line, closed = _split(text)
    if not closed:
        place = Place(file, 1, 1, 1, 4)
        problem = Problem(
            "yaml-syntax",
            "the front matter is not closed",
            place,
            "end it with a line that holds only ---",
            article,
        )
        return Manuscript(FrontMatter(at=Places(file)), text, 1), (problem,)
    node, found = compose(head, file, first_line=2) if head else (None, ())
    found = tuple(replace(problem, article=article) for problem in found)
    if node is None:
        return Manuscript(FrontMatter(at=Places(file)), body, body_line), found
    report = Reporter(file, article)
    front = read_record(FrontMatter, node, report) or FrontMatter(at=Places(file))
    if not _SLUG.fullmatch(front.slug):
        hint = "it is one part of an address: use letters, digits and hyphens"
        report.add("field-type", f'"{front.slug}" is not a slug', front.at.spans["slug"], hint)
        front = replace(front, slug="")
    return Manuscript(front, body, body_line), (*found, *report.problems)


def _split(text: str) -> tuple[str, str, int, bool]:
    """Front matter, body, the body's first line, and whether the front matter (if any) is closed."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        return "", text, 1, True
    position = 0
    for number, line in enumerate(rest.split("\n"), start=2):
        if line.rstrip() in {"---", "..."}:
            return rest[:position], rest[position + len(line) + 1 :], number + 1, True
        position += len(line) + 1
    return "", text, 1, False
