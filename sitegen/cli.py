"""The command line: what each command is told, and nothing of what it does."""

import argparse
import datetime as dt
import gc
import io
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from sitegen import __version__
from sitegen.model.errors import (
    CannotGoOnError,
    OutsideFailedError,
    ProblemsFoundError,
    UnusableSettingsError,
)

DONE, PROBLEMS, UNUSABLE, OUTSIDE_FAILED = 0, 1, 2, 3
"""Exit statuses."""

_STATUSES = ((OutsideFailedError, OUTSIDE_FAILED), (ProblemsFoundError, PROBLEMS))


def program() -> NoReturn:
    """Run the command of this process's own command line, and end the process.

    It ends at once: to take a large site's memory apart, value by value, takes longer than the system does for all of it.
    """
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    # Commands are imported late: `sitegen --version` pays for none of them.
    from sitegen import commands  # noqa: PLC0415
    from sitegen.commands.problems import print_problems  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not end the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # A build makes many values and few circles: looking for these at every turn costs a twentieth of its time.
    gc.set_threshold(50_000, 20, 100)
    try:
        status = commands.run(options.command, options)
        sys.stdout.flush()
    except UnusableSettingsError as error:
        print_problems(error.problems, error.read)
        return UNUSABLE
    except CannotGoOnError as error:
        where = f"{error.place}: " if error.place is not None else ""
        print(f"{where}error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"    hint: {error.hint}", file=sys.stderr)
        return next((status for kind, status in _STATUSES if isinstance(error, kind)), UNUSABLE)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone: nothing is left to say. Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        print(f"error: {named}{error.strerror}", file=sys.stderr)
        return UNUSABLE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sitegen",
        description="Builds annotated explainers whose margin notes check each claim against its sources.",
        epilog="Exit status: 0 done, 1 problems were found, 2 unusable command line or settings, 3 an outside service failed.",
    )
    parser.add_argument("--version", action="version", version=f"sitegen {__version__}")
    parser.add_argument(
        "--site", type=Path, metavar="DIR", help="the site's folder (default: the nearest one upwards)"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (
        _add_init,
        _add_new,
        _add_build,
        _add_check,
        _add_diff,
        _add_serve,
        _add_reanchor,
        _add_mv,
        _add_suggest,
        _add_archive,
        _add_publish,
        _add_schema,
        _add_stats,
    ):
        add(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse gives it no public name


def _add_init(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("init", help="a small working site with one annotated article")
    command.add_argument(
        "folder",
        type=Path,
        nargs="?",
        metavar="DIR",
        help="an empty folder, or one that is not there yet; with --ci also a site",
    )
    command.add_argument(
        "--ci", choices=("github",), help="also write the files that have each change checked: GitHub Actions"
    )
    command.add_argument("--force", action="store_true", help="with --ci: replace such files that are there")


def _add_new(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("new", help="a new article and its sidecar")
    command.add_argument("path", metavar="PATH", help="where below content/, without .md: history/treaties")
    command.add_argument(
        "--from", dest="seed", type=Path, metavar="FILE", help="propose claims from a text under examination"
    )


def _add_build(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("build", help="check, render, write public/")
    command.add_argument("--strict", action="store_true", help="warnings count as errors")
    command.add_argument(
        "--keep-going",
        action="store_true",
        help="build in spite of errors; unplaced claims stand under the article",
    )
    command.add_argument(
        "--drafts", action="store_true", help="build drafts, and articles dated in the future"
    )
    command.add_argument(
        "--base-url", type=_address, metavar="URL", help="another address than the settings'"
    )
    command.add_argument("--output", type=Path, metavar="DIR", help="another folder than public/")
    command.add_argument("--jobs", type=_count, metavar="N", help="processes (default: one a processor)")
    command.add_argument(
        "--executor",
        type=_executor,
        metavar="URL",
        help="a cluster to work on: dask://HOST:PORT of its scheduler",
    )
    command.add_argument("--no-cache", action="store_true", help="make everything anew")
    command.add_argument("--quiet", action="store_true", help="print problems only")
    command.add_argument("--profile", action="store_true", help="print where the time went")


def _add_check(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("check", help="the checks alone")
    command.add_argument("paths", nargs="*", metavar="PATH", help="only problems of these files or folders")
    command.add_argument(
        "--format", choices=("text", "json", "sarif", "github"), default="text", help="default: text"
    )
    command.add_argument("--strict", action="store_true", help="warnings count as errors")
    command.add_argument(
        "--coverage", action="store_true", help="also name checkable sentences that carry no claim"
    )
    command.add_argument(
        "--drafts", action="store_true", help="check drafts, and articles dated in the future"
    )
    when = command.add_mutually_exclusive_group()
    when.add_argument(
        "--online",
        action="store_true",
        help="also ask for the sources' addresses, and look for the quotations there",
    )
    when.add_argument(
        "--due",
        type=_due,
        metavar="DATE",
        help="instead list what will be stale: 2027-06-01, or 30d from today",
    )
    command.add_argument("--jobs", type=_count, metavar="N", help="processes (default: one a processor)")
    command.add_argument(
        "--executor",
        type=_executor,
        metavar="URL",
        help="a cluster to work on: dask://HOST:PORT of its scheduler",
    )


def _add_diff(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("diff", help="what changed in the claims between two states")
    state = "a git revision, a claims.json, or the folder of a built site"
    command.add_argument("old", metavar="OLD", help=state)
    command.add_argument("new", nargs="?", metavar="NEW", help="likewise (default: the site as it is)")
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _add_serve(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("serve", help="live preview")
    command.add_argument(
        "--host", default="127.0.0.1", metavar="HOST", help="default: 127.0.0.1, this machine alone"
    )
    command.add_argument(
        "--port", type=_port, default=8000, metavar="PORT", help="default: 8000, or the next that is free"
    )
    command.add_argument("--open", action="store_true", help="open the site in the browser")
    command.add_argument(
        "--drafts", action="store_true", help="show drafts, and articles dated in the future"
    )


def _add_reanchor(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "reanchor", help="propose, or write, new anchors for words that were changed"
    )
    command.add_argument("paths", nargs="*", metavar="PATH", help="only these articles or sidecars")
    how = command.add_mutually_exclusive_group()
    how.add_argument("--write", action="store_true", help="apply the certain ones")
    how.add_argument("--interactive", action="store_true", help="ask of each one whether to apply it")


def _add_archive(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("archive", help="fetch sources, keep copies, pin them in the records")
    command.add_argument("ids", nargs="*", metavar="ID", help="only these sources")
    command.add_argument("--refresh", action="store_true", help="fetch again what has a copy")
    command.add_argument("--warc", action="store_true", help="also keep each answer as a WARC file")
    command.add_argument(
        "--wayback", action="store_true", help="also have the Wayback Machine save each, and record where"
    )


def _add_suggest(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("suggest", help="passages of the copies that may be evidence for claims")
    command.add_argument(
        "claims",
        nargs="*",
        metavar="CLAIM",
        help="ID or ARTICLE#ID (default: claims whose evidence quotes nothing)",
    )
    command.add_argument(
        "--article", metavar="PATH", help="propose sentences of an article that need a claim instead"
    )
    command.add_argument(
        "--limit", type=_count_of_suggestions, default=5, metavar="N", help="at most N each (default: 5)"
    )
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _add_mv(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("mv", help="move an article with its sidecar, and mend the links to it")
    command.add_argument("old", nargs="?", metavar="OLD", help="an article or a folder below content/")
    command.add_argument("new", nargs="?", metavar="NEW", help="its new place below content/, without .md")
    command.add_argument(
        "--find", action="store_true", help="find the articles of sidecars that were left behind"
    )


def _add_publish(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("publish", help="bring the built site to where readers find it")
    command.add_argument(
        "target", nargs="?", metavar="TARGET", help="a target of sitegen.yaml (default: its default)"
    )
    command.add_argument("--dry-run", action="store_true", help="print the plan, and change nothing")
    command.add_argument("-v", "--verbose", action="store_true", help="print a line for each file")
    command.add_argument(
        "--yes", action="store_true", help="go on where more than a third of the pages would be deleted"
    )
    command.add_argument("--build", action="store_true", help="build the site first")
    command.add_argument(
        "--as-is",
        action="store_true",
        help="publish what is built, though it has errors or drafts, or is older than its sources",
    )
    command.add_argument("--output", type=Path, metavar="DIR", help="publish another folder than public/")
    command.add_argument(
        "--check", action="store_true", help="fetch what was published, and compare it with what is here"
    )
    command.add_argument(
        "--adopt", action="store_true", help="replace files in the way that sitegen did not put there"
    )
    command.add_argument(
        "--take-over", action="store_true", help="go on in spite of another publisher's lock"
    )
    command.add_argument("--force", action="store_true", help="git: begin the branch's history anew")
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _add_schema(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("schema", help="write the JSON Schemas for editors")
    command.add_argument(
        "folder", nargs="?", type=Path, default=Path("schemas"), metavar="DIR", help="default: schemas/"
    )


def _add_stats(commands: "Commands[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("stats", help="what the site holds")
    command.add_argument(
        "--drafts", action="store_true", help="count drafts, and articles dated in the future"
    )
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[^/\s?#@]+(/[^\s?#]*)?", value):
        raise argparse.ArgumentTypeError(
            f'"{value}" is not an address; write it as https://example.org/checked/'
        )
    return value


def _count(value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise argparse.ArgumentTypeError(f'"{value}" is not a number of processes')
    return int(value)


def _due(value: str) -> dt.date | int:
    """A day, or how many days from today."""
    found = re.fullmatch(r"(\d{1,4})([dwmy])", value)
    if found is not None:
        return int(found[1]) * {"d": 1, "w": 7, "m": 30, "y": 365}[found[2]]
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f'"{value}" is no day; write it as 2027-06-01, or 30d from today'
        ) from error


def _count_of_suggestions(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 1000:
        raise argparse.ArgumentTypeError(f'"{value}" is not a number from 1 to 1000')
    return int(value)


def _executor(value: str) -> str:
    """The address of a Dask scheduler, as Dask writes it."""
    found = re.fullmatch(r"dask://([^/\s:@?#]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/?", value)
    if found is None:
        raise argparse.ArgumentTypeError(
            f'"{value}" is no cluster; write it as dask://scheduler.example:8786'
        )
    return f"tcp://{found[1]}{found[2] or ':8786'}"


def _port(value: str) -> int:
    if not value.isdigit() or int(value) > 65535:
        raise argparse.ArgumentTypeError(f'"{value}" is not a port')
    return int(value)
