"""What a store of files is to sitegen: files by path, put one by one, and small ones on a condition."""

from collections.abc import Collection
from typing import Protocol

from sitegen.publishing.tree import TreeFile


class ConflictError(Exception):
    """A file was to be written on a condition, and the condition does not hold."""


class Store(Protocol):
    """Files by path, put one by one. All functions may be called by several threads at once, and raise `PublishError`."""

    place: str
    keeps_headers: bool
    width: int
    """How many files to put at once."""

    def read(self, path: str) -> tuple[bytes, str] | None:
        """A file's bytes and what tells this version of it from all others; None where there is none."""
        ...

    def write(self, path: str, content: bytes, version: str | None) -> str:
        """Write a small file if it has this version now (None: if there is none); gives the new version.

        Raises `ConflictError`. It is never to be cached.
        """
        ...

    def lying(self, paths: Collection[str]) -> Collection[str]:
        """Those of the paths at which something lies. May cost a request for each thousand files of the store."""
        ...

    def put(self, file: TreeFile, *, fresh: bool) -> None:
        """Put a file with its headers. A `fresh` one must replace nothing: `PublishError("foreign", …)`, where the store can tell.

        `file.read()` gives its bytes.
        """
        ...

    def set_headers(self, file: TreeFile) -> None:
        """Set the headers of a file that is there with the same bytes."""
        ...

    def delete(self, paths: Collection[str]) -> None:
        """Delete files; one that is not there is deleted already."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
