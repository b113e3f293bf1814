"""Links and images of an article that lead into the same site: found in its tokens, and left as holes."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from sitegen.model.places import Place, Problem
from sitegen.model.site import Link
from sitegen.writing.holes import hole

_ELSEWHERE = re.compile(
    r"""<(?:img|iframe|script|video|audio|source|embed|object|link|input)\b[^>]*?\s(?:src|data|href|poster)\s*=\s*["']?((?:https?:)?//[^\s"'>]+)""",
    re.IGNORECASE,
)
_INLINE = re.compile(r"<style\b|<script\b(?![^>]*\ssrc)|<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


class LinkFinder:
    """Takes the internal links out of token streams and puts holes in their place.

    One finder serves an article's body and its notes, so that links are counted through. `lines` are the lines of
    the article's Markdown, of which the first stands in line `first_line` of the file.
    """

    def __init__(self, article: str, file: str, lines: Sequence[str], first_line: int) -> None:
        self.article = article
        self.file = file
        self.folder = posixpath.dirname(article)
        self.lines = lines
        self.first_line = first_line
        self.links: list[Link] = []
        self.local: list[tuple[str, Place]] = []
        self.problems: list[Problem] = []

    def _html(self, token: Token, place: Place) -> None:
        """Raw HTML that the page's policy will block: nothing is asked of other hosts, nothing is scripted in place."""
        if found := _ELSEWHERE.search(token.content):
            message = f'"{found[1]}" would be asked of another host, and pages ask no other host for anything'
            self.problems.append(
                Problem("link-broken", message, place, "save it under content/media/", self.article)
            )
        if _INLINE.search(token.content):
            message = "scripts and styles inside a page are blocked by its policy"
            self.problems.append(
                Problem("markdown-ignored", message, place, "put them into the theme", self.article)
            )

    def take(self, tokens: Iterable[Token], place: Place | None = None) -> None:
        """Replace the internal targets of a token stream; `place` is that of a note, whose lines are not known."""
        for token in tokens:
            if token.type == "html_block":
                self._html(token, place or self._place(token, token.content.split("\n")[0]))
            for child in token.children or ():
                if child.type == "text":
                    continue
                if child.type == "html_inline":
                    self._html(child, place or self._place(token, child.content))
                if child.type == "link_open":
                    written = str(child.attrs.get("href", ""))
                    # To find a place takes time, and a link that leads out of the site needs none.
                    if not _SCHEME.match(written):
                        self._take(child, "href", place or self._place(token, written))
                elif child.type == "image":
                    where = place or self._place(token, str(child.attrs.get("src", "")))
                    self._take(child, "src", where)
                    self._alt(child, where)

    def _place(self, token: Token, written: str) -> Place:
        return place_of(token, unquote(written), self.lines, self.first_line, self.file)

    def _take(self, token: Token, name: str, place: Place) -> None:
        written = str(token.attrs.get(name, ""))
        if not written or written[0] in "#?":
            self.local.append((unquote(written.partition("#")[2]), place))
            return
        index = self.add("link" if name == "href" else "image", written, place)
        if index is None:
            if name == "src" and not written.startswith("data:"):
                message = f'the image "{written}" would be asked of another host, and pages ask no other host for anything'
                self.problems.append(
                    Problem("link-broken", message, place, "save it under content/media/", self.article)
                )
            return
        token.attrs[name] = hole("link", index)
        if name == "src" and "width" not in token.attrs and "height" not in token.attrs:
            token.attrs["width"] = token.attrs["height"] = hole("size", index)

    def add(self, kind: Literal["link", "image"], written: str, place: Place) -> int | None:
        """Note a target and give its index, or None where it leads out of the site."""
        if _SCHEME.match(written):
            return None
        parts = urlsplit(written)
        path = unquote(parts.path)
        joined = path.lstrip("/") if path.startswith("/") else posixpath.join(self.folder, path)
        clean = posixpath.normpath(joined) + ("/" if joined.endswith("/") else "") if joined else ""
        clean = "" if clean in {"./", "."} else clean
        self.links.append(Link(kind, written, clean, parts.query, unquote(parts.fragment), place))
        return len(self.links) - 1

    def _alt(self, token: Token, place: Place) -> None:
        if not token.content.strip() and not any(child.content for child in token.children or ()):
            message = "an image without a text in its place"
            self.problems.append(
                Problem(
                    "image-alt", message, place, "say in the brackets what it shows: ![…](…)", self.article
                )
            )


def place_of(token: Token, words: str, lines: Sequence[str], first_line: int, file: str) -> Place:
    """Where words stand among the lines of a block, or the block's first line where they are not found as written."""
    begin, end = token.map or (0, 1)
    for number in range(begin, min(end, len(lines))):
        column = lines[number].find(words)
        if words and column >= 0:
            line = number + first_line
            return Place(file, line, column + 1, line, column + 1 + len(words))
    return Place(file, begin + first_line, 1, begin + first_line, 2)
