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
        # What is named is not believed where the bytes say otherwise.
        (("äöü " * 9 + "Zürich").encode(), "iso-8859-1"),
        (("<meta charset=windows-1252>" + "äöü " * 9 + "Zürich").encode("cp1252"), "utf-8"),
    ],
)
def test_charsets(content: bytes, charset: str) -> None:
    assert to_text(content, charset, markup=True).endswith("Zürich")


def test_a_text_in_another_encoding_than_named_is_not_guessed_at() -> None:
    body = page("Zürich", *("Der Ausschuß für Häfen beschloß die Verdoppelung der Gebühr.",) * 3)
    found = answer(body.decode().encode("cp1252"), charset="utf-8")
    assert why(found) == "text in another encoding than the one that it names"


def test_one_torn_byte_is_no_other_encoding() -> None:
    assert to_text("Zürich, ".encode() * 60 + b"\xff", "utf-8", markup=True).startswith("Zürich, Zürich")


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


SCRIPT = "<script src=a.js></script>"
ERROR, ROBOT, SCRIPTED = (
    "an error page with status 200",
    "a page that asks whether a person is reading",
    "a page whose words only a script would write",
)
OTHERS = (
    # Of the same kinds in other words: title, body, what it is.
    ("Seite nicht gefunden", "<h1>Hoppla!</h1><p>Bitte prüfen Sie die Adresse.</p>", ERROR),
    ("Port", "<h1>Erreur 404</h1><p>La page que vous recherchez n'existe pas.</p>", ERROR),
    ("Puerto", "<p>Lo sentimos, la página que busca no existe.</p>", ERROR),
    ("港", "<h1>ページが見つかりません</h1>", ERROR),
    ("Порт", "<h1>404</h1><p>Страница не найдена.</p>", ERROR),
    ("Board", "<nav>" + "<a>Some section</a> " * 200 + "</nav><h1>Page not found</h1><p>Try the search.</p>", ERROR),
    ("Board", "<h1>Oops! That page can't be found.</h1><p>Maybe try a search?</p>", ERROR),
    ("Board", "<p>There has been a critical error on this website.</p>", ERROR),
    ("Board", "<p>This content is not available in your region.</p>", ERROR),
    ("Nur einen Moment…", "<p>hafen.example</p>", ROBOT),
    ("Board", "<p>Press &amp; Hold to confirm you are a human (and not a bot).</p>", ROBOT),
    ("Board", "<p>Merci de confirmer que vous n'êtes pas un robot.</p>", ROBOT),
    ("Sign in", "<p>With your work account.</p><form><input type=email></form>", "a login page"),
    ("Board", "<p>Bitte melden Sie sich an, um das zu lesen.</p><input type=password>", "a login page"),
    ("Board", "<p>Wir und unsere Partner verarbeiten personenbezogene Daten mit Cookies.</p><b>Alle akzeptieren</b>", "a consent wall"),
    ("Diario", "<p>Nosotros y nuestros socios usamos cookies, con su consentimiento.</p><b>Aceptar y seguir</b>", "a consent wall"),
    ("App", f"<header>Board Home News Archive Contact Imprint Privacy</header><div id='root'></div>{SCRIPT}", SCRIPTED),
    ("App", f"<p>Please wait while the application is loading. This may take some seconds.</p>{SCRIPT}", SCRIPTED),
    ("Moved", "<meta content=\"0; URL='/b'\" http-equiv=refresh>moved", "a page that only leads on to https://example.org/b"),
    ("Moved", "<script>window.location.replace('/b')</script><p>One moment.</p>", "a page that only leads on, by a script"),
    ("Report", "<nav>Home News Contact</nav><iframe src=/doc></iframe>", "a page whose words are in a frame: https://example.org/doc"),
    ("Report", "<h1>Report</h1><object data=/r.pdf>Download it</object>", "a page whose words are in a frame: https://example.org/r.pdf"),
)  # fmt: skip


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: f"{row[2]}: {row[1][:30]}")
def test_what_is_not_the_source_in_other_words(row: tuple[str, str, str]) -> None:
    title, body, expected = row
    markup = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    assert why(answer(markup.encode(), charset="utf-8")) == expected


BANNER = "<div>We and our partners use cookies. Accept all. Reject all. Privacy policy.</div>"


@pytest.mark.parametrize(
    "body",
    [
        page("Levy doubled", PROSE[0]),
        page("Levy doubled", *PROSE, around=BANNER),
        page("Levy doubled", *PROSE, around="<form>Log in <input type=password></form>"),
        page("Levy doubled", PROSE[0], around="<noscript>Please enable JavaScript</noscript>"),
        page("Levy doubled", *PROSE, around="<iframe src=https://ads.example/></iframe>"),
        page("Levy doubled", *PROSE, head="<meta http-equiv=refresh content=1800>"),
        page("Maintenance of the pier begins", "Scheduled maintenance begins on Monday, and the pier will be back in May."),
        page("Access denied: the harbour's fence", "Since it was set up, anglers have been denied access to the pier."),
    ],
)  # fmt: skip
def test_short_articles_are_articles(body: bytes) -> None:
    assert why(answer(body)) == ""


@pytest.mark.parametrize("status", [204, 206, 304])
def test_an_answer_without_the_whole_page_is_not_the_source(status: int) -> None:
    assert f"(HTTP {status})" in why(answer(LONG, status=status))


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


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream"])
def test_files_without_text_are_refused_whatever_they_are_called(kind: str) -> None:
    for head in (b"\x89PNG\r\n", b"\x1f\x8b\x08", b"PK\x03\x04"):
        with pytest.raises(UnsupportedError, match="the answer is "):
            extract(answer(head + bytes(range(256)) * 9, kind, "windows-1252"))
    noise = extract(answer(bytes(range(1, 32)) * 200, "text/html", "windows-1252"))
    assert why_unreadable(answer(b""), noise) == "bytes that are no text"


@pytest.mark.parametrize(
    "kind", ["", "application/octet-stream", "application/pdf", "text/plain", "application/xml"]
)
def test_html_is_known_by_its_beginning(kind: str) -> None:
    body = b'<?xml version="1.0"?>\n<!-- saved -->\n' + LONG
    assert (extract(answer(body, kind)).suffix, why(answer(body, kind))) == (".html", "")


def test_pdfs_that_show_no_words() -> None:
    assert extract(answer(b"junk\n" * 9 + pdf(PROSE[0]), "application/pdf")).main == PROSE[0]
    for body, expected in (
        (b"", "an empty PDF"),
        (pdf("1", "2", "3"), "a scan without text, or an empty PDF"),
        (
            pdf("Please wait... If this message is not eventually replaced"),
            "a form that only some programs show",
        ),
    ):
        assert why(answer(body, "application/pdf")) == expected
    assert why(answer(b"Sorry, file not found", "application/pdf")) == "an error page, or no text"
