"""Run lengths of control charts by numerics, and charts that need no known mean or spread.

A chart takes one figure per session and warns when it has moved. How often it warns without a change is a matter of its
limit, which is solved for the run length that is wanted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from .._inputs import Array, to_number
from ..errors import ConfigError
from ._fields import number, whole

_NORMAL = NormalDist()
_NODES = 48
#: Deviates beyond this are cut: no chart can tell them apart.
LARGEST = 6.0


def _density(x: Array) -> Array:
    return np.asarray(np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi))


def _one_sided(reference: float, limit: float, shift: float) -> float:
    """Mean run length of an upper sum from zero: an integral equation of the second kind, with a mass at zero."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    x, w = 0.5 * limit * (nodes + 1.0), 0.5 * limit * weights
    start = np.concatenate([[0.0], x])  # from each sum, zero first
    kernel = np.empty((_NODES + 1, _NODES + 1))
    kernel[:, 0] = [_NORMAL.cdf(reference - shift - z) for z in start]
    kernel[:, 1:] = w * _density(x + reference - shift - start[:, None])
    return float(np.linalg.solve(np.eye(_NODES + 1) - kernel, np.ones(_NODES + 1))[0])


def cusum_run_length(reference: float, limit: float, *, shift: float = 0.0, sides: int = 1) -> float:
    """Mean number of values until a cumulative sum warns.

    Parameters
    ----------
    reference : float
        What is taken off each value [standard deviations], 0 to 3; half the shift that is looked for.
    limit : float
        Sum above which it warns [standard deviations], 0.1 to 30.
    shift : float
        How far the mean of the values lies from the baseline [standard deviations], -5 to 5; positive in the direction
        that is looked for.
    sides : int
        1 for one direction, 2 for both [-].

    Returns
    -------
    float
        Mean run length [values], of independent normal values and a sum that begins at zero. From the integral equation
        of Page by quadrature over 48 nodes [1]_; both directions together as `1 / (1 / up + 1 / down)` [2]_.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Page, E. S. (1954). Continuous inspection schemes. Biometrika 41, 100-115; Brook, D. and Evans, D. A. (1972).
       An approach to the probability distribution of cusum run length. Biometrika 59, 539-549.
    .. [2] Van Dobben de Bruyn, C. S. (1968). Cumulative sum tests: theory and practice. Griffin.

    Examples
    --------
    >>> round(cusum_run_length(0.5, 5.0, sides=2)), round(cusum_run_length(0.5, 5.0, shift=1.0, sides=2), 1)
    (465, 10.4)
    """
    k = number("reference", reference, 0.0, 3.0, "standard deviations")
    h = number("limit", limit, 0.1, 30.0, "standard deviations")
    by = number("shift", shift, -5.0, 5.0, "standard deviations")
    up = _one_sided(k, h, by)
    if whole("sides", sides, 1, 2) == 1:
        return up
    return 1.0 / (1.0 / up + 1.0 / _one_sided(k, h, -by))


def ewma_run_length(weight: float, limit: float, *, shift: float = 0.0, sides: int = 2) -> float:
    """Mean number of values until an exponentially weighted mean warns.

    Parameters
    ----------
    weight : float
        Weight of the newest value [-], 0.02 to 1.
    limit : float
        Distance at which it warns [standard deviations of the mean in the long run], 0.1 to 6.
    shift : float
        How far the mean of the values lies from the baseline [standard deviations], -5 to 5.
    sides : int
        1 for the upward direction, with the mean kept from falling below zero; 2 for both [-].

    Returns
    -------
    float
        Mean run length [values], of independent normal values and a mean that begins at the baseline [1]_ [2]_.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Crowder, S. V. (1987). A simple method for studying run-length distributions of exponentially weighted moving
       average charts. Technometrics 29, 401-407.
    .. [2] Lucas, J. M. and Saccucci, M. S. (1990). Exponentially weighted moving average control schemes: properties
       and enhancements. Technometrics 32, 1-12.

    Examples
    --------
    >>> round(ewma_run_length(0.1, 2.814))
    500
    """
    part = number("weight", weight, 0.02, 1.0)
    bound = number("limit", limit, 0.1, 6.0, "standard deviations") * math.sqrt(part / (2.0 - part))
    by = number("shift", shift, -5.0, 5.0, "standard deviations")
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    if whole("sides", sides, 1, 2) == 2:
        x, w = bound * nodes, bound * weights
        kernel = w / part * _density((x - (1.0 - part) * x[:, None]) / part - by)
        length = np.linalg.solve(np.eye(_NODES) - kernel, np.ones(_NODES))
        return float(1.0 + (w / part * _density(x / part - by)) @ length)
    x, w = 0.5 * bound * (nodes + 1.0), 0.5 * bound * weights
    start = np.concatenate([[0.0], x])
    kernel = np.empty((_NODES + 1, _NODES + 1))
    kernel[:, 0] = [_NORMAL.cdf(-(1.0 - part) * z / part - by) for z in start]
    kernel[:, 1:] = w / part * _density((x - (1.0 - part) * start[:, None]) / part - by)
    return float(np.linalg.solve(np.eye(_NODES + 1) - kernel, np.ones(_NODES + 1))[0])


