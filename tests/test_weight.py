"""What a page costs its reader: an article with thirty notes, compressed as servers do, and nothing that moves."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import served
from playwright.sync_api import Browser
from previewing import wait_for
from served import Html

from sitegen.cli import main

NOTES = 30
MOST = 60_000
"""Bytes of HTML, styles and scripts, each compressed by gzip, without fonts and pictures."""

WORDS = (
    "harbour",
    "pilot",
    "ledger",
    "gauge",
    "autumn",
    "council",
    "vessel",
    "record",
    "number",
    "current",
    "station",
    "method",
    "witness",
    "notice",
)


def sentence(seed: int, length: int) -> str:
    """Words that do not repeat themselves as a generator's would: they compress like prose."""
    return " ".join(
        f"{WORDS[(seed * 7 + at * at * 3 + at) % len(WORDS)]}{(seed * 31 + at * 17) % 97}"
        for at in range(length)
    )


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("weight")
    (root / "content" / "sources").mkdir(parents=True)
    quotes = [f"quoted {number} {sentence(number + 500, 14)}" for number in range(NOTES)]
    (root / "sitegen.yaml").write_text(
        "title: Weight\nchecks: {rules: {note-crowded: off, single-origin: off, no-primary: off, number-unsupported: off}}\n"
    )
    (root / "content" / "sources" / "book.yaml").write_text(
        "title: A book of records\npublisher: Press\nkind: primary\nurl: https://example.org/book\nsnapshot: {file: book.txt}\n"
    )
    (root / "content" / "sources" / "book.txt").write_text(". ".join(quotes))
    paragraphs = [
        f"Claim {number} says {sentence(number, 12)}. {sentence(number + 100, 40)}."
        for number in range(NOTES)
    ]
    (root / "content" / "page.md").write_text(
        "---\ntitle: Thirty notes\n---\n\n" + "\n\n".join(paragraphs) + "\n"
    )
    claims = [
        f"  c{number}:\n    anchor: Claim {number} says {sentence(number, 12)}\n    verdict: supported\n"
        f"    because: {sentence(number + 200, 14)}\n    note: {sentence(number + 300, 40)}\n    checked: {{on: 2024-05-01, by: Ann}}\n"
        f"    evidence: [{{source: book, stance: supports, quote: '{quotes[number]}', at: p. {number}}}]\n"
        for number in range(NOTES)
    ]
    (root / "content" / "page.yaml").write_text("claims:\n" + "".join(claims))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1717200000")
        assert main(["--site", str(root), "build", "--quiet", "--jobs", "1"]) == 0
    return root / "public"


@pytest.fixture(scope="module")
def address(public: Path) -> Iterator[str]:
    with served(public) as url:
        yield url


def test_an_article_of_thirty_notes_is_light_and_has_one_style(public: Path) -> None:
    page = Html((public / "page" / "index.html").read_text())
    assert sum("claim-note" in each.get("class", "") for each in page.all("aside")) == NOTES
    styles = [each["href"] for each in page.all("link") if each.get("rel") == "stylesheet"]
    scripts = [each for each in page.all("script") if "src" in each]
    assert len(styles) == 1
    assert [
        each for each in scripts if not ({"async", "defer"} & each.keys() or each.get("type") == "module")
    ] == []
    files = [public / "page" / "index.html"]
    files += [public / "page" / name for name in (*styles, *(each["src"] for each in scripts))]
    sizes = {file.name: len(gzip.compress(file.read_bytes(), mtime=0)) for file in files}
    assert sum(sizes.values()) <= MOST, sizes


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts_once_fonts_are_in_and_no_script_holds_the_page_up(
    browser: Browser, address: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.add_init_script(
        """window.late = 0; let ready = false;
        document.addEventListener('DOMContentLoaded', () => document.fonts.ready.then(() => requestAnimationFrame(() =>
          requestAnimationFrame(() => { ready = true; window.settled = true; }))));
        new PerformanceObserver((list) => { for (const shift of list.getEntries()) if (ready && !shift.hadRecentInput) window.late += shift.value; })
          .observe({type: 'layout-shift', buffered: true});"""
    )
    page.goto(f"{address}page/")
    wait_for(lambda: page.evaluate("window.settled === true"))
    for _ in range(4):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(50)
    assert page.evaluate("window.late") == 0
    blocking = "performance.getEntriesByType('resource').filter((it) => it.initiatorType === 'script' && it.renderBlockingStatus === 'blocking').map((it) => it.name)"
    assert page.evaluate(blocking) == []
    page.close()
