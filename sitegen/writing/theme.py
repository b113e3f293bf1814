"""Themes: a chain of folders of templates and static files, and the one place where Jinja2 is set up."""

import contextlib
import functools
import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from sitegen.model.errors import CannotGoOnError
from sitegen.model.findings import Verdict
from sitegen.model.places import Place

if TYPE_CHECKING:
    from sitegen.writing.environment import Compiled, Environment

ASSETS = "assets/"
"""The folder of the output that holds the theme's static files."""

ICONS = "icons/"
"""Static files that are set into pages, and never published by themselves."""

_SVG = re.compile(r"<svg\b([^>]*)>(.*)</svg>", re.DOTALL)
_VIEW_BOX = re.compile(r"""viewBox=["']([-\d\s.,]+)["']""")
_NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""Characters that no XML document may hold, and that feeds must be rid of."""

_CSS_URL = re.compile(r"""url\(\s*(['"]?)(?!data:|[a-z]+:|/|#)([^'")]+)\1\s*\)""")


@dataclass(frozen=True)
class Theme:
    """All that a theme's chain gives, nearest first: a file of a site's theme hides its parent's of that name.

    `templates` maps names to source and file; each template also goes by `THEME/NAME`, so that one may extend the
    very template that it hides. `static` maps names to bytes; `assets` maps them to their hashed addresses below
    the site's root, and `files` those addresses to the bytes to write.
    """

    name: str
    templates: Mapping[str, tuple[str, str]]
    static: Mapping[str, bytes]
    assets: Mapping[str, str] = field(init=False)
    files: Mapping[str, bytes] = field(init=False)
    digest: str = field(init=False)
    form: str = field(init=False)
    """The digest of the templates alone."""

    def __post_init__(self) -> None:
        assets, files = _hashed(self.static)
        object.__setattr__(self, "assets", assets)
        object.__setattr__(self, "files", files)
        digest = hashlib.sha256()
        for name, (source, _) in sorted(self.templates.items()):
            digest.update(f"{name}\0{source}\0".encode())
        object.__setattr__(self, "form", digest.hexdigest())
        for name, content in sorted(self.static.items()):
            digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\0".encode())
        object.__setattr__(self, "digest", digest.hexdigest())

    def render(self, template: str, names: Mapping[str, object]) -> str:
        """Render one template.

        Raises `CannotGoOnError` with the template's file and line where it is broken.
        """
        import jinja2  # noqa: PLC0415 - slow, and only for pages

        try:
            text = _environment(self).get_template(template).render(names)
        except jinja2.TemplateNotFound as error:
            raise CannotGoOnError(f'the theme "{self.name}" has no template "{error.name}"') from error
        except jinja2.TemplateSyntaxError as error:
            place = Place(error.filename or template, error.lineno, 1, error.lineno, 2)
            raise CannotGoOnError(f"the template is broken: {error.message}", place) from error
        except Exception as error:  # a template is a program of its author's: anything can go wrong in it
            place = self._place_of(error, template)
            hint = "docs/themes.md lists what templates get"
            raise CannotGoOnError(f"the template failed: {error}", place, hint) from error
        return _NOT_XML.sub("", text) if template.endswith(".xml") else text

    def compile(self, templates: Iterable[str]) -> None:
        """Compile templates ahead, so that processes that are forked later have them."""
        environment = _environment(self)
        for name in templates:
            # What is wrong with one is told when a page needs it.
            with contextlib.suppress(Exception):
                environment.get_template(name)

    def _place_of(self, error: BaseException, template: str) -> Place:
        files = {file for _, file in self.templates.values()}
        place = Place(template)
        trace = error.__traceback__
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if file in files:
                place = Place(file, trace.tb_lineno, 1, trace.tb_lineno, 2)
            trace = trace.tb_next
        return place


def _hashed(static: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, bytes]]:
    """Static files under names that carry their content's hash; a style after all files that it names."""
    assets: dict[str, str] = {}
    files: dict[str, bytes] = {}
    styles = sorted(name for name in static if name.endswith(".css"))
    others = sorted(name for name in static if not name.endswith(".css") and not name.startswith(ICONS))
    for name in (*others, *_in_order(styles, static)):
        content = static[name]
        if name.endswith(".css"):
            content = _css_with_hashed_urls(name, content, assets)
        path = PurePosixPath(name)
        digest = hashlib.sha256(content).hexdigest()[:10]
        assets[name] = ASSETS + str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))
        files[assets[name]] = content
    return assets, files


def _in_order(styles: Sequence[str], static: Mapping[str, bytes]) -> list[str]:
    """Styles so that one that is imported comes before the one that imports it; a circle is cut somewhere."""
    done: list[str] = []
    waiting = list(styles)
    while waiting:
        free = [
            name for name in waiting if not _named(name, static[name]) & set(waiting) - {name}
        ] or waiting[:1]
        done += free
        waiting = [name for name in waiting if name not in free]
    return done


