"""The one exception: something without which a command cannot go on at all."""

from collections.abc import Callable

from sitegen.model.places import Graded, Place


class CannotGoOnError(Exception):
    """A command line, settings or theme that cannot be used: exit status 2.

    `place` is where the trouble stands, if it stands in a file; `hint` says what to do.
    """

    def __init__(self, message: str, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint


class ProblemsFoundError(CannotGoOnError):
    """Problems of the site stand in the way: exit status 1."""


class OutsideFailedError(CannotGoOnError):
    """A service or machine other than this one failed: exit status 3."""


class UnusableSettingsError(CannotGoOnError):
    """The settings have errors: `problems` are printed like all others, and the command ends with status 2.

    `read` gives the bytes of a file of the site, for the lines that are shown.
    """

    def __init__(self, problems: tuple[Graded, ...], read: Callable[[str], bytes]) -> None:
        super().__init__("the settings cannot be used")
        self.problems = problems
        self.read = read
