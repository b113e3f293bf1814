"""Cloudflare Pages' HTTP interface for direct uploads, as its own tool (wrangler) uses it.

https://developers.cloudflare.com/api/resources/pages/ documents projects and deployments; the four requests about assets
are those of `wrangler pages deploy`. A token for uploads comes with the account's token; the service is asked which
digests it lacks; these come in batches, in base 64; a deployment then names every path with its digest, and is live at
once. A digest is the first 32 hexadecimal digits of BLAKE3 over the file in base 64 followed by its name's ending.
"""

import base64
import json
import threading
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIEnvironment

from blake3 import blake3
from werkzeug.formparser import parse_form_data

Answer = tuple[str, object]

LARGEST = 25 * 1024 * 1024
PASS = "upload-pass-"  # noqa: S105 - what a made-up token begins with


@dataclass
class Deployment:
    """One deployment: its paths (with a slash before) and their digests, and the files of rules beside them."""

    id: str
    manifest: dict[str, str]
    rules: dict[str, str]
    branch: str
    message: str


@dataclass
class Cloudflare:
    """The service: one account with one project, its deployments, and the assets that it holds."""

    token: str
    account: str = "0123456789abcdef0123456789abcdef"
    project: str = "checked"
    branch: str = "main"
    deployments: list[Deployment] = field(default_factory=list)
    assets: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    passes: int = 0
    lifetime: int = 1_000_000
    """After how many requests a token for uploads has expired."""
    address: str = ""
    """Where the service itself is reached: deployments are served below it."""
    _used: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def live(self) -> dict[str, bytes]:
        """What a reader is served, by path without the slash."""
        if not self.deployments:
            return {}
        return {
            path.removeprefix("/"): self.assets[digest]
            for path, digest in self.deployments[-1].manifest.items()
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with self._lock:
            status, answer = self.answer(environ)
        if isinstance(answer, bytes):
            raw = answer
        else:
            good = status.startswith("2")
            whole = {"success": good, "errors": [] if good else [answer], "messages": []}
            raw = json.dumps(whole | {"result": answer if good else None}).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(raw)))])
        return [raw]

    def answer(self, environ: WSGIEnvironment) -> Answer:  # noqa: PLR0911 - one for each request
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode()
        if path.startswith("/served/"):
            return self.served(path)
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        base = f"/client/v4/accounts/{self.account}/pages/projects/{self.project}"
        if path.startswith("/client/v4/pages/assets/"):
            self._used += 1
            if token != f"{PASS}{self.passes}" or self._used > self.lifetime:
                return "401 Unauthorized", {"code": 8000013, "message": "Authorization failed"}
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            return self.asset(path.removeprefix("/client/v4/pages/assets/"), json.loads(body))
        if token != self.token:
            return "403 Forbidden", {"code": 10000, "message": "Authentication error"}
        match (method, path.removeprefix(base)):
            case ("GET", "") if path == base:
                return "200 OK", self.described()
            case ("GET", "/upload-token"):
                self.passes += 1
                self._used = 0
                return "200 OK", {"jwt": f"{PASS}{self.passes}"}
            case ("POST", "/deployments"):
                return self.deploy(environ)
        return "404 Not Found", {"code": 8000007, "message": "Project not found"}

    def described(self) -> object:
        latest = self.deployments[-1] if self.deployments else None
        shown = None if latest is None else self.shown(latest)
        return {
            "name": self.project,
            "subdomain": f"{self.project}.pages.dev",
            "production_branch": self.branch,
            "canonical_deployment": shown,
        }

    def shown(self, deployment: Deployment) -> object:
        return {
            "id": deployment.id,
            "url": f"{self.address}/served/{deployment.id}",
            "environment": "production",
            "deployment_trigger": {"metadata": {"commit_message": deployment.message}},
        }

    def served(self, path: str) -> Answer:
        id_, _, name = path.removeprefix("/served/").partition("/")
        for deployment in self.deployments:
            if deployment.id == id_ and f"/{name}" in deployment.manifest:
                return "200 OK", self.assets[deployment.manifest[f"/{name}"]]
        return "404 Not Found", b""

    def asset(self, verb: str, body: object) -> Answer:
        if verb == "check-missing" and isinstance(body, dict):
            return "200 OK", [digest for digest in body["hashes"] if digest not in self.assets]
        if verb == "upsert-hashes" and isinstance(body, dict):
            return "200 OK", None
        if verb == "upload" and isinstance(body, list):
            for item in body:
                raw = base64.b64decode(item["value"], validate=True)
                if item.get("base64") is not True or len(raw) > LARGEST or len(item["key"]) != 32:
                    return "400 Bad Request", {"code": 8000000, "message": "this is no asset"}
                self.assets[item["key"]] = raw
                self.types[item["key"]] = item["metadata"]["contentType"]
            return "200 OK", {"successful_key_count": len(body), "unsuccessful_keys": []}
        return "404 Not Found", {"code": 8000000, "message": "no such request"}

    def deploy(self, environ: WSGIEnvironment) -> Answer:
        _, form, files = parse_form_data(environ)
        manifest: dict[str, str] = json.loads(form["manifest"])
        for path, digest in manifest.items():
            raw = self.assets.get(digest)
            if raw is None or digest != digest_of(path, raw):
                return "400 Bad Request", {"code": 8000096, "message": f"the asset of {path} is not there"}
        deployment = Deployment(
            f"d{len(self.deployments) + 1}",
            manifest,
            {name: item.read().decode() for name, item in files.items()},
            form.get("branch", self.branch),
            form.get("commit_message", ""),
        )
        self.deployments.append(deployment)
        return "200 OK", self.shown(deployment)


def digest_of(path: str, raw: bytes) -> str:
    """The digest of an asset, reckoned apart from the program under test."""
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2] if "." in name.lstrip(".") else ""
    return blake3(base64.b64encode(raw) + ending.encode()).hexdigest()[:32]
