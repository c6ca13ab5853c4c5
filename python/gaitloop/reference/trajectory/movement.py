"""Section 3: movement between two states."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

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
