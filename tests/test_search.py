"""Searching a site: the index that Pagefind makes of it, and the search page in a real browser."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cbor2
import pytest
from browser import chromium, served
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from sites import Site, contents

from sitegen.building.search_settling import settled
from sitegen.model.errors import CannotGoOnError

HARBOUR: dict[str, str] = {
    "sitegen.yaml": "title: Harbour\nbase_url: https://example.org/a/b/\nsearch: true\nchecks: {rules: {single-origin: off, no-primary: off}}\n",
    "content/levy.md": "---\ntitle: The levy\ntags: [money, quay]\n---\n\nThe levy on moorings was doubled. Nobody minded the lanterns.[^1]\n\n## Afterwards\n\nThe herring left.\n\n[^1]: At the foot.\n",
    "content/levy.yaml": "claims:\n  doubled:\n    anchor: The levy on moorings was doubled\n    claim: The council doubled the mooring levy\n    verdict: refuted\n    because: The minutes know nothing of it.\n    evidence: [{source: minutes, stance: refutes, quote: the levy stays}]\n    checked: 2024-05-01\n",
    "content/tides.md": "---\ntitle: Tides\ntags: [quay]\n---\n\nThe water comes twice a day & <em>goes</em>.\n",
    "content/tides.yaml": "claims:\n  twice: {anchor: comes twice a day, verdict: opinion, checked: 2024-05-01}\n",
    "content/ebbe.md": "---\ntitle: Die Ebbe\nlanguage: de-AT\ntags: [quay]\n---\n\nDas Wasser geht zurück, die Laternen bleiben.\n",
    "content/hidden.md": "---\ntitle: Hidden\nsearch: false\n---\n\nNobody finds the lanterns here.\n",
    "content/sources/minutes.yaml": "title: Minutes\npublisher: Council\nkind: primary\naccessed: 2024-04-01\nsnapshot: {coverage: full}\n",
    "content/sources/minutes.txt": "In this year the levy stays as it is.\n",
}


@pytest.fixture
def site(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1717200000")
    return Site(tmp_path / "site", capsys).write(HARBOUR)


def index_of(site: Site) -> dict[str, bytes]:
    return {path: content for path, content in site.output().items() if path.startswith("pagefind/")}


# --- the index


def test_index_is_the_same_whenever_and_wherever_it_is_made(site: Site, tmp_path: Path) -> None:
    assert site.build().status == 0
    first = index_of(site)
    assert {"pagefind/pagefind.js", "pagefind/pagefind-entry.json"} <= set(first)
    assert not [path for path in first if "ui" in path or "worker" in path]
    for number in range(3):
        folder = tmp_path / f"again{number}"
        assert site.run("build", "--jobs", "2", "--no-cache", "--output", str(folder)).status == 0
        assert contents(folder) == site.output()


def test_index_is_made_again_only_when_words_have_changed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[object] = []
    true_run = subprocess.run

    def noted(*arguments: object, **options: object) -> object:
        runs.append(arguments)
        return true_run(*arguments, **options)  # type: ignore[call-overload] # handed on as they came

    monkeypatch.setattr("sitegen.building.search_index.subprocess.run", noted)
    site.build()
    assert len(runs) == 1
    before = index_of(site)
    site.build()
    site.write({"content/media.txt": "not an article"})
    site.build()
    site.write({"content/sources/minutes.yaml": HARBOUR["content/sources/minutes.yaml"] + "doi: 10.1/1\n"})
    site.build()
    assert len(runs) == 1, "neither a file beside nor a source's record is searched"
    assert index_of(site) == before
    (site.public / "pagefind" / "pagefind.js").unlink()
    site.build()
    assert len(runs) == 2, "what someone removed is made again"
    assert index_of(site) == before
    site.write({"content/tides.md": HARBOUR["content/tides.md"] + "\nMore of it.\n"})
    site.build()
    assert len(runs) == 3
    assert index_of(site) != before
    remembered = site.output()
    shutil.rmtree(site.public)
    site.build("--no-cache")
    assert site.output() == remembered


def test_without_search_there_is_neither_index_nor_page(site: Site) -> None:
    site.build()
    site.write({"sitegen.yaml": HARBOUR["sitegen.yaml"].replace("search: true\n", "")})
    assert site.build().status == 0
    assert not [path for path in site.output() if path.startswith(("pagefind/", "search/"))]
    assert "search/" not in site.page("index.html")
    assert "wasm" not in site.page("index.html")


def test_a_missing_extra_is_named_with_what_to_install(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sitegen.building.search.find_spec", lambda name: None if name == "pagefind" else object()
    )
    run = site.build()
    assert run.status == 2
    assert run.err.startswith(
        'sitegen.yaml:3:9: error: "search: true" needs a package that is not installed: pagefind'
    )
    assert "pip install 'sitegen[search]'" in run.err
    assert not site.public.exists()
    assert site.run("check").status == 0, "what is checked needs no search"


def test_a_site_without_articles_has_no_index(site: Site) -> None:
    for path in (site.root / "content").rglob("*.*"):
        path.unlink()
    assert site.build().status == 0
    assert index_of(site) == {}


def test_an_index_of_another_form_is_refused() -> None:
    with pytest.raises(CannotGoOnError, match="another form"):
        settled({"pagefind-entry.json": b"[]"})


@given(st.permutations(range(4)), st.permutations(["tag", "verdict"]))
def test_order_of_filters_is_settled(values: list[int], names: list[str]) -> None:
    import gzip  # noqa: PLC0415 - what Pagefind's files are wrapped in
    import json  # noqa: PLC0415 - likewise

    def closed(value: object) -> bytes:
        return gzip.compress(b"pagefind_dcd" + cbor2.dumps(value))

    files = {
        f"filter/en_{name}aaa.pf_filter": closed([name, [[f"v{value}", [value]] for value in values]])
        for name in names
    }
    meta = ["1.5.2", [["en_1", 3]], [], [[name, f"en_{name}aaa"] for name in names], [], ["title"]]
    files["pagefind.en_0123456789.pf_meta"] = closed(meta)
    files["pagefind-entry.json"] = json.dumps(
        {"version": "1.5.2", "languages": {"en": {"hash": "en_0123456789", "wasm": "en", "page_count": 1}}}
    ).encode()
    again = settled(files)
    straight = [[f"v{value}", [value]] for value in range(4)]
    found = {
        path: cbor2.loads(gzip.decompress(again[path])[12:]) for path in again if path.startswith("filter/")
    }
    assert sorted(value[0] for value in found.values()) == ["tag", "verdict"]
    assert all(value[1] == straight for value in found.values())
    entry = json.loads(again["pagefind-entry.json"])
    opened = cbor2.loads(gzip.decompress(again[f"pagefind.{entry['languages']['en']['hash']}.pf_meta"])[12:])
    assert [name for name, _ in opened[3]] == ["tag", "verdict"]
    assert {f"filter/{digest}.pf_filter" for _, digest in opened[3]} == set(found)


def test_an_article_where_the_index_belongs_is_told(site: Site) -> None:
    site.write({"content/search.md": "# Search\n"})
    assert [line for line in site.lines() if "address-collision" in line]


# --- the page


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site served from a folder of its server, as its base address says."""
    root = tmp_path_factory.mktemp("searched")
    for name, content in HARBOUR.items():
        path = root / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    public = root / "served" / "a" / "b"
    public.parent.mkdir(parents=True)
    command = [
        sys.executable,
        "-m",
        "sitegen",
        "--site",
        str(root / "site"),
        "build",
        "--output",
        str(public),
    ]
    subprocess.run(command, check=True, capture_output=True)
    with served(root / "served") as found:
        yield f"{found}a/b/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def opened(browser: Browser, url: str, *, scripts: bool = True) -> Page:
    page = browser.new_context(java_script_enabled=scripts).new_page()
    page.goto(url)
    return page


