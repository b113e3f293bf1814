"""`sitegen diff`: what changed between two states of a site."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import Site

from sitegen.judging.changes import KINDS, Change, changes, counts
from sitegen.reading.published import Look, Proof, Published, Speaker, Words, read_published

CLAIM = Published(
    "tides",
    "flood",
    "The flood is 2 hours long",
    Words("exact", "the flood is 2 hours long"),
    "supported",
    rating=5,
    evidence=(
        Proof("survey", "supports", "exact", quote="the flood lasts 2 hours"),
        Proof("chart", "context", "unquoted"),
    ),
)


def changed(new: Published) -> list[tuple[str, str, str]]:
    return [(change.kind, change.was, change.now) for change in changes([CLAIM], [new])]


def with_(**fields: object) -> Published:
    import msgspec  # noqa: PLC0415 - this one function needs it

    return msgspec.structs.replace(CLAIM, **fields)


def test_claims_that_came_and_went() -> None:
    other = with_(id="ebb", claim="The ebb is longer")
    assert changes([CLAIM], [other]) == (
        Change("added", "tides", "ebb", "", now="supported: The ebb is longer"),
        Change("removed", "tides", "flood", "", was="The flood is 2 hours long"),
    )


def test_renamed_article_is_no_loss() -> None:
    assert changed(with_(article="water/tides")) == [("moved", "tides", "water/tides")]


def test_two_claims_of_one_statement_are_not_said_to_have_moved() -> None:
    found = changes([CLAIM], [with_(article="a"), with_(article="b")])
    assert counts(found) == {"added": 2, "removed": 1}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"verdict": "refuted", "rating": 1}, ("re-judged", "supported", "refuted")),
        ({"rating": 4}, ("re-judged", "supported (5)", "supported (4)")),
        (
            {"evidence": CLAIM.evidence[1:]},
            ("evidence-lost", 'survey supports, "the flood lasts 2 hours"', ""),
        ),
        (
            {"evidence": (*CLAIM.evidence, Proof("log", "refutes", "unquoted"))},
            ("evidence-gained", "", "log refutes"),
        ),
        ({"evidence": CLAIM.evidence[::-1]}, ("evidence-changed", "", "in another order")),
        ({"anchor": Words("lost")}, ("anchor-lost", "exact", "lost")),
        ({"anchor": Words("folded", "the flood is 2 hours long")}, ("altered", "anchor exact", "folded")),
        ({"stale": True}, ("stale", "", "")),
        ({"checked": Look("2024-05-01", "Ann")}, ("checked", "", "2024-05-01 by Ann")),
        ({"claimant": Speaker("Ann")}, ("altered", "", "claimant")),
    ],
)
def test_changes_of_a_claim(fields: dict[str, object], told: tuple[str, str, str]) -> None:
    assert changed(with_(**fields)) == [told]


def test_quotation_that_is_no_longer_in_its_copy_is_evidence_lost() -> None:
    now = Proof("survey", "supports", "absent", quote="the flood lasts 2 hours")
    quote = 'survey supports, "the flood lasts 2 hours" (exact)'
    assert changed(with_(evidence=(now, CLAIM.evidence[1]))) == [("quote-lost", quote, "absent")]


def test_stance_turned_round_is_told() -> None:
    now = Proof("survey", "refutes", "exact", quote="the flood lasts 2 hours")
    assert changed(with_(evidence=(now, CLAIM.evidence[1]))) == [
        ("evidence-changed", 'survey: stance "supports"', '"refutes"')
    ]


_words = st.sampled_from(["a", "b", None])
_proofs = st.builds(
    Proof,
    source=st.sampled_from(["s", "t"]),
    stance=st.sampled_from(["supports", "refutes"]),
    state=st.sampled_from(["exact", "folded", "absent"]),
    quote=_words,
    direct=st.booleans(),
)
_claims = st.builds(
    Published,
    article=st.sampled_from(["x", "y"]),
    id=st.sampled_from(["one", "two"]),
    claim=st.sampled_from(["A", "B"]),
    anchor=st.builds(Words, state=st.sampled_from(["exact", "folded", "drifted", "lost"]), exact=_words),
    verdict=st.sampled_from(["supported", "refuted"]),
    rating=st.sampled_from([1, 5, None]),
    because=_words,
    claimant=st.sampled_from([None, Speaker("a"), Speaker("a", "b")]),
    checked=st.sampled_from([None, Look("2024-01-01"), Look("2024-01-01", "a")]),
    stale=st.booleans(),
    evidence=st.lists(_proofs, max_size=3).map(tuple),
)
_states = st.lists(_claims, max_size=4, unique_by=lambda claim: claim.name)


@given(_states, _states)
def test_something_is_told_if_and_only_if_something_differs(
    old: list[Published], new: list[Published]
) -> None:
    found = changes(old, new)
    alike = {claim.name: claim for claim in old} == {claim.name: claim for claim in new}
    assert (found == ()) == alike
    assert {change.kind for change in found} <= set(KINDS)


@given(_states, _states)
def test_what_comes_one_way_goes_the_other(old: list[Published], new: list[Published]) -> None:
    forth, back = counts(changes(old, new)), counts(changes(new, old))
    for there, here in (
        ("added", "removed"),
        ("evidence-lost", "evidence-gained"),
        ("quote-lost", "quote-found"),
    ):
        assert forth.get(there, 0) == back.get(here, 0)


# --- the command


ARTICLE = "The flood is 2 hours long.\n"
SIDECAR = """claims:
  flood:
    anchor: flood is 2 hours long
    verdict: supported
    because: Measured.
    evidence: [{source: survey, stance: supports, quote: the flood lasts 2 hours}]
    checked: 2024-05-02
