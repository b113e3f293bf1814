"""A site read and judged, as a function of files and a day: the same for check, build and preview."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from sitegen.building.each import Each, in_turn
from sitegen.building.entries import (
    ALWAYS,
)
from sitegen.building.files import Files
from sitegen.building.memory import Memory
from sitegen.building.site import Site
from sitegen.building.sources import (
    duplicates,
)
from sitegen.building.survey import read_site
from sitegen.judging.rules import UNREADABLE, grade
from sitegen.model.places import Graded, Problem
from sitegen.model.records import Settings
from sitegen.model.tally import Summing, Tally, joined
from sitegen.reading.shapes import nearest
from sitegen.writing.theme import ICONS, Theme


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

    @cached_property
    def tally(self) -> Tally:
        """What all published articles hold."""
        return joined(entry.tally for entry in self.site.entries.values())

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
    return judged(site, found)


def judged(site: Site, found: Iterable[Problem]) -> Checked:
    """A site that was read, with all that is wrong with it; `found` are problems of its settings."""
    problems = [*found, *site.holdings.problems, *site.noted[1], *site.planned(), *site.statements()]
    problems += duplicates(site.memory.sources.values())[1]
    for entry in site.entries.values():
        problems += entry.problems
    problems += _icon_problems(site.settings, site.theme)
    problems += site.link_problems()
    # An article whose front matter cannot be read might be a draft, and is treated as one; but never in silence.
    problems += (
        problem for entry in site.hidden.values() for problem in entry.problems if problem.rule in UNREADABLE
    )
    problems += site.unused()
    return Checked(site, grade(problems, site.settings.checks))


def _icon_problems(settings: Settings, theme: Theme) -> Iterable[Problem]:
    """Icons that the settings name, and that the theme has not drawn."""
    drawn = {name.removeprefix(ICONS).removesuffix(".svg") for name in theme.static if name.startswith(ICONS)}
    for verdict in settings.verdicts:
        if verdict.icon is not None and len(verdict.icon) > 2 and verdict.icon not in drawn:
            message = f'the theme "{theme.name}" has no icon "{verdict.icon}"'
            yield Problem("field-type", message, verdict.at.of("icon"), nearest(verdict.icon, drawn))
