"""Publishing at scale, measured: `python benchmarks/publishing.py [FILES]`, 20,000 files if not told.

Two servers on loopback: SeaweedFS, a real storage daemon (where `weed` is installed), and moto's S3 behind injected faults.
Each line is one publication: what was done, how many requests of each kind it took, how long, and the most memory so far.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "publishing"))

from faulty import Asked, Fault, Faulty, serving  # noqa: E402 - found through the line above
from forwarding import forward  # noqa: E402 - likewise
from object_servers import moto  # noqa: E402 - likewise
from small_sites import publish  # noqa: E402 - likewise
from storage_daemons import S3_KEY, S3_SECRET, WEED, seaweed  # noqa: E402 - likewise

from sitegen.model.records import Settings, Target  # noqa: E402 - likewise
from sitegen.publishing.publishers import Publication  # noqa: E402 - likewise
from sitegen.publishing.stores import s3  # noqa: E402 - likewise
from sitegen.publishing.tree import read_tree  # noqa: E402 - likewise

FAULTY_FILES = 300
Choose = Callable[[int, Asked], Fault | None]


def site(folder: Path, files: int) -> Path:
    """A folder of pages of three kilobytes each, a hundred to a folder."""
    for number in range(files):
        page = folder / f"{number // 100:04}" / f"{number:06}" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>Page {number}. {'Words of a page. ' * 170}")
    return folder


def measured(what: str, room: Path, folder: Path, target: Target, faulty: Faulty) -> None:
    """Publish once, and print a line."""
    faulty.asked.clear()
    faulty.failed.clear()
    began = time.perf_counter()
    tree = read_tree(folder, room)
    hashed = time.perf_counter()
    plan = publish(s3(Publication(room, Settings(), target, tree)))
    took = time.perf_counter() - hashed
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(faulty.counts().items()))
    sent, memory = (
        len(plan.new) + len(plan.changed),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
    faults = f"; faults: {dict(faulty.failed)}" if faulty.failed else ""
    print(
        f"{what:28} {sent:6} sent {len(plan.deleted):5} deleted {hashed - began:6.2f} s hashing {took:6.2f} s "
        f"publishing {memory:5} MB; {counts}{faults}"
    )


def edited(folder: Path, files: int) -> None:
    """Change ten pages."""
    for number in range(0, files, max(1, files // 10)):
        page = folder / f"{number // 100:04}" / f"{number:06}" / "index.html"
        page.write_text(page.read_text() + f"<p>Edited {time.monotonic_ns()}")


def at_scale(files: int) -> None:
    """A site of many files at a real storage daemon: all, none, ten."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "daemon").mkdir()
        faulty = Faulty(forward(stack.enter_context(seaweed(folder / "daemon"))))
        address = stack.enter_context(serving(faulty))
        import boto3  # noqa: PLC0415 - slow

        boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="bucket")
        public = site(folder / "public", files)
        target = Target(id="b", kind="s3", bucket="bucket", endpoint=address)
        measured("first", folder, public, target, faulty)
        measured("nothing changed", folder, public, target, faulty)
        edited(public, files)
        measured("ten changed", folder, public, target, faulty)


def with_faults() -> None:
    """A site of some hundred files at moto's S3, with faults of each kind."""
    choices: dict[str, tuple[Choose, float]] = {
        "no fault": (lambda _number, _asked: None, 0),
        "every fifth answer a 500": (lambda number, _asked: "500" if number % 5 == 0 else None, 0),
        "every tenth connection cut": (lambda number, _asked: "cut" if number % 10 == 0 else None, 0),
        "every tenth answer lost": (lambda number, _asked: "lost" if number % 10 == 0 else None, 0),
        "answers after 0.2 s": (lambda _number, _asked: "stall", 0.2),
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = stack.enter_context(moto())
        store.make("bucket")
        public = site(folder / "public", FAULTY_FILES)
        for index, (what, (choose, seconds)) in enumerate(choices.items()):
            target = Target(id="b", kind="s3", bucket="bucket", prefix=str(index), endpoint=store.address)
            store.faulty.choose, store.faulty.seconds = choose, seconds
            measured(what, folder, public, target, store.faulty)
            store.faulty.choose = lambda _number, _asked: None
            measured("  and again", folder, public, replace(target), store.faulty)


def main() -> None:
    """Run both."""
    os.environ |= {"AWS_ACCESS_KEY_ID": S3_KEY, "AWS_SECRET_ACCESS_KEY": S3_SECRET}
    if WEED.exists():
        at_scale(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    with_faults()


if __name__ == "__main__":
    main()
