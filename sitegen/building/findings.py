"""What is wrong with a site, in parts that are kept while what they rest on is as it was: an edit costs what it touches."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sitegen.building.entries import Entry
from sitegen.building.site import Site
from sitegen.building.sources import duplicates
from sitegen.judging.rules import UNREADABLE, heard, level_of
from sitegen.model.places import Graded, Level, Problem
from sitegen.model.records import CheckSettings, Settings
from sitegen.reading.shapes import nearest
from sitegen.writing.styles import ICONS
from sitegen.writing.theme import Theme

Part = tuple[Graded, ...]


@dataclass(frozen=True)
class Findings:
    """All that is wrong with a site.

    `articles` has the problems of single articles that have any, by name; `wide` those that follow from all together, by rule. `times`
    counts how often each is in one of these parts, and `problems` has each once, in the order of places.
    """

    site: Site
    found: tuple[Problem, ...]
    articles: Mapping[str, Part]
    wide: Mapping[str, Part]
    times: Mapping[Graded, int]
    problems: tuple[Graded, ...]

    @classmethod
    def of(cls, site: Site, found: Iterable[Problem]) -> "Findings":
        """Judge a site; `found` are problems of its settings."""
        found = tuple(found)
        site.look_elsewhere()
        grading = _Grading(site.settings.checks)
        articles = {name: part for name, part in _articles(site, grading) if part}
        site.forget_links_of_others()
        wide = {
            "plan": grading.part(_fixed(site, found)),
            "statements": grading.part(site.statements()),
            "fragments": grading.part(site.fragment_problems()),
            "unused": grading.part(site.unused()),
        }
        times: dict[Graded, int] = {}
        for part in (*articles.values(), *wide.values()):
            for graded in part:
                times[graded] = times.get(graded, 0) + 1
        return cls(site, found, articles, wide, times, tuple(sorted(times, key=_order)))

    def of_next(self, site: Site, found: Iterable[Problem]) -> "Findings":
        """Judge what became of the site: what rests on nothing that was changed is taken over."""
        found = tuple(found)
        if not self._has_plan_of(site) or found != self.found:
            return Findings.of(site, found)
        grading = _Grading(site.settings.checks)
        fresh = _fresh(self.site, site)
        articles, wide = dict(self.articles), dict(self.wide)
        gone: list[Graded] = []
        come: list[Graded] = []
        for _, entry in fresh:
            part = grading.part(_of_article(site, entry))
            gone += articles.pop(entry.article, ())
            come += part
            if part:
                articles[entry.article] = part
        for rule, column, judge in (
            ("statements", _statements, site.statements),
            ("fragments", _fragments, site.fragment_problems),
            ("unused", _citations, site.unused),
        ):
            if any(column(old) != column(new) for old, new in fresh):
                gone += wide[rule]
                wide[rule] = grading.part(judge())
                come += wide[rule]
        times, problems = _exchanged(self.times, self.problems, gone, come)
        return Findings(site, found, articles, wide, times, problems)

    def _has_plan_of(self, site: Site) -> bool:
        """Whether a site differs from this one's in nothing but what its articles hold."""
        mine = self.site
        return (
            site.settings is mine.settings
            and site.theme is mine.theme
            and site.holdings is mine.holdings
            and site.rows is mine.rows
            and site.day == mine.day
            and site.plan_key == mine.plan_key
        )


class _Grading:
    """Gives problems their levels."""

    def __init__(self, checks: CheckSettings) -> None:
        self._checks = checks
        self._levels: dict[str, Level] = {}

    def part(self, problems: Iterable[Problem]) -> Part:
        """The problems that count at the site."""
        return heard(Graded(problem, self._level(problem.rule)) for problem in problems)

    def _level(self, rule: str) -> Level:
        level = self._levels.get(rule)
        if level is None:
            level = self._levels[rule] = level_of(rule, self._checks)
        return level


def _order(graded: Graded) -> tuple[object, ...]:
    """By place; what stands at one place in an order that no history changes."""
    problem = graded.problem
    return problem.place, problem.rule, problem.message, problem.article, problem.claim, problem.hint


def _exchanged(
    times: Mapping[Graded, int], problems: tuple[Graded, ...], gone: Iterable[Graded], come: Iterable[Graded]
) -> tuple[Mapping[Graded, int], tuple[Graded, ...]]:
    """The count and the order of all problems, without some and with others."""
    if not gone and not come:
        return times, problems
    counts, ordered = dict(times), list(problems)
    for graded in come:
        counts[graded] = counts.get(graded, 0) + 1
        if counts[graded] == 1:
            insort(ordered, graded, key=_order)
    for graded in gone:
        counts[graded] -= 1
        if not counts[graded]:
            del counts[graded]
            del ordered[bisect_left(ordered, _order(graded), key=_order)]
    return counts, tuple(ordered)


# --- single articles


def _articles(site: Site, grading: _Grading) -> Iterable[tuple[str, Part]]:
    for entry in (*site.entries.values(), *site.hidden.values()):
        yield entry.article, grading.part(_of_article(site, entry))


def _of_article(site: Site, entry: Entry) -> Iterable[Problem]:
    if entry.article in site.entries:
        ledger = (
            problem if problem.sought is None else site.catalogue.told(problem) for problem in entry.problems
        )
        return (*ledger, *site.link_problems(entry))
    # An article whose front matter cannot be read might be a draft, and is treated as one; but never in silence.
    return (problem for problem in entry.problems if problem.rule in UNREADABLE)


def _fresh(before: Site, after: Site) -> list[tuple[Entry, Entry]]:
    """The former and the present entry of each article that was read or judged anew, of two sites with the same articles."""
    return [
        (old[name], entry)
        for old, new in ((before.entries, after.entries), (before.hidden, after.hidden))
        for name, entry in new.items()
        if old[name] is not entry
    ]


# --- rules of the whole site, and what each of them sees of an article


def _statements(entry: Entry) -> object:
    return entry.statements_digest, entry.tally.claims > 0


def _fragments(entry: Entry) -> object:
    return entry.fragments_digest, entry.wants


def _citations(entry: Entry) -> object:
    return entry.cited, any(problem.rule in UNREADABLE for problem in entry.problems)


def _fixed(site: Site, found: Iterable[Problem]) -> Iterable[Problem]:
    """What no article's text or ledger has a part in."""
    yield from (*found, *site.holdings.problems, *site.noted[1], *site.planned())
    yield from duplicates(site.memory.sources.values())[1]
    yield from _icon_problems(site.settings, site.theme)


def _icon_problems(settings: Settings, theme: Theme) -> Iterable[Problem]:
    """Icons that the settings name, and that the theme has not drawn."""
    drawn = {name.removeprefix(ICONS).removesuffix(".svg") for name in theme.static if name.startswith(ICONS)}
    for verdict in settings.verdicts:
        if verdict.icon is not None and len(verdict.icon) > 2 and verdict.icon not in drawn:
            message = f'the theme "{theme.name}" has no icon "{verdict.icon}"'
            yield Problem("field-type", message, verdict.at.of("icon"), nearest(verdict.icon, drawn))
