"""Changing single values of a YAML file and nothing else of it: comments, order, quoting and line ends stay."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sitegen.model.places import Span
from sitegen.reading.nodes import Mapping, Node, Scalar, compose

_KEY = re.compile(r"\s*(?:- )*\s*[\"']?([^\"':#]+)[\"']?\s*:")


@dataclass(frozen=True, slots=True)
class Amendment:
    """A new value for the scalar at a span, or with `key` a new line `key: value` after the field that holds it."""

    span: Span
    value: str
    key: str = ""


class AmendError(ValueError):
    """A file that cannot be amended without touching more than was asked for."""


def amend(text: str, amendments: tuple[Amendment, ...]) -> str:
    """A file's text with some of its scalars replaced.

    `text` is the whole file as it is, with its own line ends. Raises `AmendError` where the result would not read
    as the same file with those values changed.
    """
    spans = [amendment.span for amendment in amendments if not amendment.key]
    if len(spans) != len(set(spans)):
        raise AmendError("one value stands for several (a YAML alias)")
    ordered = sorted(
        amendments, key=lambda amendment: (amendment.span[:2], bool(amendment.key)), reverse=True
    )
    changed = text
    for amendment in ordered:
        changed = _inserted(changed, amendment) if amendment.key else _replaced(changed, amendment)
    if _values(changed) != _expected(text, amendments):
        raise AmendError("other values would change with it")
    return changed


def _values(text: str) -> list[str]:
    """All scalars of a file, keys among them, in no order."""
    node, problems = compose(_plain(text), "")
    if problems:
        raise AmendError(problems[0].message)
    return sorted(scalar.text.strip() for scalar in _scalars(node))


def _expected(text: str, amendments: tuple[Amendment, ...]) -> list[str]:
    node, _ = compose(_plain(text), "")
    new = {amendment.span: amendment.value for amendment in amendments if not amendment.key}
    added = [part for amendment in amendments if amendment.key for part in (amendment.key, amendment.value)]
    return sorted([*(new.get(scalar.span, scalar.text).strip() for scalar in _scalars(node)), *added])


def _scalars(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            yield key
            yield from _scalars(value)
    elif node is not None:
        for item in node.items:
            yield from _scalars(item)


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> list[str]:
    return (
        text.splitlines(keepends=True)
        if not re.search(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text)
        else re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    )


def _offset(text: str, line: int, column: int) -> int:
    lines = _lines(text)
    start = sum(len(entry) for entry in lines[: line - 1])
    mark = 1 if line == 1 and text.startswith("\ufeff") else 0
    return start + mark + column - 1


def _replaced(text: str, amendment: Amendment) -> str:
    line, column, end_line, end_column = amendment.span
    start = _offset(text, line, column)
    if text[start : start + 1] in {"|", ">"}:
        end = _block_end(text, line)
        newline = re.search(r"[\r\n]+$", text[start:end])
        return text[:start] + _double(amendment.value) + (newline[0] if newline else "") + text[end:]
    end = _offset(text, end_line, end_column)
    flow = _inside_flow(_lines(text)[line - 1][: column - 1])
    return text[:start] + _written(amendment.value, text[start:end], flow=flow) + text[end:]


def _inside_flow(before: str) -> bool:
    """Whether a value stands in `{…}` or `[…]`, as far as what is before it in its line tells."""
    return before.count("{") + before.count("[") > before.count("}") + before.count("]")


def _block_end(text: str, line: int) -> int:
    """The offset after the last line of a block scalar whose header stands in `line`."""
    lines = _lines(text)
    indent = len(lines[line - 1]) - len(lines[line - 1].lstrip(" "))
    last = line
    for number in range(line, len(lines)):
        bare = lines[number].strip()
        if bare and len(lines[number]) - len(lines[number].lstrip(" ")) <= indent:
            break
        last = number + 1 if bare else last
    return sum(len(entry) for entry in lines[:last])


def _written(value: str, before: str, *, flow: bool) -> str:
    """A scalar in the style of the one that it replaces, or quoted where that style cannot hold it."""
    if before.startswith('"'):
        return _double(value)
    if before.startswith("'"):
        return "'" + value.replace("'", "''") + "'"
    return value if _is_plain(value, flow=flow) else _double(value)


def _is_plain(value: str, *, flow: bool) -> bool:
    """Whether a text means itself when it is written bare."""
    node, problems = compose(f"{{key: {value}}}" if flow else f"key: {value}", "")
    if problems or not isinstance(node, Mapping) or len(node.pairs) != 1:
        return False
    ((_, bare),) = node.pairs
    return isinstance(bare, Scalar) and not bare.quoted and bare.text == value


def _double(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _inserted(text: str, amendment: Amendment) -> str:
    """A new field beside the one whose value begins at the span."""
    line, column, end_line, end_column = amendment.span
    lines = _lines(text)
    written = lines[line - 1]
    field = f"{amendment.key}: {_double(amendment.value)}"
    end = _offset(text, end_line, end_column)
    if _inside_flow(written[: column - 1]):
        return text[:end] + f", {field}" + text[end:]
    newline = "\r\n" if "\r\n" in text else "\n"
    key_line = next(number for number in range(line, 0, -1) if _KEY.match(lines[number - 1]))
    indent = re.match(r"[\s-]*", lines[key_line - 1])
    spaces = " " * len(indent[0].rstrip("\r\n")) if indent else ""
    after = end_line if key_line == line and text[_offset(text, line, column)] not in "|>{[" else key_line - 1
    if after == key_line - 1 and lines[key_line - 1].lstrip().startswith("- "):
        raise AmendError("the field stands first in a list's item")
    at = sum(len(entry) for entry in lines[:after])
    gap = "" if at == 0 or text[at - 1 : at] in {"\n", "\r"} else newline
    return text[:at] + f"{gap}{spaces}{field}{newline}" + text[at:]
