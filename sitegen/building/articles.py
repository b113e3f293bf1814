"""The first job of a build: an article's two files to its entry, read, anchored, woven and judged."""

import datetime as dt
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sitegen.building.entries import ALWAYS, Entry, Sign, Statement, draft_of, holding
from sitegen.building.files import Files, digest_of
from sitegen.building.holdings import SOURCES, ArticleFiles
from sitegen.building.rows import KEY, encoded, key_of
from sitegen.building.store import Ref, Store
from sitegen.judging.dates import article_dates, claim_dates, source_dates, stale_claims, stale_problem
from sitegen.judging.folding import fold
from sitegen.judging.judge import judge
from sitegen.judging.library import Library, Shelf
from sitegen.judging.rules import UNREADABLE, level_of, unheard, without_allowed
from sitegen.model.findings import UNCHECKABLE, Copy, QuoteCheck, Staleness, Verdict
from sitegen.model.places import Problem
from sitegen.model.records import CheckSettings, Claim, Evidence, Sidecar, Source
from sitegen.model.site import Draft, Face
from sitegen.model.tally import Tally
from sitegen.reading.copies import SUFFIXES, copy_files, read_copy
from sitegen.writing.draft import DraftJob, draft
from sitegen.writing.smarten import typeset

_intern = sys.intern
"""For words that many rows hold: a row keeps the one text, also on its way from one process to another."""

_Cited = tuple[Evidence, QuoteCheck, Source | None]
"""A piece of evidence, what became of its quotation, and the record of its source."""


@dataclass(frozen=True, slots=True)
class ArticleJob:
    """An article to be read; `drafted` is its entry where its files and the site's face are as they were."""

    files: ArticleFiles
    drafted: Entry | None


@dataclass(frozen=True)
class LedgerKeys:
    """What judging rests on beside an article's own files, as digests: `base` of the settings."""

    draft_base: bytes
    base: bytes
    sources: Mapping[str, bytes]
    seeds: Mapping[str, bytes]

    def key(
        self,
        own: tuple[bytes, bytes],
        cited: Iterable[str],
        seeds: Iterable[str],
        copies: Iterable[tuple[str, bytes]],
    ) -> bytes:
        """The key of an article's judging."""
        return key_of(
            self.draft_base,
            self.base,
            own,
            [(source, self.sources.get(source, b"")) for source in cited],
            [(seed, self.seeds.get(seed, b"")) for seed in seeds],
            list(copies),
        )


@dataclass(frozen=True)
class ReadingBench:
    """What the reading of all articles shares. `keys` are the digests of the library's records and seeds."""

    files: Files
    face: Face
    checks: CheckSettings
    library: Library
    scale: Mapping[str, Verdict]
    day: dt.date
    store: Store
    keys: LedgerKeys

    @cached_property
    def unheard(self) -> frozenset[str]:
        """The rules that are off."""
        return unheard(self.checks)


def face_key(face: Face) -> bytes:
    """The digest of all that reaches a draft beside its files."""
    return key_of("draft", face)


def drafts(files: Files, articles: Iterable[ArticleFiles], face: Face) -> Iterator[Draft]:
    """The drafts of some articles, read now: for a command that works on anchors."""
    for article in articles:
        yield draft(draft_job(files, article), face)


def draft_job(files: Files, article: ArticleFiles) -> DraftJob:
    """An article's two files, read now."""
    sidecar = files.read(article.sidecar) if article.sidecar else None
    return DraftJob(article.article, article.file, files.read(article.file), article.sidecar, sidecar)


def read_article(job: ArticleJob, bench: ReadingBench) -> Entry:
    """Make an article's entry, and keep its draft and what judging it found."""
    if job.drafted is None:
        made, content, ledger = _draft(job.files, bench)
    else:
        made, content, ledger = draft_of(job.drafted, bench.store), job.drafted.content, job.drafted.ledger
    copies, found, traced = read_own_copies(made.article, made.sidecar, bench.files)
    library = replace(bench.library, own=copies)
    judged = judge(made, library, bench.scale, bench.unheard)
    shelf = Shelf.of(made, library)
    checks = dict(judged.checks)
    evidence = [
        (evidence, check, shelf.record(evidence.source))
        for claim in made.sidecar.claims
        for evidence, check in zip(claim.evidence, checks[claim.id], strict=True)
    ]
    stale = stale_claims(made.sidecar.claims, bench.checks, bench.day)
    problems = (*judged.problems, *found, *_dated_problems(made, shelf, stale, bench.day))
    if bench.checks.require_review:
        problems = (*problems, *_unreviewed(made))
    kept = job.drafted if job.drafted is not None else _kept(made, bench)
    cited, seeds = _cited(made), _seeds(made)
    return Entry(
        article=made.article,
        file=made.file,
        sidecar=job.files.sidecar,
        content=content,
        ledger=ledger,
        draft_base=bench.keys.draft_base,
        drafted=kept.drafted,
        sign_digest=kept.sign_digest,
        statements_digest=kept.statements_digest,
        fragments_digest=kept.fragments_digest,
        links_digest=kept.links_digest,
        published=made.front.date.toordinal() if made.front.date is not None else None,
        is_draft=made.front.draft,
        judge_key=bench.keys.key((content, ledger), cited, seeds, traced),
        judged=bench.store.put([encoded(replace(judged, problems=())), encoded(_bare(copies))]),
        cited=cited,
        seeds=seeds,
        copies=traced,
        days=holding(bench.day, _turns(made, bench.checks)),
        stale=tuple((claim, why.field) for claim, why in stale),
        problems=_that_count(problems, bench.checks),
        wants=tuple(link for link in made.links if link.fragment),
        images=tuple(link.path for link in made.links if link.kind == "image"),
        uses=_uses(evidence, shelf),
        tally=_tally(made, evidence, len(stale)),
    )


