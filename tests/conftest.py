"""What all tests share: a fixed day, and sites to run sitegen on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_server import Web, serving
from browser import chromium
from hypothesis import settings
from places import SshHost, ssh_host
from playwright.sync_api import Browser
from previewing import Preview
from sites import Site

settings.register_profile("sitegen", deadline=None)
settings.load_profile("sitegen")

collect_ignore = ["broken", "contract"]
"""Sites and files that tests read: thousands of folders, in which no test is to be looked for."""

FIRST_OF_JUNE_2024 = "1717200000"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests go first: a long one that began last would keep one worker busy while the others stand idle."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of tests are of 1 June 2024, so that nothing in them grows stale."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", FIRST_OF_JUNE_2024)


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process never forgets a secret, and would take one test's password out of the next one's messages."""
    monkeypatch.setattr("sitegen.publishing.secrets._known", set())


@pytest.fixture
def site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    """An empty site; `sitegen.yaml` is there, and empty."""
    return Site(tmp_path / "site", capsys).write({"sitegen.yaml": ""})


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    running = Preview(tmp_path)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview for tests that only ask."""
    running = Preview(tmp_path_factory.mktemp("still"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server whose answers are the test's."""
    with serving() as running:
        yield running


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that is in a hurry: its server is ours."""
    from sitegen.archiving.client import Limits  # noqa: PLC0415 - slow to import, and for few tests
    from sitegen.commands import archive  # noqa: PLC0415 - likewise

    quick = Limits(pause=0, backoff=0.01, connect=5, read=5, whole=10)
    monkeypatch.setattr(archive, "LIMITS", quick)
    monkeypatch.setattr(archive, "WAYBACK_LIMITS", quick)
    monkeypatch.setattr(archive, "WAYBACK_DELAY", 0.0)


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshHost]:
    """A host that is published to over ssh."""
    room: Path = tmp_path_factory.mktemp("sshd")
    with ssh_host(room) as running:
        yield running
