"""Nodes to records: each value is read as its field's type wants it, and every mistake is reported at its place.

A record class is compiled once into a table of readers. A value that cannot be read leaves its field at the
default; a record whose required field is missing or unreadable is left out.
"""

import datetime as dt
import functools
import re
import typing
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sitegen.model.places import Place, Places, Problem, Span
from sitegen.model.records import Duration, PartialDate
from sitegen.reading.fields import Field, fields_of, is_record, key_of, shorthand_of
from sitegen.reading.nodes import Mapping, Node, Scalar, Sequence

_ID_FORMS = {
    "kebab": (re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"), "write it in kebab-case, as in missile-origin"),
    "stem": (
        re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"),
        "use letters, digits, hyphens, dots and underscores",
    ),
}
_PARTIAL_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
_WEB = re.compile(
    r"(?!(?:javascript|data|vbscript|file|blob|about):)[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+", re.IGNORECASE
)
_LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s]*@")
_TO_FILL_IN = frozenset({"", "…", "..."})
"""What may stand for an address that is still to be filled in."""

_DURATION = re.compile(r"(\d+)\s*([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Reporter:
    """Collects the problems of one file; knows which article and claim they concern."""

    def __init__(self, file: str, article: str = "") -> None:
        self.file = file
        self.article = article
        self.claim = ""
        self.problems: list[Problem] = []

    def add(self, rule: str, message: str, span: Span, hint: str = "") -> None:
        """Note a problem at a span of the file."""
        place = Place(self.file, *span)
        self.problems.append(Problem(rule, message, place, hint, self.article, self.claim))


class _Unreadable:
    """Stands for a value whose problem has been reported."""


UNREADABLE = _Unreadable()
_Reader = Callable[[Node, Reporter], object]


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or lists what is known."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and needed for mistakes alone

    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6) or [
        name for name in names if name.casefold() == word.casefold()
    ]
    if close:
        return f'did you mean "{close[0]}"?'
    return f"known here: {', '.join(names)}" if len(names) <= 40 else ""


def id_hint(form: str, identifier: str) -> str:
    """What to do about an id that is not formed as its kind wants it; empty where it is."""
    pattern, hint = _ID_FORMS[form]
    return "" if pattern.fullmatch(identifier) else hint


Record = typing.TypeVar("Record")


def read_record(
    record: type[Record], node: Node | None, report: Reporter, *, key: str = "", span: Span | None = None
) -> Record | None:
    """Read one record from a node.

    An empty document reads as a record with nothing in it. `key` is the record's id where it comes from outside
    the node (a file's stem); `span` is the place of that key. None is returned where a required field is missing.
    """
    if node is None or (isinstance(node, Scalar) and not node.text and not node.quoted):
        node = Mapping((), span or (1, 1, 1, 1))
    value = _record_reader(typing.cast("type", record))(node, report, key, span)
    return None if value is UNREADABLE else typing.cast("Record", value)


@functools.cache
def _record_reader(record: type) -> Callable[[Node, Reporter, str, Span | None], object]:
    table = {field.name: _Column.of(field) for field in fields_of(record) if field.key is None}
    required = tuple(field for field in fields_of(record) if field.required and field.key is None)
    key_field = next((field for field in fields_of(record) if field.key is not None), None)
    shorthand = shorthand_of(record)
    noun = _noun(record)

    def read(node: Node, report: Reporter, key: str, span: Span | None) -> object:
        if isinstance(node, Scalar) and shorthand is not None:
            node = Mapping(((Scalar(shorthand, quoted=False, span=node.span), node),), node.span)
        if not isinstance(node, Mapping):
            message = f"{noun} must be a mapping, with a line for each field"
            report.add("field-type", message, span or node.span)
            return UNREADABLE
        values: dict[str, object] = {}
        spans: dict[str, Span] = {"": span or node.span}
        _read_fields(node, report, table, (values, spans))
        if _missing(required, values, report, (spans[""], noun, key)):
            return UNREADABLE
        if key_field is not None:
            values[key_field.attribute] = key
        return record(**values, at=Places(report.file, spans))

    return read


def _noun(record: type) -> str:
    """What a record is called in messages: `front matter`, `markdown settings`, `source`."""
    return re.sub(r"\B([A-Z])", r" \1", record.__name__).lower().removesuffix(" setting")


