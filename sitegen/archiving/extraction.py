"""What an answer is, and the words in it."""

import codecs
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from sitegen.archiving.charsets import to_text
from sitegen.archiving.client import Fetched
from sitegen.model.records import Coverage
from sitegen.reading.copies import html_text, raised

LARGEST_FOR_EXTRACTOR = 4 * 1024 * 1024
"""Characters of HTML from which on all words of the page are kept as they come: the extractor would take minutes."""

_PDFIUM = threading.Lock()
"""PDFium may be used by one thread at a time."""

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*(?:<!doctype html|<html|<head|<body)",
    re.IGNORECASE | re.DOTALL,
)
_VAGUE = frozenset(
    {
        "", "application/octet-stream", "binary/octet-stream", "application/pdf", "text/plain", "text/xml",
        "application/xml",
    }
)  # fmt: skip
"""Kinds that servers name where they mean HTML."""

_BINARY = (
    (b"\x1f\x8b", "application/gzip"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "audio or video"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
)
"""How files begin that hold no text, whatever their server says of them."""

_PDF_BREAKS = str.maketrans({"\x02": "-", "\ufffe": "-", "\x00": None})
"""PDFium's marks for a hyphen at the end of a line, which folding then takes care of."""


@dataclass(frozen=True, slots=True)
class Extract:
    """A source's words. `suffix` is that of the copy's file, `raw` what is kept in it.

    `main` holds the words of the article alone, by which it is judged whether the page is one; `markup` is the HTML it
    came from. `pages` counts those of a PDF, `bare` those among them without a word. `beside` says whether the text is
    kept in a file of its own.
    """

    suffix: str
    raw: bytes
    text: str
    main: str
    extractor: str
    coverage: Coverage = "full"
    markup: str = field(default="", repr=False)
    pages: int = 0
    bare: int = 0
    trouble: str = ""

    @property
    def beside(self) -> bool:
        """Whether the text is kept in a file of its own, beside the copy."""
        return self.suffix != ".txt"


class UnsupportedError(Exception):
    """An answer of a kind that no text is read from; the text says which."""


def extract(answer: Fetched) -> Extract:
    """The words of an answer. Raises `UnsupportedError`."""
    kind = _kind(answer)
    reader = _READERS.get(kind)
    if reader is None:
        raise UnsupportedError(f"the answer is {kind}; copies are kept of HTML, PDF and plain text")
    return reader(answer)


def _kind(answer: Fetched) -> str:
    """The media type: the header's, unless the first bytes are plainly something else."""
    told = answer.media_type
    head = answer.body[:1024]
    if b"%PDF-" in head and (told == "application/pdf" or head.lstrip().startswith(b"%PDF-")):
        return "application/pdf"
    for mark, name in _BINARY:
        if head.startswith(mark):
            return name
    if told in _VAGUE and _HTML.match(head):
        return "text/html"
    is_text = head and (b"\x00" not in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)))
    if told in {"", "application/octet-stream", "binary/octet-stream", "application/pdf"} and is_text:
        return "text/html" if _HTML.match(to_text(head, "", markup=True).encode()) else "text/plain"
    return told or "of no kind that it names"


def _read_html(answer: Fetched) -> Extract:
    markup = to_text(answer.body, answer.charset, markup=True)
    whole = html_text(markup)
    if len(markup) > LARGEST_FOR_EXTRACTOR:
        text, main, extractor = whole, whole, "all words of the page"
    else:
        main = _main_words(markup)
        text = _with_rest(main, whole)
        extractor = f"trafilatura {version('trafilatura')}, recall, and what it left out"
    paid = re.search(r'"isAccessibleForFree"\s*:\s*"?false', markup, re.IGNORECASE) is not None
    return Extract(".html", answer.body, text, main, extractor, "excerpt" if paid else "full", markup)


def _main_words(markup: str) -> str:
    import trafilatura  # noqa: PLC0415 - slow: only pages need it

    found = trafilatura.extract(
        raised(markup),
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        include_formatting=False,
    )
    return (found or "").strip()


def _with_rest(main: str, whole: str) -> str:
    """The article's words, then each line of the page that is not among them: no true quotation is lost."""
    known = " ".join(main.split())
    rest = [line for line in whole.split("\n") if line and line not in known]
    return "\n\n".join(part for part in (main, "\n".join(rest)) if part) + "\n"


def _read_pdf_alone(answer: Fetched) -> Extract:
    with _PDFIUM:
        return _read_pdf(answer)


def _read_pdf(answer: Fetched) -> Extract:
    import pypdfium2  # noqa: PLC0415 - slow: only PDFs need it

    name = f"pypdfium2 {version('pypdfium2')}"
    if not answer.body:
        return Extract(".pdf", b"", "", "", name, trouble="an empty PDF")
    try:
        document = pypdfium2.PdfDocument(answer.body)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        trouble = "the PDF asks for a password" if locked else "the PDF is damaged"
        return Extract(".pdf", answer.body, "", "", name, trouble=trouble)
    try:
        pages = [_page_words(document[number]) for number in range(len(document))]
    except pypdfium2.PdfiumError:
        return Extract(".pdf", answer.body, "", "", name, trouble="the PDF is damaged")
    finally:
        document.close()
    bare = sum(not any(char.isalnum() for char in page) for page in pages)
    text = "\n\n".join(page.strip() for page in pages if page.strip())
    return Extract(
        ".pdf",
        answer.body,
        f"{text}\n",
        text,
        name,
        "excerpt" if bare else "full",
        pages=len(pages),
        bare=bare,
    )


def _page_words(page: "object") -> str:
    from pypdfium2 import PdfPage  # noqa: PLC0415 - see above

    if not isinstance(page, PdfPage):
        return ""
    words = page.get_textpage()
    text: str = words.get_text_bounded()
    words.close()
    page.close()
    return text.translate(_PDF_BREAKS).replace("\r\n", "\n").replace("\r", "\n")


def _read_plain(answer: Fetched) -> Extract:
    """Plain text is its own text: bytes that are UTF-8 are kept as they came, others are written anew as UTF-8."""
    text = to_text(answer.body, answer.charset, markup=False)
    try:
        kept = answer.body.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n") == text
    except UnicodeDecodeError:
        kept = False
    name = "none (plain text)" if kept else "none (plain text, written as UTF-8)"
    return Extract(".txt", answer.body if kept else text.encode(), text, text, name)


_READERS: Mapping[str, Callable[[Fetched], Extract]] = {
    "text/html": _read_html,
    "application/xhtml+xml": _read_html,
    "application/pdf": _read_pdf_alone,
    "application/x-pdf": _read_pdf_alone,
    "text/plain": _read_plain,
    "text/markdown": _read_plain,
    "text/csv": _read_plain,
}
