"""The site as the preview shows it: built from memory when it is asked for, and never worse than the last good state."""

import contextlib
import errno
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sitegen.building.cache import Cache
from sitegen.building.calendar import today
from sitegen.building.each import Each, in_turn
from sitegen.building.entries import draft_of
from sitegen.building.files import SETTINGS, DiskFiles
from sitegen.building.holdings import read_site_settings, with_base_url
from sitegen.building.memory import Memory
from sitegen.building.site import Site
from sitegen.building.store import DamagedStoreError
from sitegen.building.survey import read_site, reread
from sitegen.judging.rules import UNREADABLE, grade
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Graded, Place, Problem
from sitegen.model.records import Settings
from sitegen.preview.forking import QuietSpread
from sitegen.preview.held import HeldStore, on_disk
from sitegen.preview.shown import Shown, difference, is_same

Answer = TypeVar("Answer")

MOST_PAGES = 200
"""Pages that are held for the case that their article cannot be read for a while: those that were asked for last."""

_SPACE = 64 * 1024 * 1024
"""Bytes by which what is kept on disk may grow before it is looked for waste."""

_LOOKS = 3
"""How often everything is looked at where files go away meanwhile."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
"""Why a disk may take no more."""


@dataclass(frozen=True)
class Served:
    """A file of the site as it is served: its bytes, or where on disk they are."""

    content: bytes
    file: Path | None = None


@dataclass(frozen=True)
class Update:
    """What became of a change on disk.

    `changed` names the files of single articles, and media, whose bytes may be others now (None: any file of the
    output), and `files` what was edited; with `shared`, files that span articles may be others as well. `remade` counts
    the articles that were read anew, and `failure` says why nothing new could be made.
    """

    version: int
    changed: frozenset[str] | None
    files: tuple[str, ...]
    remade: int
    milliseconds: float
    failure: str
    shared: bool = False


class Session:
    """Shows a site, takes in what changes on disk, and tells whoever listens that there is something new.

    Any number of threads may ask; updates are made one after the other.
    """

    def __init__(self, root: Path, address: str, *, drafts: bool) -> None:
        self.root = root
        self.address = address
        self.drafts = drafts
        self.version = 0
        self.failure = ""
        self.listeners: set[Callable[[Update], None]] = set()
        self._cache = Cache(root).__enter__()
        self._store = HeldStore(self._cache.store)
        self._memory: Memory | None = None
        self._shown: Shown | None = None
        self._damaged = False
        self._kept = -1
        self._failed: tuple[Graded, ...] = ()
        self._good: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._lock = threading.Lock()
        self._state_lock = threading.Lock()
        self._built_once = threading.Event()

    def close(self) -> None:
        """End the session, and remember what was read for the next one, and for the next build."""
        with self._lock:
            if self._memory is not None and self._shown is not None:
                self._remember(self._memory, self._shown.files)
            self._cache.__exit__()

    def update(self, changed: frozenset[str] | None) -> Update:
        """Take in that files of the site were changed (None: look at everything), and tell the listeners.

        Whatever fails becomes a problem. The names are relative to the site's root.
        """
        started = time.perf_counter()
        with self._lock:
            before, failure = self._shown, self.failure
            first = not self._built_once.is_set()
            self._next(changed)
            paths, remade = difference(before, self._shown)
            told = first or self._shown is not before or failure != self.failure or bool(self._failed)
            if told:
                self.version += 1
            update = Update(
                version=self.version,
                changed=paths,
                shared=self._shown is not before,
                files=tuple(sorted(changed or ())),
                remade=remade,
                milliseconds=(time.perf_counter() - started) * 1000,
                failure=self.failure,
            )
        self._built_once.set()
        for listener in tuple(self.listeners) if told else ():
            listener(update)
        return update

    # --- what is asked

    def page(self, path: str) -> Served | None:
        """A file of the site by its path in the output; None where there is none."""
        if not self._built_once.is_set():
            self.update(None)
        return self._asked(lambda shown: self._page(shown, path), None)

    def _page(self, shown: Shown, path: str) -> Served | None:
        file = shown.media(path)
        if file is not None:
            return Served(b"", file)
        kept = self._good.get(path)
        if kept is not None and _is_unread(shown, kept[0]):
            # A file that cannot be read at the moment is being edited: its page stays as it last was.
            return Served(kept[1])
        try:
            content = shown.page(path)
        except CannotGoOnError as error:
            # What fails of a former state may be mended in this one.
            with self._state_lock:
                if shown is self._shown:
                    self._note_failure(error)
            return Served(kept[1]) if kept is not None else None
        if content is None:
            return None
        with self._state_lock:
            if shown is self._shown:
                self._good[path] = shown.article(path) or "", content
                self._good.move_to_end(path)
            while len(self._good) > MOST_PAGES:
                self._good.popitem(last=False)
        return Served(content)

    def problems(self) -> Sequence[Graded]:
        """The problems of the whole site; a failure is one of them, and then the only one."""
        return self._failed or self._asked(lambda shown: shown.findings().problems, ())

    def article(self, path: str) -> str | None:
        """The article that a page shows: "history/treaties"."""
        found = self._asked(lambda shown: shown.article(path), None)
        kept = self._good.get(path) if self._shown is not None else None
        return found if found is not None or kept is None else kept[0] or None

    def shows_one_article(self, path: str) -> bool:
        """Whether a page shows an article, and nothing of others but what all pages have."""
        return self._asked(lambda shown: shown.article_alone(path) is not None, otherwise=False)

    def home_of(self, article: str) -> str | None:
        """The page that shows an article: "history/treaties/index.html"."""
        path = self._asked(lambda shown: shown.site.atlas.articles.get(f"{article}.md"), None)
        return None if path is None else f"{path}index.html"

    def entries(self, article: str) -> Mapping[str, Place]:
        """Where each claim and note of an article is written, by id; the empty id is the article itself."""
        return self._asked(lambda shown: _entries(shown.site, article), {})

    def _asked(self, ask: Callable[[Shown], Answer], otherwise: Answer) -> Answer:
        """What the present state says; where it is damaged on disk, what it says once the site was read anew."""
        shown = self._shown
        if shown is None:
            return otherwise
        try:
            return ask(shown)
        except DamagedStoreError:
            with self._lock:
                self._damaged = self._damaged or shown is self._shown
            self.update(None)
        shown = self._shown
        return ask(shown) if shown is not None else otherwise

    # --- the next state

    def _next(self, changed: frozenset[str] | None) -> None:
        """The next state, or the reason why there is none."""
        try:
            after = self._after(changed)
            with self._state_lock:
                self._shown, self.failure, self._failed = after, "", ()
        except CannotGoOnError as error:
            self._note_failure(error)
        except OSError as error:
            # Whatever is the matter with the file: the next event brings the next state.
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
        if changed is not None and before is not None and not self._failed and not self._damaged:
            try:
                after = _edited(before, changed)
            except DamagedStoreError:
                self._damaged = True
            except OSError:
                # A file went away, or may not be read: a look at everything says what is there.
                after = None
            else:
                if after is not None:
                    return after
        for _ in range(_LOOKS) if not self._damaged else ():
            try:
                return self._looked_at_everything(before)
            except DamagedStoreError:
                self._damaged = True
                break
            except FileNotFoundError:
                # It went away between being listed and being read, as in a checkout: the next look does not list it.
                continue
        if self._damaged:
            self._begin_anew()
        return self._looked_at_everything(before)

    def _begin_anew(self) -> None:
        """Open the cache again, and use nothing of it: it is damaged, or was taken away."""
        self._cache.__exit__()
        self._cache = Cache(self.root).__enter__()
        self._cache.forget()
        self._store = HeldStore(self._cache.store)
        self._memory, self._kept, self._damaged = None, -1, False

    def _looked_at_everything(self, before: Shown | None) -> Shown:
        files = DiskFiles(self.root)
        if before is not None:
            files.know({name: (stamp, digest) for name, stamp, digest in before.files.digests()})
        else:
            files.know(self._cache.inputs())
        if self._memory is None:
            self._memory = self._cache.memory()
            self._memory.store = self._store
        settings, found = read_site_settings(files)
        bad = [graded for graded in grade(found, settings.checks) if graded.level == "error"]
        if bad:
            problem = bad[0].problem
            raise CannotGoOnError(problem.message, problem.place, problem.hint)
        site = self._read(files, with_base_url(settings, self.address), self._memory, before)
        return _unless_same(before, Shown(site, found, files, before))

    def _read(self, files: DiskFiles, settings: Settings, memory: Memory, before: Shown | None) -> Site:
        """Read what is new, and once in a while keep it."""
        day = today(settings.timezone)

        def read(each: Each) -> Site:
            return read_site(files, settings, day, drafts=self.drafts, each=each, memory=memory)

        try:
            site = read(QuietSpread(before))
        except OSError as error:
            if error.errno not in _FULL:
                raise
            # Processes of their own have nowhere to put what they read.
            self._store.holding = True
            site = read(in_turn)
        if self._kept < 0 or self._size() > 2 * self._kept + _SPACE:
            if self._remember(memory, files):
                site = read(in_turn)
            self._kept, self._store.holding = self._size(), True
        return site

    def _size(self) -> int:
        return sum(self._cache.store.packs().values())

    def _remember(self, memory: Memory, files: DiskFiles) -> bool:
        """Keep on disk what is known, as far as it takes it; whether that now stands elsewhere."""
        before = memory.entries, memory.sources
        with contextlib.suppress(OSError):
            kept = on_disk(memory, self._cache.store)
            self._cache.save(kept, files)
            memory.entries, memory.sources, memory.made, memory.memos = (
                kept.entries,
                kept.sources,
                kept.made,
                kept.memos,
            )
        return (memory.entries, memory.sources) != before


def _edited(before: Shown, changed: frozenset[str]) -> Shown | None:
    """The state after an edit of articles and sidecars; None where there is more to it."""
    files = before.files.again(changed)
    if files is None or today(before.site.settings.timezone) != before.site.day:
        return None
    site = reread(before.site, changed, files)
    return None if site is None else _unless_same(before, Shown(site, before.found, files, before))


def _unless_same(before: Shown | None, after: Shown) -> Shown:
    """The state after a change; the one before where nothing is different."""
    if before is None or not is_same(before, after):
        return after
    before.files = after.files
    return before


def _is_unread(shown: Shown, article: str) -> bool:
    entry = shown.site.entries.get(article) or shown.site.hidden.get(article)
    return entry is not None and any(problem.rule in UNREADABLE for problem in entry.problems)


def _entries(site: Site, article: str) -> Mapping[str, Place]:
    entry = site.entries.get(article) or site.hidden.get(article)
    if entry is None:
        return {}
    sidecar = draft_of(entry, site.store).sidecar
    return {"": Place(entry.file), **{item.id: item.at.of() for item in sidecar.entries}}
