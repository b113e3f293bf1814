"""Deliberately broken sites: each fails for its own reason and no other, and says so in the words of `expected.txt`.

A folder `RULE` or `RULE.variant` of `tests/broken/` is a site that breaks that rule once; `unusable.variant` is one
that no command can work on. Its `expected.txt` is a transcript: lines `$ sitegen …` are run, and what they print
follows, with `exit N` as the last line.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sites import Site

from sitegen.judging.rules import ONLINE, RULES

BROKEN = Path(__file__).parent / "broken"
FOLDERS = sorted(path.name for path in BROKEN.iterdir())
UNUSABLE = "unusable"
SITES = [name for name in FOLDERS if name.partition(".")[0] in RULES]
COMMAND = re.compile(r"^\$ sitegen (.*)\n", re.MULTILINE)


def transcript(name: str) -> str:
    return (BROKEN / name / "expected.txt").read_text(encoding="utf-8")


def commands(name: str) -> Iterator[list[str]]:
    return (found[1].split() for found in COMMAND.finditer(transcript(name)))


@pytest.fixture
def broken(site: Site) -> Site:
    """The site's folder, to be filled with a broken one."""
    shutil.rmtree(site.root)
    return site


def fill(site: Site, name: str) -> None:
    shutil.copytree(BROKEN / name, site.root, symlinks=True, ignore=shutil.ignore_patterns("expected.txt"))


@pytest.mark.parametrize("name", FOLDERS)
def test_broken_site_says_what_is_wrong(name: str, broken: Site) -> None:
    """In the words of its transcript; by its own rule and no other; and with the status of the rule's level."""
    fill(broken, name)
    asked = list(commands(name))
    runs = [broken.run(*arguments) for arguments in asked]
    written = "".join(
        f"$ sitegen {' '.join(arguments)}\n{run.out}{run.err}exit {run.status}\n"
        for arguments, run in zip(asked, runs, strict=True)
    )
    assert written.replace(str(broken.root), "SITE") == transcript(name)
    if name not in SITES:
        return
    rule = name.partition(".")[0]
    first, *options = asked[0]
    strict = broken.run("check", "--strict", "--format", "json", *options)
    assert [found["rule"] for found in strict.json()["problems"]] == [rule]
    plain = runs[0] if first == "check" else broken.run("check", *options)
    if (broken.root / "sitegen.yaml").read_text(encoding="utf-8") and plain.status == 2:
        return  # settings that cannot be used are beyond levels
    assert plain.status == (1 if RULES[rule].level == "error" else 0)
    assert strict.status == 1


def test_every_rule_has_a_broken_site() -> None:
    assert sorted(set(RULES) - ONLINE) == sorted({name.partition(".")[0] for name in SITES} & set(FOLDERS))


def test_no_broken_site_is_left_over() -> None:
    assert [name for name in FOLDERS if name.partition(".")[0] not in {*RULES, UNUSABLE}] == []
    assert [name for name in FOLDERS if not next(commands(name), None)] == []
