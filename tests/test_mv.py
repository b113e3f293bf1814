"""`sitegen mv`: an article moves with its sidecar, links and address, or not at all."""

import os
from pathlib import Path

import pytest
from sites import Site

SIDE = "claims:\n  moon: {anchor: The moon pulls the water, verdict: opinion}\n"


@pytest.fixture
def sea(site: Site) -> Site:
    return site.write(
        {
            "sitegen.yaml": "title: T\n",
            "content/tides.md": "---\ntitle: Tides\n---\n\nThe moon pulls the water. ![Map](media/map.png) [Us](about.md)\n\n## High\n",
            "content/tides.yaml": SIDE,
            "content/about.md": "About: [tides](tides.md#high), [again](/tides/), [elsewhere](https://example.org/tides.md).\n",
            "content/history/old.md": "Old: [tides][1]\n\n[1]: ../tides.md\n",
            "content/media/map.png": b"no picture",
        }
    )


def text(site: Site, name: str) -> str:
    return (site.root / name).read_text(encoding="utf-8")


def broken(site: Site) -> list[str]:
    return [
        line
        for line in site.lines()
        if line.split()[-1] in {"link-broken", "sidecar-orphan", "address-collision"}
    ]


def test_article_sidecar_address_and_links_move_together(sea: Site) -> None:
    run = sea.run("mv", "tides", "history/water")
    assert (run.status, run.err) == (0, "")
    assert not (sea.root / "content/tides.md").exists()
    assert not (sea.root / "content/tides.yaml").exists()
    assert text(sea, "content/history/water.yaml") == SIDE
    moved = text(sea, "content/history/water.md")
    assert moved.startswith("---\naliases: [/tides/]\ntitle: Tides\n---\n")
    assert "](../media/map.png)" in moved
    assert "](../about.md)" in moved
    about = text(sea, "content/about.md")
    assert "](history/water.md#high)" in about
    assert "](/history/water/)" in about
    assert "https://example.org/tides.md" in about
    assert "[1]: water.md" in text(sea, "content/history/old.md")
    assert broken(sea) == []


def test_a_folder_moves_with_all_that_is_in_it(sea: Site) -> None:
    assert sea.run("mv", "history", "past/times").status == 0
    assert not (sea.root / "content/history").exists()
    assert "[1]: ../../tides.md" in text(sea, "content/past/times/old.md")
    assert broken(sea) == []


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("aliases: [/a/, /b/]\n", "aliases: [/tides/, /a/, /b/]\n"),
        ("aliases:\n  - /a/\n", "aliases:\n  - /tides/\n  - /a/\n"),
        ("aliases: /a/\n", "aliases: [/tides/, /a/]\n"),
        ("aliases:\n", "aliases: [/tides/]\n"),
        ("aliases: # none yet\n", "aliases: [/tides/] # none yet\n"),
        ("aliases: []\n", "aliases: [/tides/]\n"),
    ],
)
def test_old_address_is_added_to_the_aliases(sea: Site, written: str, after: str) -> None:
    sea.write({"content/tides.md": f"---\ntitle: T\n{written}---\nThe moon pulls the water.\n\n## High\n"})
    assert sea.run("mv", "content/tides.md", "water").status == 0
    assert after in text(sea, "content/water.md")
    assert broken(sea) == []


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("", "aliases: [/water/]\n"),
        ("aliases: [/a/, /b/]\n", "aliases: [/water/, /a/, /b/]\n"),
        ("aliases:\n  - /a/\n", "aliases:\n  - /water/\n  - /a/\n"),
    ],
)
def test_moving_back_exchanges_the_alias(sea: Site, written: str, after: str) -> None:
    sea.write({"content/tides.md": f"---\ntitle: T\n{written}---\nThe moon pulls the water.\n\n## High\n"})
    assert sea.run("mv", "tides", "water").status == 0
    assert sea.run("mv", "water", "tides").status == 0
    assert after in text(sea, "content/tides.md")
    assert "/tides/" not in text(sea, "content/tides.md")
    assert broken(sea) == []
    assert sea.run("mv", "tides", "water").status == 0
    assert after.replace("/water/", "/tides/") in text(sea, "content/water.md")


