"""A stream of the lab streaming layer as a sensor."""

from __future__ import annotations

import time
from typing import Any

from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError, MissingExtraError

from ..base import in_range
from ._clock import ClockMap
from ._sensor import Clock, StreamSensor

_LOOK = 1.0  # [s] one look around; senders on one machine, or beyond a router, are asked only after half a second
_WAIT = 0.05  # [s] the longest that a thread waits for a sample
_CHUNK = 512  # samples taken at once
_BUFFER = 2  # [s] that the library keeps for a thread that is held up
_LATEST = 9e9  # [s] no clock tells more; in nanoseconds it fits 64 bits
_REFRESH = 5.0  # [s] between two looks at the clocks; the library measures as often


def load_lsl() -> Any:
    """Import the library, or say how to get it."""
    try:
        import pylsl
    except ImportError:
        raise MissingExtraError("LSL streams need pylsl: pip install 'gaitloop[lsl]'") from None
    except (OSError, RuntimeError) as error:  # pylsl without its compiled half
        raise MissingExtraError(
            f"LSL streams need liblsl, which pylsl does not find ({str(error).splitlines()[0]:.120}): "
            "pip install --upgrade 'gaitloop[lsl]', or install liblsl and point PYLSL_LIB at it"
        ) from None
    return pylsl


def _told(infos: list[Any]) -> str:
    """Name what streams there are."""
    named = [f"{i.name()!r} (type {i.type()!r}, {i.channel_count()} channels, source {i.source_id()!r})" for i in infos]
    return "; ".join(sorted(named)) or "no stream at all"


class LslInlet(StreamSensor):
    """Insoles, force plates and inertial sensors of other makers, through the lab streaming layer.

    The stamp of a reading is the sender's, moved by the layer's own measurement of the two clocks
    (`time_correction`) and onto the loop's clock. A stream that is lost stays lost until `reconnect`.

    Parameters
    ----------
    name : str, optional
        Name of the stream.
    type : str, optional
        Type of the stream. One of `name`, `type` and `source_id` must be given, and what is given must fit one stream
        only.
    source_id : str, optional
        What the sender calls itself.
    channels : int, optional
        Numbers that the stream must have [-]; by default as many as it has.
    max_age : float
        Age at which a reading no longer counts [s], 0.001 to 60.
    timeout : float
        Time to look for the stream and to measure its clock [s], 0.5 to 60.
    clock : callable
        Clock of the loop's samples: a function without arguments that gives now [ns].
    queue : int
        Readings that wait to be asked for [-], 1 to 100000.

    Raises
    ------
    ConfigError
        If a setting is outside its range, or nothing says which stream is meant.
    DeviceTimeoutError
        If there is no such stream, with the list of those that there are, or its clock does not answer.
    DeviceError
        If more than one stream fits, or the stream has text or another number of channels.
    MissingExtraError
        If pylsl is not installed.
    """

    def __init__(
        self,
        name: str | None = None,
        type: str | None = None,
        source_id: str | None = None,
        *,
        max_age: float,
        channels: int | None = None,
        timeout: float = 5.0,
        clock: Clock = time.monotonic_ns,
        queue: int = 256,
    ) -> None:
        super().__init__(1 if channels is None else channels, max_age=max_age, clock=clock, queue=queue)
        wanted = {"name": name, "type": type, "source_id": source_id}
        self._wanted = {key: value for key, value in wanted.items() if value is not None}
        if not self._wanted or not all(isinstance(value, str) and value for value in self._wanted.values()):
            raise ConfigError(f"one of name, type and source_id must say which stream is meant, got {wanted}")
        self._expected = channels
        self._timeout = in_range("timeout", timeout, 0.5, 60.0, "s")
        self._lsl = load_lsl()
        self._open()
        self._start()

    @property
    def correction(self) -> float:
        """What is added to the sender's times to tell them on this machine's clock [s]."""
        return self._correction

    def _described(self) -> str:
        return ", ".join(f"{key} {value!r}" for key, value in self._wanted.items())

    def _resolve(self) -> Any:
        end = time.monotonic() + self._timeout
        told: dict[str, Any] = {}  # of all looks, since one alone misses senders
        while True:
            told |= {info.uid(): info for info in self._lsl.resolve_streams(min(_LOOK, self._timeout))}
            seen = list(told.values())
            fits = [i for i in seen if all(getattr(i, key)() == value for key, value in self._wanted.items())]
            if len(fits) > 1:
                raise DeviceError(
                    f"{len(fits)} streams have {self._described()}: {_told(fits)}; give name, type and source_id so "
                    "that one remains"
                )
            if fits:
                return fits[0]
            if time.monotonic() >= end:
                raise DeviceTimeoutError(
                    f"no stream with {self._described()} within {self._timeout:g} s; found: {_told(seen)}. Start the "
                    "sender, name one of those found, or let UDP port 16571 and TCP ports 16572 to 16604 through the "
                    "firewall"
                )

    def _open(self) -> None:
        try:
            self._find()
        except DeviceError:
            raise
        except Exception as error:  # the layer raises what its compiled half told it
            raise DeviceError(
                f"the stream with {self._described()} cannot be opened ({type(error).__name__}: {error}); restart the "
                "sender"
            ) from error

    def _find(self) -> None:
        info = self._resolve()
        if info.channel_format() == self._lsl.cf_string:
            raise DeviceError(f"the stream with {self._described()} has text, not numbers; name another one")
        if self._expected not in (None, info.channel_count()):
            raise DeviceError(
                f"the stream with {self._described()} has {info.channel_count()} channels, not {self._expected}; set "
                "the sender up, or tell channels"
            )
        # Without recovery: a lost stream must be told, and must not be replaced by another one behind our back.
        inlet = self._lsl.StreamInlet(info, max_buflen=_BUFFER, recover=False)
        try:
            inlet.open_stream(self._timeout)
            self._correction = float(inlet.time_correction(self._timeout))
        except (self._lsl.util.TimeoutError, self._lsl.util.LostError) as error:
            raise DeviceTimeoutError(
                f"the stream with {self._described()} was found but does not answer within {self._timeout:g} s "
                f"({error}); restart the sender, or let its TCP ports 16572 to 16604 through the firewall"
            ) from None
        self.channels, self._inlet = info.channel_count(), inlet
        self._expected = self.channels  # whoever comes back must have as many
        self._map = ClockMap(self._clock, self._lsl.local_clock)
        self._due = time.monotonic() + _REFRESH

    def _pump(self) -> None:
        if time.monotonic() >= self._due:
            self._measure_clock()
        sample, stamp = self._inlet.pull_sample(_WAIT)
        if sample is None:
            return
        self._take(sample, stamp)
        for sample, stamp in zip(*self._inlet.pull_chunk(0.0, _CHUNK), strict=True):
            self._take(sample, stamp)

    def _measure_clock(self) -> None:
        self._due = time.monotonic() + _REFRESH
        self._map.refresh()
        try:
            self._correction = float(self._inlet.time_correction(_WAIT))
        except self._lsl.util.TimeoutError:
            self._count(failures=1)  # the former one goes on counting; quartz drifts by microseconds a second

    def _take(self, sample: list[float], stamp: float) -> None:
        here = stamp + self._correction
        if abs(here) < _LATEST:  # false of NaN
            self._offer(self._map.to_loop(here), sample)
        else:
            self._count(refused=1)

    def _shut(self) -> None:
        self._inlet.close_stream()
        del self._inlet
