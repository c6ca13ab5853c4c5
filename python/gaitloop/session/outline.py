"""Where the chunks of a record stand: by its index where that is whole, else by walking from record to record.

A walk believes no length it cannot check. Where the bytes make no sense it looks for the next chunk, and says from
which byte to which nothing could be read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from gaitloop.errors import RecordingError

from .container import LARGEST_CHUNK, MAGIC, require_mcap

_HEADER, _FOOTER, _SCHEMA, _CHANNEL, _CHUNK, _MESSAGE_INDEX, _CHUNK_INDEX = 1, 2, 3, 4, 6, 7, 8
_METADATA, _DATA_END = 12, 15
_HEAD = struct.Struct("<BQ")
_CHUNK_HEAD = struct.Struct("<QQQII4sQ")
_FOOTER_BODY = struct.Struct("<QQI")
_INDEX_HEAD = struct.Struct("<QQQQI")
_COMPRESSION = b"\x04\x00\x00\x00zstd"
#: Bytes of a chunk's record before the length of its compression.
_BEFORE_COMPRESSION = _HEAD.size + 28
_WINDOW = 1 << 20


class Source:
    """A record's file while it is read; what is asked for beyond its end is not there.

    Parameters
    ----------
    stream : binary file
        The file.
    size : int
        Its length [bytes].

    Attributes
    ----------
    count : int
        Bytes read so far [-].
    """

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self.size, self.count = stream, size, 0

    def at(self, offset: int, length: int) -> bytes:
        """Read from a place.

        Parameters
        ----------
        offset : int
            Where [bytes].
        length : int
            How much [bytes].

        Returns
        -------
        bytes
            As much of it as there is.
        """
        self._stream.seek(min(offset, self.size))
        data = self._stream.read(max(0, min(length, self.size - offset)))
        self.count += len(data)
        return data


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a file for reading here and there.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    Source
        The file.

    Raises
    ------
    RecordingError
        If it cannot be opened or read.
    """
    try:
        with path.open("rb", buffering=0) as stream:
            yield Source(stream, path.stat().st_size)
    except OSError as error:
        raise RecordingError(f"{path}: cannot be opened: {error.strerror}") from None


class Place(NamedTuple):
    """A chunk in a file.

    Attributes
    ----------
    offset : int
        Where its record begins [bytes].
    length : int
        Length of the record [bytes].
    channels : frozenset of int
        Channels with messages in it [-].
    """

    offset: int
    length: int
    channels: frozenset[int]


class Index(NamedTuple):
    """The index at the end of a whole record.

    Attributes
    ----------
    topics : dict of int to str
        Topic of each channel.
    places : list of Place
        All chunks in order.
    definitions : bytes
        Records that define the schemas and the channels.
    """

    topics: dict[int, str]
    places: list[Place]
    definitions: bytes


def read_index(source: Source) -> Index | None:
    """Read the index, if the file has one whose checksum is right and which makes sense.

    Parameters
    ----------
    source : Source
        The file.

    Returns
    -------
    Index or None
        The index.
    """
    tail = source.at(source.size - _HEAD.size - _FOOTER_BODY.size - len(MAGIC), 37)
    if len(tail) != 37 or tail[-8:] != MAGIC or _HEAD.unpack_from(tail) != (_FOOTER, _FOOTER_BODY.size):
        return None
    start, _, crc = _FOOTER_BODY.unpack_from(tail, _HEAD.size)
    end = source.size - len(tail)
    if not len(MAGIC) < start <= end:
        return None
    data = source.at(start, end - start)
    if zlib.crc32(data + tail[: _HEAD.size + 16]) != crc:
        return None
    try:
        return _index_of(data)
    except (ValueError, struct.error):  # a right checksum does not make sense of what stands above it
        return None


def _index_of(data: bytes) -> Index:
    topics, places, definitions, at = dict[int, str](), list[Place](), list[bytes](), 0
    while at + _HEAD.size <= len(data):
        opcode, length = _HEAD.unpack_from(data, at)
        body, end = at + _HEAD.size, at + _HEAD.size + length
        if end > len(data):
            raise ValueError("a record longer than its section")
        if opcode == _CHANNEL:
            number, _, size = struct.unpack_from("<HHI", data[body:end])
            topics[number] = data[body + 8 : min(body + 8 + size, end)].decode()
        elif opcode == _CHUNK_INDEX:
            places.append(_place(data[body:end]))
        if opcode in (_SCHEMA, _CHANNEL):
            definitions.append(data[at:end])
        at = end
    return Index(topics, places, b"".join(definitions))


def _place(body: bytes) -> Place:
    _, _, offset, length, size = _INDEX_HEAD.unpack_from(body)
    entries = struct.iter_unpack("<HQ", body[_INDEX_HEAD.size : _INDEX_HEAD.size + size])
    return Place(offset, length, frozenset(number for number, _ in entries))


