"""Compressed bodies, taken apart no further than the limit: a small answer may hold a very large one."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import brotli

_STEP = 1 << 16
"""Bytes that one step of taking apart gives at most."""


class TooLargeError(Exception):
    """A body that holds more than the limit."""


class GarbledError(Exception):
    """A body that is not what its headers say."""


class _Decoder(Protocol):
    def pieces(self, chunk: bytes) -> Iterable[bytes]:
        """What a chunk holds, in pieces of limited size."""
        ...

    @property
    def finished(self) -> bool:
        """Whether the body ended where it says it does."""
        ...


class _Zlib:
    def __init__(self, window: int) -> None:
        self._window = window
        self._inner = zlib.decompressobj(window)

    def pieces(self, chunk: bytes) -> Iterable[bytes]:
        while chunk:
            piece = self._inner.decompress(chunk, _STEP)
            yield piece
            chunk = self._inner.unconsumed_tail
            if self._inner.eof and (rest := self._inner.unused_data):
                # A gzip body may have several members; what follows the last one is no member.
                if self._window != 31 or not rest.startswith(b"\x1f\x8b"):
                    return
                chunk, self._inner = rest, zlib.decompressobj(self._window)

    @property
    def finished(self) -> bool:
        return self._inner.eof


class _Deflate:
    """`deflate` means zlib's format, and by a wide-spread mistake the bare one."""

    def __init__(self) -> None:
        self._inner: _Zlib | None = None

    def pieces(self, chunk: bytes) -> Iterable[bytes]:
        if self._inner is None and chunk:
            self._inner = _Zlib(15 if chunk[0] & 0x0F == 8 else -15)
        return self._inner.pieces(chunk) if self._inner is not None else ()

    @property
    def finished(self) -> bool:
        return self._inner is not None and self._inner.finished


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def pieces(self, chunk: bytes) -> Iterable[bytes]:
        yield self._inner.process(chunk, output_buffer_limit=_STEP)
        while not self._inner.can_accept_more_data():
            yield self._inner.process(b"", output_buffer_limit=_STEP)

    @property
    def finished(self) -> bool:
        return bool(self._inner.is_finished())


_DECODERS: Mapping[str, Callable[[], _Decoder]] = {
    "gzip": lambda: _Zlib(31),
    "x-gzip": lambda: _Zlib(31),
    "deflate": _Deflate,
    "br": _Brotli,
}
ACCEPTED = "gzip, br"


def decoded(chunks: Iterable[bytes], encoding: str, limit: int, *, cut: bool = False) -> bytes:
    """The body that some chunks hold, `encoding` being the header's words.

    Raises `TooLargeError` past `limit` bytes, before or after taking apart, and `GarbledError`. With `cut`, what is
    longer ends at the limit.
    """
    names = [name for part in encoding.lower().split(",") if (name := part.strip()) not in {"", "identity"}]
    if not names:
        return _gathered(chunks, limit, cut=cut)
    if len(names) > 1 or names[0] not in _DECODERS:
        raise GarbledError(f'the answer is encoded as "{encoding}", which is not read')
    decoder = _DECODERS[names[0]]()
    body = _gathered(_pieces(chunks, decoder, limit), limit, cut=cut)
    if not decoder.finished and not (cut and len(body) == limit):
        raise GarbledError("the answer ends before it is whole")
    return body


def _pieces(chunks: Iterable[bytes], decoder: _Decoder, limit: int) -> Iterable[bytes]:
    length = 0
    try:
        for chunk in chunks:
            length += len(chunk)
            if length > limit:
                raise TooLargeError
            yield from decoder.pieces(chunk)
    except (zlib.error, brotli.error) as error:
        raise GarbledError("the answer cannot be decompressed") from error


def _gathered(pieces: Iterable[bytes], limit: int, *, cut: bool) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            if cut:
                return bytes(body[:limit])
            raise TooLargeError
    return bytes(body)
