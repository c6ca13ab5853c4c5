"""Sensors put into the groups of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import index as index_of
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from gaitloop._inputs import to_array, to_floats
from gaitloop.errors import ConfigError
from gaitloop.trainer import SAMPLE_FIELDS, Sample

from ._reading import Reading
from ._sensor import Sensor

_GROUPS = {name: (index, start, length) for index, (name, start, length, _, _) in enumerate(SAMPLE_FIELDS)}
# A stop, an enabling and the state of the drives never come over a laboratory's network.
_OWN = {"buttons", "drive_status", "drive_digest", "drive_watchdog", "execution"}
_Terms = list[tuple[int, float, list[tuple[int, float]]]]
_ALLOWED = [name for name in _GROUPS if name not in _OWN]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """Which group of a sample a sensor's channels go to, and how.

    A value is `gain @ channels + offset`. Signs and units are brought to those of the group here. A row of zeros means
    that this sensor has nothing for that place; a channel that is absent makes absent what it takes part in.

    Parameters
    ----------
    sensor : Sensor
        Where readings come from.
    group : str
        Name in `SAMPLE_FIELDS`, such as `foot_force`; not the buttons, what the drives tell, or `execution`.
    gain : array_like of float, shape (L, C)
        Share of each of the sensor's C channels in each of the group's L values [unit of the group per unit of the
        channel].
    offset : array_like of float, shape (L,), optional
        Added to each value [unit of the group], by default 0.

    Raises
    ------
    ConfigError
        If the group is none of these, or a shape does not fit.

    Examples
    --------
    >>> from gaitloop.devices.lab import CallableSensor, SensorBoard
    >>> from gaitloop.trainer import Sample
    >>> insole = CallableSensor(lambda: [100.0, 150.0, None], channels=3, max_age=0.05)
    >>> board = SensorBoard([Route(sensor=insole, group="foot_force", gain=[[2.0, 2.0, 0.0], [0.0, 0.0, 1.0]])])
    >>> sample = Sample()
    >>> sample.t = 1_000
    >>> board.write(sample)
    >>> float(sample.foot_force[0]), sample.valid[30:32].tolist()
    (500.0, [True, False])
    """

    sensor: Sensor
    group: str
    gain: ArrayLike
    offset: ArrayLike | None = None

    def __post_init__(self) -> None:
        if self.group not in _ALLOWED:
            raise ConfigError(f"group must be one of {', '.join(_ALLOWED)}, got {self.group!r:.80}")
        shape = (_GROUPS[self.group][2], self.sensor.channels)
        gain = to_array("gain", self.gain, 2).copy()
        if gain.shape != shape or not np.isfinite(gain).all():
            raise ConfigError(f"gain of {self.group} must be finite and have shape {shape}, got shape {gain.shape}")
        offset = to_floats("offset", 0.0 if self.offset is None else self.offset)
        if offset.shape not in ((), shape[:1]) or not np.isfinite(offset).all():
            raise ConfigError(f"offset of {self.group} must be finite and have shape {shape[:1]}, got {offset.shape}")
        object.__setattr__(self, "gain", gain)
        object.__setattr__(self, "offset", np.broadcast_to(offset, shape[:1]).copy())

    def _terms(self) -> _Terms:
        """Per value that this sensor has: place, offset, channels with their share."""
        gain, offset = np.asarray(self.gain), np.asarray(self.offset)
        rows = (
            (i, float(offset[i]), [(int(c), float(row[c])) for c in np.flatnonzero(row)]) for i, row in enumerate(gain)
        )
        return [row for row in rows if row[2]]


def _known(reading: Reading, terms: _Terms) -> dict[int, float]:
    """Values that have all their channels, by their place."""
    known = {}
    for place, offset, shares in terms:
        parts = [(reading.values[channel], share) for channel, share in shares]
        total = offset + sum(v * share for v, share in parts if v is not None)
        if all(v is not None for v, _ in parts) and abs(total) < np.inf:
            known[place] = float(total)
    return known


class SensorBoard:
    """Writes what the sensors know into the sample of each tick.

    A group that is named here belongs to the board: what no reading fills is absent. Its stamp is that of the oldest
    reading in it, never later than the sample's time.

    Parameters
    ----------
    routes : sequence of Route
        Where each sensor's channels go; several may fill one group, each its own places.

    Raises
    ------
    ConfigError
        If two routes fill the same place.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [(r.sensor, *_GROUPS[r.group][:2], r._terms()) for r in routes]
        places = [start + place for _, _, start, terms in self._routes for place, _, _ in terms]
        if len(set(places)) < len(places):
            raise ConfigError("routes must fill each place of a group once; two of them have a gain for the same row")
        self._spans = sorted({_GROUPS[r.group] for r in routes})
        self._failures = 0

    @property
    def failures(self) -> int:
        """How often a sensor raised although it must not [-]; its reading counted as absent."""
        return self._failures

    def write(self, sample: Sample) -> None:
        """Fill the groups; never raises, never waits. Set the sample's time first.

        Parameters
        ----------
        sample : Sample
            The sample of this tick.
        """
        t, value, valid, stamps = sample.t, sample.value, sample.valid, sample.stamp
        for index, start, length in self._spans:
            valid[start : start + length] = False
            stamps[index] = t
        for sensor, index, start, terms in self._routes:
            try:
                reading = sensor.latest(t)
                if reading is None:
                    continue
                known, stamp = _known(reading, terms), max(min(index_of(reading.stamp), t), -(2**63))
            except Exception:  # somebody else's sensor
                self._failures += 1
                continue
            for place, number in known.items():
                value[start + place], valid[start + place] = number, True
                stamps[index] = min(stamps[index], stamp)

    def close(self) -> None:
        """Close every sensor."""
        for sensor, *_ in self._routes:
            sensor.close()

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every sensor, whatever happened."""
        self.close()
