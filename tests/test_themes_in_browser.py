"""The plain theme in a real browser, by the very tests of the default one; and pages that are written from right to left."""

import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from browser import served
from playwright.sync_api import Browser
from test_pages_in_browser import (  # noqa: F401 - they are run here with the other theme
    OVERLAPS,
    SIDEWAYS,
    build_crowded,
    open_page,
    test_a_claim_and_its_note_lead_to_each_other,
    test_claims_can_be_filtered,
    test_every_note_is_in_print,
    test_no_host_but_its_own_is_asked_and_the_policy_holds,
    test_no_page_of_the_example_overlaps_or_scrolls_sideways,
    test_nothing_overlaps_and_nothing_scrolls_sideways,
)

from sitegen.cli import main

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
PLAIN = ROOT / "themes/plain"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The example site in the plain theme, as of a day on which nothing in it is in the future or stale."""
    root = tmp_path_factory.mktemp("plain")
    for folder in ("content", "seeds"):
        shutil.copytree(ROOT / folder, root / folder)
    settings = (ROOT / "sitegen.yaml").read_text(encoding="utf-8")
    lines = [line for line in settings.splitlines() if not line.startswith("theme:")]
    (root / "sitegen.yaml").write_text("\n".join([*lines, "theme: plain", ""]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1795996800")
        assert main(["--site", str(root), "build", "--quiet", "--strict"]) == 0
    with served(root / "public") as url:
        yield url


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page that a designer would rather not see, in the plain theme."""
    root = tmp_path_factory.mktemp("crowded")
    build_crowded(root, "theme: plain\n")
    with served(root / "public") as url:
        yield url


def test_plain_theme_is_small_and_changes_only_templates_and_styles() -> None:
    carried = resources.files("sitegen") / "themes" / "plain"
    assert isinstance(carried, Path)
    assert carried.resolve() == PLAIN, "sitegen carries this very folder"
    files = [path for path in PLAIN.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".yaml", ".html", ".css"}
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) < 150


def test_plain_theme_looks_otherwise(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}north-korean-missiles/", 1280)
    fonts: list[str] = []
    page.on("request", lambda request: fonts.append(request.url) if ".woff2" in request.url else None)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert fonts == []
    family = page.evaluate("getComputedStyle(document.querySelector('.prose p')).fontFamily")
    assert family.startswith("ui-monospace")
    page.goto(address)
    assert page.locator(".plain-list h2").count() >= 2
    assert page.locator(".cards").count() == 0
    page.close()


# --- from right to left

