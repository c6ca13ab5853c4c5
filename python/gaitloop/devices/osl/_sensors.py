"""Sensors of the library as sensors of a laboratory."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gaitloop.errors import ConfigError, DeviceError

from ..base import in_range
from ..lab import StreamSensor
from ._library import call, checked, number

SENSOR_KINDS = {
    "encoder": ("position", "velocity"),
    "loadcell": ("fx", "fy", "fz", "mx", "my", "mz"),
    "imu": ("gyro_x", "gyro_y", "gyro_z", "acc_x", "acc_y", "acc_z"),
    "imu_microstrain": ("vel_x", "vel_y", "vel_z", "acc_x", "acc_y", "acc_z"),
}
"""Channels of each kind of sensor: rad and rad/s; N and N·m; rad/s and m/s². A MicroStrain sensor of the library has
its turning rates under another name, and 0 where the others have theirs."""


class OslSensor(StreamSensor):
    """A sensor of the library `opensourceleg`, asked by a thread of its own; see `lab.Sensor`.

    Parameters
    ----------
    sensor : SensorBase
        The library's sensor, set up and, where it needs that, calibrated.
    kind : str
        One of `SENSOR_KINDS`, which has the channels and their units; signs and axes are the sensor's, and are turned
        by `lab.Route`.
    rate : float
        How often it is asked [1/s], 0.1 to 2000.
    max_age : float
        Age at which a reading no longer counts [s], 0.001 to 60.
    offline : bool
        Whether a sensor in the library's offline mode is taken, which tells zeros.
    clock : callable
        Clock of the loop's samples: a function without arguments that gives now [ns].
    queue : int
        Readings that wait to be asked for [-], 1 to 100000.

    Raises
    ------
    ConfigError
        If a setting is outside its range, or the sensor is not one of the library's or offline without that being
        asked for.
    DeviceError
        If it does not start.
    """

    def __init__(
        self,
        sensor: Any,
        kind: str,
        *,
        rate: float,
        max_age: float,
        offline: bool = False,
        clock: Callable[[], int] = time.monotonic_ns,
        queue: int = 256,
    ) -> None:
        if kind not in SENSOR_KINDS:
            raise ConfigError(f"kind must be one of {', '.join(SENSOR_KINDS)}, got {kind!r:.80}")
        super().__init__(len(SENSOR_KINDS[kind]), max_age=max_age, clock=clock, queue=queue)
        self._names, self._offline = SENSOR_KINDS[kind], bool(offline)
        self._period = 1.0 / in_range("rate", rate, 0.1, 2000.0, "1/s")
        self._sensor, self._name = sensor, checked("sensor", sensor, self._offline)
        self._open()
        self._start()

    def _open(self) -> None:
        try:
            call(self._name, self._sensor.start)
            self._read()
        except BaseException:
            self._shut()
            raise
        self._next = time.monotonic()

    def _read(self) -> list[float | None]:
        call(self._name, self._sensor.update)
        if not self._offline and not call(self._name, getattr, self._sensor, "is_streaming"):
            raise DeviceError(f"{self._name} sends nothing any more; check power, cable and bus")
        return [number(self._name, self._sensor, name) for name in self._names]

    def _pump(self) -> None:
        stamp = self._clock()
        self._offer(stamp, self._read())
        self._next = max(self._next + self._period, time.monotonic())
        self._stop.wait(self._next - time.monotonic())

    def _shut(self) -> None:
        with suppress(Exception, SystemExit):
            self._sensor.stop()
