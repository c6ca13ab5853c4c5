"""Read session records, complete or cut off; what was lost is said, never guessed."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop.errors import ConfigError, RecordingError

from .container import require_mcap, session_of
from .head import metadata_record, salvage_losses, states, version_of
from .layout import Block, Tables
from .outline import Index, Source, opened, read_index, span_of, unpack, walk
from .pieces import Channels, Mark, Message, Pieces, copy_of, mark_of, split
from .rows import block_of
from .topics import JSON_SCHEMAS, METADATA

_CHUNK = 6
_DAMAGE = (ValueError, KeyError, IndexError, struct.error)
#: Ticks of a block that `Reader.blocks` gives, unless the chunks of the file are longer.
_BLOCK_TICKS = 1000


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


class _SpoiledError(Exception):
    """The short way through a record met what only the long way can tell of."""


@dataclass(slots=True)
class _Order:
    """What should come next, and what did not."""

    number: int = 0
    before: int = 0
    ticks: int = 0
    t: int | None = None
    told: dict[str, int] = field(default_factory=dict)


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
    bytes_read : int
        Bytes read from the file so far [-].
    gap : int or None
        Number of the first tick that `blocks` found missing before one it gave [-].

    Raises
    ------
    RecordingError
        If the file is no session record or comes from a newer version.
    """

    def __init__(self, path: str | Path, *, tables: Tables | None = None) -> None:
        require_mcap()
        self.path = Path(path)
        self._tables = tables
        self._channels = Channels()
        self._searched = False
        self.losses: list[str] = []
        self.bytes_read = 0
        self.gap: int | None = None
        self.metadata = self._read_metadata()
        self._version = version_of(self.path, self.metadata)
        self._session = session_of(self.metadata)
        for text in salvage_losses(self.metadata):
            self._lose(text)

    @property
    def tables(self) -> Tables:
        """Field tables the rows are laid out by."""
        if self._tables is None:
            self._tables = Tables.from_core()
        return self._tables

    def _lose(self, what: str) -> None:
        if what not in self.losses:
            self.losses.append(what)

    def _walk(self) -> Iterator[tuple[int, bytes]]:
        with opened(self.path) as source:
            before = self.bytes_read
            try:
                for found in walk(source, self._lose):
                    self.bytes_read = before + source.count
                    yield found
            finally:
                self.bytes_read = before + source.count

    def _read_metadata(self) -> dict[str, str]:
        """Take the metadata record if the chunks agree with it, else a copy of it from one of them."""
        head, copy, marked = None, None, False
        for _, record in self._walk():
            if record[0] != _CHUNK:
                head = head or metadata_record(record)
                continue
            try:
                data, _, _ = unpack(record)
                mark, found = mark_of(data), copy_of(data)
            except _DAMAGE:
                continue
            if mark is None and not marked and head is not None and states(head, 1):
                return head
            if mark is not None:
                marked = True
                if head is not None and mark.session == session_of(head):
                    return head
                if found is not None and mark.session == session_of(found):
                    copy = copy or found
        if copy is not None:
            self._lose("the metadata record is damaged or of another session; a copy of it was read")
            return copy
        if head is not None and not marked:
            if not states(head, 1):
                self._lose("no chunk is left that could confirm the metadata")
            return head
        if head is not None:
            version_of(self.path, head)
            raise RecordingError(
                f"{self.path}: not a session record: its chunks are of other sessions than its metadata"
            )
        cut = f" ({self.losses[0]})" if self.losses else ""
        raise RecordingError(f"{self.path}: not a session record: metadata record '{METADATA}' is missing{cut}")

    @property
    def channels(self) -> Channels:
        """Channels as far as they were read."""
        return self._channels

    def chunks(self) -> Iterator[Pieces]:
        """All chunks of the session in order; what is missing, damaged or foreign goes to `losses`.

        Yields
        ------
        Pieces
            What a chunk holds.
        """
        order, last, self._searched = _Order(), None, False
        for at, record in self._walk():
            if record[0] != _CHUNK:
                continue
            try:
                data, crc, span = unpack(record)
                mark = mark_of(data)
                if not self._belongs(mark, at, order):
                    continue
                self._channels.learn(data)
                pieces = self._split(data)
            except KeyError:
                self._lose(f"a chunk whose channels are defined in no chunk that is left, {span_of(record)}")
                continue
            except _DAMAGE:
                self._lose(f"a damaged chunk, {span_of(record)}")
                continue
            if mark is not None:
                order.number, order.before = mark.number + 1, crc
            self._count(pieces, order)
            last = span.split(" to ")[-1]
            yield pieces
        if self.losses and last is not None:
            self._lose(f"the last readable message is at {last}")

    def _split(self, data: bytes) -> Pieces:
        try:
            return split(data, self._channels)
        except KeyError:
            # The chunk that defines its channels is lost; they are defined again elsewhere, or nowhere.
            if self._searched:
                raise
        self._searched = True
        self._search()
        return split(data, self._channels)

    def _search(self) -> None:
        """Learn every channel that the file defines: by its index, or going through all that is left."""
        with opened(self.path) as source:
            index = read_index(source)
            if index is not None and self._is_ours(source, index) and self._learn(index.definitions):
                return
        for _, record in self._walk():
            if record[0] == _CHUNK and (data := self._unpacked(record)):
                self._learn(data)

    def _learn(self, definitions: bytes) -> bool:
        found = Channels()
        try:
            found.learn(definitions)
            self._channels.add(found)
        except _DAMAGE:
            return False
        return True

    def _unpacked(self, record: bytes) -> bytes | None:
        """What a chunk holds, empty of one of another session; None of a damaged one."""
        try:
            data, _, _ = unpack(record)
            mark = mark_of(data)
        except _DAMAGE:
            return None
        ours = mark is None if self._version == 1 else mark is not None and mark.session == self._session
        return data if ours else b""

    def _is_ours(self, source: Source, index: Index) -> bool:
        """Whether what the index leads to is of this session, as far as it can be read."""
        unpacked = (self._unpacked(source.at(place.offset, place.length)) for place in index.places)
        return {bool(data) for data in unpacked if data is not None} == {True}

    def _belongs(self, mark: Mark | None, at: int, order: _Order) -> bool:
        if self._version == 1:
            return mark is None
        if mark is None:
            raise ValueError("no mark")
        if mark.session != self._session:
            self._lose(f"a chunk of another session, at byte {at}")
            return False
        if mark.number < order.number:
            self._lose(f"a chunk that stands twice or out of order, at byte {at}: number {mark.number}")
            return False
        if mark.number > order.number:
            self._lose(f"{_these('chunk', order.number, mark.number - 1)} missing")
        elif mark.before != order.before:
            self._lose(f"chunk {mark.number} does not follow from the one before it")
        return True

    def _count(self, pieces: Pieces, order: _Order) -> None:
        """Compare the numbers of rows and messages with those that should come."""
        for rows in pieces.rows.get("/sample", []):
            first, t = int(rows["_sequence"][0]), int(rows["_log_time"][0])
            if first != order.ticks:
                after = "" if order.t is None else f" after {order.t * 1e-9:.3f} s and"
                self._lose(f"{_these('tick', order.ticks, first - 1)} missing,{after} before {t * 1e-9:.3f} s")
                self.gap = order.ticks if self.gap is None else self.gap
            order.ticks, order.t = first + len(rows), int(rows["_log_time"][-1])
        if self._version > 1:
            for topic, messages in pieces.messages.items():
                self._count_messages(topic, messages, order.told)

    def _count_messages(self, topic: str, messages: list[Message], told: dict[str, int]) -> None:
        for message in messages:
            missing = message.sequence - told.get(topic, 0)
            if missing:
                what = f"{missing} of {topic} are missing" if missing > 0 else f"{topic} stands twice or out of order"
                self._lose(f"{what} before {message.t * 1e-9:.3f} s")
            told[topic] = message.sequence + 1
            if topic == "/loss":
                count, what = message.values["count"], message.values["what"]
                self._lose(f"{count} {what} were not written, as told at {message.t * 1e-9:.3f} s")

    def _selected(self, topics: set[str]) -> list[Pieces] | None:
        """Chunks that hold a topic, by the index of a whole record; None where there is none to trust."""
        found, channels, told = [], Channels(), dict[str, int]()
        losses, self.losses = self.losses, list(self.losses)
        with opened(self.path) as source:
            index = read_index(source)
            if index is None:
                return None
            wanted = {number for number, topic in index.topics.items() if topic in topics}
            channels.known = {number: (index.topics[number], None) for number in wanted}
            try:
                for place in index.places:
                    if wanted & place.channels:
                        if not (data := self._unpacked(source.at(place.offset, place.length))):
                            raise _SpoiledError
                        found.append(split(data, channels, skip_unknown=True))
                        for topic, messages in found[-1].messages.items() if self._version > 1 else ():
                            self._count_messages(topic, messages, told)
            except (*_DAMAGE, _SpoiledError):
                self.losses = losses
                return None
            finally:
                self.bytes_read += source.count
        return found

    def _objects(self, topics: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        found = {topic: list[dict[str, Any]]() for topic in topics}
        selected = self._selected(set(found))
        for pieces in selected if selected is not None else self.chunks():
            for topic, values in found.items():
                values += [message.values for message in pieces.messages.get(topic, [])]
        return found

    def summary(self) -> Summary:
        """Events, strides and states, without reading the samples.

        Returns
        -------
        Summary
            What was found.
        """
        found = self._objects(("/event", "/stride", "/state"))
        return Summary(events=found["/event"], strides=found["/stride"], states=found["/state"])

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """Messages of one JSON topic, without reading the samples.

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
        return self._objects((topic,))[topic]

    def blocks(self) -> Iterator[Block]:
        """All ticks in order.

        Yields
        ------
        Block
            Consecutive ticks, with the telemetry recorded for them; a second or more, save at a gap and at the end.
        """
        samples: list[NDArray[np.void]] = []
        commands: list[NDArray[np.void]] = []
        telemetry: list[NDArray[np.void]] = []
        for chunk in self.chunks():
            rows = chunk.rows
            if rows.get("/sample") and samples and _breaks(samples[-1], rows["/sample"][0]):
                yield from self._joined(samples, commands, telemetry)
                samples, commands, telemetry = [], [], []
            telemetry += rows.get("/telemetry", [])
            samples += rows.get("/sample", [])
            commands += rows.get("/command", [])
            if sum(map(len, samples)) >= _BLOCK_TICKS:
                yield from self._joined(samples, commands, telemetry)
                samples, commands, telemetry = [], [], []
        if samples or commands:
            yield from self._joined(samples, commands, telemetry)

    def _joined(
        self, samples: list[NDArray[np.void]], commands: list[NDArray[np.void]], telemetry: list[NDArray[np.void]]
    ) -> Iterator[Block]:
        try:
            block = block_of(self.tables, samples, commands, telemetry)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            self._lose(f"ticks that do not fit together: {error}")
            first = min((int(rows["_sequence"][0]) for rows in [*samples, *commands]), default=0)
            self.gap = first if self.gap is None else min(first, self.gap)
        else:
            yield block


def _breaks(last: NDArray[np.void], after: NDArray[np.void]) -> bool:
    return int(last["_sequence"][-1]) + 1 != int(after["_sequence"][0])


def _these(what: str, first: int, last: int) -> str:
    return f"{what} {first} is" if first == last else f"{what}s {first} to {last} are"
