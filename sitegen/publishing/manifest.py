"""The manifest at a target: which files there are sitegen's, with their hashes, and which an unfinished run may have touched."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sitegen.building.output import MANIFEST
from sitegen.publishing.tree import Tree

__all__ = ["MANIFEST", "NOTHING", "Held", "Remote", "decode_manifest", "encode_manifest", "manifest_of"]


@dataclass(frozen=True, slots=True)
class Held:
    """A file at the target: the SHA-256 of its bytes, and the tag of its headers (empty where the target keeps none)."""

    sha256: str
    headers: str = ""


@dataclass(frozen=True)
class Remote:
    """What lies at a target.

    `files` are those that sitegen put there, and `unsure` those of sitegen's whose content is not known, because a run was
    interrupted. `foreign` are paths where something lies that is not sitegen's; a target need name only such as the tree wants
    to use.
    """

    files: Mapping[str, Held]
    unsure: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()


NOTHING = Remote({})
"""A target where sitegen has put nothing yet."""


def manifest_of(tree: Tree, *, headers: bool) -> Remote:
    """What lies at a target once a tree has been published; `headers` tells whether the target keeps headers."""
    return Remote(
        {path: Held(file.sha256, file.headers.tag if headers else "") for path, file in tree.items()}
    )


def encode_manifest(remote: Remote, publisher: str = "") -> bytes:
    """The manifest's bytes: a line for each file, by path. `publisher` marks whose unfinished work it tells of."""
    lines = [f'{json.dumps(path)}: "{remote.files[path].sha256}"' for path in sorted(remote.files)]
    parts = ['"version": 1', '"files": {\n' + ",\n".join(lines) + "\n}"]
    tags = sorted({held.headers for held in remote.files.values() if held.headers})
    if tags:
        number = {tag: index for index, tag in enumerate(tags)}
        tagged = [
            f"{json.dumps(path)}: {number[held.headers]}"
            for path, held in sorted(remote.files.items())
            if held.headers
        ]
        parts += [f'"headers": {json.dumps(tags)}', '"headers_of": {\n' + ",\n".join(tagged) + "\n}"]
    if remote.unsure:
        parts.append(f'"unfinished": {json.dumps(sorted(remote.unsure), indent=0)}')
    if publisher:
        parts.append(f'"publisher": {json.dumps(publisher)}')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def decode_manifest(content: bytes | None) -> Remote | None:
    """What a manifest tells; None where there is none, or where what lies there is none."""
    if content is None:
        return None
    try:
        told = json.loads(content)
        if told["version"] != 1:
            return None
        tags = [str(tag) for tag in told.get("headers", [])]
        number = told.get("headers_of", {})
        files = {
            str(path): Held(str(digest), tags[number[path]] if path in number else "")
            for path, digest in told["files"].items()
        }
        unsure = frozenset(map(str, told.get("unfinished", [])))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None
    if not all(map(_is_below, (*files, *unsure))):
        return None
    return Remote(files, unsure)


def unfinished(before: Remote, touched: Iterable[str]) -> Remote:
    """What may be said of a target while these paths are being changed there."""
    doubtful = before.unsure | frozenset(touched)
    return Remote({path: held for path, held in before.files.items() if path not in doubtful}, doubtful)


def _is_below(path: str) -> bool:
    """Whether a path stays below the target's root: whoever wrote the manifest must not have other files deleted."""
    return bool(path) and "\0" not in path and not set(path.split("/")) & {"", ".", ".."}
