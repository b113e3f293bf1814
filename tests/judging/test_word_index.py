"""The index of a long text's words finds just what reading it from end to end does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.judging import folding_words
from sitegen.judging.folding_search import SearchText
from sitegen.judging.folding_words import IndexedText, WordIndex, occurrences

TEXTS = st.text("abé_ .,\n-", max_size=60).map(lambda text: text.replace("a", "aabab").replace("b", "ba"))


@given(TEXTS, st.integers(0, 200), st.integers(1, 60))
@settings(deadline=None, max_examples=1_000)
def test_index_finds_what_a_search_finds(text: str, start: int, length: int) -> None:
    needle = text[start % (len(text) or 1) :][:length]
    found = WordIndex(text).occurrences(needle)
    if needle and found is not None:
        assert list(found) == list(occurrences(needle, text))


@pytest.mark.parametrize("indexed", ["read", "indexed"])
@given(text=TEXTS, start=st.integers(0, 200), length=st.integers(1, 12), most=st.integers(0, 5))
@settings(deadline=None, max_examples=500)
def test_places_are_those_that_reading_finds(
    indexed: str, text: str, start: int, length: int, most: int
) -> None:
    needle = text[start % (len(text) or 1) :][:length] or "a"
    search = IndexedText(text)
    if indexed == "indexed":
        search._index = WordIndex(text)  # noqa: SLF001 - as if many had been looked for before
    read: list[int] = []
    at = text.find(needle)
    while at >= 0:
        read.append(at)
        at = text.find(needle, at + len(needle))
    assert search.places(needle, most) == (read if len(read) <= most else [])


def test_many_searches_of_a_long_text_are_made_with_an_index() -> None:
    text = "".join(f"Sentence number {at} speaks of harbours. " for at in range(folding_words._LONG // 30))  # noqa: SLF001
    search = SearchText(text)
    for at in range(150):
        words = f"number {at * 7} speaks of"
        begin = text.index(words)
        assert list(search.exact(words)) == [(begin, begin + len(words))]
        assert list(search.variants(f"number {at * 7}  speaks\u00a0of")) == [(begin, begin + len(words))]
        assert list(search.exact(f"number {at * 7} speaks not of")) == []
