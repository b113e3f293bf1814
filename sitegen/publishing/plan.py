"""What is to be done at a target, and in which order: a pure function of what is here and what is there.

The order keeps readers from dead links. All new files come first, assets before pages before listings: nothing that readers
can reach links to them yet. Then what changed replaces what was: by now all that it links to is there. What is deleted goes
last, when nothing links to it any more.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sitegen.publishing.manifest import Remote
from sitegen.publishing.tree import Rank, Tree, TreeFile, is_page, ranks_of


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that may be done at once: files to put, files whose headers are to be set, paths to delete."""

    name: str
    put: tuple[TreeFile, ...] = ()
    headers: tuple[TreeFile, ...] = ()
    delete: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What differs. `foreign` are files that would take the place of something that is not sitegen's; they are among `new`."""

    new: tuple[TreeFile, ...]
    changed: tuple[TreeFile, ...]
    headers: tuple[TreeFile, ...]
    deleted: tuple[str, ...]
    unchanged: int
    foreign: tuple[str, ...]
    pages_there: int
    """How many pages sitegen has at the target now."""

    @property
    def is_empty(self) -> bool:
        """Whether the target is as it should be."""
        return not (self.new or self.changed or self.headers or self.deleted)

    @property
    def size(self) -> int:
        """The bytes that are to be sent."""
        return sum(file.size for file in (*self.new, *self.changed))

    @property
    def sent(self) -> tuple[TreeFile, ...]:
        """The files whose bytes are to be sent, as they come."""
        return tuple(file for stage in self.stages() for file in stage.put)

    @property
    def touched(self) -> frozenset[str]:
        """Every path at which something is to be done."""
        files = (*self.new, *self.changed, *self.headers)
        return frozenset(file.path for file in files) | frozenset(self.deleted)

    @property
    def deleted_pages(self) -> int:
        """How many pages are to be deleted."""
        return sum(map(is_page, self.deleted))

    @property
    def is_drastic(self) -> bool:
        """Whether more than a third of the pages would vanish."""
        return self.deleted_pages * 3 > self.pages_there

    def stages(self) -> tuple[Stage, ...]:
        """The steps in order; those of one stage may be done at once."""
        new = tuple(Stage(f"new {name}", _of(self.new, rank)) for rank, name in _NAMES)
        changed = tuple(
            Stage(f"changed {name}", _of(self.changed, rank), _of(self.headers, rank))
            for rank, name in _NAMES
        )
        ranks = ranks_of(self.deleted)
        gone = (
            Stage("deleted pages", delete=tuple(path for path in self.deleted if ranks[path] > Rank.ASSET)),
            Stage("deleted assets", delete=tuple(path for path in self.deleted if ranks[path] == Rank.ASSET)),
        )
        # Assets that changed under their name come before all pages, new ones too.
        ordered = (new[0], changed[0], *new[1:], *changed[1:], *gone)
        return tuple(stage for stage in ordered if stage.put or stage.headers or stage.delete)

    @property
    def displaced(self) -> frozenset[str]:
        """What must be deleted before the new files come where paths are those of a disk.

        That is a file in whose place a folder comes, and the files of a folder in whose place a file comes.
        """
        return colliding(self.deleted, _paths(self.new))

    def lines(self) -> Iterator[str]:
        """A line for each step, in order: `+` new, `*` changed, `=` headers alone, `-` deleted."""
        new = {file.path for file in self.new}
        for stage in self.stages():
            yield from (f"{'+' if file.path in new else '*'} {file.path}" for file in stage.put)
            yield from (f"= {file.path}" for file in stage.headers)
            yield from (f"- {path}" for path in stage.delete)


_NAMES = (
    (Rank.ASSET, "assets"),
    (Rank.PAGE, "pages"),
    (Rank.LISTING, "listings"),
    (Rank.HOME, "home"),
)


def make_plan(tree: Tree, remote: Remote, *, headers: bool = False, everything: bool = False) -> Plan:
    """What makes a target hold just this tree. Nothing but what sitegen put there is ever deleted.

    `headers` tells whether the target keeps headers; `everything` has all files sent anew.
    """
    there = {path: held for path, held in remote.files.items() if path not in remote.unsure}
    owned = remote.files.keys() | remote.unsure
    new = [file for path, file in tree.items() if path not in owned]
    known = [file for path, file in tree.items() if path in owned]
    changed = [
        file
        for file in known
        if everything or file.path not in there or there[file.path].sha256 != file.sha256
    ]
    moved = {file.path for file in changed}
    relabelled = [
        file
        for file in known
        if headers and file.path not in moved and there[file.path].headers != file.headers.tag
    ]
    return Plan(
        new=tuple(new),
        changed=tuple(changed),
        headers=tuple(relabelled),
        deleted=tuple(sorted(owned - tree.keys())),
        unchanged=len(known) - len(changed) - len(relabelled),
        foreign=tuple(sorted(_paths(new) & remote.foreign)),
        pages_there=sum(map(is_page, owned)),
    )


def colliding(paths: Iterable[str], others: Collection[str]) -> frozenset[str]:
    """Those of the paths that cannot lie on a disk beside the others: one would be a file and a folder at once."""
    files, folders = set(others), {folder for path in others for folder in _folders(path)}
    return frozenset(path for path in paths if path in folders or not files.isdisjoint(_folders(path)))


def _folders(path: str) -> Iterator[str]:
    """The folders that a path lies in."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def _paths(files: Iterable[TreeFile]) -> set[str]:
    return {file.path for file in files}


def _of(files: Collection[TreeFile], rank: Rank) -> tuple[TreeFile, ...]:
    return tuple(file for file in files if file.rank is rank)
