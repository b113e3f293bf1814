"""How fast sitegen is: whole commands, timed from outside, on generated sites of growing size.

Times depend on the machine and its neighbours; what counts is how a row grows, and its ratio to the first one.
"""

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import Size, write_sitegen

SITEGEN = (sys.executable, "-m", "sitegen")


@dataclass(frozen=True)
class Timing:
    """A command's median wall time in seconds, and the most memory one of its processes had, in MiB."""

    seconds: float
    memory: float


def timed(command: Sequence[str], folder: Path, runs: int) -> Timing:
    """Run a command several times."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Timing(statistics.median(seconds), memory)


def rows(articles: int, runs: int) -> list[tuple[str, Timing]]:
    """What is measured of a site of one size."""
    # Memory is where sitegen's own work shows best: a disk's scatter hides it.
    room = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of its own is made there
    with tempfile.TemporaryDirectory(dir=room) as name:
        folder = Path(name) / "site"
        write_sitegen(folder, Size(articles))
        return [
            ("check", timed([*SITEGEN, "check"], folder, runs)),
            ("check --jobs 1", timed([*SITEGEN, "check", "--jobs", "1"], folder, runs)),
            ("build", timed([*SITEGEN, "build", "--quiet"], folder, runs)),
        ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, median of {options.runs} runs\n")
    start = timed([*SITEGEN, "--version"], Path.cwd(), 7)
    print(f"sitegen --version: {start.seconds * 1000:.0f} ms\n")
    print("| articles | command | seconds | ms an article | MiB (largest process so far) |")
    print("|---:|---|---:|---:|---:|")
    for size in options.sizes:
        for command, timing in rows(size, options.runs):
            each = timing.seconds * 1000 / size
            print(
                f"| {size:,} | {command} | {timing.seconds:.2f} | {each:.1f} | {timing.memory:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