HTML = """\
<div class="box">
<a href="/tides/#high">Tides</a> <a href='../tides/'>again</a>
</div>

See <a href="/sub/tides/">this</a> and `<a href="/tides/">` and <a href="https://example.org/tides/">that</a>.

    <a href="/tides/">code</a>
"""


def test_links_in_raw_html_are_mended(sea: Site) -> None:
    sea.write(
        {
            "sitegen.yaml": "title: T\nbase_url: https://example.org/sub/\n",
            "content/about.md": HTML,
            "content/about.yaml": 'notes:\n  n:\n    anchor: See\n    kind: aside\n    note: <a href="/tides/">T</a>\n',
            "content/tides.md": text(sea, "content/tides.md")
            + '\n<img src="../media/map.png" alt="M"> <a href="../about/">a</a>\n',
        }
    )
    run = sea.run("mv", "tides", "history/water")
    assert (run.status, run.err) == (0, "")
    about = text(sea, "content/about.md")
    assert "<a href=\"/history/water/#high\">Tides</a> <a href='../history/water/'>again</a>" in about
    assert 'See <a href="/sub/history/water/">this</a> and `<a href="/tides/">`' in about
    assert '<a href="https://example.org/tides/">that</a>' in about
    assert '    <a href="/tides/">code</a>' in about
    assert 'note: <a href="/history/water/">T</a>' in text(sea, "content/about.yaml")
    moved = text(sea, "content/history/water.md")
    assert '<img src="../../media/map.png" alt="M"> <a href="../../about/">a</a>' in moved
    # Back again, all is as it was but for the alias.
    sea.run("mv", "history/water", "tides")
    assert text(sea, "content/about.md") == HTML


def test_line_ends_are_kept(sea: Site) -> None:
    sea.write({"content/tides.md": b"---\r\ntitle: T\r\n---\r\nThe moon pulls the water.\r\n"})
    sea.run("mv", "tides", "water")
    content = (sea.root / "content/water.md").read_bytes()
    assert content == b"---\r\naliases: [/tides/]\r\ntitle: T\r\n---\r\nThe moon pulls the water.\r\n"


@pytest.mark.parametrize(
    "paths", [("tides", "about"), ("nothing", "new"), ("tides", "../out"), ("tides",), ("tides", "sources/x")]
)
def test_what_cannot_be_moved_is_left_alone(sea: Site, paths: tuple[str, ...]) -> None:
    before = {path: path.read_bytes() for path in sea.root.rglob("*") if path.is_file()}
    run = sea.run("mv", *paths)
    assert run.status == 2
    assert "error:" in run.err
    assert {path: path.read_bytes() for path in sea.root.rglob("*") if path.is_file()} == before


def test_all_or_nothing(sea: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in sea.root.rglob("*") if path.is_file()}

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        assert not missing_ok or path.name != "tides.yaml"
        if path.name == "tides.yaml":
            raise PermissionError(13, "Permission denied", str(path))
        os.unlink(path)  # noqa: PTH108 - the method itself is replaced

    monkeypatch.setattr(Path, "unlink", refuse)
    run = sea.run("mv", "tides", "deep/er/water")
    assert run.status == 2
    assert "nothing was moved" in run.err
    assert {path: path.read_bytes() for path in sea.root.rglob("*") if path.is_file()} == before
    assert not (sea.root / "content/deep").exists()


def test_sidecar_left_behind_is_found_by_its_anchors(sea: Site) -> None:
    (sea.root / "content/tides.md").rename(sea.root / "content/water.md")
    sea.write({"content/about.md": "About.\n", "content/history/old.md": "Old.\n"})
    (problem,) = (found for found in sea.problems() if found["rule"] == "sidecar-orphan")
    assert "content/water.md" in problem["hint"]
    run = sea.run("mv", "--find")
    assert run.status == 0
    assert "content/tides.yaml -> content/water.yaml" in run.out
    assert broken(sea) == []


def test_sidecar_that_fits_nowhere_stays(sea: Site) -> None:
    sea.write({"content/lost.yaml": "claims:\n  x: {anchor: Lighthouses are tall, verdict: opinion}\n"})
    run = sea.run("mv", "--find")
    assert run.status == 1
    assert (sea.root / "content/lost.yaml").exists()
