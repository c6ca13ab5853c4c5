"""Gait phase of each side from initial contacts and time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._inputs import Array, to_array, to_number

__all__ = ["PhaseEstimator", "PhaseMode", "PhaseState"]


class PhaseMode(IntEnum):
    """What is known about the phase of a side."""

    FREE = 0
    SYNCED = 1
    OVERDUE = 2
    LOST = 3


@dataclass(frozen=True, slots=True)
class PhaseState:
    """Phase of both sides, of one tick or of every tick of a recording.

    Attributes
    ----------
    phase : ndarray of float, shape (2,) or (T, 2)
        Phase of left and right side [-], in [0, 1), 0 at that side's initial contact.
    rate : ndarray of float, shape (2,) or (T, 2)
        Rate of the phase [1/s], never negative.
    accel : ndarray of float, shape (2,) or (T, 2)
        Rate of the rate [1/s²].
    confidence : ndarray of float, shape (2,) or (T, 2)
        How far the phase can be trusted [-], 0 to 1.
    mode : ndarray of int, shape (2,) or (T, 2)
        What is known about the phase [-], a value of `PhaseMode`.
    """

    phase: Array
    rate: Array
    accel: Array
    confidence: Array
    mode: NDArray[np.uint8]


def _state(state: _core.PhaseState) -> PhaseState:
    return PhaseState(state.phase, state.rate, state.accel, state.confidence, state.mode)


class PhaseEstimator:
    """Event-and-time phase of both sides.

    Between contacts the phase of a side runs at the nominal rate of the belt times a slowly learned ratio. A contact
    away from phase 0 is made up for by running faster or slower, within 50 % of the rate: the phase never jumps and
    never goes backward. A contact sooner than half a cycle after the last one counts as the same contact. Without
    contacts the phase goes on; after one and a half cycles the side is lost. Sides do not influence each other.

    Parameters
    ----------
    phase_gain : float
        Share of a phase error that one contact corrects [-], 0 to 1.
    rate_gain : float
        Share of a rate error that one stride corrects [-], 0 to 1; the first strides correct more.
    rate_leak : float
        Share of the learned ratio that one stride forgets [-], 0 to 1.
    rate_span : float
        Largest distance of the ratio of actual to nominal rate from 1 [-], 0 to 0.5.
    dead_zone : float
        Phase error that is not corrected [-], 0 to 0.2. A walker whom the reference itself moves may meet the ground
        a little before or after phase 0; without a dead zone that would drive the rate away from the belt.
    correction_time : float
        Time over which a correction is spread [s], 0.05 to 2.
    rate_time : float
        Time constant of the rate [s], 0.005 to 0.5.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> estimator = PhaseEstimator()
    >>> estimator.reset([0.0, 0.5])
    >>> for _ in range(1000):
    ...     state = estimator.step([np.nan, np.nan], nominal_rate=0.8, dt=0.001)
    >>> state.phase.round(2)
    array([0.76, 0.26])
    >>> PhaseMode(state.mode[0]).name
    'FREE'
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        *,
        phase_gain: float = 0.35,
        rate_gain: float = 0.2,
        rate_leak: float = 0.04,
        rate_span: float = 0.15,
        dead_zone: float = 0.03,
        correction_time: float = 0.3,
        rate_time: float = 0.05,
    ) -> None:
        self._core = _core.PhaseEstimator(
            phase_gain=to_number("phase_gain", phase_gain),
            rate_gain=to_number("rate_gain", rate_gain),
            rate_leak=to_number("rate_leak", rate_leak),
            rate_span=to_number("rate_span", rate_span),
            dead_zone=to_number("dead_zone", dead_zone),
            correction_time=to_number("correction_time", correction_time),
            rate_time=to_number("rate_time", rate_time),
        )

    def reset(self, phases: ArrayLike) -> None:
        """Start again, standing still, with nothing learned.

        Parameters
        ----------
        phases : array_like of float, shape (2,)
            Phase of left and right side [-]; wrapped into [0, 1).

        Raises
        ------
        ConfigError
            If `phases` has another shape.
        """
        self._core.reset(to_array("phases", phases, 1))

    def step(self, contact_age: ArrayLike, nominal_rate: float, dt: float) -> PhaseState:
        """Advance by one tick.

        Parameters
        ----------
        contact_age : array_like of float, shape (2,)
            For a side whose initial contact is reported in this tick, the time since it happened [s], 0 to 1; NaN or
            anything outside for a side without one.
        nominal_rate : float
            Stride rate that the belt asks for [1/s], 0 to 5; anything outside counts as 0.
        dt : float
            Time since the last tick [s], up to 0.1; anything outside counts as 0.

        Returns
        -------
        PhaseState
            Phase, rate, acceleration, confidence and mode, each of shape (2,).

        Raises
        ------
        ConfigError
            If `contact_age` has another shape.
        """
        age = to_array("contact_age", contact_age, 1)
        return _state(self._core.step(age, to_number("nominal_rate", nominal_rate), to_number("dt", dt)))

    def run(self, contact_age: ArrayLike, nominal_rate: ArrayLike, dt: float) -> PhaseState:
        """Advance through a recording; the same as `step` for each tick.

        Parameters
        ----------
        contact_age : array_like of float, shape (T, 2)
            Age of the contacts reported in each tick [s], NaN where there is none.
        nominal_rate : array_like of float, shape (T,)
            Stride rate that the belt asks for [1/s].
        dt : float
            Time between ticks [s].

        Returns
        -------
        PhaseState
            Phase, rate, acceleration, confidence and mode, each of shape (T, 2).

        Raises
        ------
        ConfigError
            If shapes do not fit.
        """
        ages, rates = to_array("contact_age", contact_age, 2), to_array("nominal_rate", nominal_rate, 1)
        return _state(self._core.run(ages, rates, to_number("dt", dt)))
