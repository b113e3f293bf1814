"""The sorts of targets: a table of functions, and what each of them gives."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from sitegen.model.errors import CannotGoOnError
from sitegen.model.records import Settings, Target, TargetKind
from sitegen.publishing.manifest import Remote
from sitegen.publishing.plan import Plan
from sitegen.publishing.progress import Progress
from sitegen.publishing.tree import Tree


@dataclass(frozen=True)
class Publication:
    """What is to be published, where, and what was asked for.

    `root` is the site's folder. `force` begins the history of a branch anew (git), `adopt` takes files for sitegen's that lie in
    the way, `take_over` goes on in spite of another publisher's lock.
    """

    root: Path
    settings: Settings
    target: Target
    tree: Tree
    force: bool = False
    adopt: bool = False
    take_over: bool = False

    @property
    def room(self) -> Path:
        """A folder of this machine for what is kept of this target from one run to the next; it may not be there yet."""
        return self.root / ".sitegen" / "publishing" / self.target.id

    @property
    def address(self) -> str:
        """Where readers find what is published, with a slash at the end."""
        address = self.target.url or self.settings.base_url
        return address if address.endswith("/") else f"{address}/"


class Publisher(Protocol):
    """One target, asked and filled. Used as a context: what it opened is closed again."""

    keeps_headers: bool
    """Whether the target serves files with the headers that it is told."""

    place: str
    """The target in a word or two, for people: an address, a branch, a folder. Without secrets."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *details: object) -> None: ...

    def tree(self) -> Tree:
        """The publication's tree, with what this target needs besides (a `CNAME`, a `_headers`)."""
        ...

    def remote(self) -> Remote:
        """What lies at the target. Changes nothing there. Raises `PublishError`."""
        ...

    def carry_out(self, plan: Plan, progress: Progress) -> None:
        """Do what the plan says, and write the manifest; raises `PublishError`.

        Raises one of the kind `busy` where the target is no longer as `remote` told.
        """
        ...


PUBLISHERS: Mapping[TargetKind, str] = {
    "git": "sitegen.publishing.git:publisher",
    "rsync": "sitegen.publishing.rsync:publisher",
    "s3": "sitegen.publishing.stores:s3",
    "gcs": "sitegen.publishing.stores:gcs",
    "azure": "sitegen.publishing.stores:azure",
    "netlify": "sitegen.publishing.netlify:publisher",
    "cloudflare": "sitegen.publishing.cloudflare:publisher",
    "folder": "sitegen.publishing.folder:publisher",
    "zip": "sitegen.publishing.archive:publisher",
    "tar": "sitegen.publishing.archive:publisher",
}
"""For each kind of target, the function that makes a `Publisher` of a `Publication`. Imported when it is used."""


def publisher_of(publication: Publication) -> Publisher:
    """The publisher of a publication's target. Raises `CannotGoOnError` where it needs a library that is not installed."""
    kind = publication.target.kind
    module, _, function = PUBLISHERS[kind].partition(":")
    try:
        made: Publisher = getattr(importlib.import_module(module), function)(publication)
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("sitegen"):
            raise
        message = f"publishing to {kind} needs the library {missing.name}"
        raise CannotGoOnError(message, hint="pip install 'sitegen[publish]'") from missing
    return made
