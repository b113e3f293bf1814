"""Bytes of a page to text, as a browser would read them: mark, header, meta tag, and only then a guess."""

import codecs
import re

import webencodings

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)")
_HEAD = 4096
"""Bytes in which a meta tag is looked for: browsers look in 1024, and authors do not count."""

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
    named = webencodings.lookup(charset) if charset else None
    if named is None and markup:
        found = _META.search(content[:_HEAD]) or _XML.search(content[:_HEAD])
        named = webencodings.lookup(found[1].decode("ascii")) if found else None
        # A meta tag that could be read is in no encoding of two bytes, whatever it says.
        if named is not None and named.name.startswith("utf-16"):
            named = webencodings.UTF8
    if named is not None:
        return str(webencodings.decode(content, named, errors="replace")[0])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(content)


def _guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow, and needed for pages that do not say what they are

    best = from_bytes(content[: 1 << 20]).best()
    return content.decode(best.encoding if best is not None else "cp1252", errors="replace")
