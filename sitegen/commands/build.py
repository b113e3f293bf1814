"""`sitegen build`: check, render, write the output folder."""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from sitegen.building.build import Work, media, write_pages
from sitegen.building.cache import Cache, Report, Table, joined_names, joined_numbers
from sitegen.building.calendar import today
from sitegen.building.check import Checked, check
from sitegen.building.files import ROOMS, DiskFiles
from sitegen.building.holdings import CONTENT
from sitegen.building.memory import Memory
from sitegen.building.output import Known, Output
from sitegen.building.pool import Spread
from sitegen.commands.site import (
    OpenSite,
    counted,
    open_site,
    print_problems,
    site_root,
    spread_with_progress,
    with_memory,
)
from sitegen.commands.stages import Stages
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Graded
from sitegen.writing.words import plural


def run(options: argparse.Namespace) -> int:
    """Build the site; an error leaves the output folder as it was, unless told to keep going."""
    started = time.perf_counter()
    root = site_root(options)
    folder = output_folder(root, options.output)
    with Cache(root, wanted=not options.no_cache) as cache:
        files = DiskFiles(root)
        said = cache.said(files, folder, _asked(options))
        if said is not None and not (options.strict and said.problems):
            return _say_again(said, folder, files, options, started)
        files.know(cache.inputs())
        site = open_site(files, base_url=options.base_url)
        with spread_with_progress(options.jobs, quiet=options.quiet) as each:
            building = with_memory(
                cache, lambda memory: _Building(options, site, folder, each).run(cache, memory)
            )
    # The progress bar has the terminal to itself: what there is to say comes after it.
    return building.say(time.perf_counter() - started)


def _asked(options: argparse.Namespace) -> str:
    """What of the command line reaches the output."""
    return f"{options.drafts} {options.base_url}"


def _say_again(
    said: Report, folder: Path, files: DiskFiles, options: argparse.Namespace, started: float
) -> int:
    """The site is built as it is: say what the last build said."""
    print_problems(said.problems, files)
    if not options.quiet:
        print(_summary(said, folder, time.perf_counter() - started))
    if options.profile:
        print("nothing has changed since the last build", file=sys.stderr)
    return 0


class _Building:
    """One build: what it was asked for, what came of it, and where the time went."""

    def __init__(self, options: argparse.Namespace, site: OpenSite, folder: Path, each: Spread) -> None:
        self.options = options
        self.site = site
        self.folder = folder
        self.each = each
        self.stages = Stages()
        self.problems: tuple[Graded, ...] = ()
        self.report: Report | None = None
        self.work: Work | None = None

    def run(self, cache: Cache, memory: Memory) -> Self:
        """Check the site, and write it unless something stands against that."""
        options, files = self.options, self.site.files
        checked = check(
            files,
            self.site.settings,
            today(self.site.settings.timezone),
            drafts=options.drafts,
            each=self.each,
            found=self.site.found,
            memory=memory,
            stage=self.stages.begin,
        )
        self.problems = checked.problems
        if self.failed and not options.keep_going:
            cache.save(memory, files)
            return self
        known, self.work = self._write(checked, cache)
        self.stages.begin("remembering")
        self.report = self._report(checked, known)
        errors = checked.count("error")
        cache.save(memory, files, (self.folder, known, self.report if not errors else None))
        self.stages.end()
        return self

    @property
    def failed(self) -> bool:
        """Whether there are problems that stand against a build."""
        return any(graded.level == "error" for graded in self.problems) or bool(
            self.options.strict and self.problems
        )

    def say(self, seconds: float) -> int:
        """Print what came of it; gives the exit status."""
        print_problems(self.problems, self.site.files)
        if self.report is None or self.work is None:
            errors = sum(graded.level == "error" for graded in self.problems)
            print(
                f"{counted(errors, len(self.problems) - errors)}: {self.folder.name}/ is as it was",
                file=sys.stderr,
            )
        else:
            if not self.options.quiet:
                print(_summary(self.report, self.folder, seconds))
            if self.options.profile:
                print(self.stages.table(self.work), file=sys.stderr)
        return 1 if self.failed else 0

    def _write(self, checked: Checked, cache: Cache) -> tuple[dict[str, Known], Work]:
        with Output(self.folder, cache.known_output(self.folder)) as output:
            work = write_pages(
                checked, output.add, each=self.each, intact=output.intact, stage=self.stages.begin
            )
            self.stages.begin("files")
            files = {**work.files, **self._media(checked, output)}
            output.keep_others(files)
            known = output.swap(files)
        return known, work

    def _media(self, checked: Checked, output: Output) -> dict[str, bytes]:
        """Bring the files that are published as they are; gives their digests."""
        found = media(checked)
        for path, digest in found.items():
            if not output.intact(path, digest):
                output.copy(path, self.site.files.path(CONTENT + path))
        return dict(found)

    def _report(self, checked: Checked, known: Mapping[str, Known]) -> Report:
        files = self.site.files
        settled = all(map(files.is_settled, files.stamps.values()))
        return Report(
            looked=Table(joined_names(files.stamps), joined_numbers(files.stamps.values()), b""),
            options=_asked(self.options),
            timezone=self.site.settings.timezone,
            days=checked.days if settled else (0, 0),
            summing=checked.summing,
            problems=checked.problems,
            size=sum(stamp[2] for _, stamp in known.values()),
            files=len(known),
        )


def output_folder(root: Path, wanted: Path | None) -> Path:
    """The folder to write to. One that holds the site's own sources is refused."""
    folder = (wanted if wanted is not None else root / "public").absolute()
    resolved = folder.resolve()
    own = [root.resolve(), *((root / room).resolve() for room in ROOMS)]
    if any(resolved == room or resolved in room.parents for room in own) or any(
        room in resolved.parents for room in own[1:]
    ):
        raise CannotGoOnError(
            f"the site cannot be written to {folder}: that folder holds its sources",
            hint="choose another --output",
        )
    if folder.exists() and not folder.is_dir():
        raise CannotGoOnError(f"{folder} is not a folder")
    # A link is followed: what is swapped is the folder it leads to.
    return resolved if folder.is_symlink() else folder


def _summary(report: Report, folder: Path, seconds: float) -> str:
    sums = report.summing
    verified = sums.quotes.get("exact", 0) + sums.quotes.get("folded", 0)
    quoted = sum(count for state, count in sums.quotes.items() if state != "unquoted")
    what = ", ".join(
        (
            plural(sums.articles, "article", "articles"),
            plural(sums.claims, "claim", "claims"),
            f"{verified} of {plural(quoted, 'quotation', 'quotations')} found in their copies",
        )
    )
    errors = sum(graded.level == "error" for graded in report.problems)
    problems = counted(errors, len(report.problems) - errors)
    how = f"{plural(report.files, 'file', 'files')}, {report.size / 1000:,.0f} kB in {seconds:.2f} s"
    return f"{folder.name}/: {what}; {problems}; {how}"
