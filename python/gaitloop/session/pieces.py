"""What one unpacked chunk holds: its mark, definitions of channels, rows and messages."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .container import COPY_CHANNEL, MARK, MARK_CHANNEL
from .layout import Layout
from .messages import read_message
from .rows import MESSAGE, RECORD_HEAD, leading_rows

_SCHEMA, _CHANNEL = 3, 4
_MESSAGE_HEAD = struct.Struct("<HIQQ")


class Mark(NamedTuple):
    """What a chunk says about itself.

    Attributes
    ----------
    session : bytes
        Whose it is.
    number : int
        Which of the file it is, from 0 [-].
    before : int
        Checksum of the chunk before [-].
    """

    session: bytes
    number: int
    before: int


class Message(NamedTuple):
    """One JSON message.

    Attributes
    ----------
    sequence : int
        Its number on its topic [-].
    t : int
        Time [ns].
    values : dict
        What it says.
    """

    sequence: int
    t: int
    values: dict[str, Any]


@dataclass(slots=True)
class Pieces:
    """Messages of one chunk by topic.

    Attributes
    ----------
    rows : dict
        Rows of the fixed topics [units of the layouts].
    messages : dict
        Messages of the JSON topics.
    mark : Mark or None
        Mark of the chunk; none in records of version 1.
    copy : dict or None
        A copy of the metadata.
    """

    rows: dict[str, list[NDArray[np.void]]] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    mark: Mark | None = None
    copy: dict[str, str] | None = None


class Definition(NamedTuple):
    """A channel as it was defined.

    Attributes
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
    """

    topic: str
    encoding: str
    name: str
    schema_encoding: str
    schema: str


class Channels:
    """Channels of a record as far as they are known.

    Attributes
    ----------
    known : dict of int to tuple
        Topic and layout of each channel; a JSON topic has no layout.
    definitions : dict of int to Definition
        Each as it was defined.
    """

    def __init__(self) -> None:
        self._schemas: dict[int, tuple[str, str, str]] = {}
        self.known: dict[int, tuple[str, Layout | None]] = {}
        self.definitions: dict[int, Definition] = {}

    def learn(self, data: bytes) -> None:
        """Take the definitions of a chunk.

        Parameters
        ----------
        data : bytes
            Unpacked chunk.

        Raises
        ------
        ValueError, KeyError, struct.error
            If one makes no sense, or says something else than before.
        """
        for opcode, body, end in records_of(data):
            if opcode == _SCHEMA:
                number, name, encoding, text = _read_schema(data[body:end])
                self._schemas[number] = name, encoding, text
            elif opcode == _CHANNEL:
                number, parent, topic, kind = _read_channel(data[body:end])
                name, encoding, text = self._schemas[parent]
                channel = topic, Layout.parse(name, text) if encoding == "ros2msg" else None
                if self.known.setdefault(number, channel) != channel:
                    raise ValueError(f"channel {number} is defined twice")
                self.definitions[number] = Definition(topic, kind, name, encoding, text)
            else:
                return  # definitions stand first

    def add(self, others: Channels) -> None:
        """Take channels that were learned elsewhere.

        Parameters
        ----------
        others : Channels
            Channels of the same record.

        Raises
        ------
        ValueError
            If they say something else than these.
        """
        if any(others.known.get(number, channel) != channel for number, channel in self.known.items()):
            raise ValueError("a channel is defined twice")
        self._schemas = {**others._schemas, **self._schemas}
        self.known = {**others.known, **self.known}
        self.definitions = {**others.definitions, **self.definitions}


def records_of(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Go through the records of an unpacked chunk.

    Parameters
    ----------
    data : bytes
        Unpacked chunk.

    Yields
    ------
    tuple of int
        Opcode, and where the body begins and ends [bytes].

    Raises
    ------
    ValueError
        If a record does not end within the chunk.
    """
    at = 0
    while at < len(data):
        if at + RECORD_HEAD.size > len(data):
            raise ValueError("a record without a head")
        opcode, length = RECORD_HEAD.unpack_from(data, at)
        at += RECORD_HEAD.size
        if at + length > len(data):
            raise ValueError("a record longer than its chunk")
        yield opcode, at, at + length
        at += length


