"""Section 3: movement between two states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, array, in_range
from .._conventions import Array
from .pattern import Reference

_LARGEST = 1e6


class MinimumJerk:
    """Movement between two rests with the smallest possible jerk [1]_.

    Parameters
    ----------
    start, end : array_like of float, shape () or (J,)
        First and last position [rad], -1e6 to 1e6.
    duration : float
        Duration [s], 1e-3 to 1e4.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Flash, T. and Hogan, N. (1985). The coordination of arm movements. Journal of Neuroscience, 5(7), 1688-1703.
    """

    def __init__(self, start: ArrayLike, end: ArrayLike, duration: float) -> None:
        self.start = all_in_range("start", start, -_LARGEST, _LARGEST, (), (-1,))
        self.end = all_in_range("end", end, -_LARGEST, _LARGEST, self.start.shape)
        self.duration = in_range("duration", duration, 1e-3, 1e4)

    def evaluate(self, t: ArrayLike, out: tuple[Array, Array, Array] | None = None) -> Reference:
        """Position, velocity and acceleration.

        Parameters
        ----------
        t : array_like of float, shape () or (T,)
            Time since the start [s]; NaN counts as 0.
        out : tuple of three ndarray, optional
            Arrays to write to [-], same shape as the results.

        Returns
        -------
        Reference
            Position [rad], velocity [rad/s] and acceleration [rad/s²], shape of `t` followed by the shape of `start`.
        """
        at = array("t", t, (), (-1,))
        s = np.clip(np.where(np.isnan(at), 0.0, at), 0.0, self.duration) / self.duration  # divided last: no overflow
        way = self.end - self.start
        s = s.reshape(s.shape + (1,) * way.ndim)
        q = self.start + way * (10.0 * s**3 - 15.0 * s**4 + 6.0 * s**5)
        dq = way / self.duration * (30.0 * s**2 - 60.0 * s**3 + 30.0 * s**4)
        ddq = way / self.duration**2 * (60.0 * s - 180.0 * s**2 + 120.0 * s**3)
        if out is None:
            return Reference(q, dq, ddq)
        for target, values in zip(out, (q, dq, ddq), strict=True):
            target[...] = values
        return Reference(*out)


class Quintic:
    """Movement between two full states by a polynomial of the fifth degree.

    Parameters
    ----------
    start, end : sequence of three array_like of float, shape () or (J,)
        Position [rad], velocity [rad/s] and acceleration [rad/s²], each -1e6 to 1e6.
    duration : float
        Duration [s], 1e-3 to 1e4.

    Raises
    ------
    ConfigError
        If a value lies outside its range, or the shapes differ.
    """

    def __init__(self, start: Sequence[ArrayLike], end: Sequence[ArrayLike], duration: float) -> None:
        shape = max((np.shape(x) for x in (*start, *end)), key=len)
        self.start, self.end = _state("start", start, shape), _state("end", end, shape)
        self.duration = in_range("duration", duration, 1e-3, 1e4)

    def evaluate(self, t: ArrayLike, out: tuple[Array, Array, Array] | None = None) -> Reference:
        """Position, velocity and acceleration.

        Parameters
        ----------
        t : array_like of float, shape () or (T,)
            Time since the start [s]; NaN counts as 0.
        out : tuple of three ndarray, optional
            Arrays to write to [-], same shape as the results.

        Returns
        -------
        Reference
            Position [rad], velocity [rad/s] and acceleration [rad/s²], shape of `t` followed by the shape of a state.
        """
        at = array("t", t, (), (-1,))
        h = self.duration
        s = np.clip(np.where(np.isnan(at), 0.0, at), 0.0, h) / h
        s = s.reshape(s.shape + (1,) * (self.start.ndim - 1))
        (q0, v0, a0), (q1, v1, a1) = self.start, self.end
        v0, a0, v1, a1, d = v0 * h, a0 * h**2, v1 * h, a1 * h**2, q1 - q0
        k3 = 10.0 * d - 6.0 * v0 - 4.0 * v1 - 1.5 * a0 + 0.5 * a1
        k4 = -15.0 * d + 8.0 * v0 + 7.0 * v1 + 1.5 * a0 - a1
        k5 = 6.0 * d - 3.0 * v0 - 3.0 * v1 - 0.5 * a0 + 0.5 * a1
        q = q0 + s * (v0 + s * (0.5 * a0 + s * (k3 + s * (k4 + s * k5))))
        dq = (v0 + s * (a0 + s * (3.0 * k3 + s * (4.0 * k4 + s * 5.0 * k5)))) / h
        ddq = (a0 + s * (6.0 * k3 + s * (12.0 * k4 + s * 20.0 * k5))) / h**2
        ends = zip((q, dq, ddq), self.start, self.end, strict=True)
        exact = [np.where(s <= 0.0, first, np.where(s >= 1.0, last, x)) for x, first, last in ends]
        if out is None:
            return Reference(*exact)
        for target, values in zip(out, exact, strict=True):
            target[...] = values
        return Reference(*out)


def _state(name: str, state: Sequence[ArrayLike], shape: tuple[int, ...]) -> Array:
    """Position, velocity and acceleration as one array; a single number stands for each of a row."""
    if len(state) != 3:
        raise ConfigError(f"{name} must have length 3, got {len(state)}")
    rows = [all_in_range(name, row, -_LARGEST, _LARGEST, (), shape[:1]) for row in state]
    return np.array([np.broadcast_to(row, shape) for row in rows])
