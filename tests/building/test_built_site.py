"""The output of a rich site: every link leads somewhere, no page asks another host, and records are what they say."""

import contextlib
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from served import BASE, RICH, Served
from sites import Site

ATOM = "{http://www.w3.org/2005/Atom}"
FETCHING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
    "use": ("href",),
    "image": ("href",),
}
RELS = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "modulepreload",
    "preconnect",
    "dns-prefetch",
    "manifest",
    "apple-touch-icon",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    from sitegen.cli import main  # noqa: PLC0415

    root = tmp_path_factory.mktemp("rich")
    for name, content in RICH.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(io.StringIO()) as errors:
        patch.setenv("SOURCE_DATE_EPOCH", "1717200000")
        with contextlib.redirect_stdout(io.StringIO()):
            status = main(["--site", str(root), "build", "--jobs", "1"])
    assert (status, errors.getvalue().count("error:")) == (0, 0), errors.getvalue()
    return Served(root / "public")


def text(served: Served, name: str) -> str:
    return (served.folder / name).read_text(encoding="utf-8")


def json_of(served: Served, name: str) -> Any:  # noqa: ANN401 - JSON has no type
    return json.loads(text(served, name))


def jsonld(served: Served, name: str) -> Any:  # noqa: ANN401 - JSON has no type
    (script,) = [script for kind, script in served.pages[name].scripts if kind == "application/ld+json"]
    return json.loads(script)


# --- the pages


def test_every_page_and_file_is_there_and_nothing_else(served: Served) -> None:
    pages = {name for name in served.files if not name.startswith("assets/")}
    assert pages == {
        "index.html", "annotations.jsonld", "404.html", "robots.txt", "sitemap.xml", "feed.xml", "feed.json", "claims.json", "claims/index.json", ".sitegen-manifest.json",
        "tides/index.html", "tides/annotations.jsonld",
        "history/index.html", "history/annotations.jsonld",
        "history/low-tide/index.html", "history/low-tide/annotations.jsonld",
        "history/deep/index.html", "history/deep/down/index.html", "history/deep/down/annotations.jsonld",
        "été/index.html", "été/high water/index.html", "été/high water/annotations.jsonld",
        "claims/index.html", "verdicts/index.html", "corrections/index.html", "corrections/feed.xml",
        "sources/index.html", "sources/tides/own/index.html", "sources/tides/dead/index.html", "sources/almanac/index.html", "sources/survey/index.html", "sources/scan/index.html",
        "tags/index.html", "tags/sea/index.html", "tags/deep-water/index.html", "tags/été-2024/index.html",
        "start/index.html", "tide/index.html", "old/tide.html", "old sea/index.html",
        "media/beach.png", "media/data.csv", "CNAME",
    }  # fmt: skip


def test_every_link_and_fragment_of_every_page_leads_somewhere(served: Served) -> None:
    wrong = [
        f"{name}: {trouble}"
        for name, page in served.pages.items()
        for link in [*page.values("href"), *page.values("src"), *page.values("cite")]
        if (trouble := served.target(name, link)) is not None
    ]
    assert wrong == []


def test_links_are_relative_but_for_those_that_must_not_be(served: Served) -> None:
    """A site opened under another address, or from disk, works but for its page for what is missing."""
    for name, page in served.pages.items():
        for element in page.elements:
            link = element.attributes.get("href", "")
            absolute = link.startswith(("/", BASE))
            assert not absolute or element.attributes.get("rel") == "canonical" or name == "404.html", (
                name,
                link,
            )


def test_no_page_asks_another_host_for_anything(served: Served) -> None:
    for name, page in served.pages.items():
        asked = [
            value
            for tag, names in FETCHING.items()
            for attribute in names
            for value in page.values(attribute, tag)
        ]
        asked += [link["href"] for link in page.all("link") if RELS & set(link["rel"].split())]
        assert [value for value in asked if re.match(r"[a-z]+:|//", value)] == [], name
        assert page.all("base") == []
    for name in served.files:
        if name.endswith(".css"):
            style = text(served, name)
            assert "@import" not in style
            assert [
                url
                for url in re.findall(r"url\(([^)]*)\)", style)
                if re.match(r"[\"']?\s*(?!data:)([a-z]+:|//)", url)
            ] == []
            for url in re.findall(r"url\(\s*[\"']?(?!data:|#)([^\"')]+)", style):
                assert (served.folder / name).parent.joinpath(url.partition("#")[0]).is_file(), url
        if name.endswith(".js"):
            assert "http:" not in text(served, name)
            assert "https:" not in text(served, name)


