"""What is in an answer: its words, in whatever encoding, and what is not the source at all."""

import codecs

import pytest
from archive_server import PROSE, page
from hypothesis import given
from hypothesis import strategies as st

from sitegen.archiving.charsets import to_text
from sitegen.archiving.client import Fetched
from sitegen.archiving.extraction import LARGEST_FOR_EXTRACTOR, UnsupportedError, extract
from sitegen.archiving.unreadable import why_unreadable

URL = "https://example.org/minutes"


def answer(
    body: bytes, kind: str = "text/html", charset: str = "", *, final: str = URL, status: int = 200
) -> Fetched:
    return Fetched(URL, final, status, kind, charset, body, (URL,) if final != URL else ())


def why(found: Fetched) -> str:
    return why_unreadable(found, extract(found))


LONG = page("Minutes of the board", *PROSE)


def test_the_article_comes_first_and_nothing_of_the_page_is_lost() -> None:
    body = page("Minutes", *PROSE, around="<nav>Start</nav><aside>Founded in 1887 by 12 skippers.</aside>")
    found = extract(answer(body))
    assert found.text.index(PROSE[0]) < found.text.index("Founded in 1887 by 12 skippers.")
    assert why(answer(body)) == ""


@given(st.lists(st.text("abcdefg ", min_size=3, max_size=30).filter(str.strip), min_size=1, max_size=6))
def test_no_paragraph_is_lost(paragraphs: list[str]) -> None:
    text = " ".join(extract(answer(page("T", *paragraphs))).text.split())
    assert [words for words in paragraphs if " ".join(words.split()) not in text] == []


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("Zürich".encode("cp1252"), "iso-8859-1"),
        (codecs.BOM_UTF8 + "Zürich".encode(), "iso-8859-1"),
        (codecs.BOM_UTF16_LE + "Zürich".encode("utf-16-le"), ""),
        ("<meta charset='iso-8859-15'>Zürich".encode("cp1252"), ""),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">Zürich'.encode(
                "cp1252"
            ),
            "",
        ),
        ("Zürich".encode(), ""),
    ],
)
def test_charsets(content: bytes, charset: str) -> None:
    assert to_text(content, charset, markup=True).endswith("Zürich")


NOT_THE_SOURCE = {
    "an error page with status 200": page("Page not found", "The page you were looking for has moved."),
    "a login page": page("Members", "Please log in.", around="<form><input type=password></form>"),
    "a consent wall": page(
        "Before you continue",
        "We and our partners use cookies. Accept all or reject all. Our vendors process personal data. " * 20,
    ),
    "a page whose words only a script would write": b"<html><head><title>News</title></head><body><div id=root></div><script src=a.js></script></body></html>",
    "an empty page": b"<html><body></body></html>",
    "a page that only leads on to https://example.org/b": b"<html><head><meta http-equiv=refresh content='0; url=/b'></head><body></body></html>",
    "a page of frames, whose words are elsewhere: https://example.org/menu.html, https://example.org/words.html": b"<html><frameset><frame src=menu.html><frame src='words.html'></frameset></html>",
    "a page whose words are in a frame: https://other.example/doc": b"<html><body><iframe src='https://other.example/doc'></iframe></body></html>",
}


@pytest.mark.parametrize("expected", NOT_THE_SOURCE)
def test_what_is_not_the_source(expected: str) -> None:
    assert why(answer(NOT_THE_SOURCE[expected])) == expected


@pytest.mark.parametrize(
    ("final", "expected"),
    [
        ("https://example.org/login?next=minutes", "a login page"),
        ("https://consent.example.com/v2", "a consent wall"),
        ("https://example.org/", "the site's front page, and not the page asked for"),
        ("https://www.example.org/minutes-2024", ""),
    ],
)
def test_where_a_redirect_led(final: str, expected: str) -> None:
    assert why(answer(LONG, final=final)) == expected


@pytest.mark.parametrize(
    "title",
    ["How cookies work", "404 Media is founded", "Signing in: a history", "Access to the harbour"],
)
def test_articles_about_such_things_are_articles(title: str) -> None:
    words = ("The history of it is long, and has many turns. It was told by those who built it. " * 12,) * 4
    assert why(answer(page(title, *words))) == ""


def test_a_very_large_page_keeps_all_its_words() -> None:
    body = page("Large", *(f"Paragraph {number} of many. {PROSE[0]}" for number in range(40_000)))
    assert len(body) > LARGEST_FOR_EXTRACTOR
    found = extract(answer(body))
    assert found.extractor == "all words of the page"
    assert "Paragraph 39999 of many." in found.text


# --- PDF and plain text


def pdf(*pages: str) -> bytes:
    """A small PDF, each page with a line of text."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for words in pages:
        stream = f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET" if words else ""
        kids.append(f"{len(objects) + 1} 0 R")
        font = "<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 200] /Resources << /Font {font} >> /Contents {len(objects) + 2} 0 R >>")  # fmt: skip
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>"
    body, places = "%PDF-1.4\n", []
    for number, entry in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{entry}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}{tail}".encode("latin-1")


def test_a_pdf_is_read_whatever_the_header_says() -> None:
    found = extract(answer(pdf("The levy is doubled.", "And the pier repaired."), "text/html"))
    assert (found.suffix, found.text, found.coverage) == (
        ".pdf",
        "The levy is doubled.\n\nAnd the pier repaired.\n",
        "full",
    )


def test_a_pdf_with_a_bare_page_is_an_excerpt() -> None:
    body = pdf("The levy on moorings is doubled from the first of July.", "")
    assert extract(answer(body, "application/pdf")).coverage == "excerpt"
    assert why(answer(body, "application/pdf")) == ""


def test_a_scan_and_a_damaged_pdf_are_unreadable() -> None:
    assert why(answer(pdf("", ""), "application/pdf")) == "a scan without text, or an empty PDF"
    assert why(answer(b"%PDF-1.4 nothing", "application/pdf")) == "the PDF is damaged"


def test_plain_text_is_its_own_text() -> None:
    found = extract(answer(b"As it came.\r\nTwo lines.\n", "text/plain"))
    assert (found.suffix, found.raw, found.text) == (
        ".txt",
        b"As it came.\r\nTwo lines.\n",
        "As it came.\nTwo lines.\n",
    )
    other = extract(answer("Zürich".encode("cp1252"), "text/plain", "windows-1252"))
    assert (other.raw, other.text) == ("Zürich".encode(), "Zürich")


def test_other_kinds_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="image/png"):
        extract(answer(b"\x89PNG", "image/png"))
