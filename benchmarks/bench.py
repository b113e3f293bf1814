"""Sites of one size, measured for all generators in turn."""

import math
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import Size
from edits import BodyEdit, edit_source
from latency import in_browser
from live import free_port, over_http, served
from measure import NoFigureError, check_notes, peak, seconds, weigh
from peers import GENERATORS, prepare
from table import ROWS, Figure, Results
from writers import WRITERS

PAIR = ("sitegen", "hugo")
"""Those that are measured in full, and in the browser too."""


@dataclass(frozen=True)
class Wanted:
    """What to measure, and for how long at most."""

    rows: Sequence[str] = tuple(ROWS)
    runs: int = 3
    edits: int = 30
    """Edits of a page that is open in a browser; a third of them with the page asked for over HTTP."""
    budget: float = 6
    """Seconds after which a row of a generator outside the pair is not measured once more."""
    limit: float = 180
    """Seconds after which a command is ended."""


@dataclass
class Subject:
    """A generator with its site; `out` says why it is measured no longer, once it has failed."""

    key: str
    command: Sequence[str]
    site: Path
    edit: BodyEdit
    limit: float
    out: str = ""

    @property
    def building(self) -> Sequence[str]:
        """The command that builds."""
        return [*self.command, *GENERATORS[self.key].build]

    def clear(self) -> None:
        """Take away whatever a build has left."""
        for name in GENERATORS[self.key].leftovers:
            shutil.rmtree(self.site / name, ignore_errors=True)

    def cold(self, _: int) -> float:
        """Build from nothing, and look that the notes are there."""
        self.clear()
        taken = seconds(self.building, self.site, self.limit)
        page = self.site / "public" / self.edit.address / "index.html"
        check_notes(page, [note.because for note in self.edit.article.notes])
        return taken

    def nothing(self, _: int) -> float:
        """Build again."""
        return seconds(self.building, self.site, self.limit)

    def body(self, turn: int) -> float:
        """Build after another word in one article."""
        self.edit.write(f"Changed{turn}x")
        return seconds(self.building, self.site, self.limit)

    def source(self, turn: int) -> float:
        """Build after another title of one source."""
        edit_source(self.site, f"Changed{turn}x")
        return seconds(self.building, self.site, self.limit)

    def memory(self, _: int) -> float:
        """Build from nothing, slowed down by looks at its memory."""
        self.clear()
        return peak(self.building, self.site, self.limit)


BUILDS: Mapping[str, Callable[[Subject, int], float]] = {
    "cold": Subject.cold,
    "nothing": Subject.nothing,
    "body": Subject.body,
    "source": Subject.source,
    "memory": Subject.memory,
}


class Bench:
    """Sites of one size in the folder `room`, and what is measured of them."""

    def __init__(self, size: Size, room: Path, wanted: Wanted, results: Results) -> None:
        self._articles = size.articles
        self._room = room
        self._size = size
        self._wanted = wanted
        self._results = results
        self._subjects: list[Subject] = []

    def add(self, key: str, command: Sequence[str]) -> None:
        """Write the site of a generator, which is run by the command."""
        site = self._room / key
        WRITERS[key](site, self._size)
        prepare(key, command, site)
        edit = BodyEdit(site, self._size)
        self._subjects.append(Subject(key, command, site, edit, self._wanted.limit))

    def note(self, key: str, row: str, figure: Figure) -> None:
        """Keep a figure, and show that there is progress."""
        self._results.figures[self._articles, key, row] = figure
        if figure is not None:
            shown = f"{figure:.3g}" if isinstance(figure, float) else figure
            sys.stderr.write(f"{self._articles} {row} {key}: {shown}\n")

    def measure(self) -> None:
        """All rows that are wanted."""
        rows = self._wanted.rows
        if "cold" not in rows:
            self._build_once()
        for row in BUILDS:
            if row in rows:
                self._in_turn(row)
            if row == "source":
                self._weigh()
        if "live" in rows or "browser" in rows:
            for subject in self._subjects:
                if not subject.out:
                    self._serve(subject)

    def _build_once(self) -> None:
        for subject in self._subjects:
            try:
                subject.cold(0)
            except NoFigureError as reason:
                subject.out = str(reason)

    def _in_turn(self, row: str) -> None:
        """Measure one row: each generator once, one after the other, then all of them again."""
        found: dict[str, list[float]] = {subject.key: [] for subject in self._subjects}
        cost = dict.fromkeys(found, 0.0)
        for turn in range(self._wanted.runs):
            for subject in self._subjects:
                key = subject.key
                if subject.out or (row == "source" and key != "sitegen"):
                    continue
                if key in PAIR or cost[key] < self._wanted.budget:
                    began = time.monotonic()
                    try:
                        found[key].append(BUILDS[row](subject, turn))
                    except NoFigureError as reason:
                        subject.out = str(reason)
                    cost[key] += time.monotonic() - began
        for subject in self._subjects:
            figures = self._results.runs[self._articles, subject.key, row] = found[subject.key]
            self.note(subject.key, row, statistics.median(figures) if figures else subject.out or None)

    def _weigh(self) -> None:
        for subject in self._subjects:
            if not subject.out:
                weight = dict(zip(("size", "files"), weigh(subject.site / "public"), strict=True))
                for row in set(weight).intersection(self._wanted.rows):
                    self.note(subject.key, row, weight[row])

    def _serve(self, subject: Subject) -> None:
        """Measure a generator's own server, over HTTP and in a browser."""
        port, edit, edits = free_port(), subject.edit, self._wanted.edits
        command = [*subject.command, *GENERATORS[subject.key].serve(port)]
        budget = math.inf if subject.key in PAIR else self._wanted.budget
        try:
            with served(command, port, subject.site, edit, subject.limit) as server:
                self._latencies(subject, "live", lambda: over_http(server, edit, max(edits // 3, 3), budget))
                if subject.key in PAIR:
                    self._latencies(subject, "browser", lambda: in_browser(server, edit, edits))
        except NoFigureError as reason:
            self.note(subject.key, "live", str(reason))

    def _latencies(self, subject: Subject, row: str, measured: Callable[[], list[float]]) -> None:
        if row in self._wanted.rows:
            try:
                found = measured()
            except NoFigureError as reason:
                self.note(subject.key, row, str(reason))
            else:
                self._results.latencies[self._articles, subject.key, row] = found
                middle = statistics.median(found)
                self.note(subject.key, row, "edits were lost" if math.isinf(middle) else middle)
