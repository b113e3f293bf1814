"""The preview's server: addresses, and how the server begins and ends."""

import contextlib
import errno
import json
import os
import socket
import traceback
from collections.abc import Callable, Generator
from importlib import resources
from pathlib import PurePosixPath

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from sitegen.preview.editor import editor_link, open_editor, place_on_disk
from sitegen.preview.events import Streams
from sitegen.preview.overlay import elsewhere, state
from sitegen.preview.safety import Answers, HostCheck, new_token, refusal
from sitegen.preview.serving import OWN, Serving, is_lasting, media_type
from sitegen.preview.session import Session

PORTS = 50
"""How many ports are tried, from the wanted one on."""

_LARGEST_REQUEST = 4096


class Site:
    """The addresses of the preview, as functions of a request."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.token = new_token()
        self.serving = Serving(session, self.token)
        self.streams = Streams(session, self.serving)

    def routes(self) -> list[Route]:
        """Each address and what answers it. No GET changes anything."""
        return [
            Route(f"{OWN}events", self.events),
            Route(f"{OWN}state", self.state),
            Route(f"{OWN}problems", self.problems),
            Route(f"{OWN}open", self.open, methods=["POST"]),
            Route(OWN + "{name:path}", self.own),
            Route("/{path:path}", self.page),
        ]

    def page(self, request: Request) -> Response:
        """A file of the site."""
        address = request.url.path
        onward = self.serving.redirection(address)
        if onward is not None:
            return RedirectResponse(onward)
        shown = self.serving.shown(address)
        if shown.file is not None:
            if shown.status != 200:
                return Response("gone", 404)
            return FileResponse(shown.file, media_type=shown.kind, headers={"Cache-Control": "no-cache"})
        lasting = shown.status == 200 and is_lasting(shown.name)
        caching = "max-age=31536000, immutable" if lasting else "no-store"
        return Response(
            shown.content, shown.status, media_type=shown.kind, headers={"Cache-Control": caching}
        )

    def own(self, request: Request) -> Response:
        """A file of the preview's own."""
        name = PurePosixPath(request.path_params["name"]).name
        file = resources.files("sitegen") / "preview" / "static" / name
        if not file.is_file():
            return Response("not found", 404)
        return Response(file.read_bytes(), media_type=media_type(name), headers={"Cache-Control": "no-cache"})

    async def events(self, request: Request) -> Response:
        """What is new, as long as the browser listens."""
        asked = request.query_params
        events = self.streams.events(asked.get("path", "/"), asked.get("shown", ""))
        return StreamingResponse(
            events, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    def state(self, request: Request) -> Response:
        """What the overlay says of a page."""
        name = self.serving.name_of(request.query_params.get("path", "/"))
        return JSONResponse(
            {"version": self.session.version, "listening": self.streams.count, **state(self.session, name)}
        )

    def problems(self, request: Request) -> Response:
        """The problems of all pages but one."""
        name = self.serving.name_of(request.query_params.get("path", "/"))
        return JSONResponse(elsewhere(self.session, name))

    async def open(self, request: Request) -> Response:
        """Open the editor: 204, or 501 and a link to try instead where none is known."""
        reason = refusal(request, self.token)
        if reason:
            return Response(reason, 403)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST_REQUEST:
                return Response("too long", 413)
        wanted = _wanted(body)
        file = place_on_disk(self.session.root, wanted[0]) if wanted else None
        if wanted is None or file is None:
            return Response("no file of the site", 400)
        if open_editor(os.environ, file, *wanted[1:]):
            return Response(status_code=204)
        return Response(editor_link(self.session.root, *wanted), 501, media_type="text/plain")

    def failed(self, _: Request, error: Exception) -> Response:
        """Sitegen's own failure: it is told, and the browser waits for what comes next instead of giving up."""
        traceback.print_exception(error)
        return Response(
            self.serving.empty(), 500, media_type="text/html", headers={"Cache-Control": "no-store"}
        )


def _wanted(body: bytes) -> tuple[str, int, int] | None:
    """File, line and column that a request asks for."""
    try:
        asked = json.loads(body)
        file, line, column = asked["file"], asked["line"], asked.get("column", 1)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    numbers = all(type(number) is int and 0 < number < 10**7 for number in (line, column))
    return (file, line, column) if isinstance(file, str) and numbers else None


def application(session: Session, answers: Answers) -> Starlette:
    """The preview as an ASGI application that answers to certain host names alone."""
    site = Site(session)
    return Starlette(
        routes=site.routes(),
        middleware=[Middleware(HostCheck, answers=answers)],
        exception_handlers={Exception: site.failed},
    )


class PreviewServer(uvicorn.Server):
    """A server that leaves the signals to whoever runs it, and whose open streams do not keep it from ending."""

    on_start: Callable[[], object] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and tell so."""
        await super().startup(sockets)
        if self.on_start is not None:
            self.on_start()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals alone: uvicorn would end the process with them, before the terminal is put in order."""
        yield

    def end(self) -> None:
        """End at once: a stream of events has no end of its own to wait for."""
        self.force_exit = True
        self.should_exit = True


def bound_socket(host: str, port: int) -> socket.socket:
    """A listening socket at the port, or at the next one that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last: OSError | None = None
    for candidate in range(port, min(port + PORTS, 65536)) if port else (0,):
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, candidate))
            opened.listen()
        except OSError as error:
            opened.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            last = error
            continue
        return opened
    raise last or OSError(errno.EADDRINUSE, "no port is free")


def server(session: Session, answers: Answers) -> PreviewServer:
    """The server, not yet running."""
    config = uvicorn.Config(
        application(session, answers),
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
    )
    return PreviewServer(config)
