"""Section 6: resistance."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import Array, clamp, readings
from .guidance import share
from .nearest import tick


class ChallengeTorque(NamedTuple):
    """What a law gives that makes a movement harder.

    Attributes
    ----------
    tau : ndarray of float, shape (6,) or (T, 6)
        Torque [N·m].
    energy : ndarray of float, shape (6,) or (T, 6)
        Potential energy per joint [J].
    """

    tau: Array
    energy: Array


def table(ticks: list[ChallengeTorque]) -> ChallengeTorque:
    """Make arrays over time of the results of single ticks.

    Parameters
    ----------
    ticks : list of ChallengeTorque
        One per tick.

    Returns
    -------
    ChallengeTorque
        Of shape (T, 6).
    """
    columns = zip(*ticks, strict=True) if ticks else ((), ())
    return ChallengeTorque(*(np.array(c, dtype=np.float64).reshape(-1, 6) for c in columns))


class Resistance:
    """Viscous, elastic and speed-dependent load against the movement of each joint [1]_.

    Parameters
    ----------
    viscous : array_like of float, shape (6,)
        Viscous load [N·m·s/rad], 0 to 50.
    elastic : array_like of float, shape (6,)
        Stiffness towards an anchor that follows [N·m/rad], 0 to 500.
    speed : array_like of float, shape (6,)
        Load that grows with the square of speed [N·m·s²/rad²], 0 to 50.
    follow : float
        Time constant of the anchor [s], 0.05 to 10.
    max_torque : array_like of float, shape (6,)
        Largest torque [N·m], 0.1 to 100.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Marchal-Crespo, L. & Reinkensmeyer, D. J. (2009). Review of control strategies for robotic movement
       training after neurologic injury. Journal of NeuroEngineering and Rehabilitation, 6, 20.
    """

    def __init__(
        self, viscous: ArrayLike, elastic: ArrayLike, speed: ArrayLike, follow: float, max_torque: ArrayLike
    ) -> None:
        self.viscous = all_in_range("viscous", viscous, 0.0, 50.0).tolist()
        self.elastic = all_in_range("elastic", elastic, 0.0, 500.0).tolist()
        self.speed = all_in_range("speed", speed, 0.0, 50.0).tolist()
        self.follow = in_range("follow", follow, 0.05, 10.0)
        self.max_torque = all_in_range("max_torque", max_torque, 0.1, 100.0).tolist()
        self.reset()

    def reset(self) -> None:
        """Forget the anchors."""
        self.anchor: list[float | None] = [None] * 6

    def step(self, q: ArrayLike, dq: ArrayLike, challenge: ArrayLike, dt: float) -> ChallengeTorque:
        """Torque of one tick.

        Parameters
        ----------
        q, dq : array_like of float, shape (6,)
            Angles [rad] and velocities [rad/s], NaN where absent.
        challenge : array_like of float, shape (6,)
            Share of the load [-], clamped to 0 to 1.
        dt : float
            Duration of the tick [s].

        Returns
        -------
        ChallengeTorque
            Torque and energy.
        """
        angle, velocity, h = readings(q), readings(dq), tick(float(dt))
        out = ChallengeTorque(np.zeros(6), np.zeros(6))
        for j, c in enumerate(np.asarray(challenge, dtype=np.float64).tolist()):
            q_j, dq_j = angle[j], velocity[j]
            if q_j is None or dq_j is None:
                self.anchor[j] = None
                continue
            x, v = clamp(q_j, -10.0, 10.0), clamp(dq_j, -100.0, 100.0)
            before = self.anchor[j]
            anchor = x if before is None else before
            y, k, most = x - anchor, self.elastic[j], self.max_torque[j]
            root = math.sqrt(1.0 + (k * y / most) ** 2)
            loss = self.viscous[j] * v + self.speed[j] * abs(v) * v
            out.tau[j] = -share(c) * clamp(k * y / root + loss, -most, most)
            out.energy[j] = share(c) * k * y * y / (1.0 + root)
            self.anchor[j] = anchor + y * min(1.0, h / self.follow)
        return out

    def run(self, q: ArrayLike, dq: ArrayLike, challenge: ArrayLike, dt: float) -> ChallengeTorque:
        """Torque of every tick of a recording.

        Parameters
        ----------
        q, dq : array_like of float, shape (T, 6)
            Angles [rad] and velocities [rad/s], NaN where absent.
        challenge : array_like of float, shape (T, 6)
            Share of the load [-].
        dt : float
            Duration of every tick [s].

        Returns
        -------
        ChallengeTorque
            Torque and energy of every tick.
        """
        rows = zip(*(np.asarray(x, dtype=np.float64) for x in (q, dq, challenge)), strict=True)
        return table([self.step(a, b, c, dt) for a, b, c in rows])
