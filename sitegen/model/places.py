"""Where a value stands in a file, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sitegen.model.findings import DiffWord

Level = Literal["error", "warning", "off"]
"""How much a problem matters; a site sets it per rule."""

Span = tuple[int, int, int, int]
"""Line, column, end line, end column: 1-based, in code points, the end exclusive."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range in a file of the site.

    `file` is relative to the site's root, with forward slashes. Lines and columns are 1-based and count
    Unicode code points; the end is exclusive.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        """`file:line:column`, as editors and terminals link it."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a record and each of its fields stand.

    `spans` maps a field's name to the span of its value, `name.0` to that of a list's first item (or of the bare
    value that stands for a list of one), `name.key` to that of a mapping's key, and the empty string to the span of
    the record's own key or first line.
    """

    file: str
    spans: Mapping[str, Span] = field(default_factory=dict)

    def of(self, name: str = "") -> Place:
        """The place of a field's value, or of the record where the field is absent."""
        span = self.spans.get(name) or self.spans.get("") or (1, 1, 1, 1)
        return Place(self.file, *span)


NOWHERE = Places("")
"""The places of a value that no file holds."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A quotation that was not found in the copy of `source`, and the closest passage of any copy.

    `place` is the id of the source whose copy has `passage`, and `verified` says that all of the quotation stands there;
    both are empty where no copy has anything close. `score` runs from 0 to 1; `diff` compares the quotation with the
    passage, word by word.
    """

    source: str
    quote: str
    place: str = ""
    passage: str = ""
    score: float | None = None
    diff: tuple[DiffWord, ...] = ()
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where in an article's file the words of a changed anchor may stand now: a proposal, never a match.

    `passage` are the article's words there; `score` runs from 0 to 1.
    """

    place: Place
    passage: str
    score: float


@dataclass(frozen=True, slots=True)
class Drift:
    """An anchor whose words were changed: the likeliest place, the next best, and how the words differ from the likeliest's."""

    likely: Proposal
    runner_up: Proposal | None
    diff: tuple[DiffWord, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, where, and what to do about it.

    `rule` is an id of the table of rules; `article` is the article's path below `content/` without `.md`,
    and `claim` the claim's id, both empty where the problem concerns neither. `sought` is the quotation that was not
    found, of the rules `quote-near` and `quote-absent`; `drift` says where a changed anchor may stand now, of `anchor-drifted`.
    """

    rule: str
    message: str
    place: Place
    hint: str = ""
    article: str = ""
    claim: str = ""
    sought: Sought | None = None
    drift: Drift | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """A problem with the level that the site gives its rule."""

    problem: Problem
    level: Level
