"""`sitegen diff`: what changed in the ledger between two states of a site."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from sitegen.building.files import DiskFiles
from sitegen.commands.paths import site_root
from sitegen.commands.revisions import claims_now, claims_of_revision
from sitegen.judging.changes import KINDS, Change, changes, counts
from sitegen.model.counts import plural
from sitegen.model.errors import CannotGoOnError
from sitegen.reading.published import Published, read_published
from sitegen.report import one_line


def run(options: argparse.Namespace) -> int:
    """Print what changed; the status is 0, whatever that was."""
    old = _claims(options.old, options)
    new = (
        _claims(options.new, options)
        if options.new is not None
        else claims_now(DiskFiles(site_root(options)))
    )
    found = changes(old, new)
    if options.format == "json":
        print(_json(found, len(old), len(new)))
    else:
        sys.stdout.write(_text(found))
    return 0


def _claims(name: str, options: argparse.Namespace) -> tuple[Published, ...]:
    """The claims of a state: a file, the folder of a built site, or a revision."""
    path = Path(name)
    if path.is_dir() and (path / "claims.json").is_file():
        path /= "claims.json"
    if not path.is_file():
        if path.suffix == ".json" or path.is_dir():
            raise CannotGoOnError(
                f'there is no claims.json at "{name}"', hint="sitegen build writes it to public/"
            )
        return claims_of_revision(name, site_root(options))
    try:
        return read_published(path.read_bytes())
    except ValueError as error:
        raise CannotGoOnError(f'"{name}" is not the claims.json of a site: {error}') from error


def _json(found: Sequence[Change], old: int, new: int) -> str:
    listed = [{**asdict(change), "was": change.was or None, "now": change.now or None} for change in found]
    summary = {"claims": {"old": old, "new": new}, "changes": counts(found)}
    return json.dumps({"changes": listed, "summary": summary}, ensure_ascii=False, indent=2)


def _text(found: Sequence[Change]) -> str:
    lines: list[str] = []
    for (article, identifier), of_claim in groupby(found, key=lambda change: (change.article, change.id)):
        lines.append(one_line(f"{article}#{identifier}"))
        lines += (f"    {one_line(_told(change))}" for change in of_claim)
    return "\n".join([*lines, _summary(found), ""])


def _told(change: Change) -> str:
    words = KINDS[change.kind]
    if change.was and change.now:
        return f"{words}: {change.was} -> {change.now}"
    if change.now and change.kind in {"reason-changed", "checked", "reviewed"}:
        return f"{words}: none -> {change.now}"
    if change.was and change.kind in {"reason-changed", "checked", "reviewed"}:
        return f"{words}: {change.was} -> none"
    told = change.was or change.now
    return f"{words}: {told}" if told else words


def _summary(found: Iterable[Change]) -> str:
    """The last line: how many claims came, went and changed, and how many changes of each kind there are."""
    numbers = counts(found := tuple(found))
    if not numbers:
        return "nothing changed"
    came, went = numbers.pop("added", 0), numbers.pop("removed", 0)
    touched = {(change.article, change.id) for change in found if change.kind not in {"added", "removed"}}
    parts = [plural(came, "claim", "claims") + " added", f"{went} removed", f"{len(touched)} changed"]
    kinds = ", ".join(f"{KINDS[kind]}: {count}" for kind, count in numbers.items())
    return ", ".join(parts) + (f" ({kinds})" if kinds else "")
