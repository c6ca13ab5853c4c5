"""Profiles of a given duration: the farthest and the nearest movement, mixed so that the way is covered exactly.

A curve is what the order limits last but one: acceleration over time in third order, velocity over time in second
and first order.
"""

from __future__ import annotations

import itertools

import numpy as np

from .._conventions import Array
from .jerk_limited_models import Second, Third
from .jerk_limited_reach import Cases, Curve, Long, area, displacement, farthest, highest, lowest

_TINY = np.longdouble(1e-300)


def farthest_profile(case: Cases, order: int, duration: Long) -> Curve:
    """Movement that goes farthest in a duration, velocity limit included.

    Parameters
    ----------
    case : Cases
        One problem.
    order : int
        3, 2 or 1 [-].
    duration : ndarray, shape (1,)
        Possible duration [s].

    Returns
    -------
    tuple of ndarray
        Times [s] and accelerations [rad/s²] or, in lower order, velocities [rad/s], shape (1, M).
    """
    if order == 1:
        return np.stack([0 * duration, duration], -1), np.stack([case.v_max] * 2, -1)
    if order == 2:
        return Second(case).speed(duration)
    model = Third(case)
    if not (duration > model.steady).all():
        return farthest(case, duration)
    t, a = model.first
    back_t, back_a = model.last
    times = np.concatenate([t, duration[..., None] - back_t[..., ::-1]], axis=-1)
    return times, np.concatenate([a, -back_a[..., ::-1]], axis=-1)


def velocity_profile(case: Cases, order: int, duration: Long, side: int) -> Curve:
    """Movement with the largest (side 1) or smallest (side -1) change of velocity in a duration.

    Parameters
    ----------
    case : Cases
        One problem.
    order : int
        3, 2 or 1 [-].
    duration : ndarray, shape (1,)
        Possible duration [s].
    side : int
        1 or -1 [-].

    Returns
    -------
    tuple of ndarray
        Times [s] and accelerations [rad/s²], shape (1, M); in lower order the velocities [rad/s] of the asked change.
    """
    if order == 3:
        return highest(case, duration) if side > 0 else lowest(case, duration)
    times = np.stack([0 * duration, duration], -1)
    if order == 1:
        return times, np.stack([case.v1, case.v1], -1)
    return times, np.stack([case.v0, case.v1], -1)


def mixed(case: Cases, far: Curve, near: Curve, order: int, interface: str) -> Curve:
    """Mixture of two curves that covers the way, or changes the velocity, exactly.

    Parameters
    ----------
    case : Cases
        One problem.
    far, near : tuple of ndarray
        Two curves of the same duration, times [s] and values [-], shape (1, M).
    order : int
        3, 2 or 1 [-].
    interface : str
        "position" or "velocity".

    Returns
    -------
    tuple of ndarray
        Times [s] and values [-], shape (M,).
    """

    def reached(curve: Curve) -> Long:
        if interface == "velocity":
            return area(curve)
        return displacement(curve, case.v0) if order == 3 else area(curve)

    wanted = case.way if interface == "position" else case.v1 - case.v0
    high, low = reached(far), reached(near)
    share = np.clip((wanted - low) / np.where(np.abs(high - low) > _TINY, high - low, 1), 0, 1)[0]
    nodes = np.unique(np.concatenate([far[0][0], near[0][0]]))
    left, right = (_at(curve, nodes) for curve in (far, near))
    # at a jump the value before and the one after: every node twice
    times = np.repeat(nodes, 2)[1:-1] if len(nodes) > 1 else nodes
    values = share * left + (1 - share) * right
    return times, values if len(nodes) > 1 else values[:1]


def _at(curve: Curve, nodes: Long) -> Long:
    """Values at the beginning and the end of each interval between nodes, in turn."""
    t, y = curve[0][0], curve[1][0]
    out = []
    for begin, end in itertools.pairwise(nodes):
        k = int(np.searchsorted(t, (begin + end) / 2)) - 1
        slope = (y[k + 1] - y[k]) / (t[k + 1] - t[k])
        out += [y[k] + slope * (begin - t[k]), y[k] + slope * (end - t[k])]
    return np.array(out if out else [y[0]], dtype=np.longdouble)


def as_pieces(curve: Curve, start: Array, order: int) -> Array:
    """Pieces of constant jerk, acceleration or velocity.

    Parameters
    ----------
    curve : tuple of ndarray
        Times [s] and values [-] at the beginning and end of each piece, shape (2 K,).
    start : ndarray, shape (3,)
        Position [rad], velocity [rad/s] and acceleration [rad/s²].
    order : int
        3, 2 or 1 [-].

    Returns
    -------
    ndarray of float, shape (K, 5)
        Duration [s], position [rad], velocity [rad/s], acceleration [rad/s²] and jerk [rad/s³].
    """
    times, values = curve
    p, v = np.longdouble(start[0]), np.longdouble(start[1])
    rows = []
    for k in range(0, len(times) - 1, 2):
        h = times[k + 1] - times[k]
        first, slope = values[k], (values[k + 1] - values[k]) / h
        if order == 3:
            a, j = first, slope
        elif order == 2:
            v, a, j = first, slope, 0 * slope
        else:
            v, a, j = first, 0 * slope, 0 * slope
        rows.append((h, p, v, a, j))
        p, v = p + h * (v + h * (a / 2 + h * j / 6)), v + h * (a + h * j / 2)
    rest = [(0.0, *(float(x) for x in start), 0.0)]
    return np.array(rows or rest, dtype=np.float64)
