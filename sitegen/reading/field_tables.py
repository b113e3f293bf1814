"""The records' classes as tables for people: `docs/fields.md` is exactly what this module writes."""

import datetime as dt
import re
import sys
import typing
from collections.abc import Iterable, Iterator

from sitegen.model.records import Duration, PartialDate
from sitegen.reading.fields import Field, fields_of, is_record, key_of, shorthand_of
from sitegen.reading.schema import SCHEMAS

FILES = {
    "settings": "The settings: `sitegen.yaml`",
    "front-matter": "Front matter: the head of an article",
    "source": "A source record: `content/sources/ID.yaml`",
    "sidecar": "The sidecar: `content/NAME.yaml`",
    "seed": "A seed record: `seeds/ID.yaml`",
    "theme": "A theme's own file: `theme.yaml`",
}
"""The heading of each kind of file, by the name of its schema, in the order of the page."""

MOST_CHOICES = 9
"""Choices that a table's cell may list; more stand under the table."""

INTRODUCTION = """\
# Every field of every file

This page is generated from the definitions that sitegen reads files with, so it cannot disagree with them. To write
it anew: `python -m sitegen.reading.field_tables > docs/fields.md`.

How values are written:

- A **text** needs no quotation marks unless YAML gives one of its characters a meaning. What is written is what is
  read: `no`, `on` and `2024` stay texts in a field for text.
- A **date** is `2024-05-29`, with or without quotation marks. A **date, month or year** may also be `2024-05` or
  `2024`.
- A **length of time** is `365d`, `12w`, `6m` (30 days each) or `1y` (365 days).
- **True or false** may also be written `yes` or `no`, `on` or `off`.
- Where **a list** of texts is expected, a single text will do.
- Records **by id** are a mapping: each id is a key, and the record's fields stand under it.
- An unknown field is an error, and the message names the nearest known one.

The same definitions as JSON Schemas, for editors, are what [`sitegen schema`](commands.md#sitegen-schema) writes.
"""

_TYPES: dict[object, str] = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    dt.date: "date",
    PartialDate: "date, month or year",
    Duration: "length of time",
}
_KEYS = {
    "kebab": "small letters, digits and hyphens",
    "stem": "letters, digits, hyphens, dots and underscores",
}


def field_tables() -> str:
    """Give the whole page, as Markdown."""
    shown: set[type] = set()
    parts = [INTRODUCTION]
    for name, heading in FILES.items():
        parts.append(f"## {heading}\n")
        for inner in _records_in(SCHEMAS[name]):
            if inner not in shown:
                shown.add(inner)
                parts.append(_section(inner))
    return "\n".join(parts)


def _records_in(record: type) -> Iterator[type]:
    """Give a record class and all that its fields lead to, in the order in which a reader meets them."""
    yield record
    for field in fields_of(record):
        for inner in _records_of(field.type):
            yield from _records_in(inner)


def _records_of(hint: object) -> tuple[type, ...]:
    if is_record(hint):
        return (typing.cast("type", hint),)
    return tuple(inner for part in typing.get_args(hint) for inner in _records_of(part))


def _section(record: type) -> str:
    fields = fields_of(record)
    lines = [f"### {_title(record)}", "", " ".join((record.__doc__ or "").split())]
    shorthand = shorthand_of(record)
    if shorthand is not None:
        lines[-1] += f" May be written as a bare value, which then is its `{shorthand}`."
    lines += ["", "| Field | Value | If absent | Meaning |", "|---|---|---|---|", *map(_row, fields)]
    for field in fields:
        choices = _choices(field.type)
        if len(choices) > MOST_CHOICES:
            lines += ["", f"Values of `{field.name}`: {_listed(choices, 'and')}."]
    return "\n".join([*lines, ""])


def _title(record: type) -> str:
    """Put a class's name in words: `CheckSettings` is "Check settings"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", record.__name__).capitalize()


def _row(field: Field) -> str:
    name = f"`{field.name}`" if field.key is None else f"the key (`{field.name}`)"
    kind = _words(field.type) if field.key is None else _KEYS[field.key.form]
    cells = (name, kind, _absent(field), field.doc)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _words(hint: object) -> str:
    """Put a type in plain words."""
    if hint in _TYPES:
        return _TYPES[hint]
    choices = _choices(hint)
    if choices:
        return "one of those below" if len(choices) > MOST_CHOICES else _listed(choices, "or")
    if is_record(hint):
        return _link(typing.cast("type", hint))
    if typing.get_origin(hint) is tuple:
        return _list_words(typing.get_args(hint)[0])
    key, value = typing.get_args(hint)
    return f"mapping from {_words(key)} to {_words(value)}"


def _list_words(item: object) -> str:
    if isinstance(item, type) and is_record(item):
        link = _link(item)
        return f"{link} records by id" if key_of(item) is not None else f"list of {link} records"
    return "list of texts" if item is str else f"list of {_words(item)}"


def _choices(hint: object) -> tuple[str, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()


def _listed(words: Iterable[str], conjunction: str) -> str:
    quoted = [f"`{word}`" for word in words]
    return f"{', '.join(quoted[:-1])} {conjunction} {quoted[-1]}" if len(quoted) > 1 else quoted[0]


def _link(record: type) -> str:
    title = _title(record)
    return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"


def _absent(field: Field) -> str:
    """Tell what holds where the field is not written."""
    default = field.default
    if field.required:
        return "required"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, Duration):
        return f"`{default.days}d`"
    if is_record(type(default)):
        return "the values below"
    return f"`{default}`" if isinstance(default, str | int) and default != "" else "–"


if __name__ == "__main__":
    sys.stdout.write(field_tables())
