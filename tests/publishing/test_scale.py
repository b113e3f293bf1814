"""Twenty thousand files of which ten changed: counts of requests, and memory that does not grow with what is sent."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from faulty import serving
from object_servers import Moto, moto
from small_sites import hasty

from sitegen.model.records import Settings, Target
from sitegen.publishing.manifest import MANIFEST, encode_manifest, manifest_of
from sitegen.publishing.plan import make_plan
from sitegen.publishing.progress import Silence
from sitegen.publishing.publishers import Publication
from sitegen.publishing.stores import WIDTH, Bucket, s3
from sitegen.publishing.tree import Tree, added, read_tree

FILES = 20_000
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def store() -> Iterator[Moto]:
    with moto() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-K7MDENG")
        running.make("bucket")
        yield running


def pages(count: int, words: bytes) -> Tree:
    page = added({}, "page.html", words)["page.html"]
    return {path: replace(page, path=path) for path in (f"pages/{n:05}/index.html" for n in range(count))}


def test_ten_changes_among_twenty_thousand(store: Moto, tmp_path: Path) -> None:
    target = Target(id="b", kind="s3", bucket="bucket", endpoint=store.address)
    before = pages(FILES, b"Words")
    first = hasty(s3, Publication(tmp_path, Settings(), target, before))
    assert isinstance(first.store, Bucket)
    first.store.write(MANIFEST, encode_manifest(manifest_of(before, headers=True)), None)
    after = {**before, **pages(10, b"Other words")}
    store.faulty.forget()
    publisher = hasty(s3, Publication(tmp_path, Settings(), target, after))
    plan = make_plan(after, publisher.remote(), headers=True)
    assert store.faulty.counts() == {"GET": 1}, "one reading of the manifest, and no listing"
    publisher.carry_out(plan, Silence())
    # The lock is looked for, written and deleted; the manifest is written before and after; ten pages are sent.
    assert store.faulty.counts() == {"GET": 2, "PUT": 13, "BATCH": 1}
    assert (len(plan.changed), plan.unchanged) == (10, FILES - 10)


@pytest.mark.usefixtures("store")
def test_memory_does_not_grow_with_what_is_sent(tmp_path: Path) -> None:
    """What is held at once is bounded by how many files are sent at once, not by how many there are."""

    def swallow(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        left = int(environ.get("CONTENT_LENGTH") or 0)
        while left > 0 and (read := environ["wsgi.input"].read(min(left, 65536))):
            left -= len(read)
        status = "200 OK" if environ["REQUEST_METHOD"] == "PUT" else "404 Not Found"
        start_response(status, [("ETag", '"x"'), ("Content-Length", "0")])
        return []

    for number in range(100):
        (tmp_path / f"{number}.bin").write_bytes(bytes(MEGABYTE))
    with serving(swallow) as address:
        target = Target(id="b", kind="s3", bucket="bucket", endpoint=address)
        tree = read_tree(tmp_path)
        publisher = hasty(s3, Publication(tmp_path / "root", Settings(), target, tree, adopt=True))
        plan = make_plan(publisher.tree(), publisher.remote(), headers=True)
        tracemalloc.start()
        try:
            publisher.carry_out(plan, Silence())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert len(plan.new) == 100
    # Two copies of each file that is under way: the one that was read, the one that the server has not swallowed yet.
    assert peak < 2 * WIDTH * MEGABYTE + 10 * MEGABYTE
