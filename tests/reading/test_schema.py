"""The JSON Schemas say what sitegen's own reading says: valid files pass both, broken ones neither."""

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sitegen.judging.rules import RULES
from sitegen.model.places import Problem
from sitegen.reading.article import read_manuscript
from sitegen.reading.nodes import Mapping, Node, Scalar, Sequence, compose
from sitegen.reading.records import read_seed, read_settings, read_sidecar, read_source, read_theme
from sitegen.reading.schema import SCHEMAS, json_schema

TESTS = Path(__file__).parents[1]
EXAMPLES = TESTS / "contract"


def of_front_matter(content: bytes) -> tuple[Problem, ...]:
    return read_manuscript(b"---\n" + content + b"\n---\n", "a.md", "a")[1]


READ: dict[str, Callable[[bytes], tuple[Problem, ...]]] = {
    "settings": lambda content: read_settings(content, "sitegen.yaml", RULES)[1],
    "front-matter": of_front_matter,
    "sidecar": lambda content: read_sidecar(content, "a.yaml", "a")[1],
    "source": lambda content: read_source(content, "content/sources/a.yaml")[1],
    "seed": lambda content: read_seed(content, "seeds/a.yaml")[1],
    "theme": lambda content: read_theme(content, "themes/a/theme.yaml")[1],
}


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(json_schema(name)))


