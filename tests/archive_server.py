"""A web server for tests: a table of addresses to answers, on a free port of this machine."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What the server says; `body` may be made in pieces, `headers` are added as they are."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    send_length: bool = True


Page = Answer | Callable[["Ask"], Answer]


@dataclass(frozen=True)
class Ask:
    """What was asked: the method, the path with its query, the headers (names in lower case), the body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Web:
    """The pages of a server, and what it was asked."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.pages: dict[str, Page] = {}
        self.asked: list[Ask] = []

    @property
    def paths(self) -> list[str]:
        return [ask.path for ask in self.asked]

    def answer(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        page = self.pages.get(ask.path) or next(
            (
                page
                for path, page in self.pages.items()
                if path.endswith("*") and ask.path.startswith(path[:-1])
            ),
            Answer(b"not here", status=404),
        )
        return page if isinstance(page, Answer) else page(ask)


@contextmanager
def serving() -> Iterator[Web]:
    """A running server."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            pass

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = web.answer(Ask(self.command, self.path, headers, self.rfile.read(length)))
            self.send_response(answer.status)
            if answer.kind:
                self.send_header("Content-Type", answer.kind)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.send_length:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            with suppress(OSError):  # the client may have seen enough
                self.wfile.write(answer.body)

        do_POST = do_GET  # noqa: N815 - the base calls it so

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web = Web(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(title: str, *paragraphs: str, head: str = "", around: str = "") -> bytes:
    """An HTML page with an article."""
    inner = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head>"
        f"<body>{around}<article><h1>{title}</h1>{inner}</article></body></html>"
    ).encode()


PROSE = (
    "The harbour board met on Tuesday and resolved that the levy on moorings is doubled from July.",
    "Two members spoke against it, and the chair said that the pier would be repaired with the money.",
    "The minutes of the meeting were read and signed, and the next meeting was set for the second week of May.",
)
