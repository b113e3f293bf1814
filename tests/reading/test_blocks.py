"""The short ways of blocks and tokens lead where markdown-it's own lead."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from sitegen.reading.markdown import build
from sitegen.reading.markdown_rules.blocks import BlockState
from sitegen.reading.markdown_rules.tokens import Nesting, block_token, inline_token, text_like

MD = build(html=True, linkify=False, extensions=True)
MARKS = (
    "src",
    "bMarks",
    "eMarks",
    "tShift",
    "sCount",
    "bsCount",
    "lineMax",
    "line",
    "level",
    "_code_enabled",
)


@given(st.text(st.sampled_from("a -\t\n\n\r\x0b\u2028"), min_size=1, max_size=24))
@example(" \n \t")
@example("a\n\n")
@settings(max_examples=1000, deadline=None)
def test_lines_are_told_apart_as_by_markdown_it(text: str) -> None:
    ours, theirs = BlockState(StateCore(text, MD, {})), StateBlock(text, MD, {}, [])
    assert {name: getattr(ours, name) for name in MARKS} == {name: getattr(theirs, name) for name in MARKS}


@given(st.lists(st.sampled_from((-1, 0, 1)), max_size=8))
def test_tokens_are_pushed_as_by_markdown_it(nestings: list[Nesting]) -> None:
    ours, theirs = BlockState(StateCore("a", MD, {})), StateBlock("a", MD, {}, [])
    for nesting in nestings:
        assert ours.push("x", "p", nesting) == theirs.push("x", "p", nesting)
    assert (ours.tokens, ours.level) == (theirs.tokens, theirs.level)


def test_tokens_are_those_of_the_constructor() -> None:
    assert inline_token("a", "b", 1) == Token("a", "b", 1)
    assert inline_token("a", "b", -1, "c", 2) == Token("a", "b", -1, content="c", level=2)
    assert block_token("a", "b", 0, 3, [1, 2]) == Token("a", "b", 0, level=3, map=[1, 2], block=True)
    text = Token("text", "", 0, {"a": "b"}, [1, 2], 3, None, "c", "d", "e", {"f": "g"})
    assert text_like(text, "h") == Token(
        "text", "", 0, {"a": "b"}, [1, 2], 3, None, "h", "d", "e", {"f": "g"}
    )


def test_no_two_tokens_share_what_can_be_changed() -> None:
    one, other = inline_token("a", "", 0), inline_token("a", "", 0)
    one.attrs["b"] = one.meta["b"] = "c"
    assert (other.attrs, other.meta) == ({}, {})
