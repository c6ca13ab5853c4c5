"""Speed governed by heart-rate reserve."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_array, to_number
from ._inputs import to_absent


class IntensityMode(IntEnum):
    """What a governor does."""

    HOLD = 0
    EASE = 1
    RAISE = 2
    WITHIN = 3
    LOWER = 4
    STOP_RAISING = 5


class Intensity(NamedTuple):
    """What comes out of a governor.

    Attributes
    ----------
    value : float or ndarray of float, shape (T,)
        Speed [m/s].
    reserve : float or ndarray of float, shape (T,)
        Fraction of the heart-rate reserve in use [-], NaN without a reading.
    mode : IntensityMode or ndarray of int, shape (T,)
        What the governor does [-].
    """

    value: float | Array
    reserve: float | Array
    mode: IntensityMode | NDArray[np.int64]


class IntensityGovernor:
    """Keeps the heart rate in a band of its reserve by speed; every limit is the therapist's [1]_.

    It never rises without a fresh reading, at the limit, or above `lower`.

    Parameters
    ----------
    rest : float
        Heart rate at rest [bpm], 30 to 120.
    max : float
        Largest heart rate [bpm], 80 to 230, above `rest`.
    lower : float
        Fraction of the reserve below which the speed rises [-], 0 to 1.
    upper : float
        Fraction of the reserve above which it falls [-], 0 to 1, above `lower`.
    limit : float
        Heart rate from which it falls at the full rate [bpm], 40 to 230.
    slowest : float
        Smallest speed [m/s], 0 to 3.
    fastest : float
        Largest speed [m/s], `slowest` to 3.
    initial : float
        Speed at the start [m/s], `slowest` to `fastest`.
    rate_up : float
        Largest rise [m/s per s], 0 to 0.05.
    rate_down : float
        Largest fall [m/s per s], 0 to 0.2.
    hold : float
        How long the speed is held without a reading before it falls [s], 0 to 300.

    Raises
    ------
    ConfigError
        If a parameter is outside its range or limits are swapped.

    References
    ----------
    .. [1] Karvonen, M. J., Kentala, E., & Mustala, O. (1957). The effects of training on heart rate. Annales Medicinae
       Experimentalis et Biologiae Fenniae, 35, 307-315.

    Examples
    --------
    >>> law = IntensityGovernor(rest=70, max=150, lower=0.4, upper=0.6, limit=130, slowest=0.2, fastest=1.0,
    ...                         initial=0.5, rate_up=0.01, rate_down=0.05, hold=10)
    >>> law.step(80, age=0.5, dt=1.0).mode.name
    'RAISE'
    """

    __slots__ = ("_core",)

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
        self._core = _core.IntensityGovernor(
            rest=to_number("rest", rest),
            max=to_number("max", max),
            lower=to_number("lower", lower),
            upper=to_number("upper", upper),
            limit=to_number("limit", limit),
            slowest=to_number("slowest", slowest),
            fastest=to_number("fastest", fastest),
            initial=to_number("initial", initial),
            rate_up=to_number("rate_up", rate_up),
            rate_down=to_number("rate_down", rate_down),
            hold=to_number("hold", hold),
        )

    def target(self, fraction: float) -> float:
        """Give the heart rate at a fraction of the reserve.

        Parameters
        ----------
        fraction : float
            Fraction of the reserve [-].

        Returns
        -------
        float
            Heart rate [bpm].
        """
        return self._core.target(to_number("fraction", fraction))

    def step(self, heart_rate: float | None, age: float, dt: float) -> Intensity:
        """Take the heart rate of a tick.

        Parameters
        ----------
        heart_rate : float or None
            Heart rate [bpm]; it counts from 25 to 250.
        age : float
            Its age [s]; it counts up to 10.
        dt : float
            Length of the tick [s], taken as 0 to 1.

        Returns
        -------
        Intensity
            Speed, reserve and mode.
        """
        value, reserve, mode = self._core.step(
            to_absent("heart_rate", heart_rate), to_number("age", age), to_number("dt", dt)
        )
        return Intensity(value, reserve, IntensityMode(mode))

    def run(self, heart_rate: ArrayLike, age: ArrayLike, dt: float) -> Intensity:
        """Take every tick of a recording.

        Parameters
        ----------
        heart_rate : array_like of float, shape (T,)
            Heart rate [bpm], NaN where absent.
        age : array_like of float, shape (T,)
            Its age [s].
        dt : float
            Length of every tick [s], taken as 0 to 1.

        Returns
        -------
        Intensity
            Speed, reserve and mode of every tick.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        columns = to_array("heart_rate", heart_rate, 1), to_array("age", age, 1)
        return Intensity(*self._core.run(*columns, to_number("dt", dt)))

    def request(self, fastest: float) -> None:
        """Ask for another largest speed; the present one comes down to it at the governor's rate.

        Parameters
        ----------
        fastest : float
            Largest speed [m/s], `slowest` to 3.

        Raises
        ------
        ConfigError
            If it is outside its range.
        """
        self._core.request(to_number("fastest", fastest))

    def reset(self) -> None:
        """Start again."""
        self._core.reset()

    @property
    def value(self) -> float:
        """Speed [m/s]."""
        return self._core.value

    @property
    def fastest(self) -> float:
        """Largest speed [m/s]."""
        return self._core.fastest
