"""Record a session while it runs: in a thread of its own, so that no disk ever holds up what it records.

Every few hundredths of a second what came in goes to the operating system as a chunk; from then on a killed process
takes nothing of it along. A chunk that cannot be written is tried again; what finds no room meanwhile is counted, and
told in the record once that can be written again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np

from gaitloop.errors import ConfigError, GaitloopError, RecordingError

from .container import Run
from .layout import Block, Tables
from .messages import check_told
from .record import Lost, Recorder

#: What comes in within this time shares a chunk [s]: two looks of a session, and still less than a kill may take along.
GATHER = 0.024
#: A chunk is written without further waiting once it holds so many ticks, and holds at most so many [-].
FULL_TICKS, CHUNK_TICKS = 40, 50
#: A chunk that could not be written is tried again after this time [s].
RETRY = 0.1
#: Longest wait for a message to be written, and for everything to be written at the end [s].
PATIENCE = 2.0


class _Ticks(NamedTuple):
    block: Block
    events: list[Mapping[str, Any]]
    strides: list[Mapping[str, Any]]
    skipped: int


class _Words(NamedTuple):
    topic: str
    t: int
    values: Mapping[str, Any]
    number: int


class LiveRecorder:
    """Writes one session as it runs; a context manager.

    No method but `close` and `tell(wait=True)` waits for anything, whatever the disk does. What is handed over belongs
    to the recorder: its arrays must not change afterwards.

    Parameters
    ----------
    path : path-like
        File to write; an existing one is replaced.
    metadata : mapping of str to str
        What made the session; see `runner.metadata_of`.
    tables : Tables, optional
        Field tables; those of the core when absent.
    rows : int, optional
        Ticks that wait for the disk [-], 100 to 1e6; what finds no room is lost and counted. Where nothing waits, a
        long block has room of its own.
    messages : int, optional
        Messages that wait for the disk [-], 10 to 1e6.

    Attributes
    ----------
    lost : Lost
        What could not be written so far.
    trouble : str or None
        Why nothing can be written at the moment, in words.

    Raises
    ------
    ConfigError
        If `rows` or `messages` is outside its range.
    RecordingError
        If the file cannot be made or not even its head be written; a session begins with a record that works.
    MissingExtraError
        If the extra `log` is not installed.
    """

    def __init__(
        self,
        path: str | Path,
        metadata: Mapping[str, str],
        *,
        tables: Tables | None = None,
        rows: int = 10_000,
        messages: int = 10_000,
    ) -> None:
        for name, value, least in (("rows", rows, 100), ("messages", messages, 10)):
            if not least <= value <= 1_000_000:
                raise ConfigError(f"{name} must lie in [{least}, 1000000], got {value}")
        try:
            self._recorder = Recorder(path, metadata, tables=tables)
        except OSError as error:
            raise RecordingError(
                f"{path}: the record cannot be begun: {error.strerror}; make room or name another file"
            ) from None
        self._most_rows, self._most_messages = rows, messages
        self._queue: deque[_Ticks | _Words] = deque()
        self._waiting_rows = self._waiting_messages = 0
        self._skipped = self._unwritten = 0
        self._extra = 0, 0  # ticks and messages of a long block, which have room of their own
        self._ready = threading.Condition()
        self._done = self._asked = 0
        self._told_lost = Lost()
        self._closing = self._hurry = False
        self._deadline = float("inf")
        self._t = 0
        self.lost = Lost()
        self.trouble: str | None = None
        self._thread = threading.Thread(target=self._run, name="gaitloop-record", daemon=True)
        self._thread.start()

    def write(
        self, block: Block, events: Iterable[Mapping[str, Any]] = (), strides: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        """Hand over a block; returns at once.

        Parameters
        ----------
        block : Block
            Consecutive ticks; a few hundredths of a second is a good length, as what was not handed over is lost first.
            A long one is written in several chunks, and of one that finds no room the end is lost.
        events : iterable of mapping
            Gait events of the block, by the `/event` schema.
        strides : iterable of mapping
            Strides closed in the block, by the `/stride` schema.
        """
        if not len(block.t):
            return
        work = _split(block, list(events), list(strides))
        with self._ready:
            self._t = int(block.t[-1])
            if not self._queue and not self._waiting_rows:
                # What a stalled caller hands over at once is in memory already; it has room, and takes nobody else's.
                self._extra = (len(block.t), sum(_size(piece)[1] for piece in work)) if len(work) > 1 else (0, 0)
            for piece in work:
                self._take(piece)
            self._ready.notify_all()

    def _take(self, work: _Ticks) -> None:
        rows, told = _size(work)
        full = self._waiting_rows + rows > self._most_rows + self._extra[0]
        if self._closing or full or self._waiting_messages + told > self._most_messages + self._extra[1]:
            self._skipped += rows
            self.lost.rows += rows
            self.lost.messages += told
            return
        self._queue.append(work._replace(skipped=self._skipped))
        self._skipped = 0
        self._waiting_rows += rows
        self._waiting_messages += told

    def skip(self, rows: int) -> None:
        """Count ticks that were lost before they could be handed over; a reader will see where they are missing.

        Parameters
        ----------
        rows : int
            How many [-].
        """
        with self._ready:
            self._skipped += rows
            self.lost.rows += rows

    def tell(self, topic: str, t_ns: int, values: Mapping[str, Any], *, wait: bool = False) -> bool:
        """Hand over one message.

        Parameters
        ----------
        topic : str
            `/stage`, `/note`, `/change`, `/pain` or `/loss`.
        t_ns : int
            When it was so, since session start [ns].
        values : mapping
            The rest of the message, by the topic's schema.
        wait : bool, optional
            Return when it is with the operating system, or cannot be brought there now.

        Returns
        -------
        bool
            Whether it is written; without `wait`, whether it found room. What found room is still written if that
            becomes possible later.

        Raises
        ------
        ConfigError
            If the topic is none of these, or a value does not fit its schema.
        """
        message = check_told(topic, t_ns, values)
        with self._ready:
            if self._closing or self._waiting_messages >= self._most_messages:
                self.lost.messages += 1
                return False
            self._asked += 1
            number = self._asked
            self._queue.append(_Words(topic, t_ns, {k: v for k, v in message.items() if k != "t"}, number))
            self._waiting_messages += 1
            if not wait:
                self._ready.notify_all()
                return True
            self._hurry = True
            self._ready.notify_all()
            self._ready.wait_for(lambda: self._done >= number or self.trouble is not None, PATIENCE)
            return self._done >= number

    def close(self) -> None:
        """Write what waits, the summary, and close the file; what cannot be written within two seconds is lost."""
        with self._ready:
            if self._closing:
                return
            self._closing, self._deadline = True, time.monotonic() + PATIENCE
            self._ready.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._queue or self._closing)
                # Whoever waits for a message, and the end, need not wait for more to come.
                self._ready.wait_for(lambda: self._hurry or self._closing or self._is_full(), GATHER)
                self._hurry, ended = False, self._closing
                taken = list(self._queue)
                self._queue.clear()
            for work in _gathered(taken):
                self._write(work)
            self._tell_losses()
            if ended:
                self._finish()
                return

    def _is_full(self) -> bool:
        return self._waiting_rows >= FULL_TICKS

    def _write(self, work: _Ticks | _Words) -> None:
        self._tell_losses()
        rows, messages = _size(work)
        written = False
        try:
            written = all(self._put(runs) for runs in self._prepared(work))
        except (GaitloopError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
            self.trouble = f"what was handed over cannot be recorded: {error}"
            self._unwritten += rows
        with self._ready:
            self._waiting_rows -= rows
            self._waiting_messages -= messages
            if not written:
                self.lost.rows += rows
                self.lost.messages += messages
            elif isinstance(work, _Words):
                self._done = work.number
                self._ready.notify_all()

    def _prepared(self, work: _Ticks | _Words) -> list[list[Run]]:
        if isinstance(work, _Words):
            return [self._recorder.message(work.topic, work.t, work.values)]
        chunks = self._recorder.prepare(work.block, work.events, work.strides, skipped=work.skipped + self._unwritten)
        self._unwritten = 0
        return chunks

    def _put(self, runs: list[Run]) -> bool:
        """Write a chunk, however long that takes; only the end of the session sets a limit."""
        while True:
            try:
                self._recorder.put(runs)
            except OSError as error:
                with self._ready:
                    self.trouble = f"the record cannot be written: {error.strerror}"
                    self._ready.notify_all()
                if time.monotonic() > self._deadline:
                    return False
                time.sleep(RETRY)
            else:
                self.trouble = None
                return True

    def _tell_losses(self) -> None:
        with self._ready:
            t, now = self._t, replace(self.lost)
        for what in ("rows", "messages"):
            count = getattr(now, what) - getattr(self._told_lost, what)
            runs = self._recorder.message("/loss", t, {"what": what, "count": count}) if count else None
            if runs is not None and self._put(runs):
                setattr(self._told_lost, what, getattr(now, what))

    def _finish(self) -> None:
        try:
            self._recorder.close()
        except OSError as error:
            self.trouble = f"the record has no end: {error.strerror}; it can be read all the same"

    def __enter__(self) -> LiveRecorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _size(work: _Ticks | _Words) -> tuple[int, int]:
    return (0, 1) if isinstance(work, _Words) else (len(work.block.t), len(work.events) + len(work.strides))


def _split(block: Block, events: list[Mapping[str, Any]], strides: list[Mapping[str, Any]]) -> list[_Ticks]:
    """A block as pieces that a chunk may hold, each with what was known by its end."""
    n = len(block.t)
    rows = [*range(CHUNK_TICKS, n, CHUNK_TICKS), n]
    ends = block.t[np.array(rows[:-1], dtype=np.intp) - 1]  # what comes later belongs to the last piece
    slow = [*np.searchsorted(block.telemetry_t, ends, side="right").tolist(), len(block.telemetry_t)]
    events_in, strides_in = (
        _by_piece(many, np.searchsorted(ends, [_time(one, name) for one in many]).tolist(), len(rows))
        for many, name in ((events, "t_emit"), (strides, "t_end"))
    )
    pieces = []
    for number, (ticks, told) in enumerate(zip(pairwise([0, *rows]), pairwise([0, *slow]), strict=True)):
        parts = (getattr(block, name)[slice(*(told if name in _SLOW else ticks))] for name in _NAMES)
        pieces.append(_Ticks(Block(*parts), events_in[number], strides_in[number], 0))
    return pieces


def _by_piece(many: list[Mapping[str, Any]], at: list[int], count: int) -> list[list[Mapping[str, Any]]]:
    found: list[list[Mapping[str, Any]]] = [[] for _ in range(count)]
    for one, number in zip(many, at, strict=True):
        found[number].append(one)
    return found


def _time(message: Mapping[str, Any], name: str) -> int:
    """When something was known; whoever writes it down will say what is wrong with a time that is none."""
    value = message.get(name)
    return value if isinstance(value, int) and abs(value) < 2**63 else 0


def _gathered(taken: Iterable[_Ticks | _Words]) -> list[_Ticks | _Words]:
    """Short blocks that follow each other as one; a message keeps its place among them."""
    found: list[_Ticks | _Words] = []
    for work in taken:
        last = found[-1] if found else None
        if isinstance(last, _Ticks) and isinstance(work, _Ticks) and not work.skipped:
            blocks = last.block, work.block
            if sum(len(block.t) for block in blocks) <= CHUNK_TICKS:
                block = Block(*(np.concatenate([getattr(block, name) for block in blocks]) for name in _NAMES))
                found[-1] = _Ticks(block, last.events + work.events, last.strides + work.strides, last.skipped)
                continue
        found.append(work)
    return found


_NAMES = tuple(Block.__slots__)
_SLOW = ("telemetry_t", "telemetry")
