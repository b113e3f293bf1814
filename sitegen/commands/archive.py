"""`sitegen archive`: fetches sources, keeps copies of them with their texts, and pins both in the records."""

import argparse
import contextlib
import datetime as dt
import fcntl
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from sitegen.building.calendar import today
from sitegen.building.files import DiskFiles
from sitegen.building.replay import make_folder
from sitegen.commands.paths import site_root
from sitegen.commands.problems import print_problems
from sitegen.commands.site import OpenSite, open_site
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Graded, Problem
from sitegen.reading.amend import AmendError

try:
    from sitegen.archiving.addresses import Guard
    from sitegen.archiving.client import USER_AGENT, Client, Limits
    from sitegen.archiving.copies import keep, replace_file, write_fields
    from sitegen.archiving.fetching import Save, Trouble, Turn, only_save, take_turn
    from sitegen.archiving.refreshing import told
    from sitegen.archiving.shelf import FOLDER, Held, sources_of, wanted
    from sitegen.archiving.warc import warc_of
    from sitegen.archiving.wayback import DEFAULT, PAUSE, Wayback
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("sitegen"):
        raise
    raise CannotGoOnError(
        f"sitegen archive needs the library {missing.name}", hint="pip install 'sitegen[archive]'"
    ) from missing

AT_ONCE = 4
"""Sources that are fetched at a time; of one host always one."""

JOURNAL = Path(".sitegen") / "archive-refresh"
"""The sources that a refresh of all, which was ended before its end, has been through."""

LIMITS = Limits()
WAYBACK_LIMITS = Limits(pause=PAUSE, retries=1)
WAYBACK_DELAY = 10.0


@dataclass
class _Tally:
    """What the run came to so far."""

    counts: dict[str, int] = field(default_factory=dict)
    outside: bool = False
    wrong: bool = False

    def count(self, outcome: str) -> None:
        self.counts[outcome] = self.counts.get(outcome, 0) + 1

    @property
    def status(self) -> int:
        return 3 if self.outside else 1 if self.wrong else 0


def run(options: argparse.Namespace) -> int:
    """Fetch what has no copy, or all with `--refresh`; 1 where something is unreadable or refused, 3 where others failed."""
    files = DiskFiles(site_root(options))
    site = open_site(files)
    with _alone(site.root):
        return _fetched(files, site, options)


