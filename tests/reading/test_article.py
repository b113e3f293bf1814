"""Front matter and body: where the one ends and the other begins, whatever the file looks like."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.model.places import Place
from sitegen.reading.article import Manuscript, read_manuscript


def read(content: str | bytes) -> Manuscript:
    manuscript, problems = read_manuscript(
        content if isinstance(content, bytes) else content.encode(), "a.md", "a"
    )
    assert problems == ()
    return manuscript


@pytest.mark.parametrize(
    ("content", "title", "body", "body_line"),
    [
        ("", "", "", 1),
        ("# Tides\n", "", "# Tides\n", 1),
        ("---\ntitle: Tides\n---\nThe moon.\n", "Tides", "The moon.\n", 4),
        ("---\ntitle: Tides\n---\n", "Tides", "", 4),
        ("---\ntitle: Tides\n---", "Tides", "", 4),
        ("---\ntitle: Tides\n...\nThe moon.\n", "Tides", "The moon.\n", 4),
        ("---  \ntitle: Tides\n--- \nThe moon.\n", "Tides", "The moon.\n", 4),
        ("---\n---\nThe moon.\n", "", "The moon.\n", 3),
        ("---\n\n# nothing\n---\nThe moon.\n", "", "The moon.\n", 5),
        ("---\ntitle: Tides\n---\n\n---\n\nx\n---\n", "Tides", "\n---\n\nx\n---\n", 4),
        ("\n---\ntitle: Tides\n---\n", "", "\n---\ntitle: Tides\n---\n", 1),
        ("----\n", "", "----\n", 1),
        ("\ufeff---\ntitle: Tides\n---\nThe moon.\n", "Tides", "The moon.\n", 4),
        ("---\r\ntitle: Tides\r\n---\r\nThe moon.\r\nThe sun.\r\n", "Tides", "The moon.\nThe sun.\n", 4),
        ("---\rtitle: Tides\r---\rThe moon.\r", "Tides", "The moon.\n", 4),
        ("---\ntitle: |\n  ---\n  x\n---\nThe moon.\n", "---\nx", "The moon.\n", 6),
    ],
)
def test_front_matter_is_split_from_the_body(content: str, title: str, body: str, body_line: int) -> None:
    manuscript = read(content)
    assert (manuscript.front.title, manuscript.body, manuscript.body_line) == (title, body, body_line)


@pytest.mark.parametrize(
    "content", ["---", "---\n", "---\ntitle: Tides\n", "---\ntitle: Tides\n ---\n", "\ufeff---\r\ntitle: a"]
)
def test_front_matter_that_is_not_closed_is_told(content: str) -> None:
    manuscript, (problem,) = read_manuscript(content.encode(), "a.md", "a")
    assert manuscript.front.title == ""
    assert (problem.rule, problem.place, problem.article) == ("yaml-syntax", Place("a.md", 1, 1, 1, 4), "a")
    assert "not closed" in problem.message


def test_places_in_the_front_matter_are_those_of_the_file() -> None:
    text = "---\ntitle: Tides\ndate: someday\ntagz: [a]\n---\nThe moon.\n"
    manuscript, problems = read_manuscript(text.encode(), "a.md", "a")
    assert [(str(problem.place), problem.rule, problem.article) for problem in problems] == [
        ("a.md:3:7", "field-type", "a"),
        ("a.md:4:1", "field-unknown", "a"),
    ]
    assert manuscript.front.title == "Tides", "what can be read is read"
    _, (problem,) = read_manuscript(b"---\ntitle: Tides\n\tdate: x\n---\n", "a.md", "a")
    assert (problem.rule, problem.place.line) == ("yaml-syntax", 3)


def test_tabs_in_the_front_matter_come_with_a_hint() -> None:
    _, (problem,) = read_manuscript(b"---\nauthors:\n\t- Ann\n---\n", "a.md", "a")
    assert problem.hint == "indent with spaces: YAML allows no tabs there"


def test_front_matter_is_told_by_its_name_where_it_is_no_mapping() -> None:
    _, (problem,) = read_manuscript(b"---\njust words\n---\n", "a.md", "a")
    assert problem.message == "front matter must be a mapping, with a line for each field"
    assert problem.place.line == 2


def test_all_fields() -> None:
    front = read(
        "---\ntitle: Tides\nsummary: Twice a day\ndate: 2024-05-01\nupdated: '2024-05-02'\nauthors: [Ann, {name: Ben, url: https://b.org}]\n"
        "tags: [sea, 2024, no]\ndraft: yes\nslug: high-water\naliases: /tide/\nimage: a.png\nimage_alt: A beach\nlanguage: de\n"
        "subject: almanac\ntemplate: essay.html\nweight: -3\nsearch: no\n---\n"
    ).front
    assert (front.date, front.updated) == (dt.date(2024, 5, 1), dt.date(2024, 5, 2))
    assert [person.name for person in front.authors] == ["Ann", "Ben"]
    assert front.tags == ("sea", "2024", "no")
    assert (front.draft, front.search, front.weight) == (True, False, -3)
    assert (front.slug, front.aliases) == ("high-water", ("/tide/",))


@pytest.mark.parametrize(
    "slug", ["high-water", "hoch–wasser".replace("–", "-"), "été", "2024", "a.b", "a_b", "/tides/", "''"]
)
def test_slug_is_one_part_of_an_address(slug: str) -> None:
    assert read(f"---\nslug: {slug}\n---\n").front.slug == slug.strip("'")


@pytest.mark.parametrize(
    "slug", ["../x", "a/b", "..", ".", ".hidden", "what?", "a b", "a#b", "100%", "-a", "//", '"a\\nb"']
)
def test_slug_that_is_none_is_refused_and_leads_nowhere(slug: str) -> None:
    manuscript, (problem,) = read_manuscript(f"---\ntitle: a\nslug: {slug}\n---\n".encode(), "a.md", "a")
    assert manuscript.front.slug == ""
    assert (problem.rule, problem.place.line, problem.place.column) == ("field-type", 3, 7)


@given(
    st.lists(
        st.sampled_from(["---", "...", "\n", "\r\n", "\r", "title: a", "x", " ", "\t", "\ufeff", "- "]),
        max_size=12,
    ).map("".join)
)
def test_no_word_of_the_body_is_lost(content: str) -> None:
    manuscript, _ = read_manuscript(content.encode(), "a.md", "a")
    text = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert text.endswith(manuscript.body)
    before = text.removesuffix(manuscript.body) if manuscript.body else text
    assert before.count("\n") + 1 in {manuscript.body_line, manuscript.body_line - 1}
