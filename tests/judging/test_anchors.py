"""Where anchors stand."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sitegen.judging.anchors import CONTEXT, Searchable, find_anchor
from sitegen.model.findings import Anchoring, CanonicalText
from sitegen.model.records import Anchor

HARD = settings(deadline=None, max_examples=150)
VOCABULARY = "tides rise fall moon café naïve “sea” don’t well-known 12 1.2 % −5 the a of and not"
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=40)


def find(quote: str, text: str, *, prefix: str = "", suffix: str = "", block: str = "") -> Anchoring:
    anchor = Anchor(quote=quote, prefix=prefix, suffix=suffix, block=block)
    return find_anchor(anchor, CanonicalText(text, sections(text)))


def sections(text: str) -> tuple[tuple[str, int, int], ...]:
    """Lines that begin with # are headings; what follows is theirs up to the next."""
    starts = [i for i in range(len(text)) if text[i] == "#"]
    ends = [*starts, len(text)][1:]
    return tuple(
        (text[start + 1 :].split(maxsplit=1)[0], start, end) for start, end in zip(starts, ends, strict=True)
    )


@pytest.mark.parametrize(
    ("quote", "text", "state", "words"),
    [
        ("the moon", "Tides follow the moon.", "exact", "the moon"),
        (" the moon\n", "Tides follow the moon.", "exact", "the moon"),
        ("cat", "We concatenate with a cat.", "exact", "cat"),
        ("12 %", "It rose by 12 % in May.", "exact", "12 %"),
        ("2000", "In 1990–2000 it fell.", "exact", "2000"),
        ("Kyiv", "Kyiv-based", "exact", "Kyiv"),
        ("Russia", "Russia’s army", "exact", "Russia"),
        ("5", "rose by 5% in May", "exact", "5"),
        ("月亮", "潮汐随月亮而动", "exact", "月亮"),
        ("don't go", "They don’t go.", "folded", "don’t go"),
        ("10-20", "pages 10–20", "folded", "10–20"),
        ("cafe\u0301 bar", "the café bar", "folded", "café bar"),
        ("first", "the ﬁrst", "folded", "ﬁrst"),
        ("end. New", "The end.\nNew block", "folded", "end.\nNew"),
        ("two  spaces", "here two spaces", "folded", "two spaces"),
        ("wait...", "wait… now", "folded", "wait…"),
        ("-5 °C", "at −5 °C", "folded", "−5 °C"),
        ("catenate", "We concatenate it.", "drifted", "concatenate"),
        ("2 %", "It rose by 12 % in May.", "drifted", "12 %"),
        ("12 %", "It rose by 1.2 % in May.", "drifted", "1.2 %"),
        ("rose by 12 %", "It rose by 1.2 % in May.", "drifted", "rose by 1.2 %"),
        ("was guilty", "He was not guilty.", "drifted", "was not guilty"),
        ("it is 5 degrees", "There it is -5 degrees", "drifted", "it is -5 degrees"),
        ("The Moon", "Tides follow the moon.", "drifted", "the moon"),
        ("can go", "They can't go", "drifted", "can't go"),
        ("zebra crossing", "Tides follow the moon.", "lost", None),
        ("tides", "", "lost", None),
        ("", "Tides follow the moon.", "lost", None),
        ("…", "Tides", "lost", None),
    ],
)
def test_state_and_words(quote: str, text: str, state: str, words: str | None) -> None:
    found = find(quote, text)
    assert (found.state, found.exact) == (state, words)
    if words is not None:
        assert text[found.start : found.end] == words


def test_context_is_the_articles_own() -> None:
    text = "x" * 50 + " the moon " + "y" * 50
    found = find("the moon", text)
    assert found.prefix == "x" * (CONTEXT - 1) + " "
    assert found.suffix == " " + "y" * (CONTEXT - 1)


TWICE = "#one Tides rise.\nThe tides fall daily.\n#two Tides rise again, the “tides” fall."


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ({"suffix": "."}, TWICE.index("Tides")),
        ({"suffix": " again,"}, TWICE.rindex("Tides")),
        ({"prefix": "#two"}, TWICE.rindex("Tides")),
        ({"prefix": "daily.\n#two "}, TWICE.rindex("Tides")),
        ({"prefix": "daily.   #two"}, TWICE.rindex("Tides")),
        ({"block": "one"}, TWICE.index("Tides")),
        ({"block": "two"}, TWICE.rindex("Tides")),
        ({"block": "two", "suffix": "again"}, TWICE.rindex("Tides")),
    ],
)
def test_equal_passages_are_told_apart(options: dict[str, str], start: int) -> None:
    found = find("Tides rise", TWICE, **options)
    assert (found.state, found.start) == ("exact", start)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"prefix": "nothing of the sort"},
        {"suffix": "again."},
        {"prefix": "#", "suffix": ""},
        {"block": "three"},
        {"block": "one", "suffix": "again"},
    ],
)
def test_what_is_not_told_apart_is_ambiguous(options: dict[str, str]) -> None:
    found = find("Tides rise", TWICE, **options)
    assert found == Anchoring(
        "ambiguous", places=((5, 15), (TWICE.rindex("Tides"), TWICE.rindex("Tides") + 10))
    )
    assert not found.placed


