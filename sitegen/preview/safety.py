"""Who may talk to the preview: the names it answers to, and what a request that acts must bring along."""

import hmac
import ipaddress
import secrets
import socket
from collections.abc import Callable
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN_HEADER = "X-Sitegen-Token"  # noqa: S105 - the header's name

Answers: TypeAlias = Callable[[str], bool]
"""Whether the preview answers to a host name, which is given without its port."""


def new_token() -> str:
    """A secret of this run, which only pages of the preview know."""
    return secrets.token_urlsafe(24)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by a name or number that nothing outside can reach."""
    return host in LOOPBACK or ((number := _number(host)) is not None and number.is_loopback)


def answers_to(host: str) -> Answers:
    """The names to answer to when listening at `host`.

    A page of another site that has its name resolve to this machine (DNS rebinding) is known by that name. So names
    of this machine alone are answered to; a number cannot be made to lead elsewhere.
    """
    names = {*LOOPBACK, host.lower()}
    if is_loopback(host):
        return names.__contains__
    own = socket.gethostname().lower()
    names |= {own, f"{own.partition('.')[0]}.local"}
    return lambda name: name in names or _number(name) is not None


class HostCheck:
    """Refuses requests that name another host, and other sites that ask for the preview's own addresses."""

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self.app = app
        self.answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or have the application answer."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if not self.answers(host_name(headers.get("host", ""))):
                await PlainTextResponse("the preview does not go by this name", 400)(scope, receive, send)
                return
            if scope["path"].startswith("/_sitegen/") and headers.get("sec-fetch-site") == "cross-site":
                await PlainTextResponse("not for other sites", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def host_name(header: str) -> str:
    """The host of a Host header, in lower case, without port and brackets."""
    host = header.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def refusal(request: Request, token: str) -> str:
    """Why a request that acts is refused; empty if it comes from a page of this preview, in a browser on this machine."""
    sent = request.headers.get(TOKEN_HEADER, "")
    origin = request.headers.get("origin")
    if not hmac.compare_digest(sent.encode(), token.encode()):
        return "the token is missing or another run's"
    if origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}":
        return "another site asks"
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "another site asks"
    if not _is_from_here(request):
        return "only for browsers on the machine that runs the preview"
    return ""


def _is_from_here(request: Request) -> bool:
    client = request.client.host if request.client else ""
    server = request.scope.get("server") or ("",)
    return is_loopback(client) or (bool(client) and client == server[0])


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
