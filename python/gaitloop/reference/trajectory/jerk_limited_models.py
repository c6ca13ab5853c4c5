"""What the three orders can reach: limited jerk; acceleration that may jump; velocity that may jump.

Third order: the velocity can change as asked when the integral of the acceleration lies between those of the smallest
and the largest acceleration at every time. The smaller one is concave in T with its top at T = (a0 + a1) / j, the
larger one convex, so each can leave one gap, at most one of which does not begin before the smallest duration.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .jerk_limited_reach import (
    Cases,
    Long,
    area,
    bisect,
    displacement,
    early_then_late,
    farthest,
    grow,
    height,
    highest,
    lowest,
    to_top,
    until,
)

Gap = tuple[Long, Long]  # last possible duration before it and first one after it; (inf, inf) where there is none


def gap(good: Callable[[Long], NDArray[np.bool_]], start: Long, worst: Long, end: Long) -> Gap:
    """Interval round `worst` where `good` fails; from before the start if it fails there.

    Parameters
    ----------
    good : callable
        Of an array of durations, whether it holds there.
    start, worst, end : ndarray, shape (N,)
        Durations [s] in this order: where the search begins, where `good` is least likely to hold, where it ends.

    Returns
    -------
    tuple of ndarray, shape (N,)
        The interval [s]; (inf, inf) where there is none; its end is infinite where `good` does not hold at `end`.
    """
    free, at_start, at_end = good(worst), good(start), good(end)
    high = np.where(at_end, bisect(good, worst, end), np.inf)
    # mirrored, so that the end of the bracket which is returned is the one where `good` holds
    low = np.where(at_start, -bisect(lambda t: good(-t), -worst, -start), -np.inf)
    return np.where(free, np.inf, low), np.where(free, np.inf, high)


class Third:
    """Third order: limited jerk.

    Parameters
    ----------
    case : Cases
        The problems.
    slack : float
        Error of the final velocity that is still taken for none [rad/s].
    """

    def __init__(self, case: Cases, slack: Long | float = 0.0) -> None:
        self.case, self._slack = case, slack
        self.first, self.last = to_top(case), to_top(case.backwards())
        self.steady = self.first[0][..., -1] + self.last[0][..., -1]  # from here on with cruise at the limit

    def velocity_parts(self) -> tuple[Long, Gap]:
        """Durations in which the velocity can change as asked.

        Returns
        -------
        tuple of ndarray and Gap
            The smallest [s], and the one gap there can be above it [s], shape (N,).
        """
        gain, case, slack = self.case.v1 - self.case.v0, self.case, self._slack
        start, pivot = np.abs(case.a1 - case.a0) / case.jerk, (case.a0 + case.a1) / case.jerk
        gaps = [
            self._gap(lambda t: area(lowest(case, t)) <= gain + slack, np.maximum(start, pivot), start),
            self._gap(lambda t: area(highest(case, t)) >= gain - slack, np.maximum(start, -pivot), start),
        ]
        for low, high in gaps:
            start = np.where(np.isneginf(low), high, start)
        return start, (
            np.minimum.reduce([np.where(np.isinf(low), np.inf, low) for low, _ in gaps]),
            np.minimum.reduce([np.where(np.isinf(low), np.inf, high) for low, high in gaps]),
        )

    def _gap(self, good: Callable[[Long], NDArray[np.bool_]], worst: Long, start: Long) -> Gap:
        scale = np.abs(self.case.v1 - self.case.v0) / np.minimum(self.case.a_max, -self.case.a_min) + worst + 1e-30
        return gap(good, start, worst, grow(good, worst, scale))

    def slope(self, duration: Long) -> Long:
        """How much farther a little more time reaches, the velocity limit aside.

        With the falling line between two switches, m in their middle: v(m) + j (their distance)² / 8.

        Parameters
        ----------
        duration : ndarray, shape (N,)
            Duration [s].

        Returns
        -------
        ndarray, shape (N,)
            Derivative of the farthest displacement [rad/s].
        """
        case, j, c = self.case, self.case.jerk, height(self.case, duration)
        left = np.maximum((c - case.a0) / (2 * j), (c - case.a_max) / j)
        right = np.minimum((c - case.a1 + j * duration) / (2 * j), (c - case.a_min) / j)
        left, right = np.clip(left, 0, duration), np.clip(right, 0, duration)
        times, a = early_then_late(case, duration, c)
        slope: Long = case.v0 + area(until((times, a), (left + right) / 2)) + j * (right - left) ** 2 / 8
        return slope

    def far(self, duration: Long) -> Long:
        """Farthest displacement within the velocity limit.

        Parameters
        ----------
        duration : ndarray, shape (N,)
            Duration [s].

        Returns
        -------
        ndarray, shape (N,)
            Displacement [rad].
        """
        case = self.case
        free = displacement(farthest(case, duration), case.v0)
        ends = displacement(self.first, case.v0) + displacement(self.last, case.v1)
        return np.where(duration > self.steady, ends + case.v_max * (duration - self.steady), free)


class Second:
    """Second order: the acceleration may jump between its limits.

    Parameters
    ----------
    case : Cases
        The problems; accelerations of the states and the jerk are ignored.
    slack : float
        Not used [-]: any velocity can be met.
    """

    def __init__(self, case: Cases, slack: Long | float = 0.0) -> None:
        self.case = case
        self.steady = (case.v_max - case.v0) / case.a_max + (case.v1 - case.v_max) / case.a_min

    def velocity_parts(self) -> tuple[Long, Gap]:
        """Durations in which the velocity can change as asked.

        Returns
        -------
        tuple of ndarray and Gap
            The smallest [s], and no gap [s], shape (N,).
        """
        case = self.case
        start = np.maximum((case.v1 - case.v0) / case.a_max, (case.v1 - case.v0) / case.a_min)
        return start, (np.full_like(start, np.inf), np.full_like(start, np.inf))

    def slope(self, duration: Long) -> Long:
        """How much farther a little more time reaches: the peak of the velocity.

        Parameters
        ----------
        duration : ndarray, shape (N,)
            Duration [s].

        Returns
        -------
        ndarray, shape (N,)
            Derivative of the farthest displacement [rad/s].
        """
        slope: Long = self.speed(duration)[1].max(axis=-1)
        return slope

    def far(self, duration: Long) -> Long:
        """Farthest displacement within the velocity limit.

        Parameters
        ----------
        duration : ndarray, shape (N,)
            Duration [s].

        Returns
        -------
        ndarray, shape (N,)
            Displacement [rad].
        """
        t, v = self.speed(duration)
        return area((t, v))

    def speed(self, duration: Long) -> tuple[Long, Long]:
        """Velocity that goes farthest.

        Parameters
        ----------
        duration : ndarray, shape (N,)
            Duration [s].

        Returns
        -------
        tuple of ndarray
            Times [s] and velocities there [rad/s], shape (N, M).
        """
        case = self.case
        late = case.v1 - case.a_min * duration
        corners = [
            (case.v_max - case.v0) / case.a_max,
            (late - case.v0) / (case.a_max - case.a_min),
            (case.v_max - late) / case.a_min,
        ]
        t = np.sort(
            np.clip(np.stack(np.broadcast_arrays(0 * duration, *corners, duration), -1), 0, duration[..., None]), -1
        )
        up = np.minimum(case.v0[..., None] + case.a_max[..., None] * t, case.v_max[..., None])
        return t, np.minimum(up, case.v1[..., None] - case.a_min[..., None] * (duration[..., None] - t))


class First:
    """First order: the velocity may jump between its limits.

    Parameters
    ----------
    case : Cases
        The problems; velocities and accelerations of the states are ignored.
    slack : float
        Not used [-].
    """

    def __init__(self, case: Cases, slack: Long | float = 0.0) -> None:
        self.case = case
        self.steady = np.zeros_like(case.way)

    def velocity_parts(self) -> tuple[Long, Gap]:
        """Durations in which the velocity can change as asked.

        Returns
        -------
        tuple of ndarray and Gap
            The smallest [s], and no gap [s], shape (N,).
        """
        start = np.zeros_like(self.case.way)
        return start, (np.full_like(start, np.inf), np.full_like(start, np.inf))

    def slope(self, duration: Long) -> Long:
        """How much farther a little more time reaches: the limit of the velocity.

        Parameters
        ----------
        duration : ndarray, shape (N,)
            Duration [s].

        Returns
        -------
        ndarray, shape (N,)
            Derivative of the farthest displacement [rad/s].
        """
        slope: Long = self.case.v_max + 0 * duration
        return slope

    def far(self, duration: Long) -> Long:
        """Farthest displacement within the velocity limit.

        Parameters
        ----------
        duration : ndarray, shape (N,)
            Duration [s].

        Returns
        -------
        ndarray, shape (N,)
            Displacement [rad].
        """
        return self.case.v_max * duration


ORDERS: dict[int, type[First] | type[Second] | type[Third]] = {1: First, 2: Second, 3: Third}
