"""Object stores on loopback: moto's S3 behind injected faults, and a stand-in for Google Cloud Storage's XML interface.

moto keeps objects as S3 does, with headers, conditions, listings and parts, and checks no signatures. The stand-in follows
https://cloud.google.com/storage/docs/xml-api/overview so far as obstore speaks it: objects with generations.
"""

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment
from xml.sax.saxutils import escape

from faulty import Faulty, serving
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends

if TYPE_CHECKING:
    from moto.s3.models import FakeBucket

ACCOUNT = "123456789012"  # moto's own


@dataclass
class Moto:
    """A running S3: its address, what stands before it, and a look at what it holds."""

    address: str
    faulty: Faulty

    def bucket(self, name: str) -> "FakeBucket":
        return s3_backends[ACCOUNT]["aws"].buckets[name]

    def make(self, name: str) -> str:
        """Make a bucket, and count from nought."""
        request = urllib.request.Request(f"{self.address}/{name}", method="PUT")  # noqa: S310 - a server of ours
        with urllib.request.urlopen(request):  # noqa: S310 - likewise
            pass
        self.faulty.forget()
        return name

    def objects(self, name: str, prefix: str = "") -> dict[str, bytes]:
        """All objects, but for sitegen's own records."""
        keys = self.bucket(name).keys
        return {
            key.removeprefix(prefix): bytes(value.value)
            for key, value in sorted(keys.items())
            if key.startswith(prefix) and "/.sitegen-" not in f"/{key}"
        }

    def headers(self, name: str, key: str) -> dict[str, str]:
        """The headers with which an object is served."""
        return {str(header).lower(): value for header, value in self.bucket(name).keys[key].metadata.items()}


@contextmanager
def moto() -> Iterator[Moto]:
    """S3 while the context lasts. Objects of other contexts of this process are gone."""
    s3_backends.reset()
    faulty = Faulty(DomainDispatcherApplication(create_backend_app))
    with serving(faulty) as address:
        yield Moto(address, faulty)


@dataclass
class Blob:
    """One object: its bytes, its generation, and the headers that it is served with."""

    content: bytes
    generation: int
    headers: dict[str, str]


@dataclass
class Google:
    """One bucket at Google's, with a bearer token."""

    token: str
    bucket: str = "bucket"
    blobs: dict[str, Blob] = field(default_factory=dict)
    _generation: int = 1000
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        bucket, _, key = environ["PATH_INFO"].encode("latin-1").decode().removeprefix("/").partition("/")
        with self._lock:
            if environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.token}":
                answer = _error("401 Unauthorized", "AuthenticationRequired")
            elif bucket != self.bucket:
                answer = _error("404 Not Found", "NoSuchBucket")
            elif not key:
                answer = self.listed(environ.get("QUERY_STRING", ""))
            else:
                answer = self.answer(environ, key, body)
        status, headers, content = answer
        start_response(status, [*headers.items(), ("Content-Length", str(len(content)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else content]

    def answer(self, environ: WSGIEnvironment, key: str, body: bytes) -> tuple[str, dict[str, str], bytes]:
        method, found = environ["REQUEST_METHOD"], self.blobs.get(key)
        wanted = environ.get("HTTP_X_GOOG_IF_GENERATION_MATCH")
        if method == "PUT":
            if wanted is not None and int(wanted) != (found.generation if found else 0):
                return _error("412 Precondition Failed", "PreconditionFailed")
            self._generation += 1
            names = {"CONTENT_TYPE": "Content-Type", "HTTP_CACHE_CONTROL": "Cache-Control"}
            names["HTTP_CONTENT_ENCODING"] = "Content-Encoding"
            headers = {name: environ[variable] for variable, name in names.items() if environ.get(variable)}
            self.blobs[key] = Blob(body, self._generation, headers)
            return "200 OK", _told(self.blobs[key]), b""
        if found is None:
            return _error("404 Not Found", "NoSuchKey")
        if method == "DELETE":
            del self.blobs[key]
            return "204 No Content", {}, b""
        return "200 OK", {**_told(found), **found.headers}, found.content

    def listed(self, query: str) -> tuple[str, dict[str, str], bytes]:
        prefix = parse_qs(query).get("prefix", [""])[0]
        items = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>&quot;{blob.generation}&quot;</ETag><Size>{len(blob.content)}</Size></Contents>"
            for key, blob in sorted(self.blobs.items())
            if key.startswith(prefix)
        )
        body = f"<?xml version='1.0' encoding='UTF-8'?><ListBucketResult>{items}</ListBucketResult>"
        return "200 OK", {"Content-Type": "application/xml"}, body.encode()


def _told(blob: Blob) -> dict[str, str]:
    return {
        "ETag": f'"{blob.generation}"',
        "x-goog-generation": str(blob.generation),
        "Last-Modified": formatdate(1_700_000_000, usegmt=True),
    }


def _error(status: str, code: str) -> tuple[str, dict[str, str], bytes]:
    return status, {"Content-Type": "application/xml"}, f"<Error><Code>{code}</Code></Error>".encode()
