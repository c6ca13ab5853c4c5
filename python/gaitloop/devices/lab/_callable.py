"""Any function of Python as a sensor."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gaitloop.errors import ConfigError

from ..base import in_range
from ._reading import Reading, to_values
from ._sensor import Clock, Sensor, StreamSensor


class CallableSensor(StreamSensor):
    """A function that gives a number per channel whenever it is asked.

    Without a rate it is called in the tick that asks, so it must be quick. With one it is called by a thread of its
    own, and a tick finds what it gave last. What it gives is stamped with the time before the call. None means that
    there is nothing, as do entries that are None or not finite; an exception or another shape is counted, and there is
    no reading either.

    Parameters
    ----------
    function : callable
        Gives the channels, or None.
    channels : int
        Numbers that it gives [-], 1 to 1024.
    max_age : float
        Age at which a reading no longer counts [s], 0.001 to 60.
    rate : float, optional
        How often a thread calls it [1/s], 0.1 to 2000; by default it is called in the tick.
    clock : callable
        Clock of the loop's samples: a function without arguments that gives now [ns].
    queue : int
        Readings that wait to be asked for [-], 1 to 100000.

    Raises
    ------
    ConfigError
        If a setting is outside its range.

    Examples
    --------
    >>> sensor = CallableSensor(lambda: [410.0, 395.0], channels=2, max_age=0.05)
    >>> sensor.latest(1_000_000)
    Reading(stamp=1000000, values=(410.0, 395.0))
    """

    def __init__(
        self,
        function: Callable[[], Any],
        channels: int,
        *,
        max_age: float,
        rate: float | None = None,
        clock: Clock = time.monotonic_ns,
        queue: int = 256,
    ) -> None:
        super().__init__(channels, max_age=max_age, clock=clock, queue=queue)
        if not callable(function):
            raise ConfigError(f"function must be callable, got {function!r:.80}")
        self._function = function
        self._period = 0.0 if rate is None else 1.0 / in_range("rate", rate, 0.1, 2000.0, "1/s")
        self._next = time.monotonic()
        if self._period:
            self._start()

    def latest(self, t: int) -> Reading | None:
        """Give what the function gives, or gave last; never raises, and never waits for anything but the function.

        Parameters
        ----------
        t : int
            Time of the tick on the loop's clock [ns].

        Returns
        -------
        Reading or None
            None where there is nothing.
        """
        if self._period:
            return super().latest(t)
        if self._state != "open":
            return None
        raw = self._ask()
        values = None if raw is None else to_values(raw, self.channels)
        self._count(received=values is not None, refused=values is None and raw is not None)
        return None if values is None else Reading(t, values)

    def _ask(self) -> Any:
        try:
            return self._function()
        except Exception as error:
            self._reason = f"{type(error).__name__}: {error}"
            self._count(failures=1)
            return None

    def _open(self) -> None:
        self._next = time.monotonic()

    def _pump(self) -> None:
        stamp = self._clock()
        raw = self._ask()
        if raw is not None:
            self._offer(stamp, raw)
        self._next = max(self._next + self._period, time.monotonic())
        self._stop.wait(self._next - time.monotonic())

    def reconnect(self) -> None:
        """Begin anew; what was waiting is forgotten."""
        if self._period:
            super().reconnect()
        else:
            Sensor.reconnect(self)
