"""Feeds as a reader shows them: valid, whole, in words alone, with every address absolute."""

import datetime as dt
import json
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from served import BASE, RICH, Html
from sites import Site

from sitegen.writing.feed_content import for_readers

URL = "https://example.org/a/"


# --- the content of an entry


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ('<p>A <mark class="claim" id="c-x" data-verdict="refuted">word</mark>.</p>', "<p>A word.</p>"),
        (
            '<a class="noteref" href="#note-x" role="doc-noteref" aria-label="Note 1: Refuted">1</a>',
            f'<sup><a href="{URL}#note-x" title="Note 1: Refuted">1</a></sup>',
        ),
        ('<h2 id="a">A<a class="anchor" href="#a" aria-label="Link">#</a></h2>', "<h2>A</h2>"),
        (
            '<div class="table-wrap" tabindex="0"><table><tr><td scope="row">1</td></tr></table></div>',
            '<table><tr><td scope="row">1</td></tr></table>',
        ),
        ('<li><input type="checkbox" disabled checked> done</li>', "<li>☑  done</li>"),
        ('<li><input type="checkbox" disabled> to do</li>', "<li>☐  to do</li>"),
        ("<button>Copy</button><script>alert(1 < 2)</script><style>p{}</style>after", "after"),
        ('<svg class="icon"><use href="#i"/></svg>text', "text"),
        ('<span lang="fr" class="x">mot</span><span class="k">code</span>', '<span lang="fr">mot</span>code'),
        (
            '<img src="https://e.org/p.png" alt="a &quot;b&quot;" loading="lazy" width="4" height="3">',
            '<img src="https://e.org/p.png" alt="a &quot;b&quot;" width="4" height="3">',
        ),
        ("<p>1 &lt; 2 &amp; &#39;so&#39;</p>", "<p>1 &lt; 2 &amp; &#39;so&#39;</p>"),
        ('<p onclick="x()" style="color:red">x</p>', "<p>x</p>"),
        ("<form><p>in</p></form>out", "out"),
    ],
)
def test_markup_for_our_pages_is_left_out(page: str, feed: str) -> None:
    assert for_readers(page, URL) == f"{feed}\n"


TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="<>&"), max_size=12)
TREES = st.recursive(
    TEXT,
    lambda inner: st.builds(
        lambda tag, children: f'<{tag} class="x" data-y="z">{"".join(children)}</{tag}>',
        st.sampled_from(["p", "mark", "div", "em", "a", "span", "li", "section"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(TREES)
def test_no_word_is_lost_and_what_is_left_is_well_formed(page: str) -> None:
    feed = for_readers(page, URL)
    assert "class" not in "".join(f"{element.attributes}" for element in Html(feed).elements)
    assert _words(feed) == _words(page)
    assert for_readers(feed, URL) == feed
    for element in Html(feed).elements:
        assert feed.count(f"<{element.tag}>") + feed.count(f"<{element.tag} ") == feed.count(
            f"</{element.tag}>"
        )


def _words(markup: str) -> str:
    page = _Text()
    page.feed(markup)
    page.close()
    return "".join(page.text).strip()


class _Text(Html):
    def __init__(self) -> None:
        self.text: list[str] = []
        super().__init__("")

    def handle_data(self, data: str) -> None:
        self.text = [*getattr(self, "text", []), data]


# --- the feeds of a site


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> tuple[feedparser.FeedParserDict, dict[str, Any]]:
    from sitegen.cli import main  # noqa: PLC0415 - as the other commands of a test do it

    root = tmp_path_factory.mktemp("feeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1717200000")
        site = Site(root, None)  # type: ignore[arg-type] # nothing is captured here
        settings = str(RICH["sitegen.yaml"]) + "cards: true\n"
        site.write({**RICH, "sitegen.yaml": settings})
        assert main(["--site", str(root), "build", "--quiet", "--jobs", "1", "--keep-going"]) in {0, 1}
    atom = feedparser.parse(
        str(root / "public" / "feed.xml"), sanitize_html=False, resolve_relative_uris=False
    )
    return atom, json.loads((root / "public" / "feed.json").read_text(encoding="utf-8"))


def entry(feeds: tuple[feedparser.FeedParserDict, dict[str, Any]], path: str) -> tuple[Any, dict[str, Any]]:
    atom, feed = feeds
    (one,) = (entry for entry in atom.entries if entry.link == BASE + path)
    (other,) = (item for item in feed["items"] if item["url"] == BASE + path)
    return one, other


def test_atom_is_well_formed_and_complete(feeds: tuple[feedparser.FeedParserDict, dict[str, Any]]) -> None:
    atom, _ = feeds
    assert not atom.bozo
    assert atom.version == "atom10"
    assert (atom.feed.title, atom.feed.id, atom.feed.language) == ("Tides & <Moons>", f"{BASE}feed.xml", "en")
    assert {link.rel: link.href for link in atom.feed.links} == {"self": f"{BASE}feed.xml", "alternate": BASE}
    assert atom.feed.icon.startswith(f"{BASE}assets/apple-touch-icon.")
    assert len({entry.id for entry in atom.entries}) == len(atom.entries) == 3
    for one in atom.entries:
        assert one.title
        assert one.author
        assert dt.datetime.fromisoformat(one.updated) >= dt.datetime.fromisoformat(one.published)
    assert atom.feed.updated == max(one.updated for one in atom.entries)


def test_both_feeds_say_the_same(feeds: tuple[feedparser.FeedParserDict, dict[str, Any]]) -> None:
    atom, feed = feeds
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [one.id for one in atom.entries] == [item["id"] for item in feed["items"]]
    assert [one.content[0].value for one in atom.entries] == [
        item["content_html"].strip() for item in feed["items"]
    ]
    assert [one.updated for one in atom.entries] == [item["date_modified"] for item in feed["items"]]
    assert feed["icon"].startswith(BASE)
    assert feed["favicon"].startswith(BASE)


def test_an_entry_holds_the_article_and_its_notes_in_words(
    feeds: tuple[feedparser.FeedParserDict, dict[str, Any]],
) -> None:
    _, item = entry(feeds, "tides/")
    content = item["content_html"]
    for words in (
        "pulls the water",
        "Supported",
        "Both the almanac and the gauges say so.",
        "two high waters a day",
        "Shaky",
        "Disputed",
    ):
        assert words in content
    assert content.index("<h2>Notes</h2>") > content.index("The sea is beautiful")
    page = Html(content)
    assert {element.tag for element in page.elements} & {
        "mark",
        "div",
        "svg",
        "button",
        "script",
        "input",
        "aside",
    } == set()
    left = {name for element in page.elements for name in element.attributes}
    assert not {
        name
        for name in left
        if name.startswith(("aria-", "data-")) or name in {"class", "id", "role", "style", "tabindex"}
    }


def test_every_address_of_an_entry_is_absolute(
    feeds: tuple[feedparser.FeedParserDict, dict[str, Any]],
) -> None:
    for item in feeds[1]["items"]:
        page = Html(item["content_html"])
        addresses = [*page.values("href"), *page.values("src")]
        assert [address for address in addresses if not urlsplit(address).netloc] == []


def test_an_entry_says_its_language_and_shows_its_picture(
    feeds: tuple[feedparser.FeedParserDict, dict[str, Any]],
) -> None:
    one, item = entry(feeds, "history/low-tide/")
    assert item["language"] == one.content[0].language == "de"
    assert item["image"].startswith(f"{BASE}assets/cards/card.")
    assert entry(feeds, "tides/")[1]["image"] == f"{BASE}media/beach.png"
