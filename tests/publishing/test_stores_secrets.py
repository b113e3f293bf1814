"""Secrets of publishing: in nothing that is printed, logged or told, and in no list of processes."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from cloudflare_server import Cloudflare
from faulty import Asked, Fault, Faulty, serving
from netlify_server import Netlify
from object_servers import moto
from small_sites import SITE, built

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI-K7MDENG-of-aws",
    "AWS_SESSION_TOKEN": "FwoGZXIvYXdzE-of-a-session",
    "NETLIFY_AUTH_TOKEN": "nfp_of-netlify-5f2b1c",
    "CLOUDFLARE_API_TOKEN": "cf-of-cloudflare-88aa1",
}
Choose = Callable[[int, Asked], Fault | None]


@dataclass
class Place:
    faulty: Faulty
    settings: str


@pytest.fixture(scope="module", params=["s3", "netlify", "cloudflare"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "s3":
        with moto() as store:
            store.make("bucket")
            yield Place(store.faulty, f"{{kind: s3, bucket: bucket, endpoint: '{store.address}'}}")
        return
    token = SECRETS["NETLIFY_AUTH_TOKEN" if request.param == "netlify" else "CLOUDFLARE_API_TOKEN"]
    service = Netlify(token) if request.param == "netlify" else Cloudflare(token)
    faulty = Faulty(service)
    with serving(faulty) as address:
        if isinstance(service, Cloudflare):
            service.address = address
            end = f"account: {service.account}, endpoint: '{address}/client/v4/'"
        else:
            end = f"endpoint: '{address}/api/v1/'"
        yield Place(faulty, f"{{kind: {request.param}, site: checked, {end}}}")


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
    (tmp_path / "sitegen.yaml").write_text(f"publish: {{targets: {{there: {place.settings}}}}}\n")
    built(tmp_path / "public", {**SITE, "media/new.txt": f"{tmp_path}"})
    ran = subprocess.run(
        ["sitegen", "publish", "--as-is", "--yes", "-v", "--format", form],
        cwd=tmp_path,
        env={**os.environ, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7", **SECRETS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == status, ran.stderr
    assert seen
    kept = [path.read_text(errors="replace") for path in (tmp_path / ".sitegen").rglob("*") if path.is_file()]
    for secret in SECRETS.values():
        assert not any(secret in text for text in (ran.stdout, ran.stderr, *kept))
        assert not any(secret in text for text in seen), "in the list of processes"
    assert "Traceback" not in ran.stderr


def command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # a process that has ended meanwhile
            yield path.read_text(errors="replace")
