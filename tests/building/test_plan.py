"""Addresses, orders and listings: pure functions over articles."""

import datetime as dt

import pytest
from sites import Site

from sitegen.building.plan import alias_path, in_order
from sitegen.model.site import Card
from sitegen.writing.addresses import slug, tag_path


def card(name: str, *, date: str = "", weight: int = 0, title: str = "") -> Card:
    return Card(
        article=name,
        path=f"{name}/",
        title=title or name,
        summary="",
        date=dt.date.fromisoformat(date) if date else None,
        updated=None,
        authors=(),
        tags=(),
        tallies=(),
        draft=False,
        weight=weight,
        listed=True,
    )


# --- addresses


@pytest.mark.parametrize(
    ("file", "slug_", "address"),
    [
        ("tides.md", "", "tides/"),
        ("history/ebb.md", "", "history/ebb/"),
        ("a/b/c/d.md", "", "a/b/c/d/"),
        ("index.md", "", ""),
        ("history/index.md", "", "history/"),
        ("tides.md", "high-water", "high-water/"),
        ("history/ebb.md", "low", "history/low/"),
        ("history/ebb.md", "/low/", "history/low/"),
        ("history/index.md", "past", "past/"),
        ("a/b/index.md", "c", "a/c/"),
        ("index.md", "start", "start/"),
        ("Tides And Moons.md", "", "Tides And Moons/"),
        ("2024.md", "", "2024/"),
        ("v1.2.md", "", "v1.2/"),
    ],
)
def test_addresses_mirror_paths(site: Site, file: str, slug_: str, address: str) -> None:
    site.write({f"content/{file}": f"---\ntitle: Here\nslug: {slug_}\n---\n\nThe very words.\n"})
    assert site.build("--quiet").status == 0
    assert [name for name, content in site.output().items() if b"<p>The very words" in content] == [
        f"{address}index.html"
    ]


@pytest.mark.parametrize(
    ("alias", "file"),
    [
        ("/old/", "old/index.html"),
        ("old", "old/index.html"),
        ("/old/page", "old/page/index.html"),
        ("/old.html", "old.html"),
        ("old/page.htm", "old/page.htm"),
        ("/a/../b/", "b/index.html"),
        ("../../etc/passwd", "etc/passwd/index.html"),
        ("//evil/", "evil/index.html"),
        ("/caf%C3%A9/", "café/index.html"),
        ("/..%2F..%2Fx/", "x/index.html"),
        ("/", "index.html"),
        ("", "index.html"),
    ],
)
def test_aliases_stay_in_the_site(alias: str, file: str) -> None:
    assert alias_path(alias) == file


@pytest.mark.parametrize(
    ("tag", "address"),
    [
        ("sea", "tags/sea/"),
        ("Deep water", "tags/deep-water/"),
        ("été 2024", "tags/été-2024/"),
        ("日本", "tags/日本/"),
        ("C++", "tags/c++/"),
        ("C#", "tags/c#/"),
        ("a/b", "tags/a-b/"),
        ("../x", "tags/x/"),
        ("Straße", "tags/strasse/"),
        ("!?", "tags/tag/"),
        ("", "tags/tag/"),
        ("_a_", "tags/a/"),
    ],
)
def test_tags_make_addresses(tag: str, address: str) -> None:
    assert tag_path(tag) == address
    assert slug(slug(tag)) == slug(tag)


def test_tags_of_one_address_share_a_listing(site: Site) -> None:
    site.write(
        {
            "content/a.md": "---\ntags: [Deep Water]\n---\n",
            "content/b.md": "---\ntags: [deep-water, C, c]\n---\n",
        }
    )
    assert site.build("--quiet").status == 0
    listing = site.page("tags/deep-water/index.html")
    assert 'href="../../a/"' in listing
    assert 'href="../../b/"' in listing
    assert site.page("tags/c/index.html").count('href="../../b/"') == 1


def test_second_page_of_a_listing_is_taken(site: Site) -> None:
    articles = {f"content/{number:02}.md": "Words.\n" for number in range(51)}
    site.write({**articles, "content/page/2.md": "Words.\n"})
    assert site.lines() == ["content/page/2.md:1:1 address-collision"]
    (site.root / "content" / "00.md").unlink()
    (site.root / "content" / "01.md").unlink()
    assert site.lines() == []


# --- orders


def test_listings_show_the_lightest_and_then_the_newest_first() -> None:
    cards = [
        card("undated-b"),
        card("old", date="2024-01-01"),
        card("heavy", date="2024-05-01", weight=9),
        card("new", date="2024-03-01"),
        card("light", weight=-1),
        card("undated-a"),
        card("same-b", date="2024-02-01", title="B"),
        card("same-a", date="2024-02-01", title="A"),
    ]
    assert [entry.article for entry in in_order(cards)] == [
        "light",
        "new",
        "same-a",
        "same-b",
        "old",
        "undated-a",
        "undated-b",
        "heavy",
    ]
    assert in_order(reversed(cards)) == in_order(cards)