def walk(source: Source, lose: Callable[[str], None]) -> Iterator[tuple[int, bytes]]:
    """Go through a file from its beginning.

    Parameters
    ----------
    source : Source
        The file.
    lose : callable
        Takes what cannot be read, in words.

    Yields
    ------
    tuple of int and bytes
        Where a record of metadata or a chunk begins [bytes], and the record.
    """
    at, sure = len(MAGIC), len(MAGIC)
    if source.at(0, len(MAGIC)) != MAGIC:
        lose("the opening bytes are damaged")
    while True:
        length = _checked(source, at)
        if length is None:
            found = _next_chunk(source, sure)
            if found is None:
                _lose_tail(source, at, lose)
                return
            if found != at:
                lose(f"bytes {sure} to {found - 1} make no sense")
            at = sure = found
            continue
        opcode = source.at(at, 1)[0]
        if opcode == _DATA_END and _is_whole(source, at + length):
            return
        if opcode in (_METADATA, _CHUNK):
            yield at, source.at(at, length)
        at += length
        if opcode in (_CHUNK, _MESSAGE_INDEX):
            sure = at  # the lengths of these can be checked


def _checked(source: Source, at: int) -> int | None:
    """Length of the record, if it can be one of the data section."""
    head = source.at(at, _HEAD.size + _CHUNK_HEAD.size + 4)
    if len(head) < _HEAD.size:
        return None
    opcode, length = _HEAD.unpack_from(head)
    total = _HEAD.size + int(length)
    if at + total > source.size:
        return None
    if opcode == _CHUNK:
        return total if _is_chunk(head, length) else None
    if opcode == _MESSAGE_INDEX:
        return total if len(head) >= 15 and int.from_bytes(head[11:15], "little") == length - 6 else None
    if opcode == _DATA_END:
        return total if length == 4 else None
    return total if opcode in (_HEADER, _METADATA) else None


def _is_chunk(head: bytes, length: int) -> bool:
    if len(head) < _BEFORE_COMPRESSION + 16:
        return False
    size = int.from_bytes(head[_BEFORE_COMPRESSION + 8 : _BEFORE_COMPRESSION + 16], "little")
    at = _BEFORE_COMPRESSION
    return head[0] == _CHUNK and head[at : at + 8] == _COMPRESSION and size + 44 == length


def _next_chunk(source: Source, at: int) -> int | None:
    """Where the next chunk begins that the file holds to its end."""
    window = at
    while window < source.size:
        data = source.at(window, _WINDOW + _BEFORE_COMPRESSION + 16)
        found = data.find(_COMPRESSION, _BEFORE_COMPRESSION)
        while found >= 0:
            start = window + found - _BEFORE_COMPRESSION
            if _checked(source, start) is not None and source.at(start, 1)[0] == _CHUNK:
                return start
            found = data.find(_COMPRESSION, found + 1)
        window += _WINDOW
    return None


def _is_whole(source: Source, end: int) -> bool:
    """Whether the index stands where the data end, and the file ends with it."""
    tail = source.at(source.size - 37 + _HEAD.size, 8)
    return len(tail) == 8 and int.from_bytes(tail, "little") == end and read_index(source) is not None


def _lose_tail(source: Source, at: int, lose: Callable[[str], None]) -> None:
    if source.at(at, 13)[:1] == bytes((_DATA_END,)) or at >= source.size:
        lose("the closing bytes are missing")
    else:
        lose(f"the file ends in the middle, after {at} of {source.size} bytes")


def unpack(record: bytes) -> tuple[bytes, int, str]:
    """Unpack a chunk.

    Parameters
    ----------
    record : bytes
        Its record.

    Returns
    -------
    tuple of bytes, int and str
        The messages, their checksum, and the time they span, in words.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    _, zstandard = require_mcap()
    if len(record) < _BEFORE_COMPRESSION + 16 or not _is_chunk(record, len(record) - _HEAD.size):
        raise ValueError("no chunk")
    size, crc = struct.unpack_from("<QI", record, _HEAD.size + 16)
    packed = record[_BEFORE_COMPRESSION + 16 :]
    stated = _guarded(zstandard, zstandard.frame_content_size, packed)
    if not size <= LARGEST_CHUNK or stated not in (-1, size):
        raise ValueError(f"chunk must have at most {LARGEST_CHUNK} bytes, got {size}")
    data: bytes = _guarded(zstandard, zstandard.decompress, packed, size)
    if zlib.crc32(data) != crc:
        raise ValueError("checksum")
    return data, crc, span_of(record)


def span_of(record: bytes) -> str:
    """Say which time a chunk spans.

    Parameters
    ----------
    record : bytes
        Its record.

    Returns
    -------
    str
        First and last time.
    """
    first, last = struct.unpack_from("<QQ", record, _HEAD.size)
    return f"{first * 1e-9:.3f} to {last * 1e-9:.3f} s"


def _guarded(zstandard: Any, call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from None
