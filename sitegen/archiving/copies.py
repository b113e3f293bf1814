"""What is kept of an answer: files beside the record, and the fields that pin them."""

import datetime as dt
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sitegen.archiving.client import Fetched
from sitegen.archiving.extraction import Extract
from sitegen.archiving.shelf import FOLDER, Held
from sitegen.model.findings import Copy
from sitegen.model.records import Coverage, LinkState
from sitegen.reading.amend import Fields, with_fields


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of a copy, as paths below the site's root and their bytes, and the fields that pin them."""

    files: tuple[tuple[str, bytes], ...]
    fields: Fields
    text: str


def to_keep(
    held: Held, answer: Fetched, found: Extract, day: dt.date, *, link: LinkState | None = None
) -> Kept:
    """What is to be kept of an answer that was fetched on a day."""
    raw = f"{held.stem}{found.suffix}"
    files = [(f"{FOLDER}/{held.stem}.txt", found.text.encode())] if found.beside else []
    files.append((f"{FOLDER}/{raw}", found.raw))
    snapshot = {
        "file": raw,
        "sha256": hashlib.sha256(found.raw).hexdigest(),
        "text_sha256": hashlib.sha256(found.text.encode()).hexdigest(),
        "extractor": found.extractor,
        "coverage": _coverage(held, found),
        "status": str(answer.status),
        "url": answer.final,
    }
    fields: dict[str, str | dict[str, str]] = {"accessed": day.isoformat(), "snapshot": snapshot}
    first = held.source.first_opened
    if first is not None and first < day:
        # Checks that were made after it was opened first stay possible.
        fields["first_accessed"] = first.isoformat()
    if link is not None:
        fields["link"] = link
    return Kept(tuple(files), fields, found.text)


def _coverage(held: Held, found: Extract) -> Coverage:
    """How much of the source a copy holds: what a person wrote of a fetched copy is not made more by fetching it again."""
    before = held.source.snapshot
    return (
        before.coverage
        if before is not None and before.extractor and before.coverage != "full"
        else found.coverage
    )


def keep(root: Path, held: Held, kept: Kept, old: Copy | None) -> str:
    """Pin and store a copy, and keep the former one; give the name that it then has. Raises `AmendError`, with nothing written.

    The record is written first, and the copy that it names last: where the command is ended in between, the next run
    finds no copy, or one with another hash than the pinned one, and fetches again.
    """
    write_fields(root, held, kept.fields)
    aside = set_aside(root, held, old) if old is not None else ""
    for name, content in kept.files:
        replace_file(root / name, content)
    if old is not None:
        drop_replaced(root, old, kept)
    return aside


def write_fields(root: Path, held: Held, fields: Fields) -> None:
    """Set fields of a record in its file, each other byte kept. Raises `AmendError`."""
    path = root / held.file
    before = path.read_bytes().decode("utf-8")
    after = with_fields(before, held.way, fields, beside="url")
    if after != before:
        replace_file(path, after.encode())


def set_aside(root: Path, held: Held, copy: Copy) -> str:
    """Keep the files of a copy under names of their own, which begin with its hash; give that of the copy.

    `ID.1a2b3c4d.html`, and its text `ID.1a2b3c4d.txt`: what names this file in `snapshot.file` is checked against it.
    """
    stem = f"{held.stem}.{copy.sha256[:8]}"
    old = root / copy.file
    aside = f"{stem}{old.suffix}"
    replace_file(old.with_name(aside), old.read_bytes())
    text = old.with_suffix(".txt")
    if text != old and text.is_file():
        replace_file(text.with_name(f"{stem}.txt"), text.read_bytes())
    return aside


def drop_replaced(root: Path, copy: Copy, kept: Kept) -> None:
    """Remove the files of a copy that was set aside, where the new one has other names."""
    new = {root / name for name, _ in kept.files}
    old = root / copy.file
    for path in {old, old.with_suffix(".txt")} - new:
        path.unlink(missing_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that it is whole at every moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sitegen-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
