"""Write MCAP in blocks: whole arrays of messages at once, through the record classes of the `mcap` library.

The library's own writer takes one message at a time, which costs seconds for a million of them.

Every chunk bears a mark: a message that says whose session it is of, its number, and the checksum of the chunk before.
By it a reader sees what is missing, repeated, or from another file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gaitloop.errors import ConfigError, MissingExtraError

#: Largest size of a chunk before it is packed [bytes]; a reader refuses more.
LARGEST_CHUNK = 64_000_000
MAGIC = bytes((137, 77, 67, 65, 80, 48, 13, 10))
#: Channel and schema of the marks, and of the copies of the metadata.
MARK_CHANNEL, COPY_CHANNEL = 65535, 65534
MARK_TOPIC, COPY_TOPIC = "/mark", "/metadata"
#: A mark as a record: head and times of a message, CDR header, session, number, checksum of the chunk before.
MARK = struct.Struct("<BQHIQQ4s16sQQ")
_MARK_TEXT = (
    "uint64[2] session  # SHA-256 of the metadata, first half\nuint64 number  # of the chunk, from 0\n"
    "uint64 before  # CRC-32 of the chunk before, 0 of the first\n"
)
_COPY_SCHEMA = '{"title": "gaitloop.Metadata", "type": "object"}'
_INDEX_ENTRY = np.dtype([("time", "<u8"), ("offset", "<u8")])


def require_mcap() -> tuple[ModuleType, ModuleType]:
    """Import what records need.

    Returns
    -------
    tuple of module
        `mcap.records` and `zstandard`.

    Raises
    ------
    MissingExtraError
        If the extra `log` is not installed.
    """
    try:
        import zstandard
        from mcap import records
    except ImportError as error:
        raise MissingExtraError("records need the extra log: pip install 'gaitloop[log]'") from error
    return records, zstandard


class Run(NamedTuple):
    """Messages of one channel, back to back.

    Attributes
    ----------
    channel : int
        Channel [-].
    times : ndarray of uint64, shape (N,)
        Time of each message [ns].
    offsets : ndarray of uint64, shape (N,)
        Where each begins in `data` [-].
    data : bytes
        The message records.
    """

    channel: int
    times: NDArray[np.uint64]
    offsets: NDArray[np.uint64]
    data: bytes


def run_of_rows(channel: int, rows: NDArray[np.void]) -> Run:
    """Messages from packed rows.

    Parameters
    ----------
    channel : int
        Channel [-].
    rows : ndarray, shape (N,)
        Rows of a layout, heads filled in [units of the layout].

    Returns
    -------
    Run
        The same as bytes.
    """
    offsets = np.arange(len(rows), dtype=np.uint64) * np.uint64(rows.dtype.itemsize)
    return Run(channel, rows["_log_time"].astype(np.uint64), offsets, rows.tobytes())


def text_run(channel: int, messages: Iterable[tuple[int, int, Mapping[str, Any]]]) -> Run:
    """Messages as JSON.

    Parameters
    ----------
    channel : int
        Channel [-].
    messages : iterable of tuple
        Number on the topic [-], time [ns] and values of each.

    Returns
    -------
    Run
        The same as bytes.

    Raises
    ------
    ValueError, TypeError
        If JSON cannot hold a value.
    """
    parts, times, offsets, at = [], [], [], 0
    for sequence, t, values in messages:
        body = json.dumps(dict(values), allow_nan=False, ensure_ascii=False).encode()
        parts.append(struct.pack("<BQHIQQ", 5, 22 + len(body), channel, sequence & 0xFFFFFFFF, t, t) + body)
        times.append(t)
        offsets.append(at)
        at += len(parts[-1])
    return Run(channel, np.array(times, dtype=np.uint64), np.array(offsets, dtype=np.uint64), b"".join(parts))


def session_of(metadata: Mapping[str, str]) -> bytes:
    """Tell sessions apart by their metadata.

    Parameters
    ----------
    metadata : mapping of str to str
        All of it.

    Returns
    -------
    bytes
        First 16 bytes of its SHA-256.
    """
    return hashlib.sha256(json.dumps(dict(metadata), sort_keys=True).encode()).digest()[:16]


class Container:
    """An MCAP file under construction; every chunk is with the operating system when `chunk` returns.

    A chunk that cannot be written is taken back: the file stays as it was before, and may be tried again.

    Parameters
    ----------
    stream : binary file
        Where the bytes go; unbuffered.
    library : str
        Written into the header.
    metadata : tuple of str and mapping
        Name and values of the metadata record. Its copies stand in chunks, where a checksum keeps them.
    """

    def __init__(self, stream: IO[bytes], library: str, metadata: tuple[str, Mapping[str, str]]) -> None:
        from mcap.data_stream import RecordBuilder

        self._records, zstandard = require_mcap()
        self._builder: Any = RecordBuilder
        self._compress = zstandard.ZstdCompressor(level=3, write_content_size=True).compress
        self._stream = stream
        self._position = 0
        self._schemas: list[Any] = []
        self._channels: list[Any] = []
        self._pending = b""
        self._indices: list[Any] = []
        self._counts: dict[int, int] = {}
        self._span: tuple[int, int] | None = None
        self._before = 0
        self._name, self._values = metadata[0], dict(metadata[1])
        self._session = session_of(self._values)
        head = self._bytes(self._records.Header(profile="ros2", library=library))
        record = self._bytes(self._records.Metadata(name=self._name, metadata=self._values))
        at = len(MAGIC) + len(head)
        self._metadata = [self._records.MetadataIndex(offset=at, length=len(record), name=self._name)]
        self._write(MAGIC + head + record)
        self._announce(COPY_CHANNEL, COPY_TOPIC, "json", "gaitloop.Metadata", "jsonschema", _COPY_SCHEMA)
        self._announce(MARK_CHANNEL, MARK_TOPIC, "cdr", "gaitloop_msgs/msg/Mark", "ros2msg", _MARK_TEXT)

    def _bytes(self, *records: Any) -> bytes:
        builder = self._builder()
        for record in records:
            record.write(builder)
        data: bytes = builder.end()
        return data

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._stream.write(rest) :]
            self._stream.flush()
        except OSError:
            with contextlib.suppress(OSError):  # a device has no end to take back
                self._stream.seek(self._position)
                self._stream.truncate(self._position)
            raise
        self._position += len(data)

    def channel(self, topic: str, encoding: str, name: str, schema_encoding: str, schema: str, number: int = 0) -> int:
        """Open a channel; it is announced in the next chunk.

        Parameters
        ----------
        topic : str
            Topic.
        encoding : str
            Encoding of the messages.
        name : str
            Name of the message type.
        schema_encoding : str
            Encoding of the schema.
        schema : str
            The schema.
        number : int, optional
            Which channel it is [-]; the next one by default.

        Returns
        -------
        int
            Channel [-].
        """
        number = number or len(self._channels) - 1
        self._announce(number, topic, encoding, name, schema_encoding, schema)
        return number

    def _announce(self, number: int, topic: str, encoding: str, name: str, schema_encoding: str, schema: str) -> None:
        kind = self._records.Schema(id=number, name=name, encoding=schema_encoding, data=schema.encode())
        channel = self._records.Channel(
            id=number, topic=topic, message_encoding=encoding, metadata={}, schema_id=number
        )
        self._schemas.append(kind)
        self._channels.append(channel)
        self._pending += self._bytes(kind, channel)

    def announce_again(self, t: int) -> None:
        """Write the metadata and all channels once more, for what is left of a damaged file.

        Parameters
        ----------
        t : int
            Time of the session [ns].
        """
        self._pending = b"".join(self._bytes(*pair) for pair in zip(self._schemas, self._channels, strict=True))
        self.chunk([text_run(COPY_CHANNEL, [(0, t, {"name": self._name, "values": self._values})])])

    def chunk(self, runs: list[Run]) -> None:
        """Write one chunk with its index, and hand it to the operating system.

        Parameters
        ----------
        runs : list of Run
            Messages; runs without any are left out.

        Raises
        ------
        ConfigError
            If they are more than a reader takes.
        """
        runs = [run for run in runs if len(run.times)]
        if not runs:
            return
        first, last = min(int(r.times.min()) for r in runs), max(int(r.times.max()) for r in runs)
        runs = [self._mark(first), *runs]
        starts = np.cumsum([len(self._pending), *(len(run.data) for run in runs)])
        if starts[-1] > LARGEST_CHUNK:
            raise ConfigError(f"block must have at most {LARGEST_CHUNK} bytes, got {starts[-1]}; write shorter ones")
        data = self._pending + b"".join(run.data for run in runs)
        crc = zlib.crc32(data)
        chunk = self._records.Chunk(
            compression="zstd",
            data=self._compress(data),
            message_start_time=first,
            message_end_time=last,
            uncompressed_crc=crc,
            uncompressed_size=len(data),
        )
        record = self._bytes(chunk)
        parts, offsets, at = [record], {}, self._position + len(record)
        for run, start in zip(runs, starts, strict=False):
            parts.append(_index(run, int(start)))
            offsets[run.channel] = at
            at += len(parts[-1])
        index = self._records.ChunkIndex(
            chunk_start_offset=self._position,
            chunk_length=len(record),
            compression="zstd",
            compressed_size=len(chunk.data),
            uncompressed_size=len(data),
            message_start_time=first,
            message_end_time=last,
            message_index_length=at - self._position - len(record),
            message_index_offsets=offsets,
        )
        self._write(b"".join(parts))
        self._indices.append(index)
        self._pending, self._before = b"", crc
        self._count(runs, first, last)

    def _mark(self, t: int) -> Run:
        number, length = len(self._indices), MARK.size - 9
        data = MARK.pack(
            5, length, MARK_CHANNEL, number & 0xFFFFFFFF, t, t, b"\0\1\0\0", self._session, number, self._before
        )
        return Run(MARK_CHANNEL, np.array([t], np.uint64), np.zeros(1, np.uint64), data)

    def _count(self, runs: list[Run], first: int, last: int) -> None:
        for run in runs:
            self._counts[run.channel] = self._counts.get(run.channel, 0) + len(run.times)
        low, high = self._span or (first, last)
        self._span = (min(low, first), max(high, last))

    def finish(self) -> None:
        """Write the summary section that makes the file seekable."""
        records = self._records
        end = self._bytes(records.DataEnd(data_section_crc=0))
        start = self._position + len(end)
        first, last = self._span or (0, 0)
        statistics = records.Statistics(
            attachment_count=0,
            channel_count=len(self._channels),
            channel_message_counts=self._counts,
            chunk_count=len(self._indices),
            message_count=sum(self._counts.values()),
            message_start_time=first,
            message_end_time=last,
            metadata_count=len(self._metadata),
            schema_count=len(self._schemas),
        )
        groups = ((3, self._schemas), (4, self._channels), (11, [statistics]), (8, self._indices), (13, self._metadata))
        summary, offsets = b"", b""
        for opcode, group in groups:
            data = self._bytes(*group)
            if data:
                offsets += self._bytes(records.SummaryOffset(opcode, start + len(summary), len(data)))
            summary += data
        offset_start = start + len(summary)
        # The checksum covers the summary and the footer up to the checksum itself.
        footer = self._bytes(records.Footer(summary_start=start, summary_offset_start=offset_start, summary_crc=0))
        crc = zlib.crc32(summary + offsets + footer[:-4])
        self._write(end + summary + offsets + footer[:-4] + crc.to_bytes(4, "little") + MAGIC)


def _index(run: Run, at: int) -> bytes:
    entries = np.empty(len(run.times), dtype=_INDEX_ENTRY)
    entries["time"] = run.times
    entries["offset"] = run.offsets + np.uint64(at)
    body = run.channel.to_bytes(2, "little") + entries.nbytes.to_bytes(4, "little") + entries.tobytes()
    return bytes((7,)) + len(body).to_bytes(8, "little") + body
