"""The client that asks for sources: patient, polite, and only where it may go.

Needs the libraries of the extra `archive`: whoever imports this module says so where they are missing.
"""

import datetime as dt
import email.message
import email.utils
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urldefrag, urljoin, urlsplit

import httpcore
import httpx

from sitegen import __version__
from sitegen.archiving.addresses import Guard, RefusedError
from sitegen.archiving.encodings import ACCEPTED, GarbledError, TooLargeError, decoded
from sitegen.archiving.robots import Robots
from sitegen.archiving.transport import UNTIL, GuardedTransport

USER_AGENT = f"sitegen/{__version__} (static-site generator; keeps copies of cited sources)"

ErrorKind = Literal["refused", "robots", "timeout", "too-large", "unreachable", "tls", "busy", "protocol"]
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})
_PASSING = frozenset({*_BUSY, 500, 502, 504})
"""Statuses that may be others a little later."""

_ASKED_AGAIN = frozenset({"timeout", "unreachable"})
_ROBOTS_SIZE = 512 * 1024


class FetchError(Exception):
    """An address that gave no answer that could be read: `kind` is for programs, `message` for people."""

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """How much, how long and how often. Sizes in bytes, times in seconds.

    `whole` is the time for one answer, from the first look-up to its last byte; `wait` the longest that a server may
    ask to be left alone for and still be asked again; `pause` the time between two requests to one host, which a
    `robots.txt` may lengthen up to `longest_pause`; `backoff` the wait before the first repetition, doubled each time.
    """

    size: int = 48 * 1024 * 1024
    connect: float = 15.0
    read: float = 30.0
    whole: float = 180.0
    redirects: int = 10
    retries: int = 3
    backoff: float = 2.0
    wait: float = 120.0
    pause: float = 1.0
    longest_pause: float = 20.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whatever its status: `final` is where the redirects led, `redirects` the addresses before that.

    `media_type` is lower-case and without parameters, `charset` as the header names it; both are empty where it says
    nothing. `body` is decompressed. `headers` are the answer's, in order.
    """

    url: str
    final: str
    status: int
    media_type: str
    charset: str
    body: bytes
    redirects: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()


class Client:
    """Asks for addresses; may be used by several threads, of which each host sees one at a time.

    With `robots`, what a site's `robots.txt` forbids to this user agent is not asked for. The proxies of the environment
    are not used: behind one, nobody could tell which machine is asked.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        guard: Guard | None = None,
        robots: bool,
        user_agent: str = USER_AGENT,
    ) -> None:
        self._limits = limits or Limits()
        self._guard = guard or Guard()
        self._ended = threading.Event()
        self._http = httpx.Client(
            transport=GuardedTransport(self._guard, self._ended),
            headers={
                "User-Agent": user_agent,
                "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.5",
                "Accept-Language": "*",
                "Accept-Encoding": ACCEPTED,
            },
            timeout=httpx.Timeout(self._limits.read, connect=self._limits.connect),
            trust_env=False,
            follow_redirects=False,
        )
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()
        self._robots = Robots(self._robots_text, user_agent) if robots else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections, also those over which other threads are waiting."""
        self._ended.set()
        self._http.close()

    def wait(self, seconds: float) -> None:
        """Do nothing for a while; raises `FetchError` where everything is to end meanwhile."""
        if self._ended.wait(max(0.0, seconds)):
            raise FetchError("timeout", "the command was ended")

    def fetch(self, url: str) -> Fetched:
        """Ask for an address and follow where it leads. Raises `FetchError`; a status such as 404 is an answer."""
        return self._followed(url, _Room(self._limits.size), robots=self._robots)

    def send(
        self,
        method: str,
        url: str,
        *,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Fetched:
        """One request as it is told, for an interface and not for a page: no redirects, no repetition, no `robots.txt`."""
        self._look(url)
        request = self._http.build_request(method, url, data=form, headers=headers)
        with self._host(url).turn(self._limits.pause, self.wait):
            return self._once(request, url, _Room(self._limits.size))

    def _followed(self, url: str, room: "_Room", *, robots: Robots | None) -> Fetched:
        seen: list[str] = []
        here = urldefrag(url).url
        while True:
            self._look(here)
            if robots is not None and not robots.allows(here):
                raise FetchError(
                    "robots", f"the robots.txt of {_origin(here)} asks programs not to fetch {here}"
                )
            answer = self._patiently(here, room, robots)
            target = dict(answer.headers).get("location", "")
            if answer.status not in _REDIRECTS or not target:
                return Fetched(
                    url,
                    here,
                    answer.status,
                    answer.media_type,
                    answer.charset,
                    answer.body,
                    tuple(seen),
                    answer.headers,
                )
            seen.append(here)
            here = _led(here, target)
            if here in seen:
                raise FetchError("protocol", f"{url} is redirected in a circle")
            if len(seen) > self._limits.redirects:
                raise FetchError("protocol", f"{url} is redirected more than {self._limits.redirects} times")

    def _look(self, url: str) -> None:
        try:
            self._guard.check(url)
            self._http.build_request("GET", url)
        except RefusedError as error:
            raise FetchError("refused", str(error)) from error
        except (httpx.InvalidURL, ValueError) as error:
            raise FetchError("refused", f"{url} is not an address that can be asked for: {error}") from error

    def _patiently(self, url: str, room: "_Room", robots: Robots | None) -> Fetched:
        """Ask, and ask again what may pass, each time after a longer wait or the one that the server asked for."""
        wait = self._limits.backoff
        pause = min(robots.delay(url), self._limits.longest_pause) if robots is not None else 0.0
        for attempt in range(self._limits.retries + 1):
            last = attempt == self._limits.retries
            asked: float | None = None
            began = float("inf")
            try:
                with self._host(url).turn(max(pause, self._limits.pause), self.wait):
                    began = time.monotonic()
                    answer = self._once(self._http.build_request("GET", url), url, room)
                if answer.status not in _PASSING or (last and answer.status not in _BUSY):
                    return answer
                asked = retry_after(dict(answer.headers).get("retry-after", ""))
                if answer.status in _BUSY and (last or (asked or 0) > self._limits.wait):
                    raise FetchError("busy", _busy_words(url, answer.status, asked))  # noqa: TRY301 - the loop's own exit
            except FetchError as error:
                # Who took up the whole time once would do so again.
                slow = time.monotonic() - began >= self._limits.whole
                if last or slow or error.kind not in _ASKED_AGAIN:
                    raise
            self.wait(min(max(wait, asked or 0.0), self._limits.wait))
            wait *= 2
        raise AssertionError("the last attempt returns or raises")

    def _once(self, request: httpx.Request, url: str, room: "_Room") -> Fetched:
        token = UNTIL.set(time.monotonic() + self._limits.whole)
        try:
            response = self._http.send(request, stream=True)
            try:
                return self._read(response, url, room)
            finally:
                response.close()
        except RefusedError as error:
            raise FetchError("refused", str(error)) from error
        except (httpcore.TimeoutException, httpx.TimeoutException) as error:
            raise FetchError("timeout", f"{_origin(url)} did not answer in time") from error
        except (httpcore.ConnectError, httpcore.NetworkError, httpx.NetworkError) as error:
            if (
                isinstance(error.__context__, ssl.SSLError)
                or "SSL" in str(error)
                or "CERTIFICATE" in str(error)
            ):
                raise FetchError("tls", f"{_origin(url)} cannot prove who it is: {error}") from error
            raise FetchError("unreachable", f"{_origin(url)} cannot be reached: {error}") from error
        except (httpx.RemoteProtocolError, httpx.InvalidURL) as error:
            # Our transport hands on httpcore's errors: these are httpx's own, of a place to go on to.
            raise FetchError(
                "protocol", f"{_origin(url)} redirects to what is no address of the web"
            ) from error
        except (
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            httpx.HTTPError,
        ) as error:
            raise FetchError(
                "protocol", f"{_origin(url)} does not speak HTTP as it should: {error}"
            ) from error
        finally:
            UNTIL.reset(token)

    def _read(self, response: httpx.Response, url: str, room: "_Room") -> Fetched:
        headers = response.headers
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > room.size and not room.cut:
            raise FetchError("too-large", _large_words(url, room.size))
        try:
            body = decoded(response.iter_raw(), headers.get("content-encoding", ""), room.size, cut=room.cut)
        except TooLargeError as error:
            raise FetchError("too-large", _large_words(url, room.size)) from error
        except GarbledError as error:
            raise FetchError("protocol", f"{url}: {error}") from error
        kind = headers.get("content-type", "")
        media_type = kind.partition(";")[0].strip().lower()
        charset = _charset(kind)
        found = tuple((name.lower(), value) for name, value in headers.multi_items())
        return Fetched(url, url, response.status_code, media_type, charset, body, (), found)

    def _robots_text(self, url: str) -> str | None:
        """A site's `robots.txt`: empty where there is none, None where it cannot be told (then nothing is allowed)."""
        try:
            answer = self._followed(url, _Room(_ROBOTS_SIZE, cut=True), robots=None)
        except FetchError as error:
            if error.kind in {"refused", "tls", "timeout", "unreachable"}:
                # The page itself will fail in the same way, and with the better message.
                return ""
            return None
        if answer.status >= 500:
            return None
        if answer.status >= 300:
            return ""
        # Of one that is cut, the last line may say less than it would.
        body = answer.body if len(answer.body) < _ROBOTS_SIZE else answer.body.rpartition(b"\n")[0]
        return body.decode("utf-8", errors="replace")

    def _host(self, url: str) -> "_Host":
        name = urlsplit(url).netloc.lower()
        with self._lock:
            return self._hosts.setdefault(name, _Host())


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of a body is read, and whether one that is longer is cut there instead of refused."""

    size: int
    cut: bool = False


class _Host:
    """One host's turn: one request at a time, with a pause between the end of one and the start of the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free = 0.0

    @contextmanager
    def turn(self, pause: float, wait: Callable[[float], None]) -> Iterator[None]:
        with self._lock:
            wait(self._free - time.monotonic())
            try:
                yield
            finally:
                self._free = time.monotonic() + pause


