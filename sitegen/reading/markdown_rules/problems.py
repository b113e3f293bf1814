"""What the Markdown rules have to tell, collected while the text is parsed."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class MarkdownProblem:
    """Something in the Markdown that will not come out as its author meant it.

    `line` counts from 0 in the body, as `token.map` does; `Parsed.problems` holds the file's lines instead.
    """

    line: int
    message: str


def report(env: MutableMapping[str, Any], line: int, message: str) -> None:
    """Add a problem to the ones that the environment of a parse collects."""
    env.setdefault("problems", []).append(MarkdownProblem(line, message))
