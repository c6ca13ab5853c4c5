"""The last word on every torque."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._conventions import Array, JointKind, clamp, present
from .codes import NO_FAULT, Cause, Fault, LegMode, Severity, joint_kinds, worst
from .envelope import Envelope

TORQUE, WALL_UPPER, WALL_LOWER, RATE, STALE, POWER, ENERGY = 1, 2, 4, 8, 16, 32, 64
RANGE_TOLERANCE = 0.0349
_DRIVING = (LegMode.FULL, LegMode.NARROW, LegMode.RAMP)


#: Nothing but damping and walls.
_DAMPS = (LegMode.DAMP, LegMode.LOWER)


class SafeTorque(NamedTuple):
    """Torque that passed the guard.

    Attributes
    ----------
    torque : ndarray of float, shape (6,)
        Torque [N·m].
    limits : int
        Limits that were active, a bit each [-]: torque 1, upper wall 2, lower wall 4, rate 8, stale 16, power 32,
        energy 64.
    """

    torque: Array
    limits: int


class _Limits(NamedTuple):
    """Limits of one joint."""

    q_min: float
    q_max: float
    dq_max: float
    brake_decel: float
    tau_max: float
    tau_rate_max: float
    wall_stiffness: float
    wall_damping: float
    stop_damping: float
    yield_damping: float
    power_max: float
    energy_max: float


def measured(x: float | None) -> float | None:
    """`x` when it is finite and of magnitude 1e6 or less, else absent; 0 where it is too small to be told from it.

    Parameters
    ----------
    x : float or None
        A measured number [-].

    Returns
    -------
    float or None
        The number [-], or None.
    """
    x = present(x)
    return sizeable(x) if x is not None and abs(x) <= 1e6 else None


def sizeable(x: float) -> float:
    """`x`, or 0 where its magnitude is 1e-140 or less.

    Parameters
    ----------
    x : float
        Any number [-].

    Returns
    -------
    float
        The number [-], or 0.
    """
    return 0.0 if abs(x) <= 1e-140 else x


def same_sign(a: float, b: float) -> bool:
    """Both above 0 or both below, told without their product, which may be too small for a number.

    Parameters
    ----------
    a, b : float
        Torque [N·m], and a torque [N·m] or a velocity [rad/s].

    Returns
    -------
    bool
        Whether `a b > 0`.
    """
    return a != 0.0 and b != 0.0 and (a > 0.0) is (b > 0.0)


def drives_beyond(tau: float, dq: float, power: float) -> bool:
    """Tell whether a torque drives a movement with more than a power.

    Parameters
    ----------
    tau : float
        Torque [N·m].
    dq : float
        Velocity [rad/s].
    power : float
        Power, 0 or more [W].

    Returns
    -------
    bool
        Whether `tau` lies beyond `power / dq`.
    """
    return same_sign(tau, dq) and abs(tau) > power / abs(dq)


class Guard:
    """Lets only finite, limited torque through, and brakes before the ends of the range of motion.

    Parameters
    ----------
    envelope : Envelope
        The limits.
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    """

    def __init__(self, envelope: Envelope, kinds: Sequence[int | str]) -> None:
        self._envelope = envelope
        self._kinds = joint_kinds(kinds)
        columns = zip(*(getattr(envelope, name).tolist() for name in _Limits._fields), strict=True)
        self._limits = [_Limits(*column) for column in columns]
        self._tau_prev = [0.0] * 6
        self._stored = [0.0] * 6
        self._t_prev: int | None = None
        self._overspeed = [0] * 6
        self._damp_since: int | None = None
        self._yields = False
        self._mode = LegMode.OFF
        self._narrow = False
        self._dt = 0.0
        self._q: list[float | None] = [None] * 6
        self._dq: list[float | None] = [None] * 6
        self._tau_cmd = [0.0] * 6

    def check(self, t: int, q: ArrayLike, dq: ArrayLike, tau_cmd: ArrayLike) -> Fault:
        """Judge what was measured and what is asked for.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        q, dq : array_like of float, shape (6,)
            Measured angles [rad] and velocities [rad/s], NaN where absent.
        tau_cmd : array_like of float, shape (6,)
            Torque asked for [N·m].

        Returns
        -------
        Fault
            The worst finding.
        """
        faults = [self._clock(int(t))]
        self._q = [measured(x) for x in np.asarray(q, dtype=np.float64).tolist()]
        self._dq = [measured(x) for x in np.asarray(dq, dtype=np.float64).tolist()]
        self._tau_cmd = [sizeable(x) for x in np.asarray(tau_cmd, dtype=np.float64).tolist()]
        for i in range(6):
            faults += [Fault(Severity.PROTECTIVE_STOP, cause, i) for cause in self._judge(i)]
        return worst(faults)

    def _clock(self, t: int) -> Fault:
        if self._t_prev is None:
            self._dt, self._t_prev = 0.001, t
            return NO_FAULT
        self._dt = (t - self._t_prev) * 1e-9
        if self._dt <= 0.0:
            self._dt = 0.0
            return Fault(Severity.PROTECTIVE_STOP, Cause.TIME_BACKWARDS)
        self._t_prev = t
        if self._dt > self._envelope.tick_max:
            self._dt = self._envelope.tick_max
            return Fault(Severity.PROTECTIVE_STOP, Cause.TIME_JUMP)
        return NO_FAULT

    def _judge(self, i: int) -> list[Cause]:
        """Causes found at joint `i`."""
        if self._kinds[i] is JointKind.ABSENT:
            return []
        limits, q, dq, causes = self._limits[i], self._q[i], self._dq[i], []
        driving = self._mode in _DRIVING and self._kinds[i] is JointKind.DRIVEN
        if driving and not math.isfinite(self._tau_cmd[i]):
            causes.append(Cause.CONTROLLER_NOT_FINITE)
        if q is None or dq is None:
            return [*causes, Cause.JOINT_INVALID]
        if not (limits.q_min - RANGE_TOLERANCE <= q <= limits.q_max + RANGE_TOLERANCE):
            causes.append(Cause.RANGE_EXCEEDED)
        self._overspeed[i] = 0 if abs(dq) <= limits.dq_max else min(255, self._overspeed[i] + 1)
        if self._overspeed[i] >= 2:
            causes.append(Cause.OVERSPEED)
        return causes

    def distrust(self, joints: Sequence[bool]) -> None:
        """Take the angles of some joints for absent in the limits that follow, until the next check.

        Parameters
        ----------
        joints : sequence of bool, shape (6,)
            Which ones [-].
        """
        self._q = [None if doubted else q for q, doubted in zip(self._q, joints, strict=True)]

    def yields(self, yields: bool) -> None:
        """Damp with `yield_damping` in protective stops, or no longer.

        Parameters
        ----------
        yields : bool
            Whether it is the person's muscles that are stopped for.
        """
        self._yields = yields

    def limit(self, mode: int) -> SafeTorque:
        """Torque that may be given, from the values of the last check.

        Parameters
        ----------
        mode : int
            What the legs are given [-], a `LegMode`.

        Returns
        -------
        SafeTorque
            Torque [N·m] and active limits.
        """
        mode = LegMode(mode)
        self._narrow = mode is LegMode.NARROW or (mode is LegMode.RAMP and self._narrow)
        if mode is not LegMode.DAMP:
            self._damp_since = None
        elif self._damp_since is None:
            self._damp_since = self._t_prev
        bits = 0
        for i in range(6):
            self._store(i)
            if self._kinds[i] is not JointKind.DRIVEN or mode in (LegMode.OFF, LegMode.ZERO):
                self._tau_prev[i] = 0.0
                continue
            q, dq = self._q[i], self._dq[i]
            if q is None or dq is None:
                self._tau_prev[i] = self._fade(i, dq, mode)
                bits |= STALE
            else:
                self._tau_prev[i], active = self._pass(i, q, dq, mode)
                bits |= active
        self._mode, self._dt = mode, 0.0
        return SafeTorque(np.array(self._tau_prev), bits)

    def _fade(self, i: int, dq: float | None, mode: LegMode) -> float:
        """Torque of a joint whose state is unknown: to zero within 50 ms."""
        slope = self._limits[i].tau_max / 0.05 * self._dt
        tau = clamp(0.0, self._tau_prev[i] - slope, self._tau_prev[i] + slope)
        return 0.0 if mode in _DAMPS and dq is not None and same_sign(tau, dq) else tau

    def _store(self, i: int) -> None:
        """Energy that the last torque put into joint `i`, less what leaks; a refused speed counts as the largest."""
        dq, most, fastest = self._dq[i], self._limits[i].energy_max, self._limits[i].dq_max
        if self._kinds[i] is JointKind.DRIVEN and dq is not None:
            given = max(0.0, self._tau_prev[i] * clamp(dq, -fastest, fastest))
            self._stored[i] = max(0.0, self._stored[i] + (given - most / 1.0) * self._dt)

    def _power(self, i: int) -> float:
        """Power that joint `i` may be driven with."""
        limits = self._limits[i]
        left = limits.energy_max / 1.0 + max(0.0, limits.energy_max - self._stored[i]) / 0.1
        return min(limits.power_max, left)

    def _want(self, i: int, dq: float, mode: LegMode) -> tuple[float, float]:
        """Tell what is wanted of joint `i` before any limit, and its cap."""
        limits = self._limits[i]
        yields = self._yields and mode is LegMode.DAMP
        damped = -(min(limits.stop_damping, limits.yield_damping) if yields else limits.stop_damping) * dq
        if mode is LegMode.DAMP:
            since = 0 if self._t_prev is None or self._damp_since is None else self._t_prev - self._damp_since
            share = max(0.0, 1.0 - since * 1e-9 / self._envelope.stop_deadline)
            return damped, limits.tau_max * share
        if mode is LegMode.LOWER:
            return damped, limits.tau_max
        want = self._tau_cmd[i]
        return want, self._envelope.degraded_fraction * limits.tau_max if self._narrow else limits.tau_max

    def _pass(self, i: int, q: float, dq: float, mode: LegMode) -> tuple[float, int]:
        """Torque of a joint whose state is known, and its active limits."""
        limits, damp = self._limits[i], mode in _DAMPS
        want, cap = self._want(i, dq, mode)
        power, bits, prev = self._power(i), 0, self._tau_prev[i]
        if not math.isfinite(want):
            want = 0.0
        elif drives_beyond(want, dq, power):
            want, bits = power / dq, ENERGY if power < limits.power_max else POWER
        if not abs(want) <= cap:
            bits |= TORQUE
        want = clamp(want, -cap, cap)
        lo, hi, clash = walls(limits, q, dq)
        if clash:
            want = 0.0
        if want > hi or clash:
            bits |= WALL_UPPER
        if want < lo or clash:
            bits |= WALL_LOWER
        want = clamp(clamp(want, lo, hi), -limits.tau_max, limits.tau_max)
        if drives_beyond(prev, dq, power):
            upward = dq > 0.0
            prev = max(power / dq, min(prev, max(0.0, lo))) if upward else min(power / dq, max(prev, min(0.0, hi)))
        prev = clamp(prev, min(0.0, lo), max(0.0, hi))
        if damp:
            bound = max(cap, abs(want))
            prev = clamp(prev, -bound, bound)
            if same_sign(prev, dq) and not same_sign(want, prev):
                prev = 0.0
        slope = limits.tau_rate_max * self._dt
        tau = clamp(want, prev - slope, prev + slope)
        if tau != want:
            bits |= RATE
        if damp and same_sign(tau, dq):
            tau = clamp(tau, min(0.0, hi), max(0.0, lo))
        return clamp(tau, -limits.tau_max, limits.tau_max), bits

    def run(
        self, t: ArrayLike, q: ArrayLike, dq: ArrayLike, tau: ArrayLike, modes: ArrayLike
    ) -> tuple[Array, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Check and limit every tick of a recording.

        Parameters
        ----------
        t : array_like of int, shape (T,)
            Times [ns].
        q, dq : array_like of float, shape (T, 6)
            Measured angles [rad] and velocities [rad/s], NaN where absent.
        tau : array_like of float, shape (T, 6)
            Torque asked for [N·m].
        modes : array_like of int, shape (T,)
            Leg mode of each tick [-].

        Returns
        -------
        tuple of ndarray
            Torque [N·m] (T, 6), active limits [-] (T,), severity [-] (T,) and cause [-] (T,).
        """
        torques, codes = [], []
        ticks = zip(np.asarray(t), np.asarray(q), np.asarray(dq), np.asarray(tau), np.asarray(modes), strict=True)
        for at, angles, velocities, wanted, mode in ticks:
            fault = self.check(int(at), angles, velocities, wanted)
            torque, limits = self.limit(int(mode))
            torques.append(torque)
            codes.append((limits, int(fault.severity), int(fault.cause)))
        columns = np.array(codes, dtype=np.int64).reshape(-1, 3)
        return np.array(torques).reshape(-1, 6), columns[:, 0], columns[:, 1], columns[:, 2]


def walls(limits: _Limits, q: float, dq: float) -> tuple[float, float, bool]:
    """Smallest and largest torque that the ends of the range of motion allow, and whether they clash.

    Parameters
    ----------
    limits : tuple of float
        Limits of the joint [-].
    q, dq : float
        Angle [rad] and velocity [rad/s].

    Returns
    -------
    tuple
        Smallest and largest torque [N·m], and whether the smallest was above the largest.
    """
    v_hi = min(limits.dq_max, math.sqrt(2.0 * limits.brake_decel * max(0.0, limits.q_max - q)))
    hi = limits.wall_damping * (v_hi - dq) - limits.wall_stiffness * max(0.0, q - limits.q_max)
    v_lo = min(limits.dq_max, math.sqrt(2.0 * limits.brake_decel * max(0.0, q - limits.q_min)))
    lo = -limits.wall_damping * (v_lo + dq) + limits.wall_stiffness * max(0.0, limits.q_min - q)
    if not lo > hi:
        return lo, hi, False
    if q > limits.q_max and -dq <= v_lo:
        return hi, hi, True
    if q < limits.q_min and dq <= v_hi:
        return lo, lo, True
    return min(lo, 0.0), max(hi, 0.0), True
