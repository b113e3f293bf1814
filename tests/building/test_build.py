"""The build as a whole: the same bytes from the same site, and what an error, a flag or an odd site makes of it."""

import datetime as dt
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
from served import RICH, Served
from sites import Site, contents

from sitegen.building.build import write_pages
from sitegen.building.check import check
from sitegen.building.files import MemoryFiles
from sitegen.building.output import MANIFEST
from sitegen.building.pool import WORTH_IT, Spread
from sitegen.model.records import Settings
from sitegen.model.site import Draft, Face
from sitegen.writing import site_pages
from sitegen.writing.draft import DraftJob, draft

DAY = dt.date(2024, 6, 1)
ARTICLE = "---\ntitle: Tides\ndate: 2024-05-01\n---\n\nThe moon pulls the water twice a day.\n"
CLAIM = "claims:\n  pull: {anchor: The moon pulls the water, verdict: opinion}\n"


def many(count: int) -> dict[str, str]:
    """Articles with claims, enough of them that processes share the work."""
    return {
        name: content
        for number in range(count)
        for name, content in {
            f"content/{number % 7}/{number:03}.md": f"---\ntitle: Tide {number}\ndate: 2024-05-{number % 28 + 1:02}\ntags: [sea, t{number % 5}]\n---\n\n"
            f"The moon pulls the water {number} times. See [next](../{(number + 1) % count % 7}/{(number + 1) % count:03}.md).\n",
            f"content/{number % 7}/{number:03}.yaml": f"claims:\n  pull: {{anchor: The moon pulls the water, verdict: opinion, claim: Claim {number}}}\n"
            "notes: {times: {anchor: times, note: How *often*.}}\n",
        }.items()
    }


# --- the same bytes


def test_one_process_or_four_give_the_same_bytes(site: Site, tmp_path: Path) -> None:
    count = WORTH_IT + 12
    site.write({**RICH, **many(count)})
    assert site.run("build", "--jobs", "1", "--quiet").status == 0
    one = site.output()
    assert len(one) > 2 * count
    assert site.run("build", "--jobs", "4", "--quiet", "--output", str(tmp_path / "four")).status == 0
    assert contents(tmp_path / "four") == one
    assert site.run("build", "--jobs", "2", "--quiet", "--no-cache").status == 0
    assert site.output() == one


def test_problems_stand_in_one_order_whatever_the_processes(site: Site) -> None:
    files = many(WORTH_IT + 12)
    site.write(
        {name: content.replace("opinion", "guess").replace(".md)", ".mx)") for name, content in files.items()}
    )
    assert len(site.problems("--jobs", "1")) == 2 * (WORTH_IT + 12)
    assert site.run("check", "--jobs", "1").out == site.run("check", "--jobs", "3").out


def test_folder_present_folder_and_time_zone_change_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write(RICH)
    assert site.build("--quiet").status == 0
    first = site.output()
    moved = tmp_path / "another place" / "été"
    shutil.copytree(site.root, moved, ignore=shutil.ignore_patterns("public"))
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        monkeypatch.chdir("/" if zone.startswith("A") else moved)
        site.root = moved
        assert site.build("--quiet").status == 0
        assert site.output() == first
    monkeypatch.undo()
    time.tzset()


def test_hash_seed_and_locale_change_nothing(site: Site) -> None:
    site.write({**RICH, **many(WORTH_IT)})
    made = []
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("4242", "POSIX")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale}
        arguments = [
            sys.executable,
            "-m",
            "sitegen",
            "--site",
            str(site.root),
            "build",
            "--quiet",
            "--jobs",
            "2",
        ]
        subprocess.run(arguments, env=environment, check=True, capture_output=True)
        made.append(site.output())
    assert made[0] == made[1] == made[2]


def test_files_that_were_touched_or_written_in_another_order_change_nothing(site: Site) -> None:
    site.write(RICH)
    assert site.build("--quiet").status == 0
    first = site.output()
    shutil.rmtree(site.root / "content")
    site.write(dict(reversed(RICH.items())))
    for path in site.root.rglob("*"):
        os.utime(path, (1, 1))
    assert site.build("--quiet").status == 0
    assert site.output() == first


