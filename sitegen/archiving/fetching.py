"""One source's turn: ask, read, judge whether it is the source, and say what is to be kept."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from sitegen.archiving.client import Client, Fetched, FetchError
from sitegen.archiving.copies import Kept, to_keep
from sitegen.archiving.extraction import Extract, UnsupportedError, extract
from sitegen.archiving.refreshing import Change, changes
from sitegen.archiving.shelf import Held
from sitegen.archiving.unreadable import why_not_by_status, why_unreadable
from sitegen.archiving.wayback import Memento, NotSavedError
from sitegen.model.findings import Copy
from sitegen.reading.text import LARGEST

Outcome = Literal["stored", "unchanged", "refreshed", "failed", "nothing"]
Save = Callable[[str], Memento]
"""Has a page saved on the web; raises `NotSavedError` and `FetchError`."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong: `rule` is a kind of `FetchError`, or `unreadable`, `unsupported`, `not-saved`, `record`."""

    rule: str
    message: str
    hint: str = ""

    @property
    def outside(self) -> bool:
        """Whether a machine other than this one failed."""
        return self.rule in {"timeout", "unreachable", "tls", "busy", "protocol", "not-saved"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of a source: `kept` is what is to be stored, and `answer` what it was made of."""

    held: Held
    outcome: Outcome
    answer: Fetched | None = None
    kept: Kept | None = None
    old: Copy | None = None
    changes: tuple[Change, ...] = ()
    memento: Memento | None = None
    troubles: tuple[Trouble, ...] = ()


def take_turn(held: Held, old: Copy | None, client: Client, day: dt.date, save: Save | None = None) -> Turn:
    """Fetch a source, `old` being its present copy; with `save`, have it saved on the web as well. Stores nothing."""
    try:
        answer = client.fetch(held.source.url)
        turn = _read(held, old, answer, day)
    except FetchError as error:
        turn = Turn(held, "failed", troubles=(Trouble(error.kind, error.message, _hint(error)),))
    return _saved(turn, save) if save is not None else turn


def only_save(held: Held, save: Save) -> Turn:
    """Have a source saved on the web whose copy is here already."""
    return _saved(Turn(held, "nothing"), save)


def _read(held: Held, old: Copy | None, answer: Fetched, day: dt.date) -> Turn:
    if answer.status >= 400:
        message = f"{answer.final} answers with an error page (HTTP {answer.status})"
        return Turn(held, "failed", answer, troubles=(Trouble("unreadable", message, _dead_hint(answer)),))
    if why := why_not_by_status(answer):
        return _unreadable(held, answer, why)
    try:
        found = extract(answer)
    except UnsupportedError as error:
        return Turn(held, "failed", answer, troubles=(Trouble("unsupported", str(error)),))
    why = why_unreadable(answer, found)
    if why:
        return _unreadable(held, answer, why)
    if len(found.text.encode()) > LARGEST:
        message = (
            f"the text of {answer.final} has more than {LARGEST // 1_000_000} MB, which no check would read"
        )
        hint = "save the part that you quote, with coverage: excerpt"
        return Turn(held, "failed", answer, troubles=(Trouble("too-large", message, hint),))
    return _compared(held, old, (answer, found), day)


def _unreadable(held: Held, answer: Fetched, why: str) -> Turn:
    message = f"what {answer.final} gives is unreadable: {why}"
    hint = "nothing was stored; save the page yourself and put its words into a .txt beside the record"
    return Turn(held, "failed", answer, troubles=(Trouble("unreadable", message, hint),))


def _compared(held: Held, old: Copy | None, new: tuple[Fetched, Extract], day: dt.date) -> Turn:
    answer, found = new
    kept = to_keep(held, answer, found, day)
    if old is None:
        return Turn(held, "stored", answer, kept)
    snapshot = kept.fields["snapshot"]
    same = not isinstance(snapshot, str) and old.sha256 == snapshot["sha256"]
    if same or (old.text or "").strip() == kept.text.strip():
        return Turn(held, "unchanged", answer, old=old)
    found_changes = changes(held.resting, old.text or "", kept.text)
    if any(change.lost for change in found_changes):
        kept = to_keep(held, answer, found, day, link="changed")
    return Turn(held, "refreshed", answer, kept, old, found_changes)


def _saved(turn: Turn, save: Save) -> Turn:
    try:
        return replace(turn, memento=save(turn.held.source.url))
    except NotSavedError as error:
        trouble = Trouble("not-saved", f"the Wayback Machine did not save {turn.held.source.url}: {error}")
    except FetchError as error:
        trouble = Trouble(error.kind, f"the Wayback Machine: {error.message}")
    return replace(turn, troubles=(*turn.troubles, trouble))


def _hint(error: FetchError) -> str:
    if error.message.endswith("private network"):
        return "archive.private_addresses in sitegen.yaml allows addresses in your own network"
    return {
        "robots": "name the source on the command line to fetch this one page as a reader would, or save it yourself",
        "busy": "try again later: what is stored is not fetched again",
    }.get(error.kind, "")


def _dead_hint(answer: Fetched) -> str:
    return "set link: dead, and look for an archived copy" if answer.status in {404, 410} else ""