def test_every_page_holds_a_policy_and_nothing_that_breaks_it(served: Served) -> None:
    for name, page in served.pages.items():
        (policy,) = [
            meta["content"]
            for meta in page.all("meta")
            if meta.get("http-equiv") == "Content-Security-Policy"
        ]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.values("style") == [], name
        assert page.all("style") == []
        assert [
            attribute
            for element in page.elements
            for attribute in element.attributes
            if attribute.startswith("on")
        ] == []
        assert [
            kind for kind, script in page.scripts if script.strip() and kind != "application/ld+json"
        ] == []


def test_ids_are_unique_in_a_page(served: Served) -> None:
    for name, page in served.pages.items():
        assert [identifier for identifier, count in Counter(page.values("id")).items() if count > 1] == [], (
            name
        )


def test_attributes_that_name_ids_name_some_of_the_page(served: Served) -> None:
    for name, page in served.pages.items():
        for attribute in (
            "aria-details",
            "aria-labelledby",
            "aria-describedby",
            "aria-controls",
            "for",
            "headers",
        ):
            named = {identifier for value in page.values(attribute) for identifier in value.split()}
            assert named <= served.ids[name], (name, attribute)


def test_every_page_says_its_language_title_and_address(served: Served) -> None:
    for name, page in served.pages.items():
        assert page.all("html")[0]["lang"] == ("de" if name == "history/low-tide/index.html" else "en")
        title = re.findall(r"<title>(.*?)</title>", text(served, name))
        assert len(title) == 1
        assert "Tides &amp; &lt;Moons&gt;" in title[0]
        canonical = [link["href"] for link in page.all("link") if link["rel"] == "canonical"]
        redirect = any(meta.get("http-equiv") == "refresh" for meta in page.all("meta"))
        assert canonical == ([] if name == "404.html" else canonical if redirect else [served.address(name)])


def test_drafts_and_articles_of_the_future_are_nowhere(served: Served) -> None:
    for name in served.files:
        content = (served.folder / name).read_bytes()
        assert b"A draft" not in content, name
        assert b"The future" not in content, name


def test_copies_seeds_and_hidden_files_are_not_published(served: Served) -> None:
    assert [
        name
        for name in served.files
        if "almanac.txt" in name or "survey.html" in name or name.endswith(".pdf")
    ] == []
    for name in served.files:
        content = (served.folder / name).read_bytes()
        assert b"They say that the moon" not in content, name
        assert b"hidden\n" not in content, name


def test_other_files_are_copied_byte_for_byte(served: Served) -> None:
    for name in ("media/beach.png", "media/data.csv", "CNAME"):
        content = RICH[f"content/{name}"]
        assert (served.folder / name).read_bytes() == (
            content if isinstance(content, bytes) else content.encode()
        )


def test_pictures_have_their_sizes(served: Served) -> None:
    (picture,) = [
        image for image in served.pages["tides/index.html"].all("img") if image["src"].endswith("beach.png")
    ]
    assert (picture["width"], picture["height"], picture["alt"]) == ("40", "30", "A beach")


# --- claims in the page


def test_marks_and_notes_are_joined_both_ways(served: Served) -> None:
    page = served.pages["tides/index.html"]
    notes = {note["data-claim"]: note for note in page.all("aside") if "data-claim" in note}
    marks = [mark for mark in page.all("mark") if "data-claim" in mark]
    assert set(notes) == {"pull", "sun", "water", "unknown", "rise", "gauges"}
    assert {mark["data-claim"] for mark in marks} == set(notes)
    for claim, note in notes.items():
        pieces = [mark for mark in marks if mark["data-claim"] == claim]
        assert [mark.get("id") for mark in pieces] == [f"c-{claim}", *[None] * (len(pieces) - 1)], (
            "only the first piece has the id"
        )
        assert {mark["aria-details"] for mark in pieces} == {f"note-{claim}"} == {note["id"]}
        assert {mark["data-verdict"] for mark in pieces} == {note["data-verdict"]}
        assert {"claim"} <= set(pieces[0]["class"].split())
        assert note["role"] == "doc-footnote"
    backlinks = [link["href"] for link in page.all("a") if link.get("role") == "doc-backlink"]
    assert {f"#c-{claim}" for claim in notes} <= set(backlinks)
    references = [link["href"] for link in page.all("a") if link.get("role") == "doc-noteref"]
    assert {f"#note-{claim}" for claim in notes} <= set(references)


