"""What articles hold, in numbers: small enough to be kept for every article of a site, and added up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec


class Tally(msgspec.Struct, array_like=True, frozen=True):
    """What an article holds, in numbers. `cited` are the ids that its evidence names; `oldest` and `newest` are the ordinals of the days of its checks.

    `excerpts` counts quotations found in a copy of a part of the source; `excused` the sentences left without a check.
    """

    claims: int = 0
    notes: int = 0
    evidence: int = 0
    own_sources: int = 0
    excerpts: int = 0
    excused: int = 0
    reviewed: int = 0
    stale: int = 0
    corrections: int = 0
    oldest: int | None = None
    newest: int | None = None
    anchors: dict[str, int] = {}
    quotes: dict[str, int] = {}
    verdicts: dict[str, int] = {}
    stances: dict[str, int] = {}
    kinds: dict[str, int] = {}
    cited: tuple[str, ...] = ()


_COUNTED = ("anchors", "quotes", "verdicts", "stances", "kinds")
_NUMBERS = (
    "claims",
    "notes",
    "evidence",
    "own_sources",
    "excerpts",
    "excused",
    "reviewed",
    "stale",
    "corrections",
)


def joined(tallies: Iterable[Tally]) -> Tally:
    """The numbers of many articles as those of one."""
    numbers: Counter[str] = Counter()
    states: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
    days: list[int] = []
    cited: set[str] = set()
    for tally in tallies:
        cited.update(tally.cited)
        for name in _NUMBERS:
            numbers[name] += getattr(tally, name)
        for name, counts in states.items():
            for state, count in getattr(tally, name).items():
                counts[state] += count
        days += (day for day in (tally.oldest, tally.newest) if day is not None)
    return msgspec.structs.replace(
        Tally(),
        **{name: numbers[name] for name in _NUMBERS},
        **{name: dict(sorted(counts.items())) for name, counts in states.items()},
        oldest=min(days, default=None),
        newest=max(days, default=None),
        cited=tuple(sorted(cited)),
    )


@dataclass(frozen=True, slots=True)
class Summing:
    """What a site holds, in numbers: for `check --format json`, `stats`, and the line at the end of a build."""

    articles: int
    claims: int
    notes: int
    evidence: int
    sources: int
    anchors: Mapping[str, int]
    quotes: Mapping[str, int]
    verdicts: Mapping[str, int]
