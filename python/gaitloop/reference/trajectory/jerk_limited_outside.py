"""Starts outside the limits of velocity or acceleration: two ways in, then as from any start inside.

An acceleration outside first comes back to its limit with full jerk. Then, where the velocity is or must come outside,
it either brakes as hard as it can until it is inside, or takes the shortest change of velocity to the limit with zero
acceleration (the soft approach).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .jerk_limited_durations import position_durations, velocity_durations
from .jerk_limited_reach import Cases, Long, area, displacement, highest, lowest

Lead = tuple[Long, Cases]  # how long it takes, and the problem that is left


def _after(case: Cases, t: Long, jerk: Long) -> Cases:
    """What is left after a time of constant jerk."""
    way = t * (case.v0 + t * (case.a0 / 2 + t * jerk / 6))
    return replace(case, way=case.way - way, v0=case.v0 + t * (case.a0 + t * jerk / 2), a0=case.a0 + t * jerk)


def _either(which: NDArray[np.bool_], yes: Lead, no: Lead) -> Lead:
    pairs = {k: np.where(which, getattr(yes[1], k), getattr(no[1], k)) for k in ("way", "v0", "a0")}
    return np.where(which, yes[0], no[0]), replace(no[1], **pairs)


def _unmirrored(lead: Lead) -> Lead:
    return lead[0], lead[1].mirrored()


def with_acceleration_inside(case: Cases) -> Lead:
    """Acceleration back to its limit with full jerk.

    Parameters
    ----------
    case : Cases
        The problems.

    Returns
    -------
    tuple of ndarray and Cases
        Duration [s], shape (N,), and the problems left.
    """
    high, low = np.maximum(case.a0 - case.a_max, 0), np.maximum(case.a_min - case.a0, 0)
    t = (high + low) / case.jerk
    left = _after(case, t, np.where(high > 0, -case.jerk, case.jerk))
    a0 = np.where(high > 0, case.a_max, np.where(low > 0, case.a_min, left.a0))
    return t, replace(left, a0=a0)


def is_above(case: Cases) -> NDArray[np.bool_]:
    """Whether the velocity is above its limit, or must come there.

    Parameters
    ----------
    case : Cases
        The problems, accelerations inside.

    Returns
    -------
    ndarray of bool, shape (N,)
        Whether it is.
    """
    limit, dip = case.v_max * (1 + 1e-12), case.a0**2 / (2 * case.jerk)
    above: NDArray[np.bool_] = (case.v0 > limit) & (case.v0 - dip > case.v_min)
    above |= (case.a0 > 0) & (case.v0 + dip > limit)
    return above


def _brake(case: Cases) -> Lead:
    """Brake from above."""
    a, v, j = case.a0, case.v0, case.jerk
    with np.errstate(invalid="ignore"):
        to_limit = (a + np.sqrt(a * a + 2 * j * (v - case.v_max))) / j
        to_other = (a + np.sqrt(a * a / 2 + j * (v - case.v_min))) / j
    to_full = (a - case.a_min) / j
    inside = np.fmin(to_limit, to_other)
    first = np.where(to_full < inside, to_full, inside)
    left = _after(case, first, -j)
    rest = np.minimum((left.v0 - case.v_max) / -case.a_min, (left.v0 - case.v_min) / -case.a_min + case.a_min / (2 * j))
    held = np.where(to_full < inside, np.maximum(rest, 0), 0)
    return first + held, _after(left, held, 0 * j)


def _soften(case: Cases) -> Lead:
    """Shortest change of velocity from above to the limit."""
    zero = np.zeros_like(case.a0)
    change = replace(case, v1=case.v_max, a1=zero)
    t = velocity_durations(change).fastest
    gain = change.v1 - change.v0
    ways = []
    for curve in (lowest(change, t), highest(change, t)):
        ways.append((np.abs(area(curve) - gain), displacement(curve, change.v0)))
    way = np.where(ways[0][0] <= ways[1][0], ways[0][1], ways[1][1])
    return t, replace(case, way=case.way - way, v0=case.v_max, a0=zero)


def outside_durations(case: Cases) -> tuple[Long, Long, NDArray[np.bool_]]:
    """Smallest durations with each of the two ways in; third order, position interface.

    Parameters
    ----------
    case : Cases
        The problems.

    Returns
    -------
    tuple of ndarray, shape (N,)
        Duration with full brake [s], with soft approach [s], and whether the start is outside.
    """
    begun, inner = with_acceleration_inside(case)
    above, below = is_above(inner), is_above(inner.mirrored())
    none: Lead = (np.zeros_like(begun), inner)
    found = []
    for way_in in (_brake, _soften):
        lead = _either(above, way_in(inner), _either(below & ~above, _unmirrored(way_in(inner.mirrored())), none))
        found.append(begun + lead[0] + position_durations(lead[1]).fastest)
    return found[0], found[1], (begun > 0) | above | below
