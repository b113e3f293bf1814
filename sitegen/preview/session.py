"""The site as the preview shows it: built from memory when it is asked for, and never worse than the last good state."""

import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sitegen.building.cache import Cache
from sitegen.building.calendar import today
from sitegen.building.check import judged
from sitegen.building.entries import draft_of
from sitegen.building.files import SETTINGS, DiskFiles
from sitegen.building.holdings import CONTENT, read_site_settings, with_base_url
from sitegen.building.memory import Made, Memory
from sitegen.building.pages import PageBench, article_files, make_article
from sitegen.building.pool import Spread
from sitegen.building.shared import FAMILIES, Shares
from sitegen.building.site import Site
from sitegen.building.store import DamagedStoreError
from sitegen.building.survey import read_site, reread
from sitegen.judging.rules import UNREADABLE, grade
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Graded, Place, Problem

MOST_PAGES = 200
"""Pages that are held for the case that their article cannot be read for a while: those that were asked for last."""


@dataclass(frozen=True)
class Served:
    """A file of the site as it is served: its bytes, or where on disk they are."""

    content: bytes
    file: Path | None = None


@dataclass(frozen=True)
class Update:
    """What became of a change on disk.

    `changed` names the files of the output whose bytes may be others now (None: any), `files` what was edited,
    `remade` counts the articles that were read anew, and `failure` says why nothing new could be made.
    """

    version: int
    changed: frozenset[str] | None
    files: tuple[str, ...]
    remade: int
    milliseconds: float
    failure: str


class Shown:
    """One state of the site, and what was made of it so far: everything else is made when it is asked for."""

    def __init__(self, site: Site, found: tuple[Problem, ...], files: DiskFiles) -> None:
        self.site = site
        self.found = found
        self.files = files
        self.bench = PageBench.of(site, lambda _: None, lines=True)
        self._plain = replace(self.bench, lines=False)
        # What was made of this state so far, by article and by path.
        self.shares: dict[str, Made] = {}
        self.pages: dict[str, bytes] = {}
        self._lock = threading.Lock()

    @cached_property
    def problems(self) -> tuple[Graded, ...]:
        """The problems of the whole site."""
        return judged(self.site, self.found).problems

    @cached_property
    def media(self) -> Mapping[str, Path]:
        """The files that are published as they are."""
        return {path: self.files.path(CONTENT + path) for path in self.site.holdings.media}

    @cached_property
    def articles(self) -> Mapping[str, str]:
        """The article that each page and each file beside it belongs to."""
        found = {}
        for path, article in self.site.owners.items():
            found[f"{path}index.html"] = found[f"{path}annotations.jsonld"] = article
        return found

    def page(self, path: str) -> bytes | None:
        """A file of the site that is made, by its path in the output; None where there is none."""
        with self._lock:
            if path not in self.pages:
                for name, content in self._make(path):
                    self.pages[name] = content
            return self.pages.get(path)

    def _make(self, path: str) -> Iterator[tuple[str, bytes]]:
        article = self.articles.get(path)
        if article is not None:
            yield from ((page.path, page.content) for page in article_files(article, self.bench))
        # The page of a folder's own article is the folder's listing.
        shares = Shares(self.bench, _MadeLater(self))
        for _, jobs in FAMILIES.values() if path not in self.pages else ():
            for job in jobs(shares):
                if path in job.paths:
                    yield from ((file.path, file.content) for file in job.make())
                    return

    def made(self, article: str) -> Made:
        """An article's share of the pages that span articles."""
        known = self.shares.get(article)
        if known is None:
            known = self.shares[article] = make_article(article, self._plain)
        return known

    def take_over(self, before: "Shown") -> None:
        """Keep what was made before of articles that are the same."""
        if before.bench.frame != self.bench.frame:
            return
        entries, others = self.site.entries, before.site.entries
        same = {name for name, entry in entries.items() if others.get(name) is entry}
        self.shares = {name: made for name, made in before.shares.items() if name in same}
        self.pages = {
            path: content
            for path, content in before.pages.items()
            if self.articles.get(path) in same and path.endswith("index.html")
        }


