"""Two thousand edits later a preview holds no more files, threads, memory and disk than after two hundred."""

import contextlib
import http.client
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from previewing import ARTICLE, SIDECAR, SITE, wait_for

EDITS = 2000
FIRST = 200
KINDS = ("content/tides.md",) * 12 + ("content/tides.yaml",) * 4 + ("content/ebb.md", "content/sources/book.yaml", "themes/default/static/style.css", "sitegen.yaml")  # fmt: skip


@dataclass(frozen=True)
class Held:
    """What a process holds: open files, threads, kilobytes of memory; and kilobytes of the cache on disk."""

    files: int
    threads: int
    memory: int
    disk: int

    @classmethod
    def by(cls, process: int, root: Path) -> "Held":
        status = dict(
            line.split(":", 1)
            for line in Path(f"/proc/{process}/status").read_text().splitlines()
            if ":" in line
        )
        packs = sum(path.stat().st_size for path in (root / ".sitegen" / "packs").iterdir())
        files = len(list(Path(f"/proc/{process}/fd").iterdir()))
        return cls(files, int(status["Threads"]), int(status["VmRSS"].split()[0]), packs // 1024)


@contextlib.contextmanager
def serving(root: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A preview in a process of its own, and its port."""
    command = [sys.executable, "-m", "sitegen", "--site", str(root), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        port = 0
        for line in process.stdout:
            if "http://127.0.0.1:" in line:
                port = int(line.rpartition(":")[2].strip().strip("/"))
            if "remade" in line:
                break
        # What is written on and not read would stop it.
        reading = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
        try:
            yield process, port
        finally:
            process.terminate()
            process.wait(10)
        reading.wait(10)


class Tab:
    """A page that listens; with the answer begins the first news."""

    def __init__(self, port: int, path: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.connection.request("GET", f"/_sitegen/events?path={path}&shown=none")
        self.answer = self.connection.getresponse()

    def news(self) -> dict[str, Any]:
        for line in iter(self.answer.readline, b""):
            if line.startswith(b"data: "):
                news: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return news
        raise AssertionError("the stream has ended")

    def version(self, least: int) -> int:
        """Listen until a version is told that is no older."""
        version = -1
        while version < least:
            version = self.news()["version"]
        return version


def start_all_threads(port: int, root: Path, listening: int) -> None:
    """Have many pages wait for news at once: the server starts threads as they are needed, up to a few more than processors.

    Afterwards `listening` pages go on waiting.
    """
    tabs = [Tab(port, "/tides/") for _ in range(min(32, (os.cpu_count() or 1) + 4))]
    for tab in tabs:
        tab.news()
    for number in range(5):
        (root / "content/tides.md").write_text(content_of("content/tides.md", -1 - number))
        for tab in tabs:
            tab.news()
    for tab in tabs:
        tab.answer.close()
        tab.connection.close()
    wait_for(lambda: f'"listening":{listening}' in asked(port, "/_sitegen/state?path=/tides/").decode())


def content_of(name: str, number: int) -> str:
    match name:
        case "content/tides.md":
            return ARTICLE.replace("they say", f"we say {number}")
        case "content/tides.yaml":
            return SIDECAR.replace("A reason.", f"A reason {number}.")
        case "sitegen.yaml":
            return f"title: Preview {number}\n"
        case "content/ebb.md":
            return f"---\ntitle: Ebb {number}\n---\n\nWords {number}.\n"
        case "content/sources/book.yaml":
            return f"title: Book {number}\n"
        case _:
            return f"p {{ color: #{number:06x} }}\n"


@pytest.mark.slow
def test_two_thousand_edits_leave_nothing_behind(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - the same edits every time
    for name in {*SITE, *KINDS}:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content_of(name, 0))
    with serving(tmp_path) as (process, port):
        tab = Tab(port, "/tides/")
        version = tab.version(1)
        start_all_threads(port, tmp_path, listening=1)
        version = tab.version(json.loads(asked(port, "/_sitegen/state?path=/tides/"))["version"])
        for number in range(1, EDITS + 1):
            name = chance.choice(KINDS)
            (tmp_path / name).write_text(content_of(name, number))
            version = tab.version(version + 1)
            if number == FIRST:
                early = Held.by(process.pid, tmp_path)
        late = Held.by(process.pid, tmp_path)
        tab.connection.close()
    assert (late.files, late.threads) == (early.files, early.threads)
    assert late.memory < early.memory * 1.1, (early, late)
    assert late.disk <= early.disk + 64, (early, late)


@pytest.mark.slow
def test_pages_that_come_and_go_leave_nothing_behind(tmp_path: Path) -> None:
    for name, text in SITE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with serving(tmp_path) as (process, port):

        def come_and_go() -> None:
            for path in ("/tides/", "/", "/claims/", "/nowhere/"):
                tabs = [Tab(port, path) for _ in range(5)]
                for tab in tabs:
                    tab.news()
                for tab in tabs:
                    tab.answer.close()
                    tab.connection.close()

        def held() -> Held:
            wait_for(lambda: b'"listening":0' in asked(port, "/_sitegen/state?path=/tides/"))
            return Held.by(process.pid, tmp_path)

        start_all_threads(port, tmp_path, listening=0)
        for _ in range(5):
            come_and_go()
        early = held()
        for _ in range(15):
            come_and_go()
        wait_for(lambda: held().files <= early.files)
        assert held().threads <= early.threads


def asked(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body
