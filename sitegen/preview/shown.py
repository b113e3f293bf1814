"""One state of the site as the preview shows it, and how it differs from the one before."""

import posixpath
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sitegen.building.entries import Entry, draft_of
from sitegen.building.files import DiskFiles, digest_of
from sitegen.building.findings import Findings
from sitegen.building.holdings import CONTENT
from sitegen.building.memory import Made
from sitegen.building.pages import PageBench, article_output, make_article
from sitegen.building.shared import FAMILIES, Shares
from sitegen.building.site import Site
from sitegen.building.templates import know_templates
from sitegen.model.places import Problem
from sitegen.model.site import Draft
from sitegen.writing.draft import DraftJob, draft

MOST_MADE = 200
"""Pages of articles that are held from one state to the next."""


class Shown:
    """A state of the site, and what was made of it so far: everything else is made when it is asked for.

    Any number of threads may ask. What was made of articles that are the same in the state `before` is taken over from there.
    """

    def __init__(
        self, site: Site, found: tuple[Problem, ...], files: DiskFiles, before: "Shown | None" = None
    ) -> None:
        self.site = site
        self.found = found
        self.files = files
        self.fresh = _fresh(before, site)
        """The articles that were read or judged anew."""
        self.bench = PageBench.of(site, lambda _: None)
        self.frame = self.bench.frame
        # What was made of this state so far, by article and by path.
        self._shares: dict[str, Made] = {}
        self._pages: dict[str, bytes] = {}
        self._making = threading.Lock()
        self._findings: Findings | None = None
        self._judging = threading.Lock()
        self._before = before.latest_findings if before is not None else None
        if before is not None and before.frame == self.frame:
            self._take_over(before)

    def _take_over(self, before: "Shown") -> None:
        # Both are copied in one go: other threads still add to them.
        shares, pages = before._shares.copy(), before._pages.copy()  # noqa: SLF001 - its own kind
        for name in self.fresh:
            shares.pop(name, None)
        self._shares = shares
        others = {None, *self.fresh}
        same = [path for path in pages if self.article_alone(path) not in others]
        self._pages = {path: pages[path] for path in same[-MOST_MADE:]}

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Have no thread make anything of this state: a process that is forked meanwhile inherits no lock that is held."""
        with self._making, self._judging:
            yield

    # --- what is wrong

    @property
    def latest_findings(self) -> Findings | None:
        """What was found wrong with this state, or with the last one before it that was judged."""
        return self._findings or self._before

    def findings(self) -> Findings:
        """What is wrong with the whole site."""
        with self._judging:
            if self._findings is None:
                before, self._before = self._before, None
                self._findings = (
                    before.of_next(self.site, self.found)
                    if before is not None
                    else Findings.of(self.site, self.found)
                )
            return self._findings

    # --- what is where

    def media(self, path: str) -> Path | None:
        """Where a file lies that is published as it is; None where a path is of no such file."""
        return self.files.path(CONTENT + path) if path in self.site.atlas.media else None

    def article(self, path: str) -> str | None:
        """The article that a page, or the file beside it, belongs to."""
        for name in ("index.html", "annotations.jsonld"):
            if path.endswith(name):
                return self.site.owners.get(path.removesuffix(name))
        return None

    def article_alone(self, path: str) -> str | None:
        """The article that a page shows, where it shows nothing but what is known of its frame beside."""
        article = self.article(path)
        # A folder's own page is its listing as well, and the home page shows the numbers of the whole site.
        return None if article is None or posixpath.basename(article) == "index" else article

    # --- what is made

    def page(self, path: str) -> bytes | None:
        """A file of the site that is made, by its path in the output; None where there is none."""
        with self._making:
            if path not in self._pages:
                know_templates(self.site.theme)
                for name, content in self._make(path):
                    self._pages[name] = content
            return self._pages.get(path)

    def _make(self, path: str) -> Iterator[tuple[str, bytes]]:
        article = self.article(path)
        if article is not None:
            entry = self.site.entries[article]
            output = article_output(entry, self._draft(entry), self.bench)
            yield from ((page.path, page.content) for page in output.files)
        # The page of a folder's own article is the folder's listing.
        shares = Shares(self.bench, _MadeLater(self))
        for _, jobs in FAMILIES.values() if path not in self._pages else ():
            for job in jobs(shares):
                if path in job.paths:
                    yield from ((file.path, file.content) for file in job.make())
                    return

    def _draft(self, entry: Entry) -> Draft:
        """An article's draft with the lines of its source, unless that was changed since the article was read.

        Then the next state is on its way: until it is there, all of a page comes from one reading.
        """
        return _lined(entry, self.site) or draft_of(entry, self.site.store)

    def made(self, article: str) -> Made:
        """An article's share of the pages that span articles."""
        known = self._shares.get(article)
        if known is None:
            known = self._shares[article] = make_article(article, self.bench)
        return known


def _lined(entry: Entry, site: Site) -> Draft | None:
    """A draft with the lines of its source; None where the source is not what the entry was made of."""
    try:
        content = site.files.read(entry.file)
        sidecar = site.files.read(entry.sidecar) if entry.sidecar else None
    except OSError:
        return None
    ledger = digest_of(sidecar) if sidecar is not None else b""
    if digest_of(content) != entry.content or ledger != entry.ledger:
        return None
    job = DraftJob(entry.article, entry.file, content, entry.sidecar, sidecar)
    return draft(job, replace(site.face, source_lines=True))


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


def _fresh(before: Shown | None, site: Site) -> tuple[str, ...]:
    old = before.site.entries if before is not None else {}
    return tuple(name for name, entry in site.entries.items() if old.get(name) is not entry)


def is_same(before: Shown, after: Shown) -> bool:
    """Whether nothing is different in a state but for what is known of the files."""
    one, other = before.site, after.site
    return (
        before.frame == after.frame
        and one.entries == other.entries
        and one.hidden == other.hidden
        and one.rows == other.rows
        and before.found == after.found
        and one.holdings == other.holdings
        and not any(_is_changed(CONTENT + path, before, after) for path in other.holdings.media)
    )


def difference(before: Shown | None, after: Shown | None) -> tuple[frozenset[str] | None, int]:
    """The files of single articles, and media, that may be others now (None: anything), and how many articles were made anew.

    A state that is there before another one is the one that this was made after.
    """
    if before is after or after is None:
        return frozenset(), 0
    if before is None or before.frame != after.frame or before.site.rows != after.site.rows:
        return None, len(after.fresh)
    found = {path for path in after.site.holdings.media if _is_changed(CONTENT + path, before, after)}
    for name in after.fresh:
        path = after.site.atlas.articles[f"{name}.md"]
        found |= {f"{path}index.html", f"{path}annotations.jsonld"}
    return frozenset(found), len(after.fresh)


def _is_changed(name: str, before: Shown, after: Shown) -> bool:
    return before.files.stamps.get(name) != after.files.stamps.get(name)
