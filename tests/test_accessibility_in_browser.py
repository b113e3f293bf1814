"""Every kind of page in a real Chromium: axe-core, landmarks, the reader's wishes of light, contrast and motion."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import served
from everything import KINDS, build_everything
from playwright.sync_api import Browser, Page
from previewing import wait_for

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
FOUND = """async () => (await axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})).violations
  .map((it) => `${it.id}: ${it.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`)"""
PAPER = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(253, 252, 249)", "rgb(23, 22, 19)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(build_everything(tmp_path_factory.mktemp("all"))) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.context.close()


def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, address: str) -> None:
    script = AXE.read_text(encoding="utf-8")
    # The policy would stop axe as it stops every other script: it is set aside in these pages alone.
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for kind, path in KINDS.items():
        page.goto(address + path)
        page.evaluate(script)
        page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                if violations := page.evaluate(FOUND):
                    found[f"{kind}, {scheme}, {width}"] = violations
    context.close()
    assert found == {}


def test_headings_landmarks_and_skip_links_are_right(page: Page, address: str) -> None:
    for kind, path in KINDS.items():
        page.goto(address + path)
        facts: dict[str, Any] = page.evaluate(
            """() => ({
              levels: [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((it) => Number(it.localName[1])),
              landmarks: ['header.site-header', 'nav', 'main', 'footer.site-footer'].map((it) => document.querySelectorAll(it).length),
              skip: document.querySelector('a').className,
              into: document.querySelector('a').hash,
            })"""
        )
        levels = facts["levels"]
        assert levels.count(1) == 1, kind
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (
            kind,
            levels,
        )
        header, nav, main, footer = facts["landmarks"]
        assert (header, main, footer) == (1, 1, 1), kind
        assert nav >= 1, kind
        assert (facts["skip"], facts["into"]) == ("skip", "#main"), kind
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_notes_are_told_as_the_details_of_their_claim(page: Page, address: str) -> None:
    page.goto(f"{address}tides/")
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    details = {
        related["idref"]
        for node in nodes
        for prop in node.get("properties", ())
        if prop["name"] == "details"
        for related in prop["value"]["relatedNodes"]
    }
    notes = page.evaluate("[...document.querySelectorAll('.prose .note')].map((it) => it.id)")
    assert notes
    assert set(notes) <= details


def test_every_verdicts_line_differs_also_in_forced_colours_and_on_paper(page: Page, address: str) -> None:
    page.goto(f"{address}verdicts/")
    drawn = """() => [...document.querySelectorAll('.scale > [data-verdict] .verdict')].map((it) => {
      const style = getComputedStyle(it);
      return [it.dataset.verdict, `${style.textDecorationLine} ${style.textDecorationStyle} ${style.textDecorationThickness}`];
    })"""
    wishes: tuple[Callable[[], None], ...] = (
        page.emulate_media,
        lambda: page.emulate_media(forced_colors="active"),
        lambda: page.emulate_media(forced_colors="none", media="print"),
        lambda: page.emulate_media(media="screen", contrast="more"),
    )
    for number, wish in enumerate(wishes):
        wish()
        lines = [line for verdict, line in page.evaluate(drawn) if verdict != "shaky"]
        assert len(lines) == 9
        assert len(set(lines)) == 9, number
        assert all(line.startswith("underline ") for line in lines)


def test_light_or_dark_is_the_systems_until_the_reader_chooses_and_is_remembered(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    assert page.evaluate(PAPER) == DARK
    page.locator("[data-schemes] input[value=light]").check()
    assert page.evaluate(PAPER) == LIGHT
    page.goto(f"{address}tides/")
    wait_for(lambda: page.evaluate(PAPER) == LIGHT)
    assert page.locator("[data-schemes] input:checked").input_value() == "light"
    other = context.new_page()
    other.goto(f"{address}claims/")
    page.locator("[data-schemes] input[value='']").check()
    assert page.evaluate(PAPER) == DARK
    wait_for(lambda: other.evaluate(PAPER) == DARK)
    context.close()


def test_the_choice_is_there_before_anything_is_drawn(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(address)
    page.locator("[data-schemes] input[value=dark]").check()
    page.add_init_script(
        """new MutationObserver(() => {
          if (document.documentElement?.dataset.scheme) window.chosen ??= performance.now();
        }).observe(document, {subtree: true, attributes: true, childList: true, attributeFilter: ['data-scheme']});"""
    )
    page.goto(f"{address}tides/")
    wait_for(lambda: page.evaluate("performance.getEntriesByName('first-paint').length") == 1)
    assert page.evaluate("window.chosen <= performance.getEntriesByName('first-paint')[0].startTime")
    context.close()


def test_without_scripts_the_system_decides_and_no_switch_is_shown(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="dark", java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("[data-schemes]").is_visible() is False
    assert page.locator("meta[name=theme-color]").count() == 2
    context.close()


def test_more_contrast_less_motion_and_paper_are_heeded(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark", contrast="more", reduced_motion="reduce")
    page.goto(f"{address}tides/")
    assert page.evaluate(PAPER) == "rgb(0, 0, 0)"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.note .verdict')).color")
        == "rgb(255, 255, 255)"
    )
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.emulate_media(media="print", color_scheme="dark", contrast="no-preference")
    assert page.evaluate(PAPER) == "rgb(255, 255, 255)"
