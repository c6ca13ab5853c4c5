"""Section 3.6: bounds of a plan."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from .._conventions import Array
from .curves import Curves, Extremes, difference_sizes
from .plan import PhasePlan, landing

PARTS = 32
ROUNDING = 1e-9  # of a position [rad]
_EDGES = np.arange(PARTS + 1) / PARTS


class Limits(NamedTuple):
    """What a joint may do.

    Attributes
    ----------
    velocity, acceleration, jerk : ndarray of float, shape (6,)
        Largest magnitudes [rad/s, rad/s², rad/s³].
    lower, upper : ndarray of float, shape (6,)
        Range of motion [rad].
    reserve : float
        `2 / freeze_time` [1/s].
    """

    velocity: Array
    acceleration: Array
    jerk: Array
    lower: Array
    upper: Array
    reserve: float


class Figures(NamedTuple):
    """What one joint does at most, in each part of a plan.

    Attributes
    ----------
    low, high : ndarray of float
        Lowest and highest angle [rad], shape (P,).
    velocity, acceleration, jerk : ndarray of float
        Largest magnitudes [rad/s, rad/s², rad/s³], shape (P,), with the reserve for freezing.
    """

    low: Array
    high: Array
    velocity: Array
    acceleration: Array
    jerk: Array


class Misfit(NamedTuple):
    """The first figure that does not fit.

    Attributes
    ----------
    name : str
        position, velocity, acceleration or jerk.
    joint : int
        Which joint [-].
    value : float
        The figure [rad, rad/s, rad/s² or rad/s³].
    low, high : float
        What would fit [same].
    """

    name: str
    joint: int
    value: float
    low: float
    high: float


def largest(coefficients: list[float], low: Array, high: Array) -> Array:
    """Largest magnitude of a polynomial on intervals.

    Parameters
    ----------
    coefficients : list of float
        Its coefficients, lowest power first [-].
    low, high : ndarray of float, shape (P,)
        Ends of the intervals [-].

    Returns
    -------
    ndarray of float, shape (P,)
        Largest magnitudes [-].
    """
    polynomial = np.polynomial.Polynomial(coefficients)
    best: Array = np.maximum(np.abs(polynomial(low)), np.abs(polynomial(high)))
    for place in _turns(tuple(coefficients)):
        inside = (place > low) & (place < high)
        best = np.where(inside, np.maximum(best, abs(polynomial(place))), best)
    return best


@functools.cache
def _turns(coefficients: tuple[float, ...]) -> list[float]:
    """Places where the slope of a polynomial is 0."""
    slope = np.trim_zeros(np.polynomial.Polynomial(coefficients).deriv().coef, "b")
    roots = np.polynomial.Polynomial(slope).roots() if len(slope) > 1 else np.zeros(0)
    return [float(root.real) for root in roots if abs(root.imag) < 1e-6]


_B1, _B2, _B3 = [0.0, 0.0, 30.0, -60.0, 30.0], [0.0, 60.0, -180.0, 120.0], [60.0, -360.0, 360.0]
_G = [[0.5, -1.0, 0.0, 1.0, -0.5], [1.0, 0.0, -3.0, 2.0], [0.0, -6.0, 6.0], [-6.0, 12.0]]
_K = [[1.0 / 12.0, 0.0, -0.5, 2.0 / 3.0, -0.25], [0.0, 1.0, -2.0, 1.0], [1.0, -4.0, 3.0], [-4.0, 6.0]]


class Weights:
    """Largest magnitudes of the weights of a plan in each of its parts.

    Parameters
    ----------
    duration : float
        Duration of the plan [s].
    coast : float
        Coasting time [s].

    Attributes
    ----------
    b : ndarray of float, shape (2, P)
        Weight of the target at both ends of each part [-].
    way : list of three ndarray of float, shape (P,)
        Of the way between landing and target in the first three time derivatives [1/s, 1/s², 1/s³].
    velocity, acceleration : list of four ndarray of float, shape (P,)
        Of the coasts in the value and its first three time derivatives [s .. 1/s², s² .. 1/s].
    """

    def __init__(self, duration: float, coast: float) -> None:
        a, b = _EDGES[:-1], _EDGES[1:]
        u = np.array([a, b])
        self.b = u**3 * (10.0 - 15.0 * u + 6.0 * u**2)
        self.way = [largest(c, a, b) / duration**k for k, c in enumerate((_B1, _B2, _B3), start=1)]
        start, end = a * duration / coast, np.minimum(1.0, b * duration / coast)

        def coasting(coefficients: list[float]) -> Array:
            return np.where(start < 1.0, largest(coefficients, np.minimum(start, 1.0), end), 0.0)

        self.velocity = [coasting(c) * coast ** (1 - k) for k, c in enumerate(_G)]
        self.acceleration = [coasting(c) * coast ** (2 - k) for k, c in enumerate(_K)]


weights = functools.lru_cache(maxsize=256)(Weights)


def phase_bounds(plan: PhasePlan) -> list[list[Array]]:
    """Largest magnitudes of a side's phase rate and its first two derivatives.

    Parameters
    ----------
    plan : PhasePlan
        Way of the phases.

    Returns
    -------
    list of two lists of three ndarray, shape (P,)
        rho, alpha and beta of the left and of the right side [1/s, 1/s², 1/s³], in each part.
    """
    a, b = _EDGES[:-1], _EDGES[1:]
    u = np.array([a, b])
    drop, jump, q = plan.landing - plan.rate, abs(plan.start.accel), plan.coast
    y = np.maximum(0.0, 1.0 - a * plan.duration / q)
    eased = np.abs(plan.rate + drop * (1.0 - 3.0 * u**2 + 2.0 * u**3)).max(axis=0)
    left = [
        eased + jump * q / 2.0 * y**2,
        abs(drop) * largest([0.0, -6.0, 6.0], a, b) / plan.duration + jump * y,
        abs(drop) * largest([6.0, -12.0], a, b) / plan.duration**2 + np.where(y > 0.0, jump / q, 0.0),
    ]
    w = weights(plan.duration, plan.offset_coast)
    way, v, acc = abs(plan.offset - plan.offset_landing), abs(plan.start.offset_rate), abs(plan.start.offset_accel)
    right = [left[k] + w.way[k] * way + w.velocity[k + 1] * v + w.acceleration[k + 1] * acc for k in range(3)]
    return [left, right]


class Joint(NamedTuple):
    """Extremes of one joint's curves in a plan: where it lands, the target, the way between, velocity, acceleration."""

    landing: Extremes
    target: Extremes
    way: Array
    velocity: Extremes
    acceleration: Extremes


