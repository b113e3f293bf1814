"""YAML with places: values stay as they were written, and what YAML could do beyond plain values is refused."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sitegen.model.places import Problem
from sitegen.reading.nodes import DEEPEST, LARGEST_EXPANSION, Mapping, Node, Scalar, Sequence, compose


def plain(node: Node | None) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.pairs}
    return None


def read(text: str) -> object:
    node, problems = compose(text, "f.yaml")
    assert problems == ()
    return plain(node)


def trouble(text: str) -> str:
    """The one problem of a text, as place and rule."""
    _, problems = compose(text, "f.yaml")
    (problem,) = problems
    return f"{problem.place.line}:{problem.place.column} {problem.rule}"


def only(text: str) -> Problem:
    _, (problem,) = compose(text, "f.yaml")
    return problem


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "--- # nothing\n...\n", "   \n"])
def test_document_without_a_value_is_empty(text: str) -> None:
    node, problems = compose(text, "f.yaml")
    assert problems == ()
    assert plain(node) in {None, ""}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", "no"),
        ("a: on", "on"),
        ("a: Yes", "Yes"),
        ("a: 2024", "2024"),
        ("a: 0123", "0123"),
        ("a: 1_000", "1_000"),
        ("a: 12:30:45", "12:30:45"),
        ("a: 1e3", "1e3"),
        ("a: .inf", ".inf"),
        ("a: 2024-05-29", "2024-05-29"),
        ("a: '2024-05-29'", "2024-05-29"),
        ("a: null", "null"),
        ("a: ~", "~"),
        ("a: !!str 2024", "2024"),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: >\n  one\n  two\n", "one two\n"),
        ("a:", ""),
    ],
)
def test_scalars_are_the_text_that_was_written(text: str, value: str) -> None:
    assert read(text) == {"a": value}


@pytest.mark.parametrize("key", ["no", "on", "2024", "2024-05-29", "0x1", "null", "~"])
def test_keys_are_the_text_that_was_written(key: str) -> None:
    assert read(f"{key}: a") == {key: "a"}


def test_nodes_know_their_places() -> None:
    node, _ = compose("é: 😀\nlist:\n  - a\n  - {b: c}\n", "f.yaml", first_line=10)
    assert isinstance(node, Mapping)
    (first, smile), (_, items) = node.pairs
    assert first.span == (10, 1, 10, 2)
    assert smile.span == (10, 4, 10, 5)
    assert isinstance(items, Sequence)
    assert [item.span[:2] for item in items.items] == [(12, 5), (13, 5)]


@pytest.mark.parametrize("odd", ["\x85", "\u2028", "\u2029"])
def test_lines_are_counted_as_editors_do(odd: str) -> None:
    node, _ = compose(f"a: 'x{odd}y'\nb: c\n# {odd}\nd: e\n", "f.yaml")
    assert isinstance(node, Mapping)
    assert [key.span for key, _ in node.pairs] == [(1, 1, 1, 2), (2, 1, 2, 2), (4, 1, 4, 2)]
    assert trouble(f"a: 'x{odd}y'\nb: [c\n") == "2:4 yaml-syntax"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [b\nc: d\n", "2:2"),
        ("a: b: c\n", "1:5"),
        ("a:\n\tb: c\n", "2:1"),
        ("a: |\n\tb\n", "2:1"),
        ("a: 'b\n", "1:4"),
        ("a: {b: c\n\n\n", "1:4"),
        ("a: @b\n", "1:4"),
        ("a: b\n---\nc: d\n", "2:1"),
        ("x: é\na: é\x07\n", "2:5"),
        ("a: \x00", "1:4"),
        ("a: *b", "1:4"),
        ("a: &b [*b]\n", "1:8"),
        ("[a]: b\n", "1:1"),
        ("? {a: b}\n: c\n", "1:3"),
    ],
)
def test_broken_syntax_is_told_with_its_place(text: str, place: str) -> None:
    assert trouble(text) == f"{place} yaml-syntax"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:\n\tb: c\n", "indent with spaces: YAML allows no tabs there"),
        ("a: |\n\tb\n", "indent with spaces: YAML allows no tabs there"),
        ("a: b: c\n", 'if a text holds ": ", quote it; else indent this line like its neighbours'),
        ("a: `b`\n", "quote the text"),
        ("a: 'b\n", "while scanning a quoted scalar that begins here"),
        ("a: [b\nc: d\n", "while parsing a flow sequence that begins in line 1"),
    ],
)
def test_broken_syntax_comes_with_a_hint(text: str, hint: str) -> None:
    assert only(text).hint == hint


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!!python/name:os.system",
        "!!python/object/new:os.system",
        "!!binary",
        "!!set",
        "!!omap",
        "!include",
        "!<tag:example.org,2024:x>",
    ],
)
@pytest.mark.parametrize("value", ["x", "[x]", "{x: y}"])
def test_tags_that_ask_for_more_than_plain_values_are_refused(tag: str, value: str) -> None:
    assert trouble(f"b: c\na: {tag} {value}\n") == "2:4 yaml-syntax"


def test_key_that_stands_twice_is_refused_and_the_first_value_kept() -> None:
    node, problems = compose("a: 1\nb: {c: 1, c: 2, c: 3}\na: 2\n", "f.yaml")
    assert plain(node) == {"a": "1", "b": {"c": "1"}}
    assert [(str(problem.place), problem.rule) for problem in problems] == [
        ("f.yaml:2:11", "yaml-syntax"),
        ("f.yaml:2:17", "yaml-syntax"),
        ("f.yaml:3:1", "yaml-syntax"),
    ]
    assert problems[2].hint == "it stands first in line 1; rename or remove one of them"


@pytest.mark.parametrize("room", ["claims", "notes", "sources"])
def test_id_that_stands_twice_is_a_duplicate_id(room: str) -> None:
    assert trouble(f"{room}:\n  a: {{}}\n  a: {{}}\n") == "3:3 id-duplicate"
    assert trouble(f"{room}:\n  a: {{b: c, b: d}}\n") == "2:13 yaml-syntax"


def test_aliases_serve_honest_reuse() -> None:
    assert read("a: &x {b: [c, d]}\ne: *x\nf: *x\n") == {
        "a": {"b": ["c", "d"]},
        "e": {"b": ["c", "d"]},
        "f": {"b": ["c", "d"]},
    }


def test_aliases_that_expand_without_end_are_refused() -> None:
    laughs = "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    problem = only("a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + laughs)
    assert problem.message == f"aliases expand to more than {LARGEST_EXPANSION} values"
    assert problem.place.line == 4


def test_expansion_is_counted_to_the_last_value() -> None:
    # An alias of a list of nine counts ten values: the list itself and what it holds.
    text = "a: &a [x, x, x, x, x, x, x, x, x]\nb:\n" + "  - *a\n" * (LARGEST_EXPANSION // 10)
    assert compose(text, "f.yaml")[1] == ()
    assert trouble(text + "  - *a\n") == f"{LARGEST_EXPANSION // 10 + 3}:5 yaml-syntax"


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_deep_nesting_is_refused(brackets: str) -> None:
    opening = "[" if brackets == "[]" else "{a: "
    closing = brackets[1]
    assert compose(opening * DEEPEST + closing * DEEPEST, "f.yaml")[1] == ()
    assert only(opening * (DEEPEST + 1) + closing * (DEEPEST + 1)).rule == "yaml-syntax"
    assert only(opening * 100_000).rule == "yaml-syntax"


YAML = st.lists(
    st.sampled_from(
        [
            *"abé:-?[]{},&*!|>'\"%@`#~ \t\n\x00\x07\x85\u2028😀",
            "a: ",
            "- ",
            "  ",
            "\n  ",
            "---\n",
            "...\n",
            "!!",
            "<<: ",
            "&a ",
            "*a",
            "? ",
            "\\u",
            "\\x",
        ]
    ),
    max_size=30,
).map("".join)


@given(YAML | st.text(max_size=40))
@example("\r\t0")
@settings(max_examples=3000, deadline=None)
def test_any_text_is_nodes_or_problems_with_places_in_it(text: str) -> None:
    node, problems = compose(text, "f.yaml")
    lines = text.split("\n")
    for problem in problems:
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
    assert problems or node is None or isinstance(node, (Scalar, Sequence, Mapping))
