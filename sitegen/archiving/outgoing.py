"""The links of an article's text and notes that lead out of the site, and where they are written."""

from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import unquote

from sitegen.model.places import Place
from sitegen.model.site import Draft


class _Links(HTMLParser):
    """Collects the addresses of a fragment's links, in order, each once."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a link."""
        for name, value in attrs:
            if tag == "a" and name == "href" and value and value.startswith(("https://", "http://", "//")):
                self.found[f"https:{value}" if value.startswith("//") else value] = None


def outgoing(draft: Draft, lines_of: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, Place]]:
    """Each address that an article, or a text of its sidecar, links to, with its first place.

    `lines_of` gives the lines of a file. An address that stands there in other letters than in the page (by way of a
    reference or an entity) has the place of its file.
    """
    for file, texts in (
        (draft.file, (draft.heading, draft.body)),
        (draft.sidecar.at.file, tuple(text for _, text in draft.texts)),
    ):
        links = _Links()
        for text in texts:
            if "//" in text:
                links.feed(text)
        links.close()
        lines = tuple(lines_of(file)) if links.found else ()
        for url in links.found:
            yield url, _place(url, lines, file)


def _place(url: str, lines: Iterable[str], file: str) -> Place:
    spellings = tuple(dict.fromkeys((url, unquote(url), url.removeprefix("https:"))))
    for number, line in enumerate(lines, start=1):
        for spelling in spellings:
            column = line.find(spelling) + 1
            if column:
                return Place(file, number, column, number, column + len(spelling))
    return Place(file)
