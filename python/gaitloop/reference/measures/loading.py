"""Load on a leg (section 8.4)."""

from __future__ import annotations

import math

import numpy as np

from .._conventions import GRAVITY, Array
from .strides import Stride
from .tally import Tally, measured

FIRST_HALF = 0.5
RISE = (0.2, 0.8)


def loading(stride: Stride, time: Array, force: Array, mass: float) -> dict[str, float]:
    """Mean, first peak and rate of loading in stance, over body weight.

    Parameters
    ----------
    stride : Stride
        The stride.
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    force : ndarray of float, shape (T,)
        Vertical force under the foot [N].
    mass : float
        Body mass [kg].

    Returns
    -------
    dict of float
        `load_share` [-], `load_peak` [-] and `loading_rate` [1/s].
    """
    if stride.broken or stride.toe_off is None:
        return {}
    stance = stride.toe_off - stride.start
    inside = np.flatnonzero((stride.start <= time) & (time < stride.toe_off))
    whole, half, at_peak = Tally(), Tally(), -1
    for i in inside.tolist():
        x = measured(float(force[i]))
        whole.add(x)
        if time[i] <= stride.start + FIRST_HALF * stance:
            if x is not None and (half.present == 0 or x > force[at_peak]):
                at_peak = i
            half.add(x)
    weight = mass * GRAVITY
    mean, peak = whole.mean, half.max
    found = {"load_share": math.nan if mean is None else mean / weight}
    if peak is not None and peak > 0.0:
        found["load_peak"] = peak / weight
        found["loading_rate"] = _rate(time, force, int(inside[0]), at_peak) / weight
    return found


def _rate(time: Array, force: Array, first: int, peak: int) -> float:
    """Slope from 20 to 80 % of the first peak, each crossed for the first time."""
    low, high = (_crossing(time, force, first, peak, share * float(force[peak])) for share in RISE)
    return (RISE[1] - RISE[0]) * float(force[peak]) / (high - low) if high > low else math.nan


def _crossing(time: Array, force: Array, first: int, peak: int, level: float) -> float:
    for i in range(first, peak + 1):
        x = measured(float(force[i]))
        if x is not None and x >= level:
            before = measured(float(force[i - 1])) if i > 0 else None
            if before is None or before >= level:
                return float(time[i])
            share = (level - before) / (x - before)
            return float(time[i - 1]) + share * float(time[i] - time[i - 1])
    return math.nan
