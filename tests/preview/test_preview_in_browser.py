"""The open page follows what is edited, and keeps what the reader did: a real browser, a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from previewing import ARTICLE, SIDECAR, Preview, wait_for

pytestmark = pytest.mark.browser

LONG = ARTICLE.replace("More words.\n\n" * 80, "".join(f"Paragraph {n} has words.\n\n" for n in range(80)))


@pytest.fixture
def page(preview: Preview, browser: Browser) -> Iterator[Page]:
    """The article's page, open and listening."""
    preview.write("content/tides.md", LONG)
    wait_for(lambda: b"Paragraph 79" in preview.get("/tides/")[1])
    opened = browser.new_page(viewport={"width": 1280, "height": 600})
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    visit(opened, f"{preview.address}tides/")
    yield opened
    opened.close()
    # A page that is missing on purpose is told as an error too.
    assert [fault for fault in faults if "404" not in fault and "ERR_" not in fault] == []


def visit(page: Page, address: str) -> None:
    page.set_default_timeout(10_000)
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_selector("#sitegen-preview[data-version]", state="attached")
    page.evaluate("window.stays = true")


def stays(page: Page) -> bool:
    """Whether the page was not loaded again."""
    return bool(page.evaluate("window.stays === true"))


def edit(preview: Preview, page: Page, old: str, new: str) -> None:
    """Change the article, and wait until the page shows it."""
    preview.write("content/tides.md", LONG.replace(old, new))
    wait_for(lambda: new in page.inner_text("main"))


def test_scroll_selection_focus_and_open_notes_stay(preview: Preview, page: Page) -> None:
    page.locator("#note-pull .more summary").click()
    page.evaluate("scrollTo({top: 300, behavior: 'instant'})")
    page.evaluate("document.querySelector('#note-sun a').focus({preventScroll: true})")
    page.evaluate("""() => {
        const text = [...document.querySelectorAll('.prose p')].find(p => p.textContent.startsWith('Paragraph 3 ')).firstChild;
        getSelection().setBaseAndExtent(text, 2, text, 11);
    }""")
    edit(preview, page, "they say", "we all say")
    assert stays(page)
    assert page.evaluate("scrollY") == 300
    assert page.evaluate("getSelection().toString()") == "ragraph 3"
    assert page.evaluate("document.activeElement.closest('aside').id") == "note-sun"
    assert page.evaluate("document.querySelector('#note-pull .more').open") is True


def test_a_selection_stays_in_the_paragraph_that_is_edited(preview: Preview, page: Page) -> None:
    page.evaluate("""() => {
        const text = [...document.querySelectorAll('.prose p')].find(p => p.textContent.startsWith('Paragraph 3 ')).firstChild;
        getSelection().setBaseAndExtent(text, 0, text, 9);
    }""")
    edit(preview, page, "Paragraph 3 has words", "Paragraph 3 has many words")
    assert page.evaluate("getSelection().toString()") == "Paragraph"


def test_blocks_beside_an_edit_are_not_touched_though_their_lines_move(preview: Preview, page: Page) -> None:
    page.evaluate("""() => {
        window.touched = [];
        for (const p of document.querySelectorAll('.prose > p')) p.mine = p.textContent;
        new MutationObserver(records => window.touched.push(...records.filter(r => r.type !== 'attributes')))
            .observe(document.querySelector('.prose'), {subtree: true, childList: true, characterData: true});
    }""")
    preview.write(
        "content/tides.md", LONG.replace("Paragraph 2 has words.", "A new one.\n\nParagraph 2 has words.")
    )
    wait_for(lambda: "A new one." in page.inner_text("main"))
    odd = page.evaluate(
        "[...document.querySelectorAll('.prose > p')].filter(p => p.mine !== p.textContent).map(p => p.textContent)"
    )
    assert odd == ["A new one."]
    lines = page.evaluate(
        """[...document.querySelectorAll('.prose > p')].map(p => [p.textContent, +p.dataset.line])"""
    )
    written = LONG.replace("Paragraph 2 has words.", "A new one.\n\nParagraph 2 has words.").split("\n")
    told = {line: text for text, line in lines if text.startswith(("Paragraph", "A new", "The end"))}
    assert {line: written[line - 1] for line in told} == told
    assert page.evaluate("document.querySelectorAll('[id^=sitegen-same]').length") == 0