def test_quotes_link_to_the_passage_the_archive_and_the_page_of_the_source(served: Served) -> None:
    links = served.pages["tides/index.html"].values("href", "a")
    assert "https://almanac.example/book#:~:text=The%20moon%20pulls%20the,sea%20twice%20a%20day" in links
    assert "https://almanac.example/book#:~:text=It%20rose%20by%203%20mm" in links
    assert "https://web.archive.org/almanac" in links
    assert "../sources/almanac/" in links
    assert "https://gone.example/?a=b&c=d#e:~:text=the%20moon%20is%20a%20lamp" in links


# --- claims.json


def claims(served: Served) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in json_of(served, "claims.json")}


def test_claims_stand_in_the_order_of_articles_and_as_written(served: Served) -> None:
    assert [(entry["article"], entry["id"]) for entry in json_of(served, "claims.json")] == [
        ("history/index", "lower"),
        *(("tides", claim) for claim in ("pull", "sun", "water", "unknown", "rise", "gauges")),
    ]


def test_claim_has_every_key_of_the_contract(served: Served) -> None:
    entry = claims(served)["pull"]
    anchor = entry.pop("anchor")
    assert entry == {
        "article": "tides",
        "url": "https://example.org/a/b/tides/#c-pull",
        "id": "pull",
        "claim": "The moon causes two tides a day",
        "claimant": {"name": "Nautical Almanac", "role": "a yearbook", "url": "https://almanac.example/"},
        "said": {
            "on": "2024-01-02",
            "at": {
                "title": "The Almanac",
                "url": "https://almanac.example/2024",
                "archive": "https://web.archive.org/x",
            },
            "seed": "leaflet",
            "quote": "the moon does it all",
        },
        "verdict": "supported",
        "rating": 5,
        "because": "Both the almanac and the gauges say so.",
        "checked": {"on": "2024-05-02", "by": "Ann"},
        "reviewed": {"on": "2024-05-03", "by": "Ben"},
        "stale": False,
        "evidence": [
            {
                "source": "almanac",
                "title": "Nautical Almanac",
                "url": "https://almanac.example/book",
                "kind": "primary",
                "origin": "almanac",
                "stance": "supports",
                "direct": True,
                "quote": "The moon pulls the water of the sea twice a day",
                "at": "p. 4",
                "state": "exact",
                "coverage": "excerpt",
            },
            {
                "source": "survey",
                "title": "Survey of the Coast",
                "url": None,
                "kind": "secondary",
                "origin": "Coast Survey",
                "stance": "supports",
                "direct": False,
                "quote": "two high waters a day",
                "at": None,
                "state": "exact",
                "coverage": "full",
            },
            {
                "source": "own",
                "title": "A letter & more",
                "url": None,
                "kind": None,
                "origin": "own",
                "stance": "context",
                "direct": True,
                "quote": None,
                "at": None,
                "state": "unquoted",
                "coverage": None,
            },
            {
                "source": "dead",
                "title": "A page that is gone",
                "url": "https://gone.example/?a=b&c=d#e",
                "kind": None,
                "origin": "dead",
                "stance": "context",
                "direct": True,
                "quote": "the moon is a lamp",
                "at": None,
                "state": "unarchived",
                "coverage": None,
            },
            {
                "source": "scan",
                "title": "A scanned page",
                "url": None,
                "kind": None,
                "origin": "scan",
                "stance": "context",
                "direct": True,
                "quote": "the moon is a mirror",
                "at": None,
                "state": "unreadable",
                "coverage": None,
            },
        ],
    }
    assert list(entry) == [
        "article", "url", "id", "claim", "claimant", "said", "verdict", "rating", "because", "checked", "reviewed", "stale", "evidence",
    ]  # fmt: skip
    assert list(anchor) == ["exact", "prefix", "suffix", "start", "end", "state", "score"]
    assert (anchor["exact"], anchor["state"], anchor["score"]) == (
        "The moon pulls the water twice a day",
        "exact",
        None,
    )
    assert anchor["end"] - anchor["start"] == len(anchor["exact"])
    assert anchor["suffix"].startswith(", says the almanac. ")


