"""`sitegen build`: check, render, write the output folder."""

import argparse
import sys
import time
from pathlib import Path

from sitegen.building.build import write_pages
from sitegen.building.calendar import today
from sitegen.building.check import Checked, check
from sitegen.building.files import ROOMS
from sitegen.building.holdings import CONTENT
from sitegen.building.output import Output
from sitegen.building.pool import Spread
from sitegen.commands.site import OpenSite, counted, open_site, print_problems, spread_with_progress
from sitegen.model.errors import CannotGoOnError
from sitegen.writing.words import plural


def run(options: argparse.Namespace) -> int:
    """Build the site; an error leaves the output folder as it was, unless told to keep going."""
    started = time.perf_counter()
    site = open_site(options, base_url=options.base_url)
    folder = output_folder(site.root, options.output)
    day = today(site.settings.timezone)
    with spread_with_progress(options.jobs, quiet=options.quiet) as each:
        checked = check(site.files, site.settings, day, drafts=options.drafts, each=each, found=site.found)
        judged = time.perf_counter()
        print_problems(checked.problems, site.files)
        errors, warnings = checked.count("error"), checked.count("warning")
        failed = bool(errors or (options.strict and warnings))
        if failed and not options.keep_going:
            print(f"{counted(errors, warnings)}: {folder.name}/ is as it was", file=sys.stderr)
            return 1
        with Output(folder) as output:
            _write(checked, site, output, each)
            output.swap()
    if not options.quiet:
        print(_summary(checked, output, time.perf_counter() - started))
    if options.profile:
        _print_profile(judged - started, time.perf_counter() - judged)
    return 1 if failed else 0


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


def _write(checked: Checked, site: OpenSite, output: Output, each: Spread) -> None:
    write_pages(checked, site.files, output.add, each=each)
    for path in checked.holdings.media:
        output.copy(path, site.files.path(CONTENT + path))


def _summary(checked: Checked, output: Output, seconds: float) -> str:
    sums = checked.summing
    verified = sums.quotes.get("exact", 0) + sums.quotes.get("folded", 0)
    quoted = sum(count for state, count in sums.quotes.items() if state != "unquoted")
    what = ", ".join(
        (
            plural(sums.articles, "article", "articles"),
            plural(sums.claims, "claim", "claims"),
            f"{verified} of {plural(quoted, 'quotation', 'quotations')} found in their copies",
        )
    )
    how = f"{plural(len(output.written), 'file', 'files')}, {output.bytes / 1000:,.0f} kB in {seconds:.2f} s"
    return (
        f"{output.folder.name}/: {what}; {counted(checked.count('error'), checked.count('warning'))}; {how}"
    )


def _print_profile(judging: float, writing: float) -> None:
    print(f"reading and judging: {judging:.3f} s\nrendering and writing: {writing:.3f} s", file=sys.stderr)
