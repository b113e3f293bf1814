"""The example site in a real browser: nothing overlaps, nothing is cut, nothing is asked of other hosts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, served
from playwright.sync_api import Browser, Page

from sitegen.cli import main

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
PAGES = (
    "",
    "north-korean-missiles/",
    "annotating/",
    "claims/",
    "sources/",
    "verdicts/",
    "corrections/",
    "tags/",
    "404.html",
)
CROWDED = """\
---
title: A crowded page with a rather long title that needs more than one line on a narrow screen
---

{paragraphs}

| A table | that is wide | with many | columns | which | never | end | soon |
|---|---|---|---|---|---|---|---|
| claim in a cell | 2 | 3 | 4 | 5 | 6 | 7 | 8 |

- an item with its own claim about lists
- another

> A quotation with a claim inside it.

```
a_line_of_code_that_is_much_longer_than_any_narrow_screen_could_ever_show_without_scrolling_sideways = "claim in code"
```

## A heading with a claim
"""


def build_example(public: Path) -> None:
    """The example site as of a day on which nothing in it is in the future or stale."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1795996800")
        assert main(["--site", str(ROOT), "build", "--quiet", "--strict", "--output", str(public)]) == 0


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The built example site."""
    public = tmp_path_factory.mktemp("example") / "public"
    build_example(public)
    with served(public) as url:
        yield url


def build_crowded(root: Path, settings: str = "") -> None:
    """A site with a page that a designer would rather not see."""
    (root / "content").mkdir()
    (root / "sitegen.yaml").write_text(
        f"title: Crowded\nchecks: {{rules: {{note-crowded: off, unchecked: off}}}}\n{settings}"
    )
    sentences = [
        f"Sentence {number} makes its claim number {number} about the sea and the moon."
        for number in range(12)
    ]
    paragraphs = "\n\n".join(" ".join(sentences[start : start + 4]) for start in range(0, 12, 4))
    (root / "content" / "page.md").write_text(CROWDED.format(paragraphs=paragraphs))
    anchors = [f"claim number {number} about" for number in range(12)]
    anchors += [
        "claim in a cell",
        "claim about lists",
        "claim inside it",
        "claim in code",
        "heading with a claim",
    ]
    claims = "".join(
        f"  c{number}:\n    anchor: {anchor}\n    verdict: opinion\n    because: {'A reason that goes on. ' * (1 + number % 4)}\n"
        f"    note: {'A longer explanation of what was found. ' * (number % 5)}\n"
        for number, anchor in enumerate(anchors)
    )
    (root / "content" / "page.yaml").write_text(f"claims:\n{claims}")
    assert main(["--site", str(root), "build", "--quiet"]) == 0


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page that a designer would rather not see."""
    root = tmp_path_factory.mktemp("crowded")
    build_crowded(root)
    with served(root / "public") as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.prose > *, .prose .note')]
    .filter((node) => getComputedStyle(node).display !== 'contents' && !node.closest('details:not([open]) .more-body'))
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height > 1);
  const found = [];
  for (const [one, a] of boxes) for (const [other, b] of boxes) {
    if (one === other || one.contains(other) || other.contains(one)) continue;
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) {
      found.push(`${one.tagName}#${one.id} over ${other.tagName}#${other.id}`);
    }
  }
  return found;
}"""
FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
"""Until the page was drawn as it is now: notes are set anew before anything that opened is seen."""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_page(browser: Browser, url: str, width: int, *, scripts: bool = True, scheme: str = "light") -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(url)
    return page


@pytest.mark.parametrize("width", [320, 360, 768, 1100, 1280, 1680])
@pytest.mark.parametrize("notes", ["closed", "open"])
def test_nothing_overlaps_and_nothing_scrolls_sideways(
    browser: Browser, crowded: str, width: int, notes: str
) -> None:
    page = open_page(browser, f"{crowded}page/", width)
    if notes == "open":
        page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
        page.evaluate(FRAME)
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SIDEWAYS) <= 0
    page.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_the_example_overlaps_or_scrolls_sideways(
    browser: Browser, address: str, path: str, width: int
) -> None:
    page = open_page(browser, address + path, width)
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(OVERLAPS) == []
    page.close()


def test_notes_stand_in_the_margin_beside_their_block_on_a_wide_screen(
    browser: Browser, address: str
) -> None:
    page = open_page(browser, f"{address}north-korean-missiles/", 1280, scripts=False)
    context = browser.new_page(viewport={"width": 1280, "height": 900})
    context.goto(f"{address}north-korean-missiles/")
    places = context.evaluate(
        """() => [...document.querySelectorAll('.prose .margin')].map((margin) => {
          const block = margin.previousElementSibling.getBoundingClientRect();
          const note = margin.querySelector('.note').getBoundingClientRect();
          return [note.left - block.right, note.top - block.top, block.height];
        })"""
    )
    assert places
    for beside, below, height in places:
        assert beside > 0
        assert below >= -1
        # A note that lags is pushed by the one before it: at most a block and its own height.
        assert below < height + 900
    assert sum(below < height for _, below, height in places) >= len(places) * 0.8
    page.close()
    context.close()


def test_no_host_but_its_own_is_asked_and_the_policy_holds(browser: Browser, address: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PAGES[:-1]:
        page.goto(address + path)
        page.wait_for_load_state("load")
    assert asked
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert complaints == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_claims_can_be_filtered(browser: Browser, address: str, scheme: str) -> None:
    page = open_page(browser, f"{address}claims/?verdict=refuted", 1280, scheme=scheme)
    shown = page.evaluate(
        "[...document.querySelectorAll('[data-keys]')].filter((row) => row.checkVisibility()).map((row) => row.dataset.keys)"
    )
    assert len(shown) == 2
    assert all("verdict:refuted" in keys for keys in shown)
    page.close()
    bare = open_page(browser, f"{address}claims/", 1280, scripts=False)
    assert bare.locator("main a").count() > 30
    bare.close()


def test_every_note_is_in_print(browser: Browser, address: str, tmp_path: Path) -> None:
    page = open_page(browser, f"{address}north-korean-missiles/", 1280)
    page.emulate_media(media="print")
    hidden = page.evaluate(
        "[...document.querySelectorAll('.note, .note .piece')].filter((node) => node.getBoundingClientRect().height < 1).length"
    )
    assert hidden == 0
    assert page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    page.close()


def test_the_site_can_be_read_from_disk(browser: Browser, tmp_path: Path) -> None:
    public = tmp_path / "public"
    build_example(public)
    page = browser.new_page()
    page.goto(f"file://{public}/index.html")
    page.get_by_role("link", name="What the wreckage can say").first.click()
    page.wait_for_url("**/north-korean-missiles/index.html")
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith(
        ("Newsreader", '"Newsreader')
    )
    page.close()


def test_a_claim_and_its_note_lead_to_each_other(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}north-korean-missiles/", 1280)
    links = page.evaluate(
        """() => [...document.querySelectorAll('a.noteref')].map((link) => {
          const note = document.getElementById(link.hash.slice(1));
          const back = note.querySelector('a');
          return [note.getAttribute('role'), Boolean(document.getElementById(back.hash.slice(1))), note.firstElementChild === back,
                  link.getAttribute('role'), link.getAttribute('aria-label')];
        })"""
    )
    assert len(links) == 34
    for role, leads_back, first, reference, label in links:
        assert (role, leads_back, first, reference) == ("doc-footnote", True, True, "doc-noteref")
        assert label.startswith("Note ")
    page.close()
