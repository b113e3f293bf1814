"""The plan: the order in which a reader meets no dead link, and what is never touched."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.publishing.headers import SHORT, YEAR, headers_of
from sitegen.publishing.manifest import (
    Held,
    Remote,
    decode_manifest,
    encode_manifest,
    manifest_of,
    unfinished,
)
from sitegen.publishing.plan import Plan, make_plan
from sitegen.publishing.tree import Rank, Tree, added, ranks_of

PATHS = [
    "index.html", "feed.xml", "a/index.html", "a/annotations.jsonld", "b/index.html", "tags/x/index.html",
    "sources/s/index.html", "assets/site.0123456789.css", "media/chart.svg", "claims.json",
]  # fmt: skip
trees = st.dictionaries(st.sampled_from(PATHS), st.binary(max_size=2))
digests = st.sampled_from(["", "aa"])


def tree_of(contents: dict[str, bytes]) -> Tree:
    tree: Tree = {}
    for path, content in contents.items():
        tree = added(tree, path, content)
    ranks = ranks_of(tree)
    return {
        path: type(file)(path, file.sha256, file.size, ranks[path], file.headers, file.source)
        for path, file in tree.items()
    }


def carried_out(plan: Plan, there: dict[str, bytes], upto: int | None = None) -> dict[str, bytes]:
    """What lies at a target after the first stages of a plan."""
    there = dict(there)
    for stage in plan.stages()[:upto]:
        there |= {file.path: file.read() for file in stage.put}
        for path in stage.delete:
            there.pop(path, None)
    return there


@given(trees, trees, st.sets(st.sampled_from(PATHS)))
def test_plan_leads_from_any_state_to_the_tree_and_leaves_what_is_foreign(
    old: dict[str, bytes], new: dict[str, bytes], unsure: set[str]
) -> None:
    tree, before = tree_of(new), manifest_of(tree_of(old), headers=False)
    foreign = {"other/index.html": b"mine", ".git/config": b"mine"}
    remote = unfinished(before, unsure & old.keys())
    plan = make_plan(tree, remote)
    assert carried_out(plan, {**old, **foreign}) == {**new, **foreign}
    assert make_plan(tree, manifest_of(tree, headers=False)).is_empty


@given(trees, trees, st.integers(0, 2**32))
def test_reader_never_meets_a_dead_link(old: dict[str, bytes], new: dict[str, bytes], seed: int) -> None:
    # Any page may link to any file of its own state, in circles too; what a reader can reach begins at the home page.
    chance = random.Random(seed)  # noqa: S311 - no secret
    old, new = {**old, "index.html": b"old"}, {**new, "index.html": b"new"}
    links = {
        (state, path): links_of(path, old, new, files, chance)
        for state, files in (("old", old), ("new", new))
        for path in files
    }
    plan = make_plan(tree_of(new), manifest_of(tree_of(old), headers=False))
    there = dict.fromkeys(old, "old")
    for stage in plan.stages():
        # A stage is done at once, in any order: after each single step all must hold.
        steps = [*(file.path for file in stage.put), *stage.delete]
        chance.shuffle(steps)
        for step in steps:
            if step in stage.delete:
                del there[step]
            else:
                there[step] = "new"
            reached: set[str] = set()
            waiting = {"index.html"}
            while waiting:
                path = waiting.pop()
                assert path in there, (path, step, plan.stages())
                reached.add(path)
                waiting |= links.get((there[path], path), set()) - reached


def links_of(
    path: str, old: dict[str, bytes], new: dict[str, bytes], own: dict[str, bytes], chance: random.Random
) -> set[str]:
    """Where a file leads: one that did not change leads where it did before, and an asset to assets alone."""
    known = old.keys() & new.keys() if old.get(path) == new.get(path) else own.keys()
    if path.startswith(("assets/", "media/")):
        known = {other for other in known if other.startswith(("assets/", "media/"))}
    return {other for other in sorted(known) if chance.random() < 0.4}


def test_order_of_a_first_publication() -> None:
    plan = make_plan(tree_of(dict.fromkeys(PATHS, b"")), Remote({}))
    assert [stage.name for stage in plan.stages()] == ["new assets", "new pages", "new listings", "new home"]
    assert [file.path for file in plan.stages()[-1].put] == ["feed.xml", "index.html"]


def test_headers_alone() -> None:
    tree = tree_of({"index.html": b"x"})
    remote = Remote({"index.html": Held(tree["index.html"].sha256, "text/html")})
    assert make_plan(tree, remote).is_empty
    assert list(make_plan(tree, remote, headers=True).lines()) == ["= index.html"]


def test_a_third_of_the_pages_is_much() -> None:
    pages = {f"{name}/index.html": b"" for name in "abcdef"}
    before = manifest_of(tree_of(pages), headers=False)
    assert not make_plan(tree_of(dict(list(pages.items())[2:])), before).is_drastic
    assert make_plan(tree_of(dict(list(pages.items())[3:])), before).is_drastic


@given(trees, st.sets(st.sampled_from(PATHS)), st.booleans())
def test_manifest_is_read_as_it_was_written(files: dict[str, bytes], unsure: set[str], headers: bool) -> None:  # noqa: FBT001 - drawn
    remote = unfinished(manifest_of(tree_of(files), headers=headers), unsure)
    assert decode_manifest(encode_manifest(remote, "someone")) == remote


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"version": 2, "files": {}}', b'{"version": 1, "files": {"../../etc/passwd": "aa"}}',
     b'{"version": 1, "files": {"/etc/passwd": "aa"}}', b'{"version": 1, "files": {}, "unfinished": ["a/../../b"]}'],
)  # fmt: skip
def test_manifest_that_is_none(content: bytes) -> None:
    assert decode_manifest(content) is None


@pytest.mark.parametrize(
    ("path", "content_type", "cache"),
    [
        ("a/index.html", "text/html; charset=utf-8", SHORT),
        ("assets/site.0123456789.css", "text/css; charset=utf-8", YEAR),
        ("assets/fonts/newsreader.0e6f5e1763.woff2", "font/woff2", YEAR),
        ("feed.xml", "application/atom+xml; charset=utf-8", SHORT),
        ("a/annotations.jsonld", "application/ld+json", SHORT),
        ("CNAME", "application/octet-stream", SHORT),
        ("media/data.tar.gz", "application/octet-stream", "public, max-age=86400"),
    ],
)
def test_headers_by_name(path: str, content_type: str, cache: str) -> None:
    headers = headers_of(path)
    assert (headers.content_type, headers.cache_control) == (content_type, cache)


def test_ranks() -> None:
    assert {path: rank.name for path, rank in ranks_of(PATHS).items()} == {
        "index.html": Rank.HOME.name,
        "feed.xml": "HOME",
        "a/index.html": "PAGE",
        "a/annotations.jsonld": "PAGE",
        "b/index.html": "LISTING",
        "tags/x/index.html": "LISTING",
        "sources/s/index.html": "PAGE",
        "assets/site.0123456789.css": "ASSET",
        "media/chart.svg": "ASSET",
        "claims.json": "LISTING",
    }