class _Column(NamedTuple):
    """How a field is read: `first` names the place of a bare value that stands for a list of one, if it may."""

    attribute: str
    read: _Reader
    required: bool
    first: str
    is_record: bool

    @classmethod
    def of(cls, field: Field) -> "_Column":
        return cls(
            field.attribute,
            _address if field.web else _reader(field.type),
            field.required,
            f"{field.name}.0" if typing.get_origin(field.type) is tuple else "",
            is_record(field.type),
        )


def _read_fields(
    node: Mapping,
    report: Reporter,
    table: dict[str, _Column],
    into: tuple[dict[str, object], dict[str, Span]],
) -> None:
    values, spans = into
    for key, value in node.pairs:
        name = key.text
        column = table.get(name)
        if column is None:
            report.add("field-unknown", f'unknown field "{name}"', key.span, nearest(name, table))
            continue
        if isinstance(value, Scalar):
            if not value.text and not value.quoted:
                spans[name] = key.span
                continue
            spans[name] = value.span
            if column.first:
                spans[column.first] = value.span
        else:
            spans[name] = value.span
            _note_inner(name, value, column, spans)
        read = column.read(value, report)
        if read is not UNREADABLE:
            values[column.attribute] = read
        elif column.required:
            values[column.attribute] = UNREADABLE


def _note_inner(name: str, value: Sequence | Mapping, column: _Column, spans: dict[str, Span]) -> None:
    """Note where the items of a list stand, and the keys of a mapping that is no record."""
    if isinstance(value, Sequence):
        for index, item in enumerate(value.items):
            spans[f"{name}.{index}"] = item.span
    elif not column.is_record:
        for key, _ in value.pairs:
            spans[f"{name}.{key.text}"] = key.span


def _missing(
    required: Iterable[Field], values: dict[str, object], report: Reporter, of: tuple[Span, str, str]
) -> bool:
    """Report the required fields that are absent; say whether the record cannot stand."""
    span, noun, key = of
    lacking = False
    for field in required:
        value = values.get(field.attribute)
        if field.attribute not in values or value == "":
            named = f'{noun} "{key}"' if key else noun
            report.add("field-type", f'{named} lacks "{field.name}": {field.doc}', span)
            lacking = True
        elif value is UNREADABLE:
            lacking = True
    return lacking


@functools.cache
def _reader(hint: object) -> _Reader:
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return _choice_reader(typing.get_args(hint))
    if origin is tuple:
        (item, _) = typing.get_args(hint)
        return (
            _keyed_reader(item)
            if isinstance(item, type) and is_record(item) and key_of(item)
            else _list_reader(item)
        )
    if is_record(hint):
        reader = _record_reader(typing.cast("type", hint))
        return lambda node, report: reader(node, report, "", None)
    _, item = typing.get_args(hint)
    return _mapping_reader(_reader(item))


def _text(node: Node, report: Reporter) -> object:
    if isinstance(node, Scalar):
        text = node.text.strip("\n") if node.quoted else node.text
        if text.isprintable():
            return text
        control = _CONTROL.search(text)
        if control is not None:
            report.add(
                "field-type",
                f"a control character (U+{ord(control[0]):04X}) in a text",
                node.span,
                "take it out",
            )
            return UNREADABLE
        return text
    report.add("field-type", "a text is expected here", node.span, "quote it if it begins with [ or {")
    return UNREADABLE


def _address(node: Node, report: Reporter) -> object:
    """Only addresses that a reader can follow safely: with a scheme, and none that runs or reads something here."""
    text = _text(node, report)
    if not isinstance(text, str) or text in _TO_FILL_IN:
        return text if text is UNREADABLE else ""
    if not _WEB.fullmatch(text):
        return _refuse(node, report, "an address on the web", "write it as https://example.org/page")
    if _LOGIN.match(text):
        message = "this address holds a name or password, and every page would show it"
        report.add("field-type", message, node.span, "write it as https://example.org/page")
        return UNREADABLE
    return text


def _number(node: Node, report: Reporter) -> object:
    if isinstance(node, Scalar) and re.fullmatch(r"[+-]?\d{1,15}", node.text):
        return int(node.text)
    return _refuse(node, report, "a whole number")