def test_day_reaches_the_output_only_through_what_it_decides(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write(RICH)
    assert site.build("--quiet").status == 0
    first = site.output()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1725148800")  # 1 September 2024: nothing more is due
    assert site.build("--quiet").status == 0
    assert site.output() == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735776000")  # 2 January 2025: the review of one claim is past
    assert site.build("--quiet").status == 0
    assert {name for name, content in site.output().items() if first[name] != content} == {
        MANIFEST,
        "claims.json",
        "claims/index.html",
        "claims/index.json",
        "index.html",
        "tides/index.html",
    }


def test_no_path_of_the_machine_and_no_version_of_the_day_is_in_the_output(site: Site) -> None:
    site.write(RICH)
    assert site.build("--quiet").status == 0
    for name, content in site.output().items():
        assert str(site.root).encode() not in content, name
        assert b"/tmp/" not in content, name
        assert b"\x00" not in content or name.endswith((".ico", ".png", ".woff2")), name


# --- errors


def test_error_leaves_the_output_as_it_was(site: Site) -> None:
    site.write({"content/tides.md": ARTICLE, "content/tides.yaml": CLAIM})
    assert site.build().status == 0
    before = site.output()
    site.write({"content/tides.yaml": CLAIM.replace("pulls", "pushes"), "content/ebb.md": "# Ebb\n"})
    assert site.build().status == 1
    assert site.output() == before
    site.write({"content/tides.yaml": CLAIM.replace(", verdict: opinion", "")})
    assert site.build("--strict").status == 1
    assert site.output() == before
    assert site.build().status == 0
    assert "ebb/index.html" in site.output()


LEDGER = """\
claims:
  exact: {anchor: The moon pulls the water, verdict: opinion}
  drifted: {anchor: Salt is 1.2 % of it, verdict: opinion, because: Said so., note: 'See [x](gone.md).'}
  lost: {anchor: Whales sing in the deep ocean at night, verdict: opinion, evidence: [{source: nobody, stance: context, quote: they sing all night}]}
  ambiguous: {anchor: the tide, verdict: guess}
notes:
  elsewhere: {anchor: Nobody ever wrote these words down, note: A note.}
"""
DAMAGED: dict[str, str | bytes] = {
    "content/tides.md": ARTICLE
    + "\nSalt is 12 % of it. First the tide, then the tide.\n\n[a](gone.md) [b](#gone) ![c](gone.png)\n",
    "content/tides.yaml": LEDGER,
    "content/broken.md": "---\ntitle: [\n---\n\nWords.\n",
    "content/broken.yaml": "claims: [",
    "content/latin.md": b"caf\xe9\n",
    "content/same.md": "---\nslug: tides\n---\n\nThe same.\n",
    "content/same.yaml": "claims: {x: {anchor: The same, verdict: opinion}}\n",
    "content/sources/odd.yaml": "titel: x\n",
}


def test_build_that_keeps_going_shows_what_could_not_be_placed(site: Site) -> None:
    run = site.write(DAMAGED).build("--keep-going")
    assert run.status == 1
    served = Served(site.public, "http://localhost:8000/")
    page = served.pages["tides/index.html"] if "The same" not in site.page("tides/index.html") else None
    assert page is not None, "of two pages with one address the first written has it"
    assert {mark.get("id") for mark in page.all("mark")} == {"c-exact"}
    notes = {note["id"] for note in page.all("aside")}
    assert notes == {f"note-{name}" for name in ("exact", "drifted", "lost", "ambiguous", "elsewhere")}
    whole = site.page("tides/index.html")
    section = whole[whole.index('id="unplaced"') :]
    for words in (
        "Salt is 1.2 % of it",
        "Salt is 12 % of it",
        "Whales sing in the deep ocean at night",
        "Said so.",
    ):
        assert words in section
    assert "\x00" not in whole


def test_claims_that_could_not_be_placed_are_in_claims_json_with_their_state(site: Site) -> None:
    site.write({name: content for name, content in DAMAGED.items() if "tides" in name}).build("--keep-going")
    found = {entry["id"]: entry for entry in json.loads(site.page("claims.json"))}
    assert list(found) == ["exact", "drifted", "lost", "ambiguous"]
    assert {claim: entry["anchor"]["state"] for claim, entry in found.items()} == {
        name: name for name in found
    }
    drifted, text = found["drifted"]["anchor"], "The moon pulls the water twice a day.\n"
    assert drifted["exact"] == "Salt is 12 % of it"
    assert (drifted["start"], drifted["end"]) == (len(text), len(text) + len(drifted["exact"]))
    assert 0.9 < drifted["score"] < 1
    for claim in ("lost", "ambiguous"):
        assert {
            found[claim]["anchor"][key] for key in ("exact", "prefix", "suffix", "start", "end", "score")
        } == {None}
    assert found["exact"]["anchor"]["score"] is None
    assert found["lost"]["evidence"][0] == {
        "source": "nobody",
        "title": None,
        "url": None,
        "kind": None,
        "origin": None,
        "stance": "context",
        "direct": True,
        "quote": "they sing all night",
        "at": None,
        "state": "unarchived",
        "coverage": None,
    }
    assert (found["ambiguous"]["verdict"], found["ambiguous"]["rating"]) == ("guess", None)
    assert [item["id"] for item in json.loads(site.page("tides/annotations.jsonld"))["first"]["items"]] == [
        "http://localhost:8000/tides/#c-exact"
    ]


def test_no_article_of_a_damaged_site_is_lost_from_claims_json(site: Site) -> None:
    site.write(DAMAGED).build("--keep-going")
    assert [(entry["article"], entry["id"]) for entry in json.loads(site.page("claims.json"))] == [
        ("same", "x"),
        ("tides", "exact"),
        ("tides", "drifted"),
        ("tides", "lost"),
        ("tides", "ambiguous"),
    ]


# --- one page, one file


def test_no_file_is_written_twice() -> None:
    """Above all not with one more page of a listing, a folder's own page, or a tag that two articles spell differently."""
    files = {
        name: content if isinstance(content, bytes) else content.encode() for name, content in RICH.items()
    }
    files |= {name: content.encode() for name, content in many(120).items()}
    site = MemoryFiles(files)
    settings = Settings(base_url="https://example.org/")
    written: list[str] = []
    write_pages(check(site, settings, DAY), lambda page: written.append(page.path))
    assert [path for path, count in Counter(written).items() if count > 1] == []
    assert {"page/2/index.html", "page/3/index.html", "tags/sea/page/2/index.html"} <= set(written)


def test_listings_of_55_articles_have_two_pages(site: Site) -> None:
    site.write(
        {
            f"content/deep/{number:02}.md": f"---\ntitle: Tide {number:02}\ntags: [sea]\n---\n\nWords.\n"
            for number in range(55)
        }
    )
    assert site.build("--quiet").status == 0
    served = Served(site.public, "http://localhost:8000/")
    wrong = [
        trouble
        for name, page in served.pages.items()
        for link in page.values("href")
        if (trouble := served.target(name, link))
    ]
    assert wrong == []
    for listing in ("", "deep/", "tags/sea/"):
        first, second = site.page(f"{listing}index.html"), site.page(f"{listing}page/2/index.html")
        assert "Tide 49" in first
        assert "Tide 50" not in first
        assert "Tide 49" not in second
        assert "Tide 54" in second
        assert 'rel="next"' in first
        assert 'rel="prev"' in second
        assert not (site.public / listing / "page" / "3").exists()
    assert "page/2" not in site.page("sitemap.xml")


def test_source_of_many_citations_has_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_pages, "CITATIONS_SIZE", 3)
    claim = "{anchor: %s, verdict: %s, checked: 2024-05-01, evidence: [{source: book, stance: supports, quote: %s words}]}"
    site.write({"content/sources/book.yaml": "title: A book\naccessed: 2024-04-30\n"})
    site.write({"content/sources/book.txt": "First words, other words.\n"})
    for name, verdict in ("a", "supported"), ("b", "mostly-supported"), ("c", "supported"):
        one, other = claim % ("one thing", verdict, "First"), claim % ("another", verdict, "other")
        site.write(
            {
                f"content/{name}.md": f"# {name}\n\nSay one thing and another.\n",
                f"content/{name}.yaml": f"claims:\n  x: {one}\n  y: {other}\n",
            }
        )
    assert site.build("--quiet").status == 0
    first, second = (site.page(f"sources/book/{page}index.html") for page in ("", "page/2/"))
    links = [re.findall(r'row-statement"><a href="([^"]+)"', page) for page in (first, second)]
    assert links == [
        [f"../../{name}/#c-{claim}" for name in "ab" for claim in "xy"],
        [f"../../../../c/#c-{claim}" for claim in "xy"],
    ]
    assert "6 claims rest on this source" in first
    assert "rest on this source" not in second
    assert all("Cited 6 times; 6 of 6 quotations found" in page for page in (first, second))
    assert 'rel="next" href="../../sources/book/page/2/"' in first
    assert 'rel="prev" href="../../../../sources/book/"' in second
    # An article that ceases to cite it takes its page along.
    site.write({"content/c.yaml": "claims: {}\n"})
    assert site.build("--quiet").status == 0
    assert not (site.public / "sources/book/page").exists()
    assert "Cited 4 times" in site.page("sources/book/index.html")


