"""Section 6.9: what the motor has to give beside the torque that the person feels."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import GRAVITY, Array, clamp, readings

_FASTEST = 200.0  # acceleration that is looked at [rad/s²]
_HASTE = 100.0  # velocity that is looked at for it [rad/s]


class MotorTorque(NamedTuple):
    """What the law gives in one tick, or in every tick of a recording.

    Attributes
    ----------
    tau_motor : ndarray of float, shape (6,) or (T, 6)
        Torque of the motor [N·m].
    added : ndarray of float, shape (6,) or (T, 6)
        Its part that the exoskeleton itself takes [N·m].
    """

    tau_motor: Array
    added: Array


def segment_gravity(lengths: ArrayLike, mass: ArrayLike, along: ArrayLike, forward: ArrayLike) -> Array:
    """Gravity coefficients of one leg from its segments.

    Parameters
    ----------
    lengths : array_like of float, shape (2,)
        Length of thigh and shank [m], 0.1 to 0.8.
    mass : array_like of float, shape (3,)
        Mass of thigh, shank and foot segment [kg], 0 to 20.
    along : array_like of float, shape (3,)
        Distance of each centre of mass below the segment's upper joint [m], -0.5 to 0.8.
    forward : array_like of float, shape (3,)
        Distance of each centre of mass before the segment's axis [m], -0.5 to 0.5.

    Returns
    -------
    ndarray of float, shape (6,)
        Coefficients of sine and cosine of thigh, shank and foot direction [N·m].
    """
    thigh, shank = all_in_range("lengths", lengths, 0.1, 0.8, (2,)).tolist()
    m_t, m_s, m_f = all_in_range("mass", mass, 0.0, 20.0, (3,)).tolist()
    a_t, a_s, a_f = all_in_range("along", along, -0.5, 0.8, (3,)).tolist()
    f_t, f_s, f_f = all_in_range("forward", forward, -0.5, 0.5, (3,)).tolist()
    sines = (m_t * a_t + (m_s + m_f) * thigh, m_s * a_s + m_f * shank, m_f * a_f)
    cosines = (m_t * f_t, m_s * f_s, m_f * f_f)
    return np.array([GRAVITY * x for pair in zip(sines, cosines, strict=True) for x in pair])


class Compensation:
    """Gravity, friction and inertia of an exoskeleton, which its motors have to make up for.

    Parameters
    ----------
    gravity : array_like of float, shape (2, 6)
        Coefficients of each leg, as `segment_gravity` gives them [N·m], -200 to 200.
    coulomb : array_like of float, shape (6,)
        Friction that does not depend on speed [N·m], 0 to 50.
    viscous : array_like of float, shape (6,)
        Friction in proportion to speed [N·m·s/rad], 0 to 50.
    inertia : array_like of float, shape (6,)
        Inertia felt at each joint [kg·m²], 0 to 5.
    max_torque : array_like of float, shape (6,)
        Largest torque added [N·m], 0 to 150.
    friction_speed : float
        Speed over which friction builds up [rad/s], 0.01 to 1.
    friction_share, inertia_share : float
        Shares that are made up for [-], 0 to 1 and 0 to 0.8.
    accel_time : float
        Time constant of the acceleration [s], 0.002 to 0.1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    def __init__(
        self,
        gravity: ArrayLike,
        coulomb: ArrayLike,
        viscous: ArrayLike,
        inertia: ArrayLike,
        max_torque: ArrayLike,
        *,
        friction_speed: float = 0.1,
        friction_share: float = 0.8,
        inertia_share: float = 0.5,
        accel_time: float = 0.02,
    ) -> None:
        self.gravity = all_in_range("gravity", gravity, -200.0, 200.0, (2, 6)).tolist()
        self.coulomb = all_in_range("coulomb", coulomb, 0.0, 50.0).tolist()
        self.viscous = all_in_range("viscous", viscous, 0.0, 50.0).tolist()
        self.inertia = all_in_range("inertia", inertia, 0.0, 5.0).tolist()
        self.max_torque = all_in_range("max_torque", max_torque, 0.0, 150.0).tolist()
        self.friction_speed = in_range("friction_speed", friction_speed, 0.01, 1.0)
        self.friction_share = in_range("friction_share", friction_share, 0.0, 1.0)
        self.inertia_share = in_range("inertia_share", inertia_share, 0.0, 0.8)
        self.accel_time = in_range("accel_time", accel_time, 0.002, 0.1)
        self.reset()

    def reset(self) -> None:
        """Forget the velocities."""
        self._velocity: list[float | None] = [None] * 6

    def step(
        self, tau: ArrayLike, q: ArrayLike, dq: ArrayLike, ddq: ArrayLike, dt: float, pelvis_pitch: float = 0.0
    ) -> MotorTorque:
        """One tick.

        Parameters
        ----------
        tau : array_like of float, shape (6,)
            Torque that the person is to feel [N·m]; not finite counts as 0.
        q, dq : array_like of float, shape (6,)
            Joint angles [rad] and velocities [rad/s], NaN where absent.
        ddq : array_like of float, shape (6,)
            Acceleration of the reference [rad/s²], NaN where the measured one is to be used.
        dt : float
            Time since the last tick [s], above 0 to 0.1; anything else counts as 0.
        pelvis_pitch : float
            Pitch of the pelvis [rad], leaning back positive.

        Returns
        -------
        MotorTorque
            Torque of the motors.
        """
        dt = float(dt) if 0.0 < dt <= 0.1 else 0.0
        wanted, angles, rates, given = (readings(x) for x in (tau, q, dq, ddq))
        pitch = float(pelvis_pitch)
        gravity = [t for i in (0, 1) for t in self._gravity(self.gravity[i], angles[3 * i : 3 * i + 3], pitch)]
        out = MotorTorque(np.zeros(6), np.zeros(6))
        for j in range(6):
            own = self._acceleration(j, rates[j], dt)
            accel = given[j] if given[j] is not None else own
            accel = clamp(accel, -_FASTEST, _FASTEST) if accel is not None and math.isfinite(accel) else 0.0
            inertia = self.inertia_share * self.inertia[j] * accel
            most = self.max_torque[j]
            added = clamp(gravity[j] + self._friction(j, rates[j]) + inertia, -most, most)
            total = (wanted[j] or 0.0) + added
            out.added[j], out.tau_motor[j] = added, total if math.isfinite(total) else 0.0
        return out

    @staticmethod
    def _gravity(coefficients: list[float], leg: list[float | None], pitch: float) -> list[float]:
        hip, knee, ankle = leg
        if hip is None or knee is None:
            return [0.0] * 3
        thigh = pitch + hip
        shank = thigh - knee
        foot = shank + (0.0 if ankle is None else ankle)
        sums = [
            s * math.sin(th) + c * math.cos(th) if math.isfinite(th) else math.nan
            for th, s, c in zip((thigh, shank, foot), coefficients[::2], coefficients[1::2], strict=True)
        ]
        torque = [sums[0] + sums[1] + sums[2], -(sums[1] + sums[2]), 0.0 if ankle is None else sums[2]]
        return [t if math.isfinite(t) else 0.0 for t in torque]

    def _friction(self, j: int, dq: float | None) -> float:
        if dq is None:
            return 0.0
        smooth = dq / math.sqrt(dq * dq + self.friction_speed * self.friction_speed)
        friction = self.friction_share * (self.coulomb[j] * smooth + self.viscous[j] * dq)
        return friction if math.isfinite(friction) else 0.0

    def _acceleration(self, j: int, dq: float | None, dt: float) -> float:
        v = self._velocity[j]
        dq = None if dq is None else clamp(dq, -_HASTE, _HASTE)
        if dq is None or v is None:
            self._velocity[j] = dq
            return 0.0
        self._velocity[j] = v + (dq - v) * min(1.0, dt / self.accel_time)
        return (dq - v) / self.accel_time

    def run(
        self,
        tau: ArrayLike,
        q: ArrayLike,
        dq: ArrayLike,
        ddq: ArrayLike | None,
        dt: float,
        pelvis_pitch: ArrayLike | None = None,
    ) -> MotorTorque:
        """Every tick of a recording.

        Parameters
        ----------
        tau : array_like of float, shape (T, 6)
            Torque that the person is to feel [N·m].
        q, dq : array_like of float, shape (T, 6)
            Joint angles [rad] and velocities [rad/s], NaN where absent.
        ddq : array_like of float, shape (T, 6), optional
            Acceleration of the reference [rad/s²].
        dt : float
            Time between ticks [s].
        pelvis_pitch : array_like of float, shape (T,), optional
            Pitch of the pelvis [rad]; 0 when not given.

        Returns
        -------
        MotorTorque
            Each field with time first.
        """
        asked = np.asarray(tau, dtype=np.float64).reshape(-1, 6)
        accel = np.full(asked.shape, np.nan) if ddq is None else np.asarray(ddq, dtype=np.float64)
        pitch = np.zeros(len(asked)) if pelvis_pitch is None else np.asarray(pelvis_pitch, dtype=np.float64)
        rows = zip(asked, *(np.asarray(a, dtype=np.float64) for a in (q, dq)), accel, pitch.tolist(), strict=True)
        ticks = [self.step(t, a, v, w, dt, p) for t, a, v, w, p in rows]
        return MotorTorque(*(np.array([tick[k] for tick in ticks]).reshape(-1, 6) for k in (0, 1)))
