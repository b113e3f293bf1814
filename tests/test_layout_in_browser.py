"""Articles that are hard to set, in a real browser: nothing overlaps, nothing is cut, nothing scrolls sideways.

`layouts.py` makes up 200 articles. How large the reader's type is and whether scripts run goes round by the article's
number. The fast test looks at the first 27 articles, each at two of the eight widths; the slow one at the other 173,
each at one: every width meets every size of type, with scripts and without, and every kind of block.
With scripts, an article is looked at as it comes, with its notes opened where they stand in the text, and with a claim
chosen where they stand in the margin; every second article has its evidence unfolded.
"""

from collections.abc import Iterable, Iterator

import pytest
from browser import ARGUMENTS, CHROMIUM, served
from layouts import layouts
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from sitegen.cli import main

pytestmark = pytest.mark.browser

COUNT = 200
FAST = 27
WIDTHS = (320, 480, 768, 1099, 1100, 1280, 1680, 2560)
FONTS = (80, 100, 150, 200)
"""The reader's type, in per cent of what browsers come with."""

LOOK = """(least) => {
  const faults = [];
  const root = document.documentElement;
  const name = (node) => `${node.tagName}${node.id ? '#' + node.id : ''}.${node.className}`;
  if (root.scrollWidth > root.clientWidth) faults.push(`sideways by ${root.scrollWidth - root.clientWidth}`);
  const shown = (node) => getComputedStyle(node).display !== 'contents' && node.getClientRects().length
    && getComputedStyle(node).visibility === 'visible' && node.getBoundingClientRect().height > 1;
  const blocks = [...document.querySelectorAll('.prose > :not(.margin)')].filter(shown);
  const notes = [...document.querySelectorAll('.prose .note')].filter(shown);
  if (notes.length < least) faults.push(`${notes.length} notes of ${least}`);
  const boxes = [...document.querySelectorAll('.prose > :not(.margin), .prose .note')].filter(shown).map((node) => [node, node.getBoundingClientRect()]);
  boxes.forEach(([one, a], at) => {
    for (const [other, b] of boxes.slice(at + 1)) {
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) faults.push(`${name(one)} over ${name(other)}`);
    }
    if (a.left < -1 || a.right > root.clientWidth + 1) faults.push(`${name(one)} leaves the page`);
  });
  for (const note of notes) {
    const box = note.getBoundingClientRect();
    if (note.scrollWidth > note.clientWidth + 1) faults.push(`${name(note)} is cut`);
    for (const part of note.querySelectorAll('p, summary, .backlink, blockquote')) {
      const its = part.getBoundingClientRect();
      if (!shown(part) || !part.checkVisibility()) continue;
      if (its.left < box.left - 1 || its.right > box.right + 1 || its.bottom > box.bottom + 2) faults.push(`${name(part)} sticks out of ${name(note)}`);
    }
  }
  for (const box of document.querySelectorAll('.prose .table-wrap, .prose pre')) {
    if (box.scrollHeight > box.clientHeight + 1) faults.push(`${name(box)} scrolls up and down`);
  }
  const margin = notes.length && /right|inline-end|none absolute/.test(`${getComputedStyle(notes[0]).float} ${getComputedStyle(notes[0]).position}`);
  for (const those of margin ? [blocks, notes] : [boxes.map(([node]) => node)]) {
    those.reduce((above, node) => {
      const { top, bottom } = node.getBoundingClientRect();
      if (top < above - 1) faults.push(`${name(node)} stands before what it follows`);
      return margin ? top : bottom;
    }, -Infinity);
  }
  return faults;
}"""
NEAR = """(within) => {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const prose = document.querySelector('.prose').getBoundingClientRect();
  const notes = [...document.querySelectorAll('.prose > .margin > .note')];
  const column = notes[0].getBoundingClientRect();
  const wide = [...document.querySelectorAll('.prose > :not(.margin)')].map((it) => it.getBoundingClientRect()).filter((it) => it.right > column.left);
  const faults = [];
  let floor = prose.top;
  for (const note of notes) {
    const box = note.getBoundingClientRect();
    const mark = document.getElementById((note.dataset.claim ? 'c-' : 'n-') + (note.dataset.claim ?? note.dataset.note));
    const line = mark.getClientRects()[0]?.top;
    const blocked = wide.some((it) => Math.abs(it.bottom - box.top) < 2 * size) || box.top - floor < 2 * size;
    if (line !== undefined && Math.abs(box.top - line) > within && !blocked) faults.push(`${note.id} is ${box.top - line} from its line`);
    if (box.top - line > 4 * size && getComputedStyle(note.querySelector('.first-words')).visibility !== 'visible') faults.push(`${note.id} does not say what of`);
    floor = box.bottom;
  }
  return faults;
}"""
VISIT = (
    "async ([seed, scripts]) => {"
    f"const look = {LOOK}; const near = {NEAR};"
    """
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  // A font that an opened note asks for comes later, and is answered in the frame in which it is drawn.
  const pause = async () => {
    if (!scripts) return;
    await frames();
    if (document.fonts.status !== 'loaded') { await document.fonts.ready; await frames(); }
  };
  // A fault counts that is still there once whatever came just before the look has had its frames.
  const settled = async (faults) => {
    if (scripts && faults().length) { await document.fonts.ready; await frames(); await pause(); }
    return faults();
  };
  if (seed % 2) for (const it of document.querySelectorAll('.note details')) it.open = true;
  await pause();
  const notes = [...document.querySelectorAll('.prose .note')];
  if (!notes.length) return look(0);
  if (!scripts) return look(notes.length);
  const faults = [];
  if (getComputedStyle(notes[0]).position === 'absolute') {
    const within = 8 * parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    faults.push(...await settled(() => [...look(notes.length), ...near(within)]));
    const marks = document.querySelectorAll('.prose mark[id]');
    const chosen = marks[seed % marks.length];
    chosen.click();
    await pause();
    faults.push(...await settled(() => look(notes.length)));
  } else {
    faults.push(...await settled(() => look(0)));
    for (const it of document.querySelectorAll('.noteref')) it.click();
    await pause();
    faults.push(...await settled(() => look(notes.length)));
  }
  document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}));
  return faults;
}"""
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """All the articles, built once, at `/0/` to `/199/`."""
    root = tmp_path_factory.mktemp("layouts")
    for name, content in layouts(COUNT):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert main(["--site", str(root), "build", "--quiet"]) == 0
    with served(root / "public") as url:
        yield url


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def in_type_of(playwright: Playwright, font: int) -> Browser:
    """A browser whose reader asked for larger or smaller type."""
    size = f"--blink-settings=defaultFontSize={16 * font // 100}"
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, size])