# --- odd sites


@pytest.mark.parametrize("strict", [[], ["--strict"]])
def test_empty_site_is_built(site: Site, strict: list[str]) -> None:
    assert site.build(*strict).status == 0
    served = Served(site.public, "http://localhost:8000/")
    assert json.loads(site.page("claims.json")) == []
    assert json.loads(site.page("feed.json"))["items"] == []
    for name in ("feed.xml", "corrections/feed.xml", "sitemap.xml"):
        ET.fromstring(site.page(name))  # noqa: S314 - our own
    assert {
        "index.html",
        "404.html",
        "claims/index.html",
        "sources/index.html",
        "verdicts/index.html",
    } <= served.files
    wrong = [
        trouble
        for name, page in served.pages.items()
        for link in page.values("href")
        if (trouble := served.target(name, link))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "---\n---\n",
        "\ufeff",
        "---\r\n---\r\n",
        "\ufeff---\r\ntitle: Tides\r\n---\r\n\r\nWords.\r\n",
    ],
)
def test_article_without_words_is_an_article(site: Site, content: str) -> None:
    site.write({"content/tides.md": content, "content/tides.yaml": ""})
    assert site.lines() == []
    assert site.build().status == 0
    assert "Tides" in site.page("tides/index.html")


def test_line_ends_and_byte_order_marks_change_no_place(site: Site) -> None:
    text, ledger = ARTICLE + "\nTwo\n*lines*.\n", CLAIM + "  two: {anchor: Two lines, verdict: guess}\n"
    expected = ["content/tides.yaml:3:37 verdict-unknown"]
    for start in ("", "\ufeff"):
        for end in ("\n", "\r\n", "\r"):
            site.write(
                {
                    "content/tides.md": (start + text).replace("\n", end),
                    "content/tides.yaml": (start + ledger).replace("\n", end),
                }
            )
            assert site.lines() == expected
            claims = site.run("check", "--format", "json").json()["summary"]
            assert claims["anchors"] == {"exact": 2}


