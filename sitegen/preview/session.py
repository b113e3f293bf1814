"""The site as the preview shows it: in memory, and never worse than the last good one."""

import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sitegen.building.build import write_pages
from sitegen.building.calendar import today
from sitegen.building.check import check
from sitegen.building.files import DiskFiles
from sitegen.building.holdings import CONTENT, read_site_settings, with_base_url
from sitegen.building.pool import Spread
from sitegen.judging.rules import grade
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Graded, Place, Problem
from sitegen.model.site import Page


@dataclass(frozen=True)
class Medium:
    """A file that is shown as it is, and what tells it from its former self."""

    file: Path
    changed: int
    size: int


def _state(file: Path) -> Medium:
    status = file.stat()
    return Medium(file, status.st_mtime_ns, status.st_size)


@dataclass(frozen=True)
class Shown:
    """One state of the site: its pages by path, its media by path, and all problems.

    `articles` maps a page's path to the article that it shows; `failure` says why nothing new could be made, and then
    pages and media are those of the last good state.
    """

    version: int = 0
    pages: Mapping[str, bytes] = field(default_factory=dict)
    media: Mapping[str, Medium] = field(default_factory=dict)
    articles: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Graded, ...] = ()
    failure: str = ""
    changed: tuple[str, ...] = ()


class Session:
    """Builds the site in memory, and tells whoever listens that there is something new."""

    def __init__(self, root: Path, address: str, *, drafts: bool) -> None:
        self.root = root
        self.address = address
        self.drafts = drafts
        self.shown = Shown()
        self.listeners: set[Callable[[Shown], None]] = set()
        self._lock = threading.Lock()

    def rebuild(self) -> Shown:
        """Build again from what is on disk now, and tell the listeners; whatever fails becomes a problem."""
        with self._lock:
            try:
                shown = self._built()
            except CannotGoOnError as error:
                shown = self._failed(error)
            except OSError as error:
                # A file went away between being listed and being read: the next event brings the next build.
                shown = self._failed(CannotGoOnError(f"cannot read {error.filename}: {error.strerror}"))
            except Exception as error:  # noqa: BLE001 - see below
                # A preview survives any error, sitegen's own among them: it is told, and the last good page stays.
                traceback.print_exc()
                shown = self._failed(
                    CannotGoOnError(f"sitegen failed: {error!r}", hint="this is a bug of sitegen's own")
                )
            if shown == self.shown:
                return self.shown
            self.shown = shown
        for listener in tuple(self.listeners):
            listener(shown)
        return shown

    def _built(self) -> Shown:
        files = DiskFiles(self.root)
        settings, found = read_site_settings(files)
        bad = [graded for graded in grade(found, settings.checks) if graded.level == "error"]
        if bad:
            problem = bad[0].problem
            raise CannotGoOnError(problem.message, problem.place, problem.hint)
        settings = with_base_url(settings, self.address)
        checked = check(
            files, settings, today(settings.timezone), drafts=self.drafts, each=Spread(), found=found
        )
        pages: dict[str, bytes] = {}

        def keep(page: Page) -> None:
            pages[page.path] = page.content

        write_pages(checked, files, keep, each=Spread())
        media = {path: _state(files.path(CONTENT + path)) for path in checked.holdings.media}
        before = {**self.shown.pages, **self.shown.media}
        after = {**pages, **media}
        changed = sorted({path for path in {*before, *after} if before.get(path) != after.get(path)})
        same = not changed and checked.problems == self.shown.problems and not self.shown.failure
        return Shown(
            version=self.shown.version + (not same),
            pages=pages,
            media=media,
            articles={f"{card.path}index.html": card.article for card in checked.cards},
            problems=checked.problems,
            changed=self.shown.changed if same else tuple(changed),
        )

    def _failed(self, error: CannotGoOnError) -> Shown:
        last = self.shown
        place = error.place or Place("sitegen.yaml")
        problem = Graded(Problem("site-unusable", error.message, place, error.hint), "error")
        return Shown(last.version + 1, last.pages, last.media, last.articles, (problem,), error.message, ())
