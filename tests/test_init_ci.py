"""`sitegen init --ci`: the files it writes are valid, are never overwritten unasked, and their commands run."""

import json
import os
import re
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from sites import Site

from sitegen.commands.continuous import FILES, source_of_sitegen

ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}  # fmt: skip


def read(root: Path, name: str) -> Any:  # noqa: ANN401 - YAML has no type
    return yaml.safe_load((root / name).read_text(encoding="utf-8"))


def commands(workflow: Any) -> list[str]:  # noqa: ANN401 - see above
    (job,) = workflow["jobs"].values()
    return [step["run"] for step in job["steps"] if "run" in step]


def begun(site: Site, name: str = "new") -> Path:
    folder = site.root.parent / name
    assert site.run("init", str(folder), "--ci", "github").status == 0
    return folder


def test_files_are_written_and_are_yaml(site: Site) -> None:
    folder = begun(site)
    for name in FILES:
        assert isinstance(read(folder, name), dict)
        # Nothing was left to be filled in; `${{ … }}` is GitHub's own.
        assert re.search(r"(?<!\$)\{\{", (folder / name).read_text(encoding="utf-8")) is None
    check, links = (read(folder, f".github/workflows/sitegen-{name}.yml") for name in ("check", "links"))
    # YAML 1.1 takes a bare `on` for a truth.
    assert set(check[True]) == {"push", "pull_request"}
    assert "schedule" in links[True]
    assert check["permissions"] == links["permissions"] == {"contents": "read"}


