"""`sitegen reanchor`: what was changed is proposed as a patch, and nothing but the certain is written."""

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sites import Site

ARTICLE = """\
---
title: Tides
---

The moon pulls the water of the sea twice in each and every day of the year.

About 12 % of the harbour dries out when the water is low, the harbour master says.

The “old” wall stands — mostly — above the water.
"""

SIDECAR = """\
claims:
  # why this claim matters
  pull:
    anchor: The moon pulls the water of the sea twice in each and every day of the year
    verdict: opinion
  dry:
    anchor: "12 % of the harbour dries out when the water is low"   # measured
    verdict: opinion
  gone:
    anchor: Nothing like this was ever written about lighthouses
    verdict: opinion
notes:
  wall: {anchor: 'The "old" wall stands - mostly', kind: aside, note: A note.}
"""


def changed(site: Site) -> Site:
    return site.write(
        {
            "sitegen.yaml": "title: T\n",
            "content/tides.md": ARTICLE.replace("12 %", "1.2 %").replace(
                "the water of the sea", "the waters of the sea"
            ),
            "content/tides.yaml": SIDECAR,
        }
    )


def test_a_patch_is_shown_and_nothing_is_written(site: Site) -> None:
    run = changed(site).run("reanchor")
    assert run.status == 1
    assert '+    anchor: "1.2 % of the harbour dries out when the water is low"   # measured\n' in run.out
    assert '+    recheck: "12 became 1.2"\n' in run.out or '+    recheck: "12 % became 1.2 %"\n' in run.out
    assert (site.root / "content/tides.yaml").read_text() == SIDECAR
    assert "tides#gone: lost" in run.err


def test_the_certain_ones_are_written_and_count_as_stale(site: Site) -> None:
    assert changed(site).run("reanchor", "--write").status == 1
    after = (site.root / "content/tides.yaml").read_text()
    assert "# why this claim matters" in after
    assert "# measured" in after
    assert after.count("recheck:") == 2
    assert "wall: {anchor: 'The “old” wall stands — mostly', kind: aside" in after
    problems = site.problems()
    rules = [problem["rule"] for problem in problems]
    assert rules.count("check-stale") == 2
    assert rules.count("anchor-lost") == 1
    assert not {"anchor-drifted", "yaml-syntax", "field-type"} & set(rules)


def test_the_patch_is_one_that_git_takes(site: Site) -> None:
    lines = [
        "# separators:\u2028# and \x85# more",
        "claims:",
        "  wall:",
        "    verdict: opinion",
        "    anchor: The wall stands high",
    ]
    for name, end, last in (("my tides", "\n", ""), ("crlf", "\r\n", "\r\n"), ("bom", "\n", "\n")):
        sidecar = end.join(lines) + last
        site.write({"sitegen.yaml": "title: T\n", f"content/{name}.md": "# T\n\nThe wall stands higher.\n"})
        path = site.root / f"content/{name}.yaml"
        path.write_bytes((b"\xef\xbb\xbf" if name == "bom" else b"") + sidecar.encode())
    before = {path: path.read_bytes() for path in site.root.glob("content/*.yaml")}
    shown = subprocess.run(
        [sys.executable, "-m", "sitegen", "reanchor"], cwd=site.root, capture_output=True, check=False
    ).stdout
    subprocess.run(["git", "apply", "--whitespace=nowarn"], cwd=site.root, input=shown, check=True)
    patched = {path: path.read_bytes() for path in before}
    for path, content in before.items():
        path.write_bytes(content)
    site.run("reanchor", "--write")
    assert patched == {path: path.read_bytes() for path in before}
    assert all(b"stands higher" in content for content in patched.values())


def test_a_word_replaced_at_either_end_belongs_to_the_anchor(site: Site) -> None:
    site.write(
        {
            "content/shop.md": "It is said: the shop always opens at nine. No shop ever shuts before seven.\n",
            "content/shop.yaml": "claims:\n"
            "  opens: {anchor: the shop always opens at ten, verdict: opinion}\n"
            "  shuts: {anchor: Every shop ever shuts before seven, verdict: opinion}\n",
        }
    )
    run = site.run("reanchor", "--write")
    after = (site.root / "content/shop.yaml").read_text()
    assert "anchor: the shop always opens at nine, " in after
    assert "anchor: No shop ever shuts before seven, " in after
    assert "ten became nine" in run.err
    assert "Every became No" in run.err


def test_typography_alone_sets_no_recheck(site: Site) -> None:
    site.write({"sitegen.yaml": "title: T\n", "content/tides.md": ARTICLE, "content/tides.yaml": SIDECAR})
    site.run("reanchor", "--write")
    assert "recheck" not in (site.root / "content/tides.yaml").read_text()


