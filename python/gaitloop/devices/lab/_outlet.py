"""A thread that tells others what happened, behind a queue that drops and counts."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import Command, StrideMeasures
from gaitloop.errors import ConfigError, DeviceError

from ..base import SafeProfile
from ._message import Feed, Message
from ._reading import whole

_JOIN = 2.0  # [s]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the messages.

    Parameters
    ----------
    sent : int
        Messages handed to the network [-].
    dropped : int
        Messages that a full queue pushed out, oldest first, or that came after the end [-].
    failures : int
        Messages that the network refused [-].
    """

    sent: int
    dropped: int
    failures: int


class Outlet(ABC):
    """Messages go out through a thread of its own; whoever offers them never waits for the network.

    It only tells: nothing that a receiver does comes back into the loop.

    Parameters
    ----------
    every : int
        Ticks from one phase that is told to the next [-], 1 to 100000.
    queue : int
        Messages that wait for the network [-], 1 to 100000; the oldest one goes when there is no room, and is counted.

    Raises
    ------
    ConfigError
        If a setting is outside its range.
    """

    def __init__(self, every: int = 10, queue: int = 1024) -> None:
        self._feed = Feed(every)
        self._size = whole("queue", queue, 1, 100_000)
        self._queue: deque[Message] = deque()
        self._ready = threading.Condition()
        self._sent = self._dropped = self._failures = 0
        self._closed, self._reason = False, ""

    @property
    def safe_profile(self) -> SafeProfile:
        """It commands nothing, and a receiver that is gone is not missed; nobody promises a time [s]."""
        return SafeProfile(on_exit="nothing", on_link_loss="nothing", within=None)

    def open(self) -> Self:
        """Begin anew after it was closed; made, an outlet is open already.

        Returns
        -------
        Outlet
            Itself.

        Raises
        ------
        DeviceError
            If it is open, or the network cannot be reached.
        """
        if not self._closed:
            raise DeviceError(f"this {type(self).__name__} is open already; close it first")
        self._reach()
        self._closed = False
        self._start()
        return self

    def _reach(self) -> None:  # noqa: B027  # most have nothing to do
        """Take hold of the network; called before each start."""

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._work, name=f"gaitloop-{type(self).__name__}", daemon=True)
        self._thread.start()

    @abstractmethod
    def _send(self, message: Message) -> None:
        """Hand it to the network."""

    @abstractmethod
    def _shut(self) -> None:
        """Let go of the network; called after the last message."""

    @property
    def counts(self) -> Sent:
        """What became of the messages."""
        with self._ready:
            return Sent(self._sent, self._dropped, self._failures)

    @property
    def reason(self) -> str:
        """Why the network refused a message last; empty while it did not."""
        return self._reason

    def offer(self, message: Message) -> None:
        """Put a message into the queue; never waits for the network.

        Parameters
        ----------
        message : Message
            What is told.

        Raises
        ------
        ConfigError
            If it is no `Message`.
        """
        if not isinstance(message, Message):
            raise ConfigError(f"an outlet takes a Message, got a {type(message).__name__}")
        with self._ready:
            if self._closed:
                self._dropped += 1
                return
            if len(self._queue) == self._size:
                self._queue.popleft()
                self._dropped += 1
            self._queue.append(message)
            self._ready.notify()

    def rows(self, rows: Mapping[str, Any]) -> None:
        """Tell of ticks of a loop, from the thread that watches it.

        Parameters
        ----------
        rows : dict
            What `Loop.read` gave.
        """
        for message in self._feed.rows(rows):
            self.offer(message)

    def tick(self, t: int, telemetry: Mapping[str, NDArray[np.float64]], codes: Iterable[int] | Command) -> None:
        """Tell of a tick of a trainer in a loop of Python, as `Feed.tick`.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        telemetry : dict
            What `Trainer.telemetry` gives.
        codes : Command or iterable of int
            The command of the tick, or its codes of state, severity and cause [-].
        """
        for message in self._feed.tick(t, telemetry, codes):
            self.offer(message)

    def strides(self, strides: Iterable[StrideMeasures]) -> None:
        """Tell of strides.

        Parameters
        ----------
        strides : iterable of StrideMeasures
            What `Loop.strides` or `Trainer.strides` gave.
        """
        for message in self._feed.strides(strides):
            self.offer(message)

    def _work(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._queue or self._closed)
                if not self._queue:
                    return
                message = self._queue.popleft()
            failed = ""
            try:
                self._send(message)
            except Exception as error:  # a network that is gone may come back; the loop must not know
                failed = f"{type(error).__name__}: {error}"
            with self._ready:
                self._sent += not failed
                self._failures += bool(failed)
                self._reason = failed or self._reason

    def close(self) -> None:
        """Send what waits, for two seconds at most, and end; a second time does nothing."""
        with self._ready:
            first, self._closed = not self._closed, True
            self._ready.notify()
        if first:
            self._thread.join(_JOIN)
            with self._ready:
                self._dropped += len(self._queue)
                self._queue.clear()
            with suppress(Exception):  # a network that is gone
                self._shut()

    def __enter__(self) -> Self:
        """Use it; opened again if it was closed."""
        return self.open() if self._closed else self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        self.close()
