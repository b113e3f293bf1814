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
                    # What the reader waits for goes out before anything is judged.
                    if stream.take_concern() and (news := await asyncio.to_thread(self._page_news, stream)):
                        yield _event(news)
                    if news := await asyncio.to_thread(self._other_news, stream, stream.take_assets()):
                        yield _event(news)
                    patience = HEARTBEAT
                except Exception:  # noqa: BLE001 - a page that heard no more would be taken for the newest
                    traceback.print_exc()
                    stream.forget()
                    patience = AGAIN if patience == HEARTBEAT else min(patience * 2, HEARTBEAT / 2)
                try:
                    await asyncio.wait_for(stream.wake.wait(), patience)
                except TimeoutError:
                    yield "event: beat\ndata:\n\n"
                stream.wake.clear()
        finally:
            self._open.discard(stream)

    def _tell(self, update: Update) -> None:
        for stream in tuple(self._open):
            stream.tell(update, concerned=self._concerns(update, self.serving.name_of(stream.path)))

    def _concerns(self, update: Update, name: str) -> bool:
        """Whether the page at a name may be another one after an update."""
        if update.changed is None or name in update.changed:
            return True
        # What is not an article's alone, as a list, may show any of them; so may what stands in for a missing page.
        return update.shared and not self.session.shows_one_article(name)

    def _page_news(self, stream: "_Stream") -> Json:
        """The page itself, if it is not what the browser shows; empty if it is."""
        version = self.session.version
        fresh = self.serving.shown(stream.path)
        if fresh.state == stream.shown:
            return {}
        stream.shown = fresh.state
        page = {"page": fresh.state, "html": fresh.content.decode("utf-8", errors="replace")}
        return {"version": version, **page}

    def _other_news(self, stream: "_Stream", assets: list[str] | None) -> Json:
        """All else that a page does not know yet; empty if it knows everything."""
        version = self.session.version
        # An update is told a moment after it is there: what it changed may come when all else is known.
        if stream.version == version and assets == []:
            return {}
        news: dict[str, object] = {"version": version}
        told = state(self.session, self.serving.name_of(stream.path))
        digest = blake2b(json.dumps(told).encode(), digest_size=8).digest()
        if digest != stream.told:
            stream.told = digest
            news["state"] = told
        if assets is None or assets:
            news["assets"] = assets
        stream.version = version
        return news


def _event(news: Json) -> str:
    return f"data: {json.dumps(news, ensure_ascii=False)}\n\n"


class _Stream:
    """One page that listens: what it shows, and what it was told. What is yet to be told is the event loop's alone."""

    def __init__(self, loop: asyncio.AbstractEventLoop, path: str, shown: str) -> None:
        self.path = path
        self.shown = shown
        self.told = b""
        self.version = -1
        self.wake = asyncio.Event()
        self._loop = loop
        self._concerned = True
        self._assets: set[str] | None = set()

    def tell(self, update: Update, *, concerned: bool) -> None:
        """Take note of an update, on whichever thread it was made."""
        with contextlib.suppress(RuntimeError):  # the loop has ended with its server
            self._loop.call_soon_threadsafe(self._note, update, concerned)

    def _note(self, update: Update, concerned: bool) -> None:  # noqa: FBT001 - the loop passes arguments by place
        self._concerned = self._concerned or concerned
        if update.changed is None:
            self._assets = None
        elif self._assets is not None:
            self._assets |= {path for path in update.changed if not path.endswith(".html")}
        self.wake.set()

    def forget(self) -> None:
        """Begin anew with the next news, after these could not be had."""
        self.version, self._concerned, self._assets = -1, True, None

    def take_concern(self) -> bool:
        """Whether the page itself may have changed since this was asked."""
        taken, self._concerned = self._concerned, False
        return taken

    def take_assets(self) -> list[str] | None:
        """Which other files changed since this was asked (None: any)."""
        taken = None if self._assets is None else sorted(self._assets)
        self._assets = set()
        return taken
