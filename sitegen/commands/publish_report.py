"""What `sitegen publish` says: the plan before, and what came of it after."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sitegen.model.counts import plural
from sitegen.model.errors import CannotGoOnError, ProblemsFoundError, UnusableSettingsError
from sitegen.publishing.errors import PublishError
from sitegen.publishing.looking import Seen
from sitegen.publishing.plan import Plan
from sitegen.publishing.publishers import Publication
from sitegen.publishing.secrets import scrubbed
from sitegen.publishing.tree import TreeFile


@dataclass
class Outcome:
    """What was planned, and what came of it; `seen` is what was found at the addresses afterwards."""

    publication: Publication
    place: str
    plan: Plan
    done: bool = False
    seconds: float = 0.0
    seen: Seen = field(default_factory=Seen)


def announce(outcome: Outcome, *, verbose: bool) -> None:
    """Print the plan: counts, and with `verbose` a line for each file, in the order in which they are dealt with."""
    plan, target = outcome.plan, outcome.publication.target
    print(scrubbed(f"{target.id}: {outcome.place}"))
    if verbose:
        for line in plan.lines():
            print(f"  {line}")
    print(f"  {_counts(plan)}")
    if _is_local(outcome.publication):
        print(
            f'warning: base_url is "{outcome.publication.settings.base_url}": feeds, the sitemap and previews '
            "elsewhere lead to this machine",
            file=sys.stderr,
        )


def print_summary(outcome: Outcome, *, dry: bool) -> None:
    """Print what came of it, and the address last."""
    plan = outcome.plan
    sent = plural(len(plan.sent), "file", "files")
    if dry:
        print("nothing was published: this was a rehearsal")
    elif outcome.done:
        relabelled = f", {len(plan.headers):,} with other headers" if plan.headers else ""
        deleted = f", {len(plan.deleted):,} deleted" if plan.deleted else ""
        print(
            f"published: {sent} sent{relabelled}{deleted}, {_kilobytes(plan.size)} in {outcome.seconds:.2f} s"
        )
    else:
        print("nothing changed since it was last published")
    for line in _told(outcome.seen):
        print(line, file=sys.stderr)
    if not dry:
        print(outcome.publication.address)


def print_json(outcome: Outcome, *, dry: bool) -> None:
    """Print all of it as JSON."""
    plan, publication = outcome.plan, outcome.publication
    report: dict[str, Any] = {
        "target": publication.target.id,
        "kind": publication.target.kind,
        "place": scrubbed(outcome.place),
        "address": publication.address,
        "published": outcome.done,
        "dry_run": dry,
        "new": _paths(plan.new),
        "changed": _paths(plan.changed),
        "headers": _paths(plan.headers),
        "deleted": list(plan.deleted),
        "unchanged": plan.unchanged,
        "bytes": plan.size,
        "seconds": round(outcome.seconds, 3),
        "differing": list(outcome.seen.differing),
        "unasked": list(outcome.seen.unasked),
    }
    print(json.dumps(report, ensure_ascii=False, indent=2))


def print_failure(target: str | None, error: BaseException) -> None:
    """Print as JSON why a run failed, for programs; people are told on standard error."""
    failure = _failure(error)
    if failure is not None:
        report = {"target": target, "published": False, "error": failure}
        print(json.dumps(report, ensure_ascii=False, indent=2))


def _failure(error: BaseException) -> dict[str, str] | None:
    """What went wrong, as JSON tells it; None for a bug of our own."""
    match error:
        case UnusableSettingsError():
            first = error.problems[0].problem
            return _failed("settings", f"{first.place}: {first.message}", first.hint)
        case PublishError():
            return _failed(error.kind, error.message, error.hint)
        case CannotGoOnError():
            kind = "problems" if isinstance(error, ProblemsFoundError) else "unusable"
            return _failed(kind, error.message, error.hint)
        case OSError():
            return _failed("failed", f"{error.filename or ''}: {error.strerror}".removeprefix(": "))
        case KeyboardInterrupt() | SystemExit():
            return _failed(
                "interrupted", "it was told to end", "run it again: it goes on where this one ended"
            )
    return None


def _failed(kind: str, message: str, hint: str = "") -> dict[str, str]:
    return {"kind": kind, "message": message, "hint": hint}


def _counts(plan: Plan) -> str:
    parts = [
        f"{len(plan.new):,} new",
        f"{len(plan.changed):,} changed",
        *([f"{len(plan.headers):,} with other headers"] if plan.headers else []),
        f"{len(plan.deleted):,} deleted",
        f"{plan.unchanged:,} unchanged",
    ]
    return f"{', '.join(parts)}; {_kilobytes(plan.size)} to send"


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.0f} kB" if size < 10_000_000 else f"{size / 1_000_000:,.1f} MB"


def _paths(files: Iterable[TreeFile]) -> list[str]:
    return [file.path for file in files]


def _told(seen: Seen) -> Iterable[str]:
    if seen.differing:
        yield f"error: {plural(len(seen.differing), 'address does', 'addresses do')} not show what was published:"
        yield from _some(seen.differing)
    if seen.unasked:
        yield f"error: {plural(len(seen.unasked), 'address', 'addresses')} could not be looked at: no server answers ({seen.silence})"
        yield from _some(seen.unasked)


def _some(lines: Sequence[str]) -> Iterable[str]:
    yield from (f"  {line}" for line in lines[:20])
    if len(lines) > 20:
        yield f"  and {len(lines) - 20:,} more"


def _is_local(publication: Publication) -> bool:
    return urlsplit(publication.settings.base_url).hostname in {"localhost", "127.0.0.1", "::1"} and (
        publication.target.kind not in {"folder", "zip", "tar"}
    )
