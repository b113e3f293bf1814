"""Files that a build has made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A finished file of the site: its path below the output folder, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Scroll:
    """A file that is too long to be held: its parts are made one after the other."""

    path: str
    parts: Callable[[], Iterable[bytes]]

    @property
    def content(self) -> bytes:
        """All of it, for whoever has room."""
        return b"".join(self.parts())


File = Page | Scroll
