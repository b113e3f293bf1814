"""Quotations looked for in the other copies of the library."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.judging.elsewhere import Catalogue, signature
from sitegen.model.findings import Copy
from sitegen.model.places import Place, Problem, Sought

TEXTS = {
    "dia": "DIA analysts confirm the debris found in Kharkiv. Nothing else was said that day.",
    "un": "Panel of Experts: the debris recovered is that of a missile of the Hwasong\u00ad-11 series.\nIt fell on 2 January.",
    "typeset": "The de\ufb01nitive re-\nport names “four” sites.",
    "chinese": "专家组认为，残骸来自朝鲜制造的弹道导弹。",
}


class Counting(Mapping[str, Copy]):
    """Copies that count how often one is asked for."""

    def __init__(self, texts: Mapping[str, str | None]) -> None:
        self.texts = texts
        self.asked = 0

    def __getitem__(self, key: str) -> Copy:
        self.asked += 1
        return Copy(key, f"{key}.txt", self.texts[key], "", "")

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)


@pytest.mark.parametrize(
    ("quote", "place", "verified"),
    [
        ("the debris recovered is that of a missile of the Hwasong-11 series", "un", True),
        ("the debris recovered … fell on 2 January", "un", True),
        ('The definitive report names "four" sites', "typeset", True),
        ("残骸来自朝鲜制造的弹道导弹", "chinese", True),
        ("the debris recovered is that of a rocket of the Hwasong-11 series", "un", False),
        ("the debris recovered is not that of a missile of the Hwasong-11 series", "un", False),
        ("zebras cross the road quietly", "", False),
        ("…", "", False),
    ],
)
def test_where_a_quotation_stands(quote: str, place: str, verified: bool) -> None:  # noqa: FBT001 - a case of the table
    found = Catalogue(Counting(TEXTS)).find(Sought("dia", quote))
    assert (found.place, found.verified) == (place, verified)
    assert found.source == "dia"
    assert found.passage in TEXTS.get(place, "")
    assert bool(found.diff) == (bool(place) and not verified)


def test_own_source_is_not_elsewhere() -> None:
    sought = Sought("dia", "DIA analysts confirm the debris found in Kharkiv")
    assert Catalogue(Counting(TEXTS)).find(sought) == sought


def test_closer_words_elsewhere_must_be_closer() -> None:
    sought = Sought("dia", "analysts confirm debris found in Kharkiv", "dia", "analysts", 0.97)
    assert Catalogue(Counting({**TEXTS, "copy": TEXTS["dia"]})).find(sought) == sought


def test_hint_names_both_sources() -> None:
    place = Place("content/a.yaml")
    sought = Sought("dia", "the debris recovered is that of a missile")
    problem = Problem(
        "quote-absent", "these words are not there", place, "nearest there: debris", sought=sought
    )
    told = Catalogue(Counting(TEXTS)).told(problem)
    assert told.hint == ('the quotation is in the copy of "un", not in that of "dia"; nearest there: debris')
    assert told.sought is not None
    assert told.sought.verified


def test_nothing_is_read_where_nothing_is_missing() -> None:
    copies = Counting(TEXTS)
    problem = Problem("quote-short", "short", Place("content/a.yaml"))
    assert Catalogue(copies).told(problem) is problem
    assert copies.asked == 0


def test_a_large_library_is_read_once() -> None:
    texts: dict[str, str | None] = {
        f"s{n}": f"Report {n} speaks of harbour dues and tides." for n in range(500)
    }
    copies = Counting({**TEXTS, **texts, "without": None})
    catalogue = Catalogue(copies)
    for quote in ("the debris recovered is that", "missile of the Hwasong-11 series", "zebras cross quietly"):
        catalogue.find(Sought("dia", quote))
    assert copies.asked < 2 * len(copies.texts) + 50


@given(st.text(max_size=40))
def test_plain_texts_have_the_words_that_they_have_among_others(text: str) -> None:
    plain = text.encode("ascii", "ignore").decode()
    assert signature(plain) | signature("é") == signature(f"{plain} é")


def test_signature_has_the_words_of_a_text() -> None:
    whole, part, other = signature("debris of a missile"), signature("Missile"), signature("harbour dues")
    assert whole & part == part
    assert whole & other != other
