"""Static files under hashed names, and the one stylesheet that a page loads.

What a page loads as `style.css` is the colours of the site's scale, those of code, and the theme's own `style.css`,
with every file of the theme that it imports set in its place: `@import "default/style.css"` extends the very style
that it hides, as a template may extend the one of its name.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sitegen.model.findings import Verdict

ASSETS = "assets/"
"""The folder of the output that holds the theme's static files."""

ICONS = "icons/"
"""Static files that are set into pages, and never published by themselves."""

STYLE = "style.css"
"""The stylesheet of every page."""

VERDICTS, CODE = "verdicts.css", "pygments.css"
JOINED = (VERDICTS, CODE)
"""What the build makes, and puts before a theme's own rules, so that these may say otherwise."""

_CSS_URL = re.compile(r"""url\(\s*(['"]?)(?!data:|[a-z]+:|/|#)([^'")]+)\1\s*\)""")
_IMPORT = re.compile(r"""@import\s+(?:url\(\s*)?(['"]?)([^'")\s;]+)\1\s*\)?\s*([^;{}]*);[ \t]*\n?""")
_NOTHING = re.compile(r"(?:\s+|/\*.*?\*/|@charset[^;]*;)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A stylesheet as text, and the folder that the addresses in it are relative to."""

    text: str
    folder: str


def hashed(
    static: Mapping[str, bytes], hidden: Mapping[str, bytes]
) -> tuple[dict[str, str], dict[str, bytes]]:
    """Static files under names that carry their content's hash; a style after all files that it names.

    Gives the address of each file below the site's root, and the bytes to write at each address. `hidden` has the
    styles of each theme of the chain as `THEME/NAME`.
    """
    assets: dict[str, str] = {}
    files: dict[str, bytes] = {}
    joined = JOINED if STYLE in static else ()
    styles = sorted(name for name in static if name.endswith(".css") and name not in joined)
    others = sorted(name for name in static if not name.endswith(".css") and not name.startswith(ICONS))
    whole = {name: _whole(name, static, hidden) for name in styles}
    for name in (*others, *_in_order(styles, whole)):
        content = _with_hashed_urls(name, whole[name], assets) if name in whole else static[name]
        path = PurePosixPath(name)
        digest = hashlib.sha256(content).hexdigest()[:10]
        assets[name] = ASSETS + str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))
        files[assets[name]] = content
    # A template that asks for one of them by its name gets the sheet that holds it.
    return assets | {name: assets[STYLE] for name in joined if name in static}, files


def _whole(name: str, static: Mapping[str, bytes], hidden: Mapping[str, bytes]) -> tuple[_Sheet, ...]:
    """A style with what it imports in place; the style of every page with what the build makes before it."""
    parts = tuple(_inlined((name,), static, hidden))
    if name != STYLE:
        return parts
    return (*(_Sheet(_text(static[made]), "") for made in JOINED if made in static), *parts)


def _inlined(
    chain: tuple[str, ...], static: Mapping[str, bytes], hidden: Mapping[str, bytes]
) -> Iterator[_Sheet]:
    """The parts of the last style of a chain of imports, in order.

    An import of a file that is not there stays one; one of a style that is being set in already says nothing.
    """
    name = chain[-1]
    text = _text(static[name] if name in static else hidden[name])
    # A style of another theme of the chain is `THEME/path`: what it names is below `static/` all the same.
    folder = posixpath.dirname(name if name in static else name.partition("/")[2])
    at = 0
    for match in _imports(text):
        beside = posixpath.normpath(posixpath.join(folder, match[2]))
        target = beside if beside in static else match[2]
        media = match[3].strip()
        if (target not in static and target not in hidden) or media.startswith(("layer", "supports")):
            continue
        yield _Sheet(text[at : match.start()] + (f"@media {media} {{\n" if media else ""), folder)
        if target not in chain:
            yield from _inlined((*chain, target), static, hidden)
        yield _Sheet("}\n" if media else "", folder)
        at = match.end()
    yield _Sheet(text[at:], folder)


def _imports(text: str) -> Iterator[re.Match[str]]:
    """The imports of a style: rules that stand before all others, but for comments and `@charset`."""
    at = 0
    while True:
        skipped = _NOTHING.match(text, at)
        match = _IMPORT.match(text, skipped.end() if skipped else at)
        if match is None:
            return
        yield match
        at = match.end()


def _text(content: bytes) -> str:
    """A style as text; bytes that are no UTF-8 pass through as they are."""
    return content.decode("utf-8", errors="surrogateescape")


def _in_order(styles: Sequence[str], whole: Mapping[str, tuple[_Sheet, ...]]) -> list[str]:
    """Styles so that one that is named comes before the one that names it; a circle is cut somewhere."""
    done: list[str] = []
    waiting = list(styles)
    while waiting:
        free = [name for name in waiting if not _named(whole[name]) & set(waiting) - {name}] or waiting[:1]
        done += free
        waiting = [name for name in waiting if name not in free]
    return done


def _named(parts: Sequence[_Sheet]) -> set[str]:
    """The static files that a style names."""
    return {
        posixpath.normpath(posixpath.join(part.folder, match[2].partition("#")[0]))
        for part in parts
        for match in (*_CSS_URL.finditer(part.text), *_imports(part.text))
    }


def _with_hashed_urls(name: str, parts: Sequence[_Sheet], assets: Mapping[str, str]) -> bytes:
    up = "../" * len(PurePosixPath(posixpath.dirname(name)).parts)

    def address(folder: str, written: str) -> str | None:
        target, mark, rest = written.partition("#")
        known = assets.get(posixpath.normpath(posixpath.join(folder, target)))
        return None if known is None else f"{up}{known.removeprefix(ASSETS)}{mark}{rest}"

    def text_of(part: _Sheet) -> str:
        def one(match: re.Match[str]) -> str:
            known = address(part.folder, match[2])
            return match[0] if known is None else f'url("{known}")'

        return _CSS_URL.sub(one, part.text)

    return "".join(map(text_of, parts)).encode("utf-8", errors="surrogateescape")


def verdict_styles(scale: Mapping[str, Verdict]) -> bytes:
    """The colours of a site's scale as a stylesheet: `--verdict` for light pages, `--verdict-dark` for dark ones."""
    rules = [
        f'[data-verdict="{verdict.id}"]{{--verdict:{_colour(verdict.colour)};--verdict-dark:{_colour(verdict.dark)}}}'
        for verdict in scale.values()
    ]
    return "\n".join([*rules, ""]).encode()


def _colour(value: str) -> str:
    return re.sub(r"[^#\w\s(),.%/-]", "", value)
