"""`sitegen init`: a small working site with one annotated article, and the files that have it checked at each change."""

import argparse
from collections.abc import Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from sitegen.building.files import SETTINGS
from sitegen.commands.continuous import continuous_files, source_of_sitegen, write_continuous
from sitegen.commands.paths import site_root
from sitegen.model.errors import CannotGoOnError
from sitegen.reading.schema import SCHEMAS, json_schema

_KEEP_FOLDER = "# Written by `sitegen build`.\n*\n!.gitignore\n"
_IGNORED = "# sitegen's own working files, and the texts of documents that belong to others.\n.sitegen/\n.public-*/\nseeds/*.txt\n"


def run(options: argparse.Namespace) -> int:
    """Make the site, or, with `--ci`, have one that is there checked at each change."""
    if options.force and options.ci is None:
        raise CannotGoOnError("--force goes with --ci alone", hint="a folder that is not empty is left alone")
    if options.folder is None and options.ci is None:
        raise CannotGoOnError("init needs the folder to write to", hint="sitegen init DIR")
    folder: Path = options.folder if options.folder is not None else site_root(options)
    existing = options.ci is not None and (folder / SETTINGS).is_file()
    try:
        continuous = continuous_files(folder, force=options.force) if options.ci is not None else {}
        if not existing:
            _begin(folder)
        write_continuous(continuous)
    except OSError as error:
        raise CannotGoOnError(f"cannot write {error.filename}: {error.strerror}") from error
    if not existing:
        print(f"A site with one annotated article is in {folder}/. Next:")
        print(f"    cd {folder}\n    sitegen serve --open      # see it, and see it change as you write")
        print("    sitegen build             # write public/")
    if options.ci is not None:
        _tell(continuous)
    return 0


def _begin(folder: Path) -> None:
    """Write the site; a folder that is not empty is left alone."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotGoOnError(f'"{folder}" is not empty', hint="name a folder that is not there yet")
    _copy(resources.files("sitegen") / "skeleton", folder)
    (folder / "schemas").mkdir()
    for name in SCHEMAS:
        (folder / "schemas" / f"{name}.schema.json").write_text(json_schema(name), encoding="utf-8")
    for name in ("public", "seeds", "content/media"):
        (folder / name).mkdir(parents=True)
    (folder / "public" / ".gitignore").write_text(_KEEP_FOLDER, encoding="utf-8")
    (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")


def _tell(written: Iterable[Path]) -> None:
    written = tuple(written)
    for path in written:
        print(f"wrote {path}")
    if not written:
        print("the files for GitHub Actions and pre-commit are there already")
    elif not source_of_sitegen():
        print(
            "In both workflows, set SITEGEN to what pip can install sitegen from: here it comes from a folder."
        )
    print("To have each commit checked on this machine: pip install pre-commit && pre-commit install")


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())
