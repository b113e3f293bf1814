"""The one exception: something without which a command cannot go on at all."""

from sitegen.model.places import Place


class CannotGoOnError(Exception):
    """A command line, settings or theme that cannot be used: exit status 2.

    `place` is where the trouble stands, if it stands in a file; `hint` says what to do.
    """

    def __init__(self, message: str, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint


class OutsideFailedError(CannotGoOnError):
    """A service or machine other than this one failed: exit status 3."""