def _named(style: str, content: bytes) -> set[str]:
    """The static files that a style names."""
    folder = posixpath.dirname(style)
    text = content.decode("utf-8", errors="surrogateescape")
    return {
        posixpath.normpath(posixpath.join(folder, match[2].partition("#")[0]))
        for match in _CSS_URL.finditer(text)
    }


def _css_with_hashed_urls(name: str, content: bytes, assets: Mapping[str, str]) -> bytes:
    folder = posixpath.dirname(name)
    up = "../" * len(PurePosixPath(folder).parts)

    def hashed(match: re.Match[str]) -> str:
        target, mark, rest = match[2].partition("#")
        known = assets.get(posixpath.normpath(posixpath.join(folder, target)))
        return match[0] if known is None else f'url("{up}{known.removeprefix(ASSETS)}{mark}{rest}")'

    # Bytes that are no UTF-8 pass through as they are.
    text = content.decode("utf-8", errors="surrogateescape")
    return _CSS_URL.sub(hashed, text).encode("utf-8", errors="surrogateescape")


MOST_KEPT = 4
_ENVIRONMENTS: dict[str, "Environment"] = {}
"""One environment a theme and process: compiling the templates costs more than rendering a page."""


def _environment(theme: Theme) -> "Environment":
    known = _ENVIRONMENTS.get(theme.digest)
    if known is None:
        # A preview meets a new theme at every edit of one: only the last few are of use.
        if len(_ENVIRONMENTS) >= MOST_KEPT:
            _ENVIRONMENTS.clear()
            _ICONS.clear()
        known = _ENVIRONMENTS[theme.digest] = _new_environment(theme)
    return known


def compiled_templates() -> "Compiled":
    """The code of all templates that this process compiled, or was told of."""
    from sitegen.writing.environment import COMPILED  # noqa: PLC0415 - slow, and only for pages

    return COMPILED


def _new_environment(theme: Theme) -> "Environment":
    from sitegen.writing.environment import new_environment  # noqa: PLC0415 - slow, and only for pages

    given = {
        "asset": functools.partial(_asset, theme),
        "icon": functools.partial(_icon, theme),
        "sprite": _sprite(theme),
    }
    return new_environment(theme.templates.get, given)


def _asset(theme: Theme, name: str) -> str:
    path = theme.assets.get(name)
    if path is None:
        raise ValueError(f'the theme has no static file "{name}"')
    return path


def _icon(theme: Theme, name: str) -> Markup:
    """An icon of the theme, drawn by the page's sprite; a single character stands for itself."""
    known = _ICONS.get((theme.digest, name))
    if known is None:
        known = _ICONS[theme.digest, name] = _new_icon(theme, name)
    return known


_ICONS: dict[tuple[str, str], Markup] = {}


def _new_icon(theme: Theme, name: str) -> Markup:
    if f"{ICONS}{name}.svg" not in theme.static:
        return Markup('<span class="icon" aria-hidden="true">{}</span>').format(escape(name[:2]))
    drawn = '<svg class="icon icon-{0}" width="16" height="16" aria-hidden="true" focusable="false"><use href="#sitegen-icon-{0}"/></svg>'
    return Markup(drawn).format(name)  # noqa: S704 - a constant


def _sprite(theme: Theme) -> Markup:
    """All icons of the theme, once a page: notes show the same few icons many times."""
    drawings = sorted(
        (
            name.removeprefix(ICONS).removesuffix(".svg"),
            _SVG.search(content.decode("utf-8", errors="replace")),
        )
        for name, content in theme.static.items()
        if name.startswith(ICONS) and name.endswith(".svg")
    )
    symbols = [_symbol(name, drawing) for name, drawing in drawings if drawing is not None]
    return Markup(f'<svg class="sprite" width="0" height="0" aria-hidden="true">{"".join(symbols)}</svg>')  # noqa: S704 - the theme's own files


def _symbol(name: str, drawing: re.Match[str]) -> str:
    box = _VIEW_BOX.search(drawing[1])
    return f'<symbol id="sitegen-icon-{name}" viewBox="{box[1] if box else "0 0 16 16"}">{drawing[2].strip()}</symbol>'


def verdict_styles(scale: Mapping[str, Verdict]) -> bytes:
    """The colours of a site's scale as a stylesheet: `--verdict` for light pages, `--verdict-dark` for dark ones."""
    rules = [
        f'[data-verdict="{verdict.id}"]{{--verdict:{_colour(verdict.colour)};--verdict-dark:{_colour(verdict.dark)}}}'
        for verdict in scale.values()
    ]
    return "\n".join([*rules, ""]).encode()


def _colour(value: str) -> str:
    return re.sub(r"[^#\w\s(),.%/-]", "", value)
