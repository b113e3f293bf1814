"""A site read and judged, as a function of files and a day: the same for check, build and preview."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sitegen.building.collisions import collisions
from sitegen.building.each import Each, in_turn
from sitegen.building.files import Files
from sitegen.building.holdings import SOURCES, Holdings, load_theme, read_holdings
from sitegen.building.plan import (
    Atlas,
    card_of,
    chart,
    folders_of,
    is_published,
    made_pages,
)
from sitegen.building.sitewide import Summary, sitewide, unused
from sitegen.judging.dates import article_dates, claim_dates, source_dates, stale_claims, stale_problem
from sitegen.judging.judge import judge
from sitegen.judging.library import Library, Shelf
from sitegen.judging.rules import UNREADABLE, grade, level_of, without_allowed
from sitegen.judging.verdicts import scale_of
from sitegen.model.findings import Copy, Staleness, Verdict
from sitegen.model.places import Graded, Problem
from sitegen.model.records import Settings
from sitegen.model.site import Card, Draft, Face, Judged
from sitegen.reading.copies import copy_files, read_copy
from sitegen.reading.shapes import nearest
from sitegen.writing.draft import DraftJob, draft
from sitegen.writing.highlight import stylesheet
from sitegen.writing.source_notes import source_note
from sitegen.writing.theme import ICONS, Theme, verdict_styles


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


@dataclass(frozen=True, slots=True)
class Checked:
    """A site that was read and judged, with all that is needed to make its pages.

    `drafts`, `judged` and `cards` belong together, article by article; `stale` holds each article's stale claims.
    """

    settings: Settings
    scale: Mapping[str, Verdict]
    holdings: Holdings
    drafts: tuple[Draft, ...]
    judged: tuple[Judged, ...]
    cards: tuple[Card, ...]
    stale: tuple[tuple[tuple[str, Staleness], ...], ...]
    atlas: Atlas
    source_notes: Mapping[str, str]
    theme: Theme
    problems: tuple[Graded, ...]
    summing: Summing

    def count(self, level: str) -> int:
        """How many problems have a level."""
        return sum(graded.level == level for graded in self.problems)


@dataclass(frozen=True)
class _Bench:
    """What the judging of all articles shares."""

    library: Library
    scale: Mapping[str, Verdict]


def check(
    files: Files,
    settings: Settings,
    day: dt.date,
    *,
    drafts: bool = False,
    each: Each = in_turn,
    found: Iterable[Problem] = (),
) -> Checked:
    """Read a site and judge it; `found` are problems of the settings, met before."""
    holdings = read_holdings(files, settings)
    scale = scale_of(settings.verdicts)
    made_styles = {"verdicts.css": verdict_styles(scale), "pygments.css": stylesheet().encode()}
    theme = load_theme(files, settings, made_styles)
    labels = tuple((verdict.id, verdict.label) for verdict in scale.values())
    face = Face(
        settings.markdown, settings.language, labels, coverage=level_of("coverage", settings.checks) != "off"
    )
    made = list(each(draft, _draft_jobs(holdings, files), face, what="reading"))
    published = tuple(entry for entry in made if is_published(entry, day, drafts=drafts))
    hidden = tuple(entry for entry in made if not is_published(entry, day, drafts=drafts))
    library, local_problems = _with_local_copies(holdings.library, published, files)
    judged = tuple(each(_judge, published, _Bench(library, scale), what="checking"))
    cards = tuple(
        card_of(entry, settings, unpublished=not is_published(entry, day, drafts=False))
        for entry in published
    )
    stale = tuple(stale_claims(entry.sidecar.claims, settings.checks, day) for entry in published)
    pages, shelves = made_pages(cards, _source_keys(published, library)), ("", *folders_of(cards))
    atlas = chart(published, holdings.media, (*pages, *shelves), hidden)
    notes, note_problems = _source_notes(library, settings, atlas)
    problems = [*found, *holdings.problems, *local_problems, *note_problems]
    problems += (problem for entry in judged for problem in entry.problems)
    problems += _template_problems(published, theme)
    problems += _icon_problems(settings, theme)
    problems += _dated_problems(published, library, stale, day)
    problems += collisions(published, cards, holdings.media, pages, shelves)
    problems += _link_problems(published, hidden, atlas)
    problems += _sitewide_problems(published, hidden, library, settings)
    return Checked(
        settings=settings,
        scale=scale,
        holdings=replace(holdings, library=library),
        drafts=published,
        judged=judged,
        cards=cards,
        stale=stale,
        atlas=atlas,
        source_notes=notes,
        theme=theme,
        problems=grade(problems, settings.checks),
        summing=_sum_up(published, judged, library),
    )


def _draft_jobs(holdings: Holdings, files: Files) -> list[DraftJob]:
    return [
        DraftJob(
            entry.article,
            entry.file,
            files.read(entry.file),
            entry.sidecar,
            files.read(entry.sidecar) if entry.sidecar else None,
        )
        for entry in holdings.articles
    ]


def _link_problems(drafts: Iterable[Draft], hidden: Iterable[Draft], atlas: Atlas) -> Iterable[Problem]:
    """Links that lead nowhere; of one to an article that could not be read, that is what is told."""
    unread = {
        f"{entry.article}.md" for entry in hidden if any(found.rule in UNREADABLE for found in entry.problems)
    }
    return (
        problem
        for entry in drafts
        for link in entry.links
        if link.path not in unread and (problem := atlas.problem(link, entry.article)) is not None
    )


def _sitewide_problems(
    published: Iterable[Draft], hidden: Iterable[Draft], library: Library, settings: Settings
) -> Iterable[Problem]:
    """What only the whole site shows, and what of hidden articles must not stay hidden."""
    published, hidden = tuple(published), tuple(hidden)
    summaries = [Summary.of(entry) for entry in published]
    yield from sitewide(summaries, settings.checks)
    # An article whose front matter cannot be read might be a draft, and is treated as one; but never in silence.
    yield from (problem for entry in hidden for problem in entry.problems if problem.rule in UNREADABLE)
    if not any(problem.rule in UNREADABLE for entry in (*published, *hidden) for problem in entry.problems):
        yield from unused(summaries, [Summary.of(entry) for entry in hidden], library)


def _source_keys(drafts: Iterable[Draft], library: Library) -> list[str]:
    """What the site knows its sources by: the library's by their ids, an article's own by article and id."""
    own = [f"{entry.article}/{source.id}" for entry in drafts for source in entry.sidecar.sources]
    return [*library.sources, *own]


def _source_notes(
    library: Library, settings: Settings, atlas: Atlas
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The notes of the library's records, and what is wrong with them."""
    notes: dict[str, str] = {}
    problems: list[Problem] = []
    for key, source in library.sources.items():
        if source.note:
            notes[key], found, links = source_note(
                source, (settings.markdown, settings.language), atlas.target
            )
            problems += found
            problems += (problem for link in links if (problem := atlas.problem(link, "")) is not None)
    return notes, tuple(problems)


