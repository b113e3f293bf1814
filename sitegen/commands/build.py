"""`sitegen build`: check, render, write the output folder."""

import argparse
import sys
import time
from pathlib import Path

from sitegen.building.files import ROOMS, DiskFiles
from sitegen.building.replay import Report, remembered, said
from sitegen.commands.paths import site_root
from sitegen.commands.problems import print_problems
from sitegen.model.counts import counted, plural
from sitegen.model.errors import CannotGoOnError


def run(options: argparse.Namespace) -> int:
    """Build the site; an error leaves the output folder as it was, unless told to keep going."""
    started = time.perf_counter()
    root = site_root(options)
    folder = output_folder(root, options.output)
    files = DiskFiles(root)
    index = None if options.no_cache else remembered(root)
    report = said(index, files, folder, asked(options)) if index is not None else None
    if report is not None and not (options.strict and report.problems):
        return _say_again(report, folder, files, options, started)
    # There is work to do: from here on parsers and templates are worth their import.
    from sitegen.commands.building import build  # noqa: PLC0415

    return build(options, files, index, folder, started)


def asked(options: argparse.Namespace) -> str:
    """What of the command line reaches the output."""
    return f"{options.drafts} {options.base_url}"


def _say_again(
    report: Report, folder: Path, files: DiskFiles, options: argparse.Namespace, started: float
) -> int:
    """The site is built as it is: say what the last build said."""
    print_problems(report.problems, files.shown)
    if not options.quiet:
        print(summary(report, folder, time.perf_counter() - started))
    if options.profile:
        print("nothing has changed since the last build", file=sys.stderr)
    return 0


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


def summary(report: Report, folder: Path, seconds: float) -> str:
    """What a build came to, in a line."""
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
