"""Netlify: a deploy by file digests. Only files that Netlify lacks are sent, and the deploy is live all at once.

A deploy names all files of the site. Files of the live deploy that sitegen did not put there are named in the next one too, by
their digests, so they stay. https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from sitegen.publishing.errors import PublishError
from sitegen.publishing.host_headers import RULES, with_headers
from sitegen.publishing.manifest import NOTHING, Held, Remote, decode_manifest, encode_manifest, manifest_of
from sitegen.publishing.plan import Plan
from sitegen.publishing.progress import Progress
from sitegen.publishing.publishers import Publication
from sitegen.publishing.secrets import find_secret, kept_secret
from sitegen.publishing.service import Service
from sitegen.publishing.tree import Tree, TreeFile, added

API = "https://api.netlify.com/api/v1/"
TOKEN = "NETLIFY_AUTH_TOKEN"  # noqa: S105 - the name of a variable
LOGIN = f"set {TOKEN} (app.netlify.com: User settings, Applications, New access token), or `netlify login`"
KEEPSAKE = "sitegen-manifest.json"
"""The manifest's name at Netlify, which does not show hidden files."""

LARGE = 2000
"""Deploys of more files are prepared by Netlify while it is asked how far it is."""

WIDTH = 6
"""Files sent at once."""

PAUSE = 2.0
"""Seconds between two questions how far a deploy is."""

_PATIENCE = 600.0
_TITLE = "sitegen publish"
_COMPLETE = frozenset({"uploaded", "processing", "ready"})
_BEGUN = _COMPLETE | {"prepared", "uploading"}


def publisher(publication: Publication) -> "Netlify":
    """The publisher for a site at Netlify."""
    token = find_secret((TOKEN,)) or _stored()
    if not token:
        raise PublishError("refused", "there is no token for Netlify", LOGIN)
    return Netlify(publication, Service("Netlify", publication.target.endpoint or API, lambda: token, LOGIN))


