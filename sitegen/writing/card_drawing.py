"""Draws the pictures of `cards`: a title, a bar of verdicts, and what its colours mean. Imported by sites that want them alone."""

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence

import resvg_py
from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngImageFile

from sitegen.writing.cards import FONTS, HEIGHT, WIDTH, CardPicture, CardTally
from sitegen.writing.styles import ICONS

Font = ImageFont.FreeTypeFont
Static = Mapping[str, bytes]

PAGE, INK, QUIET, RULE = "#fdfcf9", "#1c1b19", "#5f5b54", "#d8d3c8"
SIDE = 72
"""Empty pixels left and right."""

COLOURS = 96
"""Colours of the palette: enough for smooth letters, and a third of the bytes of a picture without one."""

_BOLD, _PLAIN = 650, 450
_MOST_WIDTHS = 4096
_NOWHERE = "\U0010ffff"
"""A character that no font has."""


class _File:
    """A font of the theme: its bytes, and which characters it has."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._small = ImageFont.truetype(io.BytesIO(content), 12)
        self._box = bytes(self._small.getmask(_NOWHERE))
        self._known: dict[str, bool] = {}

    def has(self, character: str) -> bool:
        known = self._known.get(character)
        if known is None:
            known = self._known[character] = bytes(self._small.getmask(character)) != self._box
        return known

    def sized(self, size: int, weight: int) -> Font:
        font = ImageFont.truetype(io.BytesIO(self.content), size)
        if weight:
            font.set_variation_by_axes([weight])
        return font


class _Face:
    """A size of a family: its fonts, the first of which is asked first. Without files, the font that Pillow carries."""

    def __init__(self, files: Sequence[_File], size: int, weight: int) -> None:
        self._files = files
        self._fonts = [file.sized(size, weight) for file in files] or [_spare(size)]
        self._widths: dict[str, float] = {}

    def knows(self, text: str) -> bool:
        """Whether the fonts have all that a text needs."""
        return all(character.isspace() or self._place(character) is not None for character in text)

    def width(self, text: str) -> float:
        known = self._widths.get(text)
        if known is None:
            known = self._widths[text] = sum(font.getlength(run) for font, run in self._runs(text))
            if len(self._widths) > _MOST_WIDTHS:
                self._widths.clear()
        return known

    def draw(self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], text: str, colour: str) -> None:
        """Draw a line whose base is at `at`."""
        left, base = at
        for font, run in self._runs(text):
            canvas.text((left, base), run, font=font, fill=colour, anchor="ls")
            left += font.getlength(run)

    def _runs(self, text: str) -> Iterator[tuple[Font, str]]:
        """A text in pieces, each with the font that has its letters."""
        for place, run in itertools.groupby(text, key=lambda character: self._place(character) or 0):
            yield self._fonts[place], "".join(run)

    def _place(self, character: str) -> int | None:
        if not self._files:
            return 0
        return next((place for place, file in enumerate(self._files) if file.has(character)), None)


class Drawing:
    """What all pictures of a theme share: its fonts, in the sizes that were needed, and its icons.

    `static` are the theme's files. Words that no font of it can set are left out: a box in place of a letter says nothing.
    """

    def __init__(self, static: Static) -> None:
        self._static = static
        self._files = {
            family: [_File(static[name]) for name in chain if name in static]
            for family, chain in FONTS.items()
        }
        self._faces: dict[tuple[str, int, int], _Face] = {}
        self._icons: dict[tuple[str, str, int], Image.Image] = {}

    def draw(self, picture: CardPicture) -> bytes:
        """A picture as PNG."""
        image = Image.new("RGB", (WIDTH, HEIGHT), PAGE)
        canvas = ImageDraw.Draw(image)
        self._site(canvas, picture.site)
        self._title(canvas, picture.title, bottom=404 if picture.tallies else 560)
        if picture.tallies:
            self._ledger(image, canvas, picture)
        stream = io.BytesIO()
        reduced = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        reduced.save(stream, "PNG", compress_level=6)
        return stream.getvalue()

    def _site(self, canvas: ImageDraw.ImageDraw, name: str) -> None:
        face = self._face("display", 36)
        if face.knows(name):
            lines = _wrapped(name, face, WIDTH - 2 * SIDE)
            face.draw(canvas, (SIDE, 80), _shortened(lines, 1, face)[0], INK)
        canvas.rectangle((SIDE, 106, WIDTH - SIDE, 107), fill=RULE)

    def _title(self, canvas: ImageDraw.ImageDraw, title: str, *, bottom: int) -> None:
        """The title as large as it fits, in lines of like length."""
        top, room = 132, WIDTH - 2 * SIDE
        for size in range(88, 43, -4):
            face = self._face("display", size)
            leading = round(size * 1.08)
            most = (bottom - top) // leading
            lines = _wrapped(title, face, room)
            if len(lines) <= min(most, 4):
                break
        if not face.knows(title):
            return
        lines = _shortened(_balanced(title, lines, face, room), min(most, 4), face)
        base = top + round(size * 0.86)
        for number, line in enumerate(lines):
            face.draw(canvas, (SIDE - size * 0.04, base + number * leading), line, INK)

    def _ledger(self, image: Image.Image, canvas: ImageDraw.ImageDraw, picture: CardPicture) -> None:
        """A bar with a part for each verdict, below it icon, number and word of each."""
        canvas.rectangle((SIDE, 432, WIDTH - SIDE, 434), fill=INK)
        canvas.rectangle((SIDE, 437, WIDTH - SIDE, 437), fill=INK)
        face = self._face("sans", 26, _BOLD)
        if face.knows(picture.claims):
            face.draw(canvas, (SIDE, 472), picture.claims, INK)
        total, done = sum(tally.count for tally in picture.tallies), 0
        for tally in picture.tallies:
            left, right = (
                SIDE + round((WIDTH - 2 * SIDE) * part / total) for part in (done, done + tally.count)
            )
            canvas.rectangle(
                (left, 490, max(left, right - 4 if done + tally.count < total else right), 509),
                fill=_colour(tally),
            )
            done += tally.count
        for size in (26, 24, 22, 20, 18):
            rows = self._rows(picture.tallies, size)
            if len(rows) <= 2:
                break
        for number, row in enumerate(rows[:2]):
            for left, tally in row:
                self._verdict(image, canvas, (left, 548 + number * 38), tally, size)

    def _rows(self, tallies: Sequence[CardTally], size: int) -> list[list[tuple[int, CardTally]]]:
        rows: list[list[tuple[int, CardTally]]] = [[]]
        left = SIDE
        for tally in tallies:
            width = self._verdict_width(tally, size)
            if left + width > WIDTH - SIDE and rows[-1]:
                rows.append([])
                left = SIDE
            rows[-1].append((left, tally))
            left += width + size + 8
        return rows

    def _verdict_width(self, tally: CardTally, size: int) -> int:
        number, word = self._face("sans", size, _BOLD), self._face("sans", size, _PLAIN)
        return round(
            size * 1.35 + number.width(tally.number) + size * 0.3 + word.width(self._label(tally, size))
        )

    def _label(self, tally: CardTally, size: int) -> str:
        face = self._face("sans", size, _PLAIN)
        room = WIDTH - 2 * SIDE - 1.7 * size - self._face("sans", size, _BOLD).width(tally.number)
        return _shortened([tally.label], 1, face, room)[0] if face.knows(tally.label) else ""

    def _verdict(
        self,
        image: Image.Image,
        canvas: ImageDraw.ImageDraw,
        at: tuple[int, int],
        tally: CardTally,
        size: int,
    ) -> None:
        left, base = at
        colour = _colour(tally)
        icon = self._icon(tally.icon, colour, size)
        if icon is not None:
            image.paste(icon, (left, base - round(size * 0.86)), icon)
        number, word = self._face("sans", size, _BOLD), self._face("sans", size, _PLAIN)
        place = left + size * 1.35
        number.draw(canvas, (place, base), tally.number, colour)
        label = self._label(tally, size)
        word.draw(canvas, (place + number.width(tally.number) + size * 0.3, base), label, colour)

    def _icon(self, name: str, colour: str, size: int) -> Image.Image | None:
        drawing = self._static.get(f"{ICONS}{name}.svg")
        if drawing is None:
            return None
        known = self._icons.get((name, colour, size))
        if known is None:
            tinted = (
                drawing.decode("utf-8", errors="replace")
                .replace("currentColor", colour)
                .replace("#fff", PAGE)
            )
            content = bytes(resvg_py.svg_to_bytes(svg_string=tinted, width=size, height=size))
            known = self._icons[name, colour, size] = PngImageFile(io.BytesIO(content)).convert("RGBA")
        return known

    def _face(self, family: str, size: int, weight: int = 0) -> _Face:
        known = self._faces.get((family, size, weight))
        if known is None:
            known = self._faces[family, size, weight] = _Face(self._files[family], size, weight)
        return known


def _spare(size: int) -> Font:
    """The font that Pillow carries, for a theme that has none of ours."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - it is, where a size is given
    return font