def _truth(node: Node, report: Reporter) -> object:
    value = _BOOLEANS.get(node.text.lower()) if isinstance(node, Scalar) else None
    return value if value is not None else _refuse(node, report, "true or false")


def _date(node: Node, report: Reporter) -> object:
    if isinstance(node, Scalar):
        try:
            return (
                dt.date.fromisoformat(node.text)
                if len(node.text) == 10
                else dt.datetime.fromisoformat(node.text).date()
            )
        except ValueError:
            pass
    return _refuse(node, report, "a date", "write it as 2024-05-01")


def _partial_date(node: Node, report: Reporter) -> object:
    if isinstance(node, Scalar) and _PARTIAL_DATE.fullmatch(node.text):
        date = PartialDate(node.text)
        try:
            date.first_day()
        except ValueError:
            return _refuse(node, report, "a date", "write it as 2024, 2024-05 or 2024-05-01")
        return date
    return _refuse(node, report, "a date", "write it as 2024, 2024-05 or 2024-05-01")


def _duration(node: Node, report: Reporter) -> object:
    match = _DURATION.fullmatch(node.text) if isinstance(node, Scalar) else None
    if match is None:
        return _refuse(node, report, "a length of time", "write it as 365d, 12w, 6m or 1y")
    return Duration(int(match[1]) * _DAYS[match[2]])


def _refuse(node: Node, report: Reporter, wanted: str, hint: str = "") -> object:
    written = f'"{node.text}"' if isinstance(node, Scalar) else "this"
    report.add("field-type", f"{written} is not {wanted}", node.span, hint)
    return UNREADABLE


_SCALARS: dict[object, _Reader] = {
    str: _text,
    int: _number,
    bool: _truth,
    dt.date: _date,
    PartialDate: _partial_date,
    Duration: _duration,
}


def _choice_reader(choices: tuple[str, ...]) -> _Reader:
    def read(node: Node, report: Reporter) -> object:
        if isinstance(node, Scalar) and node.text in choices:
            return node.text
        written = node.text if isinstance(node, Scalar) else "this"
        return _refuse(
            node,
            report,
            f"one of {', '.join(choices)}" if len(choices) < 9 else "known here",
            nearest(written, choices),
        )

    return read


def _list_reader(item: object) -> _Reader:
    reader = _reader(item)
    lone = item is str or (isinstance(item, type) and shorthand_of(item) is not None)

    def read(node: Node, report: Reporter) -> object:
        if isinstance(node, Scalar) and (lone or typing.get_origin(item) is typing.Literal):
            node = Sequence((node,), node.span)
        if not isinstance(node, Sequence):
            report.add(
                "field-type", "a list is expected here", node.span, "begin each item with a hyphen: - …"
            )
            return UNREADABLE
        values = (reader(entry, report) for entry in node.items)
        return tuple(value for value in values if value is not UNREADABLE)

    return read


def _keyed_reader(item: type) -> _Reader:
    reader = _record_reader(item)
    key = key_of(item)
    form = key.form if key is not None else "stem"
    tells_claim = item.__name__ == "Claim"

    def read(node: Node, report: Reporter) -> object:
        if not isinstance(node, Mapping):
            report.add(
                "field-type",
                "a mapping from ids is expected here",
                node.span,
                "write each id as a key: my-id:",
            )
            return UNREADABLE
        records = []
        for name, value in node.pairs:
            if hint := id_hint(form, name.text):
                report.add("field-type", f'"{name.text}" is not an id', name.span, hint)
            report.claim = name.text if tells_claim else ""
            record = reader(value, report, name.text, name.span)
            report.claim = ""
            # What has no id that a page can carry has no place on one.
            if record is not UNREADABLE and not (hint and form == "kebab"):
                records.append(record)
        return tuple(records)

    return read


def _mapping_reader(reader: _Reader) -> _Reader:
    def read(node: Node, report: Reporter) -> object:
        if not isinstance(node, Mapping):
            report.add("field-type", "a mapping is expected here", node.span)
            return UNREADABLE
        values = {name.text: reader(value, report) for name, value in node.pairs}
        return {name: value for name, value in values.items() if value is not UNREADABLE}

    return read
