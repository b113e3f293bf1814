"""YAML as most people write it is read without the parser: never otherwise than by the parser."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sitegen.reading.nodes import compose, parse_events
from sitegen.reading.plain_yaml import read_plain
from sitegen.reading.text import decode

ROOT = Path(__file__).parents[2]
EXAMPLES = 800
KEYS = ("a", "claims", "note", "in-2", "é", "2024-05-29", "no", "on", "x.y_z")
WORDS = (
    "b",
    "two words",
    "2024-05-29",
    "a:b",
    "b#c",
    "~",
    "…😀",
    "https://example.org/a?b=c#d",
    "b ",
    "'q'",
    '"a: b #c"',
    "x" * 1100,
)
FLOWS = (
    "{}",
    "[]",
    "{a: b}",
    "{on: 2024-01-02, by: some body}",
    "{a: b,  c: d}",
    "[a, b]",
    "[a b, 2.5, é]",
    "[a.]",
    "[a ,b]",
    "{ a: b }",
)
ODD = (
    "-1", "- b", "a: b", "a:", "b #c", "#c", "'it''s'", '"a\\n"', "'", "''", "'a' 'b'", "'a' #b", "*a", "&a b", "!!str b", "? b", "%b", "@b",
    "`b`", "\u00a0", "\u2028", "\x85", "\t", "\ufeff", " b", "=", "<<", "--- b", "...", ",", "[", "}", "a, b", "a]b", ": ", ":", "", "\n", "  ",
    "{a: b }", "{a: b,}", "{a: b, a: c}", "{a: b,c: d}", "{a: }", "{a}", "{a: b: c}", "{a: 'b'}", "{a: [b]}", "{a: b", "{a: b}}", "{a: b} # c",
    "[a: b]", "[a,]", "[a b ]", "[- a]", "[a-]", "[a]]", "{a: b]", "[a, {b: c}]", "[a #b]", "{a: -1}", "{a: 1:2}", "|+", "|2", "| # c", "\n- ",
)  # fmt: skip
LINES_OF_TEXTS = ("b", "c d", "h: i", "- g", "a:", "b", " e", "", "# f", "  ", "...")


def indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line if line else line for line in lines]


def block_text(chance: Random) -> list[str]:
    """The head of a text and its lines, of which some may be blank, or indented further."""
    lines = chance.choices(LINES_OF_TEXTS, k=chance.randint(1, 4))
    return [chance.choice(("|", "|", ">-", "|-", ">")), *indented(lines, 2)]


def value(chance: Random, depth: int) -> list[str]:
    """The lines of a value: a word, a text, or a mapping or list of values, so many deep at most."""
    kind = chance.randrange(6 if depth else 3)
    if kind < 2:
        return [chance.choice((*WORDS, *FLOWS))]
    if kind == 2:
        return block_text(chance)
    return mapping(chance, depth) if kind < 5 else list_of_values(chance, depth)


def mapping(chance: Random, depth: int) -> list[str]:
    """The lines of a mapping: a value of one line stands behind its key, one of more below it."""
    found: list[str] = []
    for key in chance.sample(KEYS, chance.randint(1, 3)):
        lines = value(chance, depth - 1)
        if lines[0][0] in "|>":
            found += [f"{key}: {lines[0]}", *lines[1:]]
        elif len(lines) > 1 or lines[0][-1] == ":" or lines[0][:2] == "- " or ": b" in lines[0]:
            flush = lines[0].startswith("- ") and chance.random() < 0.5
            found += [f"{key}:", *indented(lines, 0 if flush else 2)]
        else:
            found += [f"{key}: {lines[0]}"]
        found += chance.choice(([], [], [], [""], ["# c"], ["  # c"]))
    return found


def list_of_values(chance: Random, depth: int) -> list[str]:
    items = [value(chance, depth - 1) for _ in range(chance.randint(1, 3))]
    return [line for item in items for line in (f"- {item[0]}", *indented(item[1:], 2))]


def document(seed: int) -> str:
    """A mapping, into which something odd may have been put."""
    chance = Random(seed)  # noqa: S311 - no secret
    text = "\n".join(mapping(chance, chance.randint(1, 4))) + chance.choice(
        ("\n", "\n", "\n", "", "\n\n", " \n", "\n...\n", "\n# c", "\n b: c\n")
    )
    if chance.random() < 0.5:
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(ODD) + text[at + chance.randint(0, 3) :]
    return text


DOCUMENTS = st.integers(0, 2**32 - 1).map(document)
"""Drawn by one number each: part by part, drawing took a hundred times as long as reading."""


def assert_same(text: str, first_line: int = 1) -> None:
    plain = read_plain(text, first_line)
    if plain is not None:
        # As written out, so that a list is no mapping of the same parts.
        assert repr((plain, ())) == repr(parse_events(text, "f.yaml", first_line=first_line))


@given(DOCUMENTS, st.integers(1, 3))
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_documents_are_read_as_the_parser_reads_them(text: str, first_line: int) -> None:
    assert_same(text, first_line)


@given(
    st.lists(
        st.sampled_from([*KEYS, *WORDS, *FLOWS, *ODD, ": ", ":", "- ", "\n", "\n", "\n  ", "\n    ", " "]),
        max_size=16,
    ).map("".join)
)
@example("a: b\n  c: d\n")
@example("a: |\n  b\n\n c: d\n")
@example("a: |\n  b\n \n")
@example("a: |\n \n    b\n  c\n")
@settings(max_examples=EXAMPLES, deadline=None)
def test_pieces_are_read_as_the_parser_reads_them(text: str) -> None:
    assert_same(text)


SITES = sorted(
    path
    for folder in (
        "content",
        "seeds",
        "docs",
        "themes",
        "sitegen/themes",
        "sitegen/skeleton",
        "benchmarks",
        "tests/broken",
        "tests/contract",
    )
    for kind in ("yaml", "md")
    for path in (ROOT / folder).rglob(f"*.{kind}")
    if "node_modules" not in path.parts
)


@pytest.mark.parametrize("path", SITES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_of_the_project_are_read_as_the_parser_reads_them(path: Path) -> None:
    text = decode(path.read_bytes(), path.name)
    if isinstance(text, str):
        parts = (
            (text.split("\n---\n")[0].removeprefix("---\n"), *text.split("```")[1::2])
            if path.suffix == ".md"
            else (text,)
        )
        for part in parts:
            assert_same(part.removeprefix("yaml\n"))


@pytest.mark.parametrize(
    "text",
    [
        "a: b",
        "a: b\n\n# c\nd: e f\n",
        "claims:\n  c-1:\n    note: |\n      One.\n\n      Two.\n    evidence:\n      - source: s\n        quote: 'a: b'\n",
        "a:\n- b: c\n  d:\n- e\nf: >-\n  g\n  h\n",
        "checked: {on: 2024-01-02, by: some body}\ntags: [a b, c]\nempty: []\n",
    ],
)
def test_what_is_read_without_the_parser(text: str) -> None:
    assert read_plain(text, 1) is not None
    assert_same(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "- a\n", "a: b\na: c\n", "a: b\n  c\n", "a: {b: c, b: d}\n", "a: &b c\n", "a: *b\n", "a: !!str b\n", "a: b: c\n", "a: b # c\n",
        'a: "\\n"\n', "a:\n  b: c\n d: e\n", "a: b\x85\n", "---\na: b\n", "a: b\n...\n", "a: |+\n  b\n", "a: >\n  b\n\n  c\n", "? a\n: b\n", " a: b\n",
    ],
)  # fmt: skip
def test_what_is_left_to_the_parser(text: str) -> None:
    assert read_plain(text, 1) is None


def test_deep_nesting_is_left_to_the_parser() -> None:
    text = "".join(f"{'  ' * depth}a:\n" for depth in range(60))
    assert read_plain(text, 1) is None
    assert compose(text, "f.yaml")[1] != ()


def test_plain_documents_need_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.reading.nodes._LOADER", None)
    node, problems = compose("a:\n  - b: c\n", "f.yaml", first_line=4)
    assert problems == ()
    assert node == read_plain("a:\n  - b: c\n", 4)
