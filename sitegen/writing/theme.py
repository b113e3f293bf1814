"""Themes: a chain of folders of templates and static files, and the one place where Jinja2 is set up."""

import contextlib
import functools
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from sitegen.model.errors import CannotGoOnError
from sitegen.model.places import Place
from sitegen.writing.languages import ENGLISH, SOURCE, Catalogues, Language, fallbacks, language
from sitegen.writing.styles import ICONS, hashed

if TYPE_CHECKING:
    from sitegen.writing.environment import Compiled, Environment

_SVG = re.compile(r"<svg\b([^>]*)>(.*)</svg>", re.DOTALL)
_VIEW_BOX = re.compile(r"""viewBox=["']([-\d\s.,]+)["']""")
_NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""Characters that no XML document may hold, and that feeds must be rid of."""


@dataclass(frozen=True)
class Theme:
    """All that a theme's chain gives, nearest first: a file of a site's theme hides its parent's of that name.

    `templates` maps names to source and file; each template also goes by `THEME/NAME`, so that one may extend the
    very template that it hides. `static` maps names to bytes; `assets` maps them to their hashed addresses below
    the site's root, and `files` those addresses to the bytes to write. `catalogues` hold the words of languages.
    `hidden` has the styles of all themes of the chain as `THEME/NAME`, for styles that import them.
    """

    name: str
    templates: Mapping[str, tuple[str, str]]
    static: Mapping[str, bytes]
    catalogues: Catalogues = field(default_factory=dict)
    hidden: Mapping[str, bytes] = field(default_factory=dict)
    assets: Mapping[str, str] = field(init=False)
    files: Mapping[str, bytes] = field(init=False)
    digest: str = field(init=False)
    form: str = field(init=False)
    """The digest of the templates alone."""

    def __post_init__(self) -> None:
        assets, files = hashed(self.static, self.hidden)
        object.__setattr__(self, "assets", assets)
        object.__setattr__(self, "files", files)
        digest = hashlib.sha256()
        for name, (source, _) in sorted(self.templates.items()):
            digest.update(f"{name}\0{source}\0".encode())
        object.__setattr__(self, "form", digest.hexdigest())
        # The hidden styles are in the files that they were set into.
        for name, content in sorted({**self.static, **files}.items()):
            digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\0".encode())
        digest.update(self._words(sorted(self.catalogues)).encode())
        object.__setattr__(self, "digest", digest.hexdigest())

    def _words(self, tags: Iterable[str]) -> str:
        """The digest of some catalogues, or an empty text where there are none."""
        contents = [content for tag in tags for _, content in self.catalogues.get(tag, ())]
        named = "".join(f"{tag} {len(self.catalogues.get(tag, ()))} " for tag in tags)
        texts = b"\0".join([named.encode(), *(hashlib.sha256(content).digest() for content in contents)])
        return hashlib.sha256(texts).hexdigest() if contents else ""

    def language(self, tag: str) -> Language:
        """A language with the words that the theme has for it. Raises `CannotGoOnError` where a catalogue is broken."""
        if tag == SOURCE and SOURCE not in self.catalogues:
            return ENGLISH
        known = _LANGUAGES.get((self.digest, tag))
        if known is None:
            known = _LANGUAGES[self.digest, tag] = language(tag, self.catalogues)
        return known

    def tongue(self, tag: str) -> str:
        """Names a language and the theme's words for it, whatever else the theme holds."""
        return f"{tag} {self._words(fallbacks(tag))}"

    def render(self, template: str, names: Mapping[str, object], tag: str = SOURCE) -> str:
        """Render one template, with the interface's words in the language of a tag.

        Raises `CannotGoOnError` with the template's file and line where it is broken.
        """
        import jinja2  # noqa: PLC0415 - slow, and only for pages

        environment = _environment(self, tag)
        try:
            text = environment.get_template(template).render(names)
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

    def compile(self, templates: Iterable[str], tag: str = SOURCE) -> None:
        """Compile templates ahead, so that processes that are forked later have them."""
        environment = _environment(self, tag)
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


MOST_KEPT = 4
"""Themes of which something is kept. A preview meets a new one at every edit of one: only the last few are of use."""

_ENVIRONMENTS: dict[tuple[str, str], "Environment"] = {}
"""One environment a theme, language and process: compiling the templates costs more than rendering a page."""

_LANGUAGES: dict[tuple[str, str], Language] = {}


def _environment(theme: Theme, tag: str) -> "Environment":
    known = _ENVIRONMENTS.get((theme.digest, tag))
    if known is None:
        if len({digest for digest, _ in _ENVIRONMENTS} | {theme.digest}) > MOST_KEPT:
            _ENVIRONMENTS.clear()
            _LANGUAGES.clear()
            _ICONS.clear()
        known = _ENVIRONMENTS[theme.digest, tag] = _new_environment(theme, tag)
    return known


def compiled_templates() -> "Compiled":
    """The code of all templates that this process compiled, or was told of."""
    from sitegen.writing.environment import COMPILED  # noqa: PLC0415 - slow, and only for pages

    return COMPILED


def _new_environment(theme: Theme, tag: str) -> "Environment":
    from sitegen.writing.environment import new_environment  # noqa: PLC0415 - slow, and only for pages

    given = {
        "asset": functools.partial(_asset, theme),
        "icon": functools.partial(_icon, theme),
        "sprite": _sprite(theme),
    }
    return new_environment(theme.templates.get, given, theme.language(tag), theme.tongue(tag))


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
    drawn = (
        '<svg class="icon" width="16" height="16" aria-hidden="true"><use href="#sitegen-icon-{0}"/></svg>'
    )
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