ARABIC = {
    "sitegen.yaml": "title: دفتر البحر\nlanguage: ar\ndescription: ما لا تقوله الجداول.\nchecks: {rules: {no-primary: off, single-origin: off, note-crowded: off}}\n",
    "content/tides.md": """\
---
title: المد والجزر
summary: لماذا يرتفع البحر مرتين في اليوم؟
date: 2024-05-01
authors: [ليلى, سامي]
tags: [بحر]
---

يجذب القمر ماء البحر مرتين كل يوم، وتساعده الشمس قليلا. عندما يقف القمر والشمس في خط واحد يرتفع الماء أكثر من
المعتاد، وهذا ما يسميه الصيادون المد الكبير. أما في الأيام الأخرى فيبقى الفرق بين المد والجزر صغيرا نسبيا.

كتب أحد البحارة أن الريح وحدها تحرك البحر، لكن القياسات على الشاطئ تقول غير ذلك. فالماء يرتفع حتى في الأيام التي لا
ريح فيها، ويتبع ارتفاعه القمر يوما بعد يوم، كما يقول تقرير *Coast Survey* الصادر عام 2023 (`survey.txt`).

> الريح ترفع الموج، والقمر يرفع البحر كله.

- أولا: راقب القمر.
- ثانيا: راقب الماء عند الظهر.

| اليوم | الماء |
|---|---|
| الأول | مرتفع |

```
a_line_of_code_that_is_much_longer_than_any_narrow_screen_could_ever_show_without_scrolling_sideways = 1
```

لا أحد يعرف بعد كم سيرتفع البحر في هذا الخليج بعد مئة عام.
""",
    "content/tides.yaml": """\
claims:
  moon: {anchor: يجذب القمر ماء البحر, verdict: supported, because: القياسات تتبع القمر., checked: {on: 2024-05-02, by: ليلى}, evidence: [{source: survey, stance: supports, quote: The moon pulls the water of the sea}]}
  sun: {anchor: وتساعده الشمس, verdict: mostly-supported, because: أثرها أصغر., checked: 2024-05-02, evidence: [{source: survey, stance: supports, quote: the sun helps}]}
  wind: {anchor: الريح وحدها تحرك البحر, claimant: {name: بحار}, verdict: refuted, because: الماء يرتفع بلا ريح., checked: 2024-05-02, evidence: [{source: survey, stance: refutes, quote: the sea rises without wind}]}
  list: {anchor: راقب الماء, verdict: opinion, checked: 2024-05-02}
  century: {anchor: كم سيرتفع البحر, verdict: unproven, because: لا توجد قياسات كافية., checked: 2024-05-02}
notes:
  spring: {anchor: المد الكبير, kind: definition, note: مد أعلى من المعتاد يحدث مرتين في الشهر.}
""",
    "content/sources/survey.yaml": "title: Survey of the Coast\npublisher: Coast Survey\nissued: 2023\nkind: primary\nlanguage: en\nurl: https://survey.example/\n",
    "content/sources/survey.txt": "We saw this. The moon pulls the water of the sea, and the sun helps. On calm days the sea rises without wind.\n",
    "themes/default/locale/ar.po": """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n"

msgid "Supported"
msgstr "مدعوم"

msgid "%(num)s claim"
msgid_plural "%(num)s claims"
msgstr[0] "لا ادعاء"
msgstr[1] "ادعاء واحد"
msgstr[2] "ادعاءان"
msgstr[3] "%(num)s ادعاءات"
msgstr[4] "%(num)s ادعاء"
msgstr[5] "%(num)s ادعاء"
""",
}


@pytest.fixture(scope="module", params=["default", "plain"])
def arabic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small site in Arabic, in each theme."""
    root = tmp_path_factory.mktemp("arabic")
    for name, content in ARABIC.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    with (root / "sitegen.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"theme: {request.param}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1717200000")
        assert main(["--site", str(root), "build", "--quiet", "--strict"]) == 0
    with served(root / "public") as url:
        yield url


PLACES = """() => [...document.querySelectorAll('.prose .margin')].map((margin) => {
  const block = margin.previousElementSibling.getBoundingClientRect();
  return [...margin.querySelectorAll('.note')].map((note) => block.left - note.getBoundingClientRect().right);
}).flat()"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "bare"])
def test_notes_stand_left_of_text_that_is_written_from_right_to_left(
    browser: Browser, arabic: str, *, scripts: bool
) -> None:
    for width in (360, 768, 1280, 1680):
        page = open_page(browser, f"{arabic}tides/", width, scripts=scripts)
        if scripts:
            page.locator("html[data-notes]").wait_for(state="attached")
        assert page.evaluate(SIDEWAYS) <= 0, width
        assert page.evaluate(OVERLAPS) == [], width
        if width >= 1280:
            beside = page.evaluate(PLACES)
            assert len(beside) == 6
            assert all(space > 0 for space in beside), beside
        page.close()


def test_page_says_its_direction_and_quotations_theirs(browser: Browser, arabic: str) -> None:
    page = open_page(browser, f"{arabic}tides/", 1280)
    assert page.evaluate("document.dir") == "rtl"
    quotation = page.locator(".piece blockquote").first
    assert [quotation.get_attribute(name) for name in ("lang", "dir")] == ["en", "ltr"]
    code = "getComputedStyle(document.querySelector('pre')).direction"
    assert page.evaluate(code) == "ltr"
    assert page.get_by_text("5 ادعاءات").count() == 1
    assert page.get_by_text("1 مايو 2024").count() == 1
    assert page.locator(".note .verdict", has_text="مدعوم").count() == 1
    page.close()