def test_what_scripts_changed_is_left_alone(preview: Preview, page: Page) -> None:
    page.evaluate("""() => {
        document.documentElement.className = 'js';
        document.querySelector('.prose p').classList.add('seen');
        const own = document.createElement('output');
        own.textContent = 'mine';
        document.querySelector('.prose').prepend(own);
    }""")
    edit(preview, page, "they say", "we all say")
    assert page.evaluate("document.documentElement.className") == "js"
    assert page.evaluate("document.querySelector('.prose p').className") == "seen"
    assert page.inner_text(".prose output") == "mine"


def test_the_page_tells_scripts_that_it_was_changed(preview: Preview, page: Page) -> None:
    page.evaluate(
        "document.addEventListener('sitegen:morphed', () => { window.told = (window.told || 0) + 1 })"
    )
    edit(preview, page, "they say", "we all say")
    wait_for(lambda: page.evaluate("window.told") == 1)


def test_media_that_play_go_on(preview: Preview, page: Page) -> None:
    page.evaluate("""() => {
        const video = document.createElement('video');
        video.muted = true;
        const canvas = document.createElement('canvas');
        canvas.getContext('2d').fillRect(0, 0, 9, 9);
        video.srcObject = canvas.captureStream(5);
        document.querySelector('.prose').append(video);
        return video.play();
    }""")
    edit(preview, page, "they say", "we all say")
    assert page.evaluate("document.querySelector('video').paused") is False


def test_the_filter_of_the_claims_stays(preview: Preview, page: Page) -> None:
    visit(page, f"{preview.address}claims/")
    page.fill("input[type=search]", "moon")
    wait_for(lambda: page.locator("#claims > li:visible").count() == 1)
    preview.write("content/tides.yaml", SIDECAR.replace("Another.", "Another reason."))
    wait_for(lambda: "Another reason" in page.evaluate("document.querySelector('main').textContent"))
    assert stays(page)
    assert page.input_value("input[type=search]") == "moon"
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.locator("#claims > li:visible").count() == 1
    assert page.inner_text("[data-count]") == "1 of 2 claims"


def test_a_filter_begins_anew_when_claims_come_or_go(preview: Preview, page: Page) -> None:
    visit(page, f"{preview.address}claims/")
    page.fill("input[type=search]", "moon")
    wait_for(lambda: page.evaluate("location.search") == "?q=moon")
    preview.write(
        "content/tides.yaml", SIDECAR + "  end: {anchor: The end, verdict: opinion, because: The last.}\n"
    )
    wait_for(lambda: page.inner_text("[data-count]") == "1 of 3 claims")
    assert page.input_value("input[type=search]") == "moon"


def test_a_stylesheet_is_exchanged_without_loading_the_page(preview: Preview, page: Page) -> None:
    preview.write("themes/mine/theme.yaml", "extends: default\n")
    preview.write("themes/mine/static/style.css", "body { color: rgb(1, 2, 3) }")
    preview.write("sitegen.yaml", "title: Preview\ntheme: mine\n")
    colour = "getComputedStyle(document.body).color"
    wait_for(lambda: page.evaluate(colour) == "rgb(1, 2, 3)")
    page.evaluate("""() => {
        window.morphs = 0;
        window.fewest = 9;
        document.addEventListener('sitegen:morphed', () => window.morphs++);
        new MutationObserver(() => {
            const sheets = [...document.styleSheets].filter(sheet => /style\\.[^/]*css/.test(sheet.href)).length;
            window.fewest = Math.min(window.fewest, sheets);
        }).observe(document.head, {childList: true});
    }""")
    preview.write("themes/mine/static/style.css", "body { color: rgb(4, 5, 6) }")
    wait_for(lambda: page.evaluate(colour) == "rgb(4, 5, 6)")
    wait_for(lambda: page.evaluate("document.querySelectorAll('head link[href*=\"style.\"]').length") == 1)
    assert stays(page)
    assert page.evaluate("window.morphs") == 0
    assert page.evaluate("window.fewest") == 1


