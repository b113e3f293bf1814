"""Cloudflare Pages: a direct upload. Only assets that Cloudflare lacks are sent, and the deployment is live all at once.

The requests are those that Cloudflare's own tool, wrangler, makes. A deployment is the whole project: there is no list of the
files of one made elsewhere, so nothing of it can be carried over. https://developers.cloudflare.com/pages/get-started/direct-upload/
"""

import base64
import json
import os
import threading
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any, Self
from urllib.parse import quote

import httpx
from blake3 import blake3

from sitegen.publishing.errors import PublishError
from sitegen.publishing.host_headers import RULES, with_headers
from sitegen.publishing.manifest import NOTHING, Remote, decode_manifest, encode_manifest, manifest_of
from sitegen.publishing.plan import Plan
from sitegen.publishing.progress import Progress
from sitegen.publishing.publishers import Publication
from sitegen.publishing.secrets import find_secret, kept_secret
from sitegen.publishing.service import Service
from sitegen.publishing.tree import Tree, TreeFile, added

API = "https://api.cloudflare.com/client/v4/"
TOKEN = "CLOUDFLARE_API_TOKEN"  # noqa: S105 - the name of a variable
LOGIN = f"set {TOKEN} (dash.cloudflare.com: My Profile, API Tokens; right: Cloudflare Pages, Edit), or `wrangler login`"
KEEPSAKE = "sitegen-manifest.json"
"""The manifest's name in a deployment."""

LARGEST = 25 * 1024 * 1024
"""Bytes of the largest file that Cloudflare takes."""

_BATCH, _BATCH_FILES, _WIDTH = 8 * 1024 * 1024, 1000, 3
_TITLE = "sitegen publish"


def publisher(publication: Publication) -> "Cloudflare":
    """The publisher for a project of Cloudflare Pages."""
    token = find_secret((TOKEN, "CF_API_TOKEN")) or _stored()
    if not token:
        raise PublishError("refused", "there is no token for Cloudflare", LOGIN)
    return Cloudflare(publication, token)


class Cloudflare:
    """One project. With `branch`, a deployment for a preview."""

    keeps_headers = False

    def __init__(self, publication: Publication, token: str) -> None:
        self.publication = publication
        target = publication.target
        self.place = f"Cloudflare's {target.site}"
        self._base = target.endpoint or API
        self._project = (
            f"accounts/{quote(target.account, safe='')}/pages/projects/{quote(target.site, safe='')}"
        )
        self._service = Service("Cloudflare", self._base, lambda: token, LOGIN)
        self._tree: Tree | None = None
        self._live = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._service.close()

    def tree(self) -> Tree:
        """The site's files, and a `_headers` that has Cloudflare serve them with the right headers."""
        if self._tree is None:
            self._tree = with_headers(self.publication.tree)
        return self._tree

    def remote(self) -> Remote:
        """What the manifest of the live deployment tells; nothing where it has none that can be read."""
        self._refuse_what_does_not_fit()
        self._live, address = self._published()
        if not address or self.publication.target.branch:
            return NOTHING
        try:
            answer = httpx.get(f"{address}/{KEEPSAKE}", timeout=30.0)
        except httpx.HTTPError:
            return NOTHING
        return (decode_manifest(answer.content) if answer.is_success else None) or NOTHING

    def carry_out(self, plan: Plan, progress: Progress) -> None:
        """Send what Cloudflare lacks, then make the deployment, which is live at once."""
        del plan  # a deployment is always of the whole tree
        tree = self.tree()
        assets = added(tree, KEEPSAKE, encode_manifest(manifest_of(tree, headers=False)))
        assets = {path: file for path, file in assets.items() if path not in RULES}
        digests = {path: digest_of(path, file.read()) for path, file in assets.items()}
        known = sorted(set(digests.values()))
        with _Uploads(self._service, self._base, f"{self._project}/upload-token") as uploads:
            missing = set(uploads.ask("check-missing", {"hashes": known}))
            files = {digests[path]: file for path, file in assets.items() if digests[path] in missing}
            progress.begin("publishing", len(files), sum(file.size for file in files.values()))
            with ThreadPoolExecutor(_WIDTH, "put") as pool:
                for batch in pool.map(uploads.send, _batches(files)):
                    for file in batch.values():
                        progress.step(file.path, file.size)
            uploads.ask("upsert-hashes", {"hashes": known})
        if not self.publication.target.branch and self._published()[0] != self._live:
            hint = "run it again: what is there now will be looked at anew"
            raise PublishError("busy", f"{self.place}: someone else published meanwhile", hint)
        self._deploy(digests, tree)

    def _deploy(self, digests: Mapping[str, str], tree: Tree) -> None:
        manifest = json.dumps({f"/{path}": digest for path, digest in digests.items()})
        form: dict[str, tuple[str | None, bytes]] = {
            "manifest": (None, manifest.encode()),
            "commit_message": (None, _TITLE.encode()),
            "commit_dirty": (None, b"true"),
        }
        if self.publication.target.branch:
            form["branch"] = (None, self.publication.target.branch.encode())
        form |= {name: (name, tree[name].read()) for name in RULES if name in tree}
        self._service.ask("POST", f"{self._project}/deployments", files=form)

    def _refuse_what_does_not_fit(self) -> None:
        for path, file in self.tree().items():
            if file.size > LARGEST:
                message = f"{path} cannot be published to Cloudflare Pages: it is larger than 25 MiB"
                raise PublishError("failed", message, "leave it out, or put it into an object store")

    def _published(self) -> tuple[str, str]:
        """The id and the address of the live deployment; empty where there is none yet."""
        project = _result(self._service.ask("GET", self._project))
        live = project.get("canonical_deployment") or {}
        return str(live.get("id") or ""), str(live.get("url") or "").rstrip("/")


