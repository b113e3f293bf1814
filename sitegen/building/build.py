"""The whole build as a function of files and a day: the same for build, check and preview.

How the work is spread is the caller's: `each` applies a function to jobs, in this process or in several. What is
made is handed to `emit` as it is finished, so that a large site need not be held in memory.
"""

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from sitegen.building.collisions import collisions
from sitegen.building.files import Files
from sitegen.building.holdings import CONTENT, SOURCES, Holdings, load_theme, read_holdings
from sitegen.building.plan import (
    Atlas,
    alias_path,
    card_of,
    chart,
    folders_of,
    in_order,
    is_published,
    listings,
    made_pages,
    neighbours,
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
from sitegen.model.site import Card, Draft, Face, Judged, Page
from sitegen.reading.copies import copy_files, read_copy
from sitegen.reading.shapes import nearest
from sitegen.writing.article_page import ArticleOutput, PageJob, article_page
from sitegen.writing.draft import DraftJob, draft
from sitegen.writing.feeds import feeds, newest, redirect, sitemap
from sitegen.writing.highlight import stylesheet
from sitegen.writing.site_pages import site_pages
from sitegen.writing.source_notes import source_note
from sitegen.writing.theme import ICONS, Theme, verdict_styles
from sitegen.writing.views import SiteView
from sitegen.writing.workshop import Workshop

_LATER_PAGE = re.compile(r"(?:^|/)page/\d+/index\.html$")

Job = TypeVar("Job")
Shared = TypeVar("Shared")
Result = TypeVar("Result")


class Each(Protocol):
    """Applies a function to every job, with what all jobs share, and gives the results in the jobs' order."""

    def __call__(
        self, function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared, /, *, what: str
    ) -> Iterable[Result]:
        """Apply it; `what` names the work for a progress bar."""
        ...


def in_turn(
    function: Callable[[Job, Shared], Result], jobs: Sequence[Job], shared: Shared, /, *, what: str
) -> Iterable[Result]:
    """One job after the other, in this process."""
    del what
    return [function(job, shared) for job in jobs]


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
    jobs = [
        DraftJob(
            entry.article,
            entry.file,
            files.read(entry.file),
            entry.sidecar,
            files.read(entry.sidecar) if entry.sidecar else None,
        )
        for entry in holdings.articles
    ]
    made = list(each(draft, jobs, face, what="reading"))
    published = tuple(entry for entry in made if is_published(entry, day, drafts=drafts))
    hidden = tuple(entry for entry in made if not is_published(entry, day, drafts=drafts))
    library, local_problems = _with_local_copies(holdings.library, published, files)
    judged = tuple(each(_judge, published, _Bench(library, scale), what="checking"))
    cards = tuple(
        card_of(entry, settings, unpublished=not is_published(entry, day, drafts=False))
        for entry in published
    )
    stale = tuple(stale_claims(entry.sidecar.claims, settings.checks, day) for entry in published)
    pages, shelves = made_pages(cards, _source_keys(published, holdings.library)), ("", *folders_of(cards))
    atlas = chart(published, holdings.media, (*pages, *shelves), hidden)
    problems = [*found, *holdings.problems, *local_problems]
    problems += (problem for entry in judged for problem in entry.problems)
    # An article whose front matter cannot be read might be a draft, and is treated as one; but never in silence.
    problems += (problem for entry in hidden for problem in entry.problems if problem.rule in UNREADABLE)
    problems += _template_problems(published, theme)
    problems += _icon_problems(settings, theme)
    problems += _dated_problems(published, holdings.library, stale, day)
    problems += collisions(published, cards, holdings.media, pages, shelves)
    problems += (
        problem
        for entry in published
        for link in entry.links
        if (problem := atlas.problem(link, entry.article)) is not None
    )
    notes, note_problems = _source_notes(holdings.library, settings, atlas)
    problems += note_problems
    summaries = [Summary.of(entry) for entry in published]
    if not any(problem.rule in UNREADABLE for entry in made for problem in entry.problems):
        problems += unused(summaries, [Summary.of(entry) for entry in hidden], holdings.library)
    problems += sitewide(summaries, settings.checks)
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


# --- pages


def write_pages(
    checked: Checked, files: Files, emit: Callable[[Page], None], *, each: Each = in_turn
) -> None:
    """Make every file of a checked site but its media, and hand each to `emit`."""
    shop = _workshop(checked)
    beside = neighbours(checked.cards)
    fed = {card.article for card in newest(checked.cards)}
    sizes = _sizes(checked, files)
    jobs = [
        PageJob(
            draft=entry,
            judged=judged,
            card=card,
            beside=beside.get(card.article, (None, None)),
            targets=(targets := tuple(checked.atlas.target(link) for link in entry.links)),
            sizes=tuple(sizes.get(target or "") for target in targets),
            stale=tuple((claim, why.words) for claim, why in stale),
            in_feed=card.article in fed,
        )
        for entry, judged, card, stale in zip(
            checked.drafts, checked.judged, checked.cards, checked.stale, strict=True
        )
    ]
    by_article: dict[str, ArticleOutput] = {}
    for output in each(article_page, jobs, shop, what="writing"):
        for page in output.files:
            emit(page)
        by_article[output.card.article] = replace(output, files=())
    outputs = [by_article[card.article] for card in in_order(checked.cards)]
    _write_shared(checked, outputs, shop, emit)


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


def _write_shared(
    checked: Checked, outputs: Sequence[ArticleOutput], shop: Workshop, emit: Callable[[Page], None]
) -> None:
    own = {output.card.path: output.own for output in outputs if output.own is not None}
    indexed = [(card.path, _changed(card)) for card in checked.cards if not card.draft]
    for page in site_pages(listings(checked.cards, own, checked.settings), outputs, shop):
        emit(page)
        if page.path.endswith("index.html") and not _LATER_PAGE.search(page.path):
            indexed.append((page.path.removesuffix("index.html"), ""))
    for entry, card in zip(checked.drafts, checked.cards, strict=True):
        for alias in entry.front.aliases:
            emit(redirect(alias_path(alias), card, shop))
    for page in (*feeds(outputs, shop), *sitemap(dict(reversed(indexed)).items(), shop)):
        emit(page)
    by_article = sorted(outputs, key=lambda output: output.card.article)
    lines = [line for output in by_article for line in output.claims]
    emit(Page("claims.json", ("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n").encode()))
    for path, content in shop.theme.files.items():
        emit(Page(path, content))


def _changed(card: Card) -> str:
    last = card.updated or card.date
    return last.isoformat() if last is not None else ""


def _workshop(checked: Checked) -> Workshop:
    settings = checked.settings
    site = SiteView(
        title=settings.title,
        description=settings.description,
        language=settings.language,
        url=settings.base_url,
        author=settings.author,
        has_tags=any(card.tags for card in checked.cards if card.listed),
        has_corrections=any(claim.corrections for entry in checked.drafts for claim in entry.sidecar.claims),
    )
    library = checked.holdings.library
    return Workshop(
        settings=settings,
        scale=checked.scale,
        theme=checked.theme,
        site=site,
        library=library,
        source_notes=checked.source_notes,
    )


def _sizes(checked: Checked, files: Files) -> dict[str, tuple[int, int]]:
    """Width and height in pixels of each image that an article shows, where its format tells them."""
    links = (link for entry in checked.drafts for link in entry.links if link.kind == "image")
    shown = {target for link in links if (target := checked.atlas.target(link)) in checked.atlas.media}
    if not shown:
        return {}
    import imagesize  # noqa: PLC0415 - slow to import, and many sites show no images

    measured = {
        path: imagesize.get(io.BytesIO(files.read(f"{CONTENT}{path}")))
        for path in sorted(filter(None, shown))
    }
    return {
        path: (int(width), int(height))
        for path, (width, height) in measured.items()
        if width > 0 and height > 0
    }
