"""Read session records, complete or cut off; what was lost is said, never guessed."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gaitloop.errors import ConfigError, RecordingError

from .container import LARGEST_CHUNK, require_mcap
from .layout import Block, Layout, Tables
from .messages import read_message
from .topics import JSON_SCHEMAS, METADATA, SCHEMA_VERSION

_SCHEMA, _CHANNEL, _MESSAGE = 3, 4, 5
_HEAD = struct.Struct("<BQ")
_MESSAGE_HEAD = struct.Struct("<HIQQ")


@dataclass(slots=True)
class Summary:
    """What a record says without its samples.

    Attributes
    ----------
    events : list of dict
        Gait events, by the `/event` schema.
    strides : list of dict
        Strides, by the `/stride` schema.
    states : list of dict
        Changes of the supervisor's state, by the `/state` schema.
    """

    events: list[dict[str, Any]] = field(default_factory=list)
    strides: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class _Chunk:
    """Messages of one chunk by topic: rows of the fixed topics, objects of the JSON ones."""

    rows: dict[str, list[NDArray[np.void]]] = field(default_factory=dict)
    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class _Bounded:
    """A file that is asked for no more than it has, whatever length a damaged record states."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._size = stream, size

    def read(self, length: int) -> bytes:
        return self._stream.read(min(length, max(self._size - self._stream.tell(), 0)))


