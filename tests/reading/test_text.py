"""Bytes to text: what is not UTF-8 or too large is told with its place, and line ends are one kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import Site

from sitegen.model.places import Place, Problem
from sitegen.reading.text import LARGEST, decode


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbf", ""),
        (b"\xef\xbb\xbfa\n", "a\n"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"a\tb", "a\tb"),
        ("é\ufeff…".encode(), "é\ufeff…"),
    ],
)
def test_text_has_no_byte_order_mark_and_one_kind_of_line_end(content: bytes, text: str) -> None:
    assert decode(content, "a.md") == text


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"caf\xe9", 1, 4),
        (b"one\r\ntwo\rcaf\xe9\n", 3, 4),
        ("né".encode() + b"\xff", 1, 3),
        (b"\xef\xbb\xbfa\xff", 1, 2),
        (b"\xff\xfet\x00", 1, 1),
    ],
)
def test_byte_that_is_not_utf_8_is_told_with_its_place(content: bytes, line: int, column: int) -> None:
    problem = decode(content, "a.md")
    assert isinstance(problem, Problem)
    assert problem.rule == "file-unreadable"
    assert problem.place == Place("a.md", line, column, line, column + 1)
    assert "UTF-8" in problem.message
    assert "UTF-8" in problem.hint


def test_largest_file_is_read_and_one_byte_more_is_not() -> None:
    assert decode(b"a" * LARGEST, "a.md") == "a" * LARGEST
    problem = decode(b"a" * (LARGEST + 1), "a.md")
    assert isinstance(problem, Problem)
    assert problem.place == Place("a.md")


@pytest.mark.parametrize("name", ["content/tides.md", "content/tides.yaml", "content/sources/almanac.yaml"])
def test_file_of_50_mb_is_told_and_not_read(site: Site, name: str) -> None:
    site.write({"content/tides.md": "# Tides\n", name: b"# " + b"a" * 50_000_000})
    run = site.run("check")
    assert run.status == 1
    lines = run.out.splitlines()
    assert lines[0] == f"{name}:1:1: error: the file has 50 MB; at most 16 MB are read [file-unreadable]"
    assert lines[-1] == "1 error"


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_a_problem(content: bytes) -> None:
    found = decode(content, "a.md")
    if isinstance(found, str):
        assert "\r" not in found
    else:
        assert found.place.line >= 1
        assert found.place.column >= 1