def look(page: Page, seed: int, widths: Iterable[int], *, scripts: bool) -> list[str]:
    """What is wrong with an article at some widths."""
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(VISIT, [seed, scripts])
        faults += [f"/{seed}/ at {width}: {fault}" for fault in found[:3]]
    return faults


def walk(playwright: Playwright, address: str, seeds: range, *, each: int) -> list[str]:
    """What is wrong with some articles, every one at each `each`th of the widths."""
    faults = []
    for turn, font in enumerate(FONTS):
        browser = in_type_of(playwright, font)
        for scripts in (True, False):
            page = browser.new_page(java_script_enabled=scripts)
            for seed in seeds:
                if (seed + seed // 8) % len(FONTS) == turn and (seed // 2 % 3 > 0) is scripts:
                    page.goto(f"{address}{seed}/")
                    chosen = WIDTHS[seed % each :: each]
                    faults += [f"{font} % {fault}" for fault in look(page, seed, chosen, scripts=scripts)]
            page.close()
        browser.close()
    return faults


def test_nothing_overlaps_is_cut_or_scrolls_sideways(playwright: Playwright, address: str) -> None:
    assert walk(playwright, address, range(FAST), each=4) == []


@pytest.mark.slow
def test_nothing_overlaps_in_any_layout(playwright: Playwright, address: str) -> None:
    assert walk(playwright, address, range(FAST, COUNT), each=8) == []
