"""Figures and what holds them."""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.judging import figures as figures_module
from sitegen.judging import figures_support
from sitegen.judging.figures import figures
from sitegen.judging.figures_support import held_values, unsupported_figures
from sitegen.judging.figures_words import (
    MONTH,
    MONTH_WORDS,
    NUMBER_WORDS,
    ORDINAL,
    ORDINAL_WORDS,
    WRITTEN,
    near_words,
    plain,
)


def values(text: str) -> list[str]:
    return [f"{figure.value.normalize():f}" for figure in figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 people", ["12"]),
        ("12 %", ["12"]),
        ("twelve per cent", ["12"]),
        ("1,234,567", ["1234567"]),
        ("1.234.567", ["1234567"]),
        ("1,234.5", ["1234.5"]),
        ("1.234,5", ["1234.5"]),
        ("10 000 or 10\u202f000", ["10000", "10000"]),
        ("10’000", ["10000"]),
        ("in 2020 500 people", ["2020", "500"]),
        ("0.05", ["0.05"]),
        (".05", ["0.05"]),
        ("1,5 Mio", ["1500000"]),
        ("1.2 million", ["1200000"]),
        ("€5bn", ["5000000000"]),
        ("$1.5m", ["1500000"]),
        ("5k", ["5000"]),
        ("300 thousand", ["300000"]),
        ("3-4 or 3–4", ["3", "4", "3", "4"]),
        ("-5 and −6 and minus 7", ["-5", "-6", "-7"]),
        ("2 January 2024", ["2", "2024"]),
        ("2024-01-02", ["2024", "1", "2"]),
        ("02.01.2024", ["2", "1", "2024"]),
        ("the 21st", ["21"]),
        ("the 1990s", ["1990"]),
        ("10:30", ["10", "30"]),
        ("twenty-one", ["21"]),
        ("two hundred and five", ["205"]),
        ("three million", ["3000000"]),
        ("a hundred", ["100"]),
        ("half a million", ["500000"]),
        ("two dozen", ["24"]),
        ("two thousand five hundred", ["2500"]),
        ("one two three", []),
        ("two-thirds", []),
        ("COVID-19, F-16, G7, H2O, Mi-24", []),
        ("version 1.2.3", []),
        ("½ cup", []),
        ("no number at all", []),
        ("someone, often, tenfold", []),
    ],
)
def test_values(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5 %", "percent"),
        ("5 percent", "percent"),
        ("five per cent", "percent"),
        ("€5", "€"),
        ("5 €", "€"),
        ("US$5", "US$"),
        ("USD 5", "USD"),
        ("5", ""),
    ],
)
def test_units(text: str, unit: str) -> None:
    assert figures(text)[0].unit == unit


@pytest.mark.parametrize(
    ("claim", "quotes", "expected"),
    [
        ("12 %", ["twelve percent"], ()),
        ("12 %", ["a rate of 12"], ()),
        ("12 %", ["1.2 %"], ("12 %",)),
        ("1.2 million died", ["1,200,000 deaths"], ()),
        ("1.2 million died", ["2.1 million deaths"], ("1.2 million",)),
        ("5 of 10", ["5 people", "10 people"], ()),
        ("5 of 10", ["5 people"], ("10",)),
        ("on 2 January 2024", ["2024-01-02"], ()),
        ("on 2024-01-02", ["2 January 2024"], ()),
        ("on 3 January 2024", ["2024-01-02"], ("3",)),
        ("fell by 5 %", ["-5 %"], ()),
        ("was -5 °C", ["5 °C"], ("-5",)),
        ("one of the two", ["both"], ("two",)),
        ("no one knows", ["nobody"], ()),
        ("the 2nd time", ["the second time"], ()),
        ("in 2020", ["2019–20"], ()),
        ("three launches", ["3 launches"], ()),
        ("3 launches", ["three launches"], ()),
        ("€5bn", ["five billion euros"], ()),
        ("5, 5 and 5", ["6"], ("5",)),
        ("1.234 Euro", ["1234 Euro"], ()),
        ("COVID-19 rose", ["the virus"], ()),
        ("50 killed", ["[50] people were killed"], ("50",)),
        ("5", [], ("5",)),
        ("no figures", [], ()),
    ],
)
def test_unsupported(claim: str, quotes: list[str], expected: tuple[str, ...]) -> None:
    assert unsupported_figures(claim, quotes) == expected


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_spans_are_the_texts_own(text: str) -> None:
    for figure in figures(text):
        assert text[figure.start : figure.end] == figure.text
        assert figure.readings
    assert unsupported_figures(text, [text.replace("[", "(")]) == ()


