"""A checked site to its files: the second half of a build, the same for build and preview.

How the work is spread is the caller's: `each` applies a function to jobs, in this process or in several. What is
made is handed to `emit` as it is finished, by whichever process made it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sitegen.building.check import Checked
from sitegen.building.each import Each, in_turn
from sitegen.building.holdings import CONTENT
from sitegen.building.memory import Done, Family, Made
from sitegen.building.pages import PageBench, is_made, make_article
from sitegen.building.shared import FAMILIES, SharedJob, Shares
from sitegen.building.templates import keep_templates, know_templates
from sitegen.model.files import File, Page, Scroll
from sitegen.writing.workshop import PAGE_KINDS, PARTS

MANY = 48
"""Articles from which on templates are compiled ahead, once for all processes."""

Intact = Callable[[str, bytes], bool]
"""Whether a file of the output is there, with the bytes of that digest."""


@dataclass(frozen=True)
class Work:
    """What a build came to: all files of the site but its media, with the digests of their bytes, and what was made anew.

    `fresh` names the files that were, `articles` and `shared` the jobs.
    """

    files: Mapping[str, bytes]
    fresh: frozenset[str]
    articles: tuple[str, ...]
    shared: tuple[str, ...]


def _nothing_is(path: str, digest: bytes) -> bool:
    del path, digest
    return False


def write_pages(
    checked: Checked,
    emit: Callable[[File], None],
    *,
    each: Each = in_turn,
    intact: Intact = _nothing_is,
    stage: Callable[[str], None] = lambda _: None,
) -> Work:
    """Make every file of a checked site but its media that is not there already, and hand each to `emit`."""
    stage("pages of articles")
    bench = PageBench.of(checked.site, emit)
    made, due = _make_articles(bench, each, intact)
    stage("pages that span articles")
    shares = Shares(bench, made)
    families, remade = _make_shared(shares, emit, each, intact)
    if due or remade:
        keep_templates(checked.site.theme)
    fresh = {path for name in due for path, _ in made[name].files}
    fresh |= {path for name, job in remade for path, _ in families[name].jobs[job].files}
    files = {path: digest for article in made.values() for path, digest in article.files}
    files |= {
        path: digest
        for family in families.values()
        for done in family.jobs.values()
        for path, digest in done.files
    }
    return Work(files, frozenset(fresh), due, tuple(f"{name}: {job}" for name, job in remade))


def _make_articles(bench: PageBench, each: Each, intact: Intact) -> tuple[dict[str, Made], tuple[str, ...]]:
    site, memory = bench.site, bench.site.memory
    frame = bench.frame
    framed = frame == memory.frame
    due = tuple(
        name
        for name, entry in site.entries.items()
        if not is_made(entry, memory.made.get(name), bench, framed=framed)
        or not all(intact(path, digest) for path, digest in memory.made[name].files)
    )
    if due:
        know_templates(site.theme)
        site.chart()
    if len(due) >= MANY:
        site.theme.compile((*PAGE_KINDS.values(), *PARTS), site.settings.language)
    fresh = dict(zip(due, each(make_article, due, bench, what="writing"), strict=True))
    memory.made = {name: fresh.get(name) or memory.made[name] for name in site.entries}
    memory.frame = frame
    return memory.made, due


def _make_shared(
    shares: Shares, emit: Callable[[File], None], each: Each, intact: Intact
) -> tuple[dict[str, Family], tuple[tuple[str, str], ...]]:
    known = shares.site.memory.families
    families: dict[str, Family] = {}
    waiting: list[tuple[str, SharedJob]] = []
    taken = {path for made in shares.made.values() for path, _ in made.files}
    for name, (key_of_all, jobs) in FAMILIES.items():
        key = key_of_all(shares)
        before = known.get(name) or Family(b"", {})
        if before.key == key and _are_intact(before.jobs.values(), intact):
            families[name] = before
            taken.update(path for done in before.jobs.values() for path, _ in done.files)
            continue
        families[name] = Family(key, {})
        for job in jobs(shares):
            if not taken.isdisjoint(job.paths):
                continue
            taken.update(job.paths)
            done = before.jobs.get(job.name)
            if done is not None and done.key == job.key() and _are_intact((done,), intact):
                families[name].jobs[job.name] = done
            else:
                waiting.append((name, job))
    if waiting:
        know_templates(shares.site.theme)
    todo = tuple(range(len(waiting)))
    for (name, job), done in zip(waiting, each(_make, todo, (waiting, emit), what="listing"), strict=True):
        families[name].jobs[job.name] = done
    shares.site.memory.families = families
    return families, tuple((name, job.name) for name, job in waiting)


def _are_intact(jobs: Iterable[Done], intact: Intact) -> bool:
    return all(intact(path, digest) for done in jobs for path, digest in done.files)


def _make(index: int, shared: tuple[Sequence[tuple[str, SharedJob]], Callable[[File], None]]) -> Done:
    waiting, emit = shared
    job = waiting[index][1]
    return Done(job.key(), tuple(emitted(file, emit) for file in job.make()))


def emitted(file: File, emit: Callable[[File], None]) -> tuple[str, bytes]:
    """Hand over a file; gives its path and the digest of its bytes."""
    if isinstance(file, Page):
        emit(file)
        return file.path, hashlib.sha256(file.content).digest()
    digest = hashlib.sha256()

    def parts() -> Iterator[bytes]:
        for part in file.parts():
            digest.update(part)
            yield part

    emit(Scroll(file.path, parts))
    return file.path, digest.digest()


def media(checked: Checked) -> Mapping[str, bytes]:
    """The files that are published as they are, with the digests of their bytes."""
    files = checked.site.files
    return {path: files.digest(f"{CONTENT}{path}") for path in checked.site.holdings.media}
