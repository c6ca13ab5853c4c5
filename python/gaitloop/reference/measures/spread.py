"""Figures over many strides: spread and symmetry (section 8.10)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import array, in_range
from .._conventions import Array
from .tally import measured

MINIMUM_STRIDES = {"mean": 6, "variability": 20}


class Variability(NamedTuple):
    """Spread of a measure over strides.

    Attributes
    ----------
    strides : int
        Strides with a value [-].
    mean, median : float
        Middle, in the measure's unit [-].
    sd : float
        Standard deviation with divisor `strides - 1`, in the measure's unit [-].
    cv : float
        `sd` over the magnitude of the mean [-].
    mad : float
        Median of the distances from the median, in the measure's unit [-].
    stable : bool
        Whether there were 20 strides or more.
    """

    strides: int
    mean: float
    median: float
    sd: float
    cv: float
    mad: float
    stable: bool


def _present(name: str, values: ArrayLike) -> Array:
    x = array(name, values, (-1,))
    return np.array([v for v in x.tolist() if measured(v) is not None], dtype=np.float64)


def _median(x: Array) -> float:
    if len(x) == 0:
        return math.nan
    rising = np.sort(x)
    low, high = float(rising[(len(x) - 1) // 2]), float(rising[len(x) // 2])
    return low if low == high else 0.5 * (low + high)


def variability(values: ArrayLike) -> Variability:
    """Spread of a measure over strides; NaN among the values is left out.

    Parameters
    ----------
    values : array_like of float, shape (K,)
        The measure of each stride, in any unit [-].

    Returns
    -------
    Variability
        NaN where there are too few values: one for mean, median and `mad`, two for `sd` and `cv`.
    """
    x = _present("values", values)
    n = len(x)
    mean = float(x.sum()) / n if n else math.nan
    sd = math.sqrt(float(((x - mean) ** 2).sum()) / (n - 1)) if n > 1 else math.nan
    median = _median(x)
    cv = sd / abs(mean) if n > 1 and abs(mean) >= 1e-12 else math.nan
    return Variability(n, mean, median, sd, cv, _median(np.abs(x - median)), n >= MINIMUM_STRIDES["variability"])


def symmetry(left: float, right: float) -> float:
    """Logarithm of the ratio of a measure of both sides; 0 when they are equal.

    Parameters
    ----------
    left, right : float
        The measure of each side [-], 1e-9 to 1e9.

    Returns
    -------
    float
        `ln(left / right)` [-].

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """
    return math.log(in_range("left", left, 1e-9, 1e9) / in_range("right", right, 1e-9, 1e9))


def stride_symmetry(left: ArrayLike, right: ArrayLike) -> float:
    """Logarithm of the ratio of the medians of both sides; NaN among the values is left out.

    Parameters
    ----------
    left, right : array_like of float, shapes (K,) and (L,)
        The measure of each stride of each side, in one unit [-].

    Returns
    -------
    float
        `ln(median(left) / median(right))` [-]; NaN when a median is absent or outside 1e-9 to 1e9.
    """
    a, b = _median(_present("left", left)), _median(_present("right", right))
    return math.log(a / b) if 1e-9 <= a <= 1e9 and 1e-9 <= b <= 1e9 else math.nan
