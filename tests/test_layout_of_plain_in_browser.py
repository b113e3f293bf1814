"""The plain theme holds in articles that are hard to set, by the very look of the default theme's test."""

from collections.abc import Iterator

import pytest
from browser import served
from layouts import layouts
from playwright.sync_api import Playwright
from test_layout_in_browser import (
    playwright,  # noqa: F401 - a fixture
    walk,
)

from sitegen.cli import main

pytestmark = pytest.mark.browser

COUNT = 24


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Some of the articles in the plain theme."""
    root = tmp_path_factory.mktemp("layouts")
    for name, content in layouts(COUNT):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    with (root / "sitegen.yaml").open("a") as settings:
        settings.write("theme: plain\n")
    assert main(["--site", str(root), "build", "--quiet"]) == 0
    with served(root / "public") as url:
        yield url


def test_nothing_overlaps_is_cut_or_scrolls_sideways(playwright: Playwright, address: str) -> None:  # noqa: F811 - the fixture
    assert walk(playwright, address, range(COUNT), each=4) == []
