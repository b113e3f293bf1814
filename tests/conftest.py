"""What all tests share: a fixed day, and sites to run sitegen on."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from sites import Site

# CI tries the same examples each time, so that a red run is due to its change; at a desk they are new at every run.
settings.register_profile("sitegen", deadline=None, derandomize=bool(os.environ.get("CI")))
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
