"""Settings, sidecars, sources, seeds and themes: what their files may say, and what is wrong beyond single values."""

import pytest

from sitegen.judging.rules import RULES
from sitegen.model.places import Place
from sitegen.model.records import Settings, Sidecar
from sitegen.reading.records import (
    looks_like_sidecar,
    read_seed,
    read_settings,
    read_sidecar,
    read_source,
    read_theme,
)


@pytest.mark.parametrize("content", [b"", b"\n", b"# nothing\n", b"---\n", b"\xef\xbb\xbf", b"{}", b"\r\n"])
def test_empty_files_are_fine(content: bytes) -> None:
    sidecar, problems = read_sidecar(content, "a.yaml", "a")
    assert (sidecar.claims, sidecar.notes, problems) == ((), (), ())
    settings, problems = read_settings(content, "sitegen.yaml", RULES)
    assert (settings.title, settings.base_url, problems) == ("Untitled site", "http://localhost:8000/", ())
    theme, problems = read_theme(content, "themes/a/theme.yaml")
    assert (theme.extends, problems) == ("", ())


def test_empty_source_lacks_its_title() -> None:
    source, problems = read_source(b"", "content/sources/dia.yaml")
    assert source is None
    assert [str(problem.place) for problem in problems] == ["content/sources/dia.yaml:1:1"]
    assert problems[0].message.startswith('source "dia" lacks "title"')


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbftitle: A\r\nlanguage: de\r\n", b"title: A\rlanguage: de\r"]
)
def test_byte_order_mark_and_line_ends_change_nothing(content: bytes) -> None:
    settings, problems = read_settings(content, "sitegen.yaml", RULES)
    assert (settings.title, settings.language, problems) == ("A", "de", ())
    _, (problem,) = read_settings(content + b"titel: A", "sitegen.yaml", RULES)
    assert problem.place == Place("sitegen.yaml", 3, 1, 3, 6)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/", "https://example.org/"),
        ("http://localhost:8000/a/b", "http://localhost:8000/a/b/"),
        ("https://例え.jp/", "https://例え.jp/"),
    ],
)
def test_base_address_ends_with_a_slash(written: str, address: str) -> None:
    settings, problems = read_settings(f"base_url: {written}".encode(), "sitegen.yaml", RULES)
    assert (settings.base_url, problems) == (address, ())


@pytest.mark.parametrize(
    "written",
    [
        "example.org",
        "/a/",
        "ftp://example.org/",
        "https://",
        "https://e.org/?a",
        "https://e.org/#a",
        "https://e .org/",
        '""',
    ],
)
def test_what_is_no_base_address_is_refused_at_its_place(written: str) -> None:
    settings, (problem,) = read_settings(f"title: a\nbase_url: {written}".encode(), "sitegen.yaml", RULES)
    assert settings.base_url == Settings().base_url
    assert (problem.rule, problem.place.line, problem.place.column) == ("field-type", 2, 11)


@pytest.mark.parametrize(
    "zone", ["Mars", "../../etc/passwd", "/etc/passwd", "posix", "Europe", '""', "zone.tab"]
)
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    settings, (problem,) = read_settings(f"timezone: {zone}".encode(), "sitegen.yaml", RULES)
    assert settings.timezone == "UTC"
    assert (problem.rule, problem.place.column) == ("field-type", 11)


def test_all_mistakes_of_the_settings_are_reported_at_once() -> None:
    text = "titel: a\nbase_url: b\ntimezone: c\nchecks: {rules: {d: off, unchecked: e}}\nverdicts: {f: {rating: 9}}\n"
    _, problems = read_settings(text.encode(), "sitegen.yaml", RULES)
    assert sorted((problem.place.line, problem.rule) for problem in problems) == [
        (1, "field-unknown"),
        (2, "field-type"),
        (3, "field-type"),
        (4, "field-type"),
        (4, "field-unknown"),
        (5, "field-type"),
    ]


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_ratings_run_from_1_to_5(rating: int) -> None:
    _, (problem,) = read_settings(f"verdicts: {{odd: {{rating: {rating}}}}}".encode(), "sitegen.yaml", RULES)
    assert (problem.rule, problem.place.column) == ("field-type", 26)


def test_verdicts_may_be_renamed_in_a_word() -> None:
    settings, problems = read_settings(b"verdicts: {supported: Borne out}", "sitegen.yaml", RULES)
    assert problems == ()
    assert [(verdict.id, verdict.label) for verdict in settings.verdicts] == [("supported", "Borne out")]


def test_claims_and_notes_share_their_ids() -> None:
    text = "claims:\n  a: {anchor: x}\nnotes:\n  b: {anchor: x, note: y}\n  a: {anchor: x, note: y}\n"
    _, (problem,) = read_sidecar(text.encode(), "a.yaml", "a")
    assert (problem.rule, str(problem.place), problem.article) == ("id-duplicate", "a.yaml:5:3", "a")


def test_rules_are_allowed_for_a_reason() -> None:
    _, (problem,) = read_sidecar(b"claims:\n  a: {anchor: x, allow: [unchecked]}\n", "a.yaml", "a")
    assert (problem.rule, problem.claim, problem.place.column) == ("field-type", "a", 25)
    assert read_sidecar(b"claims:\n  a: {anchor: x, allow: [unchecked], why: y}\n", "a.yaml", "a")[1] == ()


def test_problems_of_a_sidecar_tell_their_article_and_claim() -> None:
    text = b"claims:\n  a: {anchor: x, kind: y}\n  b: {anchor: x, foo: y}\nfoo: bar\n"
    _, problems = read_sidecar(text, "a.yaml", "folder/a")
    assert [(problem.article, problem.claim) for problem in problems] == [
        ("folder/a", "a"),
        ("folder/a", "b"),
        ("folder/a", ""),
    ]
    _, problems = read_sidecar(b"a: [", "a.yaml", "folder/a")
    assert [problem.article for problem in problems] == ["folder/a"]
    sidecar, problems = read_sidecar(b"\xff", "a.yaml", "folder/a")
    assert [problem.article for problem in problems] == ["folder/a"]
    assert isinstance(sidecar, Sidecar)


@pytest.mark.parametrize("stem", ["dia-2024", "no", "2024", "a.b_c", "A"])
def test_stem_of_a_file_is_the_id(stem: str) -> None:
    source, problems = read_source(b"title: a", f"content/sources/{stem}.yaml")
    assert problems == ()
    assert source is not None
    assert source.id == stem
    seed, problems = read_seed(b"title: a", f"seeds/{stem}.yaml")
    assert problems == ()
    assert seed is not None
    assert seed.id == stem


@pytest.mark.parametrize("stem", ["my source", "é", "-a", "a-", "a#b", "a?", "100%"])
def test_stem_that_cannot_stand_in_an_address_is_refused(stem: str) -> None:
    for read in (read_source, read_seed):
        _, (problem,) = read(b"title: a", f"content/sources/{stem}.yaml")
        assert (problem.rule, problem.place) == ("field-type", Place(f"content/sources/{stem}.yaml"))


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"claims: {}", True),
        (b"notes:\n", True),
        (b"uncheckable: []", True),
        (b"a: 1\nclaims: {}", True),
        (b"a: {claims: {}}", False),
        (b"- claims\n", False),
        (b"claims", False),
        (b"", False),
        (b"claims: [", False),
        (b"\xff", False),
    ],
)
def test_sidecar_is_known_by_its_keys(content: bytes, answer: bool) -> None:  # noqa: FBT001
    assert looks_like_sidecar(content) is answer
