"""A site's files to what a build starts from: settings, theme, library, seeds, and the articles' files by name."""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable

from sitegen.building.files import SETTINGS, Files
from sitegen.judging.homes import Home, home_of
from sitegen.judging.rules import RULES
from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Place, Problem
from sitegen.model.records import Settings
from sitegen.reading.records import looks_like_sidecar, read_seed, read_settings, read_sidecar, read_theme
from sitegen.reading.text import decode
from sitegen.writing.theme import Theme

CONTENT = "content/"
SOURCES = "content/sources/"
SEEDS = "seeds/"
LONGEST_CHAIN = 8
"""Themes that may build on one another: a chain that is longer runs in a circle."""


@dataclass(frozen=True, slots=True)
class ArticleFiles:
    """An article's path below `content/` without `.md`, and its files; `sidecar` is empty where there is none."""

    article: str
    file: str
    sidecar: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a site's folders hold, by name.

    `records` are the files of the source library's records, `seeds` the texts of the seeds by id (None: not on this
    machine), `media` the files that are published as they are, by their path below `content/`.
    """

    articles: tuple[ArticleFiles, ...]
    records: tuple[str, ...]
    seeds: Mapping[str, str | None]
    media: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_site_settings(files: Files) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings alone: a command that cannot use them stops there."""
    if SETTINGS not in files.names():
        raise CannotGoOnError(
            f"there is no {SETTINGS} here or in a folder above", hint="sitegen init DIR makes a site"
        )
    return read_settings(files.read(SETTINGS), SETTINGS, RULES)


def read_holdings(files: Files) -> Holdings:
    """Sort a site's files, and read the seeds."""
    names = files.names()
    known = frozenset(names)
    articles = tuple(_article_files(name, known) for name in names if _is_article(name))
    media, left_behind = _media(files, names, {files.sidecar for files in articles})
    records = tuple(name for name in names if name.startswith(SOURCES) and name.endswith((".yaml", ".yml")))
    seeds, problems = _read_seeds(files, names, known)
    return Holdings(articles, records, seeds, media, (*files.problems(), *problems, *left_behind))


def _is_article(name: str) -> bool:
    return name.startswith(CONTENT) and name.endswith(".md") and not name.startswith(SOURCES)


def _article_files(name: str, known: frozenset[str]) -> ArticleFiles:
    stem = name.removesuffix(".md")
    sidecar = next((found for suffix in (".yaml", ".yml") if (found := stem + suffix) in known), "")
    return ArticleFiles(stem.removeprefix(CONTENT), name, sidecar)


def _read_seeds(
    files: Files, names: Iterable[str], known: frozenset[str]
) -> tuple[Mapping[str, str | None], tuple[Problem, ...]]:
    seeds: dict[str, str | None] = {}
    problems: list[Problem] = []
    for name in names:
        if not name.startswith(SEEDS) or not name.endswith((".yaml", ".yml")):
            continue
        seed, found = read_seed(files.read(name), name)
        problems += found
        if seed is None:
            continue
        if seed.id in seeds:
            problems.append(Problem("id-duplicate", f'two records of the seed "{seed.id}"', Place(name)))
            continue
        text_file = f"{name.rpartition('.')[0]}.txt"
        # A text that is absent was not supplied to this machine: nothing is said of it.
        text = decode(files.read(text_file), text_file) if text_file in known else None
        if isinstance(text, Problem):
            problems.append(text)
            text = None
        elif text is not None:
            problems += seed_differences(seed.sha256, seed.at.of("sha256"), files.read(text_file), text_file)
        seeds[seed.id] = text
    return seeds, tuple(problems)


def seed_differences(pinned: str, place: Place, content: bytes, file: str) -> list[Problem]:
    """Whether a seed's text is the one that its record pins."""
    actual = hashlib.sha256(content).hexdigest()
    if not pinned or pinned.lower() == actual:
        return []
    message = f'"{file}" is not the text that the record pins: its SHA-256 is {actual}'
    return [Problem("snapshot-changed", message, place, "restore the text as it was supplied")]


