"""Quotation marks: as the language writes them, and the same with marks set into the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import parse
from sitegen.writing.smarten import MARKERS, QUOTES, quotes_of, smarten

SETTINGS = MarkdownSettings()

prose = st.lists(
    st.sampled_from(
        [
            '"',
            "'",
            "a",
            "b1",
            "é",
            " ",
            "\n",
            ".",
            "-",
            "(",
            ")",
            "*",
            "**",
            "`c`",
            "[l](x)",
            '\\"',
            "&quot;",
            "<i>",
            "5",
        ]
    ),
    max_size=30,
).map("".join)


def words(tokens: list[Token]) -> str:
    return "|".join(
        "".join(child.content if child.type not in MARKERS else "" for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    )


def smart(source: str, language: str = "en") -> str:
    return words(smarten(parse(source, SETTINGS).tokens, language))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“It’s ‘so’,” he said"),
        ("en-GB", "“It’s ‘so’,” he said"),
        ("xx", "“It’s ‘so’,” he said"),
        ("de", "„It’s ‚so‘,“ he said"),
        ("de-AT", "„It’s ‚so‘,“ he said"),
        ("de-CH", "«It’s ‹so›,» he said"),
        ("fr", "«It’s “so”,» he said"),
        ("es", "«It’s “so”,» he said"),
        ("sv", "”It’s ’so’,” he said"),
    ],
)
def test_marks_are_those_of_the_language(language: str, expected: str) -> None:
    assert smart("\"It's 'so',\" he said", language) == expected


def test_every_language_has_four_marks() -> None:
    assert {len(marks) for marks in QUOTES.values()} == {4}
    assert quotes_of("DE_ch") == QUOTES["de-ch"]


def test_code_escaped_marks_dashes_and_dots_stay() -> None:
    assert smart("`\"a\"` 5'10\\\" -- so... &quot;b&quot; \\'c\\'") == '"a" 5’10" -- so... "b" \'c\''


def test_marks_reach_across_emphasis_and_lines() -> None:
    assert smart('"*a* b\nc **d**"') == "“a bc d”"


def test_the_given_tokens_stay_as_they_are() -> None:
    tokens = parse('"It\'s" so', SETTINGS).tokens
    smarten(tokens, "en")
    assert words(tokens) == '"It\'s" so'


@given(prose)
@settings(deadline=None)
def test_the_outcome_is_markdown_its_own(source: str) -> None:
    stock = MarkdownIt("commonmark", {"typographer": True, "quotes": QUOTES["en"]}).enable("smartquotes")
    assert smart(source) == words(stock.parse(source))


@given(
    prose,
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10), st.sampled_from(sorted(MARKERS))), max_size=8),
)
@settings(deadline=None)
def test_marks_set_into_the_text_change_no_character(source: str, cuts: list[tuple[int, int, str]]) -> None:
    plain = smarten(parse(source, SETTINGS).tokens, "en")
    woven = parse(source, SETTINGS).tokens
    for token in woven:
        for child, at, marker in cuts:
            if token.type == "inline":
                token.children = split(token.children or [], child, at, marker)
    assert words(smarten(woven, "en")) == words(plain)


def split(children: list[Token], number: int, at: int, marker: str) -> list[Token]:
    """Cut a child, if it is text of more than one character, and set a marker between; else set it before."""
    if number >= len(children):
        return children
    token = children[number]
    mark = Token(marker, "", 0, level=token.level)
    if token.type != "text" or token.meta.get("literal") or at >= len(token.content):
        return [*children[:number], mark, *children[number:]]
    halves = [
        Token("text", "", 0, content=part, level=token.level)
        for part in (token.content[:at], token.content[at:])
    ]
    return [*children[:number], halves[0], mark, halves[1], *children[number + 1 :]]


def test_a_very_long_block_is_left_alone() -> None:
    source = '"a" ' * 10_000
    assert smart(source) == source.strip()