class Reader:
    """A session record.

    Parameters
    ----------
    path : path-like
        The file.
    tables : Tables, optional
        Field tables; those of the core when absent.

    Attributes
    ----------
    metadata : dict
        The `gaitloop` metadata record: plan, seed, versions.
    losses : list of str
        What could not be read; complete only after everything was.

    Raises
    ------
    RecordingError
        If the file is no session record or comes from a newer version.
    """

    def __init__(self, path: str | Path, *, tables: Tables | None = None) -> None:
        self.path = Path(path)
        self._tables = tables
        self._schemas: dict[int, tuple[str, str, str]] = {}
        self._channels: dict[int, tuple[str, Layout | None]] = {}
        self.losses: list[str] = []
        self.metadata = self._read_metadata()
        version = self.metadata.get("schema_version", "")
        if not version.isdecimal() or not 1 <= int(version) <= SCHEMA_VERSION:
            raise RecordingError(
                f"{self.path}: schema_version must lie in [1, {SCHEMA_VERSION}], got {version or 'none'}"
            )

    @property
    def tables(self) -> Tables:
        """Field tables the rows are laid out by."""
        if self._tables is None:
            self._tables = Tables.from_core()
        return self._tables

    def _read_metadata(self) -> dict[str, str]:
        records, _ = require_mcap()
        from mcap.exceptions import McapError

        try:
            for record in self._outer():
                if isinstance(record, records.Metadata) and record.name == METADATA:
                    return dict(record.metadata)
                if isinstance(record, records.Chunk):
                    break
        except McapError as error:
            raise RecordingError(f"{self.path}: not a session record: {error}") from None
        cut = f" ({self.losses[0]})" if self.losses else ""
        raise RecordingError(f"{self.path}: not a session record: metadata record '{METADATA}' is missing{cut}")

    def _outer(self) -> Iterator[Any]:
        from mcap.exceptions import EndOfFile, InvalidMagic, RecordLengthLimitExceeded
        from mcap.stream_reader import StreamReader

        try:
            stream = self.path.open("rb")
        except OSError as error:
            raise RecordingError(f"{self.path}: cannot be opened: {error.strerror}") from None
        size = self.path.stat().st_size
        with stream:
            read = False
            try:
                bounded: Any = _Bounded(stream, size)
                for record in StreamReader(bounded, emit_chunks=True, record_size_limit=max(size, 1)).records:
                    read = True
                    yield record
            except InvalidMagic:
                if not read:
                    raise
                self._lose("the closing bytes are missing")
            except (EndOfFile, struct.error, UnicodeDecodeError, RecordLengthLimitExceeded):
                self._lose(f"the file ends in the middle, after {stream.tell()} bytes")

    def _lose(self, what: str) -> None:
        if what not in self.losses:
            self.losses.append(what)

    def _chunks(self, wanted: set[str]) -> Iterator[_Chunk]:
        records, zstandard = require_mcap()
        from mcap.exceptions import McapError

        last: int | None = None
        for record in self._outer():
            if not isinstance(record, records.Chunk):
                continue
            span = f"{record.message_start_time * 1e-9:.3f} to {record.message_end_time * 1e-9:.3f} s"
            try:
                if not self._is_wanted(zstandard, record, wanted):
                    continue
                chunk = self._split(_unpack(zstandard, record))
            except (ValueError, KeyError, IndexError, struct.error, McapError, zstandard.ZstdError):
                self._lose(f"a damaged chunk, {span}")
                continue
            last = record.message_end_time
            yield chunk
        if self.losses and last is not None:
            self._lose(f"the last readable message is at {last * 1e-9:.3f} s")

    def _is_wanted(self, zstandard: Any, record: Any, wanted: set[str]) -> bool:
        # The first message tells samples from the rest, so that a summary need not unpack the samples.
        head = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(record.data)).read(_HEAD.size + 2)
        opcode, _ = _HEAD.unpack_from(head)
        if opcode != _MESSAGE:
            return True
        topic, _ = self._channels[int.from_bytes(head[_HEAD.size :], "little")]
        bulk = topic in ("/sample", "/command")
        return bool(wanted & {"/sample", "/command"}) if bulk else bool(wanted - {"/sample", "/command"})

    def _split(self, data: bytes) -> _Chunk:
        chunk, at = _Chunk(), 0
        while at < len(data):
            opcode, length = _HEAD.unpack_from(data, at)
            body = at + _HEAD.size
            if opcode == _MESSAGE:
                number, _, _, _ = _MESSAGE_HEAD.unpack_from(data, body)
                topic, layout = self._channels[number]
                if layout is not None:
                    rows = _leading_rows(data, at, layout)
                    chunk.rows.setdefault(topic, []).append(rows)
                    at += rows.nbytes
                    continue
                text = data[body + _MESSAGE_HEAD.size : body + length]
                chunk.objects.setdefault(topic, []).append(read_message(topic, text))
            elif opcode == _SCHEMA:
                schema = _read_schema(data[body : body + length])
                self._schemas[schema[0]] = schema[1:]
            elif opcode == _CHANNEL:
                number, parent, topic = _read_channel(data[body : body + length])
                name, encoding, definition = self._schemas[parent]
                layout = Layout.parse(name, definition) if encoding == "ros2msg" else None
                self._channels[number] = (topic, layout)
            at = body + length
        return chunk

    def summary(self) -> Summary:
        """Events, strides and states, without unpacking the samples.

        Returns
        -------
        Summary
            What was found.
        """
        summary = Summary()
        for chunk in self._chunks({"/event", "/stride", "/state"}):
            summary.events += chunk.objects.get("/event", [])
            summary.strides += chunk.objects.get("/stride", [])
            summary.states += chunk.objects.get("/state", [])
        return summary

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """Messages of one JSON topic, without unpacking the samples.

        Parameters
        ----------
        topic : str
            Such as `/stage`, `/note`, `/change`, `/pain`, `/loss`, `/event`.

        Returns
        -------
        list of dict
            Messages in the order they were written; none in a record of a version that did not tell them.

        Raises
        ------
        ConfigError
            If there is no such topic.
        """
        if topic not in JSON_SCHEMAS:
            raise ConfigError(f"topic must be one of {', '.join(JSON_SCHEMAS)}, got {topic!r}")
        return [message for chunk in self._chunks({topic}) for message in chunk.objects.get(topic, [])]

    def blocks(self) -> Iterator[Block]:
        """All ticks in order.

        Yields
        ------
        Block
            Ticks of one chunk, with the telemetry recorded for them.
        """
        everything = {"/sample", "/command", "/telemetry"}
        waiting: list[NDArray[np.void]] = []
        for chunk in self._chunks(everything):
            waiting += chunk.rows.get("/telemetry", [])
            samples, commands = chunk.rows.get("/sample", []), chunk.rows.get("/command", [])
            if samples and commands:
                try:
                    block = self._block(samples, commands, waiting)
                except (ValueError, KeyError, IndexError, TypeError) as error:
                    self._lose(f"ticks that do not fit together: {error}")
                else:
                    yield block
                waiting = []

    def _block(
        self, samples: list[NDArray[np.void]], commands: list[NDArray[np.void]], telemetry: list[NDArray[np.void]]
    ) -> Block:
        tables = self.tables
        t = np.concatenate([rows["_log_time"] for rows in samples]).view(np.int64)
        parts = [_sample_arrays(tables, rows) for rows in samples]
        sample, valid, stamp = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        columns = [np.column_stack([rows[name][:, 0] for name in tables.command_integers]) for rows in commands]
        integers = np.concatenate(columns)
        _, _, width = tables.lengths
        _check_codes(tables, integers)
        if len(integers) != len(t):
            raise ValueError(f"{len(t)} samples and {len(integers)} commands")
        return Block(
            t=t,
            sample=sample,
            valid=valid,
            stamp=stamp,
            command=np.concatenate([_flat(tables.command, rows) for rows in commands]),
            command_integers=integers,
            telemetry_t=np.concatenate([np.empty(0, np.int64), *(r["_log_time"].view(np.int64) for r in telemetry)]),
            telemetry=np.concatenate([np.empty((0, width)), *(_flat(tables.telemetry, rows) for rows in telemetry)]),
        )


