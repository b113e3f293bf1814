"""Sentences, and which of them deserve a claim."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.judging.sentences import checkable, sentence_edges, sentences


def split(text: str, *, wrapped: bool = False) -> list[str]:
    return [text[start:end] for start, end in sentences(text, wrapped=wrapped)]


@pytest.mark.parametrize(
    "text",
    [
        "One sentence.|And another.",
        "A question?|An exclamation!|The end",
        "He met Mr. Smith and Gen. Lee.|They left.",
        "The U.S. President spoke.",
        "He lives in the U.S.|The talks failed.",
        "It fell on Jan. 5 in D.C.|It rose again.",
        "J. K. Rowling wrote it.|So did J. Smith.",
        "See No. 5 and p. 4, e.g. this, i.e. that, etc. and so on.",
        "It rose by 1.5 percent.|It fell by .5 percent.",
        "He said “no.”|She left.",
        "“It is over.”|“Is it?” he said.",
        '"It is over." She left.'.replace('." S', '."|S'),
        "(It is over.)|She left.",
        "Wait... what?|Wait…|Now go.",
        "At 5 p.m. on Monday it closed.",
        "The firm, Acme Inc., lost.|It was sold.",
        "First block\n|Second block.\n|Third.",
        "1. First item.\n|2. Second item.",
        "Der Wert stieg z.B. im Mai.|Er fiel.",
        "第一句。|第二句！|第三句",
        "Visit example.org today.|Then v1.2.3 of it.",
    ],
)
def test_split(text: str) -> None:
    expected = [sentence.strip() for sentence in text.split("|")]
    whole = text.replace("|", "" if "。" in text or "\n" in text else " ")
    assert split(whole) == expected


def test_wrapped_lines_are_one_sentence() -> None:
    assert split("One sentence\nover lines. Two\n\nThree", wrapped=True) == [
        "One sentence\nover lines.",
        "Two",
        "Three",
    ]


@given(st.text(st.sampled_from('aB .!?\n”"1…。'), max_size=40), st.booleans())
@settings(deadline=None, max_examples=300)
def test_spans_hold_all_but_white_space(text: str, wrapped: bool) -> None:  # noqa: FBT001
    spans = sentences(text, wrapped=wrapped)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert "".join("".join(text[start:end] for start, end in spans).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("sentence", "reasons"),
    [
        ("It rose by 5 percent.", ("figure",)),
        ("Twelve people died.", ("figure",)),
        ("In May 2024 it fell.", ("date",)),
        ("It fell on 2 January.", ("date",)),
        ("It fell in 1998.", ("date",)),
        ("It fell on 2 January to 5 points.", ("figure", "date")),
        ("He said “we will never do it” to them.", ("quotation",)),
        ('He said "we will never do it" to them.', ("quotation",)),
        ("The so-called “experts” left.", ()),
        ("It was the largest protest there.", ("superlative",)),
        ("It is the most common one.", ("superlative",)),
        ("The rest of the forest is in the west.", ()),
        ("The interest and the latest guest", ("superlative",)),
        ("It fell because of rain.", ("causal",)),
        ("The vaccine led to fewer cases.", ("causal",)),
        ("One wonders.", ()),
        ("This may be so.", ()),
        ("Plain words only.", ()),
        ("", ()),
    ],
)
def test_checkable(sentence: str, reasons: tuple[str, ...]) -> None:
    assert checkable(sentence) == reasons


@given(st.text(st.sampled_from("aB .!?\n”1…。\u000c\u2029\t\u3000I"), min_size=1, max_size=60), st.data())
@settings(deadline=None, max_examples=400)
def test_edges_are_those_of_all_sentences(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    reach = data.draw(st.integers(0, 30))
    low, high = max(0, start - reach), min(len(text), end + reach)
    spans = [(low + first, low + last) for first, last in sentences(text[low:high], wrapped=True)]
    assert sentence_edges(text, start, end, reach) == (
        max((first for first, _ in spans if first <= start), default=start),
        min((last for _, last in spans if last >= end), default=end),
    )