def _limit_for(length: Callable[[float], float], wanted: float) -> float:
    """Limit at which a run length, which grows with it, is the wanted one; by bisection."""
    low, high = 0.1, 1.0
    if length(low) > wanted:
        raise ConfigError(f"run_length must lie in [{length(low):.3g}, 1e6] [values], got {wanted:g}")
    while length(high) < wanted:
        low, high = high, high + 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if length(middle) < wanted else (low, middle)
    return 0.5 * (low + high)


def cusum_limit(run_length: float, *, reference: float = 0.5, sides: int = 1) -> float:
    """Limit of a cumulative sum that warns as seldom as wanted when nothing has changed.

    Parameters
    ----------
    run_length : float
        Wanted mean run length without a change [values], 5 to 1e6.
    reference : float
        What is taken off each value [standard deviations], 0.1 to 1.5.
    sides : int
        1 for one direction, 2 for both [-].

    Returns
    -------
    float
        Limit [standard deviations].

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> round(cusum_limit(168.0, sides=2), 1)
    4.0
    """
    wanted = number("run_length", run_length, 5.0, 1e6, "values")
    k = number("reference", reference, 0.1, 1.5, "standard deviations")
    return _cusum_limit(wanted, k, sides)


@lru_cache(maxsize=64)
def _cusum_limit(wanted: float, k: float, sides: int) -> float:
    return _limit_for(lambda h: cusum_run_length(k, h, sides=sides), wanted)


def ewma_limit(run_length: float, *, weight: float = 0.1, sides: int = 2) -> float:
    """Limit of an exponentially weighted mean that warns as seldom as wanted when nothing has changed.

    Parameters
    ----------
    run_length : float
        Wanted mean run length without a change [values], 20 to 1e6.
    weight : float
        Weight of the newest value [-], 0.02 to 1.
    sides : int
        1 for the upward direction, 2 for both [-].

    Returns
    -------
    float
        Limit [standard deviations of the mean in the long run].

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> round(ewma_limit(500.0, weight=0.2), 2)
    2.96
    """
    wanted = number("run_length", run_length, 20.0, 1e6, "values")
    return _ewma_limit(wanted, to_number("weight", weight), sides)


@lru_cache(maxsize=64)
def _ewma_limit(wanted: float, weight: float, sides: int) -> float:
    return _limit_for(lambda limit: ewma_run_length(weight, limit, sides=sides), wanted)


def normal_of_t(t: float, freedom: int) -> float:
    """Standard normal deviate with the same tail as a value of Student's distribution.

    Parameters
    ----------
    t : float
        The value [-].
    freedom : int
        Degrees of freedom [-], 1 to 1e6.

    Returns
    -------
    float
        Deviate [-], cut at ±6. Exact up to 30 degrees of freedom; above, by Hill's expansion [1]_, to 1e-6.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Hill, G. W. (1970). Algorithm 395: Student's t-distribution. Commun. ACM 13, 617-619.

    Examples
    --------
    >>> round(normal_of_t(2.776445, 4), 3)
    1.96
    """
    n = whole("freedom", freedom, 1, 1_000_000)
    if math.isnan(t):
        raise ConfigError("t must be a number, got nan")
    size = abs(t)
    if n > 30:
        a, b = n - 0.5, 48.0 * (n - 0.5) ** 2
        y = a * math.log1p(size * size / n) if size < 1e100 else math.inf
        if y > LARGEST**2:
            return math.copysign(LARGEST, t)
        series = (((-0.4 * y - 3.3) * y - 24.0) * y - 85.5) / (0.8 * y * y + 100.0 + b)
        z = ((series + y + 3.0) / b + 1.0) * math.sqrt(y)
    else:
        z = -_NORMAL.inv_cdf(min(max(_tail(size, n), 1e-300), 0.5))
    return math.copysign(min(z, LARGEST), t)


def _tail(t: float, n: int) -> float:
    """Probability above `t`, not negative: the finite sums for whole degrees of freedom."""
    angle = math.atan2(math.sqrt(n), t)  # the complement, so that a small tail keeps its digits
    sine2, cosine = n / (n + t * t) if t < 1e150 else 0.0, math.cos(angle)
    terms, term = 0.0, 1.0
    if n % 2 == 0:
        for i in range(n // 2):
            terms += term
            term *= (2 * i + 1) / (2 * i + 2) * sine2
        return 0.5 * (1.0 - cosine * terms)
    for i in range(n // 2):
        terms += term
        term *= (2 * i + 2) / (2 * i + 3) * sine2
    return (angle - math.sin(angle) * cosine * terms) / math.pi
