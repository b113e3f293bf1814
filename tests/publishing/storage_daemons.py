"""Storage daemons that run for real on loopback: SeaweedFS for S3, Azurite for Azure. `tests/setup.sh` installs both."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ports import free_ports

ROOT = Path(__file__).parents[2]
AZURITE = ROOT / "node_modules/.bin/azurite-blob"
AZURE_ACCOUNT = "devstoreaccount1"
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Azurite's own, which its documentation publishes."""

S3_KEY, S3_SECRET = "AKIAOFTESTS", "a-secret-of-tests-alone"
WEED = Path(sys.executable).parent / "weed"


@contextmanager
def running(command: Sequence[str], address: str, folder: Path) -> Iterator[None]:
    """A daemon that answers at an address, until the context ends."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(address, process, folder / "log")
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310 - a daemon of ours
        except urllib.error.HTTPError:
            return  # an answer, whatever it says
        except OSError:
            assert process.poll() is None, log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text(errors="replace")[-2000:])


@contextmanager
def seaweed(folder: Path) -> Iterator[str]:
    """SeaweedFS with an S3 interface that checks signatures; gives its address."""
    keys = {"credentials": [{"accessKey": S3_KEY, "secretKey": S3_SECRET}]}
    (folder / "s3.json").write_text(json.dumps({"identities": [{"name": "t", "actions": ["Admin"], **keys}]}))
    (folder / "files").mkdir()
    master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3, s3_grpc = free_ports(8)
    command = [
        str(WEED), "server", "-dir=files", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}",
        f"-master.port.grpc={master_grpc}", f"-volume.port={volume}", f"-volume.port.grpc={volume_grpc}",
        f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}", "-s3", f"-s3.port={s3}",
        f"-s3.port.grpc={s3_grpc}", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.config=s3.json", "-master.telemetry=false",
        "-volume.max=20", "-master.volumeSizeLimitMB=64",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{s3}"
    with running(command, address, folder):
        yield address


@contextmanager
def azurite(folder: Path) -> Iterator[str]:
    """Azurite, with an empty container `web`; gives the account's address."""
    node, (port,) = shutil.which("node") or "node", free_ports(1)
    command = [
        node, str(AZURITE), "--inMemoryPersistence", "--blobHost", "127.0.0.1", "--blobPort", str(port),
        "--skipApiVersionCheck", "--silent", "--disableTelemetry",
    ]  # fmt: skip
    with running(command, f"http://127.0.0.1:{port}", folder):
        address = f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}"
        _make_container(address, "web")
        yield address


def _make_container(address: str, name: str) -> None:
    """Make a container: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key"""
    date = dt.datetime.now(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    path = f"/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/{name}"
    signed = "PUT" + "\n" * 12 + f"x-ms-date:{date}\nx-ms-version:2021-08-06\n{path}\nrestype:container"
    digest = hmac.digest(base64.b64decode(AZURE_KEY), signed.encode(), hashlib.sha256)
    headers = {
        "x-ms-date": date,
        "x-ms-version": "2021-08-06",
        "Authorization": f"SharedKey {AZURE_ACCOUNT}:{base64.b64encode(digest).decode()}",
    }
    request = urllib.request.Request(f"{address}/{name}?restype=container", method="PUT", headers=headers)  # noqa: S310
    urllib.request.urlopen(request).close()  # noqa: S310 - a daemon of ours
