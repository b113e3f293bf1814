"""Quotations against copies: states, surroundings, the closest passage, and what can never pass."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.judging.judge import check_in_copy
from sitegen.judging.quotes import NEAR, CopyText, check_evidence_quote, check_quote, is_unreadable, word_diff
from sitegen.judging.quotes_gaps import LONGEST_OMISSION
from sitegen.judging.quotes_negations import has_negation
from sitegen.model.findings import Copy

HARD = settings(deadline=None, max_examples=200)
COPY = CopyText(
    "A report. DIA analysts confirm the debris found in Kharkiv on 2 January is from a North Korean missile; "
    "it cost $5 million. It rose by 1.5 % to −12 °C (p < 0.05). He is not guilty."
)


@pytest.mark.parametrize(
    ("quote", "copy", "state"),
    [
        ("", COPY, "unquoted"),
        (" \n", None, "unquoted"),
        ("He is not guilty", None, "unarchived"),
        ("He is not guilty", CopyText(""), "unreadable"),
        ("He is not guilty", CopyText(" \n\ufeff"), "unreadable"),
        ("He is not guilty", CopyText("Please enable JavaScript to continue."), "unreadable"),
        ("He is not guilty", CopyText("Access denied. He is not guilty."), "exact"),
        ("He is not guilty", COPY, "exact"),
        ("He is guilty", COPY, "near"),
        ("Zebras cross quietly", COPY, "absent"),
    ],
)
def test_states(quote: str, copy: CopyText | None, state: str) -> None:
    assert check_evidence_quote(quote, copy).state == state


@pytest.mark.parametrize(
    ("quote", "markdown", "verified"),
    [
        ("a bold claim", "a **bold** claim", True),
        ("a **bold** claim", "a **bold** claim", True),
        ("the linked words", "the [linked words](https://example.org) of it", True),
        ("the footnote's text", "Words.[^1]\n\n[^1]: the footnote's text", True),
        ("snake_case name", "a snake_case name", True),
        ("10² units", "some 10<sup>2</sup> units", True),
        ("102 units", "some 10<sup>2</sup> units", False),
        ("He … go there", "He did n**o**t go there", False),
        ("He … go there", "He did n<b>o</b>t go there", False),
        ("art", "the p**art**y is over", False),
        ("5 people", "some 1**5** people", False),
        ("5 people", "some -**5** people", False),
        ("5 people", "some ~5 people", False),
        ("it is true", "it is ~~not~~ true", False),
        ("words here", "Some.\n\n<!-- words here -->", False),
        ("he said it", "he said[^1] it\n\n[^1]: a note", True),
        ("the words of a block", "<div>\nthe words of a block\n</div>", True),
        ("He … go", "He [did](https://example.org/not) go", True),
        ("He … go", "He did [not](x) go", False),
        ("art", "p[art](x)y", False),
        ("5 people", "[1](x)5 people", False),
        ("5 people", "&minus;5 people", False),
        ("200 people", "1&nbsp;200 people", False),
        ("rose 5", "rose [5](x)&#37; then", False),
        ("5 dogs", "&lt;5 dogs", False),
        ("he can", "he can&#39;t", False),
        ("5 dogs", "\\$5 dogs", False),
    ],
)
def test_markup_of_a_markdown_copy_hides_nothing(quote: str, markdown: str, *, verified: bool) -> None:
    assert check_in_copy(Copy("dia", "dia.md", markdown, "", ""), quote).verified is verified


def test_file_without_text_could_not_be_checked() -> None:
    assert check_evidence_quote("He is not guilty", COPY, readable=False).state == "unreadable"


def test_found_quote_stands_in_its_sentence() -> None:
    check = check_quote("the debris found in Kharkiv", COPY)
    assert (check.before, check.passage) == ("DIA analysts confirm ", "the debris found in Kharkiv")
    assert check.after == " on 2 January is from a North Korean missile; it cost $5 million."
    assert check.score is None
    assert check.diff == ()


def test_sentence_goes_on_over_a_wrapped_line() -> None:
    check = check_quote("debris", CopyText("One. They found\nthe debris\nin Kharkiv. Two."))
    assert (check.before, check.after) == ("They found\nthe ", "\nin Kharkiv.")


def test_near_passage_is_compared_word_by_word() -> None:
    check = check_quote("DIA analysts deny the debris found in Kharkiv", COPY)
    assert check.state == "near"
    assert check.passage == "DIA analysts confirm the debris found in Kharkiv"
    assert check.score is not None
    assert NEAR <= check.score < 1
    assert check.diff == (
        ("same", "DIA analysts"),
        ("gone", "deny"),
        ("new", "confirm"),
        ("same", "the debris found in Kharkiv"),
    )


@pytest.mark.parametrize(
    ("quote", "passage"),
    [
        ("by 1", "by 1.5 %"),
        ("cost $5", "cost $5 million"),
        ("12 °C", "−12 °C"),
        ("He is … guilty", "He is not guilty"),
    ],
)
def test_near_passage_shows_what_was_cut_off(quote: str, passage: str) -> None:
    check = check_quote(quote, COPY)
    assert not check.verified
    assert check.passage == passage


def test_word_diff_overlooks_typography() -> None:
    assert word_diff("it's 5-10", "it’s 5–10 now") == (("same", "it’s 5–10"), ("new", "now"))


def test_omission_is_bounded() -> None:
    filler = "word " * (LONGEST_OMISSION // 5 - 2)
    assert check_quote("start … end", CopyText(f"start {filler}end")).state == "folded"
    assert not check_quote("start … end", CopyText(f"start {filler * 2}end")).verified


def test_later_occurrence_may_be_the_right_one() -> None:
    copy = CopyText("He did not win. He did run and win.")
    check = check_quote("He did … win", copy)
    assert (check.state, check.passage) == ("folded", "He did run and win")


def test_shortest_passage_is_taken() -> None:
    check = check_quote("one … two", CopyText("one and one or two and two"))
    assert check.passage == "one or two"


def test_copy_is_folded_only_when_needed() -> None:
    copy = CopyText("The “moon” rises.")
    assert check_quote("moon", copy).state == "exact"
    assert "folded" not in vars(copy)


@pytest.mark.parametrize(
    "text", ["", " ", "…", "[x]", "\u00ad", "[", "]", "“”", "\ud800", "a" * 5000, "\x00", "[[a]]", "[a] [b]"]
)
def test_odd_quotes_are_no_crash(text: str) -> None:
    for copy in (COPY, CopyText(text), CopyText("\ud800 lone")):
        assert check_evidence_quote(text, copy).state


@given(st.text(max_size=30), st.text(max_size=60))
@HARD
def test_anything_is_no_crash(quote: str, copy: str) -> None:
    text = CopyText(copy)
    check = check_evidence_quote(quote, text)
    if check.start is not None and check.end is not None:
        assert check.passage == copy[check.start : check.end]


# --- what always and what never passes

WORDS = st.sampled_from(
    ["the", "missile", "Kharkiv", "café", "don’t", "well-known", "“debris”", "report", "of", "in"]
)
FIGURES = st.sampled_from(["p < 0.05", "−12 °C", "1.5 %", "$5 million", "10,000", "3–4", "2024", "15"])
SENTENCES = st.tuples(
    st.lists(WORDS, min_size=1, max_size=6), FIGURES, st.lists(WORDS, min_size=1, max_size=6)
).map(lambda parts: (" ".join(parts[0]), parts[1], " ".join(parts[2])))
FRAME = "First words stand here. {} Last words stand there."


def decomposed(text: str) -> str:
    return text.replace("é", "e\u0301")


def hyphenated(text: str) -> str:
    return (
        text.replace("missile", "mis\u00adsile")
        .replace("Kharkiv", "Khar-\nkiv")
        .replace("report", "re-\r\nport")
    )


def spaced(text: str) -> str:
    return text.replace(" ", "\u00a0", 3).replace(" ", "\n", 2).replace(" ", "  ", 1)


def straight(text: str) -> str:
    return text.translate(str.maketrans("“”’–−", '""\'--'))


def bom(text: str) -> str:
    return text.replace("m", "\ufeffm").replace("o", "o\u2060")


VARIANTS = st.lists(st.sampled_from([decomposed, hyphenated, spaced, straight, bom, str]), max_size=4)


@given(SENTENCES, VARIANTS, VARIANTS)
@HARD
def test_typographic_variants_always_pass(
    sentence: tuple[str, str, str], mine: list[type[str]], theirs: list[type[str]]
) -> None:
    quote = copy = " ".join(sentence)
    for variant in mine:
        if variant is not hyphenated:
            quote = variant(quote)
    for variant in theirs:
        copy = variant(copy)
    text = CopyText(FRAME.format(f"{copy}."))
    check = check_quote(quote, text)
    assert check.verified, (quote, copy, check)
    assert check.passage == text.text[check.start : check.end]


CHANGES = {
    "digit": [("5", "6"), ("1", "7"), ("0", "")],
    "point": [(".", ""), (".", ","), (",", "."), (",", "")],
    "sign": [("−", ""), ("<", ">"), ("<", "="), ("−", "+"), ("<", "≤")],
    "unit": [("$", "€"), (" %", ""), (" million", ""), (" million", " billion"), ("$", ""), ("°C", "°F")],
    "range": [("–", " "), ("–4", ""), ("3–", ""), ("–", "")],
}
ONE_CHANGE = st.sampled_from([change for changes in CHANGES.values() for change in changes])


@given(SENTENCES, ONE_CHANGE)
@HARD
def test_changed_figures_never_pass(sentence: tuple[str, str, str], change: tuple[str, str]) -> None:
    before, figure, after = sentence
    changed = figure.replace(*change)
    if changed != figure:
        copy = CopyText(FRAME.format(f"{before} {figure} {after}."))
        assert not check_quote(f"{before} {changed} {after}", copy).verified
        assert not check_quote(f"{before} {changed}", copy).verified
        assert not check_quote(f"{changed.strip()} {after}", copy).verified


@given(SENTENCES, st.sampled_from(["not", "never", "no", "hardly", "other"]), st.data())
@HARD
def test_changed_words_never_pass(sentence: tuple[str, str, str], word: str, data: st.DataObject) -> None:
    words = " ".join(sentence).split()
    at = data.draw(st.integers(1, len(words) - 1))
    added = " ".join([*words[:at], word, *words[at:]])
    original = " ".join(words)
    assert not check_quote(added, CopyText(FRAME.format(original))).verified
    assert not check_quote(original, CopyText(FRAME.format(added))).verified
    if word != "other":
        omitting = " ".join([*words[:at], "…", *words[at:]])
        assert not check_quote(omitting, CopyText(FRAME.format(added))).verified


@given(SENTENCES)
@HARD
def test_changed_case_never_passes(sentence: tuple[str, str, str]) -> None:
    original = " ".join(sentence)
    at = next(i for i, char in enumerate(original) if char.isalpha())
    changed = original[:at] + original[at].swapcase() + original[at + 1 :]
    assert not check_quote(changed, CopyText(FRAME.format(original))).verified


@given(SENTENCES, st.data())
@HARD
def test_parts_in_order_pass_and_reversed_do_not(sentence: tuple[str, str, str], data: st.DataObject) -> None:
    mark = data.draw(st.sampled_from(["…", "...", "[…]", "[...]"]))
    copy = CopyText(f"Alpha one {' '.join(sentence)}, omega two.".replace("don’t", "do"))
    assert check_quote(f"Alpha one {mark} omega two", copy).state == "folded"
    assert not check_quote(f"omega two {mark} Alpha one", copy).verified


# --- negations


NEGATIONS = "is not|don't|don’t|NEVER so|no one|neither nor|cannot|dont|n’est|ist nicht|keinen|jamais|nunca|не|不是|違わない|없다|non-toxic"


@pytest.mark.parametrize("text", NEGATIONS.split("|"))
def test_negations(text: str) -> None:
    assert has_negation(text)


@pytest.mark.parametrize(
    "text", ["", "a notable knot", "know nothings", "a nonet", "another", "innocent", "canton't"]
)
def test_no_negations(text: str) -> None:
    assert has_negation(text) == (text == "canton't")


# --- copies without text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \t",
        "—— ···",
        "\ufffd\ufffd\ufffd a \ufffd",
        "Just a moment...\nVerifying you are human. This may take a few seconds.",
        "You need to enable JavaScript to run this app.",
        "403 Forbidden\nnginx",
        "Page not found\nThe page you were looking for does not exist.",
        "We use cookies to improve your experience. Accept all Reject all Cookie settings",
        "Please log in to continue.\nForgot your password? Create an account",
        "Subscribe to continue reading. Already a subscriber? Log in",
        "Wir verwenden Cookies. Alle akzeptieren Alle ablehnen Datenschutz",
        "Sorry, you have been blocked. Cloudflare Ray ID: 123",
    ],
)
def test_unreadable_copies(text: str) -> None:
    assert is_unreadable(text)


@pytest.mark.parametrize(
    "text",
    [
        "He is not guilty.",
        "DIA analysts confirm the debris found in Kharkiv is from a North Korean missile.",
        "The regulator fined the firm over its cookie policy, under which visitors were tracked.",
        "404 people were arrested in the capital on Monday, police said.",
        "Access to the site was denied to inspectors for the third time this year, the agency said.",
        "The company said users must sign in with a phone number from next year.",
        "Enable JavaScript. " + "The court ruled on Monday that the law does not apply. " * 40,
        "这是一份报告。",
    ],
)
def test_readable_copies(text: str) -> None:
    assert not is_unreadable(text)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("levy on moorings is doubled from June", "same gone:June new:July"),
        ("Our levy on moorings is doubled from May 2019", "gone:Our new:The same gone:May 2019 new:July"),
        # Another sentence has nothing in their place.
        ("levy on moorings is doubled from July next year", "same gone:next year"),
        ("All say the levy on moorings is doubled", "gone:All say the new:The same"),
        # A line that goes on does, and a heading has nothing to do with it.
        ("levy on moorings is doubled from\nJune", "same gone:June new:July"),
        ("Zebras spoke of the mole at noon", "gone:Zebras new:Nobody same"),
        ("Zebras say there is no other business", "gone:Zebras say there new:There same"),
    ],
)
def test_a_changed_first_or_last_word_is_shown_with_what_stands_there(quote: str, expected: str) -> None:
    copy = CopyText(
        "They met.\nThe levy on moorings is doubled from July. Nobody\nspoke of the mole at noon\nFrom 10 to 20\n"
        "There is no other business"
    )
    check = check_quote(quote, copy)
    told = " ".join(kind if kind == "same" else f"{kind}:{words}" for kind, words in check.diff)
    assert (check.state, told) == ("near", expected)
    assert copy.text[check.start : check.end] == check.passage