class Netlify:
    """One site. With `branch`, a deploy beside the live one, for a preview."""

    keeps_headers = False

    def __init__(self, publication: Publication, service: Service) -> None:
        self.publication = publication
        self._service = service
        self.place = f"Netlify's {publication.target.site}"
        self._tree: Tree | None = None
        self._live = ""
        self._there: Mapping[str, str] = {}
        self._mine: frozenset[str] = frozenset()
        self._sha1: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._service.close()

    def tree(self) -> Tree:
        """The site's files, and a `_headers` that has Netlify serve them with the right headers."""
        if self._tree is None:
            self._tree = with_headers(self.publication.tree)
        return self._tree

    def remote(self) -> Remote:
        """What the live deploy holds: Netlify's own list of its files, compared with ours by digest."""
        tree = self.tree()
        for path in tree:
            if set(path) & set("#?"):
                message = f"{path} cannot be published to Netlify: its name holds a # or ?"
                raise PublishError("failed", message, "rename it")
        self._live = self._published()
        if not self._live or self._is_preview:
            return NOTHING
        listed = self._service.ask("GET", f"sites/{self._id}/files")
        self._there = {str(item["path"]).removeprefix("/"): str(item["sha"]) for item in listed}
        told = self._told_there()
        self._mine = frozenset({*told, KEEPSAKE} if told else ())
        held = {path: self._held(path, tree) for path in self._mine & self._there.keys() - {KEEPSAKE}}
        # Files of rules are taken out of what is served, so a list of that may lack them.
        held |= {path: told[path] for path in RULES if path in told and path not in self._there}
        foreign = frozenset() if self.publication.adopt else self._there.keys() & tree.keys() - self._mine
        return Remote(held, foreign=frozenset(foreign))

    def carry_out(self, plan: Plan, progress: Progress) -> None:
        """Make a deploy of the whole tree. The last file that Netlify lacks makes it live; before it, the live one is looked at."""
        tree = added(self.tree(), KEEPSAKE, encode_manifest(manifest_of(self.tree(), headers=False)))
        digests = {f"/{path}": self._digest(file) for path, file in tree.items()}
        mine = {*plan.deleted, *self._mine, *tree}
        digests |= {f"/{path}": sha for path, sha in self._there.items() if path not in mine}
        self._refuse_if_another()
        deploy = self._begin(digests)
        required = set(deploy.get("required") or ())
        # One file for each digest: Netlify asks for bytes, not for paths.
        files = {digests[f"/{path}"]: file for path, file in tree.items()}
        wanted = [file for digest, file in files.items() if digest in required]
        progress.begin("publishing", len(wanted), sum(file.size for file in wanted))
        try:
            self._send(deploy["id"], wanted, progress)
        except BaseException:
            # The live deploy is what it was; what was sent stays known to Netlify.
            with contextlib.suppress(PublishError):
                self._service.ask("POST", f"deploys/{deploy['id']}/cancel")
            raise
        self._await(deploy["id"], {"ready"})
        if not self._is_preview and self._published() != deploy["id"]:
            raise self._another("the deploy is complete, but not the live one")

    @property
    def _id(self) -> str:
        return quote(self.publication.target.site, safe="")

    @property
    def _is_preview(self) -> bool:
        return bool(self.publication.target.branch)

    def _published(self) -> str:
        """The id of the live deploy; empty where there is none yet."""
        site = self._service.ask("GET", f"sites/{self._id}")
        return str((site.get("published_deploy") or {}).get("id") or "")

    def _told_there(self) -> Mapping[str, Held]:
        """The files that sitegen put there, as its manifest says; none where there is no manifest."""
        if KEEPSAKE not in self._there:
            return {}
        found = decode_manifest(self._service.ask("GET", f"sites/{self._id}/files/{KEEPSAKE}", raw=True))
        return found.files if found else {}

    def _held(self, path: str, tree: Tree) -> Held:
        same = path in tree and self._digest(tree[path]) == self._there[path]
        return Held(tree[path].sha256 if same else "")

    def _digest(self, file: TreeFile) -> str:
        """A file's SHA-1, which is what Netlify knows files by."""
        if file.path not in self._sha1 or isinstance(file.source, bytes):
            self._sha1[file.path] = hashlib.sha1(file.read(), usedforsecurity=False).hexdigest()
        return self._sha1[file.path]

    def _begin(self, digests: Mapping[str, str]) -> dict[str, Any]:
        """Begin a deploy; gives it once Netlify can tell which files it lacks."""
        wanted: dict[str, object] = {"files": digests, "async": len(digests) > LARGE}
        if self._is_preview:
            wanted |= {"draft": True, "branch": self.publication.target.branch}
        path = f"sites/{self._id}/deploys?title={quote(_TITLE)}"
        deploy: dict[str, Any] = self._service.ask("POST", path, json=wanted)
        return self._await(str(deploy["id"]), _BEGUN) if deploy.get("state") == "preparing" else deploy

    def _send(self, deploy: str, files: Sequence[TreeFile], progress: Progress) -> None:
        def send(file: TreeFile) -> None:
            self._service.ask("PUT", f"deploys/{deploy}/files/{quote(file.path)}", content=file.read())
            progress.step(file.path, file.size)

        with ThreadPoolExecutor(WIDTH, "put") as pool:
            for _ in pool.map(send, files[:-1]):
                pass
        self._refuse_if_another()
        try:
            for file in files[-1:]:
                send(file)
        except PublishError:
            # The answer may have been lost, and the deploy be on its way.
            if self._service.ask("GET", f"sites/{self._id}/deploys/{deploy}")["state"] not in _COMPLETE:
                raise

    def _await(self, deploy: str, states: Collection[str]) -> dict[str, Any]:
        """The deploy once it is in one of the states."""
        until = time.monotonic() + _PATIENCE
        while True:
            told: dict[str, Any] = self._service.ask("GET", f"sites/{self._id}/deploys/{deploy}")
            if told["state"] in states:
                return told
            if told["state"] == "error":
                raise PublishError(
                    "failed", f"{self.place}: the deploy failed", "its log at app.netlify.com says why"
                )
            if time.monotonic() > until:
                raise PublishError(
                    "unreachable", f"{self.place}: the deploy is still {told['state']}", "run it again"
                )
            time.sleep(PAUSE)

    def _refuse_if_another(self) -> None:
        if not self._is_preview and self._published() != self._live:
            raise self._another("someone else published meanwhile")

    def _another(self, why: str) -> PublishError:
        return PublishError(
            "busy", f"{self.place}: {why}", "run it again: what is there now will be looked at anew"
        )


def _stored() -> str:
    """The token that `netlify login` stored on this machine."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "netlify" / "config.json"
    mac = home / "Library" / "Preferences" / "netlify" / "config.json"
    for path in (config, mac):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            token = told["users"][told["userId"]]["auth"]["token"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(token, str) and token:
            return kept_secret(token)
    return ""
