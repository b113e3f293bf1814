"""The overlay, the corner and the ways to the editor, as a reader meets them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from previewing import SIDECAR, Preview, wait_for

from sitegen.model.places import Place
from sitegen.preview.overlay import WIDEST, snippet

BROKEN = SIDECAR.replace("moon pulls the water", "moon draws the water")
SHEET = "#sitegen-preview .sheet"
LIST = "#sitegen-preview .list"
CORNER = "#sitegen-preview .corner"

browsing = pytest.mark.browser


def test_a_line_is_parted_at_the_place_and_cut_where_it_is_long() -> None:
    part = snippet("anchor: moon", Place("a.yaml", 1, 9, 1, 13))
    assert (part.before, part.marked, part.after) == ("anchor: ", "moon", "")
    long = "x" * 400 + "HERE" + "y" * 400
    part = snippet(long, Place("a.yaml", 1, 401, 1, 405))
    assert part.marked == "HERE"
    assert part.before.startswith("…x")
    assert part.after.endswith("y…")
    assert len(part.before + part.marked + part.after) <= WIDEST + 2
    part = snippet("short", Place("a.yaml", 1, 80, 3, 1))
    assert (part.before, part.marked) == ("short", "")


@pytest.fixture
def page(preview: Preview, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 720})
    visit(opened, f"{preview.address}tides/")
    yield opened
    opened.close()


def visit(page: Page, address: str) -> None:
    page.set_default_timeout(10_000)
    page.goto(address)
    page.wait_for_selector("#sitegen-preview[data-version]", state="attached")


@browsing
def test_the_overlay_comes_with_the_line_and_a_caret_and_goes_when_mended(
    preview: Preview, page: Page
) -> None:
    assert not page.is_visible(SHEET)
    preview.write("content/tides.yaml", BROKEN)
    page.wait_for_selector(f"{SHEET} li")
    shown = page.inner_text(SHEET)
    for words in (
        "This page: 1 error",
        "content/tides.yaml:3:13",
        "anchor-drifted",
        "nearest there",
        "anchor: moon draws",
    ):
        assert words in shown
    assert page.get_by_role("region", name="This page: 1 error").is_visible()
    assert (
        page.locator("#sitegen-preview [role=status]").text_content()
        == "This page: 1 error. Elsewhere: no problems."
    )
    carets, marked = page.locator(f"{SHEET} .under b"), page.locator(f"{SHEET} mark")
    under, over = carets.bounding_box(), marked.bounding_box()
    assert carets.inner_text() == "^" * len("moon draws the water")
    assert under is not None
    assert over is not None
    assert (under["x"], under["width"]) == pytest.approx((over["x"], over["width"]), abs=1)
    assert under["y"] >= over["y"] + over["height"] - 6
    preview.write("content/tides.yaml", SIDECAR)
    page.wait_for_selector(SHEET, state="hidden")


def test_lines_of_files_outside_of_the_site_are_not_shown(preview: Preview) -> None:
    (preview.root.parent / "secret.txt").write_text("do not show this")
    (preview.root / "content" / "link.txt").symlink_to(preview.root.parent / "secret.txt")
    wait_for(lambda: preview.state()["elsewhere"]["errors"] == 1)
    status, body = preview.get("/_sitegen/problems?path=/tides/")
    assert status == 200
    assert b"content/link.txt" in body
    assert b"do not show this" not in body


@browsing
def test_the_overlay_is_closed_by_escape_or_its_button_and_comes_back_for_new_problems(
    preview: Preview, page: Page
) -> None:
    preview.write("content/tides.yaml", BROKEN)
    page.wait_for_selector(SHEET)
    page.keyboard.press("Escape")
    page.wait_for_selector(SHEET, state="hidden")
    preview.write("content/tides.yaml", "# a line above moves the places\n" + BROKEN)
    wait_for(lambda: preview.state()["here"][0]["line"] == 4)
    page.wait_for_timeout(150)
    assert not page.is_visible(SHEET), "it is still the same problem"
    preview.write("content/tides.yaml", BROKEN.replace("sun helps", "sun hinders"))
    page.wait_for_selector(SHEET)
    assert page.locator(f"{SHEET} li").count() == 2
    page.locator(f"{SHEET} .close").click()
    page.wait_for_selector(SHEET, state="hidden")
    page.locator(f"{CORNER} button").click()
    page.wait_for_selector(SHEET)
    assert page.evaluate("document.querySelector('#sitegen-preview').shadowRoot.activeElement.id") == "here"
    visit(page, page.url)
    assert page.is_visible(SHEET) is False, "what was closed stays closed in this tab"


@browsing
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("content/tides.yaml", "claims:\n  pull: {anchor: [\n", "yaml-syntax"),
        ("themes/mine/templates/article.html", "{% if %}", "The site cannot be made"),
        ("sitegen.yaml", "theme: nowhere\n", "The site cannot be made"),
    ],
)
def test_whatever_breaks_the_last_good_page_stays_under_the_overlay(
    preview: Preview, page: Page, name: str, text: str, words: str
) -> None:
    good = dict.fromkeys(("sitegen.yaml", "content/tides.yaml"), "")
    for file in good:
        good[file] = (preview.root / file).read_text()
    if name.startswith("themes/"):
        good["sitegen.yaml"] = "title: Preview\ntheme: mine\n"
        preview.write("themes/mine/theme.yaml", "extends: default\n")
        preview.write("sitegen.yaml", good["sitegen.yaml"])
    preview.write(name, text)
    page.wait_for_selector(f"{SHEET} li")
    assert words in page.inner_text(SHEET)
    assert "The moon pulls the water" in page.inner_text("main")
    assert page.locator("aside[id^=note-]").count() == 2
    if name.startswith("themes/"):
        (preview.root / name).unlink()
    else:
        preview.write(name, good[name])
    page.wait_for_selector(SHEET, state="hidden")
    assert "The moon pulls the water" in page.inner_text("main")


@browsing
def test_problems_elsewhere_are_counted_in_the_corner_and_listed_by_file(
    preview: Preview, page: Page
) -> None:
    preview.write("content/ebb.md", "# Ebb\n\n[nowhere](nowhere.md)\n\n![](media/none.png)\n")
    preview.write("content/flow.md", "# Flow\n\n[nowhere](else.md)\n")
    wait_for(lambda: "Elsewhere" in page.inner_text(CORNER))
    button = page.locator(f"{CORNER} button")
    wait_for(lambda: (button.get_attribute("aria-label") or "").startswith("Elsewhere: 3 errors"))
    assert not page.is_visible(SHEET)
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    page.wait_for_selector(LIST)
    assert button.get_attribute("aria-expanded") == "true"
    assert page.locator(f"{LIST} summary .file").all_inner_texts() == ["content/ebb.md", "content/flow.md"]
    assert "content/flow.md:3:1" in page.inner_text(LIST)
    page.locator(f"{LIST} a", has_text="Go to /flow/").click()
    page.wait_for_url("**/flow/")
    page.wait_for_selector(SHEET)
    assert "else.md" in page.inner_text(SHEET)


@browsing
def test_the_overlay_is_not_drawn_again_for_the_same_problems(preview: Preview, page: Page) -> None:
    preview.write("content/tides.yaml", BROKEN)
    page.wait_for_selector(f"{SHEET} li")
    page.evaluate("document.querySelector('#sitegen-preview').shadowRoot.querySelector('li').mine = true")
    before = page.get_attribute("#sitegen-preview", "data-version")
    preview.write("content/tides.md", (preview.root / "content/tides.md").read_text() + "\nMore.\n")
    wait_for(lambda: page.get_attribute("#sitegen-preview", "data-version") != before)
    assert (
        page.evaluate("document.querySelector('#sitegen-preview').shadowRoot.querySelector('li').mine")
        is True
    )


@browsing
@pytest.mark.parametrize("width", [360, 1280])
def test_the_overlay_leaves_room_for_the_page_and_is_not_printed(
    preview: Preview, page: Page, width: int
) -> None:
    many = "".join(f"[nowhere {n}](nowhere-{n}.md)\n\n" for n in range(30))
    page.set_viewport_size({"width": width, "height": 640})
    preview.write("content/tides.md", "# Tides\n\n" + many)
    page.wait_for_selector(f"{SHEET} li")
    page.wait_for_timeout(200)
    box = page.locator(SHEET).bounding_box()
    assert box is not None
    assert box["height"] < 640 * 0.65
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(media="print")
    assert not page.is_visible(SHEET)


# --- to the editor


@pytest.fixture
def opened(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("editor")
    script, record = folder / "editor", folder / "record"
    script.write_text(f'#!/bin/sh\necho "$@" >>"{record}"\n')
    script.chmod(0o755)
    record.write_text("")
    monkeypatch.setenv("SITEGEN_EDITOR", f"{script} {{file}}:{{line}}:{{column}}")
    return record


@browsing
def test_each_note_opens_its_sidecar_at_its_line(preview: Preview, page: Page, opened: Path) -> None:
    assert page.locator(".sitegen-edit").count() == 2
    page.locator("#note-sun").hover()
    page.locator("#note-sun .sitegen-edit").click()
    wait_for(lambda: opened.read_text() == f"{preview.root}/content/tides.yaml:7:3\n")
    preview.write("content/tides.yaml", "# above\n" + SIDECAR)
    wait_for(lambda: preview.state()["entries"]["sun"][1] == 8)
    page.wait_for_timeout(150)
    page.locator("#note-sun .sitegen-edit").focus()
    page.keyboard.press("Enter")
    wait_for(lambda: opened.read_text().endswith("content/tides.yaml:8:3\n"))


@browsing
@pytest.mark.parametrize(
    ("selector", "place"),
    [
        (".prose > p >> nth=1", "content/tides.md:7:1"),
        ("#note-pull .because", "content/tides.yaml:2:3"),
        ("h1", "content/tides.md:1:1"),
    ],
)
def test_a_double_click_opens_the_editor_there(
    preview: Preview, page: Page, opened: Path, selector: str, place: str
) -> None:
    page.locator(selector).dblclick(position={"x": 4, "y": 4})
    wait_for(lambda: opened.read_text() == f"{preview.root}/{place}\n")


@browsing
def test_a_place_in_the_overlay_opens_the_editor(preview: Preview, page: Page, opened: Path) -> None:
    preview.write("content/tides.yaml", BROKEN)
    link = page.locator(f"{SHEET} .place").first
    link.click()
    wait_for(lambda: opened.read_text() == f"{preview.root}/content/tides.yaml:3:13\n")
    assert link.get_attribute("href") == f"vscode://file{preview.root}/content/tides.yaml:3:13"