@given(st.integers(1, 10**12))
@settings(deadline=None)
def test_grouped_and_plain_are_one(number: int) -> None:
    assert unsupported_figures(f"{number:,}", [str(number)]) == ()
    assert figures(f"{number:,}")[0].value == Decimal(number)


PIECES = (
    "one", "Two", "twenty", "five", "million", "half a", "an", "hundred", "and", "dozen", "per cent", "third", "first",
    "twenty-first", "May", "Sept", "12", "1,234", ".5", "US$", "€", "EUR", "k", "m", "%", "2019", "–20", "COVID-", "ſix",
    "millionſ", "K", "é", "_", "[4]", "minus", "(", "\u00a0", "01.02.2024", "th", "٣", "²", "-", " ", "  ", "x", "ten",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join) | st.text(max_size=30))
@settings(deadline=None, max_examples=400)
def test_searching_around_digits_and_words_misses_none(text: str) -> None:
    def spans(matches: Iterable[re.Match[str]]) -> list[tuple[int, int]]:
        return [match.span() for match in matches]

    latin = plain(text)
    assert spans(figures_module._digits(text)) == spans(figures_module._DIGITS.compiled.finditer(text))  # noqa: SLF001
    for words, pattern in (
        (NUMBER_WORDS, WRITTEN),
        (ORDINAL_WORDS, ORDINAL),
        (MONTH_WORDS, MONTH),
    ):
        assert spans(near_words(latin, words, pattern)) == spans(pattern.compiled.finditer(latin))
    assert all(figure.text == text[figure.start : figure.end] for figure in figures(text))


class _Anything(frozenset[str]):
    """A set that seems to hold whatever is looked for."""

    def __contains__(self, _: object) -> bool:
        return True


BESIDE_FIGURES = (
    *("5", "12", "٣", "1.5", "COVID", "F", "é", "-", "–", "−", "\n", " ", "\t", "\u2028", "minus", "Minus", "(", "[", "≤", "a", "_", "ſ"),
    *("one", "third", "march", "may", "per cent", "İan", "\u212a"),
)  # fmt: skip


@given(st.lists(st.sampled_from(BESIDE_FIGURES), max_size=8).map("".join))
@settings(max_examples=600, deadline=None)
def test_a_look_before_a_search_changes_nothing(text: str) -> None:
    found, held = figures(text), held_values(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures_module, "_NAME_ENDS", _Anything())
        patch.setattr(figures_module, "_MINUS_ENDS", _Anything())
        patch.setattr(figures_support, "has_words", lambda *_: True)
        assert figures(text) == found
        assert held_values(text) == held


TABLE = yaml.safe_load(Path(__file__).with_name("figures.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=str(row[0])) for rows in TABLE.values() for row in rows]
)
def test_table_of_claims_and_quotations(row: list[str | list[str]]) -> None:
    claim, quote, reported = (*row, [])[:3]
    assert list(unsupported_figures(str(claim), [str(quote)])) == reported


@given(st.integers(1_000, 10**9), st.decimals("0.905", "1.095", places=3))
@settings(deadline=None)
def test_about_reaches_a_tenth_and_no_further(number: int, factor: Decimal) -> None:
    grouped = f"about {number:,} homes"
    assert unsupported_figures(grouped, [f"{int(number * factor):,} homes"]) == ()
    assert unsupported_figures(grouped, [f"{int(number * Decimal('1.2')):,} homes"]) != ()


@given(st.integers(2, 99), st.integers(100, 999))
@settings(deadline=None)
def test_share_is_its_percentage(part: int, whole: int) -> None:
    percent = f"{100 * part / whole:.2f} %"
    assert unsupported_figures(f"{part} in {whole} people", [percent]) == ()


@given(st.integers(2, 10**6), st.integers(2, 10**6))
@settings(deadline=None)
def test_another_whole_number_never_holds_a_figure(one: int, other: int) -> None:
    told = unsupported_figures(f"There were {one} homes", [f"There were {other} homes"])
    assert told == (() if one == other else (str(one),))