def _unpack(zstandard: Any, record: Any) -> bytes:
    stated = zstandard.frame_content_size(record.data)
    if not record.uncompressed_size <= LARGEST_CHUNK or stated not in (-1, record.uncompressed_size):
        raise ValueError(f"chunk must have at most {LARGEST_CHUNK} bytes, got {record.uncompressed_size}")
    data: bytes = zstandard.decompress(record.data, record.uncompressed_size)
    if zlib.crc32(data) != record.uncompressed_crc:
        raise ValueError("checksum")
    return data


def _leading_rows(data: bytes, at: int, layout: Layout) -> NDArray[np.void]:
    dtype = layout.dtype
    rows = np.frombuffer(data, dtype=dtype, count=(len(data) - at) // dtype.itemsize, offset=at)
    first = rows[0]
    same = (
        (rows["_opcode"] == _MESSAGE) & (rows["_length"] == first["_length"]) & (rows["_channel"] == first["_channel"])
    )
    if int(first["_length"]) != dtype.itemsize - _HEAD.size:
        raise ValueError(f"{layout.name} must have {dtype.itemsize - _HEAD.size} bytes, got {int(first['_length'])}")
    others = np.flatnonzero(~same)
    return rows[: others[0]] if len(others) else rows


def _check_codes(tables: Tables, integers: NDArray[np.int64]) -> None:
    for name, words in (("state", tables.states), ("cause", tables.causes)):
        codes = integers[:, tables.command_integers.index(name)]
        if len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < len(words):
            raise ValueError(f"{name} must lie in [0, {len(words) - 1}], got {codes.min()} to {codes.max()}")


def _flat(specs: tuple[Any, ...], rows: NDArray[np.void]) -> NDArray[np.float64]:
    """Values by the tables; NaN in groups that the version which wrote the record did not have."""
    names = rows.dtype.names or ()
    absent = [np.full((len(rows), spec.length), np.nan) for spec in specs]
    have = [
        rows[spec.name].astype(np.float64) if spec.name in names else none
        for spec, none in zip(specs, absent, strict=True)
    ]
    return np.concatenate(have, axis=1)


def _sample_arrays(
    tables: Tables, rows: NDArray[np.void]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    width, names = tables.lengths[0], rows.dtype.names or ()
    t = rows["_log_time"].view(np.int64)
    sample, stamp = np.zeros((len(rows), width)), np.zeros((len(rows), len(tables.sample)), dtype=np.int64)
    for group, spec in enumerate(tables.sample):
        if spec.name in names:
            sample[:, spec.start : spec.start + spec.length] = rows[spec.name]
            stamp[:, group] = t - rows[f"{spec.name}_age"][:, 0]
    bits = np.unpackbits(rows["valid"].copy().view(np.uint8), axis=1, bitorder="little")
    valid = np.zeros((len(rows), width), dtype=np.bool_)
    valid[:, : bits.shape[1]] = bits[:, :width]
    return sample, valid, stamp


def _read_schema(body: bytes) -> tuple[int, str, str, str]:
    from mcap.data_stream import ReadDataStream
    from mcap.records import Schema

    schema = Schema.read(ReadDataStream(io.BytesIO(body)))
    return schema.id, schema.name, schema.encoding, schema.data.decode()


def _read_channel(body: bytes) -> tuple[int, int, str]:
    from mcap.data_stream import ReadDataStream
    from mcap.records import Channel

    channel = Channel.read(ReadDataStream(io.BytesIO(body)))
    return channel.id, channel.schema_id, channel.topic
