"""Section 5: phase of each side from its contacts, the cadence and, where there is one, its movement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._checks import in_range
from ._conventions import Array, Reading, clamp, present, wrap, wrap_signed
from ._oscillator import Oscillator, PhaseMode

__all__ = ["PhaseEstimator", "PhaseMode", "PhaseState"]


class PhaseState(NamedTuple):
    """Phase of both sides.

    Attributes
    ----------
    phase : ndarray of float, shape (2,) or (T, 2)
        Phase [-] in [0, 1).
    rate : ndarray of float, shape (2,) or (T, 2)
        Its rate [1/s].
    accel : ndarray of float, shape (2,) or (T, 2)
        Its acceleration [1/s²].
    confidence : ndarray of float, shape (2,) or (T, 2)
        Confidence [-], 0 to 1.
    mode : ndarray of int, shape (2,) or (T, 2)
        Mode [-], a `PhaseMode`.
    changed : ndarray of bool, shape (2,) or (T, 2)
        Whether the mode is another one than after the tick before [-].
    """

    phase: Array
    rate: Array
    accel: Array
    confidence: Array
    mode: NDArray[np.int64]
    changed: NDArray[np.bool_]


@dataclass
class _Side:
    phase: float = 0.0
    rate: float = 0.0
    accel: float = 0.0
    ratio: float = 1.0
    correction: float = 0.0
    progress: float = 0.0
    nominal: float = 0.0
    contacts: int = 0
    trust: float = 0.0
    stray: float | None = None


class PhaseEstimator:
    """Phase of each side: runs on at the belt's cadence and is drawn to 0 at each contact.

    From the first tick with a movement on, an oscillator that learns it takes over; the gains below are not its own.

    Parameters
    ----------
    phase_gain : float
        Share of a phase error that is corrected [-], 0 to 1.
    rate_gain : float
        Share of a rate error that is learnt [-], 0 to 1.
    rate_leak : float
        Share of what was learnt that is forgotten at a contact [-], 0 to 1.
    rate_span : float
        Largest deviation of the learnt rate from the nominal one [-], 0 to 0.5.
    dead_zone : float
        Phase error that is not corrected [-], 0 to 0.2.
    correction_time : float
        Time over which a phase error is corrected [s], 0.05 to 2.
    rate_time : float
        Time constant of the rate [s], 0.005 to 0.5.
    coupling : float
        Share of the nominal rate by which sides that are out of step are drawn together at most [-], 0 to 0.5.
    apart : float
        How far they may be from half a stride apart before that [-], 0 to 0.25.
    window : float
        Phase error beyond which a contact is stray [-], 0.1 to 0.5.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

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
        coupling: float = 0.0,
        apart: float = 0.1,
        window: float = 0.5,
    ) -> None:
        self.phase_gain = in_range("phase_gain", phase_gain, 0.0, 1.0)
        self.rate_gain = in_range("rate_gain", rate_gain, 0.0, 1.0)
        self.rate_leak = in_range("rate_leak", rate_leak, 0.0, 1.0)
        self.rate_span = in_range("rate_span", rate_span, 0.0, 0.5)
        self.dead_zone = in_range("dead_zone", dead_zone, 0.0, 0.2)
        self.correction_time = in_range("correction_time", correction_time, 0.05, 2.0)
        self.rate_time = in_range("rate_time", rate_time, 0.005, 0.5)
        self.coupling = in_range("coupling", coupling, 0.0, 0.5)
        self.apart = in_range("apart", apart, 0.0, 0.25)
        self.window = in_range("window", window, 0.1, 0.5)
        self.reset((0.0, 0.5))

    def reset(self, phases: ArrayLike) -> None:
        """Forget everything but the given phases.

        Parameters
        ----------
        phases : array_like of float, shape (2,)
            Phase of each side [-]; wrapped.
        """
        left, right = np.asarray(phases, dtype=np.float64).tolist()
        self._sides = (_Side(phase=wrap(left)), _Side(phase=wrap(right)))
        self._oscillators: tuple[Oscillator, Oscillator] | None = None
        self._modes = (PhaseMode.FREE, PhaseMode.FREE)
        self._changed = (False, False)

    def step(
        self,
        contact_age: Reading,
        nominal_rate: float,
        dt: float,
        motion: Reading | None = None,
        stance: Reading | None = None,
    ) -> PhaseState:
        """One tick.

        Parameters
        ----------
        contact_age : array_like of float, shape (2,)
            Time since the initial contact that was reported in this tick [s], 0 to 1; None or NaN when there was none.
        nominal_rate : float
            Stride rate that belongs to the belt's speed [1/s], 0 to 5; anything else counts as 0, or, once there has
            been a motion, as no belt.
        dt : float
            Time since the last tick [s], above 0 to 0.1; anything else counts as 0.
        motion : array_like of float, shape (2,), optional
            Angle or rate of a segment of each leg in the sagittal plane [rad or rad/s]; None or NaN when not measured.
        stance : array_like of float, shape (2,), optional
            1 while the foot is known to be on the ground, 0 while in the air [-]; None or NaN when not known.

        Returns
        -------
        PhaseState
            State of both sides.
        """
        dt = float(dt) if 0.0 < dt <= 0.1 else 0.0
        ages = [present(age) for age in contact_age]
        ages = [age if age is not None and 0.0 <= age <= 1.0 else None for age in ages]
        if motion is not None and self._oscillators is None:
            left, right = self._sides
            self._oscillators = (Oscillator(left.phase, left.rate), Oscillator(right.phase, right.rate))
        if self._oscillators is None:
            nominal = nominal_rate if 0.0 <= nominal_rate <= 5.0 else 0.0
            left, right = self._sides
            lead = wrap_signed(left.phase - right.phase - 0.5)
            drawn = self.coupling * clamp((abs(lead) - self.apart) / 0.1, 0.0, 1.0) * nominal
            drawn = math.copysign(drawn, lead)
            for side, age, pull in zip(self._sides, ages, (-drawn, drawn), strict=True):
                if age is not None:
                    self._contact(side, age, nominal)
                self._advance(side, nominal, pull, dt)
            return self._announce([_mode(side) for side in self._sides])
        belt = float(nominal_rate) if 0.0 <= nominal_rate <= 5.0 else None
        moves = [None, None] if motion is None else [present(x) for x in motion]
        grounds = [None, None] if stance is None else [_ground(present(x)) for x in stance]
        for oscillator, age, move, ground in zip(self._oscillators, ages, moves, grounds, strict=True):
            oscillator.step(age, belt, dt, move, ground)
        return self._announce([oscillator.mode for oscillator in self._oscillators])

    def run(
        self,
        contact_age: ArrayLike,
        nominal_rate: ArrayLike,
        dt: float,
        motion: ArrayLike | None = None,
        stance: ArrayLike | None = None,
    ) -> PhaseState:
        """Every tick of a recording.

        Parameters
        ----------
        contact_age : array_like of float, shape (T, 2)
            Time since a contact reported in that tick [s]; NaN when there was none.
        nominal_rate : array_like of float, shape (T,)
            Stride rate that belongs to the belt's speed [1/s].
        dt : float
            Time between ticks [s].
        motion : array_like of float, shape (T, 2), optional
            Angle or rate of a segment of each leg [rad or rad/s]; NaN when not measured.
        stance : array_like of float, shape (T, 2), optional
            1 while the foot is on the ground, 0 while in the air [-]; NaN when not known.

        Returns
        -------
        PhaseState
            State of both sides, each (T, 2).
        """
        ages, rates = np.asarray(contact_age, dtype=np.float64), np.asarray(nominal_rate, dtype=np.float64).tolist()
        moves, grounds = (
            [None] * len(rates) if x is None else list(np.asarray(x, dtype=np.float64)) for x in (motion, stance)
        )
        rows = zip(ages, rates, moves, grounds, strict=True)
        ticks = [self.step(age, rate, dt, move, ground) for age, rate, move, ground in rows]
        columns = [np.array([getattr(tick, name) for tick in ticks]).reshape(-1, 2) for name in PhaseState._fields]
        phase, rate, accel, confidence, mode, changed = columns
        return PhaseState(phase, rate, accel, confidence, mode.astype(np.int64), changed.astype(np.bool_))

    def state(self) -> PhaseState:
        """State of both sides as the last tick left it.

        Returns
        -------
        PhaseState
            State of both sides.
        """
        if self._oscillators is None:
            sides: tuple[_Side | Oscillator, ...] = self._sides
            confidence = [_confidence(side) for side in self._sides]
        else:
            sides = self._oscillators
            confidence = [side.confidence() for side in self._oscillators]
        return PhaseState(
            np.array([side.phase for side in sides]),
            np.array([side.rate for side in sides]),
            np.array([side.accel for side in sides]),
            np.array(confidence),
            np.array([int(mode) for mode in self._modes]),
            np.array(self._changed),
        )

    def _announce(self, modes: list[PhaseMode]) -> PhaseState:
        left, right = modes
        self._changed = (left is not self._modes[0], right is not self._modes[1])
        self._modes = (left, right)
        return self.state()

    def _contact(self, side: _Side, age: float, nominal_rate: float) -> None:
        back = age * side.rate
        if side.contacts > 0 and side.progress - back < 0.5:
            side.trust = 0.8 * side.trust
            return
        error = -wrap_signed(side.phase - back)
        if abs(error) > self.window and (side.stray is None or side.stray - back < 0.5):
            side.stray = back if side.stray is None else side.stray
            side.trust = 0.8 * side.trust
            return
        side.stray = None
        strides = side.nominal - age * nominal_rate
        if side.contacts > 0 and strides > 0.0 and side.progress - back <= 1.5:
            ratio = side.ratio
            gain = max(self.rate_gain, 1.0 / (side.contacts + 1))
            ratio += gain * (1.0 / strides - ratio) - self.rate_leak * (ratio - 1.0)
            side.ratio = clamp(ratio, 1.0 - self.rate_span, 1.0 + self.rate_span)
        side.correction = self.phase_gain * math.copysign(max(0.0, abs(error) - self.dead_zone), error)
        side.trust = 0.5 * side.trust + 0.5 * max(0.0, 1.0 - 4.0 * abs(error))
        side.progress = back
        side.nominal = age * nominal_rate
        side.contacts += 1

    def _advance(self, side: _Side, nominal_rate: float, pull: float, dt: float) -> None:
        base = side.ratio * nominal_rate
        target = clamp(base + side.correction / self.correction_time + pull, 0.5 * base, 1.5 * base)
        before = side.rate
        side.rate += (target - before) * min(1.0, dt / self.rate_time)
        side.phase = wrap(side.phase + side.rate * dt)
        owed = side.correction - (side.rate - base - pull) * dt
        side.correction = owed if side.correction * owed > 0.0 else 0.0
        side.progress += side.rate * dt
        side.stray = None if side.stray is None else side.stray + side.rate * dt
        side.nominal += nominal_rate * dt
        side.accel = (side.rate - before) / dt if dt > 0.0 else 0.0


def _ground(stance: float | None) -> bool | None:
    return None if stance not in (0.0, 1.0) else stance == 1.0


def _mode(side: _Side) -> PhaseMode:
    if side.contacts == 0:
        return PhaseMode.FREE
    if side.progress <= 1.0:
        return PhaseMode.SYNCED
    heard = side.progress if side.stray is None else side.stray
    return PhaseMode.OVERDUE if heard <= 1.5 else PhaseMode.LOST


def _confidence(side: _Side) -> float:
    mode = _mode(side)
    if mode is PhaseMode.SYNCED:
        return side.trust
    if mode is PhaseMode.OVERDUE:
        return side.trust * max(0.0, 1.0 - (side.progress - 1.0) / 0.5)
    return 0.0
