"""Section 6: impedance with guidance, leg gravity and the windows of the subtasks."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ._checks import all_in_range
from ._conventions import LEGS, Array, clamp, readings, smooth_step, wrap, wrap_signed
from .body import Body

SUBTASKS = ("leading_limb", "trailing_limb", "prepositioning", "stance_stability", "foot_clearance")


class Impedance:
    """Spring and damper between a joint and its reference, both faded by guidance [1]_.

    Parameters
    ----------
    stiffness : array_like of float, shape (6,)
        Stiffness [N·m/rad], 0 to 2000.
    damping : array_like of float, shape (6,)
        Damping [N·m·s/rad], 0 to 200.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Hogan, N. (1985). Impedance control: an approach to manipulation. Journal of Dynamic Systems, Measurement,
       and Control, 107, 1-24.
    """

    def __init__(self, stiffness: ArrayLike, damping: ArrayLike) -> None:
        self.stiffness = all_in_range("stiffness", stiffness, 0.0, 2000.0)
        self.damping = all_in_range("damping", damping, 0.0, 200.0)

    def step(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, guidance: ArrayLike) -> Array:
        """Torque of one tick.

        Parameters
        ----------
        q, dq : array_like of float, shape (6,)
            Measured angles [rad] and velocities [rad/s], NaN where absent.
        q_ref, dq_ref : array_like of float, shape (6,)
            Reference angles [rad] and velocities [rad/s].
        guidance : array_like of float, shape (6,)
            Guidance per joint [-], clamped to 0 to 1; not finite counts as 0.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque [N·m]; 0 where an angle or velocity is absent or the torque is not finite.
        """
        angle, velocity = readings(q), readings(dq)
        wanted = np.asarray(q_ref, dtype=np.float64).tolist(), np.asarray(dq_ref, dtype=np.float64).tolist()
        tau = np.zeros(6)
        for i, g in enumerate(np.asarray(guidance, dtype=np.float64).tolist()):
            q_i, dq_i = angle[i], velocity[i]
            if q_i is None or dq_i is None:
                continue
            spring = float(self.stiffness[i]) * (wanted[0][i] - q_i)
            tau_i = _share(g) * (spring + float(self.damping[i]) * (wanted[1][i] - dq_i))
            tau[i] = tau_i if math.isfinite(tau_i) else 0.0
        return tau

    def run(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, guidance: ArrayLike) -> Array:
        """Torque of every tick of a recording.

        Parameters
        ----------
        q, dq : array_like of float, shape (T, 6)
            Measured angles [rad] and velocities [rad/s], NaN where absent.
        q_ref, dq_ref : array_like of float, shape (T, 6)
            Reference angles [rad] and velocities [rad/s].
        guidance : array_like of float, shape (T, 6)
            Guidance per joint [-].

        Returns
        -------
        ndarray of float, shape (T, 6)
            Torque [N·m].
        """
        ticks = zip(*(np.asarray(a, dtype=np.float64) for a in (q, dq, q_ref, dq_ref, guidance)), strict=True)
        return np.array([self.step(*tick) for tick in ticks]).reshape(-1, 6)


class LegGravity:
    """Torque that holds both legs against gravity.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    """

    def __init__(self, mass: float, height: float) -> None:
        self.body = Body(mass, height)

    def torque(self, q: ArrayLike, pelvis_pitch: float = 0.0) -> Array:
        """Torque of one posture.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        pelvis_pitch : float
            Pitch of the pelvis [rad], leaning back positive.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque [N·m]; 0 for a side with an absent angle or a result that is not finite.
        """
        tau = np.zeros(6)
        angles = readings(q)
        for leg in LEGS:
            hip, knee, ankle = angles[leg]
            if hip is not None and knee is not None and ankle is not None:
                torque = self.body.leg_gravity(hip, knee, ankle, pelvis_pitch)
                tau[leg] = torque if all(math.isfinite(x) for x in torque) else 0.0
        return tau


def _share(x: float) -> float:
    """Clamp a share to [0, 1]; what is not finite counts as 0."""
    return clamp(x, 0.0, 1.0) if math.isfinite(x) else 0.0


def window(phase: float, start: float, end: float) -> float:
    """Window `W`: 1 inside the arc from `start` forward to `end`, 0 outside, smoothed over 0.05 on each side.

    Parameters
    ----------
    phase : float
        Phase [-].
    start, end : float
        Ends of the arc [-]; equal ends make an empty one.

    Returns
    -------
    float
        Weight [-], 0 to 1.
    """
    half = wrap(end - start) / 2.0
    if half == 0.0:
        return 0.0
    distance = wrap_signed(phase - (start + half))
    return smooth_step((half + 0.05 - abs(distance)) / 0.1)


def guidance(phase: float, support: ArrayLike) -> Array:
    """Guidance of hip, knee and ankle of one side from the support of its subtasks.

    Parameters
    ----------
    phase : float
        Phase of the side [-].
    support : array_like of float, shape (5,)
        Support of each of `SUBTASKS` [-], clamped to 0 to 1; not finite counts as 0.

    Returns
    -------
    ndarray of float, shape (3,)
        Guidance [-], 0 to 1.
    """
    leading, trailing, prepositioning, stance, clearance = (_share(x) for x in np.asarray(support, float).tolist())
    w = window(phase, 0.10, 0.55)
    hip = w * trailing + (1.0 - w) * leading
    w1, w2 = window(phase, 0.45, 0.85), window(phase, 0.85, 0.05)
    knee = w1 * clearance + (1.0 - w1) * (w2 * prepositioning + (1.0 - w2) * stance)
    w = window(phase, 0.60, 0.95)
    ankle = w * clearance + (1.0 - w) * stance
    return np.array([hip, knee, ankle])


def swing_window(phase: float) -> float:
    """Share of leg-weight support over the cycle.

    Parameters
    ----------
    phase : float
        Phase of the side [-].

    Returns
    -------
    float
        1 in swing, 0 in stance [-].
    """
    return window(phase, 0.62, 0.98)
