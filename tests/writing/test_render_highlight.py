"""Colours of code: nothing lost, nothing too pale."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.writing.highlight import COLOURS, GROUND, ROLES, TEXT, pieces, stylesheet


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_every_colour_stands_out_from_its_ground(side: int) -> None:
    ground = GROUND[side]
    assert {
        role: round(contrast(pair[side], ground), 2)
        for role, pair in {**COLOURS, "text": TEXT}.items()
        if contrast(pair[side], ground) < 4.5
    } == {}


def test_every_role_has_a_rule_and_both_its_colours() -> None:
    css = stylesheet()
    for role in set(ROLES.values()) - {""}:
        assert f".hl-{role}{{" in css
    for role, (light, dark) in COLOURS.items():
        assert css.count(f"--hl-{role}:light-dark({light},{dark});") == 1
    assert css.count("{") == css.count("}")


@given(
    st.lists(
        st.sampled_from(
            ["def ", "x", "\n", "\n\n", " ", "\t", "'", '"""', "#", "<", "{", "}", "\r", "é", "0x1", "/*"]
        )
    ).map("".join),
    st.sampled_from(
        ["python", "json", "html", "js", "c", "bash", "diff", "yaml", "nosuch", "", "text", "console"]
    ),
)
@settings(deadline=None)
def test_nothing_is_added_or_lost(code: str, language: str) -> None:
    assert "".join(words for _, words in pieces(code, language)) == code


def test_roles_come_from_the_nearest_kind() -> None:
    roles = {words.strip(): role for role, words in pieces("class A:  # b\n    x = 1.5\n", "python")}
    assert roles["class"] == "keyword"
    assert roles["A"] == "type"
    assert roles["# b"] == "comment"
    assert roles["1.5"] == "number"


def test_the_stylesheet_asks_for_nothing() -> None:
    assert not re.search(r"url\(|@import|!important", stylesheet())
