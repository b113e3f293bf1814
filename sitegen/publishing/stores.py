"""Object stores: S3 and what is compatible with it, Google Cloud Storage, Azure Blob Storage.

One client, obstore, speaks to all three. An object's headers are set when it is put; what stands in the way is seen from a
listing; the manifest and the lock are written on the condition that they are still what they were.
"""

import gzip
import hashlib
import json
import random
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import AzureStore, GCSStore, S3Store

from sitegen import __version__
from sitegen.publishing.errors import PublishError
from sitegen.publishing.file_store import ConflictError
from sitegen.publishing.one_by_one import OneByOne
from sitegen.publishing.publishers import Publication
from sitegen.publishing.store_credentials import aws_keys, azure_keys, google_keys
from sitegen.publishing.store_errors import is_passing, is_without_bucket, no_credentials, told
from sitegen.publishing.tree import Tree, TreeFile

if TYPE_CHECKING:
    from obstore import PutMode
    from obstore.store import ObjectStore

WIDTH = 16
"""Requests at once."""

FEW = 40
"""Up to so many paths are asked for one by one; more are looked for in a listing, a thousand at a time."""

LARGE = 16 * 1024 * 1024
"""Bytes from which on a file is sent in parts, and only two such files at once: memory stays small."""

FAILURES = (BaseError, OSError, ValueError)
"""Whatever obstore raises."""

REPETITIONS = 6
"""How often a request that failed is made again, at most."""

BEFORE = 0.2
"""Seconds before the first of these repetitions."""

_PART = 8 * 1024 * 1024
_TRIES = 4
_NEVER_CACHED = {"Content-Type": "application/json", "Cache-Control": "no-store"}
_STORES = {"s3": S3Store, "gcs": GCSStore, "azure": AzureStore}


def s3(publication: Publication) -> OneByOne:
    """The publisher for a bucket of Amazon's S3, or of a store that is compatible with it."""
    target = publication.target
    place = _place(f"s3://{target.bucket}", target.prefix)
    keys = aws_keys()
    if keys is None:
        raise no_credentials("s3", place)
    if target.region:
        keys["region"] = target.region
    return _publisher(publication, "s3", place, keys)


def gcs(publication: Publication) -> OneByOne:
    """The publisher for a bucket of Google Cloud Storage."""
    target = publication.target
    return _publisher(publication, "gcs", _place(f"gs://{target.bucket}", target.prefix), google_keys())


def azure(publication: Publication) -> OneByOne:
    """The publisher for a container of Azure Blob Storage."""
    target = publication.target
    config = azure_keys()
    if target.account:
        config["account_name"] = target.account
    return _publisher(publication, "azure", _place(f"az://{target.bucket}", target.prefix), config)


def _publisher(publication: Publication, kind: str, place: str, config: dict[str, str]) -> OneByOne:
    """The publisher of a store; with `compress`, of a tree whose texts are labelled as compressed."""
    target = publication.target
    if target.endpoint:
        config["base_url" if kind == "gcs" else "endpoint"] = target.endpoint
    try:
        store: ObjectStore = _STORES[kind](
            target.bucket,
            prefix=target.prefix.strip("/") or None,
            client_options={
                "allow_http": target.endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=10),
                "timeout": timedelta(seconds=120),
                "user_agent": f"sitegen/{__version__}",
            },
            retry_config={
                "max_retries": REPETITIONS,
                "retry_timeout": timedelta(seconds=150),
                "backoff": {
                    "init_backoff": timedelta(seconds=BEFORE),
                    "max_backoff": timedelta(seconds=8),
                    "base": 2,
                },
            },
            config=config,
        )
    except FAILURES as error:
        raise told(kind, place, error) from None
    if target.compress:
        publication = replace(publication, tree=compressed(publication.tree))
    return OneByOne(publication, Bucket(kind, store, place))


