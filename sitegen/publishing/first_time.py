"""The first publication: which targets are likely, and the setting for one of them."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sitegen.building.files import SETTINGS
from sitegen.judging.rules import RULES
from sitegen.publishing.secrets import scrubbed
from sitegen.reading.records import read_settings


@dataclass(frozen=True, slots=True)
class Likely:
    """A target that may be meant: its name, its setting as a line of YAML, and why it is offered."""

    name: str
    setting: str
    why: str


def likely_targets(root: Path) -> tuple[Likely, ...]:
    """What the site's folder suggests, the most likely first; a folder and an archive will always do."""
    return (*_of_git(root), *_of_netlify(root), *_of_cloudflare(root), *_always(root))


def with_target(settings: str, likely: Likely) -> str | None:
    """The text of the settings with the target at their end; None where it must be written by hand."""
    newline = "\r\n" if "\r\n" in settings else "\n"
    head = settings if not settings or settings.endswith("\n") else f"{settings}{newline}"
    lines = as_setting(likely).replace("\n", newline)
    written = f"{head}{newline}{lines}" if head.strip() else lines
    read, problems = read_settings(written.encode(), SETTINGS, RULES.keys())
    before, old = read_settings(settings.encode(), SETTINGS, RULES.keys())
    is_there = any(target.id == likely.name for target in read.publish.targets)
    return written if is_there and len(problems) == len(old) and read.title == before.title else None


def as_setting(likely: Likely) -> str:
    """The lines to be written into the settings."""
    return f"publish:\n  default: {likely.name}\n  targets:\n    {likely.name}: {{{likely.setting}}}\n"


def _of_git(root: Path) -> Iterator[Likely]:
    for remote in _git(root, "remote").split():
        address = scrubbed(_git(root, "remote", "get-url", remote).strip())
        name = "pages" if remote == "origin" else f"pages-{remote}"
        if re.fullmatch(r"[\w][\w.-]*", remote):
            yield Likely(
                name, f"kind: git, remote: {remote}, branch: gh-pages", f"the git remote {remote}: {address}"
            )


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own git, with arguments of ours
            ["git", "-C", str(root), *arguments],  # noqa: S607 - from the user's PATH
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _of_netlify(root: Path) -> Iterator[Likely]:
    state = root / ".netlify" / "state.json"
    try:
        site = str(json.loads(state.read_text(encoding="utf-8"))["siteId"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    if re.fullmatch(r"[\w.-]+", site):
        yield Likely("netlify", f"kind: netlify, site: {site}", "the folder is linked to a site of Netlify")


def _of_cloudflare(root: Path) -> Iterator[Likely]:
    try:
        told = tomllib.loads((root / "wrangler.toml").read_text(encoding="utf-8"))
        site, account = str(told["name"]), str(told["account_id"])
    except (OSError, ValueError, KeyError):
        return
    if re.fullmatch(r"[\w-]+", site) and re.fullmatch(r"\w+", account):
        setting = f"kind: cloudflare, site: {site}, account: {account}"
        yield Likely("cloudflare", setting, "wrangler.toml names a project of Cloudflare Pages")


def _always(root: Path) -> Iterator[Likely]:
    name = re.sub(r"[^\w.-]", "-", root.resolve().name) or "site"
    yield Likely("folder", f"kind: folder, path: ../{name}-published", "a folder beside the site's own")
    yield Likely("archive", f"kind: zip, path: ../{name}.zip", "an archive, for whatever takes one")
