"""What `sitegen publish` says: the plan before, and what came of it after."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sitegen.model.counts import plural
from sitegen.publishing.plan import Plan
from sitegen.publishing.publishers import Publication
from sitegen.publishing.secrets import scrubbed
from sitegen.publishing.tree import TreeFile


@dataclass
class Outcome:
    """What was planned, and what came of it; `lost` are addresses that did not show what was published."""

    publication: Publication
    place: str
    plan: Plan
    done: bool = False
    seconds: float = 0.0
    lost: tuple[str, ...] = ()


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
        deleted = f", {len(plan.deleted):,} deleted" if plan.deleted else ""
        print(f"published: {sent} sent{deleted}, {_kilobytes(plan.size)} in {outcome.seconds:.2f} s")
    else:
        print("nothing changed since it was last published")
    for line in _told(outcome.lost):
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
        "differing": list(outcome.lost),
    }
    print(json.dumps(report, ensure_ascii=False, indent=2))


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


def _told(lost: tuple[str, ...]) -> Iterable[str]:
    if lost:
        yield f"error: {plural(len(lost), 'address does', 'addresses do')} not show what was published:"
        yield from (f"  {line}" for line in lost[:20])
        if len(lost) > 20:
            yield f"  and {len(lost) - 20:,} more"


def _is_local(publication: Publication) -> bool:
    return urlsplit(publication.settings.base_url).hostname in {"localhost", "127.0.0.1", "::1"} and (
        publication.target.kind not in {"folder", "zip", "tar"}
    )
