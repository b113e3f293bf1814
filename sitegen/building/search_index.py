"""Running Pagefind: plain pages in, the files of an index out. The one place that knows how the program is called."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pagefind.service import get_executable

from sitegen.building.search_settling import settled
from sitegen.model.errors import CannotGoOnError
from sitegen.model.files import Page

_PROGRAM = ("pagefind.js", "pagefind-entry.json", "*.pf_meta", "wasm.*.pagefind")
_PARTS = ("fragment/*.pf_fragment", "index/*.pf_index", "filter/*.pf_filter")
"""What the search page fetches. Pagefind's own boxes, styles and worker are left behind: the theme has its own."""

_NO_WORDS = ".noteref, .footnote-ref, .footnote-back, .anchor"
"""Numbers and signs of the text that are no words of it."""


def index_of(pages: Iterable[Page]) -> Iterator[Page]:
    """The files of an index over some pages, by path, the same bytes for the same pages; none where there are no pages.

    Raises `CannotGoOnError` where Pagefind fails.
    """
    with tempfile.TemporaryDirectory(prefix="sitegen-search-") as folder:
        site, bundle = Path(folder) / "site", Path(folder) / "bundle"
        if not _laid_out(pages, site):
            return
        _run(site, bundle, Path(folder))
        wanted = sorted({path for pattern in (*_PROGRAM, *_PARTS) for path in bundle.glob(pattern)})
        files = {path.relative_to(bundle).as_posix(): path.read_bytes() for path in wanted}
    for path, content in sorted(settled(files).items()):
        yield Page(path, content)


def _laid_out(pages: Iterable[Page], site: Path) -> int:
    """Write the pages into a folder; gives how many there are."""
    count = 0
    for page in pages:
        file = site / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.content)
        count += 1
    return count


def _run(site: Path, bundle: Path, folder: Path) -> None:
    program = get_executable()
    if program is None:
        raise CannotGoOnError(
            "the program that makes the search index, pagefind, is not installed",
            hint="pip install 'sitegen[search]'",
        )
    # Neither a settings file beside the site nor the environment may change what comes out.
    around = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    command = [str(program), "--site", str(site), "--output-path", str(bundle), "--silent"]
    command += ["--exclude-selectors", _NO_WORDS]
    done = subprocess.run(command, cwd=folder, env=around, capture_output=True, text=True, check=False)  # noqa: S603 - a program that we depend on, and paths of our own
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CannotGoOnError(f"pagefind failed: {said[-1] if said else f'status {done.returncode}'}")
