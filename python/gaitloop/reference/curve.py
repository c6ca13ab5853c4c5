"""Section 2: the periodic cubic spline."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import ArrayLike

from ..errors import ConfigError
from ._checks import all_in_range
from ._conventions import Array, wrap_array

_LARGEST = 1e6  # far beyond any angle, and no power of it overflows


@functools.lru_cache(maxsize=8)
def _inverse(n: int) -> Array:
    """Inverse of the cyclic matrix with 4 on the diagonal and 1 beside it."""
    one = np.eye(n)
    return np.asarray(np.linalg.solve(np.roll(one, 1, axis=1) + 4.0 * one + np.roll(one, -1, axis=1), one), np.float64)


class Curve:
    """A periodic curve with a continuous second derivative through equally spaced values.

    Parameters
    ----------
    name : str
        What the values are called in an error.
    values : array_like of float, shape (N,)
        Value at phase `j / N` [-], N 4 or more.

    Raises
    ------
    ConfigError
        For fewer than four values or one that is not finite.
    """

    def __init__(self, name: str, values: ArrayLike) -> None:
        self.values = all_in_range(name, values, -_LARGEST, _LARGEST, (-1,))
        n = self.values.size
        if n < 4:
            raise ConfigError(f"{name} must have length 4 or more, got {n}")
        second = (np.roll(self.values, 1) - 2.0 * self.values + np.roll(self.values, -1)) * n**2
        self.curvatures: Array = _inverse(n) @ (6.0 * second)

    def evaluate(self, phase: ArrayLike) -> tuple[Array, Array, Array]:
        """Value and first and second derivative with respect to phase.

        Parameters
        ----------
        phase : array_like of float, shape () or (T,)
            Phase [-]; wrapped first.

        Returns
        -------
        tuple of ndarray
            Value, first and second derivative [-], each of the shape of `phase`.
        """
        n = self.values.size
        h = 1.0 / n
        x = wrap_array(phase) * n
        j = np.minimum(np.floor(x).astype(np.intp), n - 1)
        u = x - j
        w = 1.0 - u
        k = (j + 1) % n
        y0, y1, m0, m1 = self.values[j], self.values[k], self.curvatures[j], self.curvatures[k]
        value = w * y0 + u * y1 + h**2 / 6.0 * ((w**3 - w) * m0 + (u**3 - u) * m1)
        slope = (y1 - y0) / h + h / 6.0 * ((1.0 - 3.0 * w**2) * m0 + (3.0 * u**2 - 1.0) * m1)
        return value, slope, w * m0 + u * m1
