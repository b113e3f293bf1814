"""Nodes to records: every mistake of a file is reported, each at its place, and unknown names come with the nearest."""

import datetime as dt

import pytest

from sitegen.judging.rules import RULES
from sitegen.model.places import Problem
from sitegen.model.records import Duration, PartialDate, Person, Settings, Sidecar, Source
from sitegen.reading.records import read_settings, read_sidecar, read_source

Found = tuple[Problem, ...]


def sidecar(text: str) -> tuple[Sidecar, list[str]]:
    value, problems = read_sidecar(text.encode(), "a.yaml", "a")
    return value, told(problems)


def source(text: str) -> tuple[Source | None, list[str]]:
    value, problems = read_source(text.encode(), "content/sources/dia-2024.yaml")
    return value, told(problems)


def settings(text: str) -> tuple[Settings, list[str]]:
    value, problems = read_settings(text.encode(), "sitegen.yaml", RULES)
    return value, told(problems)


def told(problems: Found) -> list[str]:
    return [
        f"{problem.place.line}:{problem.place.column}-{problem.place.end_column} {problem.rule}: {problem.message}"
        for problem in problems
    ]


def test_all_mistakes_of_a_file_are_reported_at_once() -> None:
    value, problems = sidecar(
        """\
claims:
  Bad_Id:
    anchor: {quot: words, prefix: [a]}
    verdict: [supported]
    kind: evnt
    evidence:
      - {source: a, stance: suports, direct: maybe}
      - stance: supports
      - a text
    checked: {on: 2024-13-01, by: Ann}
  fine:
    anchor: words
    chekced: 2024-01-01
nots: {}
uncheckable:
  - anchor: words
"""
    )
    assert problems == [
        '2:3-9 field-type: "Bad_Id" is not an id',
        '3:14-18 field-unknown: unknown field "quot"',
        "3:35-36 field-type: a text is expected here",
        '3:13-14 field-type: anchor lacks "quote": The very words in the article.',
        "4:14-15 field-type: a text is expected here",
        '5:11-15 field-type: "evnt" is not one of event, numerical, quotation, causal, position, definition',
        '7:29-36 field-type: "suports" is not one of supports, refutes, context',
        '7:46-51 field-type: "maybe" is not true or false',
        '8:9-10 field-type: evidence lacks "source": The id of a source record.',
        "9:9-15 field-type: evidence must be a mapping, with a line for each field",
        '10:19-29 field-type: "2024-13-01" is not a date',
        '13:5-12 field-unknown: unknown field "chekced"',
        '14:1-5 field-unknown: unknown field "nots"',
        '16:5-6 field-type: uncheckable lacks "why": Why it cannot be checked.',
    ]
    assert [claim.id for claim in value.claims] == ["fine"]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("titel: a", 'did you mean "title"?'),
        ("Title: a", 'did you mean "title"?'),
        ("base-url: a", 'did you mean "base_url"?'),
        ("descripton: a", 'did you mean "description"?'),
        ("markdown: {smartquotes: true}", 'did you mean "smart_quotes"?'),
        ("checks: {rules: {no-primery: off}}", 'did you mean "no-primary"?'),
        ("checks: {stale: 5d}", 'did you mean "stale_after"?'),
        ("publish: {target: {}}", 'did you mean "targets"?'),
        ("publish: {targets: {a: {kind: rsnc}}}", 'did you mean "rsync"?'),
        ("markdown: {xyz: true}", "known here: html, linkify, smart_quotes"),
    ],
)
def test_unknown_names_come_with_the_nearest_known_one(written: str, hint: str) -> None:
    _, problems = read_settings(written.encode(), "sitegen.yaml", RULES)
    assert [problem.hint for problem in problems if problem.hint] == [hint]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2024-05-29", dt.date(2024, 5, 29)),
        ("'2024-05-29'", dt.date(2024, 5, 29)),
        ('"2024-05-29"', dt.date(2024, 5, 29)),
        ("2024-05-29T23:30:00", dt.date(2024, 5, 29)),
        ("2024-05-29 23:30:00+02:00", dt.date(2024, 5, 29)),
        ("2024-05-29T23:30:00Z", dt.date(2024, 5, 29)),
    ],
)
def test_dates_may_be_quoted_or_not(written: str, date: dt.date) -> None:
    value, problems = source(f"title: a\naccessed: {written}\n")
    assert problems == []
    assert value is not None
    assert value.accessed == date


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "2024-02-30",
        "29.5.2024",
        "05/29/2024",
        "2024",
        "2024-05",
        "2024-5-9",
        "[2024-05-29]",
        "{}",
        "''",
    ],
)
def test_what_is_no_date_is_refused(written: str) -> None:
    _, problems = source(f"title: a\naccessed: {written}\n")
    assert [problem.partition(": ")[0].split()[1] for problem in problems] == ["field-type"]


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("2024", (2024, 1, 1)),
        ("'2024'", (2024, 1, 1)),
        ("2024-05", (2024, 5, 1)),
        ("2024-05-29", (2024, 5, 29)),
        ("1874", (1874, 1, 1)),
    ],
)
def test_a_source_may_be_dated_to_the_year_or_month(written: str, first: tuple[int, int, int]) -> None:
    value, problems = source(f"title: a\nissued: {written}\n")
    assert problems == []
    assert value is not None
    assert value.issued == PartialDate(written.strip("'"))
    assert value.issued.first_day() == dt.date(*first)


