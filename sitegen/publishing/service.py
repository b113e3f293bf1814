"""A host's HTTP interface: JSON asked and answered, with a token, patiently, and with nothing of the token in any message."""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

import httpx

from sitegen import __version__
from sitegen.publishing.errors import PublishError

TRIES = 6
"""How often a request is made, at most."""

LONGEST = 60.0
"""Seconds that a host may ask to be left alone for."""

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_AGAIN = "run it again: what was sent stays, the rest is sent then"


class Service:
    """One host. `token` is called at each request: a token that expires can be another by then.

    `name` is what people call the host, `login` tells them how to get a token. Used as a context: connections are closed.
    """

    def __init__(self, name: str, base: str, token: Callable[[], str], login: str) -> None:
        self.name = name
        self._token = token
        self._login = login
        self._client = httpx.Client(
            base_url=base,
            timeout=httpx.Timeout(120.0, connect=15.0),
            headers={"User-Agent": f"sitegen/{__version__}", "Accept": "application/json"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        content: bytes | None = None,
        files: Mapping[str, tuple[str | None, bytes]] | None = None,
        raw: bool = False,
    ) -> Any:  # noqa: ANN401 - what JSON holds is looked at by the caller
        """The answer's JSON. Raises `PublishError`.

        `raw` asks Netlify for a file itself instead of what it knows of it. What may pass is asked again:
        all requests of both hosts may be made twice.
        """
        for tried in range(1, TRIES + 1):
            headers = {"Authorization": f"Bearer {self._token()}"}
            if content is not None:
                headers["Content-Type"] = "application/octet-stream"
            elif raw:
                headers["Content-Type"] = "application/vnd.bitballoon.v1.raw"
            try:
                answer = self._client.request(
                    method, path, json=json, content=content, files=files, headers=headers
                )
            except httpx.HTTPError:
                if tried == TRIES:
                    raise self._unanswered() from None
                time.sleep(_pause(tried))
                continue
            if answer.is_success:
                return answer.content if raw else _decoded(answer)
            if tried == TRIES or answer.status_code not in _PASSING:
                raise self._refused(answer)
            time.sleep(_asked_pause(answer, tried))
        raise self._unanswered()

    def _unanswered(self) -> PublishError:
        return PublishError("unreachable", f"{self.name} does not answer", f"is the network up? {_AGAIN}")

    def _refused(self, answer: httpx.Response) -> PublishError:
        """A refusal in words: the status, and the host's own message, which is scrubbed like all others."""
        why = _message(_decoded(answer))
        told = f" ({why})" if why else ""
        if answer.status_code in {401, 403}:
            return PublishError("refused", f"{self.name} refused the token{told}", self._login)
        if answer.status_code == 404:
            return PublishError(
                "missing", f"{self.name} knows no such site{told}", "correct it in sitegen.yaml"
            )
        return PublishError("failed", f"{self.name} failed: it answered {answer.status_code}{told}", _AGAIN)


def _pause(tried: int) -> float:
    return float(0.25 * 2**tried * random.uniform(0.5, 1))  # noqa: S311 - no secret depends on it


def _asked_pause(answer: httpx.Response, tried: int) -> float:
    """The seconds that the host asks for: as `Retry-After`, or as the time at which its count begins anew."""
    after, reset = answer.headers.get("Retry-After", ""), answer.headers.get("X-RateLimit-Reset", "")
    if after.isdigit():
        return min(float(after), LONGEST)
    if answer.status_code == 429 and reset.isdigit():
        return min(max(float(reset) - time.time(), 0.0), LONGEST)
    return _pause(tried)


def _decoded(answer: httpx.Response) -> Any:  # noqa: ANN401 - whatever the JSON holds
    try:
        return answer.json()
    except ValueError:
        return None


def _message(told: object) -> str:
    """What a host says went wrong, in a line: Netlify's `message`, the first of Cloudflare's `errors`."""
    if not isinstance(told, dict):
        return ""
    errors = told.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else told
    message = first.get("message") if isinstance(first, dict) else None
    return " ".join(message.split())[:200] if isinstance(message, str) else ""
