"""Copies of sources: which file is one, what its text is, and whether it is the one that was pinned."""

import hashlib

import pytest

from sitegen.model.findings import Copy
from sitegen.model.records import Snapshot, Source
from sitegen.reading.copies import copy_files, html_text, read_copy

FOLDER = "content/sources"


def source(snapshot: Snapshot | None = None) -> Source:
    return Source(id="dia", title="a", snapshot=snapshot)


def sha256(content: bytes | str) -> str:
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def read(files: dict[str, bytes], snapshot: Snapshot | None = None) -> tuple[Copy | None, list[str]]:
    held = {f"{FOLDER}/{name}": content for name, content in files.items()}
    record = source(snapshot)
    copy, problems = read_copy(record, copy_files(record, FOLDER, held.keys()), held.__getitem__)
    return copy, [problem.rule for problem in problems]


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".pdf"])
def test_copy_beside_the_record_needs_no_naming(suffix: str) -> None:
    copy, problems = read({f"dia{suffix}": b"Words."})
    assert problems == []
    assert copy is not None
    assert copy.file == f"{FOLDER}/dia{suffix}"
    assert copy.text == ("" if suffix == ".pdf" else "Words.")


@pytest.mark.parametrize("name", ["other.txt", "dia.docx", "dia", "diaz.txt", "di.txt"])
def test_other_files_are_no_copies(name: str) -> None:
    assert read({name: b"Words."}) == (None, [])


def test_extracted_text_stands_beside_a_page() -> None:
    copy, problems = read({"dia.pdf": b"%PDF", "dia.txt": b"Words."}, Snapshot(file="dia.pdf"))
    assert problems == []
    assert copy is not None
    assert (copy.file, copy.text) == (f"{FOLDER}/dia.pdf", "Words.")
    assert (copy.sha256, copy.text_sha256) == (sha256(b"%PDF"), sha256("Words."))


@pytest.mark.parametrize("file", ["gone.txt", "../../sitegen.yaml", "/etc/passwd", "."])
def test_copy_that_is_named_must_be_there_and_in_the_library(file: str) -> None:
    assert read({"dia.txt": b"Words."}, Snapshot(file=file)) == (None, ["snapshot-changed"])


def test_pinned_copy_is_told_apart_from_another() -> None:
    content = b"Words.\r\n"
    right = Snapshot(file="dia.txt", sha256=sha256(content), text_sha256=sha256("Words.\n"))
    copy, problems = read({"dia.txt": content}, right)
    assert problems == []
    assert copy is not None
    assert not copy.changed
    copy, problems = read({"dia.txt": b"Other words."}, right)
    assert problems == ["snapshot-changed", "snapshot-changed"]
    assert copy is not None
    assert copy.changed


def test_hashes_may_be_written_in_capitals() -> None:
    content = b"Words."
    _, problems = read(
        {"dia.txt": content}, Snapshot(sha256=sha256(content).upper(), text_sha256=sha256(content).upper())
    )
    assert problems == []


@pytest.mark.parametrize("content", [b"\xff\xfe", b"caf\xe9", b"a" * 17_000_000])
def test_copy_that_is_no_text_is_told_and_has_none(content: bytes) -> None:
    copy, problems = read({"dia.txt": content})
    assert problems == ["file-unreadable"]
    assert copy is not None
    assert copy.text == ""


def test_large_page_is_hashed_where_its_text_stands_beside_it() -> None:
    copy, problems = read(
        {"dia.pdf": b"%PDF" + bytes(17_000_000), "dia.txt": b"Words."}, Snapshot(file="dia.pdf")
    )
    assert problems == []
    assert copy is not None
    assert copy.text == "Words."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("just words", "just words"),
        ("<p>One <b>and</b>\n two.</p><p>Three.</p>", "One and two.\nThree."),
        ("<p>caf&eacute; &amp; &#8220;tea&#8221;</p>", "café & “tea”"),
        ("<p>a<br>b</p>", "a\nb"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\nb\nc"),
        ("<p>a<script>b</script>c<style>d</style>e</p>", "ace"),
        ("<head><title>a</title></head><body><p>b</p></body>", "b"),
        ("<html><head><title>a</title><p>b", "b"),
        ("<html><head><title>a</title><body>b", "b"),
        ("<header>a</header><nav>b</nav><footer>c</footer>", "a\nb\nc"),
        ("<p>a<!-- b -->c</p>", "ac"),
        ("<p>a</p></script></svg><p>b</p>", "a\nb"),
        ("<svg><title>a</title><text>b</text></svg><p>c</p>", "c"),
        ("<p>a < b</p>", "a < b"),
        ("<p>a\xa0b</p>", "a b"),
        ("<details><summary>a</summary>b</details><address>c</address><option>1<option>5", "a\nb\nc\n1\n5"),
        ("<p>10<sup><b>2</b></sup> and<sup> <a href='#1'>1</a></sup>", "10² and¹"),
        (
            "<p>10<sup>2</sup> or 10<SUP class=x> -6 </SUP>, the 5<sup>th</sup>, CO<sub>2</sub>",
            "10² or 10⁻⁶, the 5th, CO2",
        ),
    ],
)
def test_words_of_a_page(markup: str, text: str) -> None:
    assert html_text(markup) == text
