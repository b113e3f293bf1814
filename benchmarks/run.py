"""How fast sitegen is beside its peers: the same articles, on the same machine, in one run.

Each row is measured for all generators in turn, then for all again, so that what disturbs the machine disturbs
all of them. Only ratios of one run count.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import Bench, Wanted
from corpus import Size
from peers import GENERATORS, NotInstalledError
from table import ROWS, Results, report

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
"""The tables stand between these in a page that they are written into."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
"""A file system in memory: a disk's scatter would hide the generators' own work."""

Commands = dict[str, Sequence[str] | str]
"""How each generator is run, or why it cannot be."""


def arguments() -> argparse.Namespace:
    """What was asked for."""
    usual = Wanted()
    peers = Path(tempfile.gettempdir(), "sitegen-peers")
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--sizes", type=int, nargs="+", default=[100, 1000], metavar="N", help="articles (default: 100 1000)")
    add("--runs", type=int, default=usual.runs, help="runs of each row, at most (default: %(default)s)")
    add("--edits", type=int, default=usual.edits, help="edits in the browser (default: %(default)s)")
    add(
        "--budget",
        type=float,
        default=usual.budget,
        help="seconds for a row of a slow peer (default: %(default)s)",
    )
    add("--only", type=listed, default=list(GENERATORS), metavar="NAME,…", help=", ".join(GENERATORS))
    add("--peers-only", action="store_true", help="leave sitegen out")
    add("--rows", type=listed, default=list(ROWS), metavar="ROW,…", help=", ".join(ROWS))
    add("--all", action="store_true", help="all generators at all sizes, however slow")
    add("--limit", type=float, default=usual.limit, help="seconds a command may take (default: %(default)s)")
    add("--peers", type=Path, default=peers, help="where peers are installed (default: %(default)s)")
    add("--out", type=Path, metavar="FILE", help="write the tables into a file")
    add("--write", type=Path, metavar="PAGE", help=f"put the tables between {BEGIN} and {END} of a page")
    options = parser.parse_args()
    for chosen, known in ((options.only, GENERATORS), (options.rows, ROWS)):
        if unknown := set(chosen).difference(known):
            parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return options


def listed(text: str) -> list[str]:
    """The names in a list with commas."""
    return text.split(",")


def installed(keys: Sequence[str], folder: Path) -> Commands:
    """How each generator is run, or why it cannot be."""
    found: Commands = {}
    for key in keys:
        sys.stderr.write(f"looking for {key}\n")
        try:
            found[key] = GENERATORS[key].install(folder)
        except NotInstalledError as reason:
            found[key] = str(reason)
    return found


def version(key: str, command: Sequence[str]) -> str:
    """A generator's name and version, as it says itself."""
    done = subprocess.run([*command, *GENERATORS[key].version], capture_output=True, text=True, check=True)
    number = re.search(r"\d+\.\d+[\w.]*", done.stdout)
    return f"{GENERATORS[key].name.partition(',')[0]} {number[0] if number else '?'}"


def measured(options: argparse.Namespace, commands: Commands, room: Path | None) -> Results:
    """Everything that is wanted, size by size."""
    results = Results()
    wanted = Wanted(options.rows, options.runs, options.edits, options.budget, options.limit)
    for articles in options.sizes:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=room) as name:
            bench = Bench(Size(articles), Path(name), wanted, results)
            for key, command in commands.items():
                if isinstance(command, str):
                    bench.note(key, wanted.rows[0], command)
                elif options.all or articles <= GENERATORS[key].largest:
                    bench.add(key, command)
                else:
                    results.left_out.setdefault(articles, []).append(key)
            bench.measure()
    return results


def put(page: Path, text: str) -> None:
    """Replace what stands between the marks of a page."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"{page} lacks {BEGIN} or {END}")
    page.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")


def main() -> None:
    """Measure, and print the tables."""
    options = arguments()
    left_out = {"sitegen"} if options.peers_only else set()
    commands = installed([key for key in GENERATORS if key in set(options.only) - left_out], options.peers)
    versions = [version(key, command) for key, command in commands.items() if not isinstance(command, str)]
    room = MEMORY if os.access(MEMORY, os.W_OK) else None
    where = "in memory (tmpfs)" if room else "on disk"
    results = measured(options, commands, room)
    text = report(results, list(dict.fromkeys(versions)), where=where, runs=options.runs)
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    if options.write:
        put(options.write, text)


if __name__ == "__main__":
    main()
