"""Monitors: what looks wrong over more than one tick."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import JointKind
from .codes import ENERGISED, WALKING, Cause, Fault, Severity, State, joint_kinds, worst
from .envelope import Envelope
from .guard import measured

_HIPS_AND_KNEES = (0, 1, 3, 4)


class Timer:
    """Adds up the time for which a condition holds.

    Parameters
    ----------
    time : float
        When it runs out [s].
    """

    def __init__(self, time: float) -> None:
        self.time = time
        self.sum = 0.0

    def step(self, condition: bool | None, dt: float) -> bool:
        """One tick.

        Parameters
        ----------
        condition : bool or None
            Whether it holds; None leaves the time as it is.
        dt : float
            Time since the last tick [s].

        Returns
        -------
        bool
            Whether it has run out.
        """
        if condition is not None:
            self.sum = self.sum + dt if condition else 0.0
        return self.sum >= self.time

    def clear(self) -> None:
        """Begin again."""
        self.sum = 0.0


class Monitors:
    """Stale samples, belt, events, height, drag and tracking.

    Parameters
    ----------
    envelope : Envelope
        The limits; of these the largest age of a sample.
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    """

    def __init__(self, envelope: Envelope, kinds: Sequence[int | str]) -> None:
        self._age_max = envelope.sample_age_max
        self._kinds = joint_kinds(kinds)
        self._belt = Timer(0.15)
        self._settle()

    def _settle(self) -> None:
        """Forget what is judged while settled."""
        self._height = Timer(0.1)
        self._rope_reference: float | None = None
        self._drags = [0, 0]
        self._tracking = [Timer(0.3) for _ in range(6)]

    def step(
        self,
        *,
        t: int,
        state: int,
        settled: bool,
        q_stamp: int,
        dq_stamp: int,
        belt_meas: float | None,
        belt_cmd: float,
        phase_lost: Sequence[bool],
        rope_position: float | None,
        stance_share: Sequence[float | None],
        q: ArrayLike,
        q_ref: ArrayLike,
        guidance: ArrayLike,
        dt: float,
    ) -> Fault:
        """One tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        state : int
            The supervisor's state after the last tick [-], a `State`.
        settled : bool
            Whether walking has settled.
        q_stamp, dq_stamp : int
            When angles and velocities were measured [ns].
        belt_meas : float or None
            Measured speed of the belt [m/s], None or NaN when absent.
        belt_cmd : float
            Commanded speed of the belt [m/s].
        phase_lost : sequence of bool, shape (2,)
            Whether the phase of each side is lost.
        rope_position : float or None
            Height of the person at the rope [m], None or NaN when absent.
        stance_share : sequence of float or None, shape (2,)
            Stance share of a stride of each side that closes in this tick [-], None or NaN when there is none.
        q, q_ref : array_like of float, shape (6,)
            Measured angles, NaN where absent, and reference angles [rad].
        guidance : array_like of float, shape (6,)
            Guidance of each joint [-].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        Fault
            The worst finding.
        """
        dt = dt if dt > 0.0 and math.isfinite(dt) else 0.0
        found = self._stale(t, State(state), q_stamp, dq_stamp) + self._mismatch(State(state), belt_meas, belt_cmd, dt)
        if State(state) in WALKING and settled:
            if any(phase_lost) and not belt_cmd <= 0.05:
                found.append(Fault(Severity.SOFT_STOP, Cause.EVENTS_LOST))
            found += self._posture(rope_position, dt) + self._drag(stance_share) + self._error(q, q_ref, guidance, dt)
        else:
            self._settle()
        return worst(found)

    def _stale(self, t: int, state: State, *stamps: int) -> list[Fault]:
        fitted = any(kind is not JointKind.ABSENT for kind in self._kinds)
        fresh = all(0.0 <= (t - stamp) * 1e-9 <= self._age_max for stamp in stamps)
        if fresh or not fitted or state not in ENERGISED:
            return []
        return [Fault(Severity.PROTECTIVE_STOP, Cause.SAMPLE_STALE)]

    def _mismatch(self, state: State, belt_meas: float | None, belt_cmd: float, dt: float) -> list[Fault]:
        if state not in WALKING:
            self._belt.clear()
            return []
        speed = measured(belt_meas)
        over = self._belt.step(None if speed is None else not abs(speed - belt_cmd) <= 0.15, dt)
        return [Fault(Severity.PROTECTIVE_STOP, Cause.BELT_MISMATCH)] if over else []

    def _posture(self, rope_position: float | None, dt: float) -> list[Fault]:
        height, sunk = measured(rope_position), None
        if height is not None:
            before = height if self._rope_reference is None else self._rope_reference
            self._rope_reference = before + (height - before) * min(1.0, dt / 10.0)
            sunk = self._rope_reference - height > 0.08
        return [Fault(Severity.PROTECTIVE_STOP, Cause.POSTURE_LOST)] if self._height.step(sunk, dt) else []

    def _drag(self, stance_share: Sequence[float | None]) -> list[Fault]:
        for side, share in enumerate(map(measured, stance_share)):
            if share is not None:
                self._drags[side] = 0 if share <= 0.75 else self._drags[side] + 1
        return [Fault(Severity.SOFT_STOP, Cause.FOOT_DRAG)] if max(self._drags) >= 3 else []

    def _error(self, q: ArrayLike, q_ref: ArrayLike, guidance: ArrayLike, dt: float) -> list[Fault]:
        found = []
        angle, wanted, share = (np.asarray(a, dtype=np.float64).tolist() for a in (q, q_ref, guidance))
        for i in _HIPS_AND_KNEES:
            if self._kinds[i] is not JointKind.DRIVEN:
                continue
            at = measured(angle[i])
            far = None if at is None else not abs(at - wanted[i]) <= 0.6
            if self._tracking[i].step(False if share[i] <= 0.5 else far, dt):
                found.append(Fault(Severity.PROTECTIVE_STOP, Cause.FOLLOWING_ERROR, i))
        return found
