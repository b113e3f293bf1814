"""Looking afterwards: the published files are fetched, and their hashes compared."""

import hashlib
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote

from sitegen import __version__
from sitegen.publishing.errors import PublishError
from sitegen.publishing.progress import Progress
from sitegen.publishing.tree import TreeFile

if TYPE_CHECKING:
    import httpx

WIDTH = 8
"""Requests at once."""

_UNSEEN = frozenset({".nojekyll", "CNAME", ".htaccess", ".domains", "_headers", "_redirects"})
"""Files that are for the host, which need not show them."""


def differing(
    address: str, files: Iterable[TreeFile], gone: Iterable[str], progress: Progress, *, patience: float
) -> tuple[str, ...]:
    """The addresses below `address` that do not show these files, or still show those that are gone, and why.

    A host may need a while: what differs is asked for again for `patience` seconds. Raises `PublishError` where no server
    answers at all.
    """
    try:
        import httpx  # noqa: PLC0415 - an extra, and slow
    except ImportError:
        hint = "pip install 'sitegen[publish]'"
        raise PublishError(
            "missing", "--check needs the library httpx, which is not installed", hint
        ) from None
    waiting: list[tuple[str, TreeFile | None]] = [
        *((file.path, file) for file in files if file.path.rpartition("/")[2] not in _UNSEEN),
        *((path, None) for path in gone),
    ]
    until, pause = time.monotonic() + patience, 1.0
    agent = {"User-Agent": f"sitegen/{__version__}", "Cache-Control": "no-cache"}
    with (
        httpx.Client(timeout=30, follow_redirects=True, headers=agent) as client,
        ThreadPoolExecutor(WIDTH, "look") as pool,
    ):
        while True:
            progress.begin("looking", len(waiting), 0)
            found = list(pool.map(lambda entry: _look(client, address, entry, progress), waiting))
            lost = [(entry, why) for entry, why in zip(waiting, found, strict=True) if why]
            if not lost or time.monotonic() + pause > until:
                return _told(address, [(path, why) for (path, _), why in lost])
            progress.note(f"{len(lost):,} addresses do not show it yet: asking again in {pause:.0f} s")
            time.sleep(pause)
            waiting, pause = [entry for entry, _ in lost], min(pause * 2, 30)


def address_of(path: str) -> str:
    """The address of a file below the site's, as a reader has it: a page's is that of its folder."""
    folder, _, name = path.rpartition("/")
    return quote((f"{folder}/" if folder else "") if name == "index.html" else path)


def _look(
    client: "httpx.Client", address: str, entry: tuple[str, TreeFile | None], progress: Progress
) -> str:
    """Why an address does not show what it should; empty where it does."""
    import httpx  # noqa: PLC0415 - see above

    path, file = entry
    try:
        answer = client.get(address + address_of(path))
    except httpx.HTTPError as error:
        return f"no answer ({type(error).__name__})"
    progress.step(path, 0)
    if file is None:
        return "" if answer.status_code in {404, 410} else f"still there ({answer.status_code})"
    # The page for what is not there is answered with the status that it tells of.
    if answer.status_code != 200 and not (answer.status_code == 404 and path == "404.html"):
        return f"status {answer.status_code}"
    return "" if hashlib.sha256(answer.content).hexdigest() == file.sha256 else "other bytes"


def _told(address: str, lost: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{address}{address_of(path)}: {why}" for path, why in lost)
