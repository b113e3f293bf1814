"""How long after a file is saved the served page shows it, over HTTP."""

import contextlib
import http.client
import math
import random
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edits import BodyEdit
from measure import NoFigureError, processor_time, started

POLL = 0.005
"""Seconds between two requests for the page."""
PATIENCE = 60
"""Seconds after which an edit counts as lost."""
FEWEST = 3
"""Edits that are measured, however slow they are; with as many lost ones, measuring ends."""


@dataclass(frozen=True)
class Server:
    """A generator's own server, and the address there of the article that is edited."""

    port: int
    path: str
    session: int

    @property
    def address(self) -> str:
        """Where a browser finds the article."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    def appeared(self, word: str, limit: float) -> float:
        """When (in seconds since 1970) the article had a word; infinite if it had not within `limit` seconds."""
        until = time.time() + limit
        while time.time() < until:
            # While a server starts or a page is written anew, there may be nothing, or half a page.
            with contextlib.suppress(http.client.HTTPException, OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=limit)
                with contextlib.closing(connection):
                    connection.request("GET", self.path)
                    text = connection.getresponse().read().decode(errors="replace")
                if word in text:
                    return time.time()
            time.sleep(POLL)
        return math.inf

    def rest(self) -> None:
        """Wait until the generator does nothing more, then for up to half a second, as some look twice a second."""
        until, quiet, used = time.monotonic() + PATIENCE, 0, processor_time(self.session)
        while quiet < 2 and time.monotonic() < until:
            time.sleep(0.25)
            now = processor_time(self.session)
            quiet, used = (quiet + 1 if now - used < 0.03 else 0), now
        time.sleep(random.uniform(0, 0.5))  # noqa: S311 - no secret


@contextlib.contextmanager
def served(command: Sequence[str], port: int, folder: Path, edit: BodyEdit, limit: float) -> Iterator[Server]:
    """A server that has come to rest after its start."""
    with tempfile.TemporaryFile() as said, started(command, folder, said) as process:
        server = Server(port, f"/{edit.address}", process.pid)
        if math.isinf(server.appeared(edit.article.notes[0].anchor, limit)):
            raise NoFigureError(f"not served within {limit:g} s")
        server.rest()
        yield server


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def over_http(server: Server, edit: BodyEdit, edits: int, budget: float) -> list[float]:
    """Milliseconds from each save to the changed word in the served page, infinite for lost edits.

    There are at least three edits, and more while the budget of seconds lasts.
    """
    found: list[float] = []
    until = time.time() + budget
    while len(found) < edits and (len(found) < FEWEST or time.time() < until):
        word = f"Edited{len(found)}x"
        saved = edit.write(word)
        found.append((server.appeared(word, PATIENCE) - saved) * 1000)
        give_up(found)
        server.rest()
    return found


def give_up(found: Sequence[float]) -> None:
    """Raise if too many edits were lost."""
    if sum(map(math.isinf, found)) == FEWEST:
        raise NoFigureError("edits were lost")
