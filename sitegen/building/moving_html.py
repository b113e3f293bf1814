"""Links in the raw HTML of articles and notes, mended when a page moves: they are addresses, read as a browser reads them."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from markdown_it.token import Token

from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import parse

_TARGET = re.compile(
    r"(?P<head><[a-z][^<>]*?\s(?:href|src|poster)\s*=\s*)(?P<mark>[\"'])(?P<target>[^\"'<>]*)(?P=mark)",
    re.IGNORECASE,
)
_LEADS_OUT = re.compile(r"[a-z][a-z0-9+.-]*:|//|[#?]|$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Streets:
    """Where addresses lead to after a move.

    `pages` maps old addresses of pages to new ones, `files` those of media; `base` is the path that the site is published
    under, `/` or `/checked/`.
    """

    pages: Mapping[str, str]
    files: Mapping[str, str]
    base: str

    def new(self, path: str) -> str | None:
        """The address that one has now; None where it is the same as before."""
        return self.pages.get(path) or self.pages.get(f"{path}/") or self.files.get(path)


def with_addresses(body: str, markdown: MarkdownSettings, old: str, new: str, streets: Streets) -> str:
    """A text of Markdown with the links of its HTML written anew; its page had the address `old`, and has `new`."""
    if _TARGET.search(body) is None:
        return body
    lines = body.split("\n")
    for token in _with_html(parse(body, markdown).tokens):
        first, last = token.map or (0, 0)
        block = "\n".join(lines[first:last])
        for written in _written(token):
            block = block.replace(written, mended(written, old, new, streets))
        lines[first:last] = block.split("\n")
    return "\n".join(lines)


def mended(html: str, old: str, new: str, streets: Streets) -> str:
    """Some HTML with its links written anew."""
    return _TARGET.sub(
        lambda match: (
            f"{match['head']}{match['mark']}{_mended(match['target'], old, new, streets)}{match['mark']}"
        ),
        html,
    )


def _with_html(tokens: Iterable[Token]) -> Iterable[Token]:
    return (token for token in tokens if token.map and (token.type == "html_block" or token.children))


def _written(token: Token) -> list[str]:
    """The pieces of HTML of a block, as they stand in the file."""
    if token.type == "html_block":
        return token.content.strip("\n").split("\n")
    return [child.content for child in token.children or () if child.type == "html_inline"]


def _mended(written: str, old: str, new: str, streets: Streets) -> str:
    if _LEADS_OUT.match(written):
        return written
    found = re.search(r"[?#]", written)
    path, rest = (written[: found.start()], written[found.start() :]) if found else (written, "")
    plain = unquote(path)
    if plain.startswith("/"):
        head = streets.base if plain.startswith(streets.base) else "/"
        target = streets.new(plain.removeprefix(head))
        return written if target is None else f"{head}{_encoded(target, path)}{rest}"
    joined = posixpath.normpath(posixpath.join("/", old, plain)).lstrip("/") + (
        "/" if plain.endswith("/") else ""
    )
    target = streets.new(joined)
    if target is None and old == new:
        return written
    target = joined if target is None else target
    relative = posixpath.relpath(f"/{target}", f"/{new}") + ("/" if target.endswith("/") else "")
    return f"{_encoded(relative, path)}{rest}"


def _encoded(path: str, written: str) -> str:
    return quote(path) if unquote(written) != written else path