class Bucket:
    """A store of objects by key, all below one prefix. `kind` is `s3`, `gcs` or `azure`."""

    keeps_headers = True
    width = WIDTH

    def __init__(self, kind: str, store: "ObjectStore", place: str) -> None:
        self.place = place
        self._kind = kind
        self.client = store
        self._large = threading.Semaphore(2)

    def read(self, path: str) -> tuple[bytes, str] | None:
        """An object's bytes and its version: what a conditional write of this store is told."""
        try:
            found = obstore.get(self.client, path)
            return bytes(found.bytes()), _version(found.meta["e_tag"], found.meta["version"])
        except FileNotFoundError as error:
            if is_without_bucket(error):
                raise self._told(error) from None
            return None
        except FAILURES as error:
            raise self._told(error) from None

    def write(self, path: str, content: bytes, version: str | None) -> str:
        """Write a small object where it has this version now."""
        mode: PutMode = "create" if version is None else json.loads(version)
        left = _TRIES
        while True:
            try:
                put = obstore.put(self.client, path, content, attributes=_NEVER_CACHED, mode=mode)
                return _version(put["e_tag"], put["version"])
            except (AlreadyExistsError, PreconditionError, FileNotFoundError) as error:
                if is_without_bucket(error):
                    raise self._told(error) from None
                # A write whose answer was lost is repeated, and finds what it wrote itself.
                found = self.read(path)
                if found is not None and found[0] == content:
                    return found[1]
                raise ConflictError from None
            except FAILURES as error:
                left -= 1
                self._wait(error, left)

    def lying(self, paths: Collection[str]) -> Collection[str]:
        """Those of the paths at which something lies: asked one by one if they are few, else seen in a listing."""
        if len(paths) <= FEW:
            with ThreadPoolExecutor(WIDTH) as pool:
                return [path for path, lies in zip(paths, pool.map(self._lies, paths), strict=True) if lies]
        wanted, found = set(paths), []
        try:
            for page in obstore.list(self.client, chunk_size=1000):
                found += [meta["path"] for meta in page if meta["path"] in wanted]
        except FAILURES as error:
            raise self._told(error) from None
        return found

    def put(self, file: TreeFile, *, fresh: bool) -> None:
        """Put a file with its headers; a fresh one in the place of nothing."""
        if file.size >= LARGE and isinstance(file.source, Path) and not file.headers.encoding:
            self._put_large(file, file.source)
            return
        content = file.read()
        if file.headers.encoding:
            content = gzip.compress(content, 9, mtime=0)
        mode: PutMode = "create" if fresh else "overwrite"
        left = _TRIES
        while True:
            try:
                obstore.put(
                    self.client,
                    file.path,
                    content,
                    attributes=_attributes(file),
                    mode=mode,
                    use_multipart=False,
                )
            except AlreadyExistsError:
                self._own(file.path, content)
            except FAILURES as error:
                left -= 1
                self._wait(error, left)
                continue
            return

    def set_headers(self, file: TreeFile) -> None:
        """Put the file again: no request that all stores know sets headers alone."""
        self.put(file, fresh=False)

    def delete(self, paths: Collection[str]) -> None:
        """Delete objects, many with one request where the store can."""
        try:
            obstore.delete(self.client, list(paths))
        except FileNotFoundError:
            # Some stores stop at the first that is gone already; the others are deleted one by one.
            for path in paths if len(paths) > 1 else ():
                self.delete((path,))
        except FAILURES as error:
            raise self._told(error) from None

    def close(self) -> None:
        """The client closes its connections by itself."""

    def _put_large(self, file: TreeFile, source: Path) -> None:
        """Send a large file in parts. It becomes visible with the last of them, once its digest was found right."""
        with self._large:
            try:
                obstore.put(
                    self.client,
                    file.path,
                    _parts(file, source),
                    attributes=_attributes(file),
                    use_multipart=True,
                    chunk_size=_PART,
                    max_concurrency=2,
                )
            except PublishError:
                raise
            except FAILURES as error:
                raise self._told(error) from None

    def _lies(self, path: str) -> bool:
        try:
            obstore.head(self.client, path)
        except FileNotFoundError:
            return False
        except FAILURES as error:
            raise self._told(error) from None
        return True

    def _own(self, path: str, content: bytes) -> None:
        """What lies there is right if a repeated request put it there itself; else it is someone else's."""
        found = self.read(path)
        if found is None or found[0] != content:
            message = f"{path} lies at {self.place} already, and is not sitegen's"
            raise PublishError("foreign", message, "--adopt takes it over; or move it out of the way")

    def _wait(self, error: Exception, left: int) -> None:
        """Wait before a repetition, or raise what there is to say."""
        if left <= 0 or not is_passing(error):
            raise self._told(error) from None
        # Publishers that failed together should not come back together.
        time.sleep(BEFORE * 2 ** (_TRIES - left) * random.uniform(0.5, 1))  # noqa: S311 - no secret depends on it

    def _told(self, error: Exception) -> PublishError:
        return told(self._kind, self.place, error)


def compressed(tree: Tree) -> Tree:
    """The tree with its texts labelled as compressed: they are so when they are put, and served so."""
    return {
        path: replace(file, headers=replace(file.headers, encoding="gzip")) if file.headers.is_text else file
        for path, file in tree.items()
    }


def _attributes(file: TreeFile) -> dict[str, str]:
    headers = {"Content-Type": file.headers.content_type, "Cache-Control": file.headers.cache_control}
    return headers | ({"Content-Encoding": file.headers.encoding} if file.headers.encoding else {})


def _parts(file: TreeFile, source: Path) -> Iterator[bytes]:
    digest = hashlib.sha256()
    try:
        with source.open("rb") as stream:
            while part := stream.read(_PART):
                digest.update(part)
                if stream.tell() >= file.size and digest.hexdigest() != file.sha256:
                    break
                yield part
    except OSError:
        pass
    if digest.hexdigest() != file.sha256:
        raise PublishError(
            "changed", f"{file.path} changed while it was published", "publish again; nothing is lost"
        )


def _version(e_tag: str | None, version: str | None) -> str:
    told: Mapping[str, str | None] = {"e_tag": e_tag, "version": version}
    return json.dumps({name: value for name, value in told.items() if value})


def _place(bucket: str, prefix: str) -> str:
    return f"{bucket}/{prefix.strip('/')}" if prefix.strip("/") else bucket
