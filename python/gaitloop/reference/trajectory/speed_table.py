"""Section 3.3: a pattern between strides recorded at several speeds."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, in_range
from .._conventions import GRAVITY, Array

ROUNDING = 1e-12  # share by which a scaled speed may lie beyond the recorded ones [-]


def _slopes(v: Array, y: Array) -> Array:
    """Slopes at the knots that keep the monotony of the values [1]_.

    References
    ----------
    .. [1] Fritsch, F. N. and Butland, J. (1984). SIAM Journal on Scientific and Statistical Computing, 5(2), 300-304.
    """
    h, n = np.diff(v), len(v)
    d = np.diff(y, axis=0) / h.reshape(-1, *(1,) * (y.ndim - 1))
    if n == 2:
        return np.array([d[0], d[0]])
    slopes = np.zeros_like(y)
    with np.errstate(all="ignore"):
        for i in range(1, n - 1):
            first, last = 2.0 * h[i] + h[i - 1], h[i] + 2.0 * h[i - 1]
            inner = 3.0 * (h[i - 1] + h[i]) / (first / d[i - 1] + last / d[i])
            slopes[i] = np.where(d[i - 1] * d[i] <= 0.0, 0.0, inner)
    slopes[0] = _end_slope(h[0], h[1], d[0], d[1])
    slopes[-1] = _end_slope(h[-1], h[-2], d[-1], d[-2])
    return slopes


def _end_slope(h0: float, h1: float, d0: Array, d1: Array) -> Array:
    e = ((2.0 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    steep = (d0 * d1 < 0.0) & (np.abs(e) > 3.0 * np.abs(d0))
    result: Array = np.where(e * d0 <= 0.0, 0.0, np.where(steep, 3.0 * d0, e))
    return result


def between(v: Array, y: Array, at: float) -> Array:
    """Value of the piecewise cubic through values at increasing places.

    Parameters
    ----------
    v : ndarray of float, shape (S,)
        Places [-].
    y : ndarray of float, shape (S, ...)
        Values there [-].
    at : float
        Where to look [-], within the places.

    Returns
    -------
    ndarray of float, shape (...)
        The value [-].
    """
    m = _slopes(v, y)
    i = min(max(int(np.searchsorted(v, at, side="right")) - 1, 0), len(v) - 2)
    h = v[i + 1] - v[i]
    s = (at - v[i]) / h
    value: Array = y[i] + (
        s**2 * (3.0 - 2.0 * s) * (y[i + 1] - y[i]) + s * (1.0 - s) ** 2 * h * m[i] + s**2 * (s - 1.0) * h * m[i + 1]
    )
    return value


def stride_at(
    angles: ArrayLike,
    speeds: ArrayLike,
    stride_times: ArrayLike,
    speed: float,
    leg_length: float | None,
    table_leg_length: ArrayLike | None,
) -> tuple[Array, float]:
    """Angles and stride time at a speed.

    Parameters
    ----------
    angles : array_like of float, shape (S, N, 3) or (S, N, 6)
        Strides [rad].
    speeds, stride_times : array_like of float, shape (S,)
        Their speeds [m/s] and durations [s].
    speed : float
        Speed of the pattern [m/s].
    leg_length : float or None
        Leg length of the person [m].
    table_leg_length : array_like of float, shape () or (S,), or None
        Leg length of each stride's person [m].

    Returns
    -------
    tuple of ndarray of float, shape (N, 3) or (N, 6), and float
        Angles [rad] and stride time [s].
    """
    table = all_in_range("angles", angles, -3.0, 3.0, (-1, -1, 3), (-1, -1, 6))
    count = len(table)
    if count < 2:
        raise ConfigError(f"angles must have length 2 or more, got {count}")
    v = all_in_range("speeds", speeds, 0.01, 5.0, (count,))
    times = all_in_range("stride_times", stride_times, 0.3, 10.0, (count,))
    speed = in_range("speed", speed, 0.05, 5.0)
    if (leg_length is None) != (table_leg_length is None):
        raise ConfigError("leg_length and table_leg_length must be given together")
    scale, pace = 1.0, 1.0
    if leg_length is not None and table_leg_length is not None:
        own = in_range("leg_length", leg_length, 0.3, 1.3)
        lengths = all_in_range("table_leg_length", table_leg_length, 0.3, 1.3, (), (count,))
        v, times = v / np.sqrt(GRAVITY * lengths), times * np.sqrt(GRAVITY / lengths)
        scale, pace = math.sqrt(GRAVITY * own), math.sqrt(own / GRAVITY)
    for i in range(1, count):
        if not v[i] > v[i - 1]:
            raise ConfigError(f"speeds must increase, got {v[i]} after {v[i - 1]} at index {i}")
    at = speed / scale
    if at < v[0] * (1.0 - ROUNDING) or at > v[-1] * (1.0 + ROUNDING):
        raise ConfigError(f"speed must lie in [{v[0] * scale}, {v[-1] * scale}], got {speed}")
    at = min(max(at, v[0]), v[-1])
    return between(v, table, at), float(between(v, times, at)) * pace
