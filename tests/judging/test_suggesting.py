"""Suggested evidence: which sentence comes first, and what never comes."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.judging.suggesting import Passages

COPIES = (
    (
        "dia",
        "DIA analysts confirm the debris found in Kharkiv.\nThe debris was shown\nto reporters in Washington.",
    ),
    (
        "un",
        "The Panel saw the debris. The missile fell on 2 January 2024. Some 1,200 shells were counted in all.",
    ),
    ("port", "Mooring dues were raised by 12 per cent. The harbour at Kharkiv is a river port, and small."),
)
PASSAGES = Passages(dict(COPIES))


@pytest.mark.parametrize(
    ("statement", "source", "beginning"),
    [
        ("Analysts confirmed that debris was found in Kharkiv", "dia", "DIA analysts"),
        ("It fell on 2 January 2024", "un", "The missile fell"),
        ("Twelve hundred shells were counted", "un", "Some 1,200"),
        ("dues rose 12%", "port", "Mooring dues"),
        ("reporters in Washington saw it", "dia", "The debris was shown"),
    ],
)
def test_best_passage(statement: str, source: str, beginning: str) -> None:
    first, *_ = PASSAGES.best(statement, 3)
    assert first.source == source
    assert first.passage.startswith(beginning)


def test_figures_and_names_weigh_more() -> None:
    passages = Passages(
        {
            "a": "The levy on boats was raised again by the town.",
            "b": "In Whitby they raised it to 45 pounds.",
        }
    )
    assert passages.best("The levy in Whitby was raised to 45", 1)[0].source == "b"


def test_nothing_in_common_suggests_nothing() -> None:
    assert PASSAGES.best("zebras", 5) == ()
    assert PASSAGES.best("of the and", 5) == ()
    assert PASSAGES.best("", 5) == ()
    assert Passages({}).best("debris", 5) == ()


def test_no_more_than_was_asked_for_and_best_first() -> None:
    found = PASSAGES.best("debris missile Kharkiv harbour", 3)
    assert len(found) == 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_statement_can_be_asked_and_passages_are_the_copys_own(statement: str) -> None:
    texts = dict(COPIES)
    for one in PASSAGES.best(statement, 3):
        assert texts[one.source][one.start : one.end] == one.passage
        assert one.score > 0


LINES = st.sampled_from([line for _, text in COPIES for line in text.split(". ")])
LIBRARY = st.dictionaries(
    st.sampled_from("abcd"), st.lists(LINES, max_size=4).map(lambda lines: ". ".join(lines) + ".")
)


@given(st.lists(st.tuples(LIBRARY, LIBRARY), min_size=1, max_size=4))
@settings(deadline=None, max_examples=40)
def test_what_is_found_does_not_depend_on_what_was_kept(
    states: list[tuple[dict[str, str], dict[str, str]]],
) -> None:
    """Copies come, go and change between runs; articles have sources of their own."""
    base = sqlite3.connect(":memory:")
    for copies, own in states:
        kept = Passages(copies, {"article": own}, base=base, digests=copies)
        fresh = Passages(copies, {"article": own})
        for statement in ("debris in Kharkiv", "1,200 shells", "dues raised by 12 per cent", "missile"):
            for article in ("article", ""):
                assert kept.best(statement, 2, article) == fresh.best(statement, 2, article)
        base.rollback()


def test_only_new_and_changed_copies_are_read() -> None:
    base, asked = sqlite3.connect(":memory:"), []

    class Texts(dict[str, str]):
        def __getitem__(self, source: str) -> str:
            asked.append(source)
            return super().__getitem__(source)

    for texts in (
        dict(COPIES),
        {**dict(COPIES), "un": "The Panel saw more of the debris.", "new": "Nothing."},
        {},
    ):
        Passages(Texts(texts), base=base, digests=texts)
    assert asked == ["dia", "un", "port", "un", "new"]
    assert base.execute("SELECT count(*) FROM held").fetchone() == (0,)
    assert base.execute("SELECT count(*) FROM copies").fetchone() == (0,)
