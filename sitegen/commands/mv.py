"""`sitegen mv`: an article renamed with all that hangs on it, or a sidecar that was left behind found its article."""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sitegen.building.files import DiskFiles
from sitegen.building.holdings import CONTENT, SOURCES, orphans, read_holdings
from sitegen.building.moving import Move, plan_move
from sitegen.building.survey import face_of
from sitegen.commands.paths import below, site_root
from sitegen.commands.site import open_site
from sitegen.model.errors import CannotGoOnError


def run(options: argparse.Namespace) -> int:
    """Move one article or folder, or find the articles of all sidecars that lost theirs (`--find`)."""
    files = DiskFiles(site_root(options))
    if options.find:
        if options.old or options.new:
            raise CannotGoOnError(
                "--find takes no paths", hint="it looks at every sidecar without an article"
            )
        return _find(files)
    if not options.old or not options.new:
        raise CannotGoOnError(
            "name the article and its new place", hint="sitegen mv old-name history/new-name"
        )
    site = open_site(files)
    articles = read_holdings(files).articles
    renamed = _renamed(below(options.old, files.root), options.new, files)
    face = face_of(site.settings)
    base = urlsplit(site.settings.base_url).path
    move = plan_move(files, articles, face, renamed, f"{base.rstrip('/')}/")
    _carry_out(files, move)
    for old, new in renamed.items():
        print(f"{old} -> {new}")
    for name in sorted(set(move.written) - set(renamed.values())):
        print(f"links mended in {name}")
    for place, written in move.left:
        print(f'{place}: warning: "{written}" still leads to the old place', file=sys.stderr)
    return 1 if move.left else 0


def _renamed(old: str, wanted: str, files: DiskFiles) -> dict[str, str]:
    """Old and new names. A folder is moved with all that is in it."""
    new = wanted.removeprefix("./").removeprefix(CONTENT).removesuffix(".md").strip("/")
    if not new or any(part in {"", ".", ".."} or part.startswith(".") for part in new.split("/")):
        raise CannotGoOnError(f'"{wanted}" cannot be an article', hint="name it as history/treaties")
    if not old.startswith(CONTENT) or f"{old}/".startswith(SOURCES) or f"{CONTENT}{new}/".startswith(SOURCES):
        raise CannotGoOnError(
            "only articles below content/ are moved, and never into or out of content/sources/"
        )
    inside = {
        name: f"{CONTENT}{new}/{name[len(old) + 1 :]}" for name in files.names() if name.startswith(f"{old}/")
    }
    stem = old.rpartition(".")[0] if old.endswith((".md", ".yaml", ".yml")) else old
    ends = (".md", ".yaml", ".yml")
    own = {stem + end: f"{CONTENT}{new}{end}" for end in ends if stem + end in files.names()}
    renamed = inside or own
    if not renamed or (not inside and f"{stem}.md" not in renamed):
        raise CannotGoOnError(f'there is no article "{old}"')
    for target in renamed.values():
        if (files.root / target).exists():
            raise CannotGoOnError(f"{target} is there already", hint="choose another name")
    return renamed


def _carry_out(files: DiskFiles, move: Move) -> None:
    """Do all of it, or nothing: what was done when a step fails is undone."""
    contents: dict[str, bytes] = dict(move.written)
    contents.update({new: files.read(old) for old, new in move.renamed.items() if new not in contents})
    former = {
        name: files.read(name) for name in {*move.renamed, *(set(contents) - set(move.renamed.values()))}
    }
    made: list[Path] = []
    try:
        for name, content in contents.items():
            path = files.path(name)
            for folder in reversed([folder for folder in path.parents if not folder.exists()]):
                folder.mkdir()
                made.append(folder)
            if not path.exists():
                made.append(path)
            _put(path, content)
        for old in move.renamed:
            files.path(old).unlink()
    except OSError as error:
        _undo(files, former, made)
        raise CannotGoOnError(f"nothing was moved: {error.filename}: {error.strerror}") from error
    for folder in sorted({files.path(old).parent for old in move.renamed}, reverse=True):
        if folder.is_dir() and folder != files.path("content") and not any(folder.iterdir()):
            folder.rmdir()


def _undo(files: DiskFiles, former: Mapping[str, bytes], made: list[Path]) -> None:
    for name, content in former.items():
        path = files.path(name)
        if not path.exists() or path.read_bytes() != content:
            _put(path, content)
    for path in reversed(made):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)


def _put(path: Path, content: bytes) -> None:
    """Write a file so that it is whole at every moment, with the rights that it had."""
    mode = path.stat().st_mode if path.exists() else None
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sitegen-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(mode if mode is not None else 0o644)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _find(files: DiskFiles) -> int:
    """Give each sidecar without an article the name of the one that its anchors stand in."""
    left = 0
    taken: set[str] = set()
    for name, home in orphans(files):
        if home is None or not home.sure or home.file in taken:
            near = (
                f" (likeliest: {home.file}, {home.placed} of {home.of} anchors)" if home is not None else ""
            )
            print(f"{name}: no article that it surely belongs to{near}", file=sys.stderr)
            left += 1
            continue
        taken.add(home.file)
        new = home.file.removesuffix(".md") + Path(name).suffix
        _carry_out(files, Move({name: new}, {}, ()))
        print(f"{name} -> {new} ({home.placed} of {home.of} anchors stand there)")
    return 1 if left else 0
