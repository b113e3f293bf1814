"""The documentation: complete, with links that lead somewhere and examples that run."""

import argparse
import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from ports import free_ports

from sitegen.building.build import write_pages
from sitegen.building.check import Checked, check
from sitegen.building.files import SETTINGS, MemoryFiles
from sitegen.building.holdings import read_site_settings
from sitegen.cli import _parser
from sitegen.judging.canonical import flatten
from sitegen.judging.quotes import CopyText, check_quote
from sitegen.judging.rules import RULES
from sitegen.judging.verdicts import DEFAULT_SCALE
from sitegen.model.files import File
from sitegen.model.records import MarkdownSettings, Settings
from sitegen.reading.field_tables import FILES, field_tables
from sitegen.reading.fields import fields_of, is_record
from sitegen.reading.markdown import Parsed, parse
from sitegen.reading.nodes import compose
from sitegen.reading.schema import SCHEMAS, json_schema
from sitegen.report import json_report
from sitegen.writing.render import render

ROOT = Path(__file__).parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "docs" / "publishing").glob("*.md"),
    )
}
README = PAGES["README.md"]
DAY = dt.date(2024, 7, 1)
"""The day on which the examples are read: none of their dates is in the future, and no check is stale."""

PARSED: Mapping[str, Parsed] = {name: parse(text, MarkdownSettings()) for name, text in PAGES.items()}


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: the language, the words after it, and what stands in it."""

    page: str
    line: int
    language: str
    words: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    def value(self, name: str) -> str | None:
        """The value of `name=…` after the language; quotation marks around it may hold spaces."""
        found = re.search(rf'(?:^|\s){name}=(?:"([^"]*)"|(\S+))', self.words)
        return None if found is None else found[1] or found[2]


def blocks(page: str) -> Iterator[Block]:
    # CommonMark alone, as whoever reads the manual elsewhere sees it.
    for token in MarkdownIt("commonmark").parse(PAGES[page]):
        if token.type == "fence":
            language, _, words = token.info.strip().partition(" ")
            yield Block(page, (token.map or [0])[0] + 1, language, words, token.content)


BLOCKS = [block for page in PAGES for block in blocks(page)]


# --- complete


def section(page: str, heading: str) -> str:
    """What stands under a heading of level two."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGES[page], re.DOTALL | re.MULTILINE)
    assert found is not None, f'{page} has no section "{heading}"'
    return found[1]


def commands() -> dict[str, argparse.ArgumentParser]:
    choices = next(
        action.choices
        for action in _parser()._actions  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001
    )
    return dict(choices)


def options(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions for name in action.option_strings if name.startswith("--")}  # noqa: SLF001


@pytest.mark.parametrize("command", commands())
def test_every_command_and_option_is_described(command: str) -> None:
    text = section("docs/commands.md", f"sitegen {command}")
    described = {found[1] for found in re.finditer(r"^\| `(--[a-z-]+)", text, re.MULTILINE)}
    assert described == options(commands()[command]) - {"--help"}


def test_options_before_the_command_are_described() -> None:
    head = PAGES["docs/commands.md"].partition("\n## ")[0]
    assert [option for option in options(_parser()) if f"`{option}" not in head] == []


def test_no_command_is_described_that_does_not_exist() -> None:
    described = re.findall(r"^## sitegen (\w+)$", PAGES["docs/commands.md"], re.MULTILINE)
    assert sorted(described) == sorted(commands())


def test_every_choice_of_an_option_is_described() -> None:
    for command, parser in commands().items():
        text = section("docs/commands.md", f"sitegen {command}")
        for action in parser._actions:  # noqa: SLF001
            assert [choice for choice in action.choices or () if f"`{choice}`" not in text] == [], command


def test_every_rule_is_described_with_its_level() -> None:
    rows = dict(
        re.findall(r"^\| `([a-z-]+)` \| (error|warning|off) \|", PAGES["docs/checking.md"], re.MULTILINE)
    )
    assert rows == {name: rule.level for name, rule in RULES.items()}


def test_number_of_rules_in_the_changelog() -> None:
    assert f"{len(RULES)} rules" in PAGES["CHANGELOG.md"]


def test_every_verdict_is_described() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| ([^|]+) \| (\d|none) \| ([^|]+) \|", PAGES["docs/verdicts.md"], re.MULTILINE
    )
    assert rows == [
        (verdict.id, verdict.label, str(verdict.rating or "none"), verdict.explanation)
        for verdict in DEFAULT_SCALE
    ]


