"""Section 6: complementary motion."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import Array, smooth_step
from ..trajectory.complement import LimbComplement
from .nearest import tick


class Complement(NamedTuple):
    """Reference of a leg from the other one.

    Attributes
    ----------
    q, dq : ndarray of float, shape (3,) or (T, 3)
        Angles [rad] and velocities [rad/s].
    confidence : float or ndarray of float, shape (T,)
        Share of the other leg in it before smoothing [-], 0 to 1.
    """

    q: Array
    dq: Array
    confidence: float | Array


class ComplementaryMotion:
    """Reference of one leg from the measured other one, bounded in rate and handed over smoothly [1]_.

    Parameters
    ----------
    complement : LimbComplement
        Map from the sound leg to the other.
    max_velocity : array_like of float, shape (3,)
        Largest velocity of the reference [rad/s], 0.1 to 20.
    fade : float
        Time to hand over [s], 0.05 to 5.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Vallery, H. et al. (2009). Reference trajectory generation for rehabilitation robots: complementary limb
       motion estimation. IEEE Transactions on Neural Systems and Rehabilitation Engineering, 17(1), 23-30.
    """

    def __init__(self, complement: LimbComplement, max_velocity: ArrayLike, fade: float) -> None:
        self._map = complement
        self.max_velocity = all_in_range("max_velocity", max_velocity, 0.1, 20.0, (3,))
        self.fade = in_range("fade", fade, 0.05, 5.0)
        self.reset()

    def reset(self) -> None:
        """Forget the reference and what was seen."""
        self._given: Array | None = None
        self._held: tuple[Array, Array] | None = None
        self._weight = 0.0

    def step(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, dt: float) -> Complement:
        """Reference of one tick.

        Parameters
        ----------
        q, dq : array_like of float, shape (3,)
            Angles [rad] and velocities [rad/s] of the sound leg, NaN where absent.
        q_ref, dq_ref : array_like of float, shape (3,)
            Reference without the sound leg [rad], [rad/s].
        dt : float
            Duration of the tick [s].

        Returns
        -------
        Complement
            Reference and confidence.
        """
        h, top = tick(float(dt)), self.max_velocity
        seen = np.array([q, dq], dtype=np.float64)
        r, rv = np.array([q_ref, dq_ref], dtype=np.float64)
        fallback = np.zeros(3) if self._given is None else self._given
        r = np.where(np.isfinite(r), np.clip(r, -10.0, 10.0), fallback)
        rv = np.where(np.isfinite(rv), np.clip(rv, -100.0, 100.0), 0.0)
        self._hold(seen, h)
        s = 0.0 if self._held is None else smooth_step(self._weight)
        angle, velocity = (r, rv) if self._held is None else self._held
        target = r + s * (angle - r)
        move = target if self._given is None else self._given + np.clip(target - self._given, -top * h, top * h)
        self._given = move
        return Complement(move.copy(), np.clip(rv + s * (velocity - rv), -top, top), self._weight)

    def _hold(self, seen: Array, h: float) -> None:
        """Take over what the sound leg says, or let the last of it coast to rest."""
        if np.isfinite(seen).all():
            angle, velocity = self._map.step(seen[0], seen[1])
            self._held = np.clip(angle, -10.0, 10.0), np.clip(velocity, -100.0, 100.0)
            self._weight = min(1.0, self._weight + h / self.fade)
            return
        self._weight = max(0.0, self._weight - h / self.fade)
        if self._held is not None:
            angle, velocity = self._held
            self._held = np.clip(angle + velocity * h, -10.0, 10.0), velocity * max(0.0, 1.0 - 4.0 * h / self.fade)

    def run(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, dt: float) -> Complement:
        """Reference of every tick of a recording.

        Parameters
        ----------
        q, dq : array_like of float, shape (T, 3)
            Angles [rad] and velocities [rad/s] of the sound leg, NaN where absent.
        q_ref, dq_ref : array_like of float, shape (T, 3)
            Reference without the sound leg [rad], [rad/s].
        dt : float
            Duration of every tick [s].

        Returns
        -------
        Complement
            Reference and confidence of every tick.
        """
        rows = zip(*(np.asarray(x, dtype=np.float64) for x in (q, dq, q_ref, dq_ref)), strict=True)
        ticks = [self.step(a, b, r, v, dt) for a, b, r, v in rows]
        angles, velocities = (np.array([t[i] for t in ticks], dtype=np.float64).reshape(-1, 3) for i in (0, 1))
        return Complement(angles, velocities, np.array([t.confidence for t in ticks], dtype=np.float64))
