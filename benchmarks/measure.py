"""Whole commands, measured from outside: wall time, memory of all their processes, size of what they wrote."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

SAMPLE = 0.02
"""Seconds between two looks at the memory."""
TICKS = os.sysconf("SC_CLK_TCK")
"""Ticks of processor time in a second."""


class NoFigureError(Exception):
    """Nothing could be measured, for this short reason."""


@contextlib.contextmanager
def started(command: Sequence[str], folder: Path, said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A running command. All processes of its session are ended with the context.

    Its temporary files are laid beside its folder, hence onto the same file system.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder.parent)},
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def seconds(command: Sequence[str], folder: Path, limit: float) -> float:
    """Wall time of a command. One that fails, or takes longer than `limit` seconds, has none."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        with started(command, folder, said) as process, deadline(process, limit):
            process.wait()
            taken = time.perf_counter() - began
        judge(process.returncode, taken, limit, said)
    return taken


def peak(command: Sequence[str], folder: Path, limit: float) -> float:
    """The most memory that all processes of a command had together, in MiB.

    It is the sum of their proportional set sizes: a page that two processes share counts half in each.
    """
    with tempfile.TemporaryFile() as said:
        began, most = time.perf_counter(), 0
        with started(command, folder, said) as process, deadline(process, limit):
            while process.poll() is None:
                most = max(most, held_by(process.pid))
                time.sleep(SAMPLE)
            taken = time.perf_counter() - began
        judge(process.returncode, taken, limit, said)
    return most / 1024


@contextlib.contextmanager
def deadline(process: subprocess.Popen[bytes], limit: float) -> Iterator[None]:
    """Kill a command that is not done within `limit` seconds; waiting with a timeout would poll, and be inexact."""
    timer = threading.Timer(limit, end, [process])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def judge(status: int, taken: float, limit: float, said: IO[bytes]) -> None:
    """Raise unless the command has done its work in time; what a failed one said last goes to standard error."""
    if taken >= limit:
        raise NoFigureError(f"over {limit:g} s")
    if status:
        said.seek(0)
        sys.stderr.write(said.read().decode(errors="replace")[-2000:])
        raise NoFigureError(f"failed ({status})")


def held_by(session: int) -> int:
    """KiB that the processes of a session hold now (proportional set size)."""
    return sum(pss(text) for text in told(session, "smaps_rollup"))


def processor_time(session: int) -> float:
    """Seconds of processor time that the living processes of a session have used."""
    fields = (text.rpartition(")")[2].split() for text in told(session, "stat"))
    return sum(int(user) + int(system) for *_, user, system in (line[:13] for line in fields)) / TICKS


def told(session: int, file: str) -> Iterator[str]:
    """What the system tells in a file of `/proc` of each process of a session."""
    for process in Path("/proc").glob("[0-9]*"):
        # A process may end between two of these lines.
        with contextlib.suppress(OSError):
            if os.getsid(int(process.name)) == session:
                yield (process / file).read_text(encoding="ascii", errors="replace")


def pss(rollup: str) -> int:
    """KiB of proportional set size in the text of a process's `smaps_rollup`."""
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def weigh(folder: Path) -> tuple[float, float]:
    """Megabytes and number of the files in a folder."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return sum(sizes) / 1e6, float(len(sizes))


def check_notes(page: Path, words: Sequence[str]) -> None:
    """Raise unless all these words, each from another note, are on a page."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    if missing := sum(word not in text for word in words):
        raise NoFigureError(f"{missing} of {len(words)} notes missing")