class _MadeLater(Mapping[str, Made]):
    """What articles share, made for each when it is asked for."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    def __getitem__(self, article: str) -> Made:
        return self._shown.made(article)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shown.site.entries)

    def __len__(self) -> int:
        return len(self._shown.site.entries)


class Session:
    """Shows a site, takes in what changes on disk, and tells whoever listens that there is something new."""

    def __init__(self, root: Path, address: str, *, drafts: bool) -> None:
        self.root = root
        self.address = address
        self.drafts = drafts
        self.version = 0
        self.failure = ""
        self.listeners: set[Callable[[Update], None]] = set()
        self._cache = Cache(root).__enter__()
        self._memory: Memory | None = None
        self._shown: Shown | None = None
        self._failed: tuple[Graded, ...] = ()
        self._good: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = threading.Lock()
        self._built_once = threading.Event()

    def close(self) -> None:
        """End the session, and remember what was read for the next one, and for the next build."""
        with self._lock:
            self._save()
            self._cache.__exit__()

    def _save(self) -> None:
        if self._memory is not None and self._shown is not None:
            self._cache.save(self._memory, self._shown.files)

    def update(self, changed: frozenset[str] | None) -> Update:
        """Take in that files of the site were changed (None: look at everything), and tell the listeners.

        Whatever fails becomes a problem. The names are relative to the site's root.
        """
        started = time.perf_counter()
        with self._lock:
            before, failure = self._shown, self.failure
            first = not self._built_once.is_set()
            self._next(changed)
            paths, remade = _difference(before, self._shown)
            told = first or self._shown is not before or failure != self.failure or bool(self._failed)
            if told:
                self.version += 1
            update = Update(
                version=self.version,
                changed=paths,
                files=tuple(sorted(changed or ())),
                remade=remade,
                milliseconds=(time.perf_counter() - started) * 1000,
                failure=self.failure,
            )
            if first:
                self._save()
        self._built_once.set()
        for listener in tuple(self.listeners) if told else ():
            listener(update)
        return update

    def page(self, path: str) -> Served | None:
        """A file of the site by its path in the output; None where there is none."""
        shown = self._ready()
        if shown is None:
            return None
        if path in shown.media:
            return Served(b"", shown.media[path])
        article = shown.articles.get(path, "")
        kept = self._good.get(path)
        if kept is not None and self._is_unread(shown, kept[0]):
            # A file that cannot be read at the moment is being edited: its page stays as it last was.
            return Served(kept[1])
        try:
            content = shown.page(path)
        except CannotGoOnError as error:
            self._note_failure(error)
            return Served(kept[1]) if kept is not None else None
        except DamagedStoreError:
            content = self._made_anew(path)
        if content is None:
            return None
        self._good[path] = article, content
        self._good.move_to_end(path)
        while len(self._good) > MOST_PAGES:
            self._good.popitem(last=False)
        return Served(content)

    def _made_anew(self, path: str) -> bytes | None:
        """A page whose site turned out to be damaged where it was kept: the site is read once more."""
        with self._lock:
            self._cache.forget()
            self._memory, self._shown = None, None
        self.update(None)
        shown = self._shown
        return shown.page(path) if shown is not None else None

    def _is_unread(self, shown: Shown, article: str) -> bool:
        entry = shown.site.entries.get(article) or shown.site.hidden.get(article)
        return entry is not None and any(problem.rule in UNREADABLE for problem in entry.problems)

    def _ready(self) -> Shown | None:
        if not self._built_once.is_set():
            self.update(None)
        return self._shown

    def problems(self) -> tuple[Graded, ...]:
        """The problems of the whole site; a failure is one of them, and then the only one."""
        return self._failed or (self._shown.problems if self._shown is not None else ())

    def article(self, path: str) -> str | None:
        """The article that a page shows: "history/treaties"."""
        shown = self._shown
        if shown is None:
            return None
        found = shown.articles.get(path)
        return found if found is not None or path not in self._good else self._good[path][0] or None

    def home_of(self, article: str) -> str | None:
        """The page that shows an article: "history/treaties/index.html"."""
        shown = self._shown
        path = shown.site.atlas.articles.get(f"{article}.md") if shown is not None else None
        return None if path is None else f"{path}index.html"

    def entries(self, article: str) -> Mapping[str, Place]:
        """Where each claim and note of an article is written, by id; the empty id is the article itself."""
        shown = self._shown
        if shown is None:
            return {}
        entry = shown.site.entries.get(article) or shown.site.hidden.get(article)
        if entry is None:
            return {}
        sidecar = draft_of(entry, shown.site.store).sidecar
        return {"": Place(entry.file), **{item.id: item.at.of() for item in sidecar.entries}}

    def _next(self, changed: frozenset[str] | None) -> None:
        """The next state, or the reason why there is none."""
        try:
            self._shown = self._after(changed)
            self.failure, self._failed = "", ()
        except CannotGoOnError as error:
            self._note_failure(error)
        except OSError as error:
            # A file went away between being listed and being read: the next event brings the next state.
            self._note_failure(CannotGoOnError(f"cannot read {error.filename}: {error.strerror}"))
        except Exception as error:  # noqa: BLE001 - see below
            # A preview survives any error, sitegen's own among them: it is told, and the last good page stays.
            traceback.print_exc()
            hint = "this is a bug of sitegen's own"
            self._note_failure(CannotGoOnError(f"sitegen failed: {error!r}", hint=hint))

    def _note_failure(self, error: CannotGoOnError) -> None:
        place = error.place or Place(SETTINGS)
        problem = Problem("site-unusable", error.message, place, error.hint)
        self.failure, self._failed = error.message, (Graded(problem, "error"),)

    def _after(self, changed: frozenset[str] | None) -> Shown:
        before = self._shown
        if changed is not None and before is not None and not self._failed:
            files = before.files.again(changed)
            day = today(before.site.settings.timezone)
            if files is not None and day == before.site.day:
                site = reread(before.site, changed, files)
                if site is not None:
                    return _unless_same(before, Shown(site, before.found, files))
        return self._looked_at_everything(before)

    def _looked_at_everything(self, before: Shown | None) -> Shown:
        try:
            return self._all_anew(before)
        except DamagedStoreError:
            self._cache.forget()
            self._memory = None
            return self._all_anew(None)

    def _all_anew(self, before: Shown | None) -> Shown:
        files = DiskFiles(self.root)
        if before is not None:
            files.know({name: (stamp, digest) for name, stamp, digest in before.files.digests()})
        else:
            files.know(self._cache.inputs())
        if self._memory is None:
            self._memory = self._cache.memory()
        settings, found = read_site_settings(files)
        bad = [graded for graded in grade(found, settings.checks) if graded.level == "error"]
        if bad:
            problem = bad[0].problem
            raise CannotGoOnError(problem.message, problem.place, problem.hint)
        settings = with_base_url(settings, self.address)
        day = today(settings.timezone)
        site = read_site(files, settings, day, drafts=self.drafts, each=Spread(), memory=self._memory)
        return _unless_same(before, Shown(site, found, files))


def _unless_same(before: Shown | None, after: Shown) -> Shown:
    """The state after a change; the one before where nothing is different."""
    if before is None:
        return after
    if after.bench.frame != before.bench.frame or not _are_same(before, after):
        after.take_over(before)
        return after
    before.files = after.files
    return before


def _are_same(before: Shown, after: Shown) -> bool:
    one, other = before.site, after.site
    return (
        one.entries == other.entries
        and one.hidden == other.hidden
        and one.rows == other.rows
        and before.found == after.found
        and one.holdings == other.holdings
        and not any(_is_changed(CONTENT + path, before, after) for path in other.holdings.media)
    )


def _difference(before: Shown | None, after: Shown | None) -> tuple[frozenset[str] | None, int]:
    """The files of the output that may be others now (None: any), and how many articles were read anew."""
    if before is after:
        return frozenset(), 0
    if before is None or after is None:
        return None, len(after.site.entries) if after is not None else 0
    old, new = before.site.entries, after.site.entries
    fresh = [name for name, entry in new.items() if old.get(name) is not entry and old.get(name) != entry]
    if before.bench.frame != after.bench.frame or before.site.rows != after.site.rows or len(old) != len(new):
        return None, len(fresh)
    found = {path for name in fresh for path in _paths(after, name)}
    found |= {path for path in after.site.holdings.media if _is_changed(CONTENT + path, before, after)}
    return frozenset(found), len(fresh)


def _is_changed(name: str, before: Shown, after: Shown) -> bool:
    return before.files.stamps.get(name) != after.files.stamps.get(name)


def _paths(shown: Shown, article: str) -> Iterator[str]:
    """The files of the output that an article reaches while its card stays as it is."""
    path = shown.site.atlas.articles[f"{article}.md"]
    yield from (f"{path}index.html", f"{path}annotations.jsonld")
    shares = Shares(shown.bench, {})
    yield from shares.paths_of(article)