def test_a_second_run_finds_nothing_more_to_write(site: Site) -> None:
    changed(site).run("reanchor", "--write")
    after = (site.root / "content/tides.yaml").read_text()
    run = site.run("reanchor", "--write")
    assert not run.out
    assert (site.root / "content/tides.yaml").read_text() == after


def test_only_the_named_articles_are_looked_at(site: Site) -> None:
    changed(site).write({"content/other.md": "Nothing.\n"})
    assert site.run("reanchor", str(site.root / "content/other.md")).out == ""
    assert re.search(
        r"^--- a/content/tides.yaml$",
        site.run("reanchor", str(site.root / "content/tides.md")).out,
        re.MULTILINE,
    )


def test_hint_has_likeness_place_and_what_changed(site: Site) -> None:
    changed(site)
    (hint,) = (p["hint"] for p in site.problems() if p["rule"] == "anchor-drifted" and p["claim"] == "dry")
    assert re.search(r"nearest there \(0\.\d\d.*\): \"1\.2 % of the harbour", hint)
    assert "12 became 1.2" in hint


def test_drift_is_told_to_machines(site: Site) -> None:
    changed(site).write(
        {
            "content/tides.md": ARTICLE.replace("12 %", "1.2 %").replace(
                "harbour dries", "**harbour**\ndries"
            )
            + "\n13 % of the harbour dries out when the wind is low.\n"
        }
    )
    (drift,) = (p["drift"] for p in site.problems() if p["rule"] == "anchor-drifted" and p["claim"] == "dry")
    assert (drift["file"], drift["line"], drift["column"]) == ("content/tides.md", 7, 7)
    assert drift["passage"] == "1.2 % of the harbour dries out when the water is low"
    assert drift["diff"][:2] == [["gone", "12"], ["new", "1.2"]]
    second = drift["runner_up"]
    assert (second["file"], second["line"], second["column"]) == ("content/tides.md", 12, 1)
    assert second["passage"].startswith("13 % of the harbour")
    assert drift["score"] > second["score"] > 0.5
    # No other problem has the key.
    assert [p["rule"] for p in site.problems() if "drift" in p].count("anchor-drifted") == len(
        [p for p in site.problems() if "drift" in p]
    )