def test_a_stylesheet_under_the_same_name_is_exchanged_too(preview: Preview, page: Page) -> None:
    preview.write("content/media/own.css", "body { outline-color: rgb(1, 2, 3) }")
    preview.write(
        "themes/mine/templates/extra-head.html", '<link rel="stylesheet" href="{{ root }}media/own.css">'
    )
    preview.write("themes/mine/theme.yaml", "extends: default\n")
    preview.write("sitegen.yaml", "title: Preview\ntheme: mine\n")
    colour = "getComputedStyle(document.body).outlineColor"
    wait_for(lambda: page.evaluate(colour) == "rgb(1, 2, 3)")
    preview.write("content/media/own.css", "body { outline-color: rgb(4, 5, 6) }")
    wait_for(lambda: page.evaluate(colour) == "rgb(4, 5, 6)")
    edit(preview, page, "they say", "we all say")
    assert page.evaluate(colour) == "rgb(4, 5, 6)"
    assert stays(page)


def test_the_title_follows_and_the_policy_holds(preview: Preview, page: Page) -> None:
    preview.write("content/tides.md", LONG.replace("title: Tides", "title: High Tides"))
    wait_for(lambda: page.title().startswith("High Tides"))
    assert page.locator("h1").inner_text() == "High Tides"
    assert stays(page)


def test_a_deleted_page_is_shown_as_missing_and_comes_back(preview: Preview, page: Page) -> None:
    (preview.root / "content" / "tides.md").unlink()
    wait_for(lambda: "page-article" not in (page.get_attribute("body", "class") or ""))
    preview.write("content/tides.md", LONG)
    wait_for(lambda: "Paragraph 7 " in page.inner_text("main"))
    assert stays(page)


def test_edits_out_of_sight_are_followed_if_the_reader_wishes(preview: Preview, page: Page) -> None:
    edit(preview, page, "Paragraph 70 has", "Paragraph 70 had")
    assert page.evaluate("scrollY") == 0
    page.locator("#sitegen-preview .corner button").click()
    page.locator("#sitegen-preview .wish input").check()
    page.keyboard.press("Escape")
    page.emulate_media(reduced_motion="reduce")
    edit(preview, page, "Paragraph 71 has", "Paragraph 71 had")
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") == 0, "the reader has just moved"
    page.evaluate("Date.now = (now => () => now() + 5000)(Date.now)")
    edit(preview, page, "Paragraph 72 has", "Paragraph 72 had")
    wait_for(lambda: page.evaluate("scrollY") > 600)


def test_a_restarted_server_is_found_again(browser: Browser, tmp_path: Path) -> None:
    first = Preview(tmp_path)
    page = browser.new_page()
    visit(page, f"{first.address}tides/")
    token = page.get_attribute("meta[name=sitegen-token]", "content")
    first.stop()
    wait_for(lambda: "not running" in page.inner_text("#sitegen-preview .corner"))
    second = Preview(tmp_path, {"content/tides.md": ARTICLE.replace("they say", "we say")}, first.port)
    wait_for(lambda: "we say" in page.inner_text("main"))
    assert stays(page)
    assert page.get_attribute("meta[name=sitegen-token]", "content") != token
    wait_for(lambda: "not running" not in page.inner_text("#sitegen-preview .corner"))
    second.write("content/tides.md", ARTICLE.replace("they say", "all say"))
    wait_for(lambda: "all say" in page.inner_text("main"))
    page.close()
    second.stop()


def test_a_hidden_tab_does_not_listen_and_catches_up(preview: Preview, page: Page) -> None:
    hide = """hidden => {
        Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    wait_for(lambda: preview.state()["listening"] == 1)
    page.evaluate(hide, arg=True)
    wait_for(lambda: preview.state()["listening"] == 0)
    preview.write("content/tides.md", LONG.replace("they say", "we say"))
    wait_for(lambda: b"we say" in preview.get("/tides/")[1])
    assert "we say" not in page.inner_text("main")
    page.evaluate(hide, arg=False)
    wait_for(lambda: "we say" in page.inner_text("main"))
    assert stays(page)
