"""Secrets of publishing: in nothing that is printed, logged or told, and in no list of processes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from cloudflare_server import Cloudflare
from faulty import Asked, Fault, Faulty, serving
from forwarding import forward
from netlify_server import Netlify
from object_servers import Google, moto
from small_sites import SITE, built
from storage_daemons import AZURE_ACCOUNT, AZURE_KEY, azurite

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI-K7MDENG-of-aws",
    "AWS_SESSION_TOKEN": "FwoGZXIvYXdzE-of-a-session",
    "NETLIFY_AUTH_TOKEN": "nfp_of-netlify-5f2b1c",
    "CLOUDFLARE_API_TOKEN": "cf-of-cloudflare-88aa1",
    "GOOGLE_BEARER_TOKEN": "ya29.of-google-31dd7",
}
SIGNATURE = "c2lnbmF0dXJlLW9mLXRlc3Rz"
Choose = Callable[[int, Asked], Fault | None]


@dataclass
class Place:
    """A target behind faults, and what one logs in to it with besides `SECRETS`."""

    faulty: Faulty
    settings: str
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def amazon(_folder: Path) -> Iterator[Place]:
    with moto() as store:
        store.make("bucket")
        yield Place(store.faulty, f"{{kind: s3, bucket: bucket, endpoint: '{store.address}'}}")


@contextmanager
def google(_folder: Path) -> Iterator[Place]:
    faulty = Faulty(Google(SECRETS["GOOGLE_BEARER_TOKEN"]))
    with serving(faulty) as address:
        yield Place(faulty, f"{{kind: gcs, bucket: bucket, endpoint: '{address}'}}")


@contextmanager
def microsoft(folder: Path) -> Iterator[Place]:
    with azurite(folder) as account:
        faulty = Faulty(forward(account))
        with serving(faulty) as address:
            settings = f"{{kind: azure, bucket: web, account: {AZURE_ACCOUNT}, endpoint: '{address}/{AZURE_ACCOUNT}'}}"
            yield Place(faulty, settings, {"AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY})


@contextmanager
def host(service: Netlify | Cloudflare) -> Iterator[Place]:
    faulty = Faulty(service)
    kind = type(service).__name__.lower()
    with serving(faulty) as address:
        if isinstance(service, Cloudflare):
            service.address = address
            end = f"account: {service.account}, endpoint: '{address}/client/v4/'"
        else:
            end = f"endpoint: '{address}/api/v1/'"
        yield Place(faulty, f"{{kind: {kind}, site: checked, {end}}}")


PLACES: Mapping[str, Callable[[Path], AbstractContextManager[Place]]] = {
    "s3": amazon,
    "gcs": google,
    "azure": microsoft,
    "netlify": lambda _: host(Netlify(SECRETS["NETLIFY_AUTH_TOKEN"])),
    "cloudflare": lambda _: host(Cloudflare(SECRETS["CLOUDFLARE_API_TOKEN"])),
}


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with PLACES[request.param](tmp_path_factory.mktemp(request.param)) as running:
        yield running


def refusing(_number: int, asked: Asked) -> Fault | None:
    return "403" if asked.method in {"PUT", "POST"} else None


def quiet(_number: int, _asked: Asked) -> Fault | None:
    return None


@pytest.mark.parametrize(("choose", "status", "form"), [(refusing, 3, "text"), (quiet, 0, "json")])
def test_no_secret_is_shown(place: Place, tmp_path: Path, choose: Choose, status: int, form: str) -> None:
    seen: list[str] = []

    def watch(number: int, asked: Asked) -> Fault | None:
        seen.extend(command_lines())
        return choose(number, asked)

    place.faulty.choose = watch
    ran = published(tmp_path, place, "--format", form)
    assert ran.returncode == status, ran.stderr
    assert seen
    secrets = (*SECRETS.values(), *place.environment.values())
    assert not any(secret in text for text in seen for secret in secrets), "in the list of processes"
    assert_none_is_told(ran, tmp_path, secrets)


def test_signature_that_a_store_quotes_is_not_shown(tmp_path: Path) -> None:
    """A shared access signature stands in every address, and this server tells each address back."""

    def quoting(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("403 Forbidden", [("Content-Type", "application/xml")])
        asked.append(environ["QUERY_STRING"])
        return [
            f"<Error><Code>AuthFailed</Code><Message>{environ['QUERY_STRING']}</Message></Error>".encode()
        ]

    asked: list[str] = []
    with serving(quoting) as address:
        there = Place(
            Faulty(quoting),
            f"{{kind: azure, bucket: web, account: tides, endpoint: '{address}/tides'}}",
            {"AZURE_STORAGE_SAS_TOKEN": f"sv=2021-08-06&sp=rwdl&sig={SIGNATURE}"},
        )
        ran = published(tmp_path, there)
    assert ran.returncode == 3
    assert any(SIGNATURE in query for query in asked)
    assert "refused the credentials" in ran.stderr
    assert_none_is_told(ran, tmp_path, (SIGNATURE,))


def test_key_of_a_service_account_that_cannot_be_used_is_not_shown(tmp_path: Path) -> None:
    secret = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC-of-google"  # noqa: S105 - nobody's
    key = {"type": "service_account", "client_email": "ann@example.org", "private_key_id": "1"}
    told = json.dumps({**key, "private_key": f"-----BEGIN PRIVATE KEY-----\n{secret}\n"})
    there = Place(
        Faulty(Google("")),
        "{kind: gcs, bucket: bucket, endpoint: 'http://127.0.0.1:9'}",
        {"GOOGLE_SERVICE_ACCOUNT_KEY": told},
    )
    ran = published(tmp_path, there)
    assert ran.returncode == 3, ran.stderr
    assert_none_is_told(ran, tmp_path, (secret,))


def published(root: Path, place: Place, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Publish a small site as a user does, with every secret in the environment, and as talkative as libraries can be."""
    (root / "sitegen.yaml").write_text(f"publish: {{targets: {{there: {place.settings}}}}}\n")
    built(root / "public", {**SITE, "media/new.txt": f"{root}"})
    talkative = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7", "RUST_LOG": "trace", "RUST_BACKTRACE": "full"}
    return subprocess.run(
        [sys.executable, "-m", "sitegen", "publish", "--as-is", "--yes", "-v", *arguments],
        cwd=root,
        env={**os.environ, **talkative, **SECRETS, **place.environment},
        capture_output=True,
        text=True,
        check=False,
    )


def assert_none_is_told(
    ran: "subprocess.CompletedProcess[str]", root: Path, secrets: Collection[str]
) -> None:
    kept = [path.read_text(errors="replace") for path in (root / ".sitegen").rglob("*") if path.is_file()]
    for secret in secrets:
        assert not any(secret in text for text in (ran.stdout, ran.stderr, *kept))
    assert "Traceback" not in ran.stderr


def command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # a process that has ended meanwhile
            yield path.read_text(errors="replace")
