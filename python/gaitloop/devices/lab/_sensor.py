"""What every sensor offers to a tick: its latest reading, at once, or nothing."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from gaitloop.errors import ConfigError, DeviceError

from ..base import SafeProfile, in_range
from ._reading import Counts, Reading, to_values, whole

Clock = Callable[[], int]
_JOIN = 2.0  # [s] longer than any wait of a worker


class Sensor:
    """A bounded queue of readings between whoever measures and a tick.

    Parameters
    ----------
    channels : int
        Numbers in a reading [-], 1 to 1024.
    max_age : float
        Age at which a reading no longer counts [s], 0.001 to 60. There is no default: it belongs to what the reading is
        used for.
    clock : callable
        Clock of the loop's samples: a function without arguments that gives now [ns].
    queue : int
        Readings that wait to be asked for [-], 1 to 100000; the oldest one goes when there is no room, and is counted.

    Raises
    ------
    ConfigError
        If a setting is outside its range.
    """

    def __init__(self, channels: int, *, max_age: float, clock: Clock = time.monotonic_ns, queue: int = 256) -> None:
        self.channels = whole("channels", channels, 1, 1024)
        self.max_age = in_range("max_age", max_age, 0.001, 60.0, "s")
        if not callable(clock):
            raise ConfigError(f"clock must be a function that gives nanoseconds, got {clock!r:.80}")
        self._clock, self._age = clock, round(self.max_age * 1e9)
        self._queue: deque[Reading] = deque(maxlen=whole("queue", queue, 1, 100_000))
        self._held: Reading | None = None
        self._last: int | None = None
        self._counts = Counts()
        self._lock = threading.Lock()
        self._state, self._reason = "open", ""

    @property
    def state(self) -> str:
        """`open`, `lost` or `closed`; nothing comes from a sensor that is not open."""
        return self._state

    @property
    def reason(self) -> str:
        """Why it was lost, or what went wrong last; empty while nothing did."""
        return self._reason

    @property
    def counts(self) -> Counts:
        """What became of everything that it sent."""
        with self._lock:
            return self._counts

    def latest(self, t: int) -> Reading | None:
        """Give the newest reading that was measured by now; never waits, never raises.

        Parameters
        ----------
        t : int
            Time of the tick on the loop's clock [ns].

        Returns
        -------
        Reading or None
            None where there is none, or it is older than `max_age`, or the sensor is not open.
        """
        with self._lock:
            while self._queue and self._queue[0].stamp <= t:
                self._held = self._queue.popleft()
            held = self._held
        fresh = held is not None and self._state == "open" and 0 <= t - held.stamp <= self._age
        return held if fresh else None

    @property
    def safe_profile(self) -> SafeProfile:
        """It commands nothing; a device that is gone or silent is absent from `max_age` [s] on."""
        return SafeProfile(on_exit="nothing", on_link_loss="absent", within=self.max_age)

    def open(self) -> Self:
        """Reach the device anew after it was closed or lost; made, a sensor is open already.

        Returns
        -------
        Sensor
            Itself.

        Raises
        ------
        DeviceError
            If it is open, or cannot be reached.
        """
        if self._state == "open":
            raise DeviceError(f"this {type(self).__name__} is open already; close it first")
        self.reconnect()
        return self

    def reconnect(self) -> None:
        """Begin anew; what was waiting is forgotten, what was counted is not."""
        self._forget()
        self._state, self._reason = "open", ""

    def close(self) -> None:
        """Let go of the device; a second time does nothing."""
        self._state = "closed"

    def _offer(self, stamp: int, raw: Any) -> bool:
        """Take a reading; whatever is none is counted."""
        values = to_values(raw, self.channels)
        now = self._clock()
        with self._lock:
            ahead = stamp > now + self._age
            if values is None or ahead or (self._last is not None and stamp < self._last):
                self._counts = replace(self._counts, refused=self._counts.refused + 1)
                return False
            full = len(self._queue) == self._queue.maxlen
            self._counts = replace(
                self._counts, received=self._counts.received + 1, dropped=self._counts.dropped + full
            )
            self._last = stamp
            self._queue.append(Reading(stamp, values))
            return True

    def _count(self, **more: int) -> None:
        with self._lock:
            self._counts = replace(self._counts, **{name: getattr(self._counts, name) + n for name, n in more.items()})

    def _forget(self) -> None:
        with self._lock:
            self._queue.clear()
            self._held = self._last = None

    def __enter__(self) -> Self:
        """Use it; opened again if it was closed."""
        return self.open() if self._state == "closed" else self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        self.close()


class StreamSensor(Sensor, ABC):
    """A sensor that a thread of its own listens to.

    What ends the stream ends the thread: from then on `latest` gives None, `state` is `lost` and `reason` says why. It
    does not come back by itself, since whatever answers the second time may be something else; `reconnect` is asked
    for.

    Parameters
    ----------
    channels : int
        Numbers in a reading [-].
    max_age : float
        Age at which a reading no longer counts [s].
    clock : callable
        Clock of the loop's samples [ns].
    queue : int
        Readings that wait to be asked for [-].
    """

    _thread: threading.Thread | None = None

    @abstractmethod
    def _open(self) -> None:
        """Reach the device, or raise one error that says what to do."""

    @abstractmethod
    def _pump(self) -> None:
        """Wait a moment for readings and offer them; raise when the stream has ended."""

    def _shut(self) -> None:
        """Let go of the device; called once for each time it was reached."""

    def _start(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._listen, args=(self._stop,), name=f"gaitloop-{type(self).__name__}", daemon=True
        )
        self._thread.start()

    def _listen(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                self._pump()
        except Exception as error:
            if not stop.is_set():
                self._reason = f"{type(error).__name__}: {error}"
                self._state = "lost"
                self._count(failures=1)

    def _end(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stop.set()
            thread.join(_JOIN)
            with suppress(Exception):  # a device that is gone may not even let itself be given up
                self._shut()

    def reconnect(self) -> None:
        """Let go of the device, and reach it anew; what was waiting is forgotten, what was counted is not.

        Raises
        ------
        DeviceError
            If it cannot be reached, as when it was opened.
        """
        self._end()
        self._state, self._reason = "lost", "it is being reconnected"
        self._forget()
        try:
            self._open()
        except Exception as error:
            self._reason = str(error)
            raise
        self._state, self._reason = "open", ""
        self._start()

    def close(self) -> None:
        """Let go of the device; a second time does nothing."""
        super().close()
        self._end()
        self._state = "closed"  # the thread may have lost the stream meanwhile
