"""Section 0: what every room speaks: joints, sides, phases, events and a few small functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]
Reading: TypeAlias = Sequence[float | None] | Array

JOINTS = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")
SIDES = ("left", "right")
GRAVITY = 9.80665
LEGS = (slice(0, 3), slice(3, 6))


class JointKind(IntEnum):
    """How a device provides a joint."""

    ABSENT = 0
    SENSED = 1
    DRIVEN = 2


class EventKind(IntEnum):
    """Kind of a gait event."""

    INITIAL_CONTACT = 0
    TOE_OFF = 1


class Event(NamedTuple):
    """A gait event of one foot.

    Attributes
    ----------
    kind : EventKind
        Which of the two it is.
    side : int
        0 left, 1 right.
    t : int
        When it happened [ns].
    t_emit : int
        When it was known [ns]; never before `t`.
    confidence : float
        How sure the detector is [-], 0 to 1.
    """

    kind: EventKind
    side: int
    t: int
    t_emit: int
    confidence: float


def wrap(x: float) -> float:
    """Fraction of a cycle in [0, 1); NaN and infinity give 0.

    Parameters
    ----------
    x : float
        Any phase [-].

    Returns
    -------
    float
        The phase within its cycle [-].
    """
    w = x % 1.0
    return w if w < 1.0 else 0.0


def wrap_array(phase: ArrayLike) -> Array:
    """Fractions of a cycle in [0, 1); NaN and infinity give 0.

    Parameters
    ----------
    phase : array_like of float
        Any phases [-].

    Returns
    -------
    ndarray of float
        The phases within their cycle [-], same shape.
    """
    with np.errstate(invalid="ignore"):
        w = np.remainder(np.asarray(phase, dtype=np.float64), 1.0)
        return np.where(w < 1.0, w, 0.0)


def wrap_signed(x: float) -> float:
    """Difference of two phases the short way round, in [-0.5, 0.5).

    Parameters
    ----------
    x : float
        Any difference of phases [-].

    Returns
    -------
    float
        The same difference within half a cycle [-].
    """
    return wrap(x + 0.5) - 0.5


def smooth_step(x: float) -> float:
    """Smooth step `S`: 0 up to `x = 0`, 1 from `x = 1`, flat at both ends.

    Parameters
    ----------
    x : float
        Argument [-].

    Returns
    -------
    float
        Value [-], 0 to 1.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    return x * x * (3.0 - 2.0 * x)


def smaller(a: float, b: float) -> float:
    """Choose the smaller of two numbers; a NaN loses against a number.

    Parameters
    ----------
    a, b : float
        Numbers [-].

    Returns
    -------
    float
        One of them [-].
    """
    return a if a < b or b != b else b


def larger(a: float, b: float) -> float:
    """Choose the larger of two numbers; a NaN loses against a number.

    Parameters
    ----------
    a, b : float
        Numbers [-].

    Returns
    -------
    float
        One of them [-].
    """
    return a if a > b or b != b else b


def clamp(x: float, low: float, high: float) -> float:
    """`x`, but not below `low` and not above `high`.

    Parameters
    ----------
    x : float
        Any number [-].
    low, high : float
        The two ends [-], `low <= high`.

    Returns
    -------
    float
        `max(low, min(high, x))` [-].
    """
    return larger(low, smaller(high, x))


def present(x: float | None) -> float | None:
    """`x` when it is a finite number, else absent.

    Parameters
    ----------
    x : float or None
        A measured number [-]; None and NaN say that there is none.

    Returns
    -------
    float or None
        The number [-], or None.
    """
    return None if x is None or not math.isfinite(x) else float(x)


def readings(values: Reading | ArrayLike) -> list[float | None]:
    """Each value that is a finite number, the others absent.

    Parameters
    ----------
    values : array_like of float
        Measured numbers [-]; None and NaN say that there is none.

    Returns
    -------
    list of float or None
        The numbers [-].
    """
    return [present(x) for x in np.asarray(values, dtype=np.float64).tolist()]
