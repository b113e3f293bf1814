"""The colours of verdicts: told apart by every eye, and legible on every ground; simulated, not judged by looking."""

import itertools
import re
from functools import cache
from pathlib import Path

import pytest
from coloraide import Color

from sitegen.judging.verdicts import DEFAULT_SCALE

STYLE = Path(__file__).parents[2] / "sitegen" / "themes" / "default" / "static" / "style.css"
LEAST = 9.0
"""The least difference (CIEDE2000) between any two verdicts: some nine times what is just noticeable side by side."""

EYES = (
    ("", ""),
    ("protan", "brettel"),
    ("deutan", "brettel"),
    ("tritan", "brettel"),
    ("protan", "machado"),
    ("deutan", "machado"),
)
"""Deficiencies, complete, each with a model: Brettel, Viénot and Mollon 1997; Machado, Oliveira and Fernandes 2009,
whose model its authors do not recommend for tritanopia."""


@cache
def seen(colour: str, kind: str, model: str) -> Color:
    return Color(colour).filter(kind, method=model) if kind else Color(colour)


def pairs(name: str) -> tuple[str, str]:
    """The light and the dark value of a custom property of the theme."""
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", STYLE.read_text())
    assert found, name
    return found[1], found[2]


def colour(verdict: str, side: int) -> str:
    return next((it.colour, it.dark)[side] for it in DEFAULT_SCALE if it.id == verdict)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("kind", "model"), EYES)
def test_any_two_verdicts_can_be_told_apart(kind: str, model: str, side: int) -> None:
    shades = {it.id: seen(colour(it.id, side), kind, model) for it in DEFAULT_SCALE}
    alike = {
        (one, other): round(shades[one].delta_e(shades[other], method="2000"), 1)
        for one, other in itertools.combinations(shades, 2)
        if shades[one].delta_e(shades[other], method="2000") < LEAST
    }
    assert alike == {}


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("tint", [0, 0.09, 0.13])
@pytest.mark.parametrize("ground", ["page", "wash"])
def test_words_in_a_verdicts_colour_are_legible(ground: str, tint: float, side: int) -> None:
    paper = Color(pairs(ground)[side])
    if ground == "wash" and tint:
        return  # tints lie on the page alone
    weak = {}
    for verdict in DEFAULT_SCALE:
        shade = Color(colour(verdict.id, side))
        contrast = shade.contrast(paper.mix(shade, tint, space="srgb"))
        if contrast < 4.5:
            weak[verdict.id] = round(contrast, 2)
    assert weak == {}


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("word", ["ink", "quiet", "link", "good", "bad"])
@pytest.mark.parametrize("ground", ["page", "wash"])
def test_the_themes_other_words_are_legible(ground: str, word: str, side: int) -> None:
    assert Color(pairs(word)[side]).contrast(Color(pairs(ground)[side])) >= 4.5


def test_with_more_contrast_words_are_ink_and_the_colours_stay() -> None:
    block = STYLE.read_text().split("@media (prefers-contrast: more)")[1]
    assert "--ink: light-dark(#000, #fff)" in block
    assert "--page: light-dark(#fff, #000)" in block
    for side, ground in enumerate(("#fff", "#000")):
        # Icons and lines are no text: 3 is asked of them, and the colours, being the same, differ as much.
        assert min(Color(colour(it.id, side)).contrast(ground) for it in DEFAULT_SCALE) >= 4.5


def test_every_verdict_has_a_line_of_its_own() -> None:
    style = STYLE.read_text()
    lines = {
        it.id: re.search(rf"\[data-verdict={it.id}\] {{ --stroke: (\w+); --weight: ([.\d]+)em;", style)
        for it in DEFAULT_SCALE
    }
    assert [verdict for verdict, found in lines.items() if found is None] == []
    drawn = [(found[1], float(found[2])) for found in lines.values() if found]
    assert len(set(drawn)) == len(DEFAULT_SCALE)
    for (one, thin), (other, thick) in itertools.combinations(sorted(drawn), 2):
        assert one != other or thick / thin >= 1.8, "two lines of one kind differ clearly in weight"


def test_every_verdict_has_an_icon_of_its_own() -> None:
    assert len({it.icon for it in DEFAULT_SCALE}) == len(DEFAULT_SCALE)


@pytest.mark.parametrize("theme", sorted(STYLE.parents[2].glob("*/static/*.css")), ids=str)
def test_no_style_asks_for_the_systems_scheme_past_the_readers_choice(theme: Path) -> None:
    assert "prefers-color-scheme" not in theme.read_text()