class _Uploads:
    """The four requests about assets, with a token of their own that is renewed when it expires."""

    def __init__(self, service: Service, base: str, token_path: str) -> None:
        self._account = service
        self._token_path = token_path
        self._pass = ""
        self._lock = threading.Lock()
        self._service = Service("Cloudflare", base, lambda: self._pass, LOGIN)

    def __enter__(self) -> Self:
        self._renew("")
        return self

    def __exit__(self, *_: object) -> None:
        self._service.close()

    def ask(self, verb: str, told: object) -> Any:  # noqa: ANN401 - what JSON holds is looked at by the caller
        """One request; a second time with a new token, if the first one's has expired."""
        used = self._pass
        try:
            return _result(self._service.ask("POST", f"pages/assets/{verb}", json=told))
        except PublishError as error:
            if error.kind != "refused":
                raise
        self._renew(used)
        return _result(self._service.ask("POST", f"pages/assets/{verb}", json=told))

    def send(self, batch: Mapping[str, TreeFile]) -> Mapping[str, TreeFile]:
        """Send a batch of assets by their digests; gives it back."""
        told = [
            {
                "key": digest,
                "value": base64.b64encode(file.read()).decode(),
                "metadata": {"contentType": file.headers.content_type},
                "base64": True,
            }
            for digest, file in batch.items()
        ]
        self.ask("upload", told)
        return batch

    def _renew(self, used: str) -> None:
        with self._lock:
            if self._pass == used:
                self._pass = kept_secret(str(_result(self._account.ask("GET", self._token_path))["jwt"]))


def digest_of(path: str, content: bytes) -> str:
    """What Cloudflare knows an asset by: its bytes in base 64 and its name's ending, hashed, 32 hexadecimal digits of it."""
    ending = PurePosixPath(path).suffix.removeprefix(".")
    return blake3(base64.b64encode(content) + ending.encode()).hexdigest()[:32]


def _batches(files: Mapping[str, TreeFile]) -> Iterator[dict[str, TreeFile]]:
    """The files in batches that are small enough to be held in memory."""
    batch: dict[str, TreeFile] = {}
    size = 0
    for digest, file in files.items():
        if batch and (size + file.size > _BATCH or len(batch) == _BATCH_FILES):
            yield batch
            batch, size = {}, 0
        batch[digest] = file
        size += file.size
    if batch:
        yield batch


def _result(told: Any) -> Any:  # noqa: ANN401 - what JSON holds is looked at by the caller
    """What stands in the envelope around all of Cloudflare's answers."""
    if not isinstance(told, dict) or not told.get("success"):
        raise PublishError("failed", "Cloudflare gave an answer that makes no sense", "run it again")
    return told.get("result")


def _stored() -> str:
    """The token that `wrangler login` stored on this machine, for as long as it is valid."""
    home = Path.home()
    places = (
        Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / ".wrangler" / "config" / "default.toml",
        home / ".wrangler" / "config" / "default.toml",
    )
    for path in places:
        try:
            token = tomllib.loads(path.read_text(encoding="utf-8"))["oauth_token"]
        except (OSError, ValueError, KeyError):
            continue
        if isinstance(token, str) and token:
            return kept_secret(token)
    return ""
