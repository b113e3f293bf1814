"""Changing single values of a YAML file and nothing else of it: comments, order, quoting and line ends stay."""

import contextlib
import json
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass

from sitegen.model.places import Span
from sitegen.reading.nodes import Mapping, Node, Scalar, Sequence, compose


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
    node, _ = compose(_plain(text), "")
    edits = [
        _inserted(text, amendment, node) if amendment.key else _replaced(text, amendment)
        for amendment in amendments
    ]
    changed = text
    for start, end, words in sorted(edits, reverse=True):
        changed = changed[:start] + words + changed[end:]
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


_Edit = tuple[int, int, str]
"""Start and end offset in the original text, and what is to stand there."""


def _replaced(text: str, amendment: Amendment) -> _Edit:
    line, column, end_line, end_column = amendment.span
    start = _offset(text, line, column)
    if text[start : start + 1] in {"|", ">"}:
        end = _block_end(text, line)
        newline = re.search(r"[\r\n]+$", text[start:end])
        return start, end, _double(amendment.value) + (newline[0] if newline else "")
    end = _offset(text, end_line, end_column)
    flow = _inside_flow(_lines(text)[line - 1][: column - 1])
    return start, end, _written(amendment.value, text[start:end], flow=flow)


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


def _inserted(text: str, amendment: Amendment, node: Node | None) -> _Edit:
    """A new field beside the one whose value begins at the span: after its line, or before its key."""
    pair = next((pair for pair in _pairs(node) if pair[1].span == amendment.span), None)
    if pair is None:
        raise AmendError("the field is not where it was")
    key, value = pair
    lines = _lines(text)
    field = f"{amendment.key}: {_double(amendment.value)}"
    before = lines[key.span[0] - 1][: key.span[1] - 1]
    if _inside_flow(before):
        start = _offset(text, key.span[0], key.span[1])
        return start, start, f"{field}, "
    if before.strip("\ufeff "):
        raise AmendError("the field does not begin its line")
    newline = "\r\n" if "\r\n" in text else "\n"
    begins = text[_offset(text, *value.span[:2])] if isinstance(value, Scalar) else "{"
    one_line = begins not in "|>{[&*" and key.span[0] == value.span[0] == value.span[2]
    at = sum(len(entry) for entry in lines[: key.span[0] - (not one_line)])
    gap = newline if at and text[at - 1] not in "\r\n" else ""
    return at, at, f"{gap}{' ' * (key.span[1] - 1)}{field}{newline}"


