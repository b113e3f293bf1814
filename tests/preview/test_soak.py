"""Hundreds of edits in a row: what the preview shows is what a clean build makes, on the wire and in the browser."""

import contextlib
import io
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from authoring import START, Author
from browser import served
from playwright.sync_api import Browser, Page
from previewing import Preview, wait_for
from sites import contents

from sitegen.cli import main

pytestmark = [pytest.mark.slow]

EDITS = 500
EVERY = 50
"""Edits between two comparisons of everything with a clean build."""

OPEN = ("tides/", "claims/", "sources/almanac/")
"""The pages that are open in the browser."""

NORMAL = """() => {
  const root = document.documentElement.cloneNode(true);
  const own = '[name^="sitegen-"], [href^="/_sitegen/"], [src^="/_sitegen/"], #sitegen-preview, .sitegen-edit';
  for (const node of root.querySelectorAll(own)) node.remove();
  for (const node of root.querySelectorAll('[data-line]')) node.removeAttribute('data-line');
  // What is under the same name is told anew by its version; addresses are compared as they resolve.
  for (const node of root.querySelectorAll('[src], [href]')) {
    for (const name of ['src', 'href']) {
      if (/^[^#]/.test(node.getAttribute(name) ?? '')) node.setAttribute(name, new URL(node.getAttribute(name), document.baseURI).pathname);
    }
  }
  // The order of attributes is of no account.
  for (const node of root.querySelectorAll('*')) {
    const attributes = [...node.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name } of attributes) node.removeAttribute(name);
    for (const { name, value } of attributes) node.setAttribute(name, value);
  }
  const head = [...root.querySelector('head').children].map((node) => node.outerHTML).sort();
  return [...head, root.querySelector('body').outerHTML].join('\\n').replace(/\\s+/g, ' ');
}"""
"""The document as text: without the preview's own parts, and without what depends on where the site is served."""


class Told:
    """Keeps account of which changes the preview has taken in."""

    def __init__(self, preview: Preview) -> None:
        self.updates: list[frozenset[str] | None] = []
        self._take = preview.watch.changed
        self._news = threading.Condition()
        preview.watch.changed = self.take

    def take(self, names: frozenset[str] | None) -> None:
        self._take(names)
        with self._news:
            self.updates.append(names)
            self._news.notify_all()

    def wait(self, names: list[str], since: int) -> None:
        """Wait until all names were told since a point in the list of updates."""

        def are_told() -> bool:
            told = self.updates[since:]
            return None in told or set(names) <= {name for update in told for name in update or ()}

        with self._news:
            assert self._news.wait_for(are_told, 10), f"{names} were not told: {self.updates[since:]}"


def clean(root: Path, address: str, folder: Path) -> dict[str, bytes]:
    """What a build without any memory makes of the site."""
    said = io.StringIO()
    asked = ["build", "--jobs=1", "--no-cache", "--quiet", "--drafts", "--keep-going"]
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        main(["--site", str(root), *asked, "--base-url", address, "--output", str(folder)])
    return {name: body for name, body in contents(folder).items() if name != ".sitegen-manifest.json"}


def served_by(preview: Preview, names: Mapping[str, bytes]) -> dict[str, bytes]:
    """What the preview serves under these names, without its own parts."""
    return {name: bare(preview.get("/" + quote(name))[1]) for name in names}


def bare(body: bytes) -> bytes:
    body = re.sub(rb'<meta name="sitegen-token".*?<script type="module" src="[^"]*"></script>', b"", body)
    return re.sub(rb' data-line="\d+"', b"", body)


def same(preview: Preview, expected: Mapping[str, bytes]) -> None:
    """Wait until the preview serves just this: what was saved last may still be on its way."""
    last: list[str] = []

    def is_same() -> bool:
        last[:] = [name for name, body in served_by(preview, expected).items() if body != expected[name]]
        return not last

    try:
        wait_for(is_same, 5)
    except AssertionError:
        raise AssertionError(f"not as a clean build has it: {last}") from None


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    root = tmp_path / "site"
    for name, content in START.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    running = Preview(root, {})
    yield running
    running.stop()


@pytest.mark.browser
def test_five_hundred_edits_end_in_the_pages_of_a_clean_build(
    preview: Preview, browser: Browser, tmp_path: Path
) -> None:
    author, told = Author(preview.root, 11), Told(preview)
    seen: set[str] = set()
    tabs = {path: opened(browser, f"{preview.address}{path}") for path in OPEN}
    with served(tmp_path / "clean") as address:
        other = browser.new_page()
        for step in range(1, EDITS + 1):
            since = len(told.updates)
            names = author.step()
            if step % EVERY == 0:
                names += author.mend()
            told.wait(names, since)
            if step % EVERY == 0:
                expected = clean(preview.root, preview.address, tmp_path / "clean")
                same(preview, expected)
                assert [
                    name for name in seen - set(expected) if preview.get("/" + quote(name))[0] != 404
                ] == []
                seen |= set(expected)
                for path, tab in tabs.items():
                    there = f"{path}index.html" in expected
                    other.goto(address + (path if there else "404.html"))
                    shows(tab, other, step)


def opened(browser: Browser, address: str) -> Page:
    tab = browser.new_page()
    tab.set_default_timeout(10_000)
    tab.goto(address)
    tab.wait_for_selector("#sitegen-preview[data-version]", state="attached")
    return tab


def shows(tab: Page, other: Page, step: int) -> None:
    """Whether a tab that was open all the time shows what a fresh page does."""
    expected = other.evaluate(NORMAL)
    try:
        wait_for(lambda: tab.evaluate(NORMAL) == expected, 5)
    except AssertionError:
        found = tab.evaluate(NORMAL)
        at = next((i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), 0)
        raise AssertionError(
            f"{tab.url} after {step} edits: {found[max(0, at - 200) : at + 200]!r} is not {expected[max(0, at - 200) : at + 200]!r}"
        ) from None
