"""The examples of CommonMark's specification, as its package carries them."""

import re
from pathlib import Path

import pytest

from sitegen.model.records import MarkdownSettings
from sitegen.reading.markdown import parse
from sitegen.writing.render import render

SPECIFICATION = Path(__file__).parents[2] / "node_modules" / "commonmark-spec" / "spec.txt"
EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.DOTALL | re.MULTILINE)
SETTINGS = MarkdownSettings()

FIGURES = frozenset(
    {517, 520, 531, 572, 573, 574, 575, 576, 577, 578, 580, 581, 582, 583, 584, 585, 586, 588, 589, 591}
)
"""The examples that come out otherwise with our extensions: an image alone in its paragraph is a figure."""


@pytest.fixture(scope="module")
def examples() -> list[tuple[str, str]]:
    if not SPECIFICATION.exists():
        pytest.fail(f"{SPECIFICATION} is missing: run `make test`, which installs it")
    found = EXAMPLE.findall(SPECIFICATION.read_text("utf-8").replace("→", "\t"))
    assert len(found) == 652, "this is not the specification that the tests were written for (0.31.2)"
    return found


def test_every_example_without_extensions(examples: list[tuple[str, str]]) -> None:
    wrong = []
    for number, (source, expected) in enumerate(examples, 1):
        parsed = parse(source, SETTINGS, extensions=False)
        html = render(parsed.tokens, parsed.env, extensions=False)
        if html != expected:
            wrong.append(f"example {number}\n{source}\nexpected:\n{expected}\ngot:\n{html}")
    assert not wrong, "\n\n".join(wrong)


def plain(html: str) -> str:
    """Take off what a page adds to CommonMark's own markup."""
    added = r' id="[^"]*"|<a class="anchor"[^>]*></a>| tabindex="0"| loading="lazy" decoding="async"|</?span[^>]*>'
    return re.sub(added, "", html).replace(" />", ">")


def test_extensions_change_no_example_but_those_with_an_image_alone(examples: list[tuple[str, str]]) -> None:
    changed = set()
    for number, (source, expected) in enumerate(examples, 1):
        parsed = parse(source, SETTINGS)
        if plain(render(parsed.tokens, parsed.env)) != plain(expected):
            changed.add(number)
    assert changed == FIGURES
