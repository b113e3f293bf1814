"""Questions to whoever sits at the terminal."""

import sys


def someone_is_there() -> bool:
    """Whether there is somebody to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def said_yes(question: str) -> bool:
    """Ask a question that is answered with yes or no; no answer is a no."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}


def chosen(question: str, choices: int) -> int | None:
    """Ask for a number from 1 to `choices`; None where nothing usable was answered."""
    print(f"{question} [1-{choices}, nothing to stop] ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    return int(answer) if answer.isdecimal() and 1 <= int(answer) <= choices else None
