"""Section 3.3: one leg from the other, instant by instant."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import array, in_range
from .._conventions import SIDES, Array
from .pattern import Pattern

ROWS = 200


def side_index(name: str, side: str) -> int:
    """Accept the name of a side.

    Parameters
    ----------
    name : str
        What it is called.
    side : str
        left or right.

    Returns
    -------
    int
        0 left, 1 right [-].
    """
    if side not in SIDES:
        raise ConfigError(f"{name} must be 'left' or 'right', got {side!r}")
    return SIDES.index(side)


class LimbComplement:
    """Linear map from angles and velocities of the sound leg to those of the other [1]_.

    References
    ----------
    .. [1] Vallery, H. et al. (2009). Reference trajectory generation for rehabilitation robots: complementary limb
       motion estimation. IEEE Transactions on Neural Systems and Rehabilitation Engineering, 17(1), 23-30.
    """

    rms: Array
    _mean: tuple[Array, Array]
    _scale: tuple[Array, Array]
    _map: Array
    _low: Array
    _high: Array

    @classmethod
    def from_pattern(cls, pattern: Pattern, *, sound: str = "left", ridge: float = 1e-3) -> Self:
        """Learn it from a pattern.

        Parameters
        ----------
        pattern : Pattern
            The pattern, at its own stride rate.
        sound : str
            Side of the sound leg, left or right.
        ridge : float
            Ridge of the regression [-], 1e-9 to 1.

        Returns
        -------
        LimbComplement
            The map.
        """
        self = cls()
        side, ridge = side_index("sound", sound), in_range("ridge", ridge, 1e-9, 1.0)
        q, dq, _ = pattern.evaluate(np.arange(ROWS) / ROWS)
        legs = [np.hstack([x[:, 3 * s : 3 * s + 3] for x in (q, dq)]) for s in (0, 1)]
        f, g = legs[side], legs[1 - side]
        (f_mean, f_scale), (g_mean, g_scale) = _standard(f), _standard(g)
        self._mean, self._scale = (f_mean, g_mean), (f_scale, g_scale)
        z, y = ((x - m) / s for x, m, s in zip((f, g), self._mean, self._scale, strict=True))
        self._map = np.asarray(np.linalg.solve(z.T @ z / ROWS + ridge * np.eye(6), z.T @ y / ROWS), np.float64)
        self._low, self._high = g.min(axis=0), g.max(axis=0)
        errors = np.array([np.concatenate(self.step(row[:3], row[3:])) for row in f]) - g
        self.rms = np.asarray(np.sqrt((errors**2).mean(axis=0)), dtype=np.float64)
        return self

    def step(self, q: ArrayLike, dq: ArrayLike) -> tuple[Array, Array]:
        """Give the other leg.

        Parameters
        ----------
        q, dq : array_like of float, shape (3,)
            Angles [rad] and velocities [rad/s] of the sound leg.

        Returns
        -------
        tuple of two ndarray of float, shape (3,)
            Angles [rad] and velocities [rad/s] of the other leg.
        """
        f = np.concatenate([array("q", q, (3,)), array("dq", dq, (3,))])
        with np.errstate(all="ignore"):
            z = (f - self._mean[0]) / self._scale[0]
        z = np.clip(np.where(np.isfinite(z), z, 0.0), -3.0, 3.0)
        g = np.clip(self._mean[1] + self._scale[1] * (z @ self._map), self._low, self._high)
        return g[:3], g[3:]


def _standard(rows: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of each column; a tiny one counts as 1."""
    deviation = rows.std(axis=0)
    return rows.mean(axis=0), np.where(deviation < 1e-9, 1.0, deviation)
