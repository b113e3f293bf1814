"""The preview's server: pages from memory, and a stream of events that tells the browser what has changed."""

import asyncio
import contextlib
import json
import mimetypes
import socket
from collections.abc import AsyncIterator, Mapping
from importlib import resources
from pathlib import Path, PurePosixPath
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from sitegen.model.places import Graded
from sitegen.preview.session import Session, Shown
from sitegen.report import ReadLine, line_reader

OWN = "/_sitegen/"
"""Where the preview's own files are: no page of a site can have this address."""

_INJECTED = (
    f'<link rel="stylesheet" href="{OWN}preview.css">'
    f'<script src="{OWN}idiomorph.min.js" defer></script><script src="{OWN}preview.js" defer></script></head>'
).encode()

HEARTBEAT = 15.0
"""Seconds between signs of life on an idle stream, by which a closed one is noticed."""

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]", "::1")


def application(session: Session, hosts: tuple[str, ...]) -> Starlette:
    """The preview as an ASGI application that answers to certain host names alone.

    A page of another site that has its name resolve to this machine (DNS rebinding) is refused by that.
    """

    async def page(request: Request) -> Response:
        return _page(request.url.path.lstrip("/"), session.shown)

    async def own(request: Request) -> Response:
        name = PurePosixPath(request.path_params["name"]).name
        file = resources.files("sitegen") / "preview" / "static" / name
        if not file.is_file():
            return Response("not found", 404)
        return Response(file.read_bytes(), media_type=_type(name), headers={"Cache-Control": "no-cache"})

    async def events(_: Request) -> Response:
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(_events(session), media_type="text/event-stream", headers=headers)

    async def state(request: Request) -> Response:
        shown = session.shown
        return Response(
            _state(shown, request.query_params.get("path", ""), session.root), media_type="application/json"
        )

    routes = [
        Route(f"{OWN}events", events),
        Route(f"{OWN}state", state),
        Route(OWN + "{name:path}", own),
        Route("/{path:path}", page),
    ]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))])


def _page(path: str, shown: Shown) -> Response:
    if path in shown.media:
        file = shown.media[path].file
        return FileResponse(file) if file.is_file() else Response("gone", 404)
    name = f"{path}index.html" if not path or path.endswith("/") else path
    if name not in shown.pages and f"{path}/index.html" in shown.pages:
        return RedirectResponse(f"/{path}/")
    content, status = (
        (shown.pages[name], 200) if name in shown.pages else (shown.pages.get("404.html", b""), 404)
    )
    if status == 404 and not content:
        # Nothing was ever built: the page holds the overlay with the problems, and waits for the first build.
        content = b"<!doctype html><html lang=en><head><title>sitegen</title></head><body></body></html>"
    kind = _type(name if status == 200 else "404.html")
    if kind.startswith("text/html"):
        content = content.replace(b"</head>", _INJECTED, 1)
    return Response(content, status, media_type=kind, headers={"Cache-Control": "no-store"})


def _type(name: str) -> str:
    special = {
        ".jsonld": "application/ld+json",
        ".xml": "application/xml",
        ".woff2": "font/woff2",
        ".js": "text/javascript",
    }
    suffix = PurePosixPath(name).suffix
    kind = special.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


async def _events(session: Session) -> AsyncIterator[str]:
    """Server-sent events: the present version at once, then each new one with the paths that changed."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Shown] = asyncio.Queue()

    def tell(shown: Shown) -> None:
        # The loop may have ended with its server while a build was under way.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(queue.put_nowait, shown)

    session.listeners.add(tell)
    try:
        yield _event(session.shown)
        while True:
            try:
                yield _event(await asyncio.wait_for(queue.get(), HEARTBEAT))
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        session.listeners.discard(tell)


def _event(shown: Shown) -> str:
    return f"data: {json.dumps({'version': shown.version, 'changed': list(shown.changed)})}\n\n"


def _state(shown: Shown, path: str, root: Path) -> bytes:
    """The problems, for the overlay: those of the page that is open first, with their lines."""
    read_line = line_reader(lambda name: (root / name).read_bytes())
    name = f"{path.lstrip('/')}index.html" if not path or path.endswith("/") else path.lstrip("/")
    article = shown.articles.get(name)
    problems = [_problem(graded, article, read_line, root) for graded in shown.problems]
    return json.dumps({"version": shown.version, "failure": shown.failure, "problems": problems}).encode()


def _problem(graded: Graded, article: str | None, read_line: ReadLine, root: Path) -> Mapping[str, object]:
    problem, place = graded.problem, graded.problem.place
    return {
        "level": graded.level,
        "rule": problem.rule,
        "message": problem.message,
        "hint": problem.hint,
        "where": str(place),
        "here": article is not None and problem.article == article,
        "line": read_line(place.file, place.line) or "",
        "column": place.column,
        "editor": f"vscode://file{(root / place.file).as_posix()}:{place.line}:{place.column}",
    }


class PreviewServer(uvicorn.Server):
    """A server whose open event streams do not keep it from ending."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at once: a stream of events has no end of its own to wait for."""
        self.force_exit = True
        super().handle_exit(sig, frame)


def bound_socket(host: str, port: int) -> socket.socket:
    """A listening socket at the port, or at the next one that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last: OSError | None = None
    for candidate in range(port, min(port + 50, 65536)) if port else (0,):
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, candidate))
            opened.listen()
        except OSError as error:
            opened.close()
            last = error
            continue
        return opened
    raise last or OSError("no port is free")


def server(session: Session, hosts: tuple[str, ...]) -> PreviewServer:
    """The server, not yet running."""
    config = uvicorn.Config(
        application(session, hosts), log_level="critical", access_log=False, lifespan="off"
    )
    return PreviewServer(config)
