"""A web server on loopback that counts what it is asked, and fails as it is told: what faults are injected with."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

Fault = Literal["500", "429", "403", "cut", "lost", "stall", "skewed"]
"""500: an error of the server, before it did anything. 429: it is asked too often. 403: it refuses. cut: the connection
ends in the middle of the request's body. lost: what was asked is done, and the connection ends before the answer. stall: the answer comes after `seconds`. skewed: the server's clock differs by hours."""

SKEWED = (
    b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the "
    b"request time and the current time is too large.</Message><RequestTime>20261124T000000Z</RequestTime><ServerTime>"
    b"2026-11-24T09:30:00Z</ServerTime></Error>"
)


@dataclass(frozen=True)
class Asked:
    """One request: its method, its path with the query, and how long its body is said to be."""

    method: str
    path: str
    length: int

    @property
    def kind(self) -> str:
        """What is counted: LIST and BATCH are told apart from the reading and writing of objects."""
        if self.method == "GET" and "list-type=" in self.path:
            return "LIST"
        return "BATCH" if self.method == "POST" and "?delete" in self.path else self.method


@dataclass
class Faulty:
    """An application behind which faults happen: `choose(number, request)` gives the fault of each request, if any.

    `asked` are all requests in the order in which they came, `failed` counts the faults, and `written` the requests
    that reached the application to change something.
    """

    application: WSGIApplication
    choose: Callable[[int, Asked], Fault | None] = lambda _number, _asked: None
    seconds: float = 0.05
    asked: list[Asked] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def counts(self) -> dict[str, int]:
        """How often each kind of request came, and nothing of what never came."""
        return dict(Counter(asked.kind for asked in self.asked))

    def paths(self, method: str) -> list[str]:
        return [asked.path for asked in self.asked if asked.method == method]

    def forget(self) -> None:
        """Count from nought again, and fail no more."""
        self.asked.clear()
        self.failed.clear()
        self.choose = lambda _number, _asked: None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        asked = Asked(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"] + (f"?{query}" if query else ""),
            int(environ.get("CONTENT_LENGTH") or 0),
        )
        with self._lock:
            self.asked.append(asked)
            number = len(self.asked)
        # Outside of the lock: what is chosen may itself ask this server for something.
        fault = self.choose(number, asked)
        if fault is not None:
            with self._lock:
                self.failed[fault] += 1
        if fault == "cut":
            environ["wsgi.input"].read(asked.length // 2)
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        if fault == "stall":
            time.sleep(self.seconds)
        if fault == "lost":
            list(self.application(environ, lambda *_: lambda _content: None))
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        if fault in {"500", "429", "403", "skewed"}:
            # Read to its end first: else the client sees a broken connection instead of the answer.
            environ["wsgi.input"].read(asked.length)
            status = {"500": "500 Internal Server Error", "429": "429 Too Many Requests"}
            body = SKEWED if fault == "skewed" else b"{}"
            headers = [("Content-Length", str(len(body))), ("Content-Type", "application/xml")]
            if fault == "429":
                headers.append(("Retry-After", "0"))
            start_response(status.get(fault, "403 Forbidden"), headers)
            return [body]
        return self.application(environ, start_response)


class _Quiet(WSGIRequestHandler):
    """Says nothing on the terminal."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401  the signature is werkzeug's
        pass


@contextmanager
def serving(application: WSGIApplication) -> Iterator[str]:
    """Serve an application on a free port while the context lasts, and give its address without a slash at the end."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
