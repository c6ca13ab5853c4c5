"""How far one degree of freedom can get in a given duration, by direct integration.

For a fixed duration T the admissible jerks that reach the target velocity and acceleration form a convex set and
the displacement is linear in them, so what can be reached is an interval. Its upper end belongs to the largest
acceleration early and the smallest late:

    a(t; c) = max(min(a0 + j t, a_max, c - j t), a_min, a1 - j (T - t)),

with c so that the integral is v1 - v0 (any other admissible acceleration minus this one changes its sign once, from
minus to plus, so its displacement is smaller). Where the velocity would pass v_max it is (v0, a0) -> (v_max, 0),
cruise, (v_max, 0) -> (v1, a1) instead. The lower end is the mirror image. All numbers are arrays over many cases,
in the longest float there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Long = NDArray[Any]  # of np.longdouble
Curve = tuple[Long, Long]  # times (..., M) and accelerations there, straight lines between
_HALVINGS = 72


@dataclass(frozen=True)
class Cases:
    """Problems of one degree of freedom each, arrays of one shape (N,).

    Attributes
    ----------
    way : ndarray, shape (N,)
        Target position minus start position [rad].
    v0, v1 : ndarray, shape (N,)
        First and last velocity [rad/s].
    a0, a1 : ndarray, shape (N,)
        First and last acceleration [rad/s²].
    v_min, v_max : ndarray, shape (N,)
        Limits of the velocity [rad/s].
    a_min, a_max : ndarray, shape (N,)
        Limits of the acceleration [rad/s²].
    jerk : ndarray, shape (N,)
        Limit of the jerk [rad/s³].
    """

    way: Long
    v0: Long
    v1: Long
    a0: Long
    a1: Long
    v_min: Long
    v_max: Long
    a_min: Long
    a_max: Long
    jerk: Long

    def mirrored(self) -> Cases:
        """Return the same problems seen from the other side."""
        way, v0, v1, a0, a1 = (-x for x in (self.way, self.v0, self.v1, self.a0, self.a1))
        return Cases(way, v0, v1, a0, a1, -self.v_max, -self.v_min, -self.a_max, -self.a_min, self.jerk)

    def backwards(self) -> Cases:
        """Return the mirror image run backwards in time: the same way and velocities, accelerations turned round."""
        return replace(self, v0=self.v1, v1=self.v0, a0=-self.a1, a1=-self.a0, a_min=-self.a_max, a_max=-self.a_min)

    @classmethod
    def joined(cls, parts: list[Cases]) -> Cases:
        """Return all problems of several sets as one set.

        Parameters
        ----------
        parts : list of Cases
            The sets.
        """
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def pick(self, which: NDArray[np.bool_] | slice) -> Cases:
        """Return some of the problems.

        Parameters
        ----------
        which : ndarray of bool, shape (N,)
            Those to take [-].
        """
        return Cases(*(getattr(self, f.name)[which] for f in fields(self)))


def bisect(good: Callable[[Long], NDArray[np.bool_]], low: Long, high: Long) -> Long:
    """First place where `good` holds, which holds at `high` and, once true, stays true.

    Parameters
    ----------
    good : callable
        Of an array of places, whether it holds there.
    low, high : ndarray, shape (N,)
        Ends of the search [-].

    Returns
    -------
    ndarray, shape (N,)
        The upper ends of the last brackets [-].
    """
    low, high = np.broadcast_arrays(low, high)
    parts, rounds = (16, _HALVINGS // 4) if low.size <= 64 else (2, _HALVINGS)  # few cases: more places at once
    shares = np.arange(1, parts).reshape(-1, *(1,) * low.ndim) / np.longdouble(parts)
    for _ in range(rounds):
        places = low + (high - low) * shares
        yes = good(places)
        # places below, at which it does not hold, and above
        low = np.where(yes, low, places).max(axis=0)
        high = np.where(yes, places, high).min(axis=0)
    return high


def grow(good: Callable[[Long], NDArray[np.bool_]], start: Long, step: Long) -> Long:
    """Some place from `start` on where `good` holds, found by doubling the step.

    Parameters
    ----------
    good : callable
        Of an array of places, whether it holds there.
    start, step : ndarray, shape (N,)
        Where to begin and the first step [-].

    Returns
    -------
    ndarray, shape (N,)
        The places [-].
    """
    place = start + step
    for _ in range(120):
        yes = good(place)
        if yes.all():
            break
        step = np.where(yes, step, 2 * step)
        place = np.where(yes, place, start + step)
    return place


def _curve(times: list[Long], end: Long, value: Callable[[Long], Long]) -> Curve:
    """Straight lines through the values at the given times; times beyond the ends are moved to them."""
    nodes = np.stack(np.broadcast_arrays(np.zeros_like(end), end, *times), axis=-1)
    nodes = np.sort(np.clip(np.where(np.isfinite(nodes), nodes, 0), 0, end[..., None]), axis=-1)
    return nodes, value(nodes)


def area(curve: Curve) -> Long:
    """Integral of a curve.

    Parameters
    ----------
    curve : tuple of ndarray
        Times [s] and values there, shape (N, M).

    Returns
    -------
    ndarray, shape (N,)
        The integral [-].
    """
    t, a = curve
    total: Long = ((a[..., 1:] + a[..., :-1]) / 2 * np.diff(t, axis=-1)).sum(axis=-1)
    return total


def displacement(curve: Curve, v0: Long) -> Long:
    """Way gone under an acceleration.

    Parameters
    ----------
    curve : tuple of ndarray
        Times [s] and accelerations there [rad/s²], shape (N, M).
    v0 : ndarray, shape (N,)
        Velocity at the start [rad/s].

    Returns
    -------
    ndarray, shape (N,)
        Displacement [rad].
    """
    t, a = curve
    h = np.diff(t, axis=-1)
    gain = (a[..., 1:] + a[..., :-1]) / 2 * h
    v = v0[..., None] + np.cumsum(gain, axis=-1) - gain
    total: Long = (h * v + h * h * (2 * a[..., :-1] + a[..., 1:]) / 6).sum(axis=-1)
    return total


def until(curve: Curve, end: Long) -> Curve:
    """Beginning of a curve.

    Parameters
    ----------
    curve : tuple of ndarray
        Times [s] and values there, shape (N, M).
    end : ndarray, shape (N,)
        Where to cut it [s].

    Returns
    -------
    tuple of ndarray
        Times [s] and values there, shape (N, 2 M - 2): each straight line by its two ends, of length 0 behind the cut.
    """
    t, y = curve
    h, rise = np.diff(t, axis=-1), np.diff(y, axis=-1)
    kept = np.clip(end[..., None] - t[..., :-1], 0, h)
    cut = y[..., :-1] + rise * kept / np.where(h > 0, h, 1)
    ends = np.minimum(t, end[..., None])
    times, values = np.stack([ends[..., :-1], ends[..., 1:]], -1), np.stack([y[..., :-1], cut], -1)
    return times.reshape(*times.shape[:-2], -1), values.reshape(*values.shape[:-2], -1)


def lowest(case: Cases, duration: Long) -> Curve:
    """Smallest acceleration at every time.

    Parameters
    ----------
    case : Cases
        The problems.
    duration : ndarray, shape (N,)
        Duration [s].

    Returns
    -------
    tuple of ndarray
        Times [s] and accelerations there [rad/s²], shape (N, M).
    """
    return early_then_late(case, duration, case.a0)


def highest(case: Cases, duration: Long) -> Curve:
    """Largest acceleration at every time.

    Parameters
    ----------
    case : Cases
        The problems.
    duration : ndarray, shape (N,)
        Duration [s].

    Returns
    -------
    tuple of ndarray
        Times [s] and accelerations there [rad/s²], shape (N, M).
    """
    return early_then_late(case, duration, case.a1 + case.jerk * duration)


def early_then_late(case: Cases, duration: Long, c: Long) -> Curve:
    """Acceleration a(t; c) of the head of this file.

    Parameters
    ----------
    case : Cases
        The problems.
    duration : ndarray, shape (N,)
        Duration [s].
    c : ndarray, shape (N,)
        Height of the falling line at the start [rad/s²].

    Returns
    -------
    tuple of ndarray
        Times [s] and accelerations there [rad/s²], shape (N, M).
    """
    j, late = case.jerk, case.a1 - case.jerk * duration  # height of the last rising line at the start
    corners = [
        *((case.a_max - case.a0) / j, (c - case.a0) / (2 * j), (c - case.a_max) / j),
        *((c - case.a_min) / j, (c - late) / (2 * j), (case.a_min - late) / j),
    ]

    def value(t: Long) -> Long:
        jt = j[..., None] * t
        up = np.minimum(np.minimum(case.a0[..., None] + jt, case.a_max[..., None]), c[..., None] - jt)
        # the last line is laid from its end: a1 is met exactly
        down = case.a1[..., None] - j[..., None] * (duration[..., None] - t)
        total: Long = np.maximum(np.maximum(up, case.a_min[..., None]), down)
        return total

    return _curve(corners, duration, value)


def farthest(case: Cases, duration: Long) -> Curve:
    """Acceleration that goes farthest, the velocity limit aside; for durations that can change the velocity as asked.

    Parameters
    ----------
    case : Cases
        The problems.
    duration : ndarray, shape (N,)
        Duration [s].

    Returns
    -------
    tuple of ndarray
        Times [s] and accelerations there [rad/s²], shape (N, M).
    """
    return early_then_late(case, duration, height(case, duration))


def height(case: Cases, duration: Long) -> Long:
    """Height of the falling line of the farthest movement, by bisection on the change of velocity.

    Parameters
    ----------
    case : Cases
        The problems.
    duration : ndarray, shape (N,)
        Duration [s].

    Returns
    -------
    ndarray, shape (N,)
        The c of the head of this file [rad/s²].
    """
    gain = case.v1 - case.v0
    return bisect(lambda c: area(early_then_late(case, duration, c)) >= gain, case.a0, case.a1 + case.jerk * duration)


def to_top(case: Cases) -> Curve:
    """Fastest way from the start to (v_max, 0), for starts that need not pass it.

    Parameters
    ----------
    case : Cases
        The problems; the targets are ignored.

    Returns
    -------
    tuple of ndarray
        Times [s] and accelerations there [rad/s²], shape (N, M).
    """
    top = replace(case, v1=case.v_max, a1=np.zeros_like(case.a0))
    gain = top.v1 - top.v0

    def peak(end: Long) -> Curve:
        return highest(top, end)

    first = np.abs(case.a0) / case.jerk
    step = np.maximum(first, np.sqrt(np.abs(gain) / case.jerk)) + 1e-30
    end = grow(lambda end: area(peak(end)) >= gain, first, step)
    return peak(bisect(lambda end: area(peak(end)) >= gain, first, end))
