"""What all tests share: a fixed day, and sites to run sitegen on."""

from pathlib import Path

import pytest
from hypothesis import settings
from sites import Site

settings.register_profile("sitegen", deadline=None)
settings.load_profile("sitegen")

FIRST_OF_JUNE_2024 = "1717200000"


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds of tests are of 1 June 2024, so that nothing in them grows stale."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", FIRST_OF_JUNE_2024)


@pytest.fixture
def site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Site:
    """An empty site; `sitegen.yaml` is there, and empty."""
    return Site(tmp_path / "site", capsys).write({"sitegen.yaml": ""})