def _colour(tally: CardTally) -> str:
    """A verdict's colour; ink, where it is written as only a browser understands it."""
    try:
        ImageColor.getrgb(tally.colour)
    except ValueError:
        return INK
    return tally.colour


def _wrapped(text: str, face: _Face, room: float) -> list[str]:
    lines: list[list[str]] = []
    space, width = face.width(" "), 0.0
    for word in text.split():
        own = face.width(word)
        if lines and width + space + own <= room:
            lines[-1].append(word)
            width += space + own
        else:
            lines.append([word])
            width = own
    return [" ".join(line) for line in lines] or [""]


def _balanced(text: str, lines: list[str], face: _Face, room: float) -> list[str]:
    """As many lines, with the longest as short as can be."""
    low, high = room / 2, room
    while high - low > 8:
        middle = (low + high) / 2
        if len(_wrapped(text, face, middle)) <= len(lines):
            high = middle
        else:
            low = middle
    return _wrapped(text, face, high)


def _shortened(lines: Sequence[str], most: int, face: _Face, room: float = WIDTH - 2 * SIDE) -> list[str]:
    """At most so many lines; one that is cut off, or too long, ends in an ellipsis."""
    kept = list(lines[:most])
    if len(lines) > most:
        kept[-1] += "…"
    for number, line in enumerate(kept):
        shown = line
        while face.width(shown) > room and len(shown) > 1:
            shown = f"{shown.rstrip('…')[:-1].rstrip()}…"
        kept[number] = shown
    return kept
