"""Rows of what a build remembers, as bytes: typed records one way only, and tables of files column by column."""

import itertools
import os
import threading
from array import array
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from sitegen.building.files import digest_of
from sitegen.building.store import DamagedStoreError, Ref, Store

Value = TypeVar("Value")
_encoder = msgspec.msgpack.Encoder()
_decoders: dict[object, msgspec.msgpack.Decoder[object]] = {}
_making = threading.Lock()
# A forked process has the lock as it is at that moment, but not the thread that would release it.
os.register_at_fork(before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release)


class Row(msgspec.Struct, array_like=True, frozen=True):
    """A row of an index."""


KEY = 16
"""Bytes of a key: of a digest, so many tell apart more works than there will ever be."""


def encoded(value: object) -> bytes:
    """A value as bytes, one way only: equal values of one type give equal bytes."""
    return _encoder.encode(value)


def decoded(content: bytes, kind: type[Value]) -> Value:
    """The value of some bytes; raises `DamagedStoreError` where they are not of that type."""
    decoder = _decoders.get(kind) or _new_decoder(kind)
    try:
        return decoder.decode(content)  # type: ignore[return-value] # the decoder of that type
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedStoreError(str(error)) from error


def _new_decoder(kind: object) -> msgspec.msgpack.Decoder[object]:
    # What msgspec knows of a class is seen by other threads before it is whole: two that make decoders at once crash.
    with _making:
        return _decoders.setdefault(kind, msgspec.msgpack.Decoder(kind))


def section(store: Store, ref: Ref, index: int, kind: type[Value]) -> Value:
    """A value that was kept."""
    return decoded(store.get(ref, index), kind)


def key_of(*parts: object) -> bytes:
    """The digest of some values, by which work is known."""
    return digest_of(encoded(parts))[:KEY]


def joined_names(names: Iterable[str]) -> bytes:
    """Names as one text: none of them can hold a NUL."""
    return "\0".join(names).encode("utf-8", "surrogateescape")


def joined_numbers(rows: Iterable[tuple[int, ...]]) -> bytes:
    """The numbers of all rows, one after the other, each in eight bytes."""
    return array("q", itertools.chain.from_iterable(rows)).tobytes()


def names_of(joined: bytes) -> list[str]:
    """The names again."""
    return joined.decode("utf-8", "surrogateescape").split("\0") if joined else []


class Table(Row, frozen=True):
    """Files with numbers and a digest each, column by column."""

    names: bytes
    numbers: bytes
    digests: bytes

    @classmethod
    def of(cls, rows: Iterable[tuple[str, tuple[int, ...], bytes]]) -> "Table":
        """A table of rows; all have as many numbers."""
        rows = tuple(rows)
        return cls(
            joined_names(row[0] for row in rows),
            joined_numbers(row[1] for row in rows),
            b"".join(row[2] for row in rows),
        )

    def rows(self, width: int) -> Iterator[tuple[str, tuple[int, ...], bytes]]:
        """The rows again; `width` is the count of numbers in each."""
        names = names_of(self.names)
        numbers = array("q")
        numbers.frombytes(self.numbers)
        size = len(self.digests) // max(1, len(names))
        columns = zip(*(numbers[column::width] for column in range(width)), strict=True)
        for index, (name, values) in enumerate(zip(names, columns, strict=True)):
            yield name, values, self.digests[index * size : (index + 1) * size]
