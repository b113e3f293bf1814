"""Looking afterwards: the published files are fetched, and their hashes compared."""

import hashlib
import re
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from sitegen import __version__
from sitegen.model.counts import plural
from sitegen.publishing.errors import PublishError
from sitegen.publishing.progress import Progress
from sitegen.publishing.secrets import scrubbed
from sitegen.publishing.tree import TreeFile

if TYPE_CHECKING:
    import httpx

WIDTH = 8
"""Requests at once, and how many in a row a server may leave unanswered before no more are made."""

PATIENCE = 180.0
"""Seconds for which what differs is asked for again: a host may need a while."""

SILENCE = 20.0
"""Seconds for which a server that answers nothing at all is asked again."""

_UNSEEN = frozenset({".nojekyll", "CNAME", ".htaccess", ".domains", "_headers", "_redirects"})
"""Files that are for the host, which need not show them."""

_NUMBER = re.compile(r"^\[[^]]*\] *")
"""What the system puts before its own words: `[Errno 111] `."""


@dataclass(frozen=True)
class Seen:
    """What came of it: addresses that do not show what was published, with the reason, and those of which nothing is known.

    `silence` says why nothing is known of these: no server answered.
    """

    differing: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    silence: str = ""

    @property
    def is_as_published(self) -> bool:
        """Whether every address shows what was published."""
        return not (self.differing or self.unasked)


@dataclass(frozen=True)
class Look:
    """What to look at: below `address` these files should be shown, and at the paths `gone` nothing."""

    address: str
    files: Iterable[TreeFile]
    gone: Iterable[str] = ()


def require_client() -> None:
    """Raise `PublishError` where there is nothing to ask a server with."""
    try:
        import httpx  # noqa: F401, PLC0415 - an extra, and slow
    except ImportError:
        hint = "pip install 'sitegen[publish]'"
        raise PublishError(
            "missing", "--check needs the library httpx, which is not installed", hint
        ) from None


def seen_at(look: Look, progress: Progress, *, patience: float = PATIENCE, silence: float = SILENCE) -> Seen:
    """Ask for every address.

    What differs is asked for again for `patience` seconds; a server that answers nothing at all, for `silence` seconds.
    """
    import httpx  # noqa: PLC0415 - see above

    waiting: Sequence[_Entry] = [
        *((file.path, file) for file in look.files if file.path.rpartition("/")[2] not in _UNSEEN),
        *((path, None) for path in look.gone),
    ]
    began, pause = time.monotonic(), 1.0
    with (
        httpx.Client(
            timeout=httpx.Timeout(20, connect=10),
            follow_redirects=True,
            headers={"User-Agent": f"sitegen/{__version__}", "Cache-Control": "no-cache"},
        ) as client,
        ThreadPoolExecutor(WIDTH, "look") as pool,
    ):
        while True:
            progress.begin("looking", len(waiting), 0)
            turn = _Round(client, look.address, progress)
            lost = [
                (entry, why)
                for entry, why in zip(waiting, pool.map(turn.look, waiting), strict=True)
                if why is not None
            ]
            limit = patience if turn.was_answered else min(patience, silence)
            if not lost or time.monotonic() + pause > began + limit:
                return _told(look.address, lost, turn)
            missing = plural(len(lost), "address does", "addresses do")
            progress.note(f"{missing} not show it yet: asking again in {pause:.0f} s")
            time.sleep(pause)
            waiting, pause = [entry for entry, _ in lost], min(pause * 2, 30)


def address_of(path: str) -> str:
    """The address of a file below the site's, as a reader has it: a page's is that of its folder."""
    folder, _, name = path.rpartition("/")
    return quote((f"{folder}/" if folder else "") if name == "index.html" else path)


_Entry = tuple[str, TreeFile | None]
"""A path, and the file that should be shown there; None where nothing should be."""


class _Round:
    """Every address asked for once. Where a server leaves many in a row unanswered, the rest is not asked for."""

    def __init__(self, client: "httpx.Client", address: str, progress: Progress) -> None:
        self.was_answered = False
        self.silence = ""
        self._client = client
        self._address = address
        self._progress = progress
        self._unanswered = (
            0  # in a row; threads that count at once may miss one, and one request more is made
        )

    def look(self, entry: _Entry) -> str | None:
        """Why an address does not show what it should: None where it does, empty where no server answered."""
        import httpx  # noqa: PLC0415 - see above

        path, file = entry
        if self._unanswered >= WIDTH:
            return ""
        try:
            answer = self._client.get(self._address + address_of(path))
        except httpx.TransportError as error:
            self._unanswered += 1
            self.silence = scrubbed(_NUMBER.sub("", str(error)) or type(error).__name__)
            return ""
        except httpx.HTTPError as error:
            return f"no usable answer ({type(error).__name__})"
        self.was_answered, self._unanswered = True, 0
        self._progress.step(path, 0)
        if file is None:
            return None if answer.status_code in {404, 410} else f"still there ({answer.status_code})"
        # The page for what is not there is answered with the status that it tells of.
        if answer.status_code != 200 and not (answer.status_code == 404 and path == "404.html"):
            return f"status {answer.status_code}"
        return None if hashlib.sha256(answer.content).hexdigest() == file.sha256 else "other bytes"


def _told(address: str, lost: Sequence[tuple[_Entry, str]], turn: _Round) -> Seen:
    named = [(f"{address}{address_of(path)}", why) for (path, _), why in lost]
    return Seen(
        tuple(f"{shown}: {why}" for shown, why in named if why),
        tuple(shown for shown, why in named if not why),
        turn.silence,
    )
