"""The contract's tables, sentence by sentence: rules, verdicts, commands, states, and the full example at work."""

import datetime as dt
import json
import typing
from pathlib import Path

import pytest
from sites import Site

from sitegen.judging.rules import RULES
from sitegen.judging.verdicts import DEFAULT_SCALE
from sitegen.model.findings import AnchorState, QuoteState
from sitegen.model.records import (
    ClaimKind,
    Contrary,
    Coverage,
    LinkState,
    NoteKind,
    SourceKind,
    Stance,
    TargetKind,
)

EXAMPLES = Path(__file__).parent / "contract"

ERRORS = (
    "yaml-syntax field-unknown field-type id-duplicate source-unknown anchor-lost anchor-drifted anchor-ambiguous quote-absent "
    "quote-near snapshot-changed evidence-missing verdict-unknown verdict-against-evidence address-collision link-broken "
    "date-impossible review-same-person"
)
WARNINGS = (
    "verdict-contested verdict-inconsistent single-origin no-primary number-unsupported quote-short quote-unarchived "
    "quote-unreadable check-stale unchecked source-unused image-alt note-crowded"
)
ADDED = "file-unreadable sidecar-orphan review-missing markdown-ignored math-unreadable link-dead link-moved link-changed link-unknown"
"""Rules beyond the contract's table: what it asks for elsewhere (files, reviews), and what Markdown can hold."""

COMMANDS = {
    "init": "",
    "new": "--from",
    "build": "--strict --keep-going --drafts --base-url --output --jobs --no-cache --quiet --profile",
    "check": "--format --strict --coverage",
    "serve": "--host --port --open --drafts",
    "reanchor": "--write",
    "schema": "",
    "stats": "",
}


def example(name: str) -> str:
    return (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")


# --- tables


def test_rules_and_their_levels() -> None:
    assert {rule for rule, entry in RULES.items() if entry.level == "error"} >= set(ERRORS.split())
    assert {rule for rule, entry in RULES.items() if entry.level == "warning"} >= set(WARNINGS.split())
    assert {rule for rule, entry in RULES.items() if entry.level == "off"} == {"coverage"}
    assert set(RULES) == {*ERRORS.split(), *WARNINGS.split(), *ADDED.split(), "coverage"}


def test_verdicts_their_words_ratings_and_needs() -> None:
    found = [
        (
            verdict.id,
            verdict.label,
            verdict.rating,
            set(verdict.needs_any),
            set(verdict.needs_all),
            verdict.origins,
        )
        for verdict in DEFAULT_SCALE
    ]
    assert found == [
        ("supported", "Supported", 5, {"supports"}, set(), 1),
        ("mostly-supported", "Mostly supported", 4, {"supports"}, set(), 1),
        ("disputed", "Disputed", 3, set(), {"supports", "refutes"}, 2),
        ("misleading", "Misleading", 2, {"refutes", "context"}, set(), 1),
        ("refuted", "Refuted", 1, {"refutes"}, set(), 1),
        ("unproven", "Unproven", None, set(), set(), 1),
        ("outdated", "Outdated", None, {"refutes", "context"}, set(), 1),
        ("opinion", "Opinion, not checkable", None, set(), set(), 1),
        ("unchecked", "Not checked yet", None, set(), set(), 1),
    ]
    assert all(
        verdict.explanation and verdict.icon and verdict.colour and verdict.dark for verdict in DEFAULT_SCALE
    )


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (AnchorState, "exact folded ambiguous drifted lost"),
        (QuoteState, "exact folded near absent unreadable unarchived unquoted"),
        (Stance, "supports refutes context"),
        (ClaimKind, "event numerical quotation causal position definition"),
        (NoteKind, "context definition aside question correction"),
        (Contrary, "found searched not-searched"),
        (SourceKind, "primary secondary tertiary"),
        (LinkState, "live dead changed paywalled unfit"),
        (Coverage, "full abstract excerpt"),
        (TargetKind, "git rsync s3 gcs azure netlify cloudflare folder zip tar"),
    ],
)
def test_words_of_a_field(choices: object, words: str) -> None:
    assert set(typing.get_args(choices)) == set(words.split())


