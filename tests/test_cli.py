"""The command line: exit statuses, what is printed where, and that nothing ends in a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sites import Site

from sitegen import __version__
from sitegen.building.files import DiskFiles

ARTICLE = "---\ntitle: Tides\n---\n\nThe moon pulls the water twice a day.\n"
CLAIM = "claims:\n  pull: {anchor: The moon pulls the water, verdict: opinion}\n"
GOOD = {"content/tides.md": ARTICLE, "content/tides.yaml": CLAIM}
WARNED = {"content/tides.md": ARTICLE, "content/tides.yaml": CLAIM.replace(", verdict: opinion", "")}
WRONG = {"content/tides.md": ARTICLE, "content/tides.yaml": CLAIM.replace("opinion", "true")}
UNUSABLE = {**GOOD, "sitegen.yaml": "titel: Tides\n"}


# --- exit statuses


@pytest.mark.parametrize(
    ("files", "arguments", "status"),
    [
        (GOOD, ["check"], 0),
        (GOOD, ["check", "--strict"], 0),
        (GOOD, ["build"], 0),
        (GOOD, ["build", "--strict"], 0),
        (GOOD, ["build", "--profile"], 0),
        (GOOD, ["build", "--no-cache", "--drafts", "--jobs", "2", "--base-url", "https://e.org/a/"], 0),
        (GOOD, ["stats"], 0),
        (GOOD, ["stats", "--format", "json"], 0),
        (WARNED, ["check"], 0),
        (WARNED, ["check", "--strict"], 1),
        (WARNED, ["build"], 0),
        (WARNED, ["build", "--strict"], 1),
        (WARNED, ["build", "--strict", "--keep-going"], 1),
        (WRONG, ["check"], 1),
        (WRONG, ["check", "--format", "json"], 1),
        (WRONG, ["check", "--format", "sarif"], 1),
        (WRONG, ["check", "--format", "github"], 1),
        (WRONG, ["build"], 1),
        (WRONG, ["build", "--keep-going"], 1),
        (WRONG, ["stats"], 0),
        (UNUSABLE, ["check"], 2),
        (UNUSABLE, ["check", "--format", "json"], 2),
        (UNUSABLE, ["check", "--format", "sarif"], 2),
        (UNUSABLE, ["check", "--format", "github"], 2),
        (UNUSABLE, ["build"], 2),
        (UNUSABLE, ["build", "--keep-going"], 2),
        (UNUSABLE, ["stats"], 2),
        (GOOD, [], 2),
        (GOOD, ["chekc"], 2),
        (GOOD, ["check", "--nonsense"], 2),
        (GOOD, ["check", "--format", "xml"], 2),
        (GOOD, ["check", "nothing.md"], 2),
        (GOOD, ["check", "/"], 2),
        (GOOD, ["check", "../.."], 2),
        (GOOD, ["check", "--jobs", "0"], 2),
        (GOOD, ["build", "--jobs", "-1"], 2),
        (GOOD, ["build", "--jobs", "many"], 2),
        (GOOD, ["build", "--base-url", "example.org"], 2),
        (GOOD, ["build", "--base-url", "https://"], 2),
        (GOOD, ["build", "--base-url", "https://e.org/?a=b"], 2),
        (GOOD, ["build", "extra"], 2),
        (GOOD, ["--version"], 0),
        (GOOD, ["--help"], 0),
        (GOOD, ["build", "--help"], 0),
    ],
)
def test_exit_status(site: Site, files: dict[str, str], arguments: list[str], status: int) -> None:
    run = site.write(files).run(*arguments)
    assert run.status == status
    assert "Traceback" not in run.out + run.err
    assert run.out + run.err


@pytest.mark.parametrize("epoch", ["soon", "1e9", "99999999999999999999", "2024-06-01"])
def test_day_that_is_none_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    run = site.write(GOOD).run("check")
    assert (run.status, run.out) == (2, "")
    assert run.err == f'error: SOURCE_DATE_EPOCH is "{epoch}", which is no number of seconds\n'


def test_version(site: Site) -> None:
    assert site.run("--version").out == f"sitegen {__version__}\n"


def test_site_is_the_nearest_one_upwards(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write({**WRONG, "content/deep/down/x.txt": ""})
    monkeypatch.chdir(site.root / "content" / "deep" / "down")
    site.root = Path()
    assert site.run("check").status == 2, "--site names one and no other"
    from sitegen.cli import main  # noqa: PLC0415

    assert main(["check"]) == 1


# --- what is printed


def test_problem_is_printed_once(site: Site) -> None:
    line = 'content/tides.yaml:2:53: error: "true" is not a verdict of this site [verdict-unknown]\n'
    site.write(WRONG)
    for arguments, stream in ((["check"], "out"), (["build"], "err"), (["build", "--keep-going"], "err")):
        run = site.run(*arguments)
        assert (run.out + run.err).count("[verdict-unknown]") == 1
        assert line in getattr(run, stream)


def test_unusable_settings_are_printed_once_and_in_the_format_asked_for(site: Site) -> None:
    site.write(UNUSABLE)
    for command in ("check", "build", "stats"):
        run = site.run(command)
        assert (run.out + run.err).count("[field-unknown]") == 1
    assert site.problems()[0]["rule"] == "field-unknown"
    assert site.run("check", "--format", "github").out.startswith("::error file=sitegen.yaml,line=1,")
    assert site.run("check", "--format", "sarif").json()["runs"][0]["results"][0]["ruleId"] == "field-unknown"


def test_build_says_what_it_made_and_quietly_nothing(site: Site) -> None:
    site.write(GOOD)
    run = site.build()
    assert run.out.startswith(
        "public/: 1 article, 1 claim, 0 of 0 quotations found in their copies; no problems; "
    )
    assert run.err == ""
    run = site.build("--quiet")
    assert (run.out, run.err) == ("", "")
    run = site.build("--profile", "--quiet", "--no-cache")
    assert run.out == ""
    assert "pages of articles" in run.err


def test_build_that_fails_says_that_the_output_is_as_it_was(site: Site) -> None:
    run = site.write(WRONG).build()
    assert run.err.endswith("1 error: public/ is as it was\n")
    assert not site.public.exists()


def test_machine_formats_print_nothing_else(site: Site) -> None:
    site.write({**WRONG, "content/ebb.md": "![](ebb.png)\n"})
    for form in ("json", "sarif"):
        run = site.run("check", "--format", form)
        json.loads(run.out)
        assert run.err == ""
    run = site.run("check", "--format", "github")
    assert [line.partition(" ")[0] for line in run.out.splitlines()] == ["::warning", "::error", "::error"]


def test_json_report_sums_up_the_site(site: Site) -> None:
    site.write(
        {
            "content/tides.md": ARTICLE,
            "content/tides.yaml": "claims:\n  pull:\n    anchor: The moon pulls the water\n    verdict: supported\n    evidence:\n"
            "      - {source: almanac, stance: supports, quote: The moon pulls it}\n"
            "      - {source: own, stance: context}\n"
            "  sun: {anchor: The sun pushes it all away, verdict: opinion}\n"
            "notes: {day: {anchor: twice a day, note: High water.}}\nsources: {own: {title: A letter}}\n",
            "content/sources/almanac.yaml": "title: Almanac\nkind: primary\n",
            "content/sources/almanac.txt": "The moon pulls it.\n",
        }
    )
    assert site.run("check", "--format", "json").json()["summary"] == {
        "articles": 1,
        "claims": 2,
        "notes": 1,
        "evidence": 2,
        "sources": 2,
        "anchors": {"exact": 2, "lost": 1},
        "quotes": {"exact": 1, "unquoted": 1},
        "verdicts": {"opinion": 1, "supported": 1},
        "errors": 1,
        "warnings": 1,
    }


# --- check of some paths


FILTERED = {
    "content/tides.md": ARTICLE + "\n[x](gone.md)\n",
    "content/tides.yaml": CLAIM.replace("opinion", "true"),
    "content/history/ebb.md": "[x](gone.md)\n",
    "content/history/index.md": "[x](gone.md)\n",
    "content/history.txt": "",
    "content/sources/almanac.yaml": "titel: Almanac\n",
}


@pytest.mark.parametrize(
    ("paths", "files"),
    [
        (["content/tides.md"], {"content/tides.md", "content/tides.yaml"}),
        (["content/tides.yaml"], {"content/tides.md", "content/tides.yaml"}),
        (["content/tides"], {"content/tides.md", "content/tides.yaml"}),
        (["tides"], {"content/tides.md", "content/tides.yaml"}),
        (["tides.md"], {"content/tides.md", "content/tides.yaml"}),
        (["history"], {"content/history/ebb.md", "content/history/index.md"}),
        (["content/history/"], {"content/history/ebb.md", "content/history/index.md"}),
        (["history/ebb"], {"content/history/ebb.md"}),
        (["history/ebb", "content/sources"], {"content/history/ebb.md", "content/sources/almanac.yaml"}),
        (["content/sources/almanac.yaml"], {"content/sources/almanac.yaml"}),
        (["sitegen.yaml"], set()),
        (["content"], {name for name in FILTERED if not name.endswith(".txt")}),
        (["."], {name for name in FILTERED if not name.endswith(".txt")}),
    ],
)
def test_check_of_paths_tells_their_problems_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch, paths: list[str], files: set[str]
) -> None:
    monkeypatch.chdir(site.write(FILTERED).root)
    assert {found["file"] for found in site.problems(*paths)} == files
    assert site.run("check", *paths).status == (1 if files else 0)


def test_paths_are_read_from_the_present_folder(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.write(FILTERED).root / "content" / "history")
    assert {found["file"] for found in site.problems("ebb.md")} == {"content/history/ebb.md"}
    assert {found["file"] for found in site.problems("../tides.md")} == {
        "content/tides.md",
        "content/tides.yaml",
    }


# --- coverage and levels


def test_coverage_is_told_where_it_is_asked_for(site: Site) -> None:
    site.write({"content/tides.md": ARTICLE + "\nThe tide of 2011 was the highest ever.\n"})
    assert site.lines() == []
    assert site.lines("--coverage") == ["content/tides.md:7:1 coverage"]
    site.write({"sitegen.yaml": "checks: {rules: {coverage: error}}\n"})
    assert site.run("check").status == 1
    assert site.run("check", "--coverage").status == 1, "the site's level stands"


@pytest.mark.parametrize(("level", "status", "strict"), [("error", 1, 1), ("warning", 0, 1), ("off", 0, 0)])
def test_site_sets_the_level_of_a_rule(site: Site, level: str, status: int, strict: int) -> None:
    site.write({**WARNED, "sitegen.yaml": f"checks: {{rules: {{unchecked: {level}}}}}\n"})
    assert site.run("check").status == status
    assert site.run("check", "--strict").status == strict
    assert [found["level"] for found in site.problems()] == ([] if level == "off" else [level])


def test_claim_allows_a_rule_for_a_reason(site: Site) -> None:
    site.write(WARNED)
    assert site.lines() == ["content/tides.yaml:2:3 unchecked"]
    site.write({"content/tides.yaml": CLAIM.replace("verdict: opinion", "allow: [unchecked], why: we shall")})
    assert site.lines() == []


# --- stats


def test_stats_say_what_the_site_holds(site: Site) -> None:
    site.write(
        {
            "content/tides.md": ARTICLE
            + "\nIn 2011 it rose by 70 cm. The tide of 2012 was low.\n\nWho knows of 2013?\n",
            "content/tides.yaml": "claims:\n  rise: {anchor: In 2011 it rose by 70 cm, verdict: opinion, checked: {on: 2023-01-02, by: Ann}}\n"
            "  low:\n    anchor: tide of 2012\n    verdict: unproven\n    checked: 2024-05-01\n    reviewed: {on: 2024-05-02, by: Ben}\n"
            "    evidence: [{source: almanac, stance: context, quote: The moon pulls it}]\n"
            "notes: {day: {anchor: twice a day, kind: definition, note: High water.}}\n",
            "content/sources/almanac.yaml": "title: Almanac\n",
        }
    )
    assert site.run("stats", "--format", "json").json() == {
        "articles": 1,
        "claims": 2,
        "verdicts": {"unproven": 1, "opinion": 1},
        "notes": 1,
        "note kinds": {"definition": 1},
        "sources": 1,
        "sources cited": 1,
        "evidence": 1,
        "stances": {"context": 1},
        "quotes": {"unarchived": 1},
        "anchors": {"exact": 3},
        "reviewed": 1,
        "stale": 1,
        "oldest check": "2023-01-02",
        "newest check": "2024-05-01",
        "checkable sentences without a claim": 1,
        "coverage": 0.667,
    }
    text = site.run("stats").out
    assert "verdicts                             1 unproven, 1 opinion\n" in text
    assert "oldest check                         2023-01-02\n" in text


def test_stats_of_an_empty_site(site: Site) -> None:
    numbers = site.run("stats", "--format", "json").json()
    assert (numbers["articles"], numbers["oldest check"], numbers["coverage"]) == (0, None, None)


# --- schema


def test_schema_writes_a_file_a_kind(site: Site, tmp_path: Path) -> None:
    run = site.run("schema", str(tmp_path / "deep" / "schemas"))
    assert run.status == 0
    assert sorted(path.name for path in (tmp_path / "deep" / "schemas").iterdir()) == [
        f"{name}.schema.json" for name in ("front-matter", "seed", "settings", "sidecar", "source", "theme")
    ]
    assert "# yaml-language-server: $schema=" in run.out


def test_schema_that_cannot_be_written_is_told(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    run = site.run("schema", str(tmp_path / "file"))
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("error: cannot write ")


# --- the world around


def command(*arguments: str, site: Site, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "sitegen", "--site", str(site.root), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminal_that_cannot_show_a_character_ends_nothing(site: Site, encoding: str) -> None:
    site.write({"content/tides.md": "---\ntitel: …日本\n---\n"})
    run = command("check", site=site, PYTHONIOENCODING=encoding)
    assert run.returncode == 1
    assert run.stderr == b""
    assert b"titel: \\u2026\\u65e5\\u672c" in run.stdout


def test_reader_that_has_gone_ends_quietly(site: Site) -> None:
    site.write({f"content/{number}.md": "---\nx: y\n---\n" for number in range(9)})
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [sys.executable, "-m", "sitegen", "--site", str(site.root), "check"],
        stdout=writing,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(writing)
        _, errors = process.communicate()
    assert errors == b""
    assert process.returncode == 1


def test_version_and_help_load_no_command() -> None:
    heavy = "jinja2 markdown_it yaml starlette rapidfuzz rich sitegen.building sitegen.commands"
    script = (
        "import sys\nfrom sitegen.cli import main\ntry:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy.split()} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert run.stdout == f"sitegen {__version__}\n[]\n"


def test_file_that_vanishes_while_it_is_read_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_: DiskFiles, name: str) -> bytes:
        if name == "content/tides.md":
            raise FileNotFoundError(2, "No such file or directory", name)
        return b""

    site.write(GOOD)
    monkeypatch.setattr(DiskFiles, "read", read)
    run = site.run("check")
    assert (run.status, run.out) == (2, "")
    assert run.err == "error: content/tides.md: No such file or directory\n"


# --- whatever the files hold


PIECES = [
    *(
        "claims:\n",
        "  pull:\n",
        "    anchor: ",
        "The moon pulls the water",
        "notes:\n",
        "sources:\n",
        "uncheckable:\n",
        "  - ",
        "- ",
        "{",
        "}",
    ),
    *(
        "evidence:\n",
        "source: almanac",
        "stance: supports",
        "quote: ",
        "verdict: supported",
        "checked: 2024-05-01",
        "said: {seed: x, quote: y}",
    ),
    *(
        "---\n",
        "title: Tides\n",
        "date: 2024-05-01\n",
        "tags: [a, b]\n",
        "slug: ../x\n",
        "aliases: [/, //, a/../../b]\n",
        "image: x.png\n",
    ),
    *(
        "# Tides\n",
        "The moon pulls the water twice a day.\n",
        "[a](b.md#c)",
        "![](x.png)",
        "> ",
        "- [ ] ",
        "| a | b |\n|-|-|\n",
        "$x$",
        "[^1]",
    ),
    *(
        " ",
        "\n",
        "\t",
        "\r",
        ": ",
        "&a ",
        "*a",
        "!!python/name:x ",
        "\0",
        "\ufeff",
        "\u2028",
        "'",
        '"',
        "…",
        "é",
        "e\u0301",
        "日本",
        "😀",
    ),
]
BYTES = st.lists(st.sampled_from(PIECES).map(str.encode) | st.binary(max_size=3), max_size=25).map(b"".join)
NAMES = [
    "content/tides.md",
    "content/tides.yaml",
    "content/sources/almanac.yaml",
    "content/sources/almanac.html",
    "seeds/x.yaml",
    "sitegen.yaml",
]
SOUND = {
    "content/tides.md": ARTICLE.encode(),
    "content/tides.yaml": b"claims:\n  pull:\n    anchor: The moon pulls the water\n    verdict: supported\n"
    b"    evidence:\n      - {source: almanac, stance: supports, quote: the moon pulls it}\n    said: {seed: x, quote: the moon}\n",
    "content/sources/almanac.yaml": b"title: Almanac\n",
    "content/sources/almanac.html": b"<p>They say the moon pulls it.",
    "seeds/x.yaml": b"title: x\n",
    "sitegen.yaml": b"title: x\n",
}


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a sound site, of which one or two were damaged."""
    files = dict(SOUND)
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)):
        content = files[name]
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 20)))
        files[name] = draw(BYTES) if draw(st.booleans()) else content[:start] + draw(BYTES) + content[end:]
    return files


@given(mutated())
@example({**SOUND, "content/tides.md": b"---\nslug: .\n---\n"})
@example({**SOUND, "content/tides.md": b"---\naliases: ['']\n---\n"})
@example(
    {**SOUND, "content/tides.md": b"---\ndate: 0001-01-01\n---\n", "sitegen.yaml": b"timezone: Asia/Tokyo\n"}
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_end_in_a_traceback(site: Site, files: dict[str, bytes]) -> None:
    site.write(files)
    run = site.run("check", "--format", "json", "--coverage", "--drafts")
    assert run.status in {0, 1, 2}
    for found in run.json()["problems"] if run.out else ():
        assert found["line"] >= 1
        assert found["column"] >= 1
        assert (found["end_line"], found["end_column"]) >= (found["line"], found["column"])
    assert site.run("check").status in {0, 1, 2}


@given(mutated())
@example(
    {**SOUND, "content/tides.md": b"---\ndate: 0001-01-01\n---\n", "sitegen.yaml": b"timezone: Asia/Tokyo\n"}
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_end_a_build_that_keeps_going(site: Site, files: dict[str, bytes]) -> None:
    site.write(files)
    assert site.build("--keep-going", "--quiet", "--drafts").status in {0, 1, 2}
