"""A preview that runs: a site on disk, a server and a watch in this process, and what asks it things."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sitegen.preview.safety import answers_to
from sitegen.preview.server import bound_socket, server
from sitegen.preview.session import Session
from sitegen.preview.watch import Watch

ARTICLE = (
    """\
---
title: Tides
---

The moon pulls the water, they say.

The sun helps it.

"""
    + "More words.\n\n" * 80
    + "The end of it.\n"
)
SIDECAR = """\
claims:
  pull:
    anchor: moon pulls the water
    verdict: opinion
    because: A reason.
    note: More on it.
  sun: {anchor: sun helps, verdict: opinion, because: Another.}
"""
SITE: Mapping[str, str] = {
    "sitegen.yaml": "title: Preview\n",
    "content/tides.md": ARTICLE,
    "content/tides.yaml": SIDECAR,
}


class Preview:
    """A preview that runs, and the site that it shows."""

    def __init__(self, root: Path, files: Mapping[str, str] = SITE, port: int = 0) -> None:
        self.root = root.resolve()
        for name, text in files.items():
            self.write(name, text)
        listening = bound_socket("127.0.0.1", port)
        self.port: int = listening.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self.session = Session(self.root, self.address, drafts=True)
        self.session.update(None)
        self.watch = Watch(self.root, self.session.update)
        self.watch.start()
        self.server = server(self.session, answers_to("127.0.0.1"))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]}, daemon=True)
        self.thread.start()
        wait_for(lambda: self.server.started)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        connection.putrequest(method, path, skip_host="Host" in (headers or {}))
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        return self.ask("GET", path, headers=headers)

    def state(self, path: str = "/tides/") -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.get(f"/_sitegen/state?path={path}")[1])
        return state

    def problems(self) -> list[str]:
        return [problem["rule"] for problem in self.state()["here"]]

    def stop(self) -> None:
        self.watch.stop()
        self.server.end()
        self.thread.join(timeout=10)
        self.session.close()


def wait_for(condition: Callable[[], object], seconds: float = 12) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"it did not come true within {seconds} seconds")
