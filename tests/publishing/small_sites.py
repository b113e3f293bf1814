"""Small built sites, and publishing them as the command does, without a command line."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sitegen.model.records import Settings, Target
from sitegen.publishing.one_by_one import OneByOne
from sitegen.publishing.plan import Plan, make_plan
from sitegen.publishing.progress import Silence
from sitegen.publishing.publishers import Publication, Publisher
from sitegen.publishing.tree import read_tree

Files = Mapping[str, str | bytes]

SITE: Files = {
    "index.html": '<link href="assets/site.0937af5597.css"><a href="tides/">Tides</a>',
    "tides/index.html": '<link href="../assets/site.0937af5597.css"><a href="../ebb/">Ebb</a>',
    "tides/annotations.jsonld": "{}",
    "ebb/index.html": '<img src="../media/beach.png">',
    "ebb/annotations.jsonld": "{}",
    "tags/index.html": '<a href="../ebb/">Ebb</a>',
    "feed.xml": "<feed/>",
    "claims.json": "[]",
    "assets/site.0937af5597.css": "p {}",
    "media/beach.png": b"\x89PNG\r\n\x1a\n" + bytes(2000),
}
"""As a build writes it: a home page, two articles, a listing, feeds and assets."""


def built(folder: Path, files: Files = SITE) -> Path:
    """A folder that holds just these files."""
    for path in sorted(folder.rglob("*"), reverse=True) if folder.exists() else ():
        path.unlink() if path.is_file() else path.rmdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def edited(files: Files, *gone: str, **changed: str | bytes) -> dict[str, str | bytes]:
    """The files without some, and with others changed or added; `__` in a name stands for a slash, `_` for a dot."""
    told = {name.replace("__", "/").replace("_", "."): content for name, content in changed.items()}
    return {path: content for path, content in {**files, **told}.items() if path not in gone}


def publication_of(root: Path, target: Target, files: Files = SITE) -> Publication:
    """What the command makes of a site's folder whose output holds these files."""
    return Publication(root, Settings(), target, read_tree(built(root / "public", files)))


def publish(publisher: Publisher) -> Plan:
    """Publish as the command does; gives the plan that was carried out."""
    with publisher:
        plan = make_plan(publisher.tree(), publisher.remote(), headers=publisher.keeps_headers)
        if not plan.is_empty:
            publisher.carry_out(plan, Silence())
    return plan


def hasty(
    make: Callable[[Publication], OneByOne], publication: Publication, beat: float = 60, patience: float = 0.4
) -> OneByOne:
    """A publisher that soon takes over the lock of a dead one, so that tests need not wait."""
    made = make(publication)
    return OneByOne(made.publication, made.store, beat=beat, patience=patience)


def targeted(target: Target, **changed: Any) -> Target:  # noqa: ANN401 - fields have types of their own
    return replace(target, **changed)
