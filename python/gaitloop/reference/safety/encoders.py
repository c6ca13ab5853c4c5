"""Encoders: each angle against its own past, against the velocity and against a second sensor."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import JointKind
from .codes import ENERGISED, NO_FAULT, WALKING, Cause, Fault, Severity, State, joint_kinds, worst
from .envelope import Envelope
from .guard import measured


class _Encoder:
    """One angle since it began afresh."""

    def __init__(self, q: float, dq: float, o: float) -> None:
        self.q, self.dq, self.e = q, dq, dq * o
        self.stuck = self.drifts = 0
        self.noisy: deque[bool] = deque(maxlen=20)
        self.paired = False
        self.mismatched = self.alone = 0

    def compare(self, q: float, second: float | None) -> list[tuple[Severity, Cause]]:
        """Hold a second angle of the same moment against the first."""
        if second is not None:
            self.paired, self.alone = True, 0
            self.mismatched = 0 if abs(q - second) <= 0.0524 else self.mismatched + 1
        elif self.paired:
            self.alone += 1
        told = {Severity.PROTECTIVE_STOP: self.mismatched >= 3, Severity.DEGRADE: self.alone >= 25}
        return [(severity, Cause.ENCODER_MISMATCH) for severity, is_so in told.items() if is_so]

    def step(self, q: float, dq: float, h: float, o: float, *, led: bool) -> list[tuple[Severity, Cause]]:
        r = (q - self.q) - 0.5 * (self.dq + dq) * h
        jump = not abs(r) <= 0.0125
        if q != self.q:
            self.stuck = 0
        elif led or not abs(dq) <= 0.5:
            self.stuck += 1
        self.e = dq * o if jump else self.e * (1.0 - h / 3.0) + r
        d = self.e - dq * o
        self.drifts = 0 if abs(d) <= 0.0524 else self.drifts + 1
        self.noisy.append(not abs(r) <= 0.005)
        self.q, self.dq = q, dq
        told = {
            Cause.ENCODER_JUMP: jump,
            Cause.ENCODER_STUCK: self.stuck >= 25,
            Cause.ENCODER_DRIFT: self.drifts >= 3,
        }
        found = [(Severity.PROTECTIVE_STOP, cause) for cause, is_so in told.items() if is_so]
        if sum(self.noisy) >= 5:
            found.append((Severity.DEGRADE, Cause.ENCODER_NOISE))
        return found


class Encoders:
    """Jump, stuck, drift and noise of every angle.

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
        self._stamp: int | None = None
        self._known: list[_Encoder | None] = [None] * 6
        self._doubted: set[int] = set()

    @property
    def doubted(self) -> tuple[bool, ...]:
        """Joints with a finding that stops since there is power [-]."""
        return tuple(i in self._doubted for i in range(6))

    def step(
        self,
        *,
        state: int,
        q_stamp: int,
        dq_stamp: int,
        second_stamp: int,
        q: ArrayLike,
        dq: ArrayLike,
        q_second: ArrayLike,
        dq_ref: ArrayLike,
        guidance: ArrayLike,
    ) -> Fault:
        """One tick.

        Parameters
        ----------
        state : int
            The supervisor's state after the last tick [-], a `State`.
        q_stamp, dq_stamp, second_stamp : int
            When angles, velocities and the angles of the second sensors were measured [ns].
        q, dq, q_second : array_like of float, shape (6,)
            Measured angles [rad], velocities [rad/s] and angles of the second sensors [rad], NaN where absent.
        dq_ref : array_like of float, shape (6,)
            Reference velocities [rad/s].
        guidance : array_like of float, shape (6,)
            Guidance of each joint [-].

        Returns
        -------
        Fault
            The worst finding.
        """
        if State(state) not in ENERGISED:
            self._doubted.clear()
        before, self._stamp = self._stamp, q_stamp
        if before == q_stamp:
            return NO_FAULT
        h = 0.0 if before is None else (q_stamp - before) * 1e-9
        if not 0.0 < h <= self._age_max:
            self._known = [None] * 6
        o = self._since(q_stamp, dq_stamp)
        p = self._since(q_stamp, second_stamp)
        taken = self._led(State(state), dq_ref, guidance)
        angles, speeds, seconds = (np.asarray(a, dtype=np.float64).tolist() for a in (q, dq, q_second))
        found, pairs = [], []
        for i, kind in enumerate(self._kinds):
            if kind is JointKind.ABSENT:
                continue
            angle, speed, known = measured(angles[i]), measured(speeds[i]), self._known[i]
            if angle is None or speed is None:
                self._known[i] = None
            elif known is None:
                self._known[i] = _Encoder(angle, speed, o or 0.0)
            else:
                second = None if p is None else measured(seconds[i])
                second = None if second is None or p is None else second + speed * p
                found += [Fault(*told, i) for told in known.step(angle, speed, h, o or 0.0, led=taken[i])]
                pairs += [Fault(*told, i) for told in known.compare(angle, second)]
        return self._reported(State(state), found, pairs)

    def _reported(self, state: State, found: list[Fault], pairs: list[Fault]) -> Fault:
        if state in ENERGISED:
            wrong = {f.joint for f in found + pairs if f.severity >= Severity.PROTECTIVE_STOP and f.joint is not None}
            self._doubted |= wrong
            return worst(found + pairs)
        if state in (State.SELFTEST, State.STANDBY):
            return worst([fault for fault in pairs if fault.severity is Severity.PROTECTIVE_STOP])
        return NO_FAULT

    def _since(self, q_stamp: int, stamp: int) -> float | None:
        """Time from another measurement to the one of the angles, where it is close enough to be compared."""
        time = (q_stamp - stamp) * 1e-9
        return time if abs(time) <= self._age_max else None

    def _led(self, state: State, dq_ref: ArrayLike, guidance: ArrayLike) -> list[bool]:
        """Whether the reference takes each joint along."""
        speeds, shares = (np.asarray(a, dtype=np.float64).tolist() for a in (dq_ref, guidance))
        return [
            kind is JointKind.DRIVEN and state in WALKING and not share <= 0.5 and not abs(speed) <= 0.5
            for kind, speed, share in zip(self._kinds, speeds, shares, strict=True)
        ]
