"""Connections for httpx: to addresses that the guard has seen, and none that outlasts its time."""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from sitegen.archiving.addresses import Guard

UNTIL: ContextVar[float] = ContextVar("UNTIL", default=float("inf"))
"""When, on the monotonic clock, the request that this thread makes must be over."""

_LOOK_UP = 0.25
"""Seconds after which who waits for an answer looks whether it is still wanted."""

_Options = Iterable[Any]  # socket options are tuples of several shapes, which only httpcore reads


def _left(timeout: float | None) -> float:
    """The seconds that one step may take: its own limit, and no more than is left of the whole."""
    left = UNTIL.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for the whole is over")
    return left if timeout is None else min(timeout, left)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the time for the whole: a slow server cannot hold it open.

    Nor can it when everything is to end: whoever waits looks up now and then.
    """

    def __init__(self, inner: httpcore.NetworkStream, ended: threading.Event) -> None:
        self._inner = inner
        self._ended = ended

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        until = time.monotonic() + _left(timeout)
        while True:
            left = until - time.monotonic()
            try:
                return self._inner.read(max_bytes, max(0.001, min(left, _LOOK_UP)))
            except httpcore.ReadTimeout:
                if left <= _LOOK_UP or self._ended.is_set():
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, _left(timeout))
        return _TimedStream(inner, self._ended)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        return self._inner.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to an address that the guard has just seen: no second look-up stands between look and leap."""

    def __init__(self, guard: Guard, ended: threading.Event) -> None:
        self._guard = guard
        self._ended = ended
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _Options | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._guard.addresses(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} has no address") from error
        failed: Exception | None = None
        for address in addresses[:4]:
            try:
                inner = self._inner.connect_tcp(address, port, _left(timeout), local_address, socket_options)
                return _TimedStream(inner, self._ended)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(f"{host} has no address")


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


class GuardedTransport(httpx.BaseTransport):
    """The transport of a client that asks only whom the guard lets it ask. Raises httpcore's exceptions.

    Once `ended` is set, nobody waits for an answer any more.
    """

    def __init__(self, guard: Guard, ended: threading.Event) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_keepalive_connections=4,
            keepalive_expiry=15,
            network_backend=_GuardedBackend(guard, ended),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and give the answer, its body still to be read."""
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),  # type: ignore[arg-type]  # likewise
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """End all connections."""
        self._pool.close()
