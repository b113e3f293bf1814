"""Faults injected into a store: what a publication survives, and what it leaves behind where it does not."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from faulty import Asked, Fault
from object_servers import Moto, moto
from small_sites import SITE, Files, built, edited, hasty, publication_of, publish, targeted

from sitegen.model.records import Target
from sitegen.publishing.errors import PublishError
from sitegen.publishing.stores import s3
from sitegen.publishing.tree import LOCK

Choose = Callable[[int, Asked], Fault | None]
PREFIX = "checked/"
AFTER: Files = {
    **edited(
        SITE,
        "media/beach.png",
        "assets/site.0937af5597.css",
        "ebb/index.html",
        "ebb/annotations.jsonld",
        index_html='<link href="assets/site.1111111111.css"><a href="tides/">Tides</a><a href="flood/">Flood</a>',
        tides__index_html='<link href="../assets/site.1111111111.css"><a href="../flood/">Flood</a>',
        flood__index_html='<img src="../media/flood.png">',
        flood__annotations_jsonld="{}",
        tags__index_html='<a href="../flood/">Flood</a>',
    ),
    "assets/site.1111111111.css": "p { color: red }",
    "media/flood.png": b"\x89PNG",
}
"""The site after an edit: an article gone, another in its place, every page with another style."""


@pytest.fixture(scope="module")
def store() -> Iterator[Moto]:
    with moto() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI-K7MDENG")
        patch.setattr("sitegen.publishing.stores.BEFORE", 0.02)
        running.make("bucket")
        yield running


@pytest.fixture
def target(store: Moto) -> Iterator[Target]:
    """An empty bucket."""
    yield Target(id="b", kind="s3", bucket="bucket", prefix=PREFIX, endpoint=store.address)
    store.faulty.forget()
    for key in list(store.bucket("bucket").keys):
        store.bucket("bucket").keys.pop(key)


def held(files: Files) -> dict[str, bytes]:
    return {path: text if isinstance(text, bytes) else text.encode() for path, text in sorted(files.items())}


def dead_links(files: dict[str, bytes]) -> list[str]:
    """Links of pages to what is not there."""
    found = []
    for path, content in files.items():
        if path.endswith(".html"):
            for link in re.findall(r'(?:href|src)="([^"]+)"', content.decode()):
                aim = urljoin(f"https://x/{path}", link).removeprefix("https://x/")
                file = f"{aim}index.html" if aim.endswith("/") or not aim else aim
                if file not in files:
                    found.append(f"{path} -> {file}")
    return found


def every_fifth(number: int, _asked: Asked) -> Fault | None:
    return "500" if number % 5 == 0 else None


def puts(fault: Fault, nth: int) -> Choose:
    count = 0

    def choose(_number: int, asked: Asked) -> Fault | None:
        nonlocal count
        count += asked.method == "PUT"
        return fault if asked.method == "PUT" and count % nth == 0 else None

    return choose


@pytest.mark.parametrize(
    "fault", ["every fifth 500", "every third cut", "every third answer lost", "all slow", "too often"]
)
def test_faults_that_pass_are_survived(store: Moto, target: Target, tmp_path: Path, fault: str) -> None:
    choices: dict[str, Choose] = {
        "every fifth 500": every_fifth,
        "every third cut": puts("cut", 3),
        "every third answer lost": puts("lost", 3),
        "all slow": lambda _number, _asked: "stall",
        "too often": puts("429", 4),
    }
    choose = choices[fault]
    for files in (SITE, AFTER):
        store.faulty.choose = choose
        publish(hasty(s3, publication_of(tmp_path, target, files)))
        assert store.faulty.failed.total() > 0
        store.faulty.forget()
        assert store.objects("bucket", PREFIX) == held(files)
        assert publish(hasty(s3, publication_of(tmp_path, target, files))).is_empty


def test_publication_that_ends_at_any_request(store: Moto, target: Target, tmp_path: Path) -> None:
    """Whichever request is the last one: no page of then links to nothing, and the next run does the rest."""
    publication = publication_of(tmp_path, target, SITE)
    publish(hasty(s3, publication))
    store.faulty.forget()
    publish(hasty(s3, publication_of(tmp_path, target, AFTER)))
    whole = sum(asked.method != "HEAD" for asked in store.faulty.asked)
    ended = 0
    for last in range(1, whole, 2):
        publish(hasty(s3, publication_of(tmp_path, target, SITE)))
        store.faulty.forget()

        def choose(_number: int, _asked: Asked, last: int = last) -> Fault | None:
            asked = sum(asked.method != "HEAD" for asked in store.faulty.asked)
            return "403" if asked > last else None

        store.faulty.choose = choose
        with pytest.raises(PublishError) as error:
            publish(hasty(s3, publication_of(tmp_path, target, AFTER)))
        assert error.value.kind == "refused"
        assert dead_links(store.objects("bucket", PREFIX)) == []
        before = store.objects("bucket", PREFIX)
        store.faulty.forget()
        publish(hasty(s3, publication_of(tmp_path, target, AFTER)))
        assert store.objects("bucket", PREFIX) == held(AFTER)
        ended += before not in (held(SITE), held(AFTER))
    assert ended >= whole // 4


def test_interrupted_run_is_finished_without_sending_twice(
    store: Moto, target: Target, tmp_path: Path
) -> None:
    """One page is refused; the manifest tells what had arrived by then."""

    def choose(_number: int, asked: Asked) -> Fault | None:
        return "403" if asked.method == "PUT" and asked.path.endswith("/tags/index.html") else None

    store.faulty.choose = choose
    with pytest.raises(PublishError, match="refused the credentials"):
        publish(hasty(s3, publication_of(tmp_path, target)))
    arrived = store.objects("bucket", PREFIX)
    assert set(arrived) >= {path for path in SITE if path.startswith(("assets", "media", "tides", "ebb"))}
    assert "index.html" not in arrived
    store.faulty.forget()
    publish(hasty(s3, publication_of(tmp_path, target)))
    sent = {path.partition(PREFIX)[2] for path in store.faulty.paths("PUT") if ".sitegen" not in path}
    assert sent == SITE.keys() - arrived.keys()
    assert store.objects("bucket", PREFIX) == held(SITE)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_run_that_is_told_to_end_says_how_far_it_came(
    store: Moto, target: Target, tmp_path: Path, how: signal.Signals
) -> None:
    """As a CI job is that someone cancels: what was sent is not sent again, and no lock stays behind."""
    files: Files = {**SITE, **{f"pages/{number}.txt": f"{number}" for number in range(60)}}
    built(tmp_path / "public", files)
    there = f"{{kind: s3, bucket: bucket, prefix: {PREFIX}, endpoint: '{store.address}'}}"
    (tmp_path / "sitegen.yaml").write_text(f"publish: {{targets: {{there: {there}}}}}\n")
    begun = threading.Event()

    def slow(_number: int, asked: Asked) -> Fault | None:
        if "pages/3" in asked.path and asked.method == "PUT":
            begun.set()
        return "stall" if "pages/" in asked.path else None

    store.faulty.choose, store.faulty.seconds = slow, 0.1
    program = [sys.executable, "-m", "sitegen", "--site", str(tmp_path), "publish", "--as-is"]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert begun.wait(30)
        running.send_signal(how)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 128 + how
    assert "Traceback" not in said
    assert PREFIX + LOCK not in store.bucket("bucket").keys
    store.faulty.choose = lambda _number, _asked: None
    sent = store.objects("bucket", PREFIX).keys()
    assert 0 < len(sent) < len(files)
    plan = publish(hasty(s3, publication_of(tmp_path, target, files)))
    assert {file.path for file in (*plan.new, *plan.changed)} == files.keys() - sent
    assert store.objects("bucket", PREFIX) == held(files)


def test_wrong_clock_is_told(store: Moto, target: Target, tmp_path: Path) -> None:
    publish(hasty(s3, publication_of(tmp_path, target)))
    before = store.objects("bucket", PREFIX)
    store.faulty.choose = lambda _number, _asked: "skewed"
    with pytest.raises(PublishError, match=r"clock and the store's differ by \d+ h \d+ min") as error:
        publish(hasty(s3, publication_of(tmp_path, target, AFTER)))
    assert error.value.hint == "set this machine's clock"
    assert store.objects("bucket", PREFIX) == before


@pytest.mark.parametrize("offset", [-3.0e8, 3.0e8])
@pytest.mark.usefixtures("store")
def test_no_clock_decides_anything(
    target: Target, tmp_path: Path, offset: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of ten years ago or hence: what is to be sent follows from hashes alone."""
    publish(hasty(s3, publication_of(tmp_path, target)))
    publication = publication_of(tmp_path, targeted(target), edited(SITE, index_html="Home"))
    for path in (tmp_path / "public").rglob("*"):
        os.utime(path, (1.7e9 + offset, 1.7e9 + offset))
    monkeypatch.setattr("time.time", lambda: 1.7e9 + offset)
    assert [file.path for file in publish(hasty(s3, publication)).changed] == ["index.html"]
