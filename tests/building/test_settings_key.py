"""What of the settings reaches the built site: all but where it is published, and where they stand in the file."""

import pytest
from sites import Site

from sitegen.building.files import MemoryFiles
from sitegen.building.holdings import read_site_settings
from sitegen.building.settings import settings_key

SETTINGS = """\
title: Tides
author: {name: Ann}
markdown: {linkify: true}
checks: {stale_after: 90d, rules: {unchecked: off}}
verdicts:
  opinion: {label: View}
"""
TARGET = "publish: {targets: {near: {kind: folder, path: ../tides}}}\n"


def key(text: str) -> bytes:
    settings, problems = read_site_settings(MemoryFiles({"sitegen.yaml": text.encode()}))
    assert not problems
    return settings_key(settings)


@pytest.mark.parametrize(
    "text",
    [
        SETTINGS + TARGET,
        TARGET + SETTINGS,
        f"# A word on top.\n\n{SETTINGS}",
        SETTINGS.replace("author: {name: Ann}", "author:\n  name: Ann"),
        SETTINGS.replace("title: Tides", "title: 'Tides' # mine"),
    ],
)
def test_what_does_not_reach_the_site(text: str) -> None:
    assert key(text) == key(SETTINGS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Tides", "Ebbs"), ("Ann", "Bob"), ("linkify: true", "linkify: false"), ("90d", "91d"),
        ("unchecked: off", "unchecked: error"), ("View", "Opinion"), ("title:", "search: true\ntitle:"),
    ],
)  # fmt: skip
def test_what_does(old: str, new: str) -> None:
    assert key(SETTINGS.replace(old, new)) != key(SETTINGS)


def test_edit_of_a_target_remakes_no_page(site: Site) -> None:
    site.write({"sitegen.yaml": SETTINGS, "content/tides.md": "# Tides\n\nText.\n"})
    assert site.build().status == 0
    before = site.output()
    site.write({"sitegen.yaml": SETTINGS + TARGET})
    run = site.build("--profile")
    assert "made anew: 0 articles, 0 lists" in run.err
    assert site.output() == before