def _fetched(files: DiskFiles, site: OpenSite, options: argparse.Namespace) -> int:
    """Fetch what is due, store it and tell; the status."""
    every, wrong = sources_of(files)
    wrong = tuple(entry for entry in wrong if not options.ids or Path(entry.place.file).stem in options.ids)
    tally = _Tally(wrong=bool(wrong))
    print_problems([Graded(problem, "error") for problem in wrong], files.shown)
    held = wanted(every, options.ids)
    with_url = [entry for entry in held if entry.source.url]
    for entry in held:
        if options.ids and not entry.source.url:
            print(f"{entry.source.id}: has no url: nothing to fetch", file=sys.stderr)
    journal = _Journal(site.root / JOURNAL) if options.refresh and not options.ids else None
    due = [entry for entry in with_url if _is_due(entry, site.files, options, journal)]
    with contextlib.ExitStack() as stack:
        turns = _turns(due, site, options, stack)
        for turn in _shown(turns, len(due)):
            _settle(turn, site, options, tally)
            if journal is not None and not any(trouble.outside for trouble in turn.troubles):
                journal.note(turn.held)
    if journal is not None:
        journal.end()
    rest = len(with_url) - len(due)
    words = [f"{count} {outcome}" for outcome, count in sorted(tally.counts.items())]
    print(", ".join([*words, *([f"{rest} left as they are"] if rest else [])]) or "nothing to fetch")
    return tally.status


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Keep other runs out: two would write into one record. Where no lock can be laid, none is needed to read."""
    try:
        handle = os.open(make_folder(root) / "archive-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise CannotGoOnError(
            "another sitegen archive is at work on this site", hint="wait until it has ended"
        ) from error
    try:
        yield
    finally:
        os.close(handle)


def _is_due(held: Held, files: DiskFiles, options: argparse.Namespace, journal: "_Journal | None") -> bool:
    if journal is not None:
        return held not in journal
    if options.refresh or held.copy(files) is None:
        return True
    return bool(options.wayback and held.source.archive is None)


def _turns(
    due: Sequence[Held], site: OpenSite, options: argparse.Namespace, stack: contextlib.ExitStack
) -> Iterator[Turn]:
    """The sources' turns, as they are done: several at a time, and the Wayback Machine's one after the other."""
    setting = site.settings.archive
    guard = Guard(private=setting.private_addresses)
    agent = setting.user_agent or USER_AGENT
    client = stack.enter_context(Client(LIMITS, guard=guard, robots=not options.ids, user_agent=agent))
    save: Save | None = None
    if options.wayback:
        asked = stack.enter_context(Client(WAYBACK_LIMITS, guard=guard, robots=False, user_agent=agent))
        keys = os.environ.get("SITEGEN_WAYBACK_KEYS", "")
        base = (setting.wayback or DEFAULT).rstrip("/")
        save = Wayback(asked, base, keys, delay=WAYBACK_DELAY).save
    pool = ThreadPoolExecutor(AT_ONCE)
    stack.callback(pool.shutdown, wait=False, cancel_futures=True)
    day = today(site.settings.timezone)

    def work(held: Held) -> Turn:
        old = held.copy(site.files)
        if old is not None and not options.refresh and save is not None:
            return only_save(held, save)
        return take_turn(held, old, client, day, save)

    open_turns: set[Future[Turn]] = set()
    for held in due:
        open_turns.add(pool.submit(work, held))
        # No more than a few ahead: each holds a whole answer.
        while len(open_turns) >= 2 * AT_ONCE:
            done, open_turns = wait(open_turns, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    while open_turns:
        done, open_turns = wait(open_turns, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)


def _shown(turns: Iterator[Turn], total: int) -> Iterator[Turn]:
    """The turns, with a progress bar where someone is watching."""
    if not sys.stderr.isatty():
        yield from turns
        return
    from rich.console import Console  # noqa: PLC0415 - slow, and only for terminals
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("sources", total=total)
        for turn in turns:
            yield turn
            bar.advance(task)


def _settle(turn: Turn, site: OpenSite, options: argparse.Namespace, tally: _Tally) -> None:
    """Store what came of a source, and tell it."""
    troubles = list(turn.troubles)
    aside = ""
    try:
        aside = keep(site.root, turn.held, turn.kept, turn.old) if turn.kept is not None else ""
        _store_memento(turn, site.root)
        if options.warc and turn.answer is not None and turn.kept is not None:
            content = warc_of(turn.answer, dt.datetime.now(dt.UTC))
            replace_file(site.root / FOLDER / f"{turn.held.stem}.warc.gz", content)
    except (AmendError, UnicodeDecodeError) as error:
        hint = "nothing was stored: write the record's fields on lines of their own, and try again"
        troubles.append(Trouble("record", f"the record cannot be written: {error}", hint))
    except OSError as error:
        # A full disk, or a folder that may not be written to: the other sources would fare no better.
        raise CannotGoOnError(
            f"{turn.held.source.id} cannot be stored in {FOLDER}: {error.strerror}",
            hint="nothing of it was changed; what was stored before is kept, and the next run goes on from there",
        ) from error
    failed = any(trouble.rule == "record" for trouble in troubles) or turn.outcome == "failed"
    tally.count(
        "failed" if failed else "saved" if turn.outcome == "nothing" and turn.memento else turn.outcome
    )
    tally.outside = tally.outside or any(trouble.outside for trouble in troubles)
    tally.wrong = tally.wrong or bool(troubles)
    if not failed:
        _tell(turn, aside)
    problems = tuple(_problem(turn.held, trouble) for trouble in troubles)
    # Read anew: the record may just have been amended.
    print_problems(problems, DiskFiles(site.root).shown if problems else site.files.shown)


def _store_memento(turn: Turn, root: Path) -> None:
    if turn.memento is not None:
        when = turn.memento.moment.date().isoformat()
        write_fields(root, turn.held, {"archive": {"url": turn.memento.url, "on": when}})


def _problem(held: Held, trouble: Trouble) -> Graded:
    return Graded(Problem(trouble.rule, trouble.message, held.places.of("url"), trouble.hint), "error")


def _tell(turn: Turn, aside: str) -> None:
    name = turn.held.source.id
    if turn.outcome == "stored" and turn.answer is not None:
        moved = f", from {turn.answer.final}" if turn.answer.final != turn.answer.url else ""
        print(f"{name}: stored{moved}")
    elif turn.outcome == "unchanged":
        print(f"{name}: its words are the same as before; the record stays as it is")
    elif turn.outcome == "refreshed":
        print(f"{name}: changed; the former copy is kept as {FOLDER}/{aside}")
        for line in (line for change in turn.changes for line in told(change)):
            print(f"  {line}")
        if any(change.lost for change in turn.changes):
            print(f'  to go on resting on the former copy, set "snapshot: {{file: {aside}}}"')
        if turn.changes:
            print("  no check was dated anew: look at these claims again, and date them yourself")
    if turn.memento is not None:
        print(f"{name}: saved as {turn.memento.url}")


class _Journal:
    """Which sources a refresh of all has been through, so that one that was ended goes on where it was."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done = set(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else set()

    def __contains__(self, held: Held) -> bool:
        return self._name(held) in self._done

    def note(self, held: Held) -> None:
        # Without it a run that is ended only has more to do again.
        with contextlib.suppress(OSError), self._path.open("a", encoding="utf-8") as stream:
            stream.write(f"{self._name(held)}\n")

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    @staticmethod
    def _name(held: Held) -> str:
        return " ".join((held.file, *held.way))
