"""The notes of the library's records: rendered once, with holes for the way to the site's root."""

from collections.abc import Callable

from sitegen.model.records import MarkdownSettings, Source
from sitegen.model.site import Link
from sitegen.reading.markdown import parse_note
from sitegen.writing.addresses import address
from sitegen.writing.holes import fill, hole
from sitegen.writing.links import LinkFinder
from sitegen.writing.render import render, smarten


def _with_rest(link: Link, path: str) -> str:
    return (
        path
        + (f"?{link.query}" if link.query else "")
        + (f"#{address(link.fragment)}" if link.fragment else "")
    )


def source_note(source: Source, markdown: MarkdownSettings, target: Callable[[Link], str | None]) -> str:
    """A record's note as HTML; its links are read as if it stood in `content/sources/`."""
    parsed = parse_note(source.note, markdown, prefix=f"source-{source.id}-")
    finder = LinkFinder(f"sources/{source.id}", source.at.file, (), 1)
    finder.take(parsed.tokens, source.at.of("note"))
    tokens = smarten(parsed.tokens, source.language) if markdown.smart_quotes else parsed.tokens
    found = [target(link) for link in finder.links]

    def rooted(_: str, value: str) -> str:
        link, path = finder.links[int(value)], found[int(value)]
        return link.written if path is None else hole("root", _with_rest(link, address(path)))

    return fill(render(tokens, parsed.env), rooted, lambda _: None)
