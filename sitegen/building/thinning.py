"""What some jobs need of all that a build has: the bench that jobs share, thinned for a journey (`building.parcels`).

Not everything that a job will ask for can be seen before it is done. What is seen goes along, and what was not sent is
told from what is not there.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from sitegen.building.articles import ArticleJob, ReadingBench
from sitegen.building.entries import COPY, DRAFT, LINKS, RECORD, SIGN, Entry, SourceRow
from sitegen.building.holdings import SOURCES, Holdings
from sitegen.building.memory import Memory
from sitegen.building.pages import PageBench
from sitegen.building.parcels import Bench, Names, Parcel, Sent, SentFiles
from sitegen.building.plan import Atlas
from sitegen.building.rows import section
from sitegen.building.sources import Copies, Records, Texts
from sitegen.building.store import Ref, Store
from sitegen.judging.library import Library
from sitegen.model.site import Link

_WORD = re.compile(rb"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
"""What an id of a source or a seed, and most names of files, look like in an article or a sidecar."""


class Thinner(Protocol):
    """Thins a bench to what some jobs need."""

    def __call__(self, jobs: Sequence[object]) -> tuple[Bench, Parcel]:
        """The bench for these jobs, and the parcel that it keeps things in."""
        ...


def thinner(shared: object) -> Thinner | None:
    """What makes up jobs that share this; None where they can be done at home alone."""
    match shared:
        case ReadingBench(library=Library(sources=Records() as records)):
            return _ReadingThinner(shared, records.rows)
        case PageBench(lines=False):
            return _PageThinner(shared)
    return None


class _ReadingThinner:
    """For the reading of articles. What an article cites is not known before it is read: all that goes by a word of it is sent.

    That are the records, the copies and the seeds whose id or stem stands in the sidecar or in the front matter.
    """

    def __init__(self, bench: ReadingBench, rows: Mapping[str, SourceRow]) -> None:
        self._bench = bench
        self._rows = rows
        self._library = Names(frozenset(name for name in bench.files.names() if name.startswith(SOURCES)))
        self._copies: dict[str, list[str]] = {}
        for name in sorted(self._library.names):
            if not name.endswith((".yaml", ".yml")):
                self._copies.setdefault(posixpath.basename(name).rpartition(".")[0], []).append(name)

    def __call__(self, jobs: Sequence[object]) -> tuple[ReadingBench, Parcel]:
        """The bench with the files of these articles, and with what they may cite."""
        bench, read = self._bench, self._bench.files.read
        articles = [job for job in jobs if isinstance(job, ArticleJob)]
        contents = {
            name: read(name) for job in articles for name in (job.files.file, job.files.sidecar) if name
        }
        words = {word for name, content in contents.items() for word in _words(name, content)}
        rows = {word: self._rows[word] for word in words if word in self._rows}
        stems = {form for word in words for form in (word, word.rpartition(".")[0])}
        copies = {name for stem in stems for name in self._copies.get(stem, ())}
        copies.update(name for row in rows.values() for name in row.files if name in self._library.names)
        files = SentFiles({**contents, **{name: read(name) for name in copies}}, self._library)
        drafts = {(job.drafted.drafted, DRAFT) for job in articles if job.drafted is not None}
        parcel = Parcel(_sections(bench.store, (*drafts, *_of_records(rows))))
        records = Records(rows, parcel)
        seeds = words & bench.library.seeds.keys()
        library = Library(
            Sent(records, {"", *rows}),
            Sent(Texts(Copies(rows, parcel), records, rows, files), rows),
            Sent({seed: bench.library.seeds[seed] for seed in seeds}, seeds),
        )
        keys = replace(
            bench.keys,
            sources=Sent({source: bench.keys.sources[source] for source in rows}, rows),
            seeds=Sent({seed: bench.keys.seeds[seed] for seed in seeds}, seeds),
        )
        return replace(bench, files=files, library=library, store=parcel, keys=keys), parcel


def _words(name: str, content: bytes) -> Iterator[str]:
    """The words of a file in which ids may stand: of an article, its front matter's."""
    head = content.partition(b"\n---")[0] if name.endswith(".md") else content
    return map(bytes.decode, _WORD.findall(head))


