"""How far a publication has come, told to whoever watches."""

from typing import Protocol


class Progress(Protocol):
    """Is told of what is being done. Any number of threads may tell it."""

    def begin(self, what: str, files: int, size: int) -> None:
        """So many files, of so many bytes, are to be sent or deleted."""
        ...

    def step(self, path: str, size: int) -> None:
        """One of them is done; `size` is 0 for one that was deleted."""
        ...

    def note(self, message: str) -> None:
        """Something that a person should know: a retry, a wait."""
        ...


class Silence:
    """Nobody watches."""

    def begin(self, what: str, files: int, size: int) -> None:
        """Nothing is shown."""

    def step(self, path: str, size: int) -> None:
        """Nothing is shown."""

    def note(self, message: str) -> None:
        """Nothing is shown."""
