"""Netlify's HTTP interface as its documentation describes it, so far as a deploy by file digests needs it.

https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/ and the OpenAPI definition at
https://open-api.netlify.com. A deploy names all files of the site with the SHA-1 of each; the answer names the digests
that the service lacks; these are put one by one, and with the last of them the deploy is live, all at once. Digests are
checked against the bytes that come, and each request's token against the site's.
"""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIEnvironment

Answer = tuple[str, object]


@dataclass
class Deploy:
    """One deploy: its files by path (with a slash before it), and the digests that are still to come."""

    id: str
    files: dict[str, str]
    title: str
    required: set[str]
    state: str
    draft: bool
    polls: int = 0


@dataclass
class Netlify:
    """The service: one site, its deploys, and every file it was ever sent, by digest."""

    token: str
    site: str = "checked"
    deploys: dict[str, Deploy] = field(default_factory=dict)
    known: dict[str, bytes] = field(default_factory=dict)
    published: str = ""
    polls: int = 2
    """How often an asynchronous deploy is still being prepared when it is asked for."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def live(self) -> dict[str, bytes]:
        """What a reader is served: the files of the published deploy, by path without the slash."""
        if not self.published:
            return {}
        files = self.deploys[self.published].files
        return {path.removeprefix("/"): self.known[digest] for path, digest in files.items()}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        # PATH_INFO holds the bytes of the path as Latin-1, with its escapes undone.
        path = environ["PATH_INFO"].encode("latin-1").decode()
        with self._lock:
            if environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.token}":
                denied: object = {"code": 401, "message": "Access Denied"}
                status, answer = "401 Unauthorized", denied
            else:
                status, answer = self.answer(environ["REQUEST_METHOD"], path, body, environ)
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(raw)))])
        return [raw]

    def answer(self, method: str, path: str, body: bytes, environ: WSGIEnvironment) -> Answer:  # noqa: C901, PLR0911 - an arm for each request
        match (method, path.removeprefix("/api/v1/").split("/", 3)):
            case ("GET", ["sites", site]) if site == self.site:
                return "200 OK", self.described()
            case ("GET", ["sites", site, "files"]) if site == self.site:
                return "200 OK", self.listed()
            case ("GET", ["sites", site, "files", name]) if site == self.site and name in self.live():
                if environ.get("CONTENT_TYPE") == "application/vnd.bitballoon.v1.raw":
                    return "200 OK", self.live()[name]
                return "200 OK", {"id": f"/{name}", "path": f"/{name}"}
            case ("POST", ["sites", site, "deploys"]) if site == self.site:
                return self.begin(json.loads(body))
            case ("GET", ["sites", site, "deploys", id_]) if site == self.site and id_ in self.deploys:
                return "200 OK", self.polled(self.deploys[id_])
            case ("PUT", ["deploys", id_, "files", name]) if id_ in self.deploys:
                if environ.get("CONTENT_TYPE") != "application/octet-stream":
                    return "415 Unsupported Media Type", {"message": "application/octet-stream is expected"}
                return self.take(self.deploys[id_], "/" + unquote(name), body)
            case ("POST", ["deploys", id_, "cancel"]) if id_ in self.deploys:
                if self.deploys[id_].state != "ready":
                    self.deploys[id_].state = "error"
                return "201 Created", self.shown(self.deploys[id_])
        return "404 Not Found", {"code": 404, "message": "Not Found"}

    def described(self) -> object:
        published = {"id": self.published, "state": "ready"} if self.published else None
        return {"id": self.site, "ssl_url": f"https://{self.site}.netlify.app", "published_deploy": published}

    def listed(self) -> object:
        files = self.deploys[self.published].files if self.published else {}
        return [
            {"id": path, "path": path, "sha": sha, "size": len(self.known[sha])}
            for path, sha in files.items()
            if path != "/_headers"  # it is what tells the server how to serve, and is not served
        ]

    def begin(self, wanted: dict[str, object]) -> Answer:
        files = wanted.get("files")
        if not isinstance(files, dict) or any("#" in path or "?" in path for path in files):
            return "422 Unprocessable Entity", {"message": "no such path"}
        id_ = f"deploy-{len(self.deploys) + 1}"
        required = set(files.values()) - set(self.known)
        asynchronous = wanted.get("async") is True
        deploy = Deploy(
            id_,
            files,
            str(wanted.get("title", "")),
            required,
            "preparing" if asynchronous else "uploading",
            wanted.get("draft") is True,
            self.polls if asynchronous else 0,
        )
        self.deploys[id_] = deploy
        if not asynchronous:
            self.settle(deploy)
        return "200 OK", self.shown(deploy)

    def polled(self, deploy: Deploy) -> object:
        if deploy.state == "preparing":
            deploy.polls -= 1
            if deploy.polls <= 0:
                deploy.state = "prepared"
                self.settle(deploy)
        return self.shown(deploy)

    def take(self, deploy: Deploy, path: str, body: bytes) -> Answer:
        if deploy.state not in {"uploading", "prepared"}:
            return "422 Unprocessable Entity", {"message": f"the deploy is {deploy.state}"}
        if deploy.files.get(path) != hashlib.sha1(body, usedforsecurity=False).hexdigest():
            return "422 Unprocessable Entity", {"message": "the digest is not that of the file"}
        self.known[deploy.files[path]] = body
        deploy.required.discard(deploy.files[path])
        self.settle(deploy)
        return "200 OK", {"id": path, "path": path, "sha": deploy.files[path]}

    def settle(self, deploy: Deploy) -> None:
        """Where nothing is missing any more, the deploy is what the site shows."""
        if not deploy.required and deploy.state != "preparing":
            deploy.state = "ready"
            if not deploy.draft:
                self.published = deploy.id

    def shown(self, deploy: Deploy) -> object:
        shown: dict[str, object] = {"id": deploy.id, "state": deploy.state, "site_id": self.site}
        shown["deploy_ssl_url"] = f"https://{deploy.id}--{self.site}.netlify.app"
        if deploy.state != "preparing":
            shown["required"] = sorted(deploy.required)
        return shown