def _pairs(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    if isinstance(node, Mapping):
        for key, value in node.pairs:
            yield key, value
            yield from _pairs(value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _pairs(item)


Fields = typing.Mapping[str, "str | typing.Mapping[str, str]"]
"""Fields of a record, in the order in which they are to stand where they are new: texts, and mappings of texts."""


def with_fields(text: str, record: tuple[str, ...], fields: Fields, *, beside: str) -> str:
    """A file's text with fields of one record set, each other byte kept.

    `record` is the way to the record, key by key (empty: the file itself is the record); a new field stands after
    `beside`, or after the one written before it. Raises `AmendError` where that cannot be done without touching more.
    """
    before = beside
    for name, value in fields.items():
        if isinstance(value, str):
            text = _with_field(text, record, name, value, before)
        else:
            text = _with_mapping(text, record, (name, value), before)
        before = name
    return text


def _with_mapping(
    text: str, record: tuple[str, ...], field: tuple[str, typing.Mapping[str, str]], beside: str
) -> str:
    name, values = field
    held = _at(_tree(text), (*record, name))
    if not isinstance(held, dict) or not held:
        return _with_field(text, record, name, values, beside)
    before = next(iter(held))
    for inner, value in values.items():
        text = _with_field(text, (*record, name), inner, value, before)
        before = inner
    return text


def _with_field(
    text: str, record: tuple[str, ...], name: str, value: "str | typing.Mapping[str, str]", beside: str
) -> str:
    """Set one field in the first way that changes it and nothing else."""
    wanted = _tree(text)
    home = _at(wanted, record)
    if not isinstance(home, dict):
        raise AmendError("the record is not where it was")
    if home.get(name) == value:
        return text
    new = name not in home
    home[name] = value if isinstance(value, str) else dict(value)
    node: Node | None = compose(_plain(text), "")[0]
    for key in record:
        node = next((inner for inner in _pairs_of(node) if inner[0].text == key), (None, None))[1]
    target = next((pair for pair in _pairs_of(node) if pair[0].text == (beside if new else name)), None)
    if target is None:
        raise AmendError(f'there is no "{beside}" to write "{name}" after')
    ways = _new_ways(text, target, (name, value)) if new else _other_ways(text, target, value)
    for start, end, words in ways:
        changed = text[:start] + words + text[end:]
        with contextlib.suppress(AmendError):
            if _tree(changed) == wanted:
                return changed
    raise AmendError(f'"{name}" cannot be written without touching more of the file')


def _new_ways(
    text: str, beside: tuple[Scalar, Node], field: tuple[str, "str | typing.Mapping[str, str]"]
) -> Iterator[_Edit]:
    """A field on lines of its own, after another's or before it; or within braces, before the other."""
    key, value = beside
    name, written = field
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _lines(text)
    own = _offset(text, key.span[0], key.span[1])
    begin = own - (key.span[1] - 1)
    if not text[begin:own].strip("\ufeff "):
        indent = " " * (key.span[1] - 1)
        block = _block(name, written, indent, newline)
        if key.span[0] == value.span[0] == value.span[2]:
            at = sum(len(entry) for entry in lines[: key.span[0]])
            gap = newline if at and text[at - 1] not in "\r\n" else ""
            yield at, at, gap + indent + block
        mark = text[begin:own].startswith("\ufeff")
        yield (own, own, block) if mark else (begin, begin, indent + block)
    yield own, own, f"{name}: {_flow(written)}, "


def _other_ways(
    text: str, field: tuple[Scalar, Node], value: "str | typing.Mapping[str, str]"
) -> Iterator[_Edit]:
    """A value in the place of another, or of nothing."""
    key, held = field
    newline = "\r\n" if "\r\n" in text else "\n"
    if isinstance(held, Scalar) and isinstance(value, str) and (held.text or held.quoted):
        yield _replaced(text, Amendment(held.span, value))
    after = _offset(text, key.span[2], key.span[3])
    colon = text.index(":", after) + 1
    if isinstance(value, str):
        yield colon, colon, f" {_value(value)}"
        return
    line_end = re.compile(r"[^\r\n]*").match(text, colon)
    end = line_end.end() if line_end is not None else colon
    indent = " " * (key.span[1] - 1)
    block = _block("", value, indent, newline).partition(newline)[2]
    # Nothing, or only a comment, stands behind the colon: the fields follow on lines of their own.
    yield end, end, newline + block.removesuffix(newline)
    yield colon, colon, f" {_flow(value)}"
    empty = re.compile(r"\s*\{\s*\}").match(text, colon)
    if empty is not None:
        yield colon, empty.end(), f" {_flow(value)}"
    if isinstance(held, Scalar):
        start, stop, _ = _replaced(text, Amendment(held.span, "x"))
        yield start, stop, _flow(value)


def _block(name: str, value: "str | typing.Mapping[str, str]", indent: str, newline: str) -> str:
    """A field as lines, the first one not indented."""
    if isinstance(value, str):
        return f"{name}: {_value(value)}{newline}"
    inner = "".join(f"{indent}  {key}: {_value(entry)}{newline}" for key, entry in value.items())
    return f"{name}:{newline}{inner}"


def _flow(value: "str | typing.Mapping[str, str]") -> str:
    if isinstance(value, str):
        return value if _is_plain(value, flow=True) else _double(value)
    return "{" + ", ".join(f"{key}: {_flow(entry)}" for key, entry in value.items()) + "}"


def _value(value: str) -> str:
    return value if _is_plain(value, flow=False) else _double(value)


def _tree(text: str) -> dict[str, typing.Any]:
    """What a file says, without places. Raises `AmendError` where it is no mapping, or no YAML."""
    node, problems = compose(_plain(text), "")
    if problems:
        raise AmendError(problems[0].message)
    tree = _bare(node)
    if not isinstance(tree, dict):
        raise AmendError("the file is no mapping")
    return tree


def _bare(node: Node | None) -> typing.Any:  # noqa: ANN401 - a tree of texts, lists and mappings
    if isinstance(node, Mapping):
        return {key.text: _bare(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [_bare(item) for item in node.items]
    return node.text if node is not None else None


def _at(tree: typing.Any, way: tuple[str, ...]) -> typing.Any:  # noqa: ANN401 - likewise
    for key in way:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _pairs_of(node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    return node.pairs if isinstance(node, Mapping) else ()