@pytest.mark.parametrize("written", ["2024-13", "2024-00", "0000", "24", "May 2024", "2024-02-30", "2024-5"])
def test_what_is_no_partial_date_is_refused(written: str) -> None:
    _, problems = source(f"title: a\nissued: {written}\n")
    assert problems == [f'2:9-{9 + len(written)} field-type: "{written}" is not a date']


@pytest.mark.parametrize(
    ("written", "days"),
    [("365d", 365), ("12w", 84), ("6m", 180), ("1y", 365), ("30 d", 30), ("'90d'", 90), ("0d", 0)],
)
def test_lengths_of_time(written: str, days: int) -> None:
    value, problems = settings(f"checks: {{stale_after: {written}}}\n")
    assert problems == []
    assert value.checks.stale_after == Duration(days)


@pytest.mark.parametrize("written", ["365", "a year", "-5d", "5h", "1.5y", "[]"])
def test_what_is_no_length_of_time_is_refused(written: str) -> None:
    _, problems = settings(f"checks:\n  stale_after: {written}\n")
    assert len(problems) == 1
    assert problems[0].startswith("2:16-")
    assert problems[0].endswith("is not a length of time")


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", True), ("yes", True), ("On", True), ("FALSE", False), ("no", False), ("off", False)],
)
def test_truth_may_be_written_as_yaml_writes_it(written: str, value: bool) -> None:  # noqa: FBT001
    read, problems = settings(f"markdown: {{linkify: {written}}}\n")
    assert problems == []
    assert read.markdown.linkify is value


@pytest.mark.parametrize("word", ["no", "on", "2024", "null", "1e3", "0777", "12:30"])
def test_ids_and_texts_that_yaml_would_change_stay_as_written(word: str) -> None:
    key = word.replace(":", "-")
    value, problems = sidecar(
        f"claims:\n  {key}:\n    anchor: {word}\n    verdict: {word}\n    evidence: [{{source: {word}, stance: context}}]\n"
        f"sources:\n  {key}: {{title: {word}, publisher: {word}}}\n"
    )
    assert problems == []
    (claim,) = value.claims
    assert (claim.id, claim.anchor.quote, claim.verdict) == (key, word, word)
    assert claim.evidence[0].source == word
    assert (value.sources[0].id, value.sources[0].title, value.sources[0].publisher) == (key, word, word)


def test_bare_values_stand_for_records() -> None:
    value, problems = sidecar(
        "claims:\n  a: {anchor: words, claimant: Ann, checked: 2024-05-01}\n"
        "  b: {anchor: {quote: words}, claimant: {name: Ann}, checked: {on: 2024-05-01}}\n"
    )
    assert problems == []
    one, other = value.claims
    assert one.anchor.quote == other.anchor.quote == "words"
    assert one.claimant is not None
    assert other.claimant is not None
    assert one.claimant.name == other.claimant.name == "Ann"
    assert one.checked is not None
    assert other.checked is not None
    assert one.checked.on == other.checked.on == dt.date(2024, 5, 1)


@pytest.mark.parametrize("written", ["Ann", "[Ann]", "[{name: Ann}]", "\n  - Ann", "\n  - name: Ann"])
def test_lone_values_stand_for_lists(written: str) -> None:
    value, problems = source(f"title: a\nauthors: {written}\n")
    assert problems == []
    assert value is not None
    assert [person.name for person in value.authors] == ["Ann"]
    assert all(isinstance(person, Person) for person in value.authors)


def test_values_that_are_left_empty_are_not_there() -> None:
    value, problems = sidecar(
        "claims:\n  a:\n    anchor: words\n    verdict:\n    evidence:\n    checked:\n    kind:\nnotes:\n"
    )
    assert problems == []
    (claim,) = value.claims
    assert (claim.verdict, claim.evidence, claim.checked, claim.kind) == ("unchecked", (), None, None)
    assert value.notes == ()


@pytest.mark.parametrize("written", ["", '""', "''", "{quote: ''}", "{quote: }"])
def test_required_texts_must_not_be_empty(written: str) -> None:
    value, problems = sidecar(f"claims:\n  a:\n    anchor: {written}\n")
    assert value.claims == ()
    assert len(problems) == 1
    assert "lacks" in problems[0]


def test_places_of_fields_items_and_keys() -> None:
    value, _ = sidecar("claims:\n  a:\n    anchor: words\n    allow: [no-primary, unchecked]\n    why: x\n")
    (claim,) = value.claims
    assert str(claim.at.of()) == "a.yaml:2:3"
    assert str(claim.at.of("allow.1")) == "a.yaml:4:25"
    assert str(claim.anchor.at.of("quote")) == "a.yaml:3:13"
    assert str(claim.at.of("verdict")) == "a.yaml:2:3", "an absent field is told at its record"
    lone, _ = sidecar("claims:\n  a: {anchor: words, allow: unchecked, why: x}\n")
    assert str(lone.claims[0].at.of("allow.0")) == "a.yaml:2:29"
    site, _ = settings("checks:\n  rules:\n    unchecked: off\n")
    assert str(site.checks.at.of("rules.unchecked")) == "sitegen.yaml:3:5"


@pytest.mark.parametrize("text", ["[]", "- a\n", "just words\n", "'quoted'\n", "12\n"])
def test_file_that_is_no_mapping_is_told_once(text: str) -> None:
    for read in (sidecar, settings, source):
        _, problems = read(text)
        assert len(problems) == 1
        assert problems[0].startswith("1:1-")
        assert "must be a mapping" in problems[0]
