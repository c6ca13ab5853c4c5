"""Signals of a recording, read at a time and inside a span (section 8.2)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import array
from .._conventions import Array
from .tally import Tally, measured

Samples = tuple[ArrayLike, ArrayLike]
GAP = 0.1
_NAN = math.nan


def samples(name: str, pair: Samples, *shape: int) -> tuple[Array, Array]:
    """Check times and values of a signal.

    Parameters
    ----------
    name : str
        Name of the signal.
    pair : tuple of array_like of float, shapes (T,) and (T, ...)
        Times [s] and values [-].
    *shape : int
        Shape of a value [-].

    Returns
    -------
    tuple of ndarray of float, shapes (T,) and (T, ...)
        Times [s] and values [-].
    """
    time = array(f"{name}_time", pair[0], (-1,))
    return time, array(name, pair[1], (len(time), *shape))


def number(x: float | None) -> float:
    """Write absence as NaN.

    Parameters
    ----------
    x : float or None
        A number [-].

    Returns
    -------
    float
        The number, NaN when absent [-].
    """
    return _NAN if x is None else x


def at(time: Array, values: Array, t: float) -> float:
    """Value at a time, on the straight line between its neighbours.

    Parameters
    ----------
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    values : ndarray of float, shape (T,)
        Values [-].
    t : float
        When [s].

    Returns
    -------
    float
        The value [-]; NaN outside the recording, beside an absent value or in a gap longer than 0.1 s.
    """
    j = int(np.searchsorted(time, t, side="right")) - 1
    if j < 0:
        return _NAN
    low = measured(float(values[j]))
    if low is None or float(time[j]) == t:
        return number(low)
    if j + 1 == len(time) or time[j + 1] - time[j] > GAP:
        return _NAN
    high = measured(float(values[j + 1]))
    return _NAN if high is None else low + (t - float(time[j])) / float(time[j + 1] - time[j]) * (high - low)


def point_at(time: Array, values: Array, t: float) -> Array:
    """Every column at a time.

    Parameters
    ----------
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    values : ndarray of float, shape (T, N)
        Values [-].
    t : float
        When [s].

    Returns
    -------
    ndarray of float, shape (N,)
        The values [-].
    """
    return np.array([at(time, values[:, i], t) for i in range(values.shape[1])])


def between(time: Array, values: Array, low: float, high: float) -> Tally:
    """Tally the samples of a closed span, each of weight 1.

    Parameters
    ----------
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    values : ndarray of float, shape (T,)
        Values [-].
    low, high : float
        Ends of the span [s]; both belong to it.

    Returns
    -------
    Tally
        The tally.
    """
    tally = Tally()
    for x in values[(low <= time) & (time <= high)].tolist():
        tally.add(measured(x))
    return tally
