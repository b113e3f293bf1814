"""The work of `sitegen build`, where there is any."""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from sitegen.building.build import Work, media, write_pages
from sitegen.building.cache import Cache
from sitegen.building.calendar import today
from sitegen.building.check import Checked, check
from sitegen.building.each import Each
from sitegen.building.files import DiskFiles
from sitegen.building.holdings import CONTENT
from sitegen.building.memory import Memory
from sitegen.building.output import Known, Output
from sitegen.building.replay import Index, Report
from sitegen.building.rows import Table, joined_names, joined_numbers
from sitegen.building.search import require_search, search_files
from sitegen.building.settings import settings_key
from sitegen.commands.build import asked, summary
from sitegen.commands.problems import print_problems
from sitegen.commands.site import OpenSite, open_site, spread_with_progress, with_memory
from sitegen.commands.stages import Stages
from sitegen.model.counts import counted
from sitegen.model.places import Graded
from sitegen.writing.cards import require_cards


def build(
    options: argparse.Namespace, files: DiskFiles, index: Index | None, folder: Path, started: float
) -> int:
    """Do all that is due; gives the exit status. `started` is a moment of `time.perf_counter`."""
    with Cache(files.root, wanted=not options.no_cache, index=index) as cache:
        files.know(cache.inputs())
        site = open_site(files, base_url=options.base_url)
        with spread_with_progress(options.jobs, options.executor, quiet=options.quiet) as each:
            building = with_memory(
                cache, lambda memory: _Building(options, site, folder, each).run(cache, memory)
            )
    # The progress bar has the terminal to itself: what there is to say comes after it.
    return building.say(time.perf_counter() - started)


class _Building:
    """One build: what it was asked for, what came of it, and where the time went."""

    def __init__(self, options: argparse.Namespace, site: OpenSite, folder: Path, each: Each) -> None:
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
        require_search(self.site.settings)
        require_cards(self.site.settings)
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
        print_problems(self.problems, self.site.files.shown)
        if self.report is None or self.work is None:
            errors = sum(graded.level == "error" for graded in self.problems)
            print(
                f"{counted(errors, len(self.problems) - errors)}: {self.folder.name}/ is as it was",
                file=sys.stderr,
            )
        else:
            if not self.options.quiet:
                print(summary(self.report, self.folder, seconds))
            if self.options.profile:
                print(self.stages.table(self.work), file=sys.stderr)
        return 1 if self.failed else 0

    def _write(self, checked: Checked, cache: Cache) -> tuple[dict[str, Known], Work]:
        with Output(self.folder, cache.known_output(self.folder), cache.spare(self.folder)) as output:
            work = write_pages(
                checked, output.add, each=self.each, intact=output.intact, stage=self.stages.begin
            )
            self.stages.begin("files")
            media, copied = self._media(checked, output)
            self.stages.begin("search index")
            indexed, renewed = search_files(checked.site, output.add, output.intact)
            self.stages.begin("files")
            files, fresh = {**work.files, **indexed, **media}, work.fresh | renewed | copied
            output.keep_others(files, fresh)
            known = output.swap(files, fresh)
        return known, work

    def _media(self, checked: Checked, output: Output) -> tuple[Mapping[str, bytes], frozenset[str]]:
        """Bring the files that are published as they are; gives their digests, and which were copied."""
        found = media(checked)
        copied = frozenset(path for path, digest in found.items() if not output.intact(path, digest))
        for path in sorted(copied):
            output.copy(path, self.site.files.path(CONTENT + path))
        return found, copied

    def _report(self, checked: Checked, known: Mapping[str, Known]) -> Report:
        files = self.site.files
        settled = all(map(files.is_settled, files.stamps.values()))
        return Report(
            looked=Table(joined_names(files.stamps), joined_numbers(files.stamps.values()), b""),
            options=asked(self.options),
            settings=settings_key(self.site.settings),
            timezone=self.site.settings.timezone,
            days=checked.days if settled else (0, 0),
            summing=checked.summing,
            problems=checked.problems,
            size=sum(stamp[2] for _, stamp in known.values()),
            files=len(known),
        )
