"""Section 6, human torque: an observer of generalised momentum per leg."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import LEGS, Array, clamp, larger, smaller
from ..body import Body, LegDynamics, Vector

LONGEST_TICK = 0.02
LARGEST = 1e6
LARGEST_TORQUE = 1e4
SETTLING = 0.05
IN_STANCE = 0.7
PER_MISSING = 0.8


class HumanTorque(NamedTuple):
    """What the person's joints do.

    Attributes
    ----------
    torque : ndarray of float, shape (6,) or (T, 6)
        Torque of the person, passive and damping parts included [N·m], NaN where it cannot be told.
    confidence : ndarray of float, shape (6,) or (T, 6)
        How far to trust it [-], 0 (absent) to 1.
    """

    torque: Array
    confidence: Array


def _numbers(values: ArrayLike | None, count: int) -> list[float | None]:
    if values is None:
        return [None] * count
    given = np.asarray(values, dtype=np.float64).ravel().tolist()
    return [x if math.isfinite(x) and abs(x) <= LARGEST else None for x in given]


class _Leg:
    def __init__(self) -> None:
        self.lagged = [0.0] * 3
        self.restart()

    def restart(self) -> None:
        self.residual = [0.0] * 3
        self.momentum: Vector | None = None
        self.rate = [0.0] * 3
        self.since = 0.0
        self.settled = 0.0
        self.key: tuple[bool, ...] | None = None
        self.contact = False


class HumanTorqueObserver:
    """Torque of the person from the movement of a leg and the torque of its drives [1]_.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    thigh_limb, shank_limb : float
        Mass of the device's limb along thigh and shank [kg], 0 to 10.
    friction : array_like of float, shape (3,)
        Viscous friction of the device at hip, knee and ankle [N·m·s/rad], 0 to 20.
    armature : array_like of float, shape (3,)
        Inertia of the drives felt at hip, knee and ankle [kg·m²], 0 to 1.
    gain : float
        Gain of the observer [1/s], 10 to 400.
    torque_lag : float
        Time constant of the drives' torque [s], 0 to 0.1.
    height_time : float
        Time constant of the pelvis velocity made from its height [s], 0 to 0.1.
    ankle : bool
        Whether the ankles are driven, so that their torque can be told.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] De Luca, A. and Mattone, R. (2003). Actuator failure detection and isolation using generalized momenta.
       IEEE ICRA, 634-639.
    """

    def __init__(
        self,
        mass: float,
        height: float,
        *,
        thigh_limb: float = 0.0,
        shank_limb: float = 0.0,
        friction: ArrayLike = (0.0, 0.0, 0.0),
        armature: ArrayLike = (0.0, 0.0, 0.0),
        gain: float = 300.0,
        torque_lag: float = 0.0,
        height_time: float = 0.01,
        ankle: bool = False,
    ) -> None:
        self.dynamics = LegDynamics(Body(mass, height), thigh_limb, shank_limb)
        self.friction = all_in_range("friction", friction, 0.0, 20.0, (3,))
        self.armature = all_in_range("armature", armature, 0.0, 1.0, (3,))
        self.gain = in_range("gain", gain, 10.0, 400.0)
        self.torque_lag = in_range("torque_lag", torque_lag, 0.0, 0.1)
        self.height_time = in_range("height_time", height_time, 0.0, 0.1)
        self.ankle = bool(ankle)
        self.reset()

    def reset(self) -> None:
        """Start again."""
        self._legs = (_Leg(), _Leg())
        self._height: float | None = None
        self._rise = 0.0

    def step(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        tau: ArrayLike,
        contact: ArrayLike,
        dt: float,
        *,
        ground: ArrayLike | None = None,
        pelvis: ArrayLike | None = None,
        height: float | None = None,
    ) -> HumanTorque:
        """One tick.

        Parameters
        ----------
        q, dq : array_like of float, shape (6,)
            Measured angles [rad] and velocities [rad/s], NaN where absent.
        tau : array_like of float, shape (6,)
            Torque of the drives on the person [N·m].
        contact : array_like of bool, shape (2,)
            Whether the foot of a side is on the ground.
        dt : float
            Time since the tick before [s].
        ground : array_like of float, shape (2, 3), optional
            Force on each foot forward and upward [N] and where it acts, along the sole forward of the ankle [m].
        pelvis : array_like of float, shape (4,), optional
            Velocity forward and upward [m/s], pitch [rad] and pitch rate [rad/s].
        height : float, optional
            Height of the pelvis [m], from which the upward velocity comes where it is absent.

        Returns
        -------
        HumanTorque
            Torque and confidence.
        """
        h = smaller(dt, LONGEST_TICK) if math.isfinite(dt) and dt > 0.0 else 0.0
        base, known = self._pelvis(_numbers(pelvis, 4), _numbers(None if height is None else [height], 1)[0], h)
        angles, speeds, drive = _numbers(q, 6), _numbers(dq, 6), _numbers(tau, 6)
        forces, feet = _numbers(ground, 6), np.asarray(contact, dtype=bool).tolist()
        out = HumanTorque(np.full(6, np.nan), np.zeros(6))
        for side, leg in enumerate(LEGS):
            force: list[float | None] = forces[leg] if feet[side] else [0.0, 0.0, 0.0]
            self._lag(self._legs[side], drive[leg], h)
            told = self._leg(
                self._legs[side], (angles[leg], speeds[leg], drive[leg]), (feet[side], force), base, known, h
            )
            if told is not None:
                for j in range(3 if self.ankle and angles[leg][2] is not None and speeds[leg][2] is not None else 2):
                    out.torque[3 * side + j], out.confidence[3 * side + j] = told[0][j], told[1]
        return out

    def _pelvis(
        self, pelvis: list[float | None], height: float | None, h: float
    ) -> tuple[tuple[float, float, float, float], tuple[bool, ...]]:
        if height is None or self._height is None:
            self._height, self._rise = height, 0.0
        elif h > 0.0:
            share = smaller(1.0, h / self.height_time) if self.height_time > 0.0 else 1.0
            self._rise += (clamp((height - self._height) / h, -20.0, 20.0) - self._rise) * share
            self._height = height
        vx, vz, pitch, rate = pelvis
        known = (vx is not None, vz is not None, height is not None, pitch is not None, rate is not None)
        up = self._rise if vz is None else vz
        return (vx or 0.0, up, pitch or 0.0, rate or 0.0), known

    def _lag(self, leg: _Leg, drive: list[float | None], h: float) -> None:
        share = smaller(1.0, h / self.torque_lag) if self.torque_lag > 0.0 else 1.0
        for j, x in enumerate(drive):
            if x is not None:
                leg.lagged[j] += (x - leg.lagged[j]) * share

    def _leg(
        self,
        leg: _Leg,
        joints: tuple[list[float | None], list[float | None], list[float | None]],
        foot: tuple[bool, list[float | None]],
        base: tuple[float, float, float, float],
        known: tuple[bool, ...],
        h: float,
    ) -> tuple[list[float], float] | None:
        q, dq, drive = joints
        fx, fz, point = foot[1]
        has_ankle = q[2] is not None and dq[2] is not None
        if None in (*q[:2], *dq[:2], *drive[:2]) or fx is None or fz is None or point is None:
            leg.restart()
            return None
        key = (has_ankle, *known)
        if leg.key is not None and leg.key != key:
            leg.restart()
        angle = (q[0] or 0.0, q[1] or 0.0, q[2] or 0.0 if has_ankle else 0.0)
        speed = (dq[0] or 0.0, dq[1] or 0.0, dq[2] or 0.0 if has_ankle else 0.0)
        momentum, rate = self.dynamics.momentum(angle, speed, base)
        push = self.dynamics.contact(angle, base[2], point, (fx, fz)) if foot[0] else (0.0, 0.0, 0.0)
        total = tuple(p + float(self.armature[j]) * speed[j] for j, p in enumerate(momentum))
        known_rate = [rate[j] + leg.lagged[j] - float(self.friction[j]) * speed[j] + push[j] for j in range(3)]
        if not self._observe(leg, (total[0], total[1], total[2]), known_rate, h):
            leg.restart()
            return None
        leg.settled = 0.0 if leg.contact != foot[0] else leg.settled + h
        leg.key, leg.contact = key, foot[0]
        if leg.since == 0.0:
            return None
        missing = (not known[0]) + (not (known[1] or known[2])) + (not known[4]) + (not has_ankle)
        trust = smaller(1.0, smaller(leg.since, leg.settled) / SETTLING) * PER_MISSING**missing
        return list(leg.residual), trust * (IN_STANCE if foot[0] else 1.0)

    def _observe(self, leg: _Leg, momentum: Vector, rate: list[float], h: float) -> bool:
        """Whether the numbers stay sound."""
        if leg.momentum is not None and h > 0.0:
            leg.since += h
            gain = larger(h / leg.since, self.gain * h / (1.0 + self.gain * h))
            for j in range(3):
                change = (momentum[j] - leg.momentum[j]) / h
                leg.residual[j] += gain * (change - 0.5 * (rate[j] + leg.rate[j]) - leg.residual[j])
        if leg.momentum is None or h > 0.0:
            leg.momentum, leg.rate = momentum, rate
        numbers = (*leg.residual, *momentum, *rate)
        return all(math.isfinite(x) for x in numbers) and all(abs(r) <= LARGEST_TORQUE for r in leg.residual)

    def run(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        tau: ArrayLike,
        contact: ArrayLike,
        dt: float,
        *,
        ground: ArrayLike | None = None,
        pelvis: ArrayLike | None = None,
        height: ArrayLike | None = None,
    ) -> HumanTorque:
        """Every tick of a recording.

        Parameters
        ----------
        q, dq, tau : array_like of float, shape (T, 6)
            Angles [rad], velocities [rad/s] and torque of the drives [N·m].
        contact : array_like of bool, shape (T, 2)
            Whether the foot of a side is on the ground.
        dt : float
            Length of a tick [s].
        ground : array_like of float, shape (T, 2, 3), optional
            Force on each foot forward and upward [N] and where it acts [m].
        pelvis : array_like of float, shape (T, 4), optional
            Velocity forward and upward [m/s], pitch [rad] and pitch rate [rad/s].
        height : array_like of float, shape (T,), optional
            Height of the pelvis [m].

        Returns
        -------
        HumanTorque
            Torque [N·m] and confidence [-], each (T, 6).
        """
        columns = [np.asarray(x, dtype=np.float64) for x in (q, dq, tau)]
        feet, ticks = np.asarray(contact, dtype=bool), len(columns[0])
        more = {
            name: None if x is None else np.asarray(x, dtype=np.float64)
            for name, x in (("ground", ground), ("pelvis", pelvis), ("height", height))
        }
        rows = [
            self.step(
                columns[0][k],
                columns[1][k],
                columns[2][k],
                feet[k],
                dt,
                ground=None if more["ground"] is None else more["ground"][k],
                pelvis=None if more["pelvis"] is None else more["pelvis"][k],
                height=None if more["height"] is None else float(more["height"][k]),
            )
            for k in range(ticks)
        ]
        return HumanTorque(
            np.array([row.torque for row in rows]).reshape(-1, 6),
            np.array([row.confidence for row in rows]).reshape(-1, 6),
        )
