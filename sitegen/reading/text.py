"""Bytes of a file to text, or a problem that says why not."""

from sitegen.model.places import Place, Problem

LARGEST = 16 * 1024 * 1024
"""The most bytes that an article, a record or a copy may have: far above any real one, far below trouble."""


def decode(content: bytes, file: str) -> str | Problem:
    """The text of a file: UTF-8, a byte-order mark dropped, line ends as line feeds."""
    if len(content) > LARGEST:
        return Problem(
            "file-unreadable",
            f"the file has {len(content) // 1_000_000} MB; at most {LARGEST // 1_000_000} MB are read",
            Place(file),
            "split it, or move what is not text into content/media/",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(
            "file-unreadable",
            f"the file is not UTF-8: byte 0x{content[error.start]:02x}",
            _place_of_byte(content, error.start, file),
            "save it with the encoding UTF-8",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place_of_byte(content: bytes, position: int, file: str) -> Place:
    before = (
        content[:position].decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    )
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Place(file, line, column, line, column + 1)