def test_commands_and_their_options(site: Site) -> None:
    for command, options in COMMANDS.items():
        words = site.run(command, "--help").out.split()
        assert {option for option in options.split() if option not in words} == set(), command


# --- needs of verdicts


STANCES = {"s": "supports", "r": "refutes", "c": "context"}


@pytest.mark.parametrize(
    ("verdict", "stances", "rules"),
    [
        ("supported", "", {"evidence-missing"}),
        ("supported", "c", {"evidence-missing", "single-origin"}),
        ("supported", "ss", set()),
        ("supported", "sc", {"single-origin"}),
        ("supported", "rr", {"verdict-against-evidence"}),
        ("supported", "rc", {"verdict-against-evidence", "single-origin"}),
        ("mostly-supported", "rr", {"verdict-against-evidence"}),
        ("disputed", "", {"evidence-missing"}),
        ("disputed", "ss", {"evidence-missing"}),
        ("disputed", "sr", set()),
        ("misleading", "", {"evidence-missing"}),
        ("misleading", "cc", set()),
        ("misleading", "rr", set()),
        ("misleading", "ss", {"verdict-against-evidence"}),
        ("refuted", "cc", {"evidence-missing"}),
        ("refuted", "rr", set()),
        ("refuted", "ss", {"verdict-against-evidence"}),
        ("unproven", "", set()),
        ("unproven", "cc", set()),
        ("unproven", "s", {"verdict-contested"}),
        ("unproven", "r", {"verdict-contested"}),
        ("outdated", "", {"evidence-missing"}),
        ("outdated", "c", set()),
        ("outdated", "s", {"evidence-missing"}),
        ("opinion", "", set()),
        ("unchecked", "", {"unchecked"}),
    ],
)
def test_what_a_verdict_needs_at_least(site: Site, verdict: str, stances: str, rules: set[str]) -> None:
    evidence = "".join(
        f"      - {{source: s{number}, stance: {STANCES[stance]}}}\n" for number, stance in enumerate(stances)
    )
    ledger = f"claims:\n  a:\n    anchor: The moon\n    verdict: {verdict}\n    because: So it is.\n"
    site.write(
        {
            "content/a.md": "The moon.\n",
            "content/a.yaml": ledger + (f"    evidence:\n{evidence}" if evidence else ""),
        }
    )
    site.write(
        {
            f"content/sources/s{number}.yaml": f"title: s\nkind: primary\norigin: o{number}\n"
            for number in range(len(stances))
        }
    )
    assert {found["rule"] for found in site.problems()} == rules


@pytest.mark.parametrize(
    ("level", "aside", "status"),
    [
        ("off", "", {("evidence-missing", "error")}),
        ("warning", "", {("evidence-missing", "error"), ("verdict-against-evidence", "warning")}),
        (
            "error",
            "    allow: [verdict-against-evidence]\n    why: So it is.\n",
            {("evidence-missing", "error")},
        ),
    ],
)
def test_missing_evidence_is_told_where_its_direction_is_set_aside(
    site: Site, level: str, aside: str, status: set[tuple[str, str]]
) -> None:
    evidence = "      - {source: s, stance: refutes}\n      - {source: t, stance: refutes}\n"
    site.write(
        {
            "sitegen.yaml": f"checks: {{rules: {{verdict-against-evidence: {level}}}}}\n",
            "content/a.md": "The moon.\n",
            "content/a.yaml": "claims:\n  a:\n    anchor: The moon\n    verdict: supported\n"
            f"    evidence:\n{evidence}{aside}",
            "content/sources/s.yaml": "title: s\nkind: primary\norigin: o\n",
            "content/sources/t.yaml": "title: t\n",
        }
    )
    assert {(found["rule"], found["level"]) for found in site.problems()} == status


