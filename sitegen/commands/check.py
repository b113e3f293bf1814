"""`sitegen check`: the checks alone."""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from sitegen.building.cache import Cache
from sitegen.building.calendar import today
from sitegen.building.check import check
from sitegen.building.due import due
from sitegen.building.files import DiskFiles
from sitegen.commands.online import online_problems
from sitegen.commands.paths import below, is_of, site_root
from sitegen.commands.problems import print_problems
from sitegen.commands.site import OpenSite, open_site, spread_with_progress, with_memory
from sitegen.model.counts import counted
from sitegen.model.errors import UnusableSettingsError
from sitegen.model.places import Graded
from sitegen.model.records import Settings
from sitegen.model.tally import Summing
from sitegen.report import github_report, json_report, sarif_report


def run(options: argparse.Namespace) -> int:
    """Check the site and print what was found in the format that was asked for."""
    with Cache(site_root(options)) as cache:
        return _check(options, cache)


def _check(options: argparse.Namespace, cache: Cache) -> int:
    files = DiskFiles(cache.root)
    try:
        site = open_site(files)
    except UnusableSettingsError as error:
        _print(options.format, error.problems, None, files)
        return 2
    files.know(cache.inputs())
    settings = _with_coverage(site, wanted=options.coverage)
    day = today(settings.timezone)
    # Whoever names a file wants it checked, whether it is published or not.
    drafts = options.drafts or bool(options.paths)
    with spread_with_progress(options.jobs, options.executor, quiet=True) as each:
        checked = with_memory(
            cache,
            lambda memory: check(
                files, settings, day, drafts=drafts, each=each, found=site.found, memory=memory
            ),
        )
    if settings is site.settings:
        # With another set of rules than the site's own, everything would be read anew by the next build.
        cache.save(checked.site.memory, files)
    found, reached = checked.problems, True
    if options.due is not None:
        found = due(checked.site, _day(options.due, day))
    elif options.online:
        links, reached = online_problems(
            checked, cache.folder, _wanted(options.paths, site.root), partial(_lines, site.files)
        )
        found = tuple(sorted((*found, *links), key=lambda graded: graded.problem.place))
    problems = tuple(_of_paths(found, options.paths, site.root))
    _print(options.format, problems, checked.summing, site.files)
    if not reached:
        print("error: no address could be reached: is this machine online?", file=sys.stderr)
        return 3
    errors = sum(graded.level == "error" for graded in problems)
    return 1 if errors or (options.strict and problems) else 0


def _lines(files: DiskFiles, name: str) -> list[str]:
    return files.shown(name).decode("utf-8", errors="replace").split("\n")


def _day(due_by: dt.date | int, day: dt.date) -> dt.date:
    """The day of `--due`, which may be so many days from today."""
    return due_by if isinstance(due_by, dt.date) else day + dt.timedelta(days=due_by)


def _wanted(paths: Sequence[str], root: Path) -> Callable[[str, str], bool]:
    wanted = [below(path, root) for path in paths]
    return lambda file, article: not wanted or any(is_of(path, file, article) for path in wanted)


def _with_coverage(site: OpenSite, *, wanted: bool) -> Settings:
    checks = site.settings.checks
    if not wanted or checks.rules.get("coverage", "off") != "off":
        return site.settings
    return replace(site.settings, checks=replace(checks, rules={**checks.rules, "coverage": "warning"}))


def _of_paths(problems: Iterable[Graded], paths: Sequence[str], root: Path) -> Iterator[Graded]:
    """The problems of the files and folders named: an article's path also means its sidecar."""
    if not paths:
        yield from problems
        return
    wanted = [below(path, root) for path in paths]
    for graded in problems:
        problem = graded.problem
        if any(is_of(path, problem.place.file, problem.article) for path in wanted):
            yield graded


def _print(form: str, problems: Sequence[Graded], summing: Summing | None, files: DiskFiles) -> None:
    if form == "json":
        sys.stdout.write(json_report(problems, summing))
    elif form == "sarif":
        sys.stdout.write(sarif_report(problems, _in_repository(files.root)))
    elif form == "github":
        sys.stdout.write(github_report(problems, _in_repository(files.root)))
    else:
        print_problems(problems, files.shown, to_errors=False)
        errors = sum(graded.level == "error" for graded in problems)
        print(counted(errors, len(problems) - errors))


def _in_repository(root: Path) -> str:
    """Where a site is below the top of the repository that a workflow checked out: that is where annotations look for files."""
    top = os.environ.get("GITHUB_WORKSPACE")
    if not top or not root.is_relative_to(Path(top).resolve()):
        return ""
    return root.relative_to(Path(top).resolve()).as_posix()
