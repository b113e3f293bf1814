"""Holes in a draft's HTML: what depends on other files is left out and filled in when the page is made.

A hole is a NUL, a kind, a colon, a value and a NUL. Markdown replaces every NUL of its input, so none can stand
in a draft by accident.
"""

import re
from collections.abc import Callable

_HOLE = re.compile("\x00([a-z]+):([^\x00]*)\x00")
_SIZE = re.compile(' width="\x00size:([0-9]+)\x00" height="\x00size:[0-9]+\x00"')

Fill = Callable[[str, str], str]
"""Kind and value of a hole to the HTML that fills it."""


def hole(kind: str, value: str | int) -> str:
    """A hole to be filled later."""
    return f"\x00{kind}:{value}\x00"


def fill(html: str, filler: Fill, size: Callable[[int], tuple[int, int] | None]) -> str:
    """The HTML with every hole filled; `size` gives width and height (pixels) of the image of a link's index."""

    def sized(match: re.Match[str]) -> str:
        known = size(int(match[1]))
        return "" if known is None else f' width="{known[0]}" height="{known[1]}"'

    if "\x00" not in html:
        return html
    return _HOLE.sub(lambda match: filler(match[1], match[2]), _SIZE.sub(sized, html))
