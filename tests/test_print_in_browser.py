"""Articles on paper: every note is there, in order, by its claim, with nothing folded away and every address in words."""

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import served
from playwright.sync_api import Browser
from test_pages_in_browser import build_example

from sitegen.cli import main

pytestmark = pytest.mark.browser

NOTES = """() => {
  for (const link of document.querySelectorAll('.note-text a[href^=http], .piece-note a[href^=http]')) link.append(` (${link.getAttribute('href')})`);
  return [...document.querySelectorAll('.prose .note')].map((note) => {
  const of = note.dataset.claim ? 'c-' + note.dataset.claim : 'n-' + note.dataset.note;
  const texts = [...note.querySelectorAll('.because, .kind, .note-text > *, .stance, .piece q, .piece .state, .piece-note > *, .source-title, .restated, .contrary')];
  return {
    id: note.id,
    claim: document.getElementById(of).textContent,
    lead: (note.querySelector('.because, .note-text > *') ?? note).textContent,
    texts: texts.map((element) => element.textContent),
    links: [...note.querySelectorAll('.cite a.out')].map((link) => link.getAttribute('href')),
  };
}); }"""
"""The notes as they should be printed; it spells out addresses, so it is asked when the page has been printed."""

FOLIO = re.compile(r"\A\s*\d+ / \d+|\d+ / \d+\s*\Z")

SETTINGS = "title: Crowded\nbase_url: https://example.org/crowd/\nchecks: {rules: {note-crowded: off, single-origin: off, no-primary: off, quote-unarchived: off}}\n"


@dataclass(frozen=True)
class Note:
    """A margin note as the page has it: its claim, the words that it begins with, all its words, and addresses."""

    id: str
    claim: str
    lead: str
    texts: list[str]
    links: list[str]


@dataclass(frozen=True)
class Printed:
    """An article, and its pages on paper: bare texts, without white space, hyphens and ligatures."""

    notes: tuple[Note, ...]
    pages: tuple[str, ...]

    @property
    def whole(self) -> str:
        return "".join(self.pages)

    def page_at(self, position: int) -> int:
        """The page on which a character of the whole text stands."""
        for number, page in enumerate(self.pages):
            if position < len(page):
                return number
            position -= len(page)
        raise IndexError(position)


def bare(text: str) -> str:
    return re.sub(r"[\s\-\u00ad\u2010\u2011]+", "", unicodedata.normalize("NFKC", text))


def printed(browser: Browser, url: str, pdf: Path) -> Printed:
    """A page printed without scripts, by a reader whose screen is dark."""
    page = browser.new_page(java_script_enabled=False, color_scheme="dark")
    page.goto(url)
    page.pdf(path=str(pdf), prefer_css_page_size=True, format="A4")
    notes = tuple(Note(**found) for found in page.evaluate(NOTES))
    page.close()
    text = subprocess.run(["pdftotext", "-raw", pdf, "-"], check=True, capture_output=True, text=True).stdout
    return Printed(notes, tuple(bare(FOLIO.sub("", page)) for page in text.split("\f")))


def crowd(root: Path) -> None:
    """An article of long and short paragraphs that are full of claims, some in lists, tables and quotations."""
    words = "harbour tide lantern ledger barge pilot signal quarter"
    paragraphs, claims = [], []
    for number in range(28):
        anchor = f"matter {number} was settled in the year {1800 + number}"
        rest = f"It took {words.split()[number % 8]} and patience to find. " * (number % 5)
        sentence = f"They wrote that {anchor}. {rest}".strip()
        form = number % 7
        paragraphs.append(
            f"- {sentence}\n- Another item."
            if form == 4
            else f"> {sentence}"
            if form == 5
            else f"| one | two |\n|---|---|\n| {anchor} | 2 |"
            if form == 6
            else sentence
        )
        evidence = "".join(
            f"      - {{source: s{number}, stance: supports, quote: 'piece {piece} of matter {number} says so at length, and says it twice over', note: 'Remark {piece} on {number}.'}}\n"
            for piece in range(1 + number % 4)
        )
        claims.append(
            f"  m{number}:\n    anchor: {anchor}\n    verdict: supported\n    because: Reason {number} is given here at its full length.\n"
            f"    note: {f'The long story of {number} goes on. ' * (1 + number % 6)}\n    evidence:\n{evidence}    checked: 2024-05-02\n"
        )
    sources = "".join(
        f"  s{number}: {{title: Record {number} of the harbour, url: 'https://example.org/records/{number}/page-of-{number}.html'}}\n"
        for number in range(28)
    )
    (root / "content").mkdir(parents=True)
    (root / "sitegen.yaml").write_text(SETTINGS)
    (root / "content" / "page.md").write_text("---\ntitle: A crowd\n---\n\n" + "\n\n".join(paragraphs) + "\n")
    (root / "content" / "page.yaml").write_text(f"claims:\n{''.join(claims)}sources:\n{sources}")


@pytest.fixture(scope="module")
def articles(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Printed]]:
    root = tmp_path_factory.mktemp("print")
    build_example(root / "example")
    crowd(root / "crowd")
    assert main(["--site", str(root / "crowd"), "build", "--quiet"]) == 0
    with served(root) as url:
        yield {
            "example": printed(browser, f"{url}example/north-korean-missiles/", root / "example.pdf"),
            "crowd": printed(browser, f"{url}crowd/public/page/", root / "crowd.pdf"),
        }


@pytest.mark.parametrize("name", ["example", "crowd"])
def test_every_word_of_every_note_is_on_paper(articles: dict[str, Printed], name: str) -> None:
    article = articles[name]
    assert len(article.notes) >= 28
    missing = [
        (note.id, text) for note in article.notes for text in note.texts if bare(text) not in article.whole
    ]
    assert missing == []


@pytest.mark.parametrize("name", ["example", "crowd"])
def test_addresses_of_evidence_are_spelled_out(articles: dict[str, Printed], name: str) -> None:
    article = articles[name]
    links = [link for note in article.notes for link in note.links]
    assert len(links) >= 28
    assert [link for link in links if bare(link) not in article.whole] == []


@pytest.mark.parametrize("name", ["example", "crowd"])
def test_notes_stand_in_their_order(articles: dict[str, Printed], name: str) -> None:
    reached = 0
    for note in articles[name].notes:
        reached = articles[name].whole.find(bare(note.lead), reached) + 1
        assert reached, f"{note.id} is not in its place"


def test_a_note_begins_on_the_page_of_its_claim_or_the_next(articles: dict[str, Printed]) -> None:
    article = articles["crowd"]
    places = {
        note.id: (article.whole.index(bare(note.claim)), article.whole.index(bare(note.lead)))
        for note in article.notes
    }
    apart = {note: article.page_at(lead) - article.page_at(claim) for note, (claim, lead) in places.items()}
    assert {note: pages for note, pages in apart.items() if pages not in {0, 1}} == {}
    assert sum(apart.values()) <= len(apart) // 4, "most notes begin on the page of their claim"


def test_the_dark_scheme_stays_on_the_screen(browser: Browser, tmp_path: Path) -> None:
    crowd(tmp_path / "site")
    assert main(["--site", str(tmp_path / "site"), "build", "--quiet"]) == 0
    with served(tmp_path / "site" / "public") as url:
        page = browser.new_page(color_scheme="dark")
        page.goto(f"{url}page/")
        page.evaluate("document.documentElement.dataset.scheme = 'dark'")
        page.emulate_media(media="print", color_scheme="dark")
        colours = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        page.close()
