"""The reading of a site: every article and record that is not known already, or was changed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from sitegen.building.articles import ArticleJob, LedgerKeys, ReadingBench, face_key, read_article
from sitegen.building.each import Each
from sitegen.building.entries import Entry, SourceRow
from sitegen.building.files import Files
from sitegen.building.holdings import CONTENT, SOURCES, ArticleFiles, Holdings, load_theme, read_holdings
from sitegen.building.memory import Memory
from sitegen.building.rows import key_of
from sitegen.building.site import Site, parted
from sitegen.building.sources import (
    Copies,
    Records,
    SourceBench,
    SourceJob,
    Texts,
    duplicates,
    is_fresh,
    read_source_row,
)
from sitegen.judging.library import Library
from sitegen.judging.rules import level_of, unheard
from sitegen.judging.verdicts import scale_of
from sitegen.model.places import NOWHERE
from sitegen.model.records import Settings
from sitegen.model.site import Face
from sitegen.writing.highlight import stylesheet
from sitegen.writing.styles import CODE, VERDICTS, verdict_styles


def face_of(settings: Settings) -> Face:
    """What of the settings reaches an article's body."""
    coverage = level_of("coverage", settings.checks) != "off"
    return Face(replace(settings.markdown, at=NOWHERE), settings.language, coverage=coverage)


def read_site(  # noqa: PLR0913 - a whole site, and how it is looked at
    files: Files,
    settings: Settings,
    day: dt.date,
    *,
    drafts: bool,
    each: Each,
    memory: Memory,
    stage: Callable[[str], None] = lambda _: None,
) -> Site:
    """Read every article and record that is not known already, or was changed."""
    holdings = read_holdings(files)
    scale = scale_of(settings.verdicts)
    styles = {VERDICTS: verdict_styles(scale), CODE: stylesheet().encode()}
    theme = load_theme(files, settings, styles)
    stage("sources")
    rows = _read_sources(holdings, files, day, each, memory)
    face = face_of(settings)
    site = Site(files, settings, day, drafts, scale, face, theme, holdings, rows, {}, {}, memory)
    stage("articles")
    entries = _read_articles(_bench(site), holdings, each, memory)
    published, hidden = parted(entries, day, drafts=drafts)
    return replace(site, entries=published, hidden=hidden)


def reread(site: Site, names: frozenset[str], files: Files) -> Site | None:
    """A site of which nothing but these files has changed, and they are articles and sidecars that were there before.

    None where one of them is anything else. `files` are the site's, looked at again.
    """
    touched: dict[str, Entry] = {}
    for name in names:
        article = name.removeprefix(CONTENT).rpartition(".")[0]
        entry = site.entries.get(article) or site.hidden.get(article)
        if entry is None or name not in {entry.file, entry.sidecar}:
            return None
        touched[article] = entry
    bench = _bench(replace(site, files=files))
    jobs = (ArticleFiles(entry.article, entry.file, entry.sidecar) for entry in touched.values())
    fresh = {
        job.files.article: read_article(job, bench)
        for article in jobs
        if (job := _job(article, bench, site.memory)) is not None
    }
    site.memory.entries.update(fresh)
    return site.with_entries(fresh, files)


def _read_sources(
    holdings: Holdings, files: Files, day: dt.date, each: Each, memory: Memory
) -> dict[str, SourceRow]:
    """The rows of all records, by file's order; of two records with one id, the first counts."""
    stems: dict[str, list[str]] = {}
    for name in files.names():
        if name.startswith(SOURCES):
            stems.setdefault(name.rpartition(".")[0], []).append(name)
    jobs = [
        SourceJob(name, tuple(stems[name.rpartition(".")[0]]), memory.sources.get(name))
        for name in holdings.records
    ]
    due = [job for job in jobs if not is_fresh(job, files, day)]
    bench = SourceBench(files, day, memory.store)
    made = dict(
        zip((job.file for job in due), each(read_source_row, due, bench, what="sources"), strict=True)
    )
    memory.sources = {job.file: made.get(job.file) or memory.sources[job.file] for job in jobs}
    return duplicates(memory.sources.values())[0]


def _bench(site: Site) -> ReadingBench:
    """What the reading of articles shares; of the site, the entries are of no account here."""
    records, bare = Records(site.rows, site.store), Copies(site.rows, site.store)
    library = Library(records, Texts(bare, records, site.rows, site.files), site.holdings.seeds)
    return ReadingBench(
        site.files,
        site.face,
        site.settings.checks,
        library,
        site.scale,
        site.day,
        site.store,
        _ledger_keys(site),
    )


def _ledger_keys(site: Site) -> LedgerKeys:
    checks = site.settings.checks
    days = checks.stale_after.days
    return LedgerKeys(
        draft_base=face_key(site.face),
        base=key_of("judge", list(site.scale.values()), days, checks.require_review, sorted(unheard(checks))),
        sources={key: row.key for key, row in site.rows.items() if row.record is not None},
        seeds={seed: key_of(text) for seed, text in site.holdings.seeds.items()},
    )


def _read_articles(bench: ReadingBench, holdings: Holdings, each: Each, memory: Memory) -> dict[str, Entry]:
    """The entries of all articles, by name: those that still hold, and new ones."""
    jobs = [job for article in holdings.articles if (job := _job(article, bench, memory)) is not None]
    made = {entry.article: entry for entry in each(read_article, jobs, bench, what="reading")}
    for entry in made.values():
        # Another process has read them; the next build need not do so to know that they are as they were.
        bench.files.learn(entry.file, entry.content)
        if entry.sidecar is not None:
            bench.files.learn(entry.sidecar, entry.ledger)
    memory.entries = {
        article.article: made.get(article.article) or memory.entries[article.article]
        for article in holdings.articles
    }
    return memory.entries


def _job(article: ArticleFiles, bench: ReadingBench, memory: Memory) -> ArticleJob | None:
    """What is to be done for an article: nothing, where its entry still holds."""
    known = memory.entries.get(article.article)
    if known is None or known.draft_base != bench.keys.draft_base or known.sidecar != article.sidecar:
        return ArticleJob(article, None)
    files = bench.files
    if known.content != files.digest(article.file) or known.ledger != (
        files.digest(article.sidecar) if article.sidecar else b""
    ):
        return ArticleJob(article, None)
    copies = tuple((name, files.digest(name)) for name, _ in known.copies)
    key = bench.keys.key((known.content, known.ledger), known.cited, known.seeds, copies)
    return None if key == known.judge_key and known.holds_on(bench.day) else ArticleJob(article, known)
