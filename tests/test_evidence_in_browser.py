"""What an article rests on, as a reader sees it: the figure of evidence, quotes in their context, the ledger, source pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, served
from everything import build_everything
from playwright.sync_api import Page

from sitegen.cli import main
from sitegen.writing import site_pages

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


def test_claims_of_all_pages_are_narrowed_on_the_first(
    site: tuple[Page, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_pages, "CLAIMS_SIZE", 3)
    (tmp_path / "content").mkdir()
    (tmp_path / "sitegen.yaml").write_text("checks: {rules: {evidence-missing: off, note-crowded: off}}\n")
    for article in "abc":
        claims = "".join(
            f"  {verdict}: {{anchor: {verdict} words, verdict: {verdict}, claimant: {{name: Ann {article}}}, checked: 2024-05-01}}\n"
            for verdict in ("supported", "refuted", "opinion")
        )
        text = f"---\ntitle: Piece {article}\ntags: [t{article}]\n---\n\nSupported words, refuted words, opinion words.\n"
        (tmp_path / "content" / f"{article}.md").write_text(text.replace("Supported", "supported"))
        (tmp_path / "content" / f"{article}.yaml").write_text(f"claims:\n{claims}")
    assert main(["--site", str(tmp_path), "build", "--jobs", "1", "--quiet"]) == 0
    page = site[0]
    rows, count = page.locator("#claims > li"), page.locator("[data-count]")
    with served(tmp_path / "public") as address:
        with page.expect_response("**/claims/index.json"):  # nobody has to ask for it
            page.goto(f"{address}claims/")
        assert (rows.count(), count.inner_text()) == (3, "Page 1 of 3")
        page.select_option("[name=verdict]", "verdict:refuted")
        page.wait_for_function("document.querySelector('[data-count]').textContent === '3 of 9 claims'")
        assert rows.locator(".verdict").all_inner_texts() == ["Refuted"] * 3
        assert rows.nth(2).locator("a").last.inner_text() == "Piece c"
        assert "Ann c" in rows.nth(2).inner_text()
        assert not page.locator(".pager").is_visible()
        page.fill("[name=q]", "piece B")
        page.wait_for_function("document.querySelector('[data-count]').textContent === '1 of 9 claims'")
        assert page.evaluate("location.search") == "?verdict=refuted&q=piece+B"
        page.click("button[type=reset]")
        page.wait_for_function("document.querySelector('[data-count]').textContent === 'Page 1 of 3'")
        assert rows.count() == 3
        # The address brings a filter along; an index that does not come is told once it is asked for.
        page.goto(f"{address}claims/?claimant=Ann_b")
        page.wait_for_function("document.querySelector('[data-count]').textContent === '3 of 9 claims'")
        page.route("**/claims/index.json", lambda route: route.abort())
        page.goto(f"{address}claims/")
        page.wait_for_load_state("networkidle")
        assert count.inner_text() == "Page 1 of 3"
        page.select_option("[name=verdict]", "verdict:refuted")
        page.wait_for_function(
            "document.querySelector('[data-count]').textContent.startsWith('The list of all claims could not')"
        )
    page.close()