def test_commands_of_the_workflows_run(site: Site) -> None:
    folder = begun(site)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    for words in ("add -A", "commit -qm first", "update-ref refs/remotes/origin/main HEAD"):
        subprocess.run(["git", *words.split()], cwd=folder, env=ENVIRONMENT, check=True)
    summary = folder.parent / "summary.md"
    environment = {**ENVIRONMENT, "GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(summary)}
    ran = []
    for name in ("check", "links"):
        for command in commands(read(folder, f".github/workflows/sitegen-{name}.yml")):
            if "pip install" in command:
                continue
            # The skeleton's sources have no address: `--online` asks nobody.
            done = subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", command],
                cwd=folder, env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, (command, done.stderr)
            ran.append(command.split()[1])
    assert ran == ["check", "build", "diff", "check", "check"]
    assert summary.read_text(encoding="utf-8") == "nothing changed\n"


def test_missing_place_to_install_from_ends_the_job_with_a_word(site: Site) -> None:
    command = commands(read(begun(site), ".github/workflows/sitegen-check.yml"))[0]
    done = subprocess.run(
        ["bash", "-e", "-c", command],
        env={**ENVIRONMENT, "SITEGEN": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "say in this workflow where pip gets sitegen from" in done.stderr


def test_hook_runs_and_fails_where_the_check_does(site: Site) -> None:
    folder = begun(site)
    (hook,) = read(folder, ".pre-commit-config.yaml")["repos"][0]["hooks"]

    def status() -> int:
        done = subprocess.run(
            ["bash", "-c", hook["entry"]], cwd=folder, env=ENVIRONMENT, capture_output=True, check=False
        )
        return done.returncode

    assert status() == 0
    sidecar = folder / "content/first-explainer.yaml"
    sidecar.write_text(
        sidecar.read_text(encoding="utf-8").replace("four weeks", "five weeks"), encoding="utf-8"
    )
    assert status() == 1


def test_existing_site_gets_the_files_alone(site: Site) -> None:
    before = sorted(path.name for path in site.root.iterdir())
    run = site.run("init", "--ci", "github")
    assert run.status == 0
    assert sorted(path.name for path in site.root.iterdir()) == sorted(
        [*before, ".github", ".pre-commit-config.yaml"]
    )
    again = site.run("init", str(site.root), "--ci", "github")
    assert (again.status, "there already" in again.out) == (0, True)


def test_nothing_is_overwritten_unasked(site: Site) -> None:
    mine = {".pre-commit-config.yaml": "repos: []\n"}
    site.write(mine)
    run = site.run("init", "--ci", "github")
    assert run.status == 2
    assert ".pre-commit-config.yaml" in run.err
    assert (site.root / ".pre-commit-config.yaml").read_text(encoding="utf-8") == "repos: []\n"
    assert not (site.root / ".github").exists()
    (site.root / ".git").mkdir()
    inner = site.root / "inner"
    assert site.run("init", str(inner), "--ci", "github").status == 2
    assert not inner.exists(), "no half of it is done"
    (site.root / ".git").rmdir()
    assert site.run("init", "--ci", "github", "--force").status == 0
    assert read(site.root, ".pre-commit-config.yaml")["repos"]


def test_site_in_a_folder_of_a_repository(site: Site) -> None:
    top = site.root.parent
    (top / ".git").mkdir()
    assert site.run("init", "--ci", "github").status == 0
    workflow = read(top, ".github/workflows/sitegen-check.yml")
    assert workflow["jobs"]["check"]["defaults"]["run"]["working-directory"] == "site"
    (hook,) = read(top, ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert hook["entry"] == "sitegen --site site check"
    assert hook["files"].startswith("^site/(content/")


def test_folder_with_a_name_that_yaml_and_shells_mind(site: Site) -> None:
    (site.root.parent / ".git").mkdir()
    odd = site.root.parent / 'a: "b" #c'
    site.root.rename(odd)
    assert site.run("init", str(odd), "--ci", "github").status == 0
    (hook,) = read(odd.parent, ".pre-commit-config.yaml")["repos"][0]["hooks"]
    assert shlex.split(hook["entry"]) == ["sitegen", "--site", odd.name, "check"]
    assert re.match(hook["files"], f"{odd.name}/content/x.md")
    workflow = read(odd.parent, ".github/workflows/sitegen-links.yml")
    assert workflow["jobs"]["links"]["defaults"]["run"]["working-directory"] == odd.name


def test_annotations_name_files_from_the_top_of_the_repository(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write({"content/a.md": "![](x.png)\n"})
    assert "file=content/a.md" in site.run("check", "--format", "github").out
    monkeypatch.setenv("GITHUB_WORKSPACE", str(site.root.parent))
    assert "file=site/content/a.md" in site.run("check", "--format", "github").out
    assert '"uri": "site/content/a.md"' in site.run("check", "--format", "sarif").out
    monkeypatch.setenv("GITHUB_WORKSPACE", "/nowhere")
    assert "file=content/a.md" in site.run("check", "--format", "github").out


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"url": "file:///home/ann/sitegen", "dir_info": {}}, ""),
        ({"url": "https://ann:secret@example.org/s.git", "vcs_info": {"vcs": "git", "commit_id": "ab"}}, ""),
        (
            {"url": "https://example.org/s.git", "vcs_info": {"vcs": "git", "commit_id": "ab"}},
            "sitegen @ git+https://example.org/s.git@ab",
        ),
    ],
)
def test_where_sitegen_comes_from(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, object], wanted: str
) -> None:
    # A backport that others import may have put its own class in the place of the library's.
    kind = type(metadata.distribution("sitegen"))
    monkeypatch.setattr(kind, "read_text", lambda *_: json.dumps(told))
    assert source_of_sitegen() == wanted


@pytest.mark.parametrize("arguments", [(), ("--force",), ("--ci", "gitlab")])
def test_command_lines_that_make_no_sense(site: Site, arguments: tuple[str, ...]) -> None:
    assert site.run("init", *arguments).status == 2


# --- corrections reach readers


def test_corrections_are_shown_and_feed_their_page(site: Site) -> None:
    site.write(
        {
            "content/a.md": "The flood is long.\n",
            "content/a.yaml": "claims:\n  f: {anchor: The flood is long, verdict: opinion, corrections: [{on: 2024-05-03, was: short, now: long, why: A slip of ours}]}\n",
        }
    )
    assert site.build().status == 0
    for page in ("a/index.html", "corrections/index.html", "corrections/feed.xml"):
        assert "A slip of ours" in site.page(page), page
