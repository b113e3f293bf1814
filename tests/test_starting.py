"""`sitegen init` and `sitegen new`: what they write works as it stands."""

import hashlib
from pathlib import Path

import pytest
from sites import Site

from sitegen.cli import main

EXAMINED = """\
A harbour in figures

In 2019 the harbour handled 4,200 ships. It is, locals say, the oldest on the coast.
The mayor said: "We shall dredge it within 3 years."
Nobody was there.
"""


def test_init_makes_a_site_that_builds_without_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new site"
    assert main(["init", str(folder)]) == 0
    assert main(["--site", str(folder), "build", "--strict"]) == 0
    captured = capsys.readouterr()
    assert not captured.err
    assert "4 of 4 quotations found" in captured.out
    assert (folder / "public" / "first-explainer" / "index.html").is_file()
    assert (folder / "public" / ".gitignore").is_file()


def test_init_leaves_a_folder_that_is_not_empty_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["init", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_new_writes_a_draft_that_checks_clean(site: Site) -> None:
    site.write({"sitegen.yaml": "title: T\n"})
    assert site.run("new", "history/treaties").status == 0
    assert site.run("check", "--drafts", "--strict").status == 0
    assert (site.root / "content/history/treaties.yaml").is_file()


def test_new_overwrites_nothing(site: Site) -> None:
    site.write({"sitegen.yaml": "title: T\n", "content/a.yaml": "claims:\n"})
    run = site.run("new", "a")
    assert run.status == 2
    assert "is there already" in run.err
    assert not (site.root / "content/a.md").exists()


@pytest.mark.parametrize("path", ["../a", "sources/x", "a b", "/etc/passwd", ""])
def test_new_refuses_what_cannot_be_an_article(site: Site, path: str) -> None:
    site.write({"sitegen.yaml": "title: T\n"})
    assert site.run("new", path).status == 2
    assert not (site.root / "content").exists()


def test_new_from_a_text_proposes_a_claim_for_each_checkable_sentence(site: Site) -> None:
    site.write({"sitegen.yaml": "title: T\n", "seeds/harbour.txt": EXAMINED})
    assert site.run("new", "harbour", "--from", str(site.root / "seeds/harbour.txt")).status == 0
    record = (site.root / "seeds/harbour.yaml").read_text()
    assert hashlib.sha256(EXAMINED.encode()).hexdigest() in record
    problems = site.problems("--drafts")
    assert {problem["rule"] for problem in problems} == {"unchecked"}
    sidecar = (site.root / "content/harbour.yaml").read_text()
    assert sidecar.count("verdict: unchecked") == 3
    assert "4,200 ships" in sidecar
    assert "Nobody was there" not in sidecar
    assert site.run("build", "--drafts").status == 0