def joint_extremes(start: tuple[Curves, Curves, Curves], target: Curves, coast: float, joint: int) -> Joint:
    """Extremes of one joint's curves.

    Parameters
    ----------
    start : tuple of three Curves
        Where the plan begins.
    target : Curves
        Where it leads.
    coast : float
        Coasting time [s].
    joint : int
        Which of the six [-].

    Returns
    -------
    Joint
        The extremes.
    """
    lands = landing(start, coast)
    return Joint(
        lands.extremes(joint),
        target.extremes(joint),
        difference_sizes(target, lands, joint),
        start[1].extremes(joint),
        start[2].extremes(joint),
    )


def figures(joint: Joint, w: Weights, phases: list[Array], reserve: float) -> Figures:
    """What a joint does at most in each part.

    Parameters
    ----------
    joint : Joint
        Extremes of its curves.
    w : Weights
        Weights of the plan.
    phases : list of three ndarray of float, shape (P,)
        rho, alpha and beta of its side [1/s, 1/s², 1/s³].
    reserve : float
        `2 / freeze_time` [1/s].

    Returns
    -------
    Figures
        The figures.
    """
    rho, alpha, beta = phases
    size_v, size_w = joint.velocity.size, joint.acceleration.size

    def moving(order: int, k: int) -> Array:
        part: Array = (
            w.way[order - 1] * joint.way[k] + w.velocity[order] * size_v[k] + w.acceleration[order] * size_w[k]
        )
        return part

    def still(k: int) -> Array:
        x = ((1.0 - w.b) * joint.landing.size[k] + w.b * joint.target.size[k]).max(axis=0)
        value: Array = x + w.velocity[0] * size_v[k] + w.acceleration[0] * size_w[k]
        return value

    v = moving(1, 0) + rho * still(1)
    a = moving(2, 0) + 2.0 * rho * moving(1, 1) + rho**2 * still(2) + alpha * still(1)
    jerk = moving(3, 0) + 3.0 * rho * moving(2, 1) + 3.0 * rho**2 * moving(1, 2) + rho**3 * still(3)
    jerk = jerk + 3.0 * alpha * moving(1, 1) + 3.0 * alpha * rho * still(2) + beta * still(1)
    low = ((1.0 - w.b) * joint.landing.low + w.b * joint.target.low).min(axis=0)
    high = ((1.0 - w.b) * joint.landing.high + w.b * joint.target.high).max(axis=0)
    for weight, curve in ((w.velocity[0], joint.velocity), (w.acceleration[0], joint.acceleration)):
        low = low - np.maximum(0.0, weight * curve.high)
        high = high - np.minimum(0.0, weight * curve.low)
    return Figures(low, high, v, *with_reserve(v, a, jerk, reserve))


def with_reserve(v: Array, a: Array, jerk: Array, h: float) -> tuple[Array, Array]:
    """Acceleration and jerk that freezing at any time may add to.

    Parameters
    ----------
    v, a, jerk : ndarray of float, shape (P,)
        Largest magnitudes at full pace [rad/s, rad/s², rad/s³].
    h : float
        `2 / freeze_time` [1/s].

    Returns
    -------
    tuple of two ndarray, shape (P,)
        Acceleration and jerk with the reserve [rad/s², rad/s³].
    """

    def ratio(x: Array, y: Array) -> Array:
        return np.divide(x, y, out=np.full_like(x, np.inf), where=y != 0.0)

    more_a = np.minimum(v * h, ratio(v**2 * h**2, 2.0 * a))
    more_jerk = np.minimum(3.0 * a * h, ratio(4.5 * a**2 * h**2, jerk)) + v * h**2
    return a + more_a, jerk + more_jerk


def misfit(f: Figures, limits: Limits, joint: int) -> Misfit | None:
    """Say what does not fit first.

    Parameters
    ----------
    f : Figures
        What the joint does at most.
    limits : Limits
        What it may do.
    joint : int
        Which of the six [-].

    Returns
    -------
    Misfit or None
        None when all fits.
    """
    low, high = float(limits.lower[joint]), float(limits.upper[joint])
    bounds = [float(x[joint]) for x in (limits.velocity, limits.acceleration, limits.jerk)]
    for lowest, highest, *sizes in zip(*(column.tolist() for column in f), strict=True):
        for value in (lowest, highest):
            if not low - ROUNDING <= value <= high + ROUNDING:
                return Misfit("position", joint, value, low, high)
        for name, value, bound in zip(("velocity", "acceleration", "jerk"), sizes, bounds, strict=True):
            if not value <= bound:
                return Misfit(name, joint, value, -bound, bound)
    return None
