"""The records' classes as JSON Schemas, so that an editor completes and validates what it is given."""

import datetime as dt
import json
import typing

from sitegen.model.records import (
    Duration,
    FrontMatter,
    PartialDate,
    Seed,
    Settings,
    Sidecar,
    Source,
    ThemeSettings,
)
from sitegen.reading.fields import Field, fields_of, is_record, key_of, shorthand_of

Json = dict[str, object]

SCHEMAS: dict[str, type] = {
    "settings": Settings,
    "front-matter": FrontMatter,
    "sidecar": Sidecar,
    "source": Source,
    "seed": Seed,
    "theme": ThemeSettings,
}
"""The files that have a schema, by the schema's name."""

_DATE = r"^\d{4}-\d{2}-\d{2}([T ].*)?$"
_SCALARS: dict[object, Json] = {
    # YAML reads an unquoted 2024 or true as something else than a text; sitegen takes it as written.
    str: {"type": ["string", "number", "boolean"]},
    int: {"type": "integer"},
    bool: {"enum": [True, False, "yes", "no", "on", "off"]},
    dt.date: {"type": "string", "format": "date", "pattern": _DATE},
    PartialDate: {"type": ["string", "integer"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
    Duration: {"type": "string", "pattern": r"^\d+\s*[dwmy]$"},
}
_KEY_PATTERNS = {"kebab": "^[a-z0-9]+(-[a-z0-9]+)*$", "stem": "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"}


def json_schema(name: str) -> str:
    """The JSON Schema (draft 2020-12) of one kind of file, as text."""
    record = SCHEMAS[name]
    definitions: dict[str, Json] = {}
    schema: Json = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"sitegen: {name}",
        "description": _first_line(record),
        **_record_schema(record, definitions),
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _first_line(record: type) -> str:
    return (record.__doc__ or "").strip().split("\n")[0]


def _record_schema(record: type, definitions: dict[str, Json]) -> Json:
    fields = [field for field in fields_of(record) if field.key is None]
    properties = {field.name: _property(field, definitions) for field in fields}
    required = [field.name for field in fields if field.required]
    return {
        "type": ["object", "null"] if not required else "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _property(field: Field, definitions: dict[str, Json]) -> Json:
    schema = _field_schema(field, definitions)
    # A key without a value is as good as none.
    return {"description": field.doc, **(schema if field.required else _or_null(schema))}


def _or_null(schema: Json) -> Json:
    if "enum" in schema:
        return {**schema, "enum": [*typing.cast("list[object]", schema["enum"]), None]}
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return {**schema, "type": list(dict.fromkeys([*types, "null"]))}
    return {"anyOf": [*typing.cast("list[Json]", schema.get("anyOf", [schema])), {"type": "null"}]}


def _field_schema(field: Field, definitions: dict[str, Json]) -> Json:
    if not field.web:
        return _schema(field.type, definitions)
    return {"type": "string", "pattern": "^([A-Za-z][A-Za-z0-9+.-]*:.+|…?)$"}


def _schema(hint: object, definitions: dict[str, Json]) -> Json:
    if hint in _SCALARS:
        return dict(_SCALARS[hint])
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return {"enum": list(typing.get_args(hint))}
    if origin is tuple:
        return _list_schema(typing.get_args(hint)[0], definitions)
    if is_record(hint):
        return _reference(typing.cast("type", hint), definitions)
    _, item = typing.get_args(hint)
    return {"type": "object", "additionalProperties": _schema(item, definitions)}


def _list_schema(item: object, definitions: dict[str, Json]) -> Json:
    inner = _schema(item, definitions)
    key = key_of(item) if isinstance(item, type) and is_record(item) else None
    if key is not None:
        names = {"pattern": _KEY_PATTERNS[key.form]}
        return {"type": "object", "propertyNames": names, "additionalProperties": inner}
    lone = (
        item is str
        or typing.get_origin(item) is typing.Literal
        or (isinstance(item, type) and shorthand_of(item))
    )
    many: Json = {"type": "array", "items": inner}
    return {"anyOf": [many, inner]} if lone else many


def _reference(record: type, definitions: dict[str, Json]) -> Json:
    name = record.__name__
    if name not in definitions:
        definitions[name] = {}
        whole = {"description": _first_line(record), **_record_schema(record, definitions)}
        shorthand = shorthand_of(record)
        if shorthand is not None:
            bare = next(field for field in fields_of(record) if field.name == shorthand)
            whole = {"anyOf": [_schema(bare.type, definitions), whole]}
        definitions[name] = whole
    return {"$ref": f"#/$defs/{name}"}
