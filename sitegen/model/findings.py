"""What judging says: values made from what authors wrote, never changes of it."""

from dataclasses import dataclass
from typing import Literal

AnchorState = Literal["exact", "folded", "ambiguous", "drifted", "lost"]
QuoteState = Literal["exact", "folded", "near", "absent", "unreadable", "unarchived", "unquoted"]
UNCHECKABLE: frozenset[QuoteState] = frozenset({"unarchived", "unreadable"})
"""States of a quotation that could not be looked for: that is never the same as not being found."""

DiffWord = tuple[Literal["same", "gone", "new"], str]
"""One run of a word diff: `gone` stands only in what was looked for, `new` only in what was found."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in a text that a changed anchor may mean: a proposal, never a match.

    `start` and `end` count code points of the canonical text; `score` runs from 0 to 1.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Where an anchor stands in the canonical text.

    `start`, `end` (code points) and `exact` (the article's own words there) are set for `exact` and `folded`,
    and for `drifted` are the proposal's; for `ambiguous` and `lost` they are None. `places` holds the starts and
    ends of all matches of an ambiguous anchor. `agrees` says whether all that the anchor says of its surroundings holds
    there too, and `block` is the id of the nearest heading above; of a certain place, where they do not hold alone.
    """

    state: AnchorState
    start: int | None = None
    end: int | None = None
    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    score: float | None = None
    runner_up: Candidate | None = None
    places: tuple[tuple[int, int], ...] = ()
    agrees: bool = True
    block: str = ""

    @property
    def placed(self) -> bool:
        """Whether the anchor has a certain place: only then may a mark be set."""
        return self.state in {"exact", "folded"}


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What became of a quotation when it was looked for in its copy.

    `passage` is the text found (`exact`, `folded`) or the closest one (`near`, `absent`), empty where there is
    none; `before` and `after` are at most a sentence on each side of it (`judging.surroundings`); `diff` compares the quote with the
    closest passage, word by word. `start` and `end` count code points of the copy's text.
    """

    state: QuoteState
    passage: str = ""
    before: str = ""
    after: str = ""
    score: float | None = None
    start: int | None = None
    end: int | None = None
    diff: tuple[DiffWord, ...] = ()

    @property
    def verified(self) -> bool:
        """Whether every word of the quotation stands in the copy."""
        return self.state in {"exact", "folded"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict of the site's scale, complete.

    `rating` runs from 1 to 5, or is None off the scale. The evidence needed: one piece of any stance in
    `needs_any` (if it names one), one of each in `needs_all`, from at least `origins` origins.
    """

    id: str
    label: str
    explanation: str
    rating: int | None
    colour: str
    dark: str
    icon: str
    needs_any: tuple[str, ...] = ()
    needs_all: tuple[str, ...] = ()
    origins: int = 1


@dataclass(frozen=True, slots=True)
class Staleness:
    """Why a check no longer counts as fresh: the field that makes it so, and the reason in words."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class CanonicalText:
    """The one text of an article that anchoring, positions and exports share.

    Read off the parsed tokens: text and code; a soft or hard break is a space; blocks are parted by a line feed;
    no footnote marks, no typographic rewriting. `sections` holds, for each heading's id, the start and end of what
    stands under it (its own words included), up to the next heading of its rank or a higher one.
    """

    text: str
    sections: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """The pinned copy of a source: its text, if it has any, and whether it is still what the record pinned.

    `text` is None where no copy is kept, and empty where the copy yields none. `changed` says that a hash of the
    record differs from the copy's.
    """

    source: str
    file: str
    text: str | None
    sha256: str
    text_sha256: str
    changed: bool = False
