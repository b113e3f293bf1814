"""What an article rests on, as a reader sees it: the figure of evidence, quotes in their context, the ledger, source pages."""

from collections.abc import Iterator

import pytest
from browser import chromium, served
from everything import build_everything
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    """A page of a browser, and the address of a site that has every kind of page."""
    with chromium() as browser, served(build_everything(tmp_path_factory.mktemp("evidence"))) as address:
        yield browser.new_page(viewport={"width": 1280, "height": 900}), address


def test_figure_has_a_row_for_each_claim_and_says_in_words_what_it_draws(site: tuple[Page, str]) -> None:
    page, address = site
    page.goto(f"{address}tides/")
    rows = page.eval_on_selector_all(
        ".figure-claim",
        """(rows) => rows.map((row) => [row.getAttribute("href"), row.dataset.verdict, row.querySelectorAll("use").length,
          row.getAttribute("aria-label")])""",
    )
    assert {row[0] for row in rows} == {
        f"#c-{claim}" for claim in ("pull", "sun", "water", "unknown", "rise", "gauges")
    }
    marks = {row[0]: (row[1], row[2]) for row in rows}
    assert marks["#c-rise"] == ("disputed", 2)
    assert marks["#c-pull"] == ("supported", 5)
    assert marks["#c-water"] == ("opinion", 0)
    said = next(row[3] for row in rows if row[0] == "#c-rise")
    assert "Nautical Almanac" in said
    assert "Survey of the Coast" in said
    page.focus('.figure-claim[href="#c-rise"]')
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#c-rise"


def test_quotation_stands_in_the_words_around_it(site: tuple[Page, str]) -> None:
    page, address = site
    page.goto(f"{address}tides/")
    quotes = page.eval_on_selector_all(
        ".note .piece blockquote",
        """(found) => found.map((node) => [node.querySelector("q").textContent, node.textContent.trim(),
          [...node.querySelectorAll(".around")].map((around) => around.textContent.trim())])""",
    )
    around = {quote: context for quote, _, context in quotes}
    assert "Our gauges show" in " ".join(around["two high waters a day"])
    assert around["the moon is a lamp"] == [], "no copy holds it"
    for quote, whole, context in quotes:
        assert all(words in whole for words in context), quote


def test_ledger_counts_what_the_article_has(site: tuple[Page, str]) -> None:
    page, address = site
    page.goto(f"{address}tides/")
    ledger = page.locator(".ledger").inner_text()
    assert "6 claims" in ledger
    assert "2 May 2024" in ledger
    assert "2 corrections" in ledger
    link = page.locator('.ledger a[href="#corrections"]')
    assert link.count() == page.locator("#corrections").count() == 1


def test_claims_are_narrowed_to_a_claimant(site: tuple[Page, str]) -> None:
    page, address = site
    page.goto(f"{address}claims/")
    page.select_option("[name=claimant]", "claimant:A_teacher")
    rows = page.locator("#claims > li:visible")
    assert rows.count() == 1
    assert "A teacher" in rows.inner_text()
    assert page.evaluate("location.search") == "?claimant=A_teacher"
    page.click("button[type=reset]")
    page.wait_for_function("document.querySelectorAll('#claims > li:not([hidden])').length > 1")


def test_source_page_lists_all_that_rests_on_it(site: tuple[Page, str]) -> None:
    page, address = site
    page.goto(f"{address}sources/almanac/")
    links = page.eval_on_selector_all(
        ".citations .row-statement a", "(found) => found.map((link) => link.hash)"
    )
    assert {"#c-pull", "#c-sun", "#c-rise"} <= set(links)
    assert page.locator("#citations").inner_text().startswith(f"Cited {len(links)} times")
    page.locator('.citations a[href$="#c-rise"]').click()
    assert page.locator("#c-rise").count() == 1
