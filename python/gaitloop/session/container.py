"""Write MCAP in blocks: whole arrays of messages at once, through the record classes of the `mcap` library.

The library's own writer takes one message at a time, which costs seconds for a million of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from types import ModuleType
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gaitloop.errors import ConfigError, MissingExtraError

#: Largest size of a chunk before it is packed [bytes]; a reader refuses more.
LARGEST_CHUNK = 64_000_000
MAGIC = bytes((137, 77, 67, 65, 80, 48, 13, 10))
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


class Container:
    """An MCAP file under construction; every chunk is on its way to the disk when `chunk` returns.

    Parameters
    ----------
    stream : binary file
        Where the bytes go.
    library : str
        Written into the header.
    """

    def __init__(self, stream: IO[bytes], library: str) -> None:
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
        self._metadata: list[Any] = []
        self._counts: dict[int, int] = {}
        self._span: tuple[int, int] | None = None
        self._write(MAGIC + self._bytes(self._records.Header(profile="ros2", library=library)))

    def _bytes(self, *records: Any) -> bytes:
        builder = self._builder()
        for record in records:
            record.write(builder)
        data: bytes = builder.end()
        return data

    def _write(self, data: bytes) -> int:
        start = self._position
        self._stream.write(data)
        self._position += len(data)
        return start

    def metadata(self, name: str, values: Mapping[str, str]) -> None:
        """Add a metadata record.

        Parameters
        ----------
        name : str
            Name of the record.
        values : mapping of str to str
            What it says.
        """
        data = self._bytes(self._records.Metadata(name=name, metadata=dict(values)))
        offset = self._write(data)
        self._metadata.append(self._records.MetadataIndex(offset=offset, length=len(data), name=name))

    def channel(self, topic: str, encoding: str, name: str, schema_encoding: str, schema: str) -> int:
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

        Returns
        -------
        int
            Channel [-].
        """
        number = len(self._channels) + 1
        kind = self._records.Schema(id=number, name=name, encoding=schema_encoding, data=schema.encode())
        channel = self._records.Channel(
            id=number, topic=topic, message_encoding=encoding, metadata={}, schema_id=number
        )
        self._schemas.append(kind)
        self._channels.append(channel)
        self._pending += self._bytes(kind, channel)
        return number

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
        starts = np.cumsum([len(self._pending), *(len(run.data) for run in runs)])
        if starts[-1] > LARGEST_CHUNK:
            raise ConfigError(f"block must have at most {LARGEST_CHUNK} bytes, got {starts[-1]}; write shorter ones")
        data = self._pending + b"".join(run.data for run in runs)
        self._pending = b""
        first, last = min(int(r.times.min()) for r in runs), max(int(r.times.max()) for r in runs)
        chunk = self._records.Chunk(
            compression="zstd",
            data=self._compress(data),
            message_start_time=first,
            message_end_time=last,
            uncompressed_crc=zlib.crc32(data),
            uncompressed_size=len(data),
        )
        head = self._bytes(chunk)
        start = self._write(head)
        index_start = self._position
        offsets = {run.channel: self._write(_index(run, int(at))) for run, at in zip(runs, starts, strict=False)}
        self._indices.append(
            self._records.ChunkIndex(
                chunk_start_offset=start,
                chunk_length=len(head),
                compression="zstd",
                compressed_size=len(chunk.data),
                uncompressed_size=len(data),
                message_start_time=first,
                message_end_time=last,
                message_index_length=self._position - index_start,
                message_index_offsets=offsets,
            )
        )
        self._count(runs, first, last)
        self._stream.flush()

    def _count(self, runs: list[Run], first: int, last: int) -> None:
        for run in runs:
            self._counts[run.channel] = self._counts.get(run.channel, 0) + len(run.times)
        low, high = self._span or (first, last)
        self._span = (min(low, first), max(high, last))

    def finish(self) -> None:
        """Write the summary section that makes the file seekable."""
        records = self._records
        self._write(self._bytes(records.DataEnd(data_section_crc=0)))
        start = self._position
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
        self._write(summary + offsets + footer[:-4] + crc.to_bytes(4, "little") + MAGIC)
        self._stream.flush()


def _index(run: Run, at: int) -> bytes:
    entries = np.empty(len(run.times), dtype=_INDEX_ENTRY)
    entries["time"] = run.times
    entries["offset"] = run.offsets + np.uint64(at)
    body = run.channel.to_bytes(2, "little") + entries.nbytes.to_bytes(4, "little") + entries.tobytes()
    return bytes((7,)) + len(body).to_bytes(8, "little") + body
