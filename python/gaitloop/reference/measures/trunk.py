"""Smoothness of the trunk (section 8.7)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import array
from .._conventions import Array
from .signals import at
from .strides import Stride

POINTS = 128
HARMONICS = 20
BELIEVED = 1e6
DIVISOR_MIN = 1e-9


def harmonic_ratio(acceleration: ArrayLike, *, lateral: bool = False) -> float:
    """Amplitudes of the even over those of the odd harmonics of a stride; laterally odd over even [1]_ [2]_.

    Parameters
    ----------
    acceleration : array_like of float, shape (N,)
        Acceleration along one axis of the body at equal steps over one stride, the last step before its end [m/s²];
        `N` above 40.
    lateral : bool
        Whether the axis is the medio-lateral one.

    Returns
    -------
    float
        Ratio of the first 20 harmonics [-]; NaN when a value is absent or the divisor is of the size of rounding.

    References
    ----------
    .. [1] Menz, H. B., Lord, S. R. and Fitzpatrick, R. C. (2003). Acceleration patterns of the head and pelvis when
       walking on level and irregular surfaces. Gait Posture 18, 35-46.
    .. [2] Bellanca, J. L. et al. (2013). Harmonic ratios: a quantification of step to step symmetry. J. Biomech.
       46, 828-831.
    """
    x = array("acceleration", acceleration, (-1,))
    if len(x) <= 2 * HARMONICS or not (np.abs(x) <= BELIEVED).all():
        return math.nan
    angle = 2.0 * math.pi * np.arange(len(x)) / len(x)
    size = [math.hypot((x * np.cos(k * angle)).sum(), (x * np.sin(k * angle)).sum()) for k in range(1, HARMONICS + 1)]
    odd, even = sum(size[0::2]), sum(size[1::2])
    top, bottom = (odd, even) if lateral else (even, odd)
    return top / bottom if bottom > DIVISOR_MIN * float(np.abs(x).sum()) else math.nan


def harmonics(stride: Stride, time: Array, trunk: Array) -> dict[str, float]:
    """Harmonic ratios of a stride.

    Parameters
    ----------
    stride : Stride
        The stride.
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    trunk : ndarray of float, shape (T, 3)
        Acceleration of the trunk forward, to the left and up [m/s²].

    Returns
    -------
    dict of float
        `harmonic_ap`, `harmonic_ml` and `harmonic_v` [-].
    """
    duration = stride.end - stride.start
    when = [stride.start + j / POINTS * duration for j in range(POINTS)]
    found = {}
    for i, name in enumerate(("harmonic_ap", "harmonic_ml", "harmonic_v")):
        found[name] = harmonic_ratio([at(time, trunk[:, i], t) for t in when], lateral=name == "harmonic_ml")
    return found