def test_what_a_claim_lacks_is_null(served: Served) -> None:
    entry = claims(served)["water"]
    assert [name for name, value in entry.items() if value is None] == [
        "claimant",
        "said",
        "rating",
        "because",
        "reviewed",
    ]
    assert entry["checked"] == {"on": "2024-05-02", "by": None}
    assert entry["evidence"] == []
    assert claims(served)["unknown"]["checked"] is None
    assert claims(served)["unknown"]["claimant"] == {"name": "Everybody", "role": None, "url": None}


def test_verdicts_ratings_and_staleness(served: Served) -> None:
    assert {
        claim: (entry["verdict"], entry["rating"], entry["stale"]) for claim, entry in claims(served).items()
    } == {
        "pull": ("supported", 5, False),
        "sun": ("shaky", 2, True),
        "water": ("opinion", None, False),
        "unknown": ("unchecked", None, False),
        "rise": ("disputed", 3, False),
        "gauges": ("opinion", None, False),
        "lower": ("unproven", None, False),
    }


def test_address_of_a_claim_is_that_of_its_mark(served: Served) -> None:
    for entry in claims(served).values():
        path, _, fragment = entry["url"].removeprefix(BASE).partition("#")
        assert entry["url"].startswith(BASE)
        assert fragment == f"c-{entry['id']}"
        assert fragment in served.ids[f"{path}index.html"]


# --- annotations


def canonical_text(article: str) -> str:
    from sitegen.judging.canonical import flatten  # noqa: PLC0415
    from sitegen.model.records import MarkdownSettings  # noqa: PLC0415
    from sitegen.reading.article import read_manuscript  # noqa: PLC0415
    from sitegen.reading.markdown import parse  # noqa: PLC0415

    written = RICH[f"content/{article}.md"]
    assert isinstance(written, str)
    manuscript, _ = read_manuscript(written.encode(), f"content/{article}.md", article)
    return flatten(parse(manuscript.body, MarkdownSettings()).tokens).canonical.text


@pytest.mark.parametrize(("article", "count"), [("tides", 8), ("history/index", 1)])
def test_selectors_of_annotations_match_the_canonical_text(served: Served, article: str, count: int) -> None:
    collection = json_of(served, f"{article.removesuffix('index').rstrip('/')}/annotations.jsonld")
    assert collection["@context"] == "http://www.w3.org/ns/anno.jsonld"
    items = collection["first"]["items"]
    assert collection["total"] == len(items) == count
    canonical = canonical_text(article)
    for item in items:
        quote, position = item["target"]["selector"]
        assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
        start, end = position["start"], position["end"]
        assert canonical[start:end] == quote["exact"]
        assert canonical[:start].endswith(quote["prefix"])
        assert canonical[end:].startswith(quote["suffix"])
        assert item["target"]["source"] == item["id"].partition("#")[0]
        assert item["type"] == "Annotation"


def test_annotations_say_verdict_evidence_and_archive(served: Served) -> None:
    items = json_of(served, "tides/annotations.jsonld")["first"]["items"]
    assert [(item["id"].rpartition("#")[2], item["motivation"]) for item in items] == [
        *((f"c-{claim}", "assessing") for claim in ("pull", "sun", "water", "unknown", "rise", "gauges")),
        ("n-gauge", "describing"),
        ("n-lone", "commenting"),
    ]
    bodies = items[0]["body"]
    assert bodies[0]["value"] == "Supported"
    assert bodies[1]["value"] == "Both the almanac and the gauges say so."
    (almanac,) = [body for body in bodies if body.get("source") == "https://almanac.example/book"]
    assert almanac["state"] == {
        "type": "TimeState",
        "cached": "https://web.archive.org/almanac",
        "sourceDate": "2024-04-30T00:00:00Z",
    }


# --- what machines read in pages


