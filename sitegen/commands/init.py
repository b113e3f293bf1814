"""`sitegen init`: a small working site with one annotated article."""

import argparse
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from sitegen.model.errors import CannotGoOnError
from sitegen.reading.schema import SCHEMAS, json_schema

_KEEP_FOLDER = "# Written by `sitegen build`.\n*\n!.gitignore\n"
_IGNORED = "# sitegen's own working files, and the texts of documents that belong to others.\n.sitegen/\n.public-*/\nseeds/*.txt\n"


def run(options: argparse.Namespace) -> int:
    """Make the site; a folder that is not empty is left alone."""
    folder: Path = options.folder
    try:
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
    except OSError as error:
        raise CannotGoOnError(f"cannot write {error.filename}: {error.strerror}") from error
    print(f"A site with one annotated article is in {folder}/. Next:")
    print(f"    cd {folder}\n    sitegen serve --open      # see it, and see it change as you write")
    print("    sitegen build             # write public/")
    return 0


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())
