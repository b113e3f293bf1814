"""From claim to note and back in a real browser: by mouse, by touch, by keyboard, by link; one verdict at a time."""

import re
from collections.abc import Iterator

import pytest
from browser import served
from playwright.sync_api import Browser, Page, expect
from previewing import ARTICLE as PREVIEWED
from previewing import Preview, wait_for

from sitegen.cli import main

pytestmark = pytest.mark.browser

VERDICTS = ("supported", "refuted", "supported", "opinion", "refuted", "supported")
CROWD = " ".join(f"The {word} claim stands here in full." for word in ("one", "two", "three", "four"))
ARTICLE = f"""\
# Tides

{CROWD}

{"Words that claim nothing. " * 90}

The fifth claim is alone, far down. A gauge measures.

{"More words that claim nothing. " * 60}

The sixth claim comes last.
"""
ANCHORS = (
    *(f"{word} claim stands" for word in ("one", "two", "three", "four")),
    "fifth claim is alone",
    "sixth claim comes last",
)
SITE = {
    "sitegen.yaml": "title: Tides\nbase_url: https://example.org/\nchecks: {rules: {note-crowded: off, evidence-missing: off}}\n",
    "content/tides.md": ARTICLE,
    "content/tides.yaml": "claims:\n"
    + "".join(
        f"  c{at + 1}: {{anchor: {anchor}, verdict: {verdict}, because: {'It was looked into. ' * 12}, checked: {{on: 2024-05-02, by: Ann}}}}\n"
        for at, (anchor, verdict) in enumerate(zip(ANCHORS, VERDICTS, strict=True))
    )
    + "notes:\n  gauge: {anchor: A gauge, kind: definition, note: It measures.}\n",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("interaction")
    for name, content in SITE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1717200000")
        assert main(["--site", str(root), "build", "--quiet"]) == 0
    with served(root / "public") as url:
        yield f"{url}tides/"


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield page
    page.close()


@pytest.fixture
def wide(window: Page, address: str) -> Page:
    return at_width(window, address, 1280)


@pytest.fixture
def narrow(window: Page, address: str) -> Page:
    return at_width(window, address, 390)


def at_width(page: Page, address: str, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("about:blank")
    page.goto(address)
    return page


def fragment(page: Page) -> str:
    """What the address bar names; Playwright's own idea of the address comes later."""
    return str(page.evaluate("location.hash.slice(1)"))


def in_sight(page: Page, selector: str) -> bool:
    return bool(
        page.eval_on_selector(
            selector,
            "it => { const b = it.getBoundingClientRect(); return b.top >= 0 && b.top < innerHeight; }",
        )
    )


def test_a_click_on_a_claim_chooses_it_and_the_address_names_it(wide: Page) -> None:
    top = "document.querySelector('#note-c4').getBoundingClientRect().top - document.querySelector('#c-c4').getBoundingClientRect().top"
    assert wide.evaluate(top) > 100
    wide.locator("#c-c4").click()
    assert fragment(wide) == "c-c4"
    expect(wide.locator("#note-c4")).to_have_attribute("data-current", "")
    expect(wide.locator("mark[data-current]")).to_have_count(1)
    # The chosen note comes nearer; the others keep their order, and make room.
    tops = wide.evaluate(
        "[...document.querySelectorAll('.prose .note')].map(it => it.getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)
    wide.locator("#c-c5").click()
    assert fragment(wide) == "c-c5"
    expect(wide.locator("[data-current]")).to_have_count(2)


def test_crowded_notes_say_what_they_speak_of_and_others_do_not(wide: Page) -> None:
    shown = wide.evaluate(
        "[...document.querySelectorAll('.first-words')].map(it => getComputedStyle(it).visibility)"
    )
    assert shown[:4] == ["visible"] * 4
    assert shown[-1] == "hidden"
    expect(wide.locator("#note-c4 .first-words")).to_contain_text("four claim stands")


def test_a_line_leads_from_a_note_to_its_claim(wide: Page) -> None:
    leader = wide.locator("svg.leader")
    expect(leader).to_be_hidden()
    wide.locator("#note-c2 .verdict").hover()
    assert leader.get_attribute("data-on") == ""
    path = wide.locator("svg.leader path").get_attribute("d") or ""
    numbers = [float(it) for it in re.findall(r"[\d.]+", path)]
    note, claim = (wide.locator(it).bounding_box() for it in ("#note-c2", "#c-c2"))
    assert note is not None
    assert claim is not None
    assert abs(numbers[0] - note["x"]) < 8
    assert abs(numbers[1] - note["y"]) < 8
    assert abs(numbers[-2] - claim["x"] - claim["width"]) < 8
    assert abs(numbers[-1] - claim["y"] - claim["height"]) < 8
    expect(wide.locator("#c-c2")).to_have_attribute("data-lit", "")
    wide.mouse.move(5, 5)
    assert leader.get_attribute("data-on") is None
    expect(wide.locator("[data-lit]")).to_have_count(0)
    wide.locator('.noteref[href="#note-c3"]').focus()
    assert leader.get_attribute("data-on") == ""


def test_keys_step_through_the_claims_and_enter_and_escape_go_to_and_fro(wide: Page) -> None:
    at = wide.locator("[data-position]")
    expect(at).to_have_text("–/6")
    for number in (1, 2, 3, 4, 5):
        wide.keyboard.press("n")
        assert fragment(wide) == f"c-c{number}"
        expect(at).to_have_text(f"{number}/6")
        assert in_sight(wide, f"#c-c{number}")
    wide.keyboard.press("p")
    assert fragment(wide) == "c-c4"
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.closest('.note').id") == "note-c4"
    wide.keyboard.press("Tab")
    assert wide.evaluate("document.activeElement.closest('.note').id") == "note-c4"
    wide.keyboard.press("Escape")
    assert wide.evaluate("document.activeElement.hash") == "#note-c4"
    expect(wide.locator("[data-current]")).to_have_count(0)
    wide.locator("#note-c6 .backlink").focus()
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.hash") == "#note-c6"
    assert fragment(wide) == "c-c6"
    wide.keyboard.press("n")
    assert fragment(wide) == "c-c1"


def test_the_keys_are_listed_and_can_be_switched_off(wide: Page) -> None:
    wide.keyboard.press("?")
    dialog = wide.locator("dialog.keys")
    expect(dialog).to_be_visible()
    assert [it.inner_text() for it in dialog.locator("kbd").all()] == ["n", "p", "Tab", "Enter", "Esc", "?"]
    dialog.get_by_role("checkbox").uncheck()
    wide.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    wide.keyboard.press("n")
    assert fragment(wide) == ""
    wide.get_by_role("button", name="Keys").click()
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button").click()
    wide.keyboard.press("n")
    assert fragment(wide) == "c-c1"


def test_the_page_is_narrowed_to_one_verdict_and_no_word_moves(wide: Page) -> None:
    places = "[...document.querySelectorAll('.prose > p')].map(it => [it.getBoundingClientRect().top + scrollY, it.textContent.length])"
    before = wide.evaluate(places)
    wide.locator(".reader select").select_option("refuted")
    assert wide.evaluate(places) == before
    shown = wide.evaluate(
        "[...document.querySelectorAll('.prose .note')].filter(it => it.checkVisibility()).map(it => it.id)"
    )
    assert shown == ["note-c2", "note-c5"]
    seen = []
    for _ in range(3):
        wide.get_by_role("button", name="Next claim").click()
        seen.append(fragment(wide))
    assert seen == ["c-c2", "c-c5", "c-c2"]
    expect(wide.locator("[data-position]")).to_have_text("1/2")
    wide.locator(".reader select").select_option("")
    assert wide.locator(".prose .note:visible").count() == 7


def test_a_tap_opens_the_note_below_its_paragraph_and_closes_it(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page.goto(address)
    note = page.locator("#note-c2")
    expect(note).to_be_hidden()
    for target in ("#c-c2", '.noteref[href="#note-c2"]'):
        page.locator(target).tap()
        expect(note).to_be_visible()
        assert fragment(page) == "c-c2"
        paragraph, box = page.locator(".prose > p").first.bounding_box(), note.bounding_box()
        assert paragraph is not None
        assert box is not None
        assert 0 <= box["y"] - paragraph["y"] - paragraph["height"] < 60
        page.locator(target).tap()
        expect(note).to_be_hidden()
    page.close()


def test_a_link_to_a_claim_shows_claim_and_note(window: Page, address: str) -> None:
    for width in (390, 1280):
        at_width(window, f"{address}#c-c5", width)
        expect(window.locator("#note-c5")).to_be_visible()
        assert in_sight(window, "#c-c5")
        assert in_sight(window, "#note-c5")
        window.evaluate("location.hash = '#c-c1'")
        expect(window.locator("#note-c1")).to_have_attribute("data-current", "")
        window.wait_for_function("document.querySelector('#c-c1').getBoundingClientRect().top >= 0")
        expect(window.locator("#note-c1")).to_be_visible()


def test_without_scripts_all_notes_are_there_and_nothing_that_needs_them(
    browser: Browser, address: str
) -> None:
    for width in (390, 1280):
        page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=False)
        page.goto(address)
        assert page.locator(".prose .note:visible").count() == 7
        assert page.locator(".reader:visible, dialog:visible").count() == 0
        page.locator("#note-c5 .citing > summary").click()
        expect(page.locator("#note-c5 .citation")).to_be_visible()
        page.locator("#note-c5 .permalink").click()
        page.wait_for_url("**/tides/#c-c5")
        page.close()


def test_a_link_and_a_citation_can_be_taken_along(browser: Browser, address: str) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto(address)
    assert page.locator(".prose .note > .permalink").count() == 7
    page.locator("#note-c2 > .permalink").click()
    expect(page.locator(".told")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}#c-c2"
    page.locator("#note-c2 .citing > summary").click()
    page.locator("#note-c2 .citing button").click()
    page.wait_for_function("navigator.clipboard.readText().then(it => it.startsWith('“'))")
    words = page.evaluate("navigator.clipboard.readText()")
    assert words.startswith("“two claim stands”: Refuted. Checked on 2 May 2024 by Ann. In “Tides”, Tides")
    assert words.endswith("https://example.org/tides/#c-c2")
    context.close()


def test_what_a_finger_must_meet_is_large_enough(window: Page, address: str) -> None:
    for width in (390, 1280):
        at_width(window, f"{address}#c-c1", width)
        small = window.evaluate(
            """() => [...document.querySelectorAll('.noteref, .backlink, .permalink, .note summary, .reader button, .reader select, .note > .verdict a')]
              .filter((it) => it.checkVisibility()).map((it) => [it.className || it.tagName, it.getBoundingClientRect()])
              .filter(([, box]) => box.width < 24 || box.height < 24).map(([name, box]) => `${name} ${box.width} x ${box.height}`)"""
        )
        assert small == []


def test_nothing_shifts_once_the_fonts_are_in(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(
        """window.shifts = []; new PerformanceObserver((list) => { shifts.push(...list.getEntries().map((it) => it.startTime)); })
        .observe({type: 'layout-shift', buffered: true});"""
    )
    rest = "document.fonts.ready.then(() => new Promise((done) => setTimeout(() => done(performance.now()), 100)))"
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        ready = page.evaluate("document.fonts.ready.then(() => performance.now())")
        page.evaluate(rest)
        assert [it for it in page.evaluate("shifts") if it > ready + 40] == []
    # Where the fonts never come, nothing moves at all: neither text nor notes wait for scripts where they stand.
    page.route("**/*.woff2", lambda route: route.abort())
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("about:blank")
        page.goto(f"{address}?{width}")
        page.evaluate(rest)
        assert page.evaluate("shifts") == []
    page.close()


def test_notes_follow_their_claims_in_the_live_preview(preview: Preview, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{preview.address}tides/")
    page.wait_for_selector("#sitegen-preview[data-version]", state="attached")
    apart = "document.querySelector('#note-pull').getBoundingClientRect().top - document.querySelector('#c-pull').getClientRects()[0].top"
    wait_for(lambda: abs(page.evaluate(apart)) <= 8)
    page.evaluate("window.stays = true")
    added = "Another paragraph comes first. " * 40
    preview.write("content/tides.md", PREVIEWED.replace("The moon", f"{added}\n\nThe moon", 1))
    wait_for(lambda: "comes first" in page.inner_text("main"))
    wait_for(lambda: abs(page.evaluate(apart)) <= 8)
    assert page.evaluate("window.stays") is True
    page.close()