def test_sources_of_one_origin_count_once(site: Site) -> None:
    ledger = (
        "claims:\n  a:\n    anchor: The moon\n    verdict: disputed\n    because: So it is.\n    evidence:\n"
        "      - {source: a, stance: supports}\n      - {source: b, stance: refutes}\n"
    )
    site.write({"content/a.md": "The moon.\n", "content/a.yaml": ledger})
    records = {
        "content/sources/a.yaml": "title: a\nkind: primary\npublisher: P\n",
        "content/sources/b.yaml": "title: b\npublisher: P\n",
    }
    assert {found["rule"] for found in site.write(records).problems()} == {
        "evidence-missing",
        "single-origin",
    }
    site.write({"content/sources/b.yaml": "title: b\npublisher: P\norigin: another\n"})
    assert site.problems() == []


def test_site_may_rename_rerate_and_add_verdicts(site: Site) -> None:
    site.write(
        {
            "sitegen.yaml": "verdicts:\n  supported: {label: Borne out, rating: 4}\n  shaky: {label: Shaky, rating: 2, needs: {all: [supports, context]}}\n",
            "content/a.md": "The moon. The sun.\n",
            "content/a.yaml": "claims:\n  a: {anchor: The moon, verdict: shaky, claimant: Ann, evidence: [{source: s, stance: context}]}\n",
            "content/sources/s.yaml": "title: s\nkind: primary\n",
        }
    )
    (missing, _) = site.problems()
    assert missing["message"] == '"Shaky" also needs evidence that is `supports`'
    assert site.build("--keep-going", "--quiet").status == 1
    (claim,) = json.loads(site.page("claims.json"))
    assert (claim["verdict"], claim["rating"]) == ("shaky", 2)
    assert "Borne out" in site.page("verdicts/index.html")


# --- the full example


def test_full_example_of_a_sidecar_says_what_it_lacks_and_no_more(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its values are dots here and there: a seed, a copy and an article must be made up for it."""
    day = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(day.timestamp())))
    site.write(
        {
            "sitegen.yaml": example("settings"),
            "content/missiles.md": "They say that the debris in Kharkiv came from a North Korean missile, "
            "a short-range ballistic missile, and history will judge.\n",
            "content/missiles.yaml": example("sidecar"),
            "content/sources/dia-2024.yaml": example("source").replace("sha256: …, text_sha256: …, ", ""),
            "content/sources/dia-2024.txt": "DIA analysts confirm the debris found in Kharkiv on 2 January is from there.\n",
            "seeds/ID.yaml": example("seed"),
        }
    )
    assert sorted(site.lines()) == [
        "content/missiles.yaml:23:14 check-stale",
        "content/missiles.yaml:4:12 number-unsupported",
        "content/missiles.yaml:4:12 number-unsupported",
    ], "the quotation holds neither the day nor the year"
    report = site.run("check", "--format", "json").json()
    assert report["summary"] == {
        "articles": 1,
        "claims": 1,
        "notes": 1,
        "evidence": 1,
        "sources": 2,
        "anchors": {"exact": 2},
        "quotes": {"exact": 1},
        "verdicts": {"supported": 1},
        "errors": 0,
        "warnings": 3,
    }
    assert site.build("--quiet").status == 0
    (claim,) = json.loads(site.page("claims.json"))
    assert (claim["url"], claim["stale"]) == ("https://example.org/checked/missiles/#c-missile-origin", True)


def test_report_has_the_keys_of_the_contract(site: Site) -> None:
    report = site.write({"content/a.md": "[x](gone.md)\n"}).run("check", "--format", "json").json()
    assert list(report) == ["problems", "summary"]
    (problem,) = report["problems"]
    assert list(problem) == [
        "rule",
        "level",
        "message",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "article",
        "claim",
        "hint",
    ]
    assert list(report["summary"]) == [
        "articles",
        "claims",
        "notes",
        "evidence",
        "sources",
        "anchors",
        "quotes",
        "verdicts",
        "errors",
        "warnings",
    ]


def test_sidecar_is_optional_and_may_be_empty(site: Site) -> None:
    site.write({"content/a.md": "Words.\n", "content/b.md": "Words.\n", "content/b.yaml": ""})
    assert site.run("check", "--strict").status == 0


def test_every_key_of_the_settings_is_optional(site: Site) -> None:
    assert site.run("check", "--strict").status == 0