def as_editors_read(node: Node | None) -> Any:  # noqa: ANN401 - JSON has no type
    """A document as an editor hands it to the schema: scalars by the core schema of YAML 1.2."""
    if isinstance(node, Mapping):
        return {key.text: as_editors_read(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [as_editors_read(item) for item in node.items]
    return _scalar(node) if node is not None else None


def _scalar(node: Scalar) -> str | int | float | bool | None:
    if node.quoted:
        return node.text
    if node.text in {"", "~", "null", "true", "false"}:
        return {"true": True, "false": False}.get(node.text)
    if re.fullmatch(r"[-+]?\d+", node.text):
        return int(node.text)
    return float(node.text) if re.fullmatch(r"[-+]?\d*\.\d+", node.text) else node.text


def valid(name: str, text: str) -> bool:
    node, problems = compose(text, "f.yaml")
    assert problems == ()
    return validator(name).is_valid(as_editors_read(node))


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_valid_themselves(name: str) -> None:
    schema = json.loads(json_schema(name))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described(name: str) -> None:
    schema = json.loads(json_schema(name))
    records = [schema, *schema["$defs"].values()]
    for record in records:
        for shape in (record, *record.get("anyOf", ())):
            for field, written in shape.get("properties", {}).items():
                assert written["description"].endswith((".", "?", ")")), field


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_that_are_checked_in_are_those_that_are_written(name: str) -> None:
    kept = TESTS.parent / "docs" / "schemas" / f"{name}.schema.json"
    assert kept.read_text(encoding="utf-8") == json_schema(name)


def test_no_schema_is_left_over() -> None:
    kept = {path.name for path in (TESTS.parent / "docs" / "schemas").iterdir()}
    assert kept == {f"{name}.schema.json" for name in SCHEMAS}


@pytest.mark.parametrize("name", SCHEMAS)
def test_full_example_of_the_contract_is_valid(name: str) -> None:
    text = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    assert READ[name](text.encode()) == ()
    assert valid(name, text)


@pytest.mark.parametrize("name", SCHEMAS)
def test_full_example_uses_every_field(name: str) -> None:
    """But for those that the contract leaves to CSL, and one that sitegen adds."""
    node, _ = compose((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"), "f.yaml")
    assert isinstance(node, Mapping)
    beyond = {"issue", "number", "edition", "place", "issn", "note"} if name in {"source", "seed"} else set()
    if name == "source":
        beyond.add("first_accessed")
    assert {key.text for key, _ in node.pairs} == set(json.loads(json_schema(name))["properties"]) - beyond


VALID = [
    ("sidecar", ""),
    ("sidecar", "claims:\nnotes:\nsources:\nuncheckable:\n"),
    ("sidecar", "claims: {a: {anchor: x}}"),
    ("sidecar", "claims: {2024: {anchor: 2024, verdict: 12, checked: 2024-05-01}}"),
    (
        "sidecar",
        "claims: {a: {anchor: x, verdict: , kind: , evidence: , checked: , said: , direct: }}".replace(
            ", direct: ", ""
        ),
    ),
    ("sidecar", "claims: {a: {anchor: {quote: x, prefix: y, block: z}, claimant: Ann}}"),
    ("sidecar", "claims: {a: {anchor: x, evidence: [{source: 2024, stance: context, direct: no}]}}"),
    ("sidecar", "claims: {a: {anchor: x, allow: unchecked, why: y}}"),
    ("sidecar", "claims: {a: {anchor: x, allow: [unchecked], why: y}}"),
    ("source", "title: 2024"),
    ("source", "{title: a, issued: 2024}"),
    ("source", "{title: a, issued: '2024-05', authors: Ann, volume: 12}"),
    ("source", "{title: a, accessed: 2024-05-01T10:00:00Z}"),
    ("settings", ""),
    ("settings", "verdicts: {supported: Borne out}"),
    ("settings", "checks: {rules: {unchecked: off, coverage: warning}}"),
    ("front-matter", ""),
    ("front-matter", "{tags: sea, authors: Ann, draft: yes, aliases: }"),
    ("theme", ""),
]


@pytest.mark.parametrize(("name", "text"), VALID)
def test_what_sitegen_reads_the_schema_accepts(name: str, text: str) -> None:
    assert READ[name](text.encode()) == ()
    assert valid(name, text)


BROKEN = [
    ("sidecar", "[]"),
    ("sidecar", "clams: {}"),
    ("sidecar", "claims: []"),
    ("sidecar", "claims: {a: {}}"),
    ("sidecar", "claims: {a: {anchor: }}"),
    ("sidecar", "claims: {Bad_Id: {anchor: x}}"),
    ("sidecar", "claims: {a: {anchor: x, verdikt: y}}"),
    ("sidecar", "claims: {a: {anchor: x, kind: y}}"),
    ("sidecar", "claims: {a: {anchor: {quot: x}}}"),
    ("sidecar", "claims: {a: {anchor: [x]}}"),
    ("sidecar", "claims: {a: {anchor: x, checked: yesterday}}"),
    ("sidecar", "claims: {a: {anchor: x, checked: {by: Ann}}}"),
    ("sidecar", "claims: {a: {anchor: x, review_by: 2024}}"),
    ("sidecar", "claims: {a: {anchor: x, evidence: {source: y, stance: context}}}"),
    ("sidecar", "claims: {a: {anchor: x, evidence: [{source: y}]}}"),
    ("sidecar", "claims: {a: {anchor: x, evidence: [{source: y, stance: proves}]}}"),
    ("sidecar", "claims: {a: {anchor: x, evidence: [{source: y, stance: context, direct: maybe}]}}"),
    ("sidecar", "notes: {a: {anchor: x}}"),
    ("sidecar", "notes: {a: {anchor: x, note: y, kind: z}}"),
    ("sidecar", "sources: {a: {publisher: x}}"),
    ("sidecar", "sources: {-a: {title: x}}"),
    ("sidecar", "uncheckable: [{anchor: x}]"),
    ("source", ""),
    ("source", "publisher: a"),
    ("source", "{title: a, type: reprot}"),
    ("source", "{title: a, issued: May 2024}"),
    ("source", "{title: a, link: broken}"),
    ("source", "{title: a, snapshot: a.txt}"),
    ("source", "{title: a, snapshot: {coverage: half}}"),
    ("seed", "title: "),
    ("seed", "{title: a, length: long}"),
    ("settings", "titel: a"),
    ("settings", "title: [a]"),
    ("settings", "checks: {stale_after: 365}"),
    ("settings", "checks: {rules: {unchecked: fatal}}"),
    ("settings", "publish: {targets: {a: {kind: ftp}}}"),
    ("settings", "publish: {targets: {a: {remote: b}}}"),
    ("front-matter", "titel: a"),
    ("front-matter", "date: soon"),
    ("front-matter", "weight: heavy"),
    ("front-matter", "tags: {a: b}"),
    ("theme", "extend: default"),
]


@pytest.mark.parametrize(("name", "text"), BROKEN)
def test_what_sitegen_refuses_the_schema_refuses(name: str, text: str) -> None:
    assert READ[name](text.encode()) != ()
    assert not valid(name, text)


def test_sidecars_and_sources_of_the_repository_are_valid() -> None:
    content = TESTS.parent / "content"
    sources = sorted((content / "sources").glob("*.yaml"))
    sidecars = sorted(path for path in content.rglob("*.yaml") if path not in sources)
    assert sources
    assert sidecars
    for name, paths in (("source", sources), ("sidecar", sidecars)):
        check = validator(name)
        for path in paths:
            node, _ = compose(path.read_text(encoding="utf-8"), path.name)
            assert check.is_valid(as_editors_read(node)), path.name


def test_dates_are_what_the_schema_calls_dates() -> None:
    check = validator("source")
    for day in (dt.date(1, 1, 1), dt.date(2024, 2, 29), dt.date(9999, 12, 31)):
        assert check.is_valid({"title": "a", "accessed": day.isoformat()})