def test_neighbours_are_of_one_folder(site: Site) -> None:
    site.write(
        {
            "content/a/index.md": "# A\n",
            **{
                f"content/a/{number}.md": f"---\ntitle: Tide {number}\ndate: 2024-05-0{number}\n---\n"
                for number in (1, 2, 3)
            },
            "content/b/4.md": "---\ntitle: Tide 4\ndate: 2024-05-04\n---\n",
        }
    )
    assert site.build("--quiet").status == 0
    middle = site.page("a/2/index.html")
    assert 'rel="prev" href="../../a/3/"' in middle
    assert 'rel="next" href="../../a/1/"' in middle
    assert 'rel="prev"' not in site.page("a/3/index.html")
    assert 'rel="next"' not in site.page("a/1/index.html")
    assert 'rel="next"' not in site.page("b/4/index.html")


# --- who is published


@pytest.mark.parametrize(
    ("front", "day", "published"),
    [
        ("date: 2024-06-01", "1717200000", True),
        ("date: 2024-06-02", "1717200000", False),
        ("date: 2024-06-02", "1717286400", True),
        ("draft: true", "1717200000", False),
        ("draft: true\ndate: 2020-01-01", "1717200000", False),
        ("draft: false", "1717200000", True),
    ],
)
def test_drafts_and_what_lies_in_the_future_wait(
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    front: str,
    day: str,
    published: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
    site.write({"content/tides.md": f"---\n{front}\n---\n\nWords.\n"})
    assert site.build("--quiet").status == 0
    assert (site.public / "tides").exists() is published
    assert site.build("--quiet", "--drafts").status == 0
    assert (site.public / "tides").exists()


@pytest.mark.parametrize(
    ("zone", "published"), [("UTC", False), ("Pacific/Kiritimati", True), ("America/Los_Angeles", False)]
)
def test_day_begins_in_the_time_zone_of_the_site(
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    published: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1717243200")  # noon of 1 June 2024 in UTC
    site.write({"sitegen.yaml": f"timezone: {zone}\n", "content/tides.md": "---\ndate: 2024-06-02\n---\n"})
    assert site.build("--quiet").status == 0
    assert (site.public / "tides").exists() is published


def test_what_a_draft_cites_is_used(site: Site) -> None:
    ledger = (
        "claims: {a: {anchor: Words, verdict: opinion, evidence: [{source: almanac, stance: context}]}}\n"
    )
    site.write({"content/tides.md": "---\ndraft: true\n---\n\nWords.\n", "content/tides.yaml": ledger})
    site.write({"content/sources/almanac.yaml": "title: Almanac\n"})
    assert site.lines() == []


# --- links


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("ebb.md", "../../history/ebb/"),
        ("./ebb.md", "../../history/ebb/"),
        ("ebb.md#low", "../../history/ebb/#low"),
        ("../tides.md", "../../tides/"),
        ("/tides.md", "../../tides/"),
        ("index.md", "../../history/"),
        ("./", "../../history/"),
        ("../", "../../"),
        ("/", "../../"),
        ("../tides/", "../../tides/"),
        ("../tides", "../../tides/"),
        ("/tides/index.html", "../../tides/"),
        ("../claims/", "../../claims/"),
        ("/verdicts/", "../../verdicts/"),
        ("slugged.md", "../../history/short/"),
        ("../media/data.csv", "../../media/data.csv"),
        ("/media/data.csv", "../../media/data.csv"),
        ("<../high water.md>", "../../high%20water/"),
        ("../high%20water.md", "../../high%20water/"),
        ("https://example.com/a.md", "https://example.com/a.md"),
        ("mailto:ann@example.com", "mailto:ann@example.com"),
        ("//example.com/a.md", "//example.com/a.md"),
        ("#here", "#here"),
    ],
)
def test_links_between_files_become_links_between_pages(site: Site, link: str, target: str) -> None:
    site.write(
        {
            "content/history/here.md": f"---\ntitle: Here\n---\n\n## Here\n\n[link]({link})\n",
            "content/history/ebb.md": "---\ntitle: Ebb\n---\n\n## Low\n",
            "content/history/slugged.md": "---\nslug: short\n---\n",
            "content/history/index.md": "# History\n",
            "content/tides.md": "# Tides\n",
            "content/high water.md": "# High water\n",
            "content/media/data.csv": "x\n",
        }
    )
    assert site.lines() == []
    assert site.build("--quiet").status == 0
    assert f'<a href="{target}">link</a>' in site.page("history/here/index.html")


@pytest.mark.parametrize(
    "link",
    [
        "gone.md",
        "../gone.md",
        "/gone.md",
        "low",
        "ebb.md#gone",
        "#gone",
        "../../../etc/passwd",
        "/tides.html",
        "../media/",
        "tags/",
        "/tags/",
    ],
)
def test_links_that_lead_nowhere_are_told(site: Site, link: str) -> None:
    site.write(
        {
            "content/history/here.md": f"---\ntitle: Here\n---\n\n[link]({link})\n",
            "content/ebb.md": "# Ebb\n",
            "content/history/ebb.md": "---\ntitle: Ebb\n---\n\n## Low\n",
            "content/tides.md": "# Tides\n",
            "content/media/data.csv": "x\n",
        }
    )
    (found,) = site.problems()
    assert (found["rule"], found["line"], found["column"]) == ("link-broken", 5, 8)
