"""Templates compiled in one run serve the next: compiling them costs more than making a page."""

from sitegen.building.memory import Memo
from sitegen.building.rows import decoded, encoded, key_of
from sitegen.building.site import Site
from sitegen.writing.theme import Theme, compiled_templates

_NAME = "templates"
_known: set[bytes] = set()
"""Keys of the forms whose code was taken over in this process."""


def know_templates(site: Site) -> None:
    """Take over the code that an earlier run compiled of these templates; to be called before anything is rendered."""
    memo, key = site.memory.memos.get(_NAME), _key(site.theme)
    if memo is not None and memo.key == key and key not in _known:
        compiled_templates().know(decoded(site.store.get(memo.value, 0), dict[str, bytes]))
        _known.add(key)


def keep_templates(site: Site) -> None:
    """Keep the code of the templates, where some were compiled; to be called when something was rendered."""
    memo, key = site.memory.memos.get(_NAME), _key(site.theme)
    compiled = compiled_templates()
    if memo is None or memo.key != key or compiled.has_new:
        site.memory.memos[_NAME] = Memo(key, site.store.put([encoded(compiled.kept())]))


def _key(theme: Theme) -> bytes:
    return key_of(_NAME, theme.form)