def test_sidecar_may_end_in_yml(site: Site) -> None:
    site.write({"content/tides.md": ARTICLE, "content/tides.yml": CLAIM})
    assert site.lines() == []
    assert site.run("check", "--format", "json").json()["summary"]["claims"] == 1


def test_second_sidecar_of_an_article_is_not_lost_without_a_word(site: Site) -> None:
    site.write({"content/tides.md": ARTICLE, "content/tides.yml": CLAIM, "content/tides.yaml": CLAIM})
    assert site.lines() == ["content/tides.yml:1:1 sidecar-orphan"]
    assert "content/tides.yaml" in site.problems()[0]["message"]


def test_data_of_an_author_are_no_sidecar(site: Site) -> None:
    site.write({"content/data.yaml": "place: coast\n", "content/list.yml": "- a\n"})
    assert site.lines() == []
    assert site.build("--quiet").status == 0
    assert site.page("data.yaml") == "place: coast\n"


def test_characters_that_xml_forbids_break_no_feed(site: Site) -> None:
    odd = "".join(map(chr, (*range(1, 32), 0x7F, 0x85, 0xFFFE, 0xFFFF)))
    site.write(
        {
            "content/tides.md": f"---\ntitle: Tides\ndate: 2024-05-01\n---\n\nWords {odd} here.\n\n```\n{odd}\n```\n"
        }
    )
    assert site.build("--quiet").status == 0
    ET.fromstring(site.page("feed.xml"))  # noqa: S314 - our own
    assert "Words" in json.loads(site.page("feed.json"))["items"][0]["content_html"]


def test_index_page_with_a_slug_is_a_page_of_its_own(site: Site) -> None:
    site.write(
        {
            "content/history/index.md": "---\ntitle: The past\nslug: past\n---\n\nOld words. See [ebb](ebb.md).\n",
            "content/history/ebb.md": "# Ebb\n\nSee [the past](index.md).\n",
        }
    )
    assert site.lines() == []
    assert site.build("--quiet").status == 0
    served = Served(site.public, "http://localhost:8000/")
    assert "Old words" in site.page("past/index.html")
    assert "Old words" not in site.page("history/index.html")
    assert [
        served.target(name, link)
        for name, page in served.pages.items()
        for link in page.values("href")
        if served.target(name, link)
    ] == []


