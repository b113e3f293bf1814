"""The index of what is remembered, and what the last build said: a build that would do the same says it again.

This is all that a build needs where nothing has changed: it imports neither parsers nor templates.
"""

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

import sitegen
from sitegen.building.calendar import today
from sitegen.building.files import DiskFiles, digest_of
from sitegen.building.output import stamp_of
from sitegen.building.rows import Row, Table, decoded, encoded, joined_names, joined_numbers, names_of
from sitegen.building.store import DamagedStoreError
from sitegen.model.places import Graded
from sitegen.model.tally import Summing

FOLDER = ".sitegen"
INDEX = "index"
RECEIPTS = "receipts"
_MAGIC = b"sitegen cache\n"


class Report(Row, frozen=True):
    """What a finished build said, so that one that would do the same can say it again.

    It holds between the days `days` of the time zone `timezone`. `looked` are the site's files with their stamps, `options` what
    else was asked for, `settings` the key of the settings; `size` counts the bytes of the output, `files` its files.
    """

    looked: Table
    options: str
    settings: bytes
    timezone: str
    days: tuple[int, int]
    summing: Summing
    problems: tuple[Graded, ...]
    size: int
    files: int


class Output(Row, frozen=True):
    """What the last build left in an output folder: its files with stamps and digests, and what it said."""

    files: Table
    report: Report | None


class Index(Row, frozen=True):
    """All that is named of the packs."""

    inputs: Table
    outputs: dict[str, Output]
    entries: msgspec.Raw
    sources: msgspec.Raw
    linked: msgspec.Raw
    made: msgspec.Raw
    families: msgspec.Raw
    memos: msgspec.Raw
    frame: bytes


def named(folder: Path, root: Path) -> str:
    """An output folder's name: one within the site moves with it."""
    return str(folder.relative_to(root) if folder.is_relative_to(root) else folder)


def make_folder(root: Path) -> Path:
    """The folder of what is remembered of a site, made if need be: ignored by git, and by backups that know its tag."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    ignored = folder / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
        tag = "Signature: 8a477f597d28d172789f06886806bc55\n# What sitegen remembers between builds; safe to delete.\n"
        (folder / "CACHEDIR.TAG").write_text(tag, encoding="utf-8")
    return folder


def read_index(root: Path) -> Index:
    """The index of a site; raises `DamagedStoreError` or `OSError` where there is none that can be used."""
    return decoded(_read(root / FOLDER / INDEX), Index)


def _read(path: Path) -> bytes:
    """What `_write` wrote there; raises `DamagedStoreError` or `OSError` where this program wrote no such thing."""
    content = path.read_bytes()
    head = len(_MAGIC) + 64
    if content[: len(_MAGIC)] != _MAGIC or content[len(_MAGIC) : len(_MAGIC) + 32] != fingerprint():
        raise DamagedStoreError("foreign")
    if content[len(_MAGIC) + 32 : head] != digest_of(content[head:]):
        raise DamagedStoreError("damaged")
    return content[head:]


def write_index(root: Path, payload: bytes) -> None:
    """Put a new index in the place of the old one, in one step."""
    _write(root / FOLDER / INDEX, payload)


def leave_receipt(root: Path, folder: Path, output: Output) -> None:
    """Note what a build left in an output folder that remembers nothing else: `sitegen publish` asks for it."""
    path = _receipt(root, folder)
    make_folder(root)
    path.parent.mkdir(exist_ok=True)
    _write(path, encoded(output))


def drop_receipt(root: Path, folder: Path) -> None:
    """Take a note away: from now on the index tells."""
    _receipt(root, folder).unlink(missing_ok=True)


def left_in(root: Path, folder: Path) -> Output | None:
    """What the last build left in an output folder; None where that is not known."""
    with contextlib.suppress(OSError, DamagedStoreError):
        return decoded(_read(_receipt(root, folder)), Output)
    index = remembered(root)
    return index.outputs.get(named(folder, root)) if index is not None else None


def _receipt(root: Path, folder: Path) -> Path:
    return root / FOLDER / RECEIPTS / digest_of(named(folder, root).encode()).hex()[:16]


def _write(path: Path, payload: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_MAGIC + fingerprint() + digest_of(payload))
            stream.write(payload)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def remembered(root: Path) -> Index | None:
    """The index of a site; None where there is none that can be used."""
    try:
        return read_index(root)
    except (OSError, DamagedStoreError):
        return None


def said(index: Index, files: DiskFiles, folder: Path, options: str) -> Report | None:
    """What the last build said, where another would read and write the very same files."""
    row = index.outputs.get(named(folder, files.root))
    if row is None or row.report is None or row.report.options != options:
        return None
    looked, stamps = row.report.looked, files.stamps
    if looked.names != joined_names(stamps) or looked.numbers != joined_numbers(stamps.values()):
        return None
    first, last = row.report.days
    if not first <= today(row.report.timezone).toordinal() < last:
        return None
    there = str(folder)
    intact = joined_numbers(stamp_of(f"{there}/{path}") for path in names_of(row.files.names))
    return row.report if intact == row.files.numbers else None


def fingerprint() -> bytes:
    """The digest of the program: its version and files, and when a library beside it was last exchanged."""
    root = Path(sitegen.__file__).parent
    digest = hashlib.sha256(f"{sitegen.__version__} {sys.version}".encode())
    for path, stamp in sorted(_program(str(root))):
        digest.update(f"{path}\0{stamp}\0".encode())
    for place in sorted({str(Path(file).parent.parent) for file in (msgspec.__file__,) if file}):
        with contextlib.suppress(OSError):
            digest.update(str(os.stat(place).st_mtime_ns).encode())  # noqa: PTH116 - one number
    return digest.digest()


def _program(folder: str, inner: str = "") -> Iterator[tuple[str, str]]:
    with os.scandir(f"{folder}/{inner}") as found:
        for entry in found:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir():
                yield from _program(folder, f"{inner}{entry.name}/")
            else:
                status = entry.stat()
                yield f"{inner}{entry.name}", f"{status.st_mtime_ns} {status.st_size}"
