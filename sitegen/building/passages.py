"""The sentences of a library's copies, kept between runs of `suggest` in a database of the folder `.sitegen/`."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from sitegen.building.replay import fingerprint
from sitegen.building.site import Site
from sitegen.judging.suggesting import Passages

Found = TypeVar("Found")
FILE = "passages.db"
_PATIENCE = 2.0
"""Seconds that another run is waited for, before this one goes without what is kept."""


class _Words(Mapping[str, str]):
    """The texts of a library's copies, each read when it is asked for."""

    def __init__(self, site: Site) -> None:
        self._copies = site.catalogue.copies

    def __getitem__(self, source: str) -> str:
        return self._copies[source].text or ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._copies)

    def __len__(self) -> int:
        return len(self._copies)


def searched(
    site: Site,
    own: Mapping[str, Mapping[str, str | None]],
    folder: Path | None,
    search: Callable[[Passages], Found],
) -> Found:
    """What a search finds in the sentences of a site's library; `folder` is where they are kept, None for nowhere.

    A database that another version wrote, that is damaged or that another run is writing to is not used; the first two are
    written anew.
    """
    words = _Words(site)
    digests = {source: copy.text_sha256 for source, copy in site.library.copies.items()}
    for _ in range(2 if folder is not None else 0):
        path = (folder or Path()) / FILE
        try:
            with contextlib.closing(_opened(path)) as base:
                return search(Passages(words, own, base=base, digests=digests))
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                break
            _remove(path)
    return search(Passages(words, own, digests=digests))


def _opened(path: Path) -> sqlite3.Connection:
    """The database of this version of the program, new where there is none."""
    version = int.from_bytes(fingerprint()[:4], "big") >> 1
    base = sqlite3.connect(path, timeout=_PATIENCE)
    if base.execute("PRAGMA user_version").fetchone() != (version,):
        base.close()
        _remove(path)
        base = sqlite3.connect(path, timeout=_PATIENCE)
        base.execute(f"PRAGMA user_version = {version}")
    return base


def _remove(path: Path) -> None:
    for name in (path, path.with_name(f"{path.name}-journal")):
        with contextlib.suppress(OSError):
            name.unlink(missing_ok=True)