def keys_of(record: type, prefix: str = "") -> Iterator[str]:
    for field in fields_of(record):
        yield prefix + field.name
        if isinstance(field.type, type) and is_record(field.type) and field.name != "author":
            yield from keys_of(field.type, f"{prefix}{field.name}.")


def test_every_setting_is_described() -> None:
    text = PAGES["docs/configuration.md"]
    inner = {"markdown", "checks"}  # described key by key
    assert [key for key in keys_of(Settings) if key not in inner and f"`{key}`" not in text] == []


def test_every_dependency_is_described() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.split(r"[<>=\[ ]", entry)[0] for entry in wanted if not entry.startswith("types-")]
    assert [name for name in names if name.lower() not in PAGES["docs/dependencies.md"].lower()] == []


def test_fields_are_the_ones_that_are_read() -> None:
    assert set(FILES) == set(SCHEMAS)
    assert PAGES["docs/fields.md"] == field_tables(), (
        "docs/fields.md is out of date: python -m sitegen.reading.field_tables > docs/fields.md"
    )


def test_schemas_in_the_manual_are_the_ones_that_are_written() -> None:
    stale = [
        path.name
        for path in (ROOT / "docs" / "schemas").glob("*.json")
        if path.read_text(encoding="utf-8") != json_schema(path.name.removesuffix(".schema.json"))
    ]
    assert stale == [], "they are out of date: sitegen schema docs/schemas"


def test_every_field_means_something() -> None:
    rows = re.findall(r"^\| .* \|$", PAGES["docs/fields.md"], re.MULTILINE)
    assert [row for row in rows if row.endswith("|  |")] == []


def test_what_the_site_quotes_of_the_manual_stands_in_the_manual() -> None:
    manual = CopyText(
        " ".join(" ".join(flatten(page.tokens).canonical.text.split()) for page in PARSED.values())
    )
    copy = (ROOT / "content" / "sources" / "sitegen-manual.txt").read_text(encoding="utf-8")
    quoted = [line for line in copy.split("\n") if line.strip()]
    assert quoted
    assert [line for line in quoted if not check_quote(line, manual).verified] == []


# --- links


def links(page: str) -> Iterator[str]:
    for token in PARSED[page].tokens:
        for child in token.children or ():
            target = child.attrs.get("href") or child.attrs.get("src")
            if target is not None:
                yield str(target)


def fragments(page: str) -> set[str]:
    return {heading.id for heading in PARSED[page].headings}


@pytest.mark.parametrize("page", PAGES)
def test_internal_links_lead_somewhere(page: str) -> None:
    lost = []
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (ROOT / page).parent / unquote(parts.path) if parts.path else ROOT / page
        name = target.resolve().relative_to(ROOT).as_posix()
        if not target.is_file() or (parts.fragment and parts.fragment not in fragments(name)):
            lost.append(link)
    assert lost == []


def test_every_page_of_the_manual_is_linked_from_the_readme() -> None:
    linked = {unquote(urlsplit(link).path) for link in links("README.md")}
    # A folder of the manual has an index of its own.
    index = "docs/publishing/index.md"
    linked |= {f"docs/publishing/{unquote(urlsplit(link).path)}" for link in links(index)}
    assert [page for page in PAGES if page not in linked and page != "README.md"] == []


@pytest.mark.parametrize("page", PAGES)
def test_targets_of_make_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    inline = [
        child.content
        for token in PARSED[page].tokens
        for child in token.children or ()
        if child.type == "code_inline"
    ]
    code = "\n".join([*inline, *(block.text for block in blocks(page))])
    named = set(re.findall(r"^ *make ([a-z]+)", code, re.MULTILINE))
    assert named - targets == set()


def test_files_named_in_the_architecture_exist() -> None:
    named = re.findall(r"`(sitegen/[\w/.]+)`", PAGES["docs/architecture.md"])
    assert [name for name in named if "NAME" not in name and not (ROOT / name).exists()] == []


# --- examples


def example_site(page: str) -> dict[str, bytes]:
    """The files that the blocks of a page make up."""
    files = {SETTINGS: b""}
    for block in blocks(page):
        name = block.value("file")
        if name is not None:
            assert name not in files or name == SETTINGS, f"{block}: {name} stands there twice"
            files[name] = block.text.encode()
    return files