def test_claim_reviews_are_of_checked_claims_of_others_alone(served: Served) -> None:
    graph = jsonld(served, "tides/index.html")["@graph"]
    assert [entry["@type"] for entry in graph] == ["Article", "ClaimReview", "ClaimReview", "ClaimReview"]
    reviews = {entry["url"].rpartition("#")[2]: entry for entry in graph if entry["@type"] == "ClaimReview"}
    assert set(reviews) == {"c-pull", "c-sun", "c-gauges"}
    assert reviews["c-pull"]["claimReviewed"] == "The moon causes two tides a day"
    assert reviews["c-pull"]["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Supported",
        "ratingValue": 5,
        "bestRating": 5,
        "worstRating": 1,
    }
    assert reviews["c-pull"]["itemReviewed"]["author"]["name"] == "Nautical Almanac"
    assert reviews["c-pull"]["datePublished"] == "2024-05-02"
    assert "ratingValue" not in reviews["c-gauges"]["reviewRating"]


def test_json_in_pages_is_json(served: Served) -> None:
    for name, page in served.pages.items():
        for kind, script in page.scripts:
            if kind == "application/ld+json":
                assert json.loads(script)["@context"] == "https://schema.org", name


def test_article_is_described_for_machines(served: Served) -> None:
    (article,) = [
        entry for entry in jsonld(served, "tides/index.html")["@graph"] if entry["@type"] == "Article"
    ]
    assert (article["headline"], article["url"]) == ("Tides", f"{BASE}tides/")
    assert (article["datePublished"], article["dateModified"]) == ("2024-05-01", "2024-05-20")
    assert [author["name"] for author in article["author"]] == ["Ann", "Ben"]
    assert {work["name"] for work in article["citation"]} >= {
        "Nautical Almanac",
        "Survey of the Coast",
        "A letter & more",
    }
    assert jsonld(served, "index.html")


def test_open_graph(served: Served) -> None:
    page = served.pages["tides/index.html"]
    found = {meta["property"]: meta["content"] for meta in page.all("meta") if "property" in meta}
    assert found == {
        "og:site_name": "Tides & <Moons>",
        "og:title": "Tides",
        "og:type": "article",
        "og:url": f"{BASE}tides/",
        "og:description": "Twice a “day” & night.",
        "og:image": f"{BASE}media/beach.png",
        "og:image:alt": "A beach",
        "og:image:width": "40",
        "og:image:height": "30",
        "article:published_time": "2024-05-01",
        "article:modified_time": "2024-05-20",
    }


# --- feeds, sitemap, redirects


def test_atom_feed(served: Served) -> None:
    feed = ET.fromstring(text(served, "feed.xml"))  # noqa: S314 - our own
    assert feed.findtext(f"{ATOM}title") == "Tides & <Moons>"
    assert feed.findtext(f"{ATOM}updated") == "2024-05-19T22:00:00Z"
    entries = {entry.findtext(f"{ATOM}id"): entry for entry in feed.findall(f"{ATOM}entry")}
    assert [(entry or "").removeprefix(BASE) for entry in entries] == [
        "%C3%A9t%C3%A9/high%20water/",
        "history/low-tide/",
        "tides/",
    ]
    tides = entries[f"{BASE}tides/"]
    assert tides.findtext(f"{ATOM}summary") == "Twice a “day” & night."
    assert [category.get("term") for category in tides.findall(f"{ATOM}category")] == [
        "sea",
        "Deep water",
        "été 2024",
    ]
    assert [author.findtext(f"{ATOM}name") for author in tides.findall(f"{ATOM}author")] == ["Ann", "Ben"]
    content = tides.findtext(f"{ATOM}content") or ""
    assert f'href="{BASE}history/low-tide/#low-water"' in content
    assert 'href="#' not in content
    assert 'src="..' not in content


