"""A record whose trouble never reaches the session: what cannot be written is counted, and told at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from gaitloop._schema import without_comments

from .digest import Digest
from .layout import Block, Tables
from .programme import Programme
from .runner import metadata_of


class Keeping(Protocol):
    """What writes a record."""

    def write(
        self, block: Block, events: Sequence[Mapping[str, Any]] = (), strides: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Append a block."""

    def tell(self, topic: str, t_ns: int, values: Mapping[str, Any]) -> bool:
        """Append a message."""

    def close(self) -> None:
        """Finish."""


@runtime_checkable
class Skipping(Protocol):
    """What a reader of its record will see holes in."""

    def skip(self, rows: int) -> None:
        """Leave out ticks."""


class Keeper:
    """Writes to a recorder as long as that can write.

    Parameters
    ----------
    recorder : Keeping or None
        The recorder; without it nothing is kept.

    Attributes
    ----------
    message : str
        What went wrong, in words; empty where nothing did.
    """

    def __init__(self, recorder: Keeping | None) -> None:
        self._recorder = recorder
        self._broken = False
        self._rows = self._messages = 0
        self.message = ""

    @property
    def lost(self) -> tuple[int, int]:
        """Ticks and messages that the record lacks [-]."""
        lost = getattr(self._recorder, "lost", None)
        return self._rows + getattr(lost, "rows", 0), self._messages + getattr(lost, "messages", 0)

    def write(
        self, digest: Digest, block: Block, events: Sequence[Mapping[str, Any]], strides: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep a block.

        Parameters
        ----------
        digest : Digest
            What is kept for people; it gets the block too.
        block : Block
            Consecutive ticks.
        events : sequence of mapping
            Gait events, by the `/event` schema.
        strides : sequence of mapping
            Strides, by the `/stride` schema.
        """
        digest.add(block, events, strides)
        if self._recorder is None:
            return
        if not self._broken:
            try:
                self._recorder.write(block, events, strides)
                return
            except OSError as error:
                self._break(error)
        self._rows += len(block.t)
        self._messages += len(events) + len(strides)

    def skip(self, rows: int) -> None:
        """Count ticks that were lost before they came here.

        Parameters
        ----------
        rows : int
            How many [-].
        """
        if isinstance(self._recorder, Skipping) and not self._broken:
            self._recorder.skip(rows)
        else:
            self._rows += rows

    def tell(self, topic: str, t_ns: int, values: Mapping[str, Any]) -> bool:
        """Keep a message; the session never waits for a disk.

        Parameters
        ----------
        topic : str
            Its topic.
        t_ns : int
            When it was so, since session start [ns].
        values : mapping
            The rest of it.

        Returns
        -------
        bool
            True: it was told, and where it could not be written that was counted.
        """
        if self._recorder is None:
            return True
        if not self._broken:
            try:
                self._recorder.tell(topic, t_ns, values)
                return True
            except OSError as error:
                self._break(error)
        self._messages += 1
        return True

    def _break(self, error: OSError) -> None:
        # A chunk may be torn: what came after it would be read as damaged.
        self._broken = True
        self.message = f"the record ends early: {error.strerror or error}; the session went on without it"

    def close(self) -> None:
        """Close the record."""
        if self._recorder is None:
            return
        try:
            self._recorder.close()
        except OSError as error:
            self._break(error)
        rows, messages = self.lost
        if rows or messages:
            why = self.message or "the record could not be written in time"
            self.message = f"{why}; lost {rows} ticks and {messages} messages"


@contextmanager
def open_keeper(out: str | Path | None, programme: Programme, tables: Tables, *, live: bool) -> Iterator[Keeper]:
    """Open a record, and close it whatever happens.

    Parameters
    ----------
    out : path-like or None
        File to write; without it nothing is kept.
    programme : Programme
        What the session does.
    tables : Tables
        Field tables.
    live : bool
        Whether it keeps the time of the wall clock, whose anchor the record then has.

    Yields
    ------
    Keeper
        The record.
    """
    keeper = Keeper(None if out is None else _recorder(out, programme, tables, live=live))
    try:
        yield keeper
    finally:
        keeper.close()


def _recorder(out: str | Path, programme: Programme, tables: Tables, *, live: bool) -> Keeping:
    from .live import LiveRecorder
    from .record import Recorder

    metadata = {**metadata_of(programme.plan), "programme": json.dumps(programme.to_dict())}
    if programme.text:
        metadata["therapy"] = without_comments(programme.text)
    if live:
        metadata["wall_clock_anchor_ns"] = str(time.time_ns())
    return LiveRecorder(out, metadata, tables=tables) if live else Recorder(out, metadata, tables=tables)