def _media(
    files: Files, names: Iterable[str], sidecars: set[str]
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    media: list[str] = []
    problems: list[Problem] = []
    for name in names:
        if (
            not name.startswith(CONTENT)
            or name.startswith(SOURCES)
            or name in sidecars
            or name.endswith(".md")
        ):
            continue
        if name.endswith((".yaml", ".yml")) and looks_like_sidecar(files.read(name)):
            stem = name.rpartition(".")[0]
            message, hint = (
                (f'the annotations of this article are read from "{stem}.yaml"', "join the two files")
                if f"{stem}.yaml" in sidecars
                else (
                    f"annotations without an article: there is no {stem}.md",
                    _home_hint(files, name),
                )
            )
            problems.append(Problem("sidecar-orphan", message, Place(name), hint))
            continue
        media.append(name.removeprefix(CONTENT))
    return tuple(media), tuple(problems)


def orphans(files: Files) -> Iterator[tuple[str, Home | None]]:
    """The sidecars that stand beside no article, each with the article without one that it fits best."""
    for problem in read_holdings(files).problems:
        if problem.rule == "sidecar-orphan":
            yield problem.place.file, _home(files, problem.place.file)


def _home(files: Files, name: str) -> Home | None:
    sidecar, _ = read_sidecar(files.read(name), name, "")
    known = frozenset(files.names())
    bare = [
        file.file
        for file in (_article_files(one, known) for one in known if _is_article(one))
        if not file.sidecar
    ]
    return home_of(sidecar, {file: files.read(file) for file in sorted(bare)})


def _home_hint(files: Files, name: str) -> str:
    home = _home(files, name)
    if home is None:
        return "rename it as its article was renamed"
    return f"{home.placed} of its {home.of} anchors stand in {home.file}: sitegen mv --find renames it"


def load_theme(files: Files, settings: Settings, made: Mapping[str, bytes]) -> Theme:
    """A site's theme with all that it builds on; `made` are static files that the build itself makes.

    A theme of the site is laid over the one of that name that sitegen carries, if there is one. Raises
    `CannotGoOnError` where a theme is missing.
    """
    templates: dict[str, tuple[str, str]] = {}
    static: dict[str, bytes] = {}
    hidden: dict[str, bytes] = {}
    catalogues: dict[str, list[tuple[str, bytes]]] = {}
    name, at = settings.theme, settings.at.of("theme")
    for _ in range(LONGEST_CHAIN):
        layers = [layer for layer in (_site_layer(files, name), _carried_layer(name)) if layer]
        if not layers:
            raise CannotGoOnError(f'there is no theme "{name}"', at, "a theme is a folder below themes/")
        extends = ""
        for layer in layers:
            _add_layer(layer, name, templates, static, hidden)
            _add_catalogues(layer, catalogues)
            extends = extends or _extends(layer, name)
        if not extends or extends == name:
            return Theme(settings.theme, templates, {**made, **static}, catalogues, hidden)
        name = extends
    raise CannotGoOnError(f'the theme "{settings.theme}" extends itself by way of others', at)


def _add_layer(
    layer: Mapping[str, tuple[str, bytes]],
    name: str,
    templates: dict[str, tuple[str, str]],
    static: dict[str, bytes],
    hidden: dict[str, bytes],
) -> None:
    for path, (file, content) in layer.items():
        room, _, inner = path.partition("/")
        if room == "templates":
            text = decode(content, file)
            if isinstance(text, Problem):
                raise CannotGoOnError(text.message, text.place, text.hint)
            templates.setdefault(inner, (text, file))
            templates.setdefault(f"{name}/{inner}", (text, file))
        elif room == "static":
            static.setdefault(inner, content)
            if inner.endswith(".css"):
                hidden.setdefault(f"{name}/{inner}", content)


def _add_catalogues(
    layer: Mapping[str, tuple[str, bytes]], catalogues: dict[str, list[tuple[str, bytes]]]
) -> None:
    """Add a layer's words, `locale/de-AT.po`, behind those of nearer themes: a message is said as the first has it."""
    for path, found in layer.items():
        room, _, inner = path.partition("/")
        if room == "locale" and inner.endswith(".po"):
            tag = inner.removesuffix(".po").replace("_", "-").lower()
            catalogues.setdefault(tag, []).append(found)


def _extends(layer: Mapping[str, tuple[str, bytes]], name: str) -> str:
    if "theme.yaml" not in layer:
        return ""
    file, content = layer["theme.yaml"]
    theme, problems = read_theme(content, file)
    if problems:
        raise CannotGoOnError(
            f'the theme "{name}" cannot be used: {problems[0].message}', problems[0].place, problems[0].hint
        )
    return theme.extends


def _site_layer(files: Files, name: str) -> dict[str, tuple[str, bytes]]:
    folder = f"themes/{name}/"
    return {
        file.removeprefix(folder): (file, files.read(file))
        for file in files.names()
        if file.startswith(folder)
    }


@functools.cache
def _carried_layer(name: str) -> Mapping[str, tuple[str, bytes]]:
    """The files of a theme that sitegen carries, read once: they stay as they are while it runs."""
    if not name.replace("-", "").replace("_", "").isalnum():
        return {}
    root = resources.files("sitegen") / "themes" / name
    layer: dict[str, tuple[str, bytes]] = {}

    def walk(folder: Traversable, path: str) -> None:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            inner = f"{path}{entry.name}"
            if entry.is_dir():
                walk(entry, f"{inner}/")
            else:
                layer[inner] = (f"themes/{name}/{inner}", entry.read_bytes())

    if root.is_dir():
        walk(root, "")
    return layer


def with_base_url(settings: Settings, base_url: str | None) -> Settings:
    """The settings with another base address, if one is given."""
    if base_url is None:
        return settings
    return replace(settings, base_url=base_url if base_url.endswith("/") else base_url + "/")
