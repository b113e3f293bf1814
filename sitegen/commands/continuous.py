"""The files that have a site checked at each change: workflows of GitHub Actions, and a hook for pre-commit."""

import json
import re
import shlex
from collections.abc import Mapping
from importlib import metadata, resources
from pathlib import Path

from sitegen import __version__
from sitegen.model.errors import CannotGoOnError

FILES: Mapping[str, str] = {
    ".github/workflows/sitegen-check.yml": "check.yml",
    ".github/workflows/sitegen-deploy.yml": "deploy.yml",
    ".github/workflows/sitegen-links.yml": "links.yml",
    ".pre-commit-config.yaml": "pre-commit.yaml",
}
"""What is written at the top of the repository, and the templates it is made from."""


def continuous_files(site: Path, *, force: bool) -> dict[Path, str]:
    """The files to be written for a site that may be a folder of a repository, or is not there yet.

    A file that is there and is another one is among them only with `force`: else `CannotGoOnError` names it, and nothing at
    all is to be written.
    """
    top = _top(site)
    folder = site.resolve().relative_to(top).as_posix()
    wanted = {path: _filled(name, folder) for path, name in FILES.items()}
    changed = {path: text for path, text in wanted.items() if _is_other(top / path, text)}
    there = [path for path in changed if (top / path).exists() or (top / path).is_symlink()]
    if there and not force:
        hint = "--force replaces them; a site begun elsewhere shows what stands in them"
        raise CannotGoOnError(f"these files are there already: {', '.join(there)}", hint=hint)
    return {top / path: text for path, text in changed.items()}


def write_continuous(files: Mapping[Path, str]) -> None:
    """Write them."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def source_of_sitegen(extra: str = "") -> str:
    """What pip can install this very sitegen from, elsewhere too; empty where it came from a folder of this machine."""
    try:
        told = metadata.distribution("sitegen").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return ""
    if told is None:
        return f"sitegen{extra}=={__version__}"
    origin = json.loads(told)
    url, version = str(origin.get("url", "")), origin.get("vcs_info")
    if not url.startswith("https://") or "@" in url:
        return ""
    address = f"{version['vcs']}+{url}@{version['commit_id']}" if version else url
    return f"sitegen{extra} @ {address}"


def _top(site: Path) -> Path:
    """The top of the repository that a site is in, else the site's own folder."""
    here = site.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def _is_other(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except FileNotFoundError:
        return True


def _filled(name: str, folder: str) -> str:
    """A template with its places filled; what stands in quotation marks there is written as YAML has it."""
    template = (resources.files("sitegen") / "skeleton_ci" / "github" / name).read_text(encoding="utf-8")
    below = "" if folder == "." else re.escape(f"{folder}/")
    extra = "[archive]" if name == "links.yml" else ""
    entry = f"sitegen --site {shlex.quote(folder)} check"
    filled = {"sitegen": source_of_sitegen(extra), "folder": folder, "pattern": below, "entry": entry}
    for key, value in filled.items():
        # The inside of a double-quoted text of YAML is that of a string of JSON.
        template = template.replace(f"{{{{ {key} }}}}", json.dumps(value, ensure_ascii=False)[1:-1])
    return template
