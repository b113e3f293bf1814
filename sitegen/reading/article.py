"""An article's file to its front matter and its Markdown."""

import re
from dataclasses import dataclass, replace

from sitegen.model.places import Place, Places, Problem
from sitegen.model.records import FrontMatter
from sitegen.reading.nodes import compose
from sitegen.reading.shapes import Reporter, read_record
from sitegen.reading.text import decode

_PART = r"(?!\.)[^/?#\\:\x00-\x1f\x7f]+"
_ALIAS = re.compile(rf"/?(?:{_PART}/)*(?:{_PART})?")
"""Parts that do not begin with a dot, parted by slashes; no scheme, no query, no fragment."""

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
        return Manuscript(FrontMatter(draft=True, at=Places(file)), "", 1), (replace(text, article=article),)
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
        return Manuscript(FrontMatter(draft=True, at=Places(file)), text, 1), (problem,)
    node, found = compose(head, file, first_line=2) if head else (None, ())
    found = tuple(replace(problem, article=article) for problem in found)
    if node is None:
        # What cannot be read might have said "draft: true".
        return Manuscript(FrontMatter(draft=bool(found), at=Places(file)), body, body_line), found
    report = Reporter(file, article)
    front = read_record(FrontMatter, node, report) or FrontMatter(at=Places(file))
    if not _SLUG.fullmatch(front.slug):
        hint = "it is one part of an address: use letters, digits and hyphens"
        report.add("field-type", f'"{front.slug}" is not a slug', front.at.spans["slug"], hint)
        front = replace(front, slug="")
    aliases = tuple(alias for alias in front.aliases if _ALIAS.fullmatch(alias))
    for index, alias in enumerate(front.aliases):
        if alias not in aliases:
            hint = "it is a former address below the site's root: /old/page/"
            report.add("field-type", f'"{alias}" is not an alias', front.at.spans[f"aliases.{index}"], hint)
    front = replace(front, aliases=aliases)
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
