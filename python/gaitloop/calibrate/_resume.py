"""A sweep that the guard stopped: what of it is kept, and the way that is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gaitloop._core import JOINTS
from gaitloop.errors import SafetyStopError

from ._fit import Sweep
from ._way import Way, approach

#: Time that a movement must lie back to count as done when the guard stops: what made it stop is not in it [s].
_BACK = 0.2
#: Time between two parts of a sweep, so that nothing is read across them [s].
_GAP = 1.0


class SweepStopError(SafetyStopError):
    """The guard stopped a sweep.

    Attributes
    ----------
    swept : Sweep or None
        What was recorded in motion until then.
    """

    def __init__(self, message: str, swept: Sweep | None = None) -> None:
        super().__init__(message)
        self.swept = swept


def kept(error: SafetyStopError, way: Way) -> tuple[Sweep | None, int]:
    """Take the movements of a way that were done when the guard stopped.

    Parameters
    ----------
    error : SafetyStopError
        The stop.
    way : Way
        The way that was under way.

    Returns
    -------
    swept : Sweep or None
        What was recorded in these movements.
    done : int
        How many they are [-]; 0 where only the first one, which leads to the way, was.
    """
    swept = getattr(error, "swept", None)
    if swept is None or not len(swept.t):
        return None, 0
    ends = np.cumsum(way.durations)
    done = int(np.searchsorted(ends, swept.t[-1] - swept.t[0] - _BACK, side="right"))
    done = min(done, len(ends) - 1)  # a stop after the last one is no end of a sweep
    if done < 2:
        return None, 0
    rows = swept.t - swept.t[0] < ends[done - 1]
    return Sweep(*(values[rows] for values in swept)), done


def rest_of(way: Way, done: int, start: Mapping[str, float], pace: float) -> Way:
    """Plan the rest of a way from where the joints hang now.

    Parameters
    ----------
    way : Way
        The way.
    done : int
        How many of its movements are done [-], at least 1 and fewer than all.
    start : mapping of str to float
        Where every driven joint is now [rad].
    pace : float
        Greatest speed of the way back to where the rest begins [rad/s].

    Returns
    -------
    Way
        From the last posture that was reached on.
    """
    here = np.zeros(len(JOINTS))
    for joint, q in start.items():
        here[JOINTS.index(joint)] = q
    first = approach(here, way.postures[done - 1], pace)
    return way._replace(postures=way.postures[done - 1 :], durations=np.concatenate([[first], way.durations[done:]]))


def joined(parts: Sequence[Sweep]) -> Sweep:
    """Join the parts of a sweep as if they were one.

    Parameters
    ----------
    parts : sequence of Sweep
        At least one, in their order.

    Returns
    -------
    Sweep
        Their rows; times go on from part to part.
    """
    times, last = [], -_GAP
    for part in parts:
        times.append(part.t - part.t[0] + last + _GAP)
        last = float(times[-1][-1])
    rest = (np.concatenate([getattr(part, name) for part in parts]) for name in Sweep._fields[1:])
    return Sweep(np.concatenate(times), *rest)
