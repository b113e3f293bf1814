"""Publishing to object stores: S3 (moto's server) and Google Cloud Storage (a stand-in); Azure's in test_storage_daemons."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from faulty import Asked, serving
from hypothesis import given
from hypothesis import strategies as st
from object_servers import Blob, Google, Moto, moto
from small_sites import SITE, Files, edited, hasty, publication_of, publish, targeted

from sitegen.model.records import Target
from sitegen.publishing.errors import PublishError
from sitegen.publishing.headers import SHORT, YEAR
from sitegen.publishing.manifest import MANIFEST
from sitegen.publishing.plan import make_plan
from sitegen.publishing.progress import Silence
from sitegen.publishing.store_errors import told
from sitegen.publishing.stores import LARGE, Bucket, gcs, s3
from sitegen.publishing.tree import LOCK

SECRET = "wJalrXUtnFEMI-K7MDENG"  # noqa: S105 - opens nothing


@pytest.fixture(scope="module")
def s3_server() -> Iterator[Moto]:
    with moto() as running:
        yield running


@pytest.fixture
def store(s3_server: Moto, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Moto:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    s3_server.make(bucket_of(request))
    return s3_server


@pytest.fixture
def target(store: Moto, request: pytest.FixtureRequest) -> Target:
    return Target(id="b", kind="s3", bucket=bucket_of(request), prefix="checked/", endpoint=store.address)


def bucket_of(request: pytest.FixtureRequest) -> str:
    return str(request.node.name).split("[")[0].replace("_", "-")[:50]


def held(files: Files) -> dict[str, bytes]:
    return {
        path: content if isinstance(content, bytes) else content.encode()
        for path, content in sorted(files.items())
    }


def test_first_publish_puts_all_in_order_with_headers(store: Moto, target: Target, tmp_path: Path) -> None:
    publish(hasty(s3, publication_of(tmp_path, target)))
    assert store.objects(target.bucket, "checked/") == held(SITE)
    page = store.headers(target.bucket, "checked/tides/index.html")
    assert (page["content-type"], page["cache-control"]) == ("text/html; charset=utf-8", SHORT)
    style = store.headers(target.bucket, "checked/assets/site.0937af5597.css")
    assert (style["content-type"], style["cache-control"]) == ("text/css; charset=utf-8", YEAR)
    put = [path.removeprefix(f"/{target.bucket}/checked/") for path in store.faulty.paths("PUT")]
    assert put[:2] == [LOCK, MANIFEST]
    assert put[-1] == MANIFEST
    assert set(put[2:4]) == {"assets/site.0937af5597.css", "media/beach.png"}
    assert set(put[4:8]) == {path for path in SITE if path.startswith(("tides/", "ebb/"))}
    assert set(put[8:10]) == {"tags/index.html", "claims.json"}
    assert set(put[10:12]) == {"index.html", "feed.xml"}


def test_second_publish_asks_once_and_sends_nothing(store: Moto, target: Target, tmp_path: Path) -> None:
    publish(hasty(s3, publication_of(tmp_path, target)))
    store.faulty.forget()
    assert publish(hasty(s3, publication_of(tmp_path, target))).is_empty
    assert store.faulty.counts() == {"GET": 1}


def test_edit_and_deletion_send_just_these(store: Moto, target: Target, tmp_path: Path) -> None:
    publish(hasty(s3, publication_of(tmp_path, target)))
    store.faulty.forget()
    files = edited(SITE, "media/beach.png", ebb__index_html="Ebb, without a picture")
    publish(hasty(s3, publication_of(tmp_path, target, files)))
    assert store.objects(target.bucket, "checked/") == held(files)
    base = f"/{target.bucket}/checked"
    # The manifest, then the lock: read. The lock, what is to be done, the page, what was done: written. Two deletions.
    assert store.faulty.counts() == {"GET": 2, "PUT": 4, "BATCH": 2}
    assert store.faulty.paths("PUT") == [
        f"{base}/{LOCK}", f"{base}/{MANIFEST}", f"{base}/ebb/index.html", f"{base}/{MANIFEST}"
    ]  # fmt: skip
    assert LOCK not in "".join(store.bucket(target.bucket).keys.keys())


def test_dry_run_tells_just_what_is_done_then(store: Moto, target: Target, tmp_path: Path) -> None:
    publish(hasty(s3, publication_of(tmp_path, target)))
    files = edited(SITE, "claims.json", "ebb/annotations.jsonld", new_html="New", index_html="Home")
    publisher = hasty(s3, publication_of(tmp_path, target, files))
    store.faulty.forget()
    plan = make_plan(publisher.tree(), publisher.remote(), headers=True)
    assert set(store.faulty.counts()) == {"GET", "HEAD"}
    lines = list(plan.lines())
    store.faulty.forget()
    assert list(publish(publisher).lines()) == lines
    put = {path.partition("/checked/")[2] for path in store.faulty.paths("PUT")} - {LOCK, MANIFEST}
    assert put == {line[2:] for line in lines if line[0] in "+*="}
    assert sorted(line[2:] for line in lines if line[0] == "-") == ["claims.json", "ebb/annotations.jsonld"]


def test_headers_alone_are_set_anew(store: Moto, target: Target, tmp_path: Path) -> None:
    publish(hasty(s3, publication_of(tmp_path, target)))
    packed = publication_of(tmp_path, targeted(target, compress=True))
    plan = publish(hasty(s3, packed))
    assert [*plan.new, *plan.changed, *plan.deleted] == []
    assert {file.path for file in plan.headers} == SITE.keys() - {"media/beach.png"}
    page = store.bucket(target.bucket).keys["checked/tides/index.html"]
    assert store.headers(target.bucket, "checked/tides/index.html")["content-encoding"] == "gzip"
    assert gzip.decompress(page.value) == held(SITE)["tides/index.html"]
    assert "content-encoding" not in store.headers(target.bucket, "checked/media/beach.png")
    assert publish(hasty(s3, packed)).is_empty


def test_foreign_objects_are_never_touched(store: Moto, target: Target, tmp_path: Path) -> None:
    publisher = hasty(s3, publication_of(tmp_path, target))
    assert isinstance(publisher.store, Bucket)
    for path, content in (("tags/index.html", b"theirs"), ("notes.txt", b"theirs too")):
        obstore.put(publisher.store.client, path, content)
    plan = make_plan(publisher.tree(), publisher.remote(), headers=True)
    assert plan.foreign == ("tags/index.html",)
    with pytest.raises(PublishError, match=r"tags/index.html lies at s3://\S+/checked already") as error:
        publisher.carry_out(plan, Silence())
    assert error.value.kind == "foreign"
    publish(hasty(s3, publication_of(tmp_path, target, edited(SITE, "tags/index.html"))))
    publish(hasty(s3, publication_of(tmp_path, target, {"index.html": "Home"})))
    assert store.objects(target.bucket, "checked/") == {
        "index.html": b"Home", "notes.txt": b"theirs too", "tags/index.html": b"theirs"
    }  # fmt: skip


def test_many_new_files_are_looked_for_in_listings(store: Moto, target: Target, tmp_path: Path) -> None:
    for number in range(1100):
        store.bucket(target.bucket).keys[f"checked/old/{number}"] = _key(f"checked/old/{number}")
    files = {f"pages/{number}/index.html": "Words" for number in range(60)} | {"index.html": "Home"}
    publish(hasty(s3, publication_of(tmp_path, target, files)))
    assert store.faulty.counts()["LIST"] == 2
    assert "HEAD" not in store.faulty.counts()


def _key(name: str) -> object:
    from moto.s3.models import FakeKey  # noqa: PLC0415 - used once

    return FakeKey(name, b"old", "123456789012", "us-east-1")


ODD = [
    "é b/x #1?.html",
    "a%20b.html",
    "*[x]{y}^~`|.html",
    "日本/語.html",
    "a+b&c=d;e,f'g\"h<i>.html",
    "x../y..html",
]


def test_odd_names(store: Moto, target: Target, tmp_path: Path) -> None:
    files = dict.fromkeys(ODD, "odd")
    publish(hasty(s3, publication_of(tmp_path, target, files)))
    assert set(store.objects(target.bucket, "checked/")) == set(ODD)
    assert publish(hasty(s3, publication_of(tmp_path, target, files))).is_empty
    publish(hasty(s3, publication_of(tmp_path, target, {"index.html": "Home"})))
    assert set(store.objects(target.bucket, "checked/")) == {"index.html"}


def test_large_file_goes_in_parts(store: Moto, target: Target, tmp_path: Path) -> None:
    content = bytes(range(256)) * (LARGE // 256) + b"the end"
    publish(hasty(s3, publication_of(tmp_path, target, {"media/film.mp4": content, "index.html": "Home"})))
    assert store.objects(target.bucket, "checked/")["media/film.mp4"] == content
    assert len([path for path in store.faulty.paths("PUT") if "partNumber=" in path]) == 3


def test_file_that_changes_meanwhile_is_not_sent(store: Moto, target: Target, tmp_path: Path) -> None:
    for size in (10, LARGE + 10):
        files: Files = {"media/film.mp4": bytes(size), "index.html": "Home"}
        publication = publication_of(tmp_path, target, files)
        (tmp_path / "public/media/film.mp4").write_bytes(b"x" + bytes(size - 1))
        with pytest.raises(PublishError, match=r"media/film\.mp4 changed while it was published"):
            publish(hasty(s3, publication))
        assert store.objects(target.bucket, "checked/") == {}


def test_two_publishers_at_once(store: Moto, target: Target, tmp_path: Path) -> None:
    """The second is told while the first is at work, and the first wins."""
    first = hasty(s3, publication_of(tmp_path / "one", target), beat=0.1)
    files = edited(SITE, index_html="Second")
    second = hasty(s3, publication_of(tmp_path / "two", target, files), patience=30)
    plan = make_plan(first.tree(), first.remote(), headers=True)
    other = make_plan(second.tree(), second.remote(), headers=True)
    refused: list[PublishError] = []

    def meanwhile(_number: int, asked: Asked) -> None:
        if asked.method == "PUT" and asked.path.endswith("tags/index.html") and not refused:
            refused.append(_refusal(lambda: second.carry_out(other, Silence())))

    store.faulty.choose = meanwhile
    first.carry_out(plan, Silence())
    assert [error.kind for error in refused] == ["busy"]
    assert store.objects(target.bucket, "checked/") == held(SITE)
    # And later still the second's plan is of a site that is no more.
    assert _refusal(lambda: second.carry_out(other, Silence())).kind == "busy"
    assert store.objects(target.bucket, "checked/") == held(SITE)


def _refusal(do: object) -> PublishError:
    assert callable(do)
    with pytest.raises(PublishError) as error:
        do()
    return error.value


def test_lock_of_the_dead_is_taken_over(store: Moto, target: Target, tmp_path: Path) -> None:
    publisher = hasty(s3, publication_of(tmp_path, target))
    assert isinstance(publisher.store, Bucket)
    obstore.put(publisher.store.client, LOCK, b'{"publisher": "dead", "beats": 3}')
    publish(publisher)
    assert store.objects(target.bucket, "checked/") == held(SITE)


@pytest.mark.parametrize(
    ("changed", "kind", "words"),
    [
        ({"bucket": "nowhere-at-all"}, "missing", "there is no s3://nowhere-at-all/checked"),
        ({"endpoint": "http://127.0.0.1:9"}, "unreachable", "does not answer"),
    ],
)
def test_what_cannot_be_reached(
    target: Target,
    tmp_path: Path,
    changed: dict[str, str],
    kind: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sitegen.publishing.stores.REPETITIONS", 1)
    error = _refusal(lambda: publish(hasty(s3, publication_of(tmp_path, targeted(target, **changed)))))
    assert error.kind == kind
    assert words in error.message
    assert error.hint


def test_without_credentials(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setattr("sitegen.publishing.store_credentials._METADATA", ("127.0.0.1", 9))
    error = _refusal(lambda: hasty(s3, publication_of(tmp_path, target)))
    assert error.message.startswith("there are no credentials for s3://")
    (tmp_path / "config").write_text(
        "[default]\naws_access_key_id=AKIA\naws_secret_access_key=of-a-profile\n"
    )
    publish(hasty(s3, publication_of(tmp_path, target)))
    (tmp_path / "credentials").write_text("[work]\naws_access_key_id=AKIA\naws_secret_access_key=another\n")
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert publish(hasty(s3, publication_of(tmp_path, target))).is_empty


@given(st.text(max_size=60), st.sampled_from(["500 Internal", "403 Forbidden", "", "404 Not Found"]))
def test_no_text_of_a_store_is_passed_on(text: str, status: str) -> None:
    """Signatures and tokens stand in addresses that obstore's errors quote."""
    quoted = f"GET https://x/y?sig={SECRET}&token={SECRET} in 1s - status code: {status}: <Error>{text}{SECRET}</Error>"
    error = told("s3", "s3://bucket", Exception(quoted))
    assert SECRET not in f"{error} {error.message} {error.hint}"


def test_google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_BEARER_TOKEN", "ya29.a-token")
    google = Google("ya29.a-token", blobs={"else.txt": Blob(b"theirs", 1, {})})
    with serving(google) as address:
        target = Target(id="g", kind="gcs", bucket="bucket", prefix="checked", endpoint=address)
        publish(hasty(gcs, publication_of(tmp_path, target)))
        page = google.blobs["checked/tides/index.html"]
        assert page.headers == {"Content-Type": "text/html; charset=utf-8", "Cache-Control": SHORT}
        assert publish(hasty(gcs, publication_of(tmp_path, target))).is_empty
        files = edited(SITE, "media/beach.png", "claims.json", ebb__index_html="Ebb")
        publish(hasty(gcs, publication_of(tmp_path, target, files)))
        there = {path.removeprefix("checked/"): blob.content for path, blob in google.blobs.items()}
        assert there.pop(MANIFEST)
        assert there == held(files) | {"else.txt": b"theirs"}
        monkeypatch.setenv("GOOGLE_BEARER_TOKEN", "ya29.another")
        assert _refusal(lambda: publish(hasty(gcs, publication_of(tmp_path, target)))).kind == "refused"
