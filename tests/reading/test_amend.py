"""Amending changes the value that was named, and no other byte of the file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.model.places import Span
from sitegen.reading.amend import Amendment, amend
from sitegen.reading.nodes import Mapping, Node, Scalar, compose
from sitegen.reading.records import read_sidecar

SIDECAR = """\
# A comment that stays.
claims:
  one:   # and this
    anchor: the old words
    verdict: supported   # here too
  two:
    verdict: refuted
    anchor: {quote: "quoted, old", prefix: before}
  five:
    anchor:
      quote: the old quote
      prefix: before that
    verdict: opinion
  six:
    verdict: opinion
    anchor:
      the old words that
      go on
  seven: {anchor: old flow words, verdict: opinion}
  eight:
    anchor: |
      literal old
    verdict: opinion
notes:
  three: {anchor: 'it''s old', note: "kept"}
  four:
    anchor: >-
      folded old
      words
    note: kept
"""


def span_of(text: str, words: str) -> Span:
    """The span of the scalar that reads as `words`."""
    node, _ = compose(text.removeprefix("\ufeff").replace("\r\n", "\n"), "")
    return next(scalar.span for scalar in scalars(node) if scalar.text == words)


def scalars(node: Node | None) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, Mapping):
        return [scalar for _, value in node.pairs for scalar in scalars(value)]
    return [scalar for item in node.items for scalar in scalars(item)] if node is not None else []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("the old words", "the new words", "anchor: the new words\n"),
        ("the old words", "new: words", 'anchor: "new: words"\n'),
        ("the old words", "with, a comma", "anchor: with, a comma\n"),
        ("quoted, old", 'new "words"', r'anchor: {quote: "new \"words\"", prefix: before}'),
        ("it's old", "it's new", "anchor: 'it''s new', note"),
        ("folded old words", "all new", 'anchor: "all new"\n    note: kept'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_one_value_is_replaced(old: str, new: str, expected: str, newline: str, mark: str) -> None:
    text = mark + SIDECAR.replace("\n", newline)
    after = amend(text, (Amendment(span_of(text, old), new),))
    assert expected.replace("\n", newline) in after
    assert after.count(newline) in {text.count(newline), text.count(newline) - 2}
    node, problems = compose(after.removeprefix("\ufeff").replace("\r\n", "\n"), "")
    assert not problems
    read = [scalar.text.strip() for scalar in scalars(node)]
    before, _ = compose(SIDECAR, "")
    assert read == [new if scalar.text == old else scalar.text.strip() for scalar in scalars(before)]


@pytest.mark.parametrize("claim", ["one", "two", "five", "six", "seven", "eight"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_field_is_added_beside_another(claim: str, newline: str) -> None:
    text = SIDECAR.replace("\n", newline)
    sidecar, _ = read_sidecar(text.encode(), "x.yaml", "x")
    entry = next(entry for entry in sidecar.claims if entry.id == claim)
    words = entry.anchor.quote.replace("old", "new").strip()
    after = amend(
        text,
        (
            Amendment(entry.anchor.at.spans["quote"], words),
            Amendment(entry.at.spans["anchor"], "12 % became 1.2 %", key="recheck"),
        ),
    )
    again, problems = read_sidecar(after.encode(), "x.yaml", "x")
    assert not problems
    for old, new in zip(sidecar.claims, again.claims, strict=True):
        changed = old.id == claim
        assert new.recheck == ("12 % became 1.2 %" if changed else "")
        assert new.anchor.quote == (words if changed else old.anchor.quote)
        assert (new.anchor.prefix, new.verdict) == (old.anchor.prefix, old.verdict)
    assert after.count('recheck: "12 % became 1.2 %"') == 1
    assert "# A comment that stays." in after


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["the old words", "quoted, old", "it's old", "folded old words"]),
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")),
        min_size=1,
        max_size=30,
    ),
)
def test_any_words_can_be_written_into_any_style(old: str, new: str) -> None:
    new = new.strip() or "x"
    after = amend(SIDECAR, (Amendment(span_of(SIDECAR, old), new),))
    node, problems = compose(after, "")
    assert not problems
    assert new in [scalar.text for scalar in scalars(node)]
    assert "# A comment that stays." in after
    assert "verdict: supported   # here too" in after
