"""The site that a command is about, and paths as people name them on a command line."""

import argparse
from pathlib import Path

from sitegen.building.files import SETTINGS, find_root
from sitegen.model.errors import CannotGoOnError


def site_root(options: argparse.Namespace) -> Path:
    """The folder of the site that a command is about: that of `--site`, or the nearest one upwards.

    Raises `CannotGoOnError` where there is none.
    """
    start: Path = options.site or Path.cwd()
    root = start.resolve() if options.site is not None else find_root(start)
    if root is None or not (root / SETTINGS).is_file():
        where = "" if options.site is not None else " or a folder above"
        hint = "sitegen init DIR makes a site; --site DIR names one"
        raise CannotGoOnError(f"there is no {SETTINGS} in {start}{where}", hint=hint)
    return root


def below(path: str, root: Path) -> str:
    """A path relative to the site's root. It may be given from the present folder, the root, or `content/`.

    Raises `CannotGoOnError` where the site has no such file or folder.
    """
    top = root.resolve()
    for start in (Path.cwd(), top, top / "content"):
        found = (start / path).resolve()
        for candidate in (found, found.parent / f"{found.name}.md"):
            if candidate.exists() and candidate.is_relative_to(top):
                return candidate.relative_to(top).as_posix()
    raise CannotGoOnError(f'there is no "{path}" in the site', hint="name an article, a sidecar or a folder")


def is_of(path: str, file: str, article: str) -> bool:
    """Whether a file, or the article that a problem concerns, is what a path means.

    An article's path also means its sidecar, and the other way round.
    """
    stem = path.rpartition(".")[0] if path.endswith((".md", ".yaml", ".yml")) else path
    inside = path in {"", "."} or file.startswith(f"{path}/")
    return (
        inside
        or file == path
        or file.rpartition(".")[0] == stem
        or (bool(article) and f"content/{article}" == stem)
    )
