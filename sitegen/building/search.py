"""The search index of a site: what its articles give to it, when it is due, and its files.

Pagefind makes it of all articles at once. It is done again where any article's share of it has changed, and at no other time.
"""

from collections.abc import Callable, Iterator
from importlib.util import find_spec

from sitegen.building.build import Intact, emitted
from sitegen.building.memory import SEARCH
from sitegen.building.rows import decoded, key_of
from sitegen.building.site import Site
from sitegen.model.errors import CannotGoOnError
from sitegen.model.files import File, Page
from sitegen.model.records import Settings

BUNDLE = "pagefind/"
"""The folder of the output that holds the index and the program that reads it."""

_NEEDED = ("pagefind", "cbor2")
_Files = tuple[tuple[str, bytes], ...]


def require_search(settings: Settings) -> None:
    """Raise `CannotGoOnError` where a site wants a search index and what makes it is not installed."""
    missing = [name for name in _NEEDED if find_spec(name) is None] if settings.search else []
    if missing:
        raise CannotGoOnError(
            f'"search: true" needs a package that is not installed: {missing[0]}',
            settings.at.of("search"),
            "pip install 'sitegen[search]', or leave search: out of sitegen.yaml",
        )


def search_files(
    site: Site, add: Callable[[File], None], intact: Intact
) -> tuple[dict[str, bytes], frozenset[str]]:
    """The files of the index with the digests of their bytes, and those of them that were handed to `add`.

    Raises `CannotGoOnError` where Pagefind is missing or fails.
    """
    if not site.settings.search:
        return {}, frozenset()
    made = sorted(site.memory.made.items())
    key = key_of("search", [(_address(name, site), one.digests[SEARCH]) for name, one in made])
    known = site.memory.memos.get("search")
    if known is not None and known.key == key:
        files = dict(decoded(site.store.get(known.value, 0), _Files))
        if all(intact(path, digest) for path, digest in files.items()):
            return files, frozenset()
        del site.memory.memos["search"]
    # The index is made by a program of its own, which takes a while to start.
    from sitegen.building.search_index import index_of  # noqa: PLC0415

    taken = {path for made in site.memory.made.values() for path, _ in made.files}
    files = {}
    fresh: set[str] = set()
    for page in index_of(search_pages(site)):
        path = f"{BUNDLE}{page.path}"
        if path not in taken:
            files[path] = emitted(Page(path, page.content), add)[1]
            fresh.add(path)
    site.memory.value("search", key, _Files, lambda: tuple(files.items()))
    return files, frozenset(fresh)


def search_pages(site: Site) -> Iterator[Page]:
    """What there is to find: a plain page for each article that wants to be found, at the article's address."""
    for name, made in sorted(site.memory.made.items()):
        path = _address(name, site)
        if path is not None and made.parts.lengths[SEARCH]:
            yield Page(f"{path}index.html", site.store.get(made.parts, SEARCH))


def _address(article: str, site: Site) -> str | None:
    """Where an article's page is; None where another has taken its place."""
    path = site.cards[article].path
    return path if site.owners[path] == article else None
