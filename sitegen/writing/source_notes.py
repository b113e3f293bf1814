"""The notes of the library's records: rendered once, with holes for the way to the site's root, and for words."""

from collections.abc import Callable

from sitegen.model.places import Problem
from sitegen.model.records import MarkdownSettings, Source
from sitegen.model.site import Link
from sitegen.reading.markdown import parse_note
from sitegen.writing.addresses import address
from sitegen.writing.holes import fill, hole
from sitegen.writing.links import LinkFinder
from sitegen.writing.render import render
from sitegen.writing.render_rules import LATER
from sitegen.writing.smarten import smarten


def source_note(
    source: Source, settings: tuple[MarkdownSettings, str], target: Callable[[Link], str | None]
) -> tuple[str, tuple[Problem, ...], tuple[Link, ...]]:
    """A record's note as HTML, what is wrong with it, and its links into the site.

    Its links are read as if it stood in `content/sources/`. `settings` are those of Markdown, and the language of
    the site: a note is written in that, whatever its source is in.
    """
    markdown, language = settings
    place = source.at.of("note")
    parsed = parse_note(source.note, markdown, prefix=f"source-{source.id}-")
    finder = LinkFinder(f"sources/{source.id}", source.at.file, (), 1)
    finder.take(parsed.tokens, place)
    parsed.env["labels"] = LATER
    tokens = smarten(parsed.tokens, language) if markdown.smart_quotes else parsed.tokens
    found = [target(link) for link in finder.links]

    def rooted(kind: str, value: str) -> str:
        if kind != "link":
            return hole(kind, value)
        link, path = finder.links[int(value)], found[int(value)]
        return link.written if path is None else hole("root", _with_rest(link, address(path)))

    html = fill(render(tokens, parsed.env), rooted, lambda _: None)
    problems = [*finder.problems]
    problems += (Problem("markdown-ignored", found.message, place) for found in parsed.problems)
    problems += (
        Problem("math-unreadable", found.message, place) for found in parsed.env.get("render_problems", ())
    )
    return html, tuple(problems), tuple(finder.links)


def _with_rest(link: Link, path: str) -> str:
    return (
        path
        + (f"?{link.query}" if link.query else "")
        + (f"#{address(link.fragment)}" if link.fragment else "")
    )
