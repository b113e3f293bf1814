"""Archived copies of sources: which file it is, what its text is, and whether it is still the one that was pinned."""

import hashlib
import re
from collections.abc import Callable, Collection
from html.parser import HTMLParser

from sitegen.model.findings import Copy
from sitegen.model.places import Problem
from sitegen.model.records import Source
from sitegen.reading.text import decode

SUFFIXES = (".txt", ".md", ".html", ".pdf")
"""What a copy may be, in the order in which its text is looked for."""

# Not "head", whose end may be left out: what it holds is named one by one.
_SILENT = frozenset({"script", "style", "noscript", "template", "title", "svg"})
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "tr", "td", "th", "table", "section", "article", "header", "footer", "aside",
     "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figure", "figcaption", "pre", "dl", "dd", "dt", "main", "nav", "hr",
     "address", "form", "fieldset", "legend", "thead", "tbody", "tfoot", "caption", "details", "summary", "dialog", "option",
     "optgroup", "select", "menu", "center", "hgroup", "search"}
)  # fmt: skip

_RAISED = re.compile(
    r"<sup\b[^>]*>(?:\s|<(?!/?sup\b)[^<>]*>)*([+\-\u2212\u2013]?\d+)(?:\s|<(?!/?sup\b)[^<>]*>)*</sup\s*>",
    re.IGNORECASE,
)
_RAISE = str.maketrans("0123456789+-\u2212\u2013", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")


def copy_files(source: Source, folder: str, names: Collection[str]) -> tuple[str, str]:
    """The file of a source's copy and the file that its text is read from; empty where there is none.

    A `.html` or `.pdf` copy may have its extracted text beside it, in a `.txt` of the same stem.
    """
    named = source.snapshot.file if source.snapshot is not None else ""
    raw = (
        f"{folder}/{named}"
        if named
        else next((name for suffix in SUFFIXES if (name := f"{folder}/{source.id}{suffix}") in names), "")
    )
    if raw not in names:
        return raw if named else "", ""
    beside = f"{raw.rpartition('.')[0]}.txt"
    return raw, beside if beside in names else raw


def read_copy(
    source: Source, files: tuple[str, str], read: Callable[[str], bytes]
) -> tuple[Copy | None, tuple[Problem, ...]]:
    """A source's copy, and what does not agree with its record. None where no copy is kept."""
    raw, textual = files
    if not raw:
        return None, ()
    if not textual:
        return None, (_changed(source, f'the copy "{raw}" is gone', "file"),)
    content = read(raw)
    text, problems = _text(textual, content if textual == raw else read(textual))
    copy = Copy(
        source=source.id,
        file=raw,
        text=text,
        sha256=hashlib.sha256(content).hexdigest(),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    found = tuple(_differences(source, copy))
    changed = Copy(copy.source, copy.file, copy.text, copy.sha256, copy.text_sha256, changed=bool(found))
    return changed, (*problems, *found)


def _differences(source: Source, copy: Copy) -> list[Problem]:
    snapshot = source.snapshot
    if snapshot is None:
        return []
    pinned = (
        ("sha256", snapshot.sha256, copy.sha256, "bytes"),
        ("text_sha256", snapshot.text_sha256, copy.text_sha256, "text"),
    )
    return [
        _changed(
            source, f'the {noun} of "{copy.file}" are not the ones pinned: its SHA-256 is {actual}', name
        )
        if noun == "bytes"
        else _changed(
            source, f'the text of "{copy.file}" is not the one pinned: its SHA-256 is {actual}', name
        )
        for name, wanted, actual, noun in pinned
        if wanted and wanted.lower() != actual
    ]


def _changed(source: Source, message: str, field: str) -> Problem:
    places = source.snapshot.at if source.snapshot is not None else source.at
    hint = "restore the copy, or look at every quotation again and pin the new one"
    return Problem("snapshot-changed", message, places.of(field), hint)


def _text(name: str, content: bytes) -> tuple[str, tuple[Problem, ...]]:
    if name.endswith(".pdf"):
        return "", ()
    text = decode(content, name)
    if isinstance(text, Problem):
        return "", (text,)
    return (html_text(text) if name.endswith(".html") else text), ()


def raised(markup: str) -> str:
    """HTML whose raised figures are raised without markup: `10<sup>2</sup>` is 10², and never 102."""
    return _RAISED.sub(lambda power: power[1].translate(_RAISE), markup)


def html_text(markup: str) -> str:
    """The words of a page in their order, blocks parted by line feeds: all of them, so that no true quotation is lost."""
    reader = _Words()
    reader.feed(raised(markup))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data.replace("\n", " "))