def _judge(entry: Draft, bench: _Bench) -> Judged:
    return judge(entry, bench.library, bench.scale)


def _with_local_copies(
    library: Library, drafts: Iterable[Draft], files: Files
) -> tuple[Library, tuple[Problem, ...]]:
    """The library with the copies of sources that single articles have for themselves: they lie in the library's folder."""
    copies: dict[tuple[str, str], Copy] = {}
    problems: list[Problem] = []
    names = frozenset(files.names())
    for entry in drafts:
        for source in entry.sidecar.sources:
            copy, found = read_copy(source, copy_files(source, SOURCES.rstrip("/"), names), files.read)
            problems += found
            if copy is not None:
                copies[entry.article, source.id] = copy
    return replace(library, own=copies), tuple(problems)


def _dated_problems(
    drafts: Iterable[Draft], library: Library, stale: Iterable[Iterable[tuple[str, Staleness]]], day: dt.date
) -> Iterable[Problem]:
    for source in library.sources.values():
        yield from source_dates(source, "", day)
    for entry, old in zip(drafts, stale, strict=True):
        shelf = Shelf.of(entry, library)
        claims = {claim.id: claim for claim in entry.sidecar.claims}
        found = [*article_dates(entry.front, entry.article, day)]
        found += (
            problem
            for source in entry.sidecar.sources
            for problem in source_dates(source, entry.article, day)
        )
        for claim in entry.sidecar.claims:
            found += claim_dates(claim, entry.article, shelf.record, day)
        found += (stale_problem(claims[claim_id], why, entry.article) for claim_id, why in old)
        yield from without_allowed(found, entry.sidecar.claims)


def _sum_up(drafts: Sequence[Draft], judged: Iterable[Judged], library: Library) -> Summing:
    claims = [claim for entry in drafts for claim in entry.sidecar.claims]
    states = Counter(anchoring.state for entry in drafts for _, anchoring in entry.anchorings)
    quotes = Counter(check.state for entry in judged for _, checks in entry.checks for check in checks)
    return Summing(
        articles=len(drafts),
        claims=len(claims),
        notes=sum(len(entry.sidecar.notes) for entry in drafts),
        evidence=sum(len(claim.evidence) for claim in claims),
        sources=len(library.sources) + sum(len(entry.sidecar.sources) for entry in drafts),
        anchors=dict(sorted(states.items())),
        quotes=dict(sorted(quotes.items())),
        verdicts=dict(sorted(Counter(claim.verdict for claim in claims).items())),
    )


def _template_problems(drafts: Iterable[Draft], theme: Theme) -> Iterable[Problem]:
    for entry in drafts:
        name = entry.front.template
        if name and name not in theme.templates:
            known = (template for template in theme.templates if "/" not in template)
            message, hint = f'the theme "{theme.name}" has no template "{name}"', nearest(name, known)
            yield Problem("field-type", message, entry.front.at.of("template"), hint, entry.article)


def _icon_problems(settings: Settings, theme: Theme) -> Iterable[Problem]:
    """Icons that the settings name, and that the theme has not drawn."""
    drawn = {name.removeprefix(ICONS).removesuffix(".svg") for name in theme.static if name.startswith(ICONS)}
    for verdict in settings.verdicts:
        if verdict.icon is not None and len(verdict.icon) > 2 and verdict.icon not in drawn:
            message = f'the theme "{theme.name}" has no icon "{verdict.icon}"'
            yield Problem("field-type", message, verdict.at.of("icon"), nearest(verdict.icon, drawn))
