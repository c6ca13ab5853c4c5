"""An inertial sensor on a serial port."""

from __future__ import annotations

import time
from contextlib import suppress

from gaitloop.errors import ConfigError, DeviceTimeoutError

from .._port import open_port
from ..base import in_range
from ._clock import ArrivalClock
from ._line import CHANNELS, ImuLine, LineBuffer, decode_line
from ._reading import whole
from ._sensor import Clock, StreamSensor

_WAIT = 0.05  # [s] the longest wait for bytes
_WRAP = 1 << 32  # [µs] the sensor's clock begins again
_NUMBERS = 1 << 16


class SerialImu(StreamSensor):
    """An inertial sensor that sends lines `$GLIMU,sequence,µs,gx,gy,gz,ax,ay,az*CRC` (see `decode_line`).

    Six channels: turning rate about x, y, z [rad/s], then specific force along x, y, z [m/s²]. The sensor's own clock
    is followed by the shortest of its last ways (`ArrivalClock`), so that a line which waited in an adapter is not
    taken for a newer one. Numbers that are missing are counted. A sensor whose clock begins anew, because it was
    restarted, is followed anew.

    Parameters
    ----------
    port : str
        Port, such as `/dev/ttyUSB0` or `COM3`.
    baud : int
        Rate of the line [1/s], 1200 to 4000000.
    max_age : float
        Age at which a reading no longer counts [s], 0.001 to 60.
    timeout : float
        Time to wait for the first line [s], 0.1 to 60.
    clock : callable
        Clock of the loop's samples: a function without arguments that gives now [ns].
    queue : int
        Readings that wait to be asked for [-], 1 to 100000.

    Raises
    ------
    ConfigError
        If a setting is outside its range.
    DeviceError
        If the port is not there, not ours or taken; the message says what to do.
    DeviceTimeoutError
        If no line comes in time; the message tells whether anything came at all.
    MissingExtraError
        If pyserial is not installed.
    """

    def __init__(
        self,
        port: str,
        baud: int = 115200,
        *,
        max_age: float,
        timeout: float = 2.0,
        clock: Clock = time.monotonic_ns,
        queue: int = 256,
    ) -> None:
        super().__init__(CHANNELS, max_age=max_age, clock=clock, queue=queue)
        if not isinstance(port, str) or not port:
            raise ConfigError(f"port must be the name of a serial port, got {port!r:.80}")
        self._name, self._baud = port, whole("baud", baud, 1200, 4_000_000)
        self._timeout = in_range("timeout", timeout, 0.1, 60.0, "s")
        self._open()
        self._start()

    def _open(self) -> None:
        self._port = open_port(self._name, self._baud, _WAIT)
        self._lines, self._arrivals = LineBuffer(), ArrivalClock()
        self._before: ImuLine | None = None
        self._micros = 0
        end = time.monotonic() + self._timeout
        received, came = self.counts.received, 0
        try:
            while self.counts.received == received:
                came += self._read()
                if self.counts.received == received and time.monotonic() >= end:
                    raise DeviceTimeoutError(f"{self._name}: {self._silence(came)}")
        except Exception as error:  # the libraries below have errors of their own, those of a terminal among them
            with suppress(Exception):
                self._port.close()
            if isinstance(error, DeviceTimeoutError):
                raise
            raise DeviceTimeoutError(
                f"{self._name} went away while it was opened ({error}); plug it in again"
            ) from None

    def _silence(self, came: int) -> str:
        if came == 0:
            return f"nothing came within {self._timeout:g} s; check power, cable, and that RX and TX are crossed"
        return (
            f"{came} bytes came within {self._timeout:g} s, but no line of the protocol; check that the sensor sends "
            f"{self._baud} baud and lines `$GLIMU,sequence,µs,gx,gy,gz,ax,ay,az*CRC`"
        )

    def _pump(self) -> None:
        self._read()

    def _read(self) -> int:
        data = self._port.read(max(self._port.in_waiting, 1))
        here, cut = self._clock(), self._lines.cut
        for text in self._lines.feed(data):
            line = decode_line(text)
            if line is None:
                self._count(refused=1)
            else:
                self._take(line, here)
        self._count(refused=self._lines.cut - cut)
        return len(data)

    def _take(self, line: ImuLine, here: int) -> None:
        before, self._before = self._before, line
        step = 0 if before is None else (line.micros - before.micros) % _WRAP
        gap = 0 if before is None else (line.sequence - before.sequence - 1) % _NUMBERS
        if step >= _WRAP // 2 or gap >= _NUMBERS // 2:  # backwards: it was restarted
            self._arrivals.reset()
            self._micros = 0
        else:
            self._micros += step
            self._count(missed=gap)
        self._offer(self._arrivals.place(self._micros * 1000, here), line.values)

    def _shut(self) -> None:
        self._port.close()
