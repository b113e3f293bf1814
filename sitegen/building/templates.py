"""Templates compiled in one run serve the next: compiling them costs more than making a page.

They are kept beside the program, where Python keeps what it compiled of the modules, and not with what is remembered of a
site: they are programs, and a site's folder may come from anybody. Where that folder cannot be written, nothing is kept.
"""

import contextlib
import importlib.util
import os
import tempfile
from pathlib import Path

from sitegen.building.files import digest_of
from sitegen.building.replay import fingerprint
from sitegen.building.rows import decoded, encoded
from sitegen.building.store import DamagedStoreError
from sitegen.writing import theme as themes
from sitegen.writing.theme import Theme, compiled_templates

MOST = 8
"""Themes whose templates are kept; those that were kept last."""

_known: set[str] = set()
"""The forms whose code was looked for in this process."""


def know_templates(theme: Theme) -> None:
    """Take over the code that an earlier run compiled of these templates; to be called before anything is rendered."""
    if theme.form not in _known:
        _known.add(theme.form)
        compiled_templates().know(_kept(place_of(theme)))


def keep_templates(theme: Theme) -> None:
    """Keep the code of the templates, where some were compiled; to be called when something was rendered."""
    compiled = compiled_templates()
    if compiled.has_new:
        codes = encoded(compiled.kept())
        with contextlib.suppress(OSError):
            _keep(place_of(theme), fingerprint() + digest_of(codes) + codes)


def place_of(theme: Theme) -> Path:
    """Where the code of a theme's templates is kept, with Python's own files of that kind."""
    return Path(importlib.util.cache_from_source(themes.__file__)).with_suffix(
        f".{theme.form[:16]}.templates"
    )


def _kept(path: Path) -> dict[str, bytes]:
    """What is kept, if it is whole and of this very program."""
    with contextlib.suppress(OSError, DamagedStoreError):
        content = path.read_bytes()
        if content[:32] == fingerprint() and content[32:64] == digest_of(content[64:]):
            return decoded(content[64:], dict[str, bytes])
    return {}


def _keep(path: Path, content: bytes) -> None:
    """Put a file there in one step, and remove the oldest of its kind."""
    handle, name = tempfile.mkstemp(prefix="templates-", dir=path.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    Path(name).replace(path)
    kept = sorted(path.parent.glob("*.templates"), key=lambda file: file.stat().st_mtime_ns)
    for file in kept[:-MOST]:
        file.unlink(missing_ok=True)
