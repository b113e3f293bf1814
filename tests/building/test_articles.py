"""What an article's entry counts is counted once, and as a counter would."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sitegen.building.articles import _counted, _looked_for
from sitegen.model.findings import UNCHECKABLE

STATES = st.lists(
    st.sampled_from(("exact", "folded", "near", "absent", "unreadable", "unarchived", "unquoted")),
    max_size=12,
)


@given(STATES)
def test_words_are_counted_in_their_order(words: list[str]) -> None:
    counted = _counted(words)
    assert list(counted.items()) == sorted(Counter(words).items())


@given(STATES)
def test_quotations_are_counted_by_what_became_of_them(states: list[str]) -> None:
    counts = Counter(states)
    found = counts["exact"] + counts["folded"]
    assert _looked_for(states) == (
        len(states) - counts["unquoted"],
        found,
        sum(counts[state] for state in UNCHECKABLE),
    )