@pytest.mark.parametrize(
    "name",
    [
        "high water",
        "100% sure",
        "what? now",
        "a#b",
        "a\\b",
        "a%20b",
        "a&b",
        "a'b",
        'a"b',
        "a<b>",
        "日本",
        "a+b",
        "a;b=c",
        "ünï",
    ],
)
def test_any_file_name_makes_a_page_that_links_lead_to(site: Site, name: str) -> None:
    site.write(
        {
            f"content/{name}.md": "---\ndate: 2024-05-01\ntags: [sea]\n---\n\nWords.\n",
            f"content/{name}.txt": "x\n",
        }
    )
    assert site.build("--quiet").status == 0
    served = Served(site.public, "http://localhost:8000/")
    assert f"{name}/index.html" in served.files
    wrong = [
        trouble
        for page_name, page in served.pages.items()
        for link in page.values("href")
        if (trouble := served.target(page_name, link))
    ]
    assert wrong == []


def test_records_of_one_article_serve_no_other(site: Site) -> None:
    """Two articles may each have a source of their own by one id, and one may hide the library's."""
    ledger = "claims:\n  pull:\n    anchor: The moon pulls the water\n    verdict: opinion\n    evidence: [{source: almanac, stance: context, quote: WORDS}]\n"
    own = "sources: {almanac: {title: Another, snapshot: {file: FILE}}}\n"
    site.write(
        {
            "content/a.md": ARTICLE,
            "content/a.yaml": ledger.replace("WORDS", "the moon is far away")
            + own.replace("FILE", "one.txt"),
            "content/b.md": ARTICLE,
            "content/b.yaml": ledger.replace("WORDS", "the moon is very near")
            + own.replace("FILE", "two.txt"),
            "content/c.md": ARTICLE,
            "content/c.yaml": ledger.replace("WORDS", "the moon is a cheese"),
            "content/sources/almanac.yaml": "title: Almanac\n",
            "content/sources/almanac.txt": "They say the moon is a cheese.\n",
            "content/sources/one.txt": "They say the moon is far away.\n",
            "content/sources/two.txt": "They say the moon is very near.\n",
        }
    )
    assert site.lines() == []
    assert site.run("check", "--format", "json").json()["summary"]["quotes"] == {"exact": 3}


def test_source_of_an_article_that_has_no_copy_is_not_checked_against_the_librarys(site: Site) -> None:
    ledger = "claims:\n  pull:\n    anchor: The moon pulls the water\n    verdict: opinion\n    evidence: [{source: almanac, stance: context, quote: the moon is a cheese}]\n"
    site.write(
        {
            "content/a.md": ARTICLE,
            "content/a.yaml": ledger + "sources: {almanac: {title: Another, snapshot: {file: other.txt}}}\n",
            "content/b.md": ARTICLE,
            "content/b.yaml": ledger,
            "content/sources/almanac.yaml": "title: Almanac\n",
            "content/sources/almanac.txt": "They say the moon is a cheese.\n",
            "content/sources/other.txt": "They say the moon is nothing at all.\n",
        }
    )
    assert site.lines() == ["content/a.yaml:5:58 quote-absent"]


# --- work spread over processes


def test_spread_gives_results_in_the_order_of_the_jobs() -> None:
    jobs = list(range(WORTH_IT * 3))
    assert list(Spread(3)(_doubled, jobs, 10, what="doubling")) == [2 * job + 10 for job in jobs]


def _doubled(job: int, shared: int) -> int:
    return 2 * job + shared


def test_spread_tells_its_progress() -> None:
    told: list[tuple[str, int, int]] = []
    jobs = [1, 2, 3]
    assert list(Spread(4, lambda *step: told.append(step))(_doubled, jobs, 0, what="doubling")) == [2, 4, 6]
    assert told == [("doubling", 1, 3), ("doubling", 2, 3), ("doubling", 3, 3)]


def test_worker_that_dies_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.building.articles.draft", _die)
    site.write(many(WORTH_IT))
    run = site.run("build", "--jobs", "2")
    assert run.status == 2
    assert (
        run.err
        == "content/0/000.md:1:1: error: a worker process ended before its work was done\n    hint: is there memory enough? --jobs 1 needs the least\n"
    )


