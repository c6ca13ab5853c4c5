"""Section 6.1: impedance with guidance."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range
from .._conventions import Array, readings
from .guidance import share


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
            tau_i = share(g) * (spring + float(self.damping[i]) * (wanted[1][i] - dq_i))
            tau[i] = tau_i if math.isfinite(tau_i) else 0.0
        return tau

    def energy(self, q: ArrayLike, q_ref: ArrayLike, guidance: ArrayLike) -> float:
        """Potential energy of the springs.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Measured angles [rad], NaN where absent.
        q_ref : array_like of float, shape (6,)
            Reference angles [rad].
        guidance : array_like of float, shape (6,)
            Guidance per joint [-], clamped to 0 to 1; not finite counts as 0.

        Returns
        -------
        float
            Energy [J]; a joint whose angle is absent or whose energy is not finite adds nothing.
        """
        wanted, given = (np.asarray(x, dtype=np.float64).tolist() for x in (q_ref, guidance))
        total = 0.0
        for i, q_i in enumerate(readings(q)):
            if q_i is not None:
                stretch = wanted[i] - q_i
                term = 0.5 * share(given[i]) * float(self.stiffness[i]) * (stretch * stretch)
                total += term if math.isfinite(term) else 0.0
        return total

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
