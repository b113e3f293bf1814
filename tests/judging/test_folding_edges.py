"""Edges that words and figures may be cut at: the common cases are decided early, and as all others are."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.judging import folding_edges
from sitegen.judging.folding_edges import begins_clean, ends_clean

PIECES = (
    "a", "Z", "word", "U", "U.", "S.", "5", "19", "five", "twenty", "million", "per cent", "two", "km", "can", "AA", "USD",
    "minus", "non", " ", "\n", "  ", "-", "‐", "–", "'", "’", ".", ",", ";", ":", "!", "?", ")", "(", '"', "”", "%", "€", "$",
    "+", "/", ">", "<", "=", "\u00ad", "\u200b", "\u00a0", "\u0301", "é", "年", "不", "ない", "\ue000", "\r", "\t",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=14)


@contextmanager
def without_short_cuts() -> Iterator[None]:
    with (
        patch.object(folding_edges, "_begins_plainly", return_value=False),
        patch.object(folding_edges, "_ends_plainly", return_value=False),
    ):
        yield


@given(TEXTS, st.data(), st.sampled_from((1, 2)))
@settings(deadline=None, max_examples=600)
def test_short_cuts_change_nothing(pieces: list[str], data: st.DataObject, measures: int) -> None:
    text = "".join(pieces)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    short = begins_clean(text, start, end, measures=measures), ends_clean(text, start, end, measures=measures)
    with without_short_cuts():
        full = (
            begins_clean(text, start, end, measures=measures),
            ends_clean(text, start, end, measures=measures),
        )
    assert short == full