def test_unique_exact_match_is_taken_wherever_it_stands() -> None:
    assert find("fall daily", TWICE, prefix="wrong", suffix="wrong", block="two").state == "exact"
    # A folded twin elsewhere does not make it ambiguous.
    assert find("“tides”", 'The "tides" and the “tides”').start == 20


def test_context_is_compared_folded() -> None:
    text = "He said: “tides”. She said: ‘no’ tides."
    assert find("tides", text, prefix='said: "').start == 10
    assert find("tides", text, prefix="'no'").start == 33


def test_folded_matches_are_told_apart_too() -> None:
    text = "#one I don’t. \n#two I don’t know."
    assert find("don't", text).state == "ambiguous"
    assert find("don't", text, block="two").state == "folded"
    assert find("don't", text, suffix="know").start == text.rindex("don")


def test_proposal_gives_score_and_runner_up() -> None:
    found = find("rose by 13 %", "It rose by 12 % in May. It rose by 1.2 % in June.")
    assert found.state == "drifted"
    assert found.score is not None
    assert found.runner_up is not None
    assert 0.7 <= found.runner_up.score <= found.score < 1
    assert not found.placed


def test_proposal_prefers_the_block_named() -> None:
    text = "#one It rose by 12 % in May.\n#two It rose by 1.2 % in June."
    found = find("rose by 13 %", text, block="two")
    assert found.exact == "rose by 1.2 %"
    assert found.runner_up is not None


def test_article_is_not_folded_for_exact_anchors() -> None:
    text = Searchable(CanonicalText("The “moon” rises."))
    assert find_anchor(Anchor(quote="moon"), text).state == "exact"
    assert "folded" not in vars(text)
    assert find_anchor(Anchor(quote='"moon"'), text).state == "folded"


@given(WORDS, st.data())
@HARD
def test_words_of_an_article_are_found_in_it(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    quote = " ".join(words[first:last])
    start = len(" ".join([*words[:first], ""]))
    found = find(quote, text)
    assert found.state in {"exact", "ambiguous"}
    if found.state == "exact":
        assert (found.start, found.end) == (start, start + len(quote))
    else:
        assert (start, start + len(quote)) in found.places


TYPED = str.maketrans("“”’−", '""\'-')


@given(WORDS, st.data())
@HARD
def test_typed_variants_are_never_lost(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words).replace(" ", "\u00a0", 1)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    found = find(" ".join(words[first:last]).translate(TYPED), text)
    assert found.state in {"exact", "folded", "ambiguous"}
    if found.start is not None:
        assert text[found.start : found.end] == found.exact


@given(WORDS, st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=3))
@HARD
def test_placed_where_the_words_stand_once(words: list[str], quote: list[str]) -> None:
    found = find(" ".join(quote), " ".join(words))
    occurrences = sum(words[at : at + len(quote)] == quote for at in range(len(words)))
    assert found.placed == (occurrences == 1)
    assert (found.state == "ambiguous") == (occurrences > 1)
    assert not found.placed or found.exact == " ".join(quote)


@given(WORDS, st.integers(0, 5))
@HARD
def test_ambiguous_is_never_placed(words: list[str], between: int) -> None:
    quote = " ".join(words)
    text = f"{quote} {'stone ' * between}{quote}"
    found = find(quote, text)
    assert found.state == "ambiguous"
    assert len(found.places) >= 2
    assert all(text[start:end] == quote for start, end in found.places)


@given(WORDS)
@HARD
def test_changed_words_are_never_placed(words: list[str]) -> None:
    assume(any(word[0].isalpha() for word in words))
    at = next(i for i, word in enumerate(words) if word[0].isalpha())
    changed = [*words[:at], "stones", *words[at + 1 :]]
    assert not find(" ".join(words), " ".join(changed)).placed


def test_long_article_stays_near_linear() -> None:
    # No timing: a search that compares the anchor with every place would not end within the test's patience.
    text = " ".join(f"word{i} of the sea" for i in range(20_000))
    assert find("word19999 of a sea", text).exact == "word19999 of the sea"
