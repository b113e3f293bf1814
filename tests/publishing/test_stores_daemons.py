"""Publishing to storage daemons that run for real: SeaweedFS as S3, with signatures, and Azurite as Azure."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import obstore
import pytest
from obstore.store import AzureStore, S3Store
from small_sites import SITE, Files, edited, hasty, publication_of, publish
from storage_daemons import AZURE_ACCOUNT, AZURE_KEY, S3_KEY, S3_SECRET, azurite, seaweed

from sitegen.model.records import Target
from sitegen.publishing.errors import PublishError
from sitegen.publishing.headers import SHORT
from sitegen.publishing.manifest import NOTHING
from sitegen.publishing.one_by_one import OneByOne
from sitegen.publishing.plan import make_plan
from sitegen.publishing.progress import Silence
from sitegen.publishing.publishers import Publication
from sitegen.publishing.stores import azure, s3

pytestmark = pytest.mark.slow
Make = Callable[[Publication], OneByOne]
Place = tuple[Make, Target, S3Store | AzureStore]


@pytest.fixture(params=["seaweed", "azurite"], scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "seaweed":
            patch.setenv("AWS_ACCESS_KEY_ID", S3_KEY)
            patch.setenv("AWS_SECRET_ACCESS_KEY", S3_SECRET)
            with seaweed(folder) as address:
                target = Target(id="b", kind="s3", bucket="bucket", prefix="checked/", endpoint=address)
                store = S3Store("bucket", endpoint=address, client_options={"allow_http": True})
                _make_bucket(address)
                yield s3, target, store
        else:
            patch.setenv("AZURE_STORAGE_ACCOUNT_KEY", AZURE_KEY)
            with azurite(folder) as address:
                target = Target(
                    id="a",
                    kind="azure",
                    bucket="web",
                    account=AZURE_ACCOUNT,
                    prefix="checked",
                    endpoint=address,
                )
                container = AzureStore(
                    "web", client_options={"allow_http": True}, account_name=AZURE_ACCOUNT, endpoint=address
                )
                yield azure, target, container


def _make_bucket(address: str) -> None:
    import boto3  # noqa: PLC0415 - slow

    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="bucket")


def held(files: Files) -> dict[str, bytes]:
    return {path: text if isinstance(text, bytes) else text.encode() for path, text in sorted(files.items())}


def objects(place: Place) -> dict[str, bytes]:
    _, _, store = place
    paths = [
        meta["path"] for page in obstore.list(store) for meta in page if "/.sitegen-" not in meta["path"]
    ]
    return {path: bytes(obstore.get(store, path).bytes()) for path in sorted(paths)}


def test_first_second_edit_and_deletion(place: Place, tmp_path: Path) -> None:
    make, target, store = place
    obstore.put(store, "checked/notes.txt", b"theirs")
    theirs = {"checked/notes.txt": b"theirs"}
    for files in (
        SITE,
        edited(SITE, "media/beach.png", "claims.json", ebb__index_html="Ebb", new_html="New"),
    ):
        publish(hasty(make, publication_of(tmp_path, target, files)))
        ours = {f"checked/{path}": content for path, content in held(files).items()}
        assert objects(place) == dict(sorted({**ours, **theirs}.items()))
        assert publish(hasty(make, publication_of(tmp_path, target, files))).is_empty
    headers = obstore.get(store, "checked/tides/index.html").attributes
    assert (headers["Content-Type"], headers["Cache-Control"]) == ("text/html; charset=utf-8", SHORT)
    packed = publication_of(tmp_path, replace(target, compress=True))
    publish(hasty(make, packed))
    assert obstore.get(store, "checked/tides/index.html").attributes["Content-Encoding"] == "gzip"


def test_what_is_refused(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, target, _ = place
    with pytest.raises(PublishError) as error:
        publish(hasty(make, publication_of(tmp_path, replace(target, bucket="nowhere"))))
    assert error.value.kind == "missing"
    wrong = "d3Jvbmcga2V5IHRoYXQgaXMgbG9uZw=="
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", wrong)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", wrong)
    with pytest.raises(PublishError, match="refused the credentials") as error:
        publish(hasty(make, publication_of(tmp_path, target)))
    assert wrong not in f"{error.value}{error.value.hint}"


def test_plan_that_is_out_of_date(place: Place, tmp_path: Path) -> None:
    """The manifest is written on the condition that it is what was read."""
    make, target, _ = place
    slow = hasty(make, publication_of(tmp_path / "one", target, edited(SITE, index_html="Slow")))
    slow.remote()
    publish(hasty(make, publication_of(tmp_path / "two", target, edited(SITE, index_html="Quick"))))
    with pytest.raises(PublishError) as error:
        publish_planned(slow)
    assert error.value.kind == "busy"
    assert objects(place)["checked/index.html"] == b"Quick"


def publish_planned(publisher: OneByOne) -> None:

    publisher.carry_out(make_plan(publisher.tree(), NOTHING, headers=True), Silence())
