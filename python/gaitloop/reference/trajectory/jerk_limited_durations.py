"""Which durations are possible for one degree of freedom: the smallest, and the gaps above it.

A duration T is possible when the velocity can change as asked in exactly T and the way lies between the nearest and
the farthest reachable displacement. Third order: the integral of the acceleration lies between those of the
smallest and the largest acceleration at every time; the smaller one is concave in T with its top at T = (a0 + a1) /
j, the larger one convex, so each can leave one gap. The farthest displacement falls first and rises later, so on
each side of that gap it can leave one more, and the nearest likewise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .jerk_limited_reach import Cases, Long, area, bisect, displacement, farthest, grow, highest, lowest, to_top

_SECTIONS = 60
Gap = tuple[Long, Long]  # last possible duration before it and first one after it; (inf, inf) where there is none


@dataclass(frozen=True)
class Durations:
    """Possible durations of many problems.

    Attributes
    ----------
    fastest : ndarray, shape (N,)
        Smallest possible duration [s].
    gaps : list of tuple of ndarray, shape (N,)
        Open intervals of impossible durations above it [s]; (inf, inf) where there is none. They may overlap.
    """

    fastest: Long
    gaps: list[Gap]

    def pick(self, index: int) -> Durations:
        """One problem of many.

        Parameters
        ----------
        index : int
            Which one [-].

        Returns
        -------
        Durations
            Its durations, arrays of shape (1,).
        """
        at = slice(index, index + 1)
        return Durations(self.fastest[at], [(low[at], high[at]) for low, high in self.gaps])

    def first_from(self, duration: Long) -> Long:
        """Smallest possible duration that is at least the given one.

        Parameters
        ----------
        duration : ndarray, shape (N,)
            Duration [s].

        Returns
        -------
        ndarray, shape (N,)
            Duration [s].
        """
        return _out_of(self.gaps, np.maximum(duration, self.fastest))


def _out_of(gaps: list[Gap], t: Long) -> Long:
    for _ in range(len(gaps) + 1):
        for low, high in gaps:
            t = np.where((low < t) & (t < high), high, t)
    return t


def _join(start: Long, gaps: list[Gap]) -> Durations:
    fastest = _out_of(gaps, start)
    none = np.full_like(start, np.inf)
    kept = [(np.where(high > fastest, low, none), np.where(high > fastest, high, none)) for low, high in gaps]
    return Durations(fastest, kept)


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
        The interval [s]; (inf, inf) where there is none.
    """
    free, at_start, at_end = good(worst), good(start), good(end)
    high = np.where(at_end, bisect(good, worst, end), np.inf)
    # mirrored, so that the end of the bracket which is returned is the one where `good` holds
    low = -bisect(lambda t: good(-t), -worst, -start)
    low = np.where(at_start, low, -np.inf)
    return np.where(free, np.inf, low), np.where(free, np.inf, high)


def _lowest_place(f: Callable[[Long], Long], low: Long, high: Long) -> Long:
    """Where a function that falls first and rises later is smallest, by golden sections."""
    share = (np.sqrt(np.longdouble(5)) - 1) / 2
    left, right = high - share * (high - low), low + share * (high - low)
    f_left, f_right = f(left), f(right)
    for _ in range(_SECTIONS):
        falls = f_left > f_right
        low, high = np.where(falls, left, low), np.where(falls, high, right)
        kept, f_kept = np.where(falls, right, left), np.where(falls, f_right, f_left)
        fresh = np.where(falls, low + share * (high - low), high - share * (high - low))
        f_fresh = f(fresh)
        left, f_left = np.where(falls, kept, fresh), np.where(falls, f_kept, f_fresh)
        right, f_right = np.where(falls, fresh, kept), np.where(falls, f_fresh, f_kept)
    return (low + high) / 2


def _way_gaps(model: First | Second | Third, start: Long, end: Long, slack: Long | float) -> Gap:
    """Durations between `start` and `end` in which the way cannot be covered forwards."""

    def good(t: Long) -> NDArray[np.bool_]:
        return model.far(t) >= model.case.way - slack

    open_end = np.isinf(end)
    last = np.where(open_end, np.maximum(start, model.steady), end)
    worst = _lowest_place(model.far, start, last)
    worst = np.where(model.far(start) <= model.far(worst), start, worst)
    beyond = grow(lambda t: good(t) | ~open_end, last, np.abs(model.case.way) / model.case.v_max + last + 1e-30)
    return gap(good, start, worst, np.where(open_end, beyond, end))


def position_durations(case: Cases, order: int = 3, slack: tuple[Long | float, Long | float] = (0.0, 0.0)) -> Durations:
    """Possible durations from state to state.

    Parameters
    ----------
    case : Cases
        The problems; states within their limits.
    order : int
        3 with a limit of the jerk, 2 without, 1 without one of the acceleration either [-].
    slack : tuple of float
        Errors of final position [rad] and velocity [rad/s] that are taken for none.

    Returns
    -------
    Durations
        The durations.
    """
    models = [ORDERS[order](c, slack[1]) for c in (case, case.mirrored())]
    start, (low, high) = models[0].velocity_parts()
    gaps = [(low, high)]
    for model in models:
        first = _way_gaps(model, start, low, slack[0])
        # when the part before the gap of the velocity ends too early, that gap goes on to the end of this one
        gaps.append(
            (
                first[0],
                np.where(
                    np.isinf(first[1]) & np.isfinite(low), np.where(np.isposinf(first[0]), np.inf, high), first[1]
                ),
            )
        )
    twice = np.isfinite(low)
    if twice.any():
        for model in [ORDERS[order](c.pick(twice)) for c in (case, case.mirrored())]:
            second = _way_gaps(model, high[twice], np.full_like(high[twice], np.inf), slack[0])
            gaps.append((_spread(second[0], twice), _spread(second[1], twice)))
    return _join(start, gaps)


def _spread(values: Long, where: NDArray[np.bool_]) -> Long:
    out = np.full(where.shape, np.inf, dtype=np.longdouble)
    out[where] = values
    return out


def velocity_durations(case: Cases, order: int = 3, slack: Long | float = 0.0) -> Durations:
    """Possible durations from velocity to velocity, the position aside.

    Parameters
    ----------
    case : Cases
        The problems.
    order : int
        3, 2 or 1 [-].
    slack : float
        Error of the final velocity that is taken for none [rad/s].

    Returns
    -------
    Durations
        The durations.
    """
    if order == 1:
        return Durations(np.zeros_like(case.way), [])
    model = ORDERS[order](case, slack)
    start, gap_above = model.velocity_parts()
    return _join(start, [gap_above])