def retry_after(value: str) -> float | None:
    """The seconds that a `Retry-After` header asks for, which may name a moment instead; None where it says nothing."""
    if re.fullmatch(r"\s*[0-9]+\s*", value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())


def _led(here: str, target: str) -> str:
    """Where a redirect leads, without the fragment."""
    try:
        return urldefrag(urljoin(here, target)).url
    except ValueError as error:
        raise FetchError("protocol", f"{_origin(here)} redirects to what is no address") from error


def _charset(content_type: str) -> str:
    message = email.message.Message()
    message["content-type"] = content_type
    found = message.get_param("charset", "")
    return found.strip().lower() if isinstance(found, str) else ""


def _busy_words(url: str, status: int, asked: float | None) -> str:
    later = f"; it asks to be left alone for {_span(asked)}" if asked else ""
    return f"{_origin(url)} is busy, or wants no more requests (HTTP {status}){later}"


def _span(seconds: float) -> str:
    """A time to wait, in the words that fit its length."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 2 * 86_400:
        return f"{seconds / 3600:.1f} hours"
    return f"{seconds / 86_400:.0f} days" if seconds < 366 * 86_400 else "more than a year"


def _large_words(url: str, size: int) -> str:
    return (
        f"{url} has more than {size // (1024 * 1024)} MB"
        if size >= 1024 * 1024
        else f"{url} has more than {size} bytes"
    )


def _origin(url: str) -> str:
    return urlsplit(url).netloc or url
