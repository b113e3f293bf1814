"""Asking the Wayback Machine to save a page, and looking afterwards whether it did.

What the saving answers is only believed when the Memento (RFC 7089) can be opened: it is known to report an error for
a page that it saved, and success for one that it did not.
"""

import datetime as dt
import email.utils
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sitegen.archiving.client import Client, Fetched, FetchError, retry_after

DEFAULT = "https://web.archive.org"
PAUSE = 15.0
"""Seconds between two requests: four pages a minute are what it lets anybody save."""

_FRESH = dt.timedelta(hours=24)
"""How old a Memento may be at the request: a page that was saved just before is not saved again."""

_LEEWAY = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Memento:
    """A page as it was saved: its address, and when."""

    url: str
    moment: dt.datetime


class NotSavedError(Exception):
    """A page that the Wayback Machine does not have, or did not save anew; the text says what it answered."""


@dataclass(frozen=True, slots=True)
class Wayback:
    """A Wayback Machine. `keys` is `ACCESS:SECRET` of an account there, or empty: it never reaches a message.

    `tries` and `delay` (seconds) are how often, and after which waits, the Memento and the job are asked for.
    """

    client: Client
    base: str = DEFAULT
    keys: str = ""
    tries: int = 6
    delay: float = 10.0
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    def save(self, url: str) -> Memento:
        """Have a page saved, and give its Memento. Raises `NotSavedError`, and `FetchError` where nobody answers."""
        began = self.now()
        trouble = self._ask(url)
        found: Memento | None = None
        for attempt in range(self.tries if not trouble else min(2, self.tries)):
            found = self._memento(url)
            if found is not None and began - _FRESH <= found.moment <= self.now() + _LEEWAY:
                return found
            self.client.wait(self.delay if attempt + 1 < self.tries else 0)
        newest = f"; its newest copy is of {found.moment.date()}" if found is not None else ""
        raise NotSavedError(f"{trouble or 'it said that it saved the page, but does not have it'}{newest}")

    def _ask(self, url: str) -> str:
        """Ask for the page to be saved; what speaks against its having been, in words."""
        for attempt in range(3):
            try:
                answer = self._request(url)
            except FetchError as error:
                # It often does not answer in time and saves the page all the same.
                if error.kind not in {"timeout", "protocol"}:
                    raise
                return error.message
            if answer.status != 429:
                break
            wait = retry_after(dict(answer.headers).get("retry-after", ""))
            if attempt == 2 or (wait or 0) > 120:
                raise FetchError("busy", "the Wayback Machine wants no more requests for now (HTTP 429)")
            self.client.wait(self.delay if wait is None else wait)
        if answer.status >= 400:
            return f"it answered HTTP {answer.status}"
        return self._job(answer) if self.keys else ""

    def _request(self, url: str) -> Fetched:
        if not self.keys:
            return self.client.send("GET", f"{self.base}/save/{url}")
        headers = {"Authorization": f"LOW {self.keys}", "Accept": "application/json"}
        return self.client.send("POST", f"{self.base}/save", form={"url": url}, headers=headers)

    def _job(self, answer: Fetched) -> str:
        """Wait for a job to end; what it says went wrong."""
        job = _read(answer).get("job_id", "")
        if not job:
            return _read(answer).get("message", "") or "it gave no job"
        headers = {"Authorization": f"LOW {self.keys}", "Accept": "application/json"}
        for _ in range(self.tries * 3):
            told = _read(self.client.send("GET", f"{self.base}/save/status/{job}", headers=headers))
            if told.get("status") == "success":
                return ""
            if told.get("status") == "error":
                return told.get("message", "") or told.get("status_ext", "") or "it could not save the page"
            self.client.wait(self.delay)
        return "it was still at work when we ceased to wait"

    def _memento(self, url: str) -> Memento | None:
        """The newest Memento of a page, opened; None where there is none."""
        stamp = self.now().strftime("%Y%m%d%H%M%S")
        try:
            answer = self.client.fetch(f"{self.base}/web/{stamp}/{url}")
        except FetchError as error:
            if error.kind in {"busy", "timeout", "protocol"}:
                return None
            raise
        told = dict(answer.headers).get("memento-datetime", "")
        if answer.status != 200 or not told or urlsplit(answer.final).netloc != urlsplit(self.base).netloc:
            return None
        try:
            return Memento(answer.final, email.utils.parsedate_to_datetime(told))
        except ValueError:
            return None


def _read(answer: Fetched) -> dict[str, str]:
    """A JSON object's texts; empty where the answer is none."""
    try:
        value = json.loads(answer.body)
    except ValueError:
        return {}
    return {key: str(inner) for key, inner in value.items()} if isinstance(value, dict) else {}
