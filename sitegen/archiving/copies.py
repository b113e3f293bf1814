"""What is kept of an answer: files beside the record, and the fields that pin them."""

import contextlib
import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import Iterable
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
    """Pin and store a copy, and keep the former one; give the name that it then has.

    All files are whole on the disk before the first takes its place: where a record cannot be amended (`AmendError`) or
    the disk is full (`OSError`), nothing is changed. The record is put in place first, and the copy that it names last:
    where the command is ended in between, the next run finds no copy, or one with another hash than the pinned one, and
    fetches again.
    """
    record = root / held.file
    files = [(record, amended(record, held, kept.fields))]
    aside, former = set_aside(root, held, old) if old is not None else ("", ())
    replace_files([*former, *files, *((root / name, content) for name, content in kept.files)])
    if old is not None:
        drop_replaced(root, old, kept)
    return aside


def write_fields(root: Path, held: Held, fields: Fields) -> None:
    """Set fields of a record in its file, each other byte kept. Raises `AmendError`."""
    path = root / held.file
    replace_file(path, amended(path, held, fields))


def amended(record: Path, held: Held, fields: Fields) -> bytes:
    """A record's file with some fields set. Raises `AmendError`."""
    return with_fields(record.read_bytes().decode("utf-8"), held.way, fields, beside="url").encode()


def set_aside(root: Path, held: Held, copy: Copy) -> tuple[str, tuple[tuple[Path, bytes], ...]]:
    """What keeps a copy under a name of its own, which begins with its hash: that name, and files to write.

    `ID.1a2b3c4d.html`, and its text `ID.1a2b3c4d.txt`: what names this file in `snapshot.file` is checked against it.
    """
    stem = f"{held.stem}.{copy.sha256[:8]}"
    old = root / copy.file
    aside = f"{stem}{old.suffix}"
    files = [(old.with_name(aside), old.read_bytes())]
    text = old.with_suffix(".txt")
    if text != old and text.is_file():
        files.append((text.with_name(f"{stem}.txt"), text.read_bytes()))
    return aside, tuple(files)


def drop_replaced(root: Path, copy: Copy, kept: Kept) -> None:
    """Remove the files of a copy that was set aside, where the new one has other names."""
    new = {root / name for name, _ in kept.files}
    old = root / copy.file
    for path in {old, old.with_suffix(".txt")} - new:
        path.unlink(missing_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that it is whole at every moment."""
    replace_files([(path, content)])


def replace_files(files: Iterable[tuple[Path, bytes]]) -> None:
    """Write files so that each is whole at every moment, and none is changed unless all could be written.

    They take their places in this order; one that has these bytes already is left alone.
    """
    with contextlib.ExitStack() as stack:
        staged = []
        for path, content in files:
            if not (path.is_file() and path.read_bytes() == content):
                staged.append((_staged(path, content, stack), path))
        for temporary, path in staged:
            temporary.replace(path)


def _staged(path: Path, content: bytes, stack: contextlib.ExitStack) -> Path:
    """A file's new bytes under a name of their own beside it, which goes when the stack is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sitegen-")
    temporary = Path(name)
    stack.callback(temporary.unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    temporary.chmod(mode)
    return temporary
