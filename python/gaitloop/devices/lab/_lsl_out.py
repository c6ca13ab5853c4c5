"""Gait as streams of the lab streaming layer."""

from __future__ import annotations

import math

from gaitloop.errors import ConfigError

from ._clock import ArrivalClock, ClockMap
from ._lsl import load_lsl
from ._message import LAYOUT, Message
from ._outlet import Outlet
from ._reading import whole
from ._sensor import Clock


class LslOutlet(Outlet):
    """Three streams, `gaitloop-<station>-phase`, `-state` and `-stride`, of type `Gait`.

    Each has one float64 channel per entry of `LAYOUT`. A value that is absent is NaN there, as the layer knows nothing
    else. Stamps are those of the ticks. The streams carry numbers, the names of `LAYOUT` and the number of the station;
    the layer itself adds the name of the computer.

    Parameters
    ----------
    station : int
        Number that tells one machine from another [-], 0 to 9999; a number, so that it cannot be anybody's name.
    every : int
        Ticks from one phase that is told to the next [-], 1 to 100000.
    queue : int
        Messages that wait for the network [-], 1 to 100000.
    clock : callable, optional
        Clock of the ticks: a function without arguments that gives now [ns]. By default, as for `Loop`, whose ticks
        begin at 0, ticks are placed by the shortest of their last ways here.

    Raises
    ------
    ConfigError
        If a setting is outside its range.
    MissingExtraError
        If pylsl is not installed.
    """

    def __init__(self, station: int = 0, *, every: int = 10, queue: int = 1024, clock: Clock | None = None) -> None:
        super().__init__(every, queue)
        whole("station", station, 0, 9999)
        if clock is not None and not callable(clock):
            raise ConfigError(f"clock must be a function that gives nanoseconds, got {clock!r:.80}")
        self._lsl, self._clock, self._station = load_lsl(), clock, station
        self._reach()
        self._start()

    def _reach(self) -> None:
        self._map = None if self._clock is None else ClockMap(self._clock, self._lsl.local_clock)
        self._arrivals = ArrivalClock()
        self._streams = {kind: self._stream(f"gaitloop-{self._station}-{kind}", kind) for kind in LAYOUT}

    def _stream(self, name: str, kind: str) -> object:
        lsl = self._lsl
        info = lsl.StreamInfo(name, "Gait", len(LAYOUT[kind]), lsl.IRREGULAR_RATE, lsl.cf_double64, name)
        channels = info.desc().append_child("channels")
        for label, unit in LAYOUT[kind]:
            channels.append_child("channel").append_child_value("label", label).append_child_value("unit", unit)
        return lsl.StreamOutlet(info)

    def _time(self, t: int) -> float:
        if self._map is not None:
            return self._map.to_other(t)
        return self._arrivals.place(t, round(self._lsl.local_clock() * 1e9)) / 1e9

    def _send(self, message: Message) -> None:
        values = [math.nan if v is None else float(v) for v in message.values]
        stream: object = self._streams[message.kind]
        stream.push_sample(values, self._time(message.t))  # type: ignore[attr-defined]

    def _shut(self) -> None:
        self._streams.clear()
