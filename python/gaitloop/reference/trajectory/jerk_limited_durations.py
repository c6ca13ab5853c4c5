"""Which durations are possible for one degree of freedom: the smallest, and the gaps above it.

A duration T is possible when the velocity can change as asked in exactly T and the way lies between the nearest and the
farthest reachable displacement. Each model (`jerk_limited_models`) tells where the first leaves a gap. The derivative
of the farthest displacement falls first and rises later, so that displacement may rise, fall and rise again: it can
leave two gaps on each side of the velocity's, and the nearest displacement likewise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .jerk_limited_models import ORDERS, First, Gap, Second, Third, gap
from .jerk_limited_reach import Cases, Long, bisect, grow

_SECTIONS = 60


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


def _way_gaps(model: First | Second | Third, start: Long, end: Long, slack: Long | float) -> list[Gap]:
    """Durations between `start` and `end` in which the way cannot be covered forwards."""

    def good(t: Long) -> NDArray[np.bool_]:
        return model.far(t) >= model.case.way - slack

    open_end = np.isinf(end)
    last = np.where(open_end, np.maximum(start, model.steady), end)
    steepest = _lowest_place(model.slope, start, last)  # falls most
    best = np.where(model.slope(start) > 0, bisect(lambda t: model.slope(t) <= 0, start, steepest), start)
    worst = np.where(model.slope(steepest) < 0, bisect(lambda t: model.slope(t) >= 0, steepest, last), best)
    beyond = grow(lambda t: good(t) | ~open_end, last, np.abs(model.case.way) / model.case.v_max + last + 1e-30)
    late = gap(good, best, worst, np.where(open_end, beyond, end))
    early = gap(good, start, start, best)  # from before the start
    none = ~np.isfinite(early[1])
    return [(np.where(none, np.inf, early[0]), np.where(none, np.inf, early[1])), late]


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
        for begin, stop in _way_gaps(model, start, low, slack[0]):
            # what still fails when the velocity's gap begins goes on to the end of that one
            stop = np.where(np.isinf(stop) & ~np.isposinf(begin), high, stop)
            gaps.append((begin, stop))
    twice = np.isfinite(low)
    if twice.any():
        for model in [ORDERS[order](c.pick(twice), slack[1]) for c in (case, case.mirrored())]:
            for begin, stop in _way_gaps(model, high[twice], np.full_like(high[twice], np.inf), 0.0):
                after = np.where(np.isneginf(begin), low[twice], begin)  # what is before that gap stays possible
                gaps.append((_spread(after, twice), _spread(stop, twice)))
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
