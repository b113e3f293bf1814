"""What a site's `robots.txt` asks of programs, looked up once a site."""

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

TextOf = Callable[[str], str | None]
"""The text of a `robots.txt` by its address: empty where there is none, None where it could not be told."""


class Robots:
    """The wishes of all sites asked so far."""

    def __init__(self, text_of: TextOf, user_agent: str) -> None:
        self._text_of = text_of
        self._agent = user_agent.partition("/")[0]
        self._known: dict[str, Protego | None] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def allows(self, url: str) -> bool:
        """Whether an address may be fetched. Where a `robots.txt` is there but cannot be read, none may."""
        rules = self._rules(url)
        return rules is not None and bool(rules.can_fetch(url, self._agent))

    def delay(self, url: str) -> float:
        """The seconds that the site wants between two requests; 0 where it says nothing."""
        rules = self._rules(url)
        wanted = rules.crawl_delay(self._agent) if rules is not None else None
        return float(wanted or 0.0)

    def _rules(self, url: str) -> Protego | None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._known:
                text = self._text_of(f"{origin}/robots.txt")
                self._known[origin] = None if text is None else Protego.parse(text)
            return self._known[origin]
