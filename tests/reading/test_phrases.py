"""Plain paragraphs are read by one expression: never otherwise than by the parser."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import build, parse_note
from sitegen.reading.markdown_rules.phrases import reader_of

FAST = build(html=True, linkify=False, extensions=True)
SLOW = build(html=True, linkify=False, extensions=True, fast=False)
STOPS = "\n!$&*<[\\]^_`{~"
PIECES = (
    "a", "b c", "1", "é", "“", " ", "  ", "\n", "!\n", "\t", ".", ",", "(", ")", "!", "&", "&amp;", "~~", "$", "<b>", "^", "\\",
    "*", "**", "_", "__", "`", "``", "[", "](", "]", "*em*", "**st**", "_em_", "__st__", "`co de`", "` `", "{.c}", "\u2028",
    "\u00a0", "[x](", "[la bel](https://example.org/)", "[q](u.md)", "[r](javascript:a)", "[s](/a?b=1&c=2#d)", "[t](HTTP://É.x)",
)  # fmt: skip


def children(tokens: list[Token]) -> list[object]:
    return [child.as_dict(as_upstream=False) for token in tokens for child in token.children or ()]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
@example("**a**\n*b*, _c_ (`d`) [e](/f)!")
@settings(max_examples=600, deadline=None)
def test_phrases_are_the_parsers_own(text: str) -> None:
    assert children(FAST.parse(text, {})) == children(SLOW.parse(text, {}))


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("words, no more & no less!", "text"),
        ("a\nb", "text softbreak text"),
        ("see *this*.", "text em_open text em_close text"),
        ("__a__", "text strong_open text strong_close text"),
        ("a `b` [c](https://d.org/e)", "text code_inline text link_open text link_close"),
    ],
)
def test_what_is_read_without_the_parser(text: str, types: str) -> None:
    tokens = reader_of(FAST, STOPS)(text)
    assert tokens is not None
    assert " ".join(token.type for token in tokens) == types


@pytest.mark.parametrize(
    "text", ["a*b*", "*a **b** c*", "a  \nb", "![a](b)", "[a](b 'c')", "a&amp;", "[a]", "`` ` ``", "x^[y]"]
)
def test_what_is_left_to_the_parser(text: str) -> None:
    assert reader_of(FAST, STOPS)(text) is None


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
@example("# a")
@example("a\r\nb\0")
@settings(max_examples=400, deadline=None)
def test_notes_are_read_as_any_text(text: str) -> None:
    note = parse_note(text, MarkdownSettings(), "note-a-")
    env: dict[str, object] = {"prefix": "note-a-"}
    assert children(note.tokens) == children(SLOW.parse(text, {**env}))
    tokens = FAST.parse(text, env)
    assert [token.as_dict(as_upstream=False) for token in note.tokens] == [
        token.as_dict(as_upstream=False) for token in tokens
    ]
    assert note.env.keys() == env.keys() - {"headings", "problems"}
