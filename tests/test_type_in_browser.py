"""The type of the default theme: how many characters a line has, how words are divided, how figures and tables stand."""

from collections.abc import Iterator

import pytest
from browser import served
from playwright.sync_api import Browser, Page

from sitegen.cli import main

pytestmark = pytest.mark.browser

LINES = """() => [...document.querySelectorAll('.prose > p')].flatMap((paragraph) => {
  const lines = [];
  const range = document.createRange();
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  let bottom = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let at = 0; at < node.length; at += 1) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const [box] = range.getClientRects();
      if (!box) continue;
      if (bottom === null || box.bottom - bottom > 8) { lines.push(0); bottom = box.bottom; }
      lines[lines.length - 1] += 1;
    }
  }
  return lines.slice(0, -1);
})"""

TEXT = """The harbour of the old town was rebuilt after the flood, when nobody expected that it would be needed again, and
the first ships came back within three months. Those who had left returned slowly, and found their houses as they had been.
A committee of seven counted what was lost and what was left, and wrote both into a book that anyone may read to this day."""
TABLE = "| place | water | when | who | why | how | what |\n|---|---:|---|---|---|---|---|\n| Quayside | 1,100 | yesterday | somebody | because | carefully | something |\n"


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    root = tmp_path_factory.mktemp("type")
    (root / "content").mkdir()
    (root / "sitegen.yaml").write_text("title: Type\n")
    (root / "content" / "page.md").write_text(
        f"---\ntitle: Type\nlanguage: en-GB\n---\n\n{TEXT}\n\n{TEXT}\n\n{TABLE}\n"
    )
    assert main(["--site", str(root), "build", "--quiet"]) == 0
    with served(root / "public") as url:
        found = browser.new_page()
        found.goto(f"{url}page/")
        found.evaluate("document.fonts.ready")
        yield found
        found.close()


@pytest.mark.parametrize("width", [600, 768, 1024, 1100, 1280, 1680, 2560])
def test_a_full_line_has_sixty_to_seventy_five_characters(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    lines = page.evaluate(LINES)
    assert len(lines) > 6
    assert 60 <= sum(lines) / len(lines) <= 75


def test_words_may_be_divided_as_the_language_does(page: Page) -> None:
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    hyphens = "(selector) => getComputedStyle(document.querySelector(selector)).hyphens"
    assert page.evaluate(hyphens, ".prose > p") == "auto"
    assert page.evaluate(hyphens, ".prose td") == "manual"


def test_figures_are_proportional_in_text_and_tabular_in_tables(page: Page) -> None:
    numeric = "(selector) => getComputedStyle(document.querySelector(selector)).fontVariantNumeric"
    assert "proportional-nums" in page.evaluate(numeric, ".prose > p")
    widths = page.evaluate(
        """() => {
          const width = (parent, text) => {
            const span = document.createElement('span');
            span.textContent = text;
            parent.append(span);
            const found = span.getBoundingClientRect().width;
            span.remove();
            return found;
          };
          const [prose, cell] = ['.prose > p', '.prose td.align-right'].map((one) => document.querySelector(one));
          return [width(prose, '1111') / width(prose, '0000'), width(cell, '1111') / width(cell, '0000')];
        }"""
    )
    assert widths[1] == pytest.approx(1, abs=0.01)
    assert widths[0] < 0.95, "the font's proportional figures are there"


@pytest.mark.parametrize("width", [320, 1280])
def test_a_wide_table_scrolls_by_itself_and_breaks_no_word(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cells = page.evaluate(
        "[...document.querySelectorAll('.prose td')].map((cell) => [cell.scrollWidth - cell.clientWidth, cell.clientHeight])"
    )
    assert all(over <= 0 for over, _ in cells)
    assert len({height for _, height in cells}) == 1


def test_only_the_bundled_families_are_asked_for(page: Page) -> None:
    loaded = page.evaluate(
        "[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)"
    )
    assert {name.strip('"') for name in loaded} <= {"Newsreader", "Newsreader Display", "Libre Franklin"}