def test_json_feed(served: Served) -> None:
    feed = json_of(served, "feed.json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (BASE, f"{BASE}feed.json")
    assert [item["title"] for item in feed["items"]] == ["High water", "Ebb", "Tides"]
    assert feed["items"][2]["date_published"] == "2024-04-30T22:00:00Z", (
        "the day begins in the site's time zone"
    )
    assert feed["items"][2]["tags"] == ["sea", "Deep water", "été 2024"]


def test_feed_of_corrections(served: Served) -> None:
    feed = ET.fromstring(text(served, "corrections/feed.xml"))  # noqa: S314 - our own
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [
        "2024-05-11T22:00:00Z",
        "2024-05-09T22:00:00Z",
    ]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2, (
        "two corrections of one claim are two entries"
    )
    assert "A slip &amp; a &lt;slip&gt;." in (entries[1].findtext(f"{ATOM}content") or "")
    assert "A slip &amp; a &lt;slip&gt;." in text(served, "corrections/index.html")


def test_sitemap_names_every_page_once(served: Served) -> None:
    urls = ET.fromstring(text(served, "sitemap.xml"))  # noqa: S314 - our own
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = {url.findtext(f"{space}loc"): url.findtext(f"{space}lastmod") for url in urls}
    assert len(found) == len(list(urls))
    redirects = {"start/", "tide/", "old/tide.html", "old sea/"}
    pages = {served.address(name) for name in served.pages} - {
        BASE + quote(path) for path in (*redirects, "404.html")
    }
    assert set(found) == pages
    assert found[f"{BASE}tides/"] == "2024-05-20"


def test_robots_name_the_sitemap(served: Served) -> None:
    assert f"Sitemap: {BASE}sitemap.xml" in text(served, "robots.txt").splitlines()


@pytest.mark.parametrize(
    ("alias", "target"),
    [
        ("tide/index.html", "tides/"),
        ("old/tide.html", "tides/"),
        ("old sea/index.html", "tides/"),
        ("start/index.html", ""),
    ],
)
def test_former_addresses_lead_to_the_new_ones(served: Served, alias: str, target: str) -> None:
    page = served.pages[alias]
    (refresh,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "refresh"]
    assert served.target(alias, refresh.partition("url=")[2]) is None
    assert [link["href"] for link in page.all("link") if link["rel"] == "canonical"] == [BASE + target]
    assert [meta["content"] for meta in page.all("meta") if meta.get("name") == "robots"] == ["noindex"]


# --- listings


def test_listings_show_what_is_in_them(served: Served) -> None:
    def cards(name: str) -> list[str]:
        return re.findall(r'class="card-title"[^>]*>(?:<a[^>]*>)?([^<]+)', text(served, name))

    assert "Home of tides" in text(served, "index.html")
    assert cards("tags/sea/index.html") == ["Ebb", "Tides"]
    assert cards("tags/deep-water/index.html") == ["Ebb", "Tides"], "tags of one address are one"
    assert {"Ebb", "Deep"} <= set(cards("history/index.html"))
    assert "Old tides" in text(served, "history/index.html")


def test_rows_of_all_claims_name_their_keys(served: Served) -> None:
    page = served.pages["claims/index.html"]
    keys = page.values("data-keys", "li")
    assert len(keys) == 7
    options = {value for value in page.values("value", "option") if value}
    assert options <= {key for row in keys for key in row.split()}


def test_page_of_a_source_names_what_cites_it(served: Served) -> None:
    links = served.pages["sources/almanac/index.html"].values("href", "a")
    assert {"../../tides/#c-pull", "../../tides/#c-sun", "../../tides/#c-rise"} <= set(links)
    assert "https://almanac.example/book" in links


def test_scale_explains_every_verdict_of_the_site(served: Served) -> None:
    assert {"v-supported", "v-shaky", "v-unchecked", "states"} <= served.ids["verdicts/index.html"]


# --- drafts


def test_drafts_are_built_where_they_are_asked_for(site: Site) -> None:
    site.write(RICH)
    assert site.build("--drafts").status == 0
    assert "noindex" in site.page("draft/index.html")
    assert "The future" in site.page("future/index.html")
    assert "draft/" not in site.page("sitemap.xml")
    assert site.build().status == 0
    assert not (site.public / "draft").exists()
    assert not (site.public / "future").exists()


def test_site_is_right_under_another_address(site: Site) -> None:
    site.write(RICH)
    assert site.build("--base-url", "http://localhost:4000/x").status == 0
    served = Served(site.public, "http://localhost:4000/x/")
    for name, page in served.pages.items():
        for link in page.values("href"):
            assert served.target(name, link) is None
            assert not link.startswith(BASE)
    assert json.loads(site.page("claims.json"))[0]["url"].startswith("http://localhost:4000/x/history/#c-")


def test_site_at_the_root_of_its_host(site: Site, tmp_path: Path) -> None:
    site.write(RICH)
    assert site.build("--base-url", "https://example.org", "--output", str(tmp_path / "out")).status == 0
    served = Served(tmp_path / "out", "https://example.org/")
    assert [
        served.target(name, link)
        for name, page in served.pages.items()
        for link in page.values("href")
        if served.target(name, link)
    ] == []
