"""The table of adversarial quotations, `quotes.yaml`."""

from pathlib import Path

import pytest
import yaml

from sitegen.judging.quotes import CopyText, check_quote
from sitegen.judging.quotes_gaps import LONGEST_OMISSION

TABLE: dict[str, list[tuple[str, str, str]]] = yaml.safe_load(
    Path(__file__).with_name("quotes.yaml").read_text(encoding="utf-8")
)
CASES = [(group, *case) for group, cases in TABLE.items() for case in cases]
FILLER = "word " * (LONGEST_OMISSION // 4)


def test_table_is_large() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize(("group", "quote", "copy", "expected"), CASES)
def test_state(group: str, quote: str, copy: str, expected: str) -> None:
    check = check_quote(quote, CopyText(copy.replace("FILLER", FILLER)))
    if expected in {"verified", "unverified"}:
        assert check.verified is (expected == "verified"), (group, check)
    else:
        assert check.state == expected, (group, check)


@pytest.mark.parametrize(("group", "quote", "copy", "expected"), CASES)
def test_surroundings_change_nothing(group: str, quote: str, copy: str, expected: str) -> None:
    alone = check_quote(quote, CopyText(copy.replace("FILLER", FILLER)))
    framed = check_quote(quote, CopyText(f"Foreword.\n\n{copy.replace('FILLER', FILLER)}\n\nAfterword."))
    assert alone.verified == framed.verified, (group, expected, alone, framed)


@pytest.mark.parametrize(("group", "quote", "copy", "expected"), CASES)
def test_passage_is_the_copys_own(group: str, quote: str, copy: str, expected: str) -> None:
    text = f"Foreword. {copy} Afterword."
    check = check_quote(quote, CopyText(text))
    if check.start is None or check.end is None:
        assert check.passage == "", (group, expected)
    else:
        assert check.passage == text[check.start : check.end]
        assert text[: check.start].endswith(check.before)
        assert text[check.end :].startswith(check.after)