"""


@pytest.fixture
def kept(site: Site) -> Site:
    """A site in a git repository, with one revision, tagged `first`."""
    site.write(
        {
            "content/tides.md": ARTICLE,
            "content/tides.yaml": SIDECAR,
            "content/sources/survey.yaml": "title: Survey\nkind: primary\n",
            "content/sources/survey.txt": "In spring the flood lasts 2 hours.",
        }
    )
    git(site.root, "init", "-q")
    git(site.root, "add", "-A")
    git(site.root, "commit", "-qm", "first")
    git(site.root, "tag", "first")
    return site


def git(root: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def test_nothing_changed(kept: Site) -> None:
    run = kept.run("diff", "first", "HEAD")
    assert (run.status, run.out) == (0, "nothing changed\n")


def test_revision_against_the_site_as_it_is(kept: Site) -> None:
    kept.write({"content/tides.yaml": SIDECAR.replace("supported", "disputed")})
    run = kept.run("diff", "first")
    assert run.status == 0
    assert run.out == (
        "tides#flood\n    re-judged: supported -> disputed\n0 claims added, 0 removed, 1 changed (re-judged: 1)\n"
    )


def test_two_revisions_as_json(kept: Site) -> None:
    kept.write(
        {"content/tides.yaml": SIDECAR.replace("flood:", "tide:"), "content/sources/survey.txt": "Nothing."}
    )
    git(kept.root, "commit", "-qam", "second")
    found = kept.run("diff", "first", "HEAD", "--format", "json").json()
    assert [(change["kind"], change["id"]) for change in found["changes"]] == [
        ("added", "tide"),
        ("removed", "flood"),
    ]
    assert found["summary"] == {"claims": {"old": 1, "new": 1}, "changes": {"added": 1, "removed": 1}}


def test_two_files_and_a_built_site(kept: Site, tmp_path: Path) -> None:
    assert kept.build().status == 0
    old = tmp_path / "old.json"
    records = json.loads(kept.page("claims.json"))
    records[0]["evidence"][0]["state"] = "near"
    old.write_text(json.dumps(records), encoding="utf-8")
    assert "quotation verified now" in kept.run("diff", str(old), str(kept.public)).out
    assert kept.run("diff", str(kept.public), "first").out == "nothing changed\n"


def test_site_in_a_folder_of_a_repository(kept: Site, tmp_path: Path) -> None:
    (kept.root / ".git").rename(tmp_path / ".git")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "moved")
    assert kept.run("diff", "HEAD").out == "nothing changed\n"
    run = kept.run("diff", "first")
    assert run.status == 2
    assert "there is no sitegen.yaml" in run.err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nosuch", "neither a file nor a revision"),
        ("HEAD:content", "neither a file"),
        ("gone.json", "no claims.json at"),
    ],
)
def test_states_that_are_not_there(kept: Site, name: str, message: str) -> None:
    run = kept.run("diff", name)
    assert run.status == 2
    assert message in run.err
    assert "hint:" in run.err


def test_no_repository(site: Site) -> None:
    run = site.run("diff", "HEAD")
    assert run.status == 2
    assert "in no git repository" in run.err


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"\xff", b"[", b'[{"id": "a"}]'])
def test_files_that_are_no_claims(site: Site, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "claims.json").write_bytes(content)
    run = site.run("diff", str(tmp_path / "claims.json"), str(tmp_path))
    assert run.status == 2
    assert "is not the claims.json of a site" in run.err


def test_claim_listed_twice_is_refused(kept: Site) -> None:
    kept.build()
    records = json.loads(kept.page("claims.json"))
    with pytest.raises(ValueError, match="twice"):
        read_published(json.dumps([*records, *records]).encode())


def test_file_that_cannot_be_read_is_not_taken_for_lost_claims_in_silence(kept: Site) -> None:
    kept.write({"content/tides.yaml": "claims: [\n"})
    run = kept.run("diff", "first")
    assert run.status == 0
    assert "claim removed" in run.out
    assert "cannot be read" in run.err
    assert "content/tides.yaml:" in run.err


def test_unusable_settings_of_a_revision(kept: Site) -> None:
    kept.write({"sitegen.yaml": "titel: x\n"})
    git(kept.root, "commit", "-qam", "broken")
    kept.write({"sitegen.yaml": ""})
    run = kept.run("diff", "HEAD")
    assert run.status == 2
    assert "sitegen.yaml:1:1: error" in run.err


# --- what will be stale


def test_due_lists_what_will_be_stale_the_first_first(kept: Site) -> None:
    kept.write(
        {
            "content/a.md": "The ebb is long.\n",
            "content/a.yaml": "claims:\n  ebb: {anchor: The ebb is long, verdict: opinion, review_by: 2024-12-01}\n",
        }
    )
    found = [
        problem["message"]
        for problem in kept.run("check", "--due", "2026-01-01", "--format", "json").json()["problems"]
    ]
    assert found == [
        "due on 2024-12-02: it was to be looked at again by 1 December 2024",
        "due on 2025-05-03: it was last checked on 2 May 2024",
    ]
    assert kept.run("check", "--due", "2024-12-01").out == "no problems\n"
    assert "due on 2024-12-02" in kept.run("check", "--due", "7m", "--strict").out
    assert kept.run("check", "--due", "2024-12-02").status == 0
    assert kept.run("check", "--due", "2024-12-02", "--strict").status == 1


def test_due_agrees_with_the_rule(kept: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for epoch, stale in (("1746144000", False), ("1746230400", True)):  # 2 and 3 May 2025
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        day = {"1746144000": "2025-05-02", "1746230400": "2025-05-03"}[epoch]
        assert ("check-stale" in kept.run("check").out) == stale
        assert ("check-stale" in kept.run("check", "--due", day).out) == stale


def test_recheck_is_due_now_and_what_is_allowed_is_not(kept: Site) -> None:
    kept.write({"content/tides.yaml": SIDECAR + "    recheck: 1 became 2\n"})
    assert "due now: the article's words were changed" in kept.run("check", "--due", "2024-06-01").out
    kept.write({"content/tides.yaml": SIDECAR + "    allow: [check-stale]\n    why: It cannot change.\n"})
    assert kept.run("check", "--due", "2099-01-01").out == "no problems\n"


@pytest.mark.parametrize("day", ["tomorrow", "2024-13-01", "-1d", ""])
def test_days_that_are_none(kept: Site, day: str) -> None:
    assert kept.run("check", f"--due={day}").status == 2