def read_site(files: Mapping[str, bytes]) -> Checked:
    site = MemoryFiles(files)
    settings, found = read_site_settings(site)
    return check(site, settings, DAY, found=found)


EXAMPLE_PAGES = sorted({block.page for block in BLOCKS if block.value("file")})


@pytest.mark.parametrize("page", EXAMPLE_PAGES)
def test_example_files_are_read_without_a_problem(page: str) -> None:
    checked = read_site(example_site(page))
    assert [f"{graded.problem.place}: {graded.problem.message}" for graded in checked.problems] == []
    assert checked.tally.anchors.keys() <= {"exact", "folded"}


@pytest.mark.parametrize("page", EXAMPLE_PAGES)
def test_example_sites_can_be_built(page: str) -> None:
    files = MemoryFiles(example_site(page))
    made: list[File] = []
    write_pages(read_site(files.contents), made.append)
    assert any(made_page.path == "index.html" for made_page in made)


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.value("renders")], ids=str)
def test_markdown_examples_render(block: Block) -> None:
    parsed = parse(block.text, MarkdownSettings())
    html = render(parsed.tokens, parsed.env)
    assert str(block.value("renders")) in html
    assert parsed.problems == ()


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "yaml"], ids=str)
def test_yaml_is_yaml(block: Block) -> None:
    assert compose(block.text, str(block))[1] == ()


def shape(value: object) -> object:
    """A JSON value with its keys kept, and each plain value replaced by whether it is one."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "value"


def json_block(kind: str) -> object:
    return json.loads(
        next(block.text for block in BLOCKS if block.language == "json" and block.words == kind)
    )


def test_report_in_the_manual_is_the_one_that_is_printed() -> None:
    files = example_site("docs/checking.md")
    files["content/levy.yaml"] = files["content/levy.yaml"].replace(
        b"is doubled from July", b"was doubled from July"
    )
    checked = read_site(files)
    assert json.loads(json_report(checked.problems, checked.summing)) == json_block("check-report")


def test_record_of_a_claim_in_the_manual_has_the_fields_of_a_real_one() -> None:
    files = MemoryFiles(example_site("docs/authoring.md"))
    made: list[File] = []
    write_pages(read_site(files.contents), made.append)
    records = json.loads(next(page.content for page in made if page.path == "claims.json"))
    described = json_block("claims-record")
    assert isinstance(described, dict)
    for record in records:
        assert list(record) == list(described)
        for name in ("anchor", "claimant", "said", "checked", "evidence"):
            if record[name]:
                assert shape(record[name]) == shape(described[name]), name


# --- tours

SERVED_AT = "8123"
"""The port that the manual serves a page on; here it is any that is free."""


def without_likeness(text: str) -> str:
    """Printed text, less the likeness of a proposal: tuning it does not make the tour wrong."""
    return re.sub(r"(?<=[( ])0\.\d\d(?=\))", "0.00", text).rstrip()


@pytest.fixture
def free_port() -> int:
    return free_ports(1)[0]


@pytest.mark.parametrize("page", ["README.md", "docs/session.md"])
def test_tours_print_what_they_say(page: str, tmp_path: Path, free_port: int) -> None:
    here = tmp_path / "here"
    here.write_text(f"{tmp_path}\n", encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TMPDIR": str(tmp_path),
        "HERE": str(here),
        "PYTHONUNBUFFERED": "1",
    }
    printed = ""
    steps = 0
    try:
        for block in blocks(page):
            if block.words.split()[:1] == ["tour"]:
                text = block.text.replace(SERVED_AT, str(free_port))
                done = subprocess.run(
                    ["bash", "-c", f'cd "$(cat "$HERE")"\ntrap \'pwd > "$HERE"\' EXIT\nset -e\n{text}'],
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                    timeout=30,
                )
                printed = done.stdout.replace(str(free_port), SERVED_AT)
                steps += 1
                assert done.returncode == int(block.value("exit") or 0), f"{block}:\n{printed}"
            elif block.words == "output":
                assert without_likeness(printed) == without_likeness(block.text), str(block)
    finally:
        for server in tmp_path.rglob("server.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(server.read_text()), signal.SIGTERM)
    assert steps > 5


def test_no_block_has_words_that_nothing_reads() -> None:
    known = re.compile(r'|file=\S+|renders="[^"]+"|tour( exit=\d)?|output|check-report|claims-record')
    assert [f"{block}: {block.words}" for block in BLOCKS if not known.fullmatch(block.words)] == []