def _die(*_: object) -> None:
    os._exit(9)


def test_article_that_kills_its_worker_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def die_of_one(job: DraftJob, face: Face) -> Draft:
        return draft(job, face) if job.article != "3/031" else os._exit(9)

    monkeypatch.setattr("sitegen.building.articles.draft", die_of_one)
    run = site.write(many(WORTH_IT)).run("build", "--jobs", "2")
    assert run.status == 2
    assert run.err.splitlines()[-2].startswith("content/3/031.md:1:1: error: a worker process ended ")
    assert not site.public.exists()


def test_worker_that_dies_once_costs_its_work_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    died = site.root / "died"

    def die_once(job: DraftJob, face: Face) -> Draft:
        if job.article == "3/031" and not died.exists():
            died.touch()
            os._exit(9)
        return draft(job, face)

    site.write(many(WORTH_IT))
    assert site.build("--no-cache", "--quiet").err == ""
    first = site.output()
    monkeypatch.setattr("sitegen.building.articles.draft", die_once)
    run = site.run("build", "--jobs", "2", "--quiet")
    assert (run.status, died.exists(), site.output()) == (0, True, first)
    told = "warning: a worker process ended before its work was done: it was done again by another\n"
    assert run.err == told


ORPHANED = """
import os, signal, time
from sitegen.building import pool

heed = pool._die_with

def late(parent):
    os.kill(parent, signal.SIGKILL)
    while os.getppid() == parent:
        time.sleep(0.01)
    heed(parent)

pool._die_with = late
list(pool.Spread(2)(lambda job, shared: job, range(100), None, what="counting"))
"""
"""Spreads work over processes that outlive the one that began them: it is killed before they are told of such things."""


def test_worker_whose_parent_is_gone_before_it_begins_ends_too() -> None:
    # This ends when the workers, which hold the other end of the pipes, have ended.
    done = subprocess.run([sys.executable, "-c", ORPHANED], capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert done.stderr == b""


def test_template_that_fails_in_a_worker_is_told_with_its_place(site: Site) -> None:
    site.write(
        {**many(WORTH_IT), "sitegen.yaml": "theme: paper\n", "themes/paper/theme.yaml": "extends: default\n"}
    )
    site.write(
        {
            "themes/paper/templates/article.html": "{% extends 'default/article.html' %}\n{% block main %}{{ article.titel }}{% endblock %}\n"
        }
    )
    for jobs in ("1", "2"):
        run = site.run("build", "--jobs", jobs)
        assert run.status == 2
        assert run.err.startswith("themes/paper/templates/article.html:2:1: error: the template failed: ")
    assert not site.public.exists()


def test_progress_is_shown_on_a_terminal_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    site.write({"content/tides.md": ARTICLE})
    assert site.build().err == ""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert site.build("--no-cache").status == 0
    assert "writing" in terminal.getvalue()


def test_article_whose_annotations_cannot_be_read_says_so_on_its_page(site: Site) -> None:
    site.write({"content/tides.md": ARTICLE, "content/tides.yaml": "claims:\n  pull: {anchor: [\n"})
    assert site.build("--keep-going", "--quiet").status == 1
    assert "could not be read: nothing on this page was checked" in site.page("tides/index.html")


def test_link_to_an_article_that_cannot_be_read_is_not_told_too(site: Site) -> None:
    site.write({"content/tides.md": "---\ntitle: Tides\n", "content/ebb.md": "See [the tides](tides.md).\n"})
    assert [problem["rule"] for problem in site.problems()] == ["yaml-syntax"]


def test_quotation_that_could_not_be_looked_for_is_never_counted_as_not_found(site: Site) -> None:
    site.write(
        {
            "content/tides.md": ARTICLE,
            "content/tides.yaml": "claims:\n  pull:\n    anchor: The moon pulls\n    verdict: supported\n    evidence:\n"
            "      - {source: letter, stance: supports, quote: it pulls and pulls}\n",
            "content/sources/letter.yaml": "title: A letter\nkind: primary\n",
        }
    )
    assert site.build("--quiet").status == 0
    for name in ("tides/index.html", "sources/index.html", "sources/letter/index.html", "claims/index.html"):
        page = site.page(name)
        assert "1 quotation could not be looked for" in page, name
        assert "0 of 1" not in page, name
