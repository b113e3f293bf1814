"""The former address of an article that moved, written among the aliases of its front matter with every other byte kept."""

import re

from sitegen.building.plan import alias_path
from sitegen.model.records import FrontMatter

_EMPTY = re.compile(r"aliases:(?:[ \t]*\[[ \t]*\])?[ \t]*?(?P<note>[ \t]+#.*)?\r?$")


def with_alias(content: bytes, front: FrontMatter, old: str, new: str) -> bytes:
    """An article, now at `new`, that also answers at its old address; an alias that was the new address is no longer one."""
    text = content.decode("utf-8")
    end = "\r\n" if "\r\n" in text else "\n"
    alias = f"/{old}"
    known = [alias_path(one) for one in front.aliases]
    back = alias_path(f"/{new}")
    if back in known:
        return _replaced(text, front, known.index(back), alias).encode()
    if alias_path(alias) in known:
        return content
    lines = text.split("\n")
    if front.aliases:
        _put_first(lines, front, alias, end)
        return "\n".join(lines).encode()
    if lines[0].lstrip("\ufeff").rstrip() != "---":
        return f"---{end}aliases: [{alias}]{end}---{end}{end}{text}".encode()
    for at, line in enumerate(lines[1:], 1):
        if (empty := _EMPTY.match(line)) is not None:
            lines[at] = f"aliases: [{alias}]{(empty['note'] or '').rstrip()}{end[:-1]}"
            break
        if line.rstrip() == "---" or line.startswith("aliases:"):
            lines.insert(1, f"aliases: [{alias}]{end[:-1]}")
            break
    return "\n".join(lines).encode()


def _replaced(text: str, front: FrontMatter, index: int, alias: str) -> str:
    """The text with one alias exchanged for another."""
    line, column, end_line, end_column = front.at.spans[f"aliases.{index}"]
    lines = text.split("\n")
    if line == end_line:
        written = lines[line - 1]
        bom = _bom(text, line)
        lines[line - 1] = f"{written[: column - 1 + bom]}{alias}{written[end_column - 1 + bom :]}"
    return "\n".join(lines)


def _put_first(lines: list[str], front: FrontMatter, alias: str, end: str) -> None:
    """An alias before the others, in the way in which they are written."""
    at, column = front.at.spans["aliases.0"][:2]
    line, start = lines[at - 1], column - 1
    head = line[: start + _bom(lines[0], at)]
    rest = line[len(head) :]
    if head.rstrip().endswith("-"):
        lines.insert(at - 1, f"{head}{alias}{end[:-1]}")
    elif "[" in head or not head.strip():
        lines[at - 1] = f"{head}{alias}, {rest}"
    else:
        lines[at - 1] = f"{head}[{alias}, {rest.rstrip(chr(13))}]{end[:-1]}"


def _bom(text: str, line: int) -> int:
    """A byte order mark is no part of the first line's columns."""
    return int(line == 1 and text.startswith("\ufeff"))