def _of_records(rows: Mapping[str, SourceRow]) -> Iterator[tuple[Ref, int]]:
    for row in rows.values():
        if row.record is not None:
            yield row.record, RECORD
            yield row.record, COPY


def _sections(store: Store, wanted: Iterable[tuple[Ref, int]]) -> dict[tuple[Ref, int], bytes]:
    return {(ref, index): store.get(ref, index) for ref, index in wanted}


class _PageThinner:
    """For the making of pages. All that a page depends on is named by its article's entry."""

    def __init__(self, bench: PageBench) -> None:
        self._bench = bench

    def __call__(self, jobs: Sequence[object]) -> tuple[PageBench, Parcel]:
        """The bench with the entries of these articles, and of those beside them."""
        bench, site = self._bench, self._bench.site
        names = [name for name in jobs if isinstance(name, str)]
        beside = {name: site.beside[name] for name in names if name in site.beside}
        around = {name: site.entries[name] for name in names}
        own = tuple(around.values())
        around |= {name: site.entries[name] for pair in beside.values() for name in pair if name is not None}
        cited = {"", *(source for entry in own for source in entry.cited)}
        rows = {source: site.rows[source] for source in cited if source in site.rows}
        parcel = Parcel(_sections(site.store, (*_of_pages(own, around.values()), *_of_records(rows))))
        library = Library(Sent(Records(rows, parcel), cited), Sent(Copies(rows, parcel), cited), Sent({}, ()))
        links = {
            link for entry in own for link in section(site.store, entry.drafted, LINKS, tuple[Link, ...])
        }
        targets = {site.atlas.target(link) for link in links}
        known = bench.shop.source_notes
        notes = Sent({source: known[source] for source in cited if source in known}, cited)
        owned = [site.atlas.articles[f"{name}.md"] for name in names]
        thin_site = replace(
            site,
            files=SentFiles({}, Names(frozenset())),
            holdings=Holdings((), (), {}, (), ()),
            rows=Sent(rows, cited),
            entries=Sent(around, around),
            hidden=Sent({}, ()),
            memory=Memory(parcel),
        )
        # What follows from the whole site was found at home: a part of it stands where a site looks for it.
        thin_site.__dict__.update(
            atlas=_part(site.atlas, links, names),
            beside=Sent(beside, names),
            owners=Sent({path: site.owners[path] for path in owned}, owned),
        )
        thin = PageBench(
            site=thin_site,
            shop=replace(bench.shop, library=library, source_notes=notes),
            sizes={path: bench.sizes[path] for path in targets if path is not None and path in bench.sizes},
            fed=bench.fed,
            base=bench.base,
            emit=parcel.emit,
        )
        return thin, parcel


def _of_pages(own: Iterable[Entry], around: Iterable[Entry]) -> Iterator[tuple[Ref, int]]:
    for entry in own:
        yield entry.drafted, DRAFT
        yield from ((entry.judged, index) for index in range(len(entry.judged.lengths)))
    for entry in around:
        yield entry.drafted, SIGN


def _part(atlas: Atlas, links: Iterable[Link], articles: Iterable[str]) -> Atlas:
    """What an atlas knows of some articles, and of where some links lead."""
    paths = {link.path for link in links}
    # A link to a page may lack its last slash, or name its file.
    forms = {form for path in paths for form in (path, f"{path}/", path.removesuffix("index.html"))}
    files = (*paths, *(f"{article}.md" for article in articles))
    return Atlas(
        articles={file: atlas.articles[file] for file in files if file in atlas.articles},
        pages=atlas.pages & forms,
        media=atlas.media & forms,
        files=atlas.files & forms,
        hidden=frozenset(),
        unread=frozenset(),
    )