def _draft(files: ArticleFiles, bench: ReadingBench) -> tuple[Draft, bytes, bytes]:
    content = bench.files.read(files.file)
    sidecar = bench.files.read(files.sidecar) if files.sidecar else None
    made = draft(DraftJob(files.article, files.file, content, files.sidecar, sidecar), bench.face)
    return made, digest_of(content), digest_of(sidecar) if sidecar is not None else b""


def _that_count(problems: Iterable[Problem], checks: CheckSettings) -> tuple[Problem, ...]:
    """The problems that a site wants to hear of; that a file is unread, others have to know in any case."""
    return tuple(
        found
        for found in dict.fromkeys(problems)
        if found.rule in UNREADABLE or level_of(found.rule, checks) != "off"
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a draft's sections were put, and the digests of those that others look at."""

    drafted: Ref
    sign_digest: bytes
    links_digest: bytes
    fragments_digest: bytes
    statements_digest: bytes


def _kept(made: Draft, bench: ReadingBench) -> _Kept:
    title, summary = made.title, made.front.summary
    if bench.face.markdown.smart_quotes:
        language = made.front.language or bench.face.language
        title, summary = typeset(title, language), typeset(summary, language)
    sign = Sign(
        made.article,
        made.file,
        title,
        summary,
        made.front,
        tuple(_counted(claim.verdict for claim in made.sidecar.claims).items()),
        tuple(source.id for source in made.sidecar.sources),
        any(found.rule in UNREADABLE and found.place.file == made.file for found in made.problems),
    )
    statements = tuple(_statement(claim) for claim in made.sidecar.claims)
    parts = [encoded(part) for part in (made, sign, made.links, made.fragments, statements)]
    return _Kept(bench.store.put(parts), *(digest_of(part)[:KEY] for part in parts[1:]))


def _statement(claim: Claim) -> Statement:
    words = " ".join(fold(claim.statement).text.casefold().split()).rstrip(".")
    excused = bool(claim.why) and "verdict-inconsistent" in claim.allow
    return Statement(
        digest_of(words.encode())[:KEY], claim.verdict, claim.id, claim.at.of("verdict"), excused
    )


def _cited(made: Draft) -> tuple[str, ...]:
    """The library's sources that an article names."""
    named = {evidence.source for claim in made.sidecar.claims for evidence in claim.evidence}
    named.add(made.front.subject)
    return tuple(map(_intern, sorted(named - {source.id for source in made.sidecar.sources} - {""})))


def _seeds(made: Draft) -> tuple[str, ...]:
    said = (claim.said for claim in made.sidecar.claims if claim.said is not None)
    return tuple(sorted({spoken.seed for spoken in said if spoken.seed}))


def read_own_copies(
    article: str, sidecar: Sidecar, files: Files
) -> tuple[dict[tuple[str, str], Copy], list[Problem], tuple[tuple[str, bytes], ...]]:
    """The copies of an article's own sources, which lie in the library's folder; and every file that decided it."""
    copies: dict[tuple[str, str], Copy] = {}
    problems: list[Problem] = []
    traced: dict[str, bytes] = {}
    folder = SOURCES.rstrip("/")
    for source in sidecar.sources:
        traced.update((name, files.digest(name)) for name in _candidates(source, folder))
        there = {name for name, digest in traced.items() if digest}
        copy, found = read_copy(source, copy_files(source, folder, there), files.read)
        problems += found
        if copy is not None:
            copies[article, source.id] = copy
    return copies, problems, tuple(sorted(traced.items()))


def _bare(copies: Mapping[tuple[str, str], Copy]) -> tuple[Copy, ...]:
    """What pages say of copies: all but their texts."""
    return tuple(replace(copy, text="") if copy.text is not None else copy for copy in copies.values())


def _candidates(source: Source, folder: str) -> Iterator[str]:
    """The files that may be the copy of a source, or its text."""
    named = source.snapshot.file if source.snapshot is not None else ""
    if not named:
        yield from (f"{folder}/{source.id}{suffix}" for suffix in SUFFIXES)
        return
    yield f"{folder}/{named}"
    yield f"{folder}/{named.rpartition('.')[0]}.txt"


def _dated_problems(
    made: Draft, shelf: Shelf, stale: Iterable[tuple[str, Staleness]], day: dt.date
) -> tuple[Problem, ...]:
    claims = {claim.id: claim for claim in made.sidecar.claims}
    found = [*article_dates(made.front, made.article, day)]
    found += (
        problem for source in made.sidecar.sources for problem in source_dates(source, made.article, day)
    )
    for claim in made.sidecar.claims:
        found += claim_dates(claim, made.article, shelf.record, day)
    found += (stale_problem(claims[claim_id], why, made.article) for claim_id, why in stale)
    return without_allowed(found, made.sidecar.claims)


def _unreviewed(made: Draft) -> Iterator[Problem]:
    for claim in made.sidecar.claims:
        excused = bool(claim.why) and "review-missing" in claim.allow
        if claim.checked is not None and claim.reviewed is None and not excused:
            message, hint = "no second person has read this check", "add reviewed: {on: …, by: …}"
            yield Problem("review-missing", message, claim.at.of("checked"), hint, made.article, claim.id)


def _turns(made: Draft, checks: CheckSettings) -> Iterator[int]:
    """The days from which on something about an article is different."""
    days = [made.front.date, made.front.updated]
    for claim in made.sidecar.claims:
        days += [correction.on for correction in claim.corrections]
        days += [check.on for check in (claim.checked, claim.reviewed) if check is not None]
        days.append(claim.said.on if claim.said is not None else None)
        if claim.review_by is not None:
            yield claim.review_by.toordinal() + 1
        if claim.checked is not None:
            yield min(claim.checked.on.toordinal() + checks.stale_after.days + 1, ALWAYS[1])
    for source in made.sidecar.sources:
        yield from source_turns(source)
    yield from (day.toordinal() for day in days if day is not None)


def source_turns(source: Source) -> Iterator[int]:
    """The days from which on something about a source's record is different."""
    issued = source.issued.first_day() if source.issued is not None else None
    archived = source.archive.on if source.archive is not None else None
    yield from (
        day.toordinal()
        for day in (issued, archived, source.accessed, source.first_accessed)
        if day is not None
    )


def _tally(made: Draft, cited: Sequence[_Cited], stale: int) -> Tally:
    claims = made.sidecar.claims
    days = [claim.checked.on.toordinal() for claim in claims if claim.checked is not None]
    return Tally(
        claims=len(claims),
        notes=len(made.sidecar.notes),
        evidence=len(cited),
        own_sources=len(made.sidecar.sources),
        excerpts=sum(_is_excerpt(check, record) for _, check, record in cited),
        excused=len(made.words),
        reviewed=sum(claim.reviewed is not None for claim in claims),
        stale=stale,
        corrections=sum(len(claim.corrections) for claim in claims),
        oldest=min(days, default=None),
        newest=max(days, default=None),
        anchors=_counted(anchoring.state for _, anchoring in made.anchorings),
        quotes=_counted(check.state for _, check, _ in cited),
        verdicts=_counted(claim.verdict for claim in claims),
        stances=_counted(evidence.stance for evidence, _, _ in cited),
        kinds=_counted(note.kind for note in made.sidecar.notes),
        cited=tuple(sorted({_intern(evidence.source) for evidence, _, _ in cited})),
    )


def _uses(cited: Iterable[_Cited], shelf: Shelf) -> tuple[tuple[str, int, int, int, int], ...]:
    states: dict[str, list[str]] = {}
    for evidence, check, record in cited:
        if record is not None:
            states.setdefault(_intern(shelf.key(evidence.source)), []).append(check.state)
    return tuple((key, len(found), *_looked_for(found)) for key, found in states.items())


def _looked_for(states: Sequence[str]) -> tuple[int, int, int]:
    """Of the quotations in these states: how many they are, how many were found, how many could not be looked for."""
    unlooked = sum(state in UNCHECKABLE for state in states)
    found = states.count("exact") + states.count("folded")
    return len(states) - states.count("unquoted"), found, unlooked


def _is_excerpt(check: QuoteCheck, source: Source | None) -> bool:
    """Whether a quotation was found in a copy that holds only a part of its source."""
    part = source is not None and source.snapshot is not None and source.snapshot.coverage != "full"
    return check.verified and part


def _counted(words: Iterable[str]) -> dict[str, int]:
    # A `Counter` takes longer to make than most articles have words to count.
    counts: dict[str, int] = {}
    for word in words:
        counts[_intern(word)] = counts.get(word, 0) + 1
    return dict(sorted(counts.items()))
