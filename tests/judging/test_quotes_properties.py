"""Quotations that must never pass, whatever the words: parts of words, other orders, other signs; and ones that must."""

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sitegen.judging.quotes import CopyText, check_quote

MANY = settings(deadline=None, max_examples=1_000)
SOME = settings(
    deadline=None, max_examples=250
)  # what is not found is compared with the whole copy, and takes longer
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def passage_of(seed: int) -> list[str]:
    """Four to ten words of three to nine letters, no two alike; at times of few letters, so that they are near each other."""
    chance = Random(seed)  # noqa: S311 - no secret
    letters = chance.choice((LETTERS, LETTERS, "ab", "filn"))
    words: dict[str, None] = {}
    wanted = chance.randint(4, 10)
    while len(words) < wanted:
        words["".join(chance.choices(letters, k=chance.randint(3, 9)))] = None
    return list(words)


PASSAGES = st.integers(0, 2**32 - 1).map(passage_of)
"""Drawn by one number each: letter by letter, drawing took longer than what is tested."""
FIGURES = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(1_000, 10**7).map("{:,}".format),
    st.tuples(st.integers(0, 999), st.integers(1, 99)).map(lambda pair: f"{pair[0]}.{pair[1]}"),
)
FRAME = "It was said before. {} It was said after."


@given(PASSAGES, st.data())
@MANY
def test_cut_words_never_pass(words: list[str], data: st.DataObject) -> None:
    first, last = data.draw(st.tuples(st.integers(0, 2), st.integers(0, 2)).filter(any))
    quote = " ".join(words)[first : -last or None]
    assume(quote[0] != " " and quote[-1] != " ")
    assert not check_quote(quote, CopyText(FRAME.format(" ".join(words)))).verified


@given(PASSAGES, st.data())
@MANY
def test_other_orders_never_pass(words: list[str], data: st.DataObject) -> None:
    other = data.draw(st.permutations(words).filter(lambda order: order != words))
    assert not check_quote(" ".join(other), CopyText(FRAME.format(" ".join(words)))).verified


@given(PASSAGES, FIGURES, st.data())
@MANY
def test_another_digit_never_passes(words: list[str], figure: str, data: st.DataObject) -> None:
    places = [at for at, char in enumerate(figure) if char.isdigit()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([char for char in "0123456789" if char != figure[at]]))
    changed = f"{figure[:at]}{digit}{figure[at + 1 :]}"
    half = len(words) // 2
    before, after = " ".join(words[:half]), " ".join(words[half:])
    copy = CopyText(FRAME.format(f"{before} {figure} {after}"))
    assert check_quote(f"{before} {figure} {after}", copy).verified
    for quote in (f"{before} {changed} {after}", f"{before} {changed}", f"{changed} {after}"):
        assert not check_quote(quote, copy).verified


SIGNS = ("", "-", "+", "±", "$", "€", "£", "< ", "> ", "= ", "≤ ", "≥ ", "~")
ENDS = ("", "%", " %", "‰", " million", " billion", " per cent", "°C", " €", "bn")


@given(PASSAGES, FIGURES, st.sampled_from(SIGNS), st.sampled_from(SIGNS))
@SOME
def test_another_sign_never_passes(words: list[str], figure: str, sign: str, other: str) -> None:
    assume(sign != other)
    copy = CopyText(FRAME.format(f"{' '.join(words)} {sign}{figure} there"))
    assert not check_quote(f"{' '.join(words)} {other}{figure} there", copy).verified
    assert not check_quote(f"{other}{figure} there", copy).verified


@given(PASSAGES, FIGURES, st.sampled_from(ENDS), st.sampled_from(ENDS))
@SOME
def test_another_unit_never_passes(words: list[str], figure: str, unit: str, other: str) -> None:
    assume(unit != other)
    copy = CopyText(FRAME.format(f"{' '.join(words)} {figure}{unit} there"))
    assert not check_quote(f"{' '.join(words)} {figure}{other} there", copy).verified
    assert not check_quote(f"{' '.join(words)} {figure}{other}", copy).verified


@given(PASSAGES, FIGURES, st.integers(0, 2**32 - 1).map(Random))
@MANY
def test_extraction_never_breaks_a_true_quotation(words: list[str], figure: str, chance: Random) -> None:
    passage = f"{' '.join(words)} “{figure}” café"
    copy = extracted(passage, chance)
    assert check_quote(passage, CopyText(FRAME.format(f"{copy}."))).verified, copy


def extracted(passage: str, chance: Random) -> str:
    """A passage as a careless extractor gives it: other spaces, broken words, soft hyphens, ligatures, straight quotes."""
    pieces = []
    for word in passage.split(" "):
        middle = len(word) // 2
        broken = word.isascii() and word.isalpha()
        kind = chance.randrange(8)
        if kind == 0 and broken:
            pieces.append(f"{word[:middle]}-\n{word[middle:]}")
        elif kind == 1 and broken:
            pieces.append(f"{word[:middle]}\u00ad{word[middle:]}")
        elif kind == 2:
            pieces.append(word.replace("ffi", "\ufb03").replace("fi", "\ufb01").replace("fl", "\ufb02"))
        elif kind == 3:
            pieces.append(word.replace("“", '"').replace("”", '"').replace("é", "e\u0301"))
        else:
            pieces.append(word)
    spaces = (" ", " ", "\n", "  ", "\u00a0", "\u202f", "\r\n", "\t")
    return "".join(f"{piece}{chance.choice(spaces)}" for piece in pieces).rstrip()
