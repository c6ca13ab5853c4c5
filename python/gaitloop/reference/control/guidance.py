"""Section 6.3: the windows of the subtasks."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import Array, clamp, smooth_step, wrap, wrap_signed

SUBTASKS = (
    "leading_limb",
    "trailing_limb",
    "prepositioning",
    "stance_stability",
    "foot_clearance",
    "weight_shift",
    "lateral_foot_placement",
)
N_SAGITTAL_SUBTASKS = 5


def share(x: float) -> float:
    """Clamp a share to [0, 1]; what is not finite counts as 0.

    Parameters
    ----------
    x : float
        Number [-].

    Returns
    -------
    float
        Share [-], 0 to 1.
    """
    return clamp(x, 0.0, 1.0) if math.isfinite(x) else 0.0


def window(phase: float, start: float, end: float) -> float:
    """Window `W`: 1 inside the arc from `start` forward to `end`, 0 outside, smoothed over 0.05 on each side.

    Parameters
    ----------
    phase : float
        Phase [-].
    start, end : float
        Ends of the arc [-]; equal ends make an empty one.

    Returns
    -------
    float
        Weight [-], 0 to 1.
    """
    half = wrap(end - start) / 2.0
    if half == 0.0:
        return 0.0
    distance = wrap_signed(phase - (start + half))
    return smooth_step((half + 0.05 - abs(distance)) / 0.1)


def guidance(phase: float, support: ArrayLike) -> Array:
    """Guidance of hip, knee and ankle of one side from the support of its subtasks.

    Parameters
    ----------
    phase : float
        Phase of the side [-].
    support : array_like of float, shape (7,)
        Support of each of `SUBTASKS` [-], clamped to 0 to 1; not finite counts as 0.

    Returns
    -------
    ndarray of float, shape (3,)
        Guidance [-], 0 to 1.
    """
    shares = [share(x) for x in np.asarray(support, float).tolist()]
    leading, trailing, prepositioning, stance, clearance = shares[:N_SAGITTAL_SUBTASKS]
    w = window(phase, 0.10, 0.55)
    hip = w * trailing + (1.0 - w) * leading
    w1, w2 = window(phase, 0.45, 0.85), window(phase, 0.85, 0.05)
    knee = w1 * clearance + (1.0 - w1) * (w2 * prepositioning + (1.0 - w2) * stance)
    w = window(phase, 0.60, 0.95)
    ankle = w * clearance + (1.0 - w) * stance
    return np.array([hip, knee, ankle])


def swing_window(phase: float) -> float:
    """Share of leg-weight support over the cycle.

    Parameters
    ----------
    phase : float
        Phase of the side [-].

    Returns
    -------
    float
        1 in swing, 0 in stance [-].
    """
    return window(phase, 0.62, 0.98)