def titles(page: Page) -> list[str]:
    return page.locator(".found-title").all_inner_texts()


@pytest.mark.browser
def test_words_verdicts_and_tags_narrow_what_is_found(browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()
    hosts: set[str] = set()
    said: list[str] = []
    page.on("request", lambda request: hosts.add(request.url.removeprefix(address)))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}search/?q=lanterns")
    page.wait_for_selector("#found > li")
    assert titles(page) == ["The levy"], "an article with search: false is not found"
    assert page.locator("[data-said]").inner_text() == "1 explainer found"
    assert page.locator(".found-words mark").first.inner_text().startswith("lanterns")
    page.fill("[name=q]", "mooring levy")
    page.wait_for_selector('.found-places a[href="/a/b/levy/#c-doubled"]')
    assert page.locator(".found-title a").get_attribute("href") == "/a/b/levy/"
    page.fill("[name=q]", "herring")
    page.wait_for_selector('.found-places a[href="/a/b/levy/#afterwards"]')
    page.fill("[name=q]", "")
    page.select_option("[name=verdict]", "opinion")
    expect(page.locator(".found-title")).to_have_text(["Tides"])
    assert page.url.endswith("?verdict=opinion")
    page.select_option("[name=verdict]", "")
    page.select_option("[name=tag]", "quay")
    expect(page.locator(".found-title")).to_have_count(3)
    page.fill("[name=q]", "xyzzy")
    expect(page.locator("[data-said]")).to_have_text("Nothing was found.")
    assert not [url for url in hosts if url.startswith("http")], "another host was asked"
    assert said == []
    page.close()


@pytest.mark.browser
def test_articles_of_other_languages_are_found_in_their_own(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}search/?q=Laternen")

    page.wait_for_selector("#found > li[lang=de]")
    assert "Die Ebbe" in titles(page)
    assert page.evaluate("document.documentElement.lang") == "en"
    page.close()


@pytest.mark.browser
def test_search_page_says_what_it_needs_without_scripts(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}search/", scripts=False)
    assert not page.locator("form").is_visible()
    assert page.locator("[data-without] a").count() == 3
    page.close()


@pytest.mark.browser
def test_only_the_search_page_may_run_what_is_compiled(browser: Browser, address: str) -> None:
    policies = {}
    for path in ("search/", "", "levy/"):
        page = opened(browser, f"{address}{path}", scripts=False)
        policies[path] = (
            page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
        )
        page.close()
    assert [path for path, policy in policies.items() if "wasm-unsafe-eval" in policy] == ["search/"]
    assert not [path for path, policy in policies.items() if "'unsafe-eval'" in policy]