def mark_of(data: bytes) -> Mark | None:
    """Find the mark of a chunk.

    Parameters
    ----------
    data : bytes
        Unpacked chunk.

    Returns
    -------
    Mark or None
        The mark; none in records of version 1.

    Raises
    ------
    ValueError
        If the chunk makes no sense.
    """
    for opcode, body, end in records_of(data):
        if opcode == MESSAGE:
            if end - body != MARK.size - RECORD_HEAD.size or data[body : body + 2] != MARK_CHANNEL.to_bytes(
                2, "little"
            ):
                return None
            *_, session, number, before = MARK.unpack_from(data, body - RECORD_HEAD.size)
            return Mark(session, number, before)
    return None


def copy_of(data: bytes) -> dict[str, str] | None:
    """Find the copy of the metadata in a chunk.

    Parameters
    ----------
    data : bytes
        Unpacked chunk.

    Returns
    -------
    dict or None
        The copy, if there is one.

    Raises
    ------
    ValueError
        If it makes no sense.
    """
    for opcode, body, end in records_of(data):
        if opcode != MESSAGE or data[body : body + 2] == MARK_CHANNEL.to_bytes(2, "little"):
            continue
        if data[body : body + 2] != COPY_CHANNEL.to_bytes(2, "little"):
            return None
        values = read_message("/metadata", data[body + _MESSAGE_HEAD.size : end]).get("values")
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise ValueError("a copy of the metadata must hold texts")
        return values
    return None


def split(data: bytes, channels: Channels, *, skip_unknown: bool = False) -> Pieces:
    """Take a chunk apart.

    Parameters
    ----------
    data : bytes
        Unpacked chunk.
    channels : Channels
        Channels known so far, those of this chunk learned.
    skip_unknown : bool, optional
        Whether messages of channels that are not known are left out.

    Returns
    -------
    Pieces
        Its messages by topic.

    Raises
    ------
    ValueError, KeyError, IndexError, struct.error
        If it does not fit what its channels say.
    """
    pieces, at = Pieces(mark=mark_of(data), copy=copy_of(data)), 0
    while at < len(data):
        opcode, length = RECORD_HEAD.unpack_from(data, at)
        body, end = at + RECORD_HEAD.size, at + RECORD_HEAD.size + length
        at = end
        if opcode != MESSAGE:
            continue
        number, sequence, t, _ = _MESSAGE_HEAD.unpack_from(data, body)
        if number in (MARK_CHANNEL, COPY_CHANNEL) or (skip_unknown and number not in channels.known):
            continue
        topic, layout = channels.known[number]
        if layout is not None:
            rows = leading_rows(data, body - RECORD_HEAD.size, layout)
            pieces.rows.setdefault(topic, []).append(rows)
            at = body - RECORD_HEAD.size + rows.nbytes
        else:
            values = read_message(topic, data[body + _MESSAGE_HEAD.size : end])
            pieces.messages.setdefault(topic, []).append(Message(sequence, t, values))
    return pieces


def _read_schema(body: bytes) -> tuple[int, str, str, str]:
    from mcap.records import Schema

    schema = _definition(Schema, body)
    return schema.id, schema.name, schema.encoding, schema.data.decode()


def _read_channel(body: bytes) -> tuple[int, int, str, str]:
    from mcap.records import Channel

    channel = _definition(Channel, body)
    return channel.id, channel.schema_id, channel.topic, channel.message_encoding


def _definition(kind: Any, body: bytes) -> Any:
    from mcap.data_stream import ReadDataStream
    from mcap.exceptions import McapError

    try:
        return kind.read(ReadDataStream(io.BytesIO(body)))
    except McapError as error:
        raise ValueError("a definition is cut off") from error
