"""Folding and its way back."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.judging.folding import HYPHEN_OR_NOT, SPACE_OR_NOT, fold
from sitegen.judging.folding_search import SearchText, reads_as

SPECIAL = (
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u00a0\u202f\u2009\u2007\u2028\u2029\n\r\t -‐‑–—−'‘’\"“”„…ﬁﬃﬅ"
    "aeAE5.,%<>é\u0301\u0323\u0338\u1100\u1161\u11a8한北のб\u202e½²"
)
TEXTS = st.text(st.sampled_from(SPECIAL) | st.characters(exclude_categories=["Cs"]), max_size=40)
HARD = settings(deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("plain ASCII text.", "plain ASCII text."),
        ("“a” ‘b’ „c‟ ‚d‛", "\"a\" 'b' \"c\" 'd'"),
        ("«a» ‹b› `c´", "«a» ‹b› `c´"),
        ("a‐b‑c‒d–e—f―g−h", "a-b-c-d-e-f-g-h"),
        ("a--b c --- d", "a-b c - d"),
        ("--5 a --b x-- 3--4", "--5 a --b x-- 3--4"),
        ("a\u00a0b\u202fc\u2009\u2009d\r\n\te\u2028f", "a b c d e f"),
        (" a ", " a "),
        ("ex\u00adam\u200bple\ufeff\u2060", "example"),
        ("exam\u00ad\n  ple", "example"),
        ("exam-\nple", f"exam{HYPHEN_OR_NOT}ple"),
        ("Kiel-\nNord 19-\n20 90–\n91", f"Kiel-{SPACE_OR_NOT}Nord 19-{SPACE_OR_NOT}20 90-{SPACE_OR_NOT}91"),
        ("a -\nb", "a - b"),
        ("e\u0301 n\u0303 \u212b \u1112\u1161\u11ab", "é ñ Å 한"),
        ("e\u00ad\u0301", "é"),
        ("ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ", "ff fi fl ffi ffl st st"),
        ("wait… what", "wait... what"),
        ("10² ½ ₂ ５ ℃ № ™ Ⅳ ſ", "10² ½ ₂ ５ ℃ № ™ Ⅳ ſ"),
        ("5′ 6″", "5' 6\""),
        ("\u202e21", "\u202e21"),
        ("می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"),
        ("Auf\u200clage", "Auflage"),
        ("北朝\n鲜", f"北朝{SPACE_OR_NOT}鲜"),
        ("a \u200b\u00a0 b", "a b"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_ascii_without_specials_is_not_touched() -> None:
    text = "An ordinary sentence, with 1.5 million signs - and so on."
    assert fold(text).text is text
    assert fold(text).layers == ()


@pytest.mark.parametrize(
    ("text", "start", "end", "original"),
    [
        ("the ﬁrst", 4, 9, "ﬁrst"),
        ("the ﬁrst", 5, 9, "ﬁrst"),
        ("a  cafe\u0301 ", 2, 6, "cafe\u0301"),
        ("an exam\u00adple", 3, 10, "exam\u00adple"),
        ("an exam-\n ple x", 3, 11, "exam-\n ple"),
        ("\ufeff\ufeffa", 0, 1, "a"),
        ("a\u200b", 0, 1, "a"),
        ("a … b", 2, 5, "…"),
    ],
)
def test_spans_map_back(text: str, start: int, end: int, original: str) -> None:
    assert text[slice(*fold(text).original(start, end))] == original


@given(TEXTS)
@HARD
def test_map_covers_each_code_point_in_order(text: str) -> None:
    folded = fold(text)
    ranges = [folded.range_of(i) for i in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    # Neighbours share a range (a ligature) or follow one another: nothing overlaps, nothing goes back.
    assert all(one == two or one[1] <= two[0] for one, two in pairwise(ranges))


@given(TEXTS)
@HARD
def test_what_a_range_stands_for_folds_to_it(text: str) -> None:
    folded = fold(text)
    for index, char in enumerate(folded.text):
        if char not in HYPHEN_OR_NOT + SPACE_OR_NOT:
            assert char in fold(text[slice(*folded.range_of(index))]).text + "-"


@given(TEXTS)
@HARD
def test_figures_and_signs_are_kept(text: str) -> None:
    def kept(some: str) -> list[str]:
        return [char for char in some if char.isnumeric() or char in "<>=≤≥≠%‰$€£+±"]

    plain = "".join(char for char in text if unicodedata.category(char) != "Cf")
    assert kept(fold(plain).text) == kept(unicodedata.normalize("NFC", plain))


@given(TEXTS)
@HARD
def test_composed_and_decomposed_are_one(text: str) -> None:
    # A removed character between a letter and its mark keeps the two apart until it is removed.
    plain = "".join(char for char in text if unicodedata.category(char) != "Cf")
    decomposed = unicodedata.normalize("NFD", plain)
    assert reads_as(fold(plain).text, fold(decomposed).text)


@given(TEXTS)
@HARD
def test_a_text_is_found_in_itself(text: str) -> None:
    if fold(text).text.strip():
        assert list(SearchText(text).variants(text))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("exam-\nple", "example", True),
        ("exam-\nple", "exam-ple", True),
        ("exam-\nple", "exam- ple", True),
        ("exam-\nple", "exam ple", False),
        ("exam-\nple", "exam-\nple", True),
        ("exam-\nple well-known", "example well-\nknown", True),
        ("a-\nbc-d", "a-b-\ncd", False),
        ("1990-\n2000", "1990-2000", True),
        ("1990-\n2000", "19902000", False),
        ("Kiel-\nNord", "KielNord", False),
        ("北朝\n鲜", "北朝鲜", True),
        ("北朝\n鲜", "北朝 鲜", True),
        ("北朝鲜", "北朝 鲜", False),
        ("ab", "abc", False),
        ("", "-", False),
    ],
)
def test_readings_of_line_ends(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert reads_as(fold(one).text, fold(other).text) is same
    assert reads_as(fold(other).text, fold(one).text) is same


def test_exact_search_folds_nothing() -> None:
    text = SearchText("“cat” cat")
    assert list(text.exact("cat")) == [(1, 4), (6, 9)]
    assert "folded" not in vars(text)


def test_occurrences_may_overlap() -> None:
    assert list(SearchText("aaa").exact("aa")) == [(0, 2), (1, 3)]
    assert list(SearchText("a\u00a0a\u00a0a").variants("a a")) == [(0, 3), (2, 5)]
    assert list(SearchText("abc").exact("")) == []
    assert list(SearchText("a b").variants(" ")) == []
