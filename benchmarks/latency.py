"""How long after a file is saved the changed word stands in the document of an open browser.

A real Chromium has the page open. The moment is taken in the page, by an observer of its document, so that
neither Playwright's polling nor its messages count.
"""

import contextlib
import importlib.util
import math
import shutil
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from edits import BodyEdit
from live import PATIENCE, Server, give_up
from measure import NoFigureError

if TYPE_CHECKING:
    from playwright.sync_api import Page

WATCH = """
(() => {
  const look = () => {
    const word = sessionStorage.getItem("wanted");
    if (!word || sessionStorage.getItem("seen") || !document.body?.textContent.includes(word)) return;
    sessionStorage.setItem("seen", String(performance.timeOrigin + performance.now()));
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
})()
"""
"""Notes the moment at which the wanted word stands in the document, also if that was loaded anew for it."""

WANT = 'word => { sessionStorage.removeItem("seen"); sessionStorage.setItem("wanted", word) }'
SEEN = '() => sessionStorage.getItem("seen")'
CLOCK = "() => performance.timeOrigin + performance.now()"


@contextlib.contextmanager
def opened(address: str) -> Iterator["Page"]:
    """A page in a Chromium of its own."""
    program = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    if not program or not importlib.util.find_spec("playwright"):
        raise NoFigureError("no browser")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - all else can be measured without it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_context(bypass_csp=True).new_page()
        page.add_init_script(WATCH)
        page.goto(address)
        page.wait_for_timeout(1000)
        yield page
        browser.close()


def clock_ahead(page: "Page") -> float:
    """Milliseconds that the page's clock is ahead of ours, from the quickest of some exchanges."""
    best = (float("inf"), 0.0)
    for _ in range(20):
        before = time.time()
        theirs = page.evaluate(CLOCK)
        after = time.time()
        best = min(best, (after - before, theirs - (before + after) * 500))
    return best[1]


def in_browser(server: Server, edit: BodyEdit, edits: int) -> list[float]:
    """Milliseconds from each save to the changed word in the document, infinite for lost edits."""
    found: list[float] = []
    with opened(server.address) as page:
        ahead = clock_ahead(page)
        while len(found) < edits:
            word = f"Shown{len(found)}x"
            page.evaluate(WANT, word)
            saved = edit.write(word)
            found.append(appeared(page) - ahead - saved * 1000)
            give_up(found)
            server.rest()
    return found


def appeared(page: "Page") -> float:
    """When, in milliseconds of the page's clock, the wanted word stood in its document."""
    from playwright.sync_api import TimeoutError as LateError  # noqa: PLC0415 - see above

    try:
        return float(page.wait_for_function(SEEN, polling=50, timeout=PATIENCE * 1000).json_value())
    except LateError:
        return math.inf
