"""Bytes of a page to text, as a browser would read them: mark, header, meta tag, and only then a guess.

Unlike a browser, what is named is not believed where the bytes say otherwise.
"""

import codecs
import re

import webencodings

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)")
_HEAD = 4096
"""Bytes in which a meta tag is looked for: browsers look in 1024, and authors do not count."""

_SURELY = 3
"""Characters beyond ASCII from which on bytes that read as UTF-8 are UTF-8."""

_ONE_BYTE = ("windows-", "iso-8859-", "koi8-", "ibm866", "macintosh", "x-mac-")
"""How the names of encodings begin in which any bytes are some text."""

_TORN = 200
"""One byte in so many may mean nothing."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def to_text(content: bytes, charset: str, *, markup: bool) -> str:
    """The text of a page; `charset` is the header's word for it, and `markup` says whether meta tags may stand in it.

    Line ends become line feeds, a byte-order mark is dropped. Bytes that mean nothing become U+FFFD.
    """
    return _decoded(content, charset, markup=markup).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes, charset: str, *, markup: bool) -> str:
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(codec, errors="replace")
    named = [encoding for word in _named(content, charset, markup=markup) if (encoding := _lookup(word))]
    if not named:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            return _guessed(content)
    if named[0].name.startswith(_ONE_BYTE) and _is_plainly_utf8(content):
        return content.decode("utf-8")
    best = _read_as(content, named[0])
    if not is_torn(best):
        return best
    # What is named first does not fit. Another name may; a guess would make up words.
    others = (_read_as(content, encoding) for encoding in (*named[1:], webencodings.UTF8))
    return next((text for text in others if not is_torn(text)), best)


def _named(content: bytes, charset: str, *, markup: bool) -> tuple[str, ...]:
    """What a header, a meta tag and an XML declaration say, in this order."""
    if not markup:
        return (charset,)
    told = (_META.search(content[:_HEAD]), _XML.search(content[:_HEAD]))
    # A meta tag that could be read is in no encoding of two bytes, whatever it says.
    inner = (re.sub("(?i)^utf-16.*", "utf-8", found[1].decode("ascii")) for found in told if found)
    return (charset, *inner)


def _lookup(word: str) -> webencodings.Encoding | None:
    return webencodings.lookup(word) if word else None


def _read_as(content: bytes, encoding: webencodings.Encoding) -> str:
    return str(webencodings.decode(content, encoding, errors="replace")[0])


def _is_plainly_utf8(content: bytes) -> bool:
    """Whether bytes can only be meant as UTF-8: no text of one byte a letter has so many of its sequences and no others."""
    if content.isascii():
        return False
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(not char.isascii() for char in text) >= _SURELY


def is_torn(text: str) -> bool:
    """Whether too many bytes of a text meant nothing for its encoding to be the one named."""
    return text.count("\ufffd") * _TORN > len(text)


def _guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow, and needed for pages that do not say what they are

    best = from_bytes(content[: 1 << 20]).best()
    return content.decode(best.encoding if best is not None else "cp1252", errors="replace")
