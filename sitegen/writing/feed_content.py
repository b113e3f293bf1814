"""An article's HTML as feed readers can show it: they have no styles and scripts of ours, and keep to themselves what they know.

What is left is words, links and pictures. Marks and boxes are opened, so that no reader paints them yellow; references to
notes are raised; controls are written as characters; what serves styles, scripts and assistive technology of our own pages
is dropped. Every address is absolute already, but for those within the page.
"""

import html
from html.parser import HTMLParser

_KEPT = frozenset(
    [
        "href",
        "src",
        "srcset",
        "alt",
        "title",
        "width",
        "height",
        "lang",
        "dir",
        "datetime",
        "cite",
        "start",
        "reversed",
        "value",
        "colspan",
        "rowspan",
        "scope",
        "abbr",
        "open",
        "type",
        "controls",
        "poster",
        "xmlns",
        "display",
    ]
)
"""Attributes that say something to a reader."""

_OPENED = frozenset(
    ["mark", "div", "span", "section", "aside", "article", "header", "footer", "main", "nav", "label"]
)
"""Elements whose content stays without them, unless they say which language it is in."""

_DROPPED = frozenset(
    ["script", "style", "button", "form", "select", "template", "svg", "iframe", "object", "noscript"]
)
"""Elements that go with all that is in them."""

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BOXES = {True: "☑ ", False: "☐ "}


def for_readers(markup: str, url: str) -> str:
    """The HTML of an entry; `url` is the article's address, to which links within the page lead."""
    reader = _Reader(url)
    reader.feed(markup)
    reader.close()
    return "".join(reader.parts).strip() + "\n"


class _Reader(HTMLParser):
    """Writes down what it is fed, element by element. `ends` holds what closes each open element."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=False)
        self.url = url
        self.parts: list[str] = []
        self.ends: list[tuple[str, str]] = []
        self.dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _VOID:
            self._void(tag, given)
            return
        classes = (given.get("class") or "").split()
        if self.dropping or tag in _DROPPED or (tag == "a" and "anchor" in classes):
            self.dropping += 1
            self.ends.append((tag, ""))
            return
        begin, end = f"<{tag}{self._attributes(given)}>", f"</{tag}>"
        if tag in _OPENED:
            begin, end = (f"<span{self._attributes(given)}>", "</span>") if given.get("lang") else ("", "")
        elif "noteref" in classes:
            begin, end = f"<sup>{begin}", f"{end}</sup>"
        self.parts.append(begin)
        self.ends.append((tag, end))

    def handle_endtag(self, tag: str) -> None:
        if tag not in (name for name, _ in self.ends):
            return
        while self.ends:
            name, end = self.ends.pop()
            if self.dropping:
                self.dropping -= 1
            self.parts.append(end)
            if name == tag:
                return

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def _void(self, tag: str, given: dict[str, str | None]) -> None:
        if self.dropping:
            return
        if tag == "input":
            if given.get("type") == "checkbox":
                self.parts.append(_BOXES["checked" in given])
        elif tag not in {"base", "link", "meta", "embed"}:
            self.parts.append(f"<{tag}{self._attributes(given)}>")

    def _attributes(self, given: dict[str, str | None]) -> str:
        written = {name: value or "" for name, value in given.items() if name in _KEPT}
        if written.get("href", "").startswith("#"):
            written["href"] = self.url + written["href"]
        if "noteref" in (given.get("class") or "").split() and given.get("aria-label"):
            written["title"] = given["aria-label"] or ""
        return "".join(f' {name}="{html.escape(value)}"' for name, value in written.items())

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def _write(self, text: str) -> None:
        if not self.dropping:
            self.parts.append(text)
