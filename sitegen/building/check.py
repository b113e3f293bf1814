"""A site read and judged, as a function of files and a day: the same for check, build and preview."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from sitegen.building.each import Each, in_turn
from sitegen.building.entries import ALWAYS
from sitegen.building.files import Files
from sitegen.building.findings import Findings
from sitegen.building.memory import Memory
from sitegen.building.site import Site
from sitegen.building.survey import read_site
from sitegen.model.places import Graded, Problem
from sitegen.model.records import Settings
from sitegen.model.tally import Summing, Tally


@dataclass(frozen=True)
class Checked:
    """A site that was read and judged, and what is wrong with it."""

    site: Site
    problems: tuple[Graded, ...]

    @property
    def settings(self) -> Settings:
        """The site's settings."""
        return self.site.settings

    @property
    def days(self) -> tuple[int, int]:
        """The days (ordinals) between which nothing that the site dates comes or goes."""
        site = self.site
        spans = [entry.days for entry in (*site.entries.values(), *site.hidden.values())]
        spans += [row.days for row in site.rows.values()]
        spans.append(ALWAYS)
        return max(first for first, _ in spans), min(last for _, last in spans)

    def count(self, level: str) -> int:
        """How many problems have a level."""
        return sum(graded.level == level for graded in self.problems)

    @property
    def tally(self) -> Tally:
        """What all published articles hold."""
        return self.site.tally

    @cached_property
    def summing(self) -> Summing:
        """What the site holds, in numbers."""
        tally = self.tally
        return Summing(
            articles=len(self.site.entries),
            claims=tally.claims,
            notes=tally.notes,
            evidence=tally.evidence,
            sources=tally.own_sources + sum(row.record is not None for row in self.site.rows.values()),
            anchors=tally.anchors,
            quotes=tally.quotes,
            verdicts=tally.verdicts,
        )


def check(  # noqa: PLR0913 - a whole site, and how it is looked at
    files: Files,
    settings: Settings,
    day: dt.date,
    *,
    drafts: bool = False,
    each: Each = in_turn,
    found: Iterable[Problem] = (),
    memory: Memory | None = None,
    stage: Callable[[str], None] = lambda _: None,
) -> Checked:
    """Read a site and judge it; `found` are problems of the settings, met before.

    `memory` holds what is known from before, and is told what is new. `stage` is told what begins.
    """
    site = read_site(files, settings, day, drafts=drafts, each=each, memory=memory or Memory(), stage=stage)
    stage("rules of the whole site")
    return Checked(site, Findings.of(site, found).problems)
