"""A branch of a git repository, as GitHub, GitLab and Codeberg Pages serve it.

The commit is made from an index that is thrown away, on top of what the remote has now, and pushed without force. The user's
work tree, index, branches and stash are never touched.
"""

import subprocess
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Self

from sitegen.publishing.errors import PublishError
from sitegen.publishing.git_tools import open_repository, raise_failure
from sitegen.publishing.manifest import (
    MANIFEST,
    NOTHING,
    Held,
    Remote,
    decode_manifest,
    encode_manifest,
    manifest_of,
)
from sitegen.publishing.plan import Plan, colliding
from sitegen.publishing.progress import Progress
from sitegen.publishing.publishers import Publication
from sitegen.publishing.secrets import scrubbed
from sitegen.publishing.tree import Tree, TreeFile, added

TRIES = 5
"""How often a push is tried again when others push to the branch at the same time."""

_RACE = ("non-fast-forward", "fetch first", "stale info", "cannot lock ref", "failed to update ref")


def publisher(publication: Publication) -> "GitPublisher":
    """The publisher of a branch."""
    return GitPublisher(publication)


class GitPublisher:
    """A branch of a remote, or a folder of one."""

    keeps_headers = False

    def __init__(self, publication: Publication) -> None:
        target = publication.target
        self.publication = publication
        self._branch = target.branch or "gh-pages"
        self._ref = f"refs/heads/{self._branch}"
        self._folder = f"{target.prefix.strip('/')}/" if target.prefix.strip("/") else ""
        named = target.remote or "origin"
        inside = f", folder {self._folder}" if self._folder else ""
        self.place = scrubbed(f"branch {self._branch} of {named}{inside}")
        self._git = open_repository(publication.root, publication.room)
        self._remote = self._git.use_credentials(named)
        self._tree = _with_host_files(publication)
        self._parent = ""
        self._manifest = b""
        self._there: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tree(self) -> Tree:
        """The site, a `.nojekyll` (else GitHub would leave files out), and a `CNAME` where a domain is set."""
        return self._tree

    def remote(self) -> Remote:
        """What lies on the branch, by the bytes that lie there now."""
        self._refuse_own_branch()
        self._fetch()
        held = decode_manifest(self._manifest) or NOTHING
        same = self._as_here(held.files.keys() | self._there.keys())
        files = {
            path: replace(found, sha256=same.get(path, "" if path in self._tree else found.sha256))
            for path, found in held.files.items()
            if path in self._there
        }
        # What lies there with the very same bytes is in nobody's way.
        files |= {path: Held(digest) for path, digest in same.items() if path not in files}
        theirs = self._there.keys() - files.keys() - {MANIFEST}
        foreign = theirs & self._tree.keys() if not self.publication.adopt else frozenset()
        if self.publication.target.cname:
            foreign -= {"CNAME"}
        # What would be file and folder at once can be replaced by nobody's leave: it must be moved away.
        return Remote(files, foreign=frozenset(foreign) | colliding(self._tree, theirs))

    def carry_out(self, plan: Plan, progress: Progress) -> None:
        """Commit and push; where the branch has moved on meanwhile, on top of what it is now."""
        progress.begin("committing", len(plan.touched), plan.size)
        for attempt in range(TRIES):
            commit = self._commit(plan)
            pushed = self._push(commit)
            if pushed.returncode == 0:
                break
            told = (pushed.stdout + pushed.stderr).decode("utf-8", "replace")
            if not any(reason in told for reason in _RACE):
                raise_failure(pushed.stderr)
            self._look_again(plan, progress)
            if attempt == TRIES - 1:
                raise PublishError("busy", f"others keep pushing to {self.place}", "run it again in a while")
        for file in plan.sent:
            progress.step(file.path, file.size)
        for path in plan.deleted:
            progress.step(path, 0)

    def _refuse_own_branch(self) -> None:
        checked_out = self._git.attempt("symbolic-ref", "--quiet", "--short", "HEAD").stdout.decode().strip()
        if checked_out == self._branch and not self._folder and not self._is_our_own:
            raise PublishError(
                "foreign",
                f"{self._branch} is the branch that you are working on: the site would lie among its sources",
                'give the target another "branch", or a folder of this one as its "prefix"',
            )

    @property
    def _is_our_own(self) -> bool:
        return self._git.repository.is_relative_to(self.publication.room)

    def _fetch(self) -> None:
        """Learn what the branch holds now."""
        found = self._git.run("ls-remote", self._remote, self._ref).decode().split()
        self._parent, self._manifest, self._there = found[0] if found else "", b"", {}
        if not self._parent:
            return
        if self._git.attempt("cat-file", "-e", f"{self._parent}^{{commit}}").returncode:
            shallow = self._is_our_own or self._git.line("rev-parse", "--is-shallow-repository") == "true"
            depth = ("--depth=1",) if shallow else ()
            self._git.run(
                "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *depth, self._remote, self._ref
            )
        listed = self._git.run("ls-tree", "-r", "-z", "--full-tree", self._parent)
        # What others put there may have any name.
        for entry in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
            about, _, path = entry.partition("\t")
            if path.startswith(self._folder):
                self._there[path.removeprefix(self._folder)] = about.split()[2]
        if MANIFEST in self._there:
            self._manifest = self._git.run("cat-file", "blob", self._there[MANIFEST])

    def _as_here(self, paths: Iterable[str]) -> dict[str, str]:
        """The SHA-256 of those of these paths that lie on the branch with the bytes that they have here."""
        files = [self._tree[path] for path in sorted(set(paths) & self._tree.keys() & self._there.keys())]
        objects = self._objects(files, write=False)
        return {file.path: file.sha256 for file in files if objects[file.path] == self._there[file.path]}

    def _objects(self, files: Collection[TreeFile], *, write: bool) -> dict[str, str]:
        """The id that git gives to each file's bytes."""
        on_disk = {file.path: file.source for file in files if isinstance(file.source, Path)}
        in_memory = {file.path: file.source for file in files if isinstance(file.source, bytes)}
        how = ("hash-object", "--no-filters", *(("-w",) if write else ()))
        names = "".join(f"{source}\n" for source in on_disk.values()).encode()
        ids = self._git.run(*how, "--stdin-paths", stdin=names).decode().split() if on_disk else []
        found = dict(zip(on_disk, ids, strict=True))
        for path, content in in_memory.items():
            found[path] = self._git.run(*how, "--stdin", stdin=content).decode().strip()
        return found

    def _commit(self, plan: Plan) -> str:
        """A commit of what the branch holds now, with what the plan changes."""
        manifest = encode_manifest(manifest_of(self._tree, headers=False))
        for file in plan.sent:
            file.read()  # raises where a build has replaced it since
        objects = self._objects(plan.sent, write=True)
        objects[MANIFEST] = (
            self._git.run("hash-object", "--no-filters", "-w", "--stdin", stdin=manifest).decode().strip()
        )
        with tempfile.TemporaryDirectory(prefix="sitegen-") as room:
            index = {"GIT_INDEX_FILE": str(Path(room) / "index")}
            self._git.run("read-tree", self._parent or "--empty", environment=index)
            nothing = "0" * len(objects[MANIFEST])
            lines = [f"0 {nothing}\t{self._folder}{path}\0" for path in plan.deleted]
            lines += [f"100644 {name}\t{self._folder}{path}\0" for path, name in sorted(objects.items())]
            self._git.run(
                "update-index", "-z", "--index-info", stdin="".join(lines).encode(), environment=index
            )
            tree = self._git.run("write-tree", environment=index).decode().strip()
        keeps = self._parent and not self.publication.force
        parents = ("-p", self._parent) if keeps else ()
        return (
            self._git.run(
                "commit-tree", tree, *parents, stdin=self._message(plan).encode(), environment=self._author()
            )
            .decode()
            .strip()
        )

    def _message(self, plan: Plan) -> str:
        counts = f"{len(plan.new)} new, {len(plan.changed)} changed, {len(plan.deleted)} deleted"
        head = (
            self._git.attempt("rev-parse", "--short", "--verify", "--quiet", "HEAD").stdout.decode().strip()
        )
        origin = f"\n\nThe sources were checked out at {head}." if head and not self._is_our_own else ""
        return f"Publish {self.publication.settings.title}: {counts}{origin}\n"

    def _author(self) -> dict[str, str]:
        """Who commits: whoever git is told, else sitegen."""
        if self._git.attempt("var", "GIT_COMMITTER_IDENT").returncode == 0:
            return {}
        return {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", "sitegen"), ("EMAIL", "sitegen@localhost"))
        }

    def _push(self, commit: str) -> subprocess.CompletedProcess[bytes]:
        # Even where the history is begun anew, nothing that came in the meantime is lost.
        lease = (f"--force-with-lease={self._ref}:{self._parent}",) if self.publication.force else ()
        return self._git.attempt(
            "push", "--porcelain", "--no-verify", *lease, self._remote, f"{commit}:{self._ref}"
        )

    def _look_again(self, plan: Plan, progress: Progress) -> None:
        """The branch has moved on. What the plan replaces or deletes is not changed unseen; anything else is built upon."""
        before, there = self._manifest, self._there
        self._fetch()
        again = "run it again: what is there now will be looked at anew"
        if self._manifest != before:
            raise PublishError("busy", f"someone else published to {self.place} meanwhile", again)
        came = {path for path, name in self._there.items() if there.get(path) != name}
        moved = sorted(came & plan.touched | colliding(came, self._tree))
        if moved:
            raise PublishError("busy", f"someone else changed {moved[0]} on {self.place} meanwhile", again)
        progress.note(f"{self.place} has moved on meanwhile: once more, on top of it")


def _with_host_files(publication: Publication) -> Tree:
    tree = publication.tree if ".nojekyll" in publication.tree else added(publication.tree, ".nojekyll", b"")
    domain = publication.target.cname
    return added(tree, "CNAME", f"{domain}\n".encode()) if domain else tree
