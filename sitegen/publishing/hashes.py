"""Hashes of the output folder's files, remembered from one run to the next: a file that bears its former stamp is not read.

They lie in `.sitegen/hashes/`, a file for each output folder, and may be deleted at any time. One that is damaged, or of
another version, is made anew.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from sitegen.building.files import RACY, digest_of
from sitegen.building.output import OutputStamp
from sitegen.building.replay import make_folder, named
from sitegen.building.rows import Table, decoded, encoded
from sitegen.building.store import DamagedStoreError

_MAGIC = b"sitegen hashes 1\n"
_HEAD = len(_MAGIC) + 32

Hashed = tuple[str, OutputStamp, str]
"""A file's path, its stamp, and the SHA-256 of its bytes in hexadecimal."""


class Hashes:
    """What is remembered of one output folder. To be made before the folder is looked at.

    A file that had changed within a tenth of a second before that is not remembered: it may change again and bear the same stamp.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._name = digest_of(named(folder, root).encode()).hex()[:16]
        self._looked = time.time_ns()
        self._known: Mapping[str, tuple[OutputStamp, str]] = {}
        with contextlib.suppress(OSError, DamagedStoreError, ValueError):
            self._known = {path: (stamp, sha256) for path, stamp, sha256 in _rows(self._path.read_bytes())}

    @property
    def _path(self) -> Path:
        return self._root / ".sitegen" / "hashes" / self._name

    def of(self, path: str, stamp: OutputStamp) -> str:
        """The SHA-256 of a file that bore this stamp when it was hashed; empty where that is not known."""
        known = self._known.get(path)
        return known[1] if known is not None and known[0] == stamp else ""

    def keep(self, hashed: Iterable[Hashed]) -> None:
        """Remember these and no others. A full disk costs the memory, not the publication."""
        rows = [row for row in hashed if row[1][0] < self._looked - RACY]
        if {path: (stamp, sha256) for path, stamp, sha256 in rows} == self._known:
            return
        table = Table.of((path, stamp, bytes.fromhex(sha256)) for path, stamp, sha256 in rows)
        with contextlib.suppress(OSError):
            make_folder(self._root)
            self._path.parent.mkdir(exist_ok=True)
            _replace(self._path, encoded(table))


def _rows(content: bytes) -> Iterable[Hashed]:
    if content[: len(_MAGIC)] != _MAGIC or content[len(_MAGIC) : _HEAD] != digest_of(content[_HEAD:]):
        raise DamagedStoreError("hashes")
    table = decoded(content[_HEAD:], Table)
    return [(path, (values[0], values[1], values[2]), digest.hex()) for path, values, digest in table.rows(3)]


def _replace(path: Path, payload: bytes) -> None:
    """Put a file in the place of the old one, in one step."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_MAGIC + digest_of(payload) + payload)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