def test_asked_one_by_one(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(site)
    monkeypatch.setattr("sys.stdin", io.StringIO("what?\nn\ny\nq\n"))
    run = site.run("reanchor", "--interactive")
    after = (site.root / "content/tides.yaml").read_text()
    assert "anchor: The moon pulls the water of the sea" in after
    assert '"1.2 % of the harbour dries out when the water is low"   # measured' in after
    assert 'anchor: \'The "old" wall' in after
    assert run.err.count("write it? [y/n/q]") == 4
    assert run.status == 1


def test_end_of_input_writes_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    changed(site)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    site.run("reanchor", "--interactive")
    assert (site.root / "content/tides.yaml").read_text() == SIDECAR


FACT = "content/bees.md", "content/bees.yaml"


def test_a_place_that_another_anchor_holds_is_never_written(site: Site) -> None:
    sidecar = (
        "claims:\n"
        "  one: {anchor: The club has its house at the north end of the quay, verdict: opinion}\n"
        "  two: {anchor: The school has its house at the north end of the quay, verdict: opinion}\n"
    )
    site.write({FACT[0]: "The school has its house at the north end of the quay.\n", FACT[1]: sidecar})
    run = site.run("reanchor", "--write")
    assert run.status == 1
    assert (site.root / FACT[1]).read_text() == sidecar


def test_two_changed_figures_are_another_fact(site: Site) -> None:
    sidecar = "claims:\n  one: {anchor: Foulbrood was reported in 4 districts in 2018, verdict: opinion}\n"
    site.write({FACT[0]: "Foulbrood was reported in 7 districts in 2019.\n", FACT[1]: sidecar})
    assert "not certain" in site.run("reanchor", "--write").err
    assert (site.root / FACT[1]).read_text() == sidecar


def test_surroundings_are_kept_true(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sidecar = (
        "claims:\n  one:\n    anchor: {quote: the tides rise twice a day, prefix: He wrote, block: one}\n"
        "    verdict: opinion\n"
    )
    text = "# One\n\nNothing.\n\n# Two\n\nShe says the tides rise thrice a day.\n"
    site.write({FACT[0]: text, FACT[1]: sidecar})
    assert site.run("reanchor", "--write").status == 1
    assert (site.root / FACT[1]).read_text() == sidecar
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    site.run("reanchor", "--interactive")
    after = (site.root / FACT[1]).read_text()
    assert "{quote: the tides rise thrice a day, prefix: She says, block: two}" in after


TWINS = "The club has its house at the north end of the quay.{}\n\nAll is well.\n"
OTHER = " The school has a house at the north end of the quay."
ONE = "claims:\n  one: {anchor: The club has its house at the north end of the quay, verdict: opinion}\n"


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def kept(site: Site) -> Site:
    """A site whose article has twins and stands in a git repository."""
    site.write({"sitegen.yaml": "title: T\n", FACT[0]: TWINS.format(OTHER), FACT[1]: ONE})
    git(site.root, "init", "-q")
    git(site.root, "add", "-A")
    git(site.root, "commit", "-qm", "first")
    return site


@pytest.mark.parametrize("committed", [False, True])
def test_twin_of_a_deleted_claim_is_never_written(kept: Site, *, committed: bool) -> None:
    kept.write({FACT[0]: f"{OTHER.strip()}\n\nAll is well.\n"})
    if committed:
        git(kept.root, "commit", "-qam", "second")
    run = kept.run("reanchor", "--write")
    assert run.status == 1
    assert "not certain" in run.err
    assert (kept.root / FACT[1]).read_text() == ONE


def test_edit_beside_a_twin_is_written_where_the_history_tells_them_apart(kept: Site) -> None:
    kept.write({FACT[0]: TWINS.replace("has its house", "has had a house").format("")})
    assert kept.run("reanchor", "--write").status == 0
    assert "The club has had a house at the north end of the quay" in (kept.root / FACT[1]).read_text()


def test_without_a_history_only_one_changed_word_is_certain(site: Site) -> None:
    site.write({"sitegen.yaml": "title: T\n", FACT[0]: OTHER, FACT[1]: ONE})
    assert "not certain" in site.run("reanchor", "--write").err
    assert (site.root / FACT[1]).read_text() == ONE


def test_order_of_the_sidecar_speaks_against_a_place(site: Site) -> None:
    lines = [f"Sentence number {word} stands quite alone here." for word in ("one", "two", "three")]
    claims = [f"  c{at}: {{anchor: {line[:-1]}, verdict: opinion}}\n" for at, line in enumerate(lines)]
    last = "  last: {anchor: The harbour lights are lit by hand every evening, verdict: opinion}\n"
    sidecar = "claims:\n" + "".join([*claims, last])
    site.write({"sitegen.yaml": "title: T\n", FACT[1]: sidecar})
    changed_line = "The harbour lights are lit by machine every evening."
    site.write({FACT[0]: " ".join([changed_line, *lines])})
    assert "not certain" in site.run("reanchor", "--write").err
    site.write({FACT[0]: " ".join([*lines, changed_line])})
    assert site.run("reanchor", "--write").status == 0


def test_surroundings_that_no_longer_hold_are_told_and_refreshed(site: Site) -> None:
    sidecar = (
        "claims:\n  one:\n    anchor: {quote: the tides rise twice a day, prefix: He wrote that, block: one}  # why\n"
        "    verdict: opinion\n"
    )
    text = "# One\n\nNothing.\n\n# Two\n\nShe once said that the tides rise twice a day.\n"
    site.write({"sitegen.yaml": "title: T\n", FACT[0]: text, FACT[1]: sidecar})
    run = site.run("reanchor")
    assert run.status == 0
    assert "its prefix and block no longer held: certain" in run.err
    assert (site.root / FACT[1]).read_text() == sidecar
    site.run("reanchor", "--write")
    after = (site.root / FACT[1]).read_text()
    assert "{quote: the tides rise twice a day, prefix: once said that, block: two}  # why" in after
    assert "recheck" not in after
    assert site.run("reanchor").err == ""


def test_asked_at_a_terminal(site: Site) -> None:
    """The question stands before the answer, on a real terminal, and the answer is heard line by line."""
    changed(site)
    leader, follower = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "sitegen", "reanchor", "--interactive"],
        cwd=site.root,
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=follower,
    )
    os.close(follower)
    shown = b""

    def until(words: bytes) -> None:
        nonlocal shown
        while words not in shown:
            shown += os.read(leader, 4096)
        shown = shown.partition(words)[2]

    for name, answer in ((b"tides#pull", b"n\n"), (b"tides#dry", b"y\n"), (b"tides#wall", b"q\n")):
        until(name)
        until(b"write it? [y/n/q] ")
        os.write(leader, answer)
    until(b"tides#dry: ")
    until(b"written")
    until(b"tides#gone: lost")
    patch = run.communicate(timeout=60)[0].decode()
    os.close(leader)
    assert run.returncode == 1
    assert '+    anchor: "1.2 % of the harbour dries out when the water is low"   # measured' in patch
    after = (site.root / "content/tides.yaml").read_text()
    assert "anchor: The moon pulls the water of the sea" in after
    assert '"1.2 % of the harbour' in after
    assert 'anchor: \'The "old" wall' in after
