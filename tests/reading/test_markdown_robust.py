"""Whatever the text: the parser neither fails nor hangs, and its short cuts change nothing."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import MAX_NESTING, PLAIN_ADDRESS, build, parse
from sitegen.writing.render import render, smarten

ALL = MarkdownSettings(linkify=True)

PIECES = [
    *"#>-*+_~`[]()!<>&\\$^{}|:=.\"'1aé \t\n\0\r",
    *(
        "\n\n",
        "    ",
        "```",
        "~~~",
        "***",
        "---",
        "===",
        "1. ",
        "- ",
        "> ",
        "\r\n",
        "a b",
        "word",
        "12 %",
        "  \n",
    ),
    *(
        "[^1]",
        "[^1]: ",
        "^[",
        "*[a]: b\n",
        "!!! note\n",
        '???+ x "y"\n',
        "> [!NOTE]",
        "{.a}",
        "{#b}",
        "{c=",
        "$$",
        "$x$",
    ),
    *(
        "<b>",
        "</b>",
        "<div>\n",
        "<!--",
        "-->",
        "&amp;",
        "&#35;",
        "[a](b)",
        '![a](b "c")',
        "[a]: b\n",
        "| a |",
        "|-|",
    ),
    *(
        "\n: ",
        "- [x] ",
        "https://a.de/b",
        "mailto:",
        "www.",
        "~~",
        "**",
        "__",
        '\\"',
        "&quot;",
        "\x0b",
        "\x1c",
        "\u2028",
    ),
]
markdown = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60)


def facts(tokens: list[Token] | None) -> list[dict[str, object]]:
    return [dict(token.as_dict(as_upstream=False)) for token in tokens or ()]


@given(markdown)
@settings(max_examples=400, deadline=None)
def test_any_text_is_parsed_and_rendered(source: str) -> None:
    parsed = parse(source, ALL)
    html = render(smarten(parsed.tokens, "en"), parsed.env)
    assert "\0" not in html
    assert " style=" not in html


@given(
    markdown,
    st.fixed_dictionaries({"html": st.booleans(), "linkify": st.booleans(), "extensions": st.booleans()}),
)
@example("a\n: b", {"html": True, "linkify": False, "extensions": True})
@example("a\n\n: b", {"html": True, "linkify": False, "extensions": True})
@example("*[a]: b\n\na https://x.y", {"html": True, "linkify": True, "extensions": True})
@example("- a\nb\n---\n> c\nd", {"html": True, "linkify": False, "extensions": False})
@settings(max_examples=400, deadline=None)
def test_the_tables_of_rules_change_nothing(source: str, switches: dict[str, bool]) -> None:
    ours = build(**switches).parse(source, {})
    theirs = build(**switches, fast=False).parse(source, {})
    assert facts(ours) == facts(theirs)


@given(st.from_regex(PLAIN_ADDRESS, fullmatch=True))
@settings(deadline=None)
def test_addresses_that_are_not_normalised_need_it_not(address: str) -> None:
    assert MarkdownIt().normalizeLink(address) == address


def test_line_ends_tabs_and_nul() -> None:
    parsed = parse("a\r\nb\rc\0\r\n\r\n\tcode\r\n", ALL)
    assert render(parsed.tokens, parsed.env) == (
        '<p>a\nb\nc\N{REPLACEMENT CHARACTER}</p>\n<pre tabindex="0"><code>code\n</code></pre>\n'
    )
    assert [token.map for token in parsed.tokens if token.map] == [[0, 3], [0, 3], [4, 5]]


def test_what_is_nested_too_deep_is_reported() -> None:
    assert parse("> " * (MAX_NESTING - 1) + "x", ALL).problems == ()
    (problem,) = parse("a\n\n" + "> " * MAX_NESTING + "x", ALL, first_line=5).problems
    assert (problem.line, problem.message) == (7, "nested more than 60 deep: what is deeper is left out")


HOSTILE = {
    "quotes": ">" * 1000 + " x",
    "quotes with spaces": "> " * 1000 + "x",
    "lists": "- " * 1000 + "x",
    "indented lists": "".join("  " * depth + "- x\n" for depth in range(1000)),
    "quotes and lists": "> - 1. " * 300 + "x",
    "brackets": "[" * 10_000,
    "closed brackets": "[" * 5000 + "a" + "]" * 5000,
    "images": "![" * 5000,
    "footnotes in a line": "^[" * 3000,
    "footnotes in footnotes": "[^a]: " * 1000 + "x",
    "spans": "[" * 5000 + "a" + "]{.x}" * 2000,
    "admonitions": "".join("    " * depth + "!!! note\n" for depth in range(300)),
    "definitions": "a\n" + ": " * 1000 + "b",
    "callouts": "".join("> " * depth + "[!NOTE]\n" for depth in range(200)),
    "dollars": "$a " * 30_000,
    "braces": "a{" * 30_000,
    "heading braces": "# " + "{# " * 20_000,
    "equal headings": "# a\n" * 5000,
    "colons": "a://" * 20_000,
    "backticks": "".join("`" * (count % 50) + " " for count in range(10_000)),
    "long line": "word " * 200_000,
    "long line of quotation marks": '"don\'t" ' * 125_000,
    "unknown references": "[^a]" * 10_000,
    "comments": "<!--" * 20_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_no_long_time(source: str) -> None:
    started = time.process_time()
    parsed = parse(source, ALL)
    render(smarten(parsed.tokens, "en"), parsed.env)
    # A hundredfold of what most of them take: this is about hanging, and machines are noisy.
    assert time.process_time() - started < 8
