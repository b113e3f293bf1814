"""The fields of a record class, as its type hints tell them: the one reading of `model.records`.

`reading.shapes` (validation), `reading.schema` (JSON Schema) and the manual's tables all start from here.
"""

import dataclasses
import functools
import types
import typing
from dataclasses import MISSING, dataclass

from sitegen.model.records import Doc, Key, Web


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its attribute, the name written in YAML, its bare type, and what is said of it."""

    attribute: str
    name: str
    type: object
    doc: str
    required: bool
    default: object
    key: Key | None
    web: bool


@functools.cache
def fields_of(record: type) -> tuple[Field, ...]:
    """All fields of a record class but for the places that it carries."""
    hints = typing.get_type_hints(record, include_extras=True)
    return tuple(
        _field(entry, hints[entry.name]) for entry in dataclasses.fields(record) if entry.name != "at"
    )


def _field(entry: "dataclasses.Field[object]", hint: object) -> Field:
    bare = hint
    marks: tuple[object, ...] = ()
    if typing.get_origin(hint) is typing.Annotated:
        bare, *rest = typing.get_args(hint)
        marks = tuple(rest)
    has_default = entry.default is not MISSING or entry.default_factory is not MISSING
    default = entry.default if entry.default is not MISSING else None
    return Field(
        attribute=entry.name,
        name=entry.name.rstrip("_"),
        type=without_none(bare),
        doc=next((mark.text for mark in marks if isinstance(mark, Doc)), ""),
        required=not has_default,
        default=default,
        key=next((mark for mark in marks if isinstance(mark, Key)), None),
        web=any(isinstance(mark, Web) for mark in marks),
    )


def without_none(hint: object) -> object:
    """`X` of `X | None`; anything else as it is."""
    # A union with a Literal is typing's own, any other is the language's.
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (bare,) = (part for part in typing.get_args(hint) if part is not type(None))
        return typing.cast("object", bare)
    return hint


def key_of(record: type) -> Key | None:
    """How the record's key is formed, where its records stand in a mapping from keys."""
    return next((field.key for field in fields_of(record) if field.key is not None), None)


def shorthand_of(record: type) -> str | None:
    """The field that a bare value stands for, if the record may be written so."""
    return getattr(record, "shorthand", None)


def is_record(hint: object) -> bool:
    """Whether a type is a record class, whose places are told field by field."""
    return (
        isinstance(hint, type)
        and dataclasses.is_dataclass(hint)
        and any(entry.name == "at" for entry in dataclasses.fields(hint))
    )
