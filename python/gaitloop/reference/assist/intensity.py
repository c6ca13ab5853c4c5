"""Section 9.10: speed governed by the reserve of the heart rate."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import in_range, ordered
from .._conventions import Array, clamp, present, smaller

EDGE = 0.1
OLDEST = 10.0


class IntensityMode(IntEnum):
    """What the governor does."""

    HOLD = 0
    EASE = 1
    RAISE = 2
    WITHIN = 3
    LOWER = 4
    STOP_RAISING = 5


class Intensity(NamedTuple):
    """Governed value, of one tick or of every tick of a recording.

    Attributes
    ----------
    value : float or ndarray of float, shape (T,)
        Speed [m/s].
    reserve : float or ndarray of float, shape (T,)
        Share of the heart-rate reserve [-]; NaN when unknown.
    mode : IntensityMode or ndarray of int, shape (T,)
        What the governor does [-].
    """

    value: float | Array
    reserve: float | Array
    mode: int | NDArray[np.int64]


class IntensityGovernor:
    """Speed that keeps the heart rate in a band of its reserve [1]_.

    Parameters
    ----------
    rest, max : float
        Heart rate at rest, 30 to 120, and at most, 80 to 230 [bpm], `rest < max`.
    lower, upper : float
        Band of the reserve [-], 0 to 1, `lower < upper`.
    limit : float
        Heart rate from which the speed falls at its full rate [bpm], 40 to 230.
    slowest, fastest : float
        Range of the speed [m/s], 0 to 3, `slowest <= fastest`.
    initial : float
        Speed at the start [m/s], `slowest` to `fastest`.
    rate_up, rate_down : float
        Largest rise, 0 to 0.05, and fall, 0 to 0.2 [m/s²].
    hold : float
        Time without a heart rate for which the speed stays [s], 0 to 300.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Karvonen, M. J., Kentala, E. and Mustala, O. (1957). The effects of training on heart rate. Annales
       medicinae experimentalis et biologiae Fenniae, 35, 307-315.
    """

    def __init__(
        self,
        *,
        rest: float,
        max: float,
        lower: float,
        upper: float,
        limit: float,
        slowest: float,
        fastest: float,
        initial: float,
        rate_up: float,
        rate_down: float,
        hold: float,
    ) -> None:
        self._rest, self._max = in_range("rest", rest, 30.0, 120.0), in_range("max", max, 80.0, 230.0)
        ordered("rest", self._rest, "max", self._max)
        self._lower, self._upper = in_range("lower", lower, 0.0, 1.0), in_range("upper", upper, 0.0, 1.0)
        ordered("lower", self._lower, "upper", self._upper)
        self._limit = in_range("limit", limit, 40.0, 230.0)
        self._slowest, self.fastest = in_range("slowest", slowest, 0.0, 3.0), in_range("fastest", fastest, 0.0, 3.0)
        ordered("slowest", self._slowest, "fastest", self.fastest, equal=True)
        self._initial = in_range("initial", initial, self._slowest, self.fastest)
        self._rate_up = in_range("rate_up", rate_up, 0.0, 0.05)
        self._rate_down = in_range("rate_down", rate_down, 0.0, 0.2)
        self._hold = in_range("hold", hold, 0.0, 300.0)
        self.reset()

    def reset(self) -> None:
        """Begin again, under the ceiling that was requested last."""
        self.value, self._unknown = smaller(self._initial, self.fastest), 0.0

    def target(self, fraction: float) -> float:
        """Heart rate at a share of the reserve.

        Parameters
        ----------
        fraction : float
            Share of the reserve [-].

        Returns
        -------
        float
            Heart rate [bpm].
        """
        return self._rest + fraction * (self._max - self._rest)

    def request(self, fastest: float) -> None:
        """Take another ceiling of the speed.

        Parameters
        ----------
        fastest : float
            Largest speed [m/s], `slowest` to 3.
        """
        self.fastest = in_range("fastest", fastest, self._slowest, 3.0)

    def _ask(self, rate: float | None) -> tuple[IntensityMode, float]:
        """Mode, and change of the value [m/s²]."""
        if rate is None:
            over = self._unknown > self._hold
            return (IntensityMode.EASE, -self._rate_down) if over else (IntensityMode.HOLD, 0.0)
        x = (rate - self._rest) / (self._max - self._rest)
        if rate >= self._limit:
            return IntensityMode.STOP_RAISING, -self._rate_down
        if x > self._upper:
            return IntensityMode.LOWER, -self._rate_down * min(1.0, (x - self._upper) / EDGE)
        if x < self._lower:
            return IntensityMode.RAISE, self._rate_up * min(1.0, (self._lower - x) / EDGE)
        return IntensityMode.WITHIN, 0.0

    def step(self, heart_rate: float | None, age: float | None, dt: float) -> Intensity:
        """Govern for one tick.

        Parameters
        ----------
        heart_rate : float or None
            Heart rate [bpm]; None or NaN when absent.
        age : float or None
            Age of that reading [s].
        dt : float
            Length of the tick [s].

        Returns
        -------
        Intensity
            Value, reserve and mode.
        """
        h = smaller(dt, 1.0) if math.isfinite(dt) and dt > 0.0 else 0.0
        rate, old = present(heart_rate), present(age)
        if rate is None or old is None or not (25.0 <= rate <= 250.0 and 0.0 <= old <= OLDEST):
            rate = None
        self._unknown = self._unknown + h if rate is None else 0.0
        mode, slope = self._ask(rate)
        before, v = self.value, self.value + slope * h
        if before > self.fastest:
            self.value = max(self.fastest, min(v, before - self._rate_down * h))
        else:
            self.value = clamp(v, self._slowest, self.fastest)
        reserve = math.nan if rate is None else (rate - self._rest) / (self._max - self._rest)
        return Intensity(self.value, reserve, mode)

    def run(self, heart_rate: ArrayLike, age: ArrayLike, dt: float) -> Intensity:
        """`step` for every tick of a recording.

        Parameters
        ----------
        heart_rate : array_like of float, shape (T,)
            Heart rate [bpm]; NaN when absent.
        age : array_like of float, shape (T,)
            Age of each reading [s].
        dt : float
            Length of every tick [s].

        Returns
        -------
        Intensity
            Value, reserve and mode of every tick.
        """
        rows = zip(np.asarray(heart_rate, float).tolist(), np.asarray(age, float).tolist(), strict=True)
        ticks = np.array([self.step(*row, dt) for row in rows]).reshape(-1, 3)
        return Intensity(ticks[:, 0].copy(), ticks[:, 1].copy(), ticks[:, 2].astype(np.int64))
