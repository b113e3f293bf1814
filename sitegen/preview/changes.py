"""What has changed on disk and was not yet acted on, and when to act: rules on names and times alone."""

from pathlib import PurePosixPath

SETTLE = 0.003
"""Seconds after a save that is known to be complete: an article and its sidecar are often saved together."""

QUIET = 0.03
"""Seconds of quiet after which a change counts as complete of which that is not known."""

LONGEST_WAIT = 0.5
"""Seconds after which changes are acted on even if more keep coming."""

LONGEST_BURST = 2.0
"""The same for many files at once: a site in the midst of a checkout is worth little."""

FEW = 8
"""Files that a save touches at most: more at once are a checkout or a copy, which is worth waiting for."""

MANY = 1000
"""Files from which on it is quicker, and surer, to look at everything."""

_LEFT_BY_EDITORS = (".swp", ".swx", ".swo", "~", "___jb_tmp___", "___jb_old___")


def is_passing(name: str) -> bool:
    """Whether a file is an editor's own, and no part of the site: a swap file, a copy, a probe.

    Hidden files and folders are never part of a site. Vim probes a folder by writing a file named 4913.
    """
    parts = PurePosixPath(name).parts
    last = parts[-1] if parts else ""
    return (
        any(part.startswith(".") for part in parts)
        or last.endswith(_LEFT_BY_EDITORS)
        or last == "4913"
        or (last.startswith("#") and last.endswith("#"))
    )


class Changes:
    """Collects changes; times are seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._open: set[str] = set()
        self._all = False
        self._first: float | None = None
        self._last = 0.0

    def note(self, name: str, now: float, *, complete: bool) -> None:
        """A file changed; `complete` says that it is known to be whole."""
        self._names.add(name)
        (self._open.discard if complete else self._open.add)(name)
        self._touch(now)

    def note_all(self, now: float) -> None:
        """Something changed, and it is not clear what."""
        self._all = True
        self._touch(now)

    def due(self, now: float) -> float | None:
        """In how many seconds to act, at most 0 for at once; None if nothing has changed."""
        if self._first is None:
            return None
        many = len(self._names) > FEW
        waits = self._all or self._open or many
        longest = LONGEST_BURST if many else LONGEST_WAIT
        return min(self._last + (QUIET if waits else SETTLE), self._first + longest) - now

    def take(self) -> frozenset[str] | None:
        """The names that changed, or None for anything; and begin anew."""
        taken = None if self._all or len(self._names) > MANY else frozenset(self._names)
        self._names, self._open, self._all, self._first = set(), set(), False, None
        return taken

    def _touch(self, now: float) -> None:
        self._first = now if self._first is None else self._first
        self._last = now
