"""The stream of events: what each open page is told, and when.

What a page gets depends on what it shows, not on which updates went by: it says so when it connects, and is told the
difference. So a page that slept, a server that was started anew and a hundred updates at once need no care.
"""

import asyncio
import contextlib
import json
import traceback
from collections.abc import AsyncIterator
from hashlib import blake2b

from sitegen.preview.overlay import Json, state
from sitegen.preview.serving import Serving
from sitegen.preview.session import Session, Update

HEARTBEAT = 15.0
"""Seconds between signs of life on an idle stream, by which either side notices that the other has gone."""

AGAIN = 0.2
"""Seconds after which news that could not be had are asked for once more; longer each time."""


class Streams:
    """All pages that are open in browsers and listen."""

    def __init__(self, session: Session, serving: Serving) -> None:
        self.session = session
        self.serving = serving
        self._open: set[_Stream] = set()
        session.listeners.add(self._tell)

    @property
    def count(self) -> int:
        """How many pages listen."""
        return len(self._open)

    async def events(self, path: str, shown: str) -> AsyncIterator[str]:
        """Server-sent events for the page at a path of the site, of which the browser shows the state `shown`."""
        stream = _Stream(asyncio.get_running_loop(), path, shown)
        self._open.add(stream)
        try:
            yield "retry: 500\n\n"
            patience = HEARTBEAT
            while True:
                try:
                    news = await asyncio.to_thread(self._news, stream, *stream.take())
                    patience = HEARTBEAT
                except Exception:  # noqa: BLE001 - a page that heard no more would be taken for the newest
                    traceback.print_exc()
                    news = stream.forget()
                    patience = AGAIN if patience == HEARTBEAT else min(patience * 2, HEARTBEAT / 2)
                if news:
                    yield f"data: {json.dumps(news, ensure_ascii=False)}\n\n"
                try:
                    await asyncio.wait_for(stream.wake.wait(), patience)
                except TimeoutError:
                    yield "event: beat\ndata:\n\n"
                stream.wake.clear()
        finally:
            self._open.discard(stream)

    def _tell(self, update: Update) -> None:
        for stream in tuple(self._open):
            stream.tell(update, self.serving.name_of(stream.path))

    def _news(self, stream: "_Stream", concerned: bool, assets: list[str] | None) -> Json:  # noqa: FBT001
        """What a page does not know yet; empty if it knows everything."""
        version = self.session.version
        if stream.version == version:
            return {}
        stream.version = version
        news: dict[str, object] = {"version": version}
        if concerned:
            fresh = self.serving.shown(stream.path)
            if fresh.state != stream.shown:
                news |= {"page": fresh.state, "html": fresh.content.decode("utf-8", errors="replace")}
                stream.shown = fresh.state
        told = state(self.session, self.serving.name_of(stream.path))
        digest = blake2b(json.dumps(told).encode(), digest_size=8).digest()
        if digest != stream.told:
            stream.told = digest
            news["state"] = told
        if assets is None or assets:
            news["assets"] = assets
        return news


class _Stream:
    """One page that listens: what it shows, and what it was told."""

    def __init__(self, loop: asyncio.AbstractEventLoop, path: str, shown: str) -> None:
        self.path = path
        self.shown = shown
        self.told = b""
        self.version = -1
        self.wake = asyncio.Event()
        self._loop = loop
        self._concerned = True
        self._assets: set[str] | None = set()

    def tell(self, update: Update, name: str) -> None:
        """Take note of an update, on whichever thread it was made."""
        with contextlib.suppress(RuntimeError):  # the loop has ended with its server
            self._loop.call_soon_threadsafe(self._note, update, name)

    def _note(self, update: Update, name: str) -> None:
        if update.changed is None:
            self._concerned, self._assets = True, None
        else:
            # The page at a name may be another one's: that of a missing page, or of a failure before the first build.
            self._concerned = self._concerned or bool({name, "404.html"} & update.changed)
            if self._assets is not None:
                self._assets |= {path for path in update.changed if not path.endswith(".html")}
        self.wake.set()

    def forget(self) -> Json:
        """Begin anew with the next news, after these could not be had."""
        self.version, self._concerned = -1, True
        return {}

    def take(self) -> tuple[bool, list[str] | None]:
        """Whether the page itself may have changed, and which other files did (None: any)."""
        taken = self._concerned, None if self._assets is None else sorted(self._assets)
        self._concerned, self._assets = False, set()
        return taken
