"""Trends: what changed, by more than measuring it brings about, and by as much as people notice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import to_array
from ..errors import ConfigError
from ._fields import number, whole, word
from .charts import normal_of_t
from .dose import FIGURES, Session
from .evidence import Difference, error_band, important_difference
from .milestones import direction, values_of
from .outcomes import INSTRUMENTS, Outcome

#: What a change amounts to.
VERDICTS = ("better", "no change that counts", "worse")
_LEVEL = 0.95
_WEEK = 7 * 86_400.0


class Slope(NamedTuple):
    """A robust slope.

    Attributes
    ----------
    value : float
        Median of the slopes between all pairs [per unit of time].
    low : float or None
        Lower end of its interval [per unit of time]; None where there are too few values.
    high : float or None
        Upper end of its interval [per unit of time]; None where there are too few values.
    """

    value: float
    low: float | None
    high: float | None


def theil_sen(time: ArrayLike, values: ArrayLike, level: float = _LEVEL) -> Slope | None:
    """Slope that a few wild values do not bend, with an interval from Kendall's score [1]_.

    Parameters
    ----------
    time : array_like of float, shape (N,)
        Times [any].
    values : array_like of float, shape (N,)
        Values [any].
    level : float
        Confidence of the interval [-], 0.5 to 0.999.

    Returns
    -------
    Slope or None
        None below three different times. The interval takes the score for normal, which is rough below ten values.

    Raises
    ------
    ConfigError
        If shapes differ, a number is not finite or `level` is outside its range.

    References
    ----------
    .. [1] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. J. Am. Stat. Assoc. 63,
       1379-1389.

    Examples
    --------
    >>> theil_sen([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 2.0, 30.0, 4.0]).value
    1.0
    """
    t, y = to_array("time", time, 1), to_array("values", values, 1)
    if len(t) != len(y):
        raise ConfigError(f"values must have the length of time, got {len(y)} and {len(t)}")
    if not (np.isfinite(t).all() and np.isfinite(y).all()):
        raise ConfigError("time and values must be finite")
    sure = number("level", level, 0.5, 0.999)
    if len(np.unique(t)) < 3:
        return None
    i, j = np.triu_indices(len(t), 1)
    apart = t[i] != t[j]
    slopes = np.sort((y[j] - y[i])[apart] / (t[j] - t[i])[apart])
    width = NormalDist().inv_cdf(0.5 + sure / 2.0) * math.sqrt(_score_variance(t, y))
    lower, upper = round((len(slopes) - width) / 2.0), round((len(slopes) + width) / 2.0)
    inside = lower >= 1 and upper < len(slopes)
    ends = (float(slopes[lower - 1]), float(slopes[upper])) if inside else (None, None)
    return Slope(float(np.median(slopes)), *ends)


def _score_variance(*columns: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    n = len(columns[0])
    variance = n * (n - 1) * (2 * n + 5)
    for column in columns:
        _, ties = np.unique(column, return_counts=True)
        variance -= int((ties * (ties - 1) * (2 * ties + 5)).sum())
    return max(variance, 0) / 18.0


@dataclass(frozen=True, slots=True)
class Trend:
    """How a measure of one person changed.

    Attributes
    ----------
    measure : str
        Instrument or figure of gait.
    values : tuple of tuple
        Time and value of what was compared, in order of time [unit of the measure].
    change : float
        From the first, or the mean of the baseline, to the last [unit of the measure].
    band : Difference
        Change that measuring brings about by itself [unit of the measure].
    important : Difference or None
        Change that people notice [unit of the measure]; None where nobody has published one.
    verdict : str
        One of `VERDICTS`.
    slope : Slope or None
        Change per week [unit of the measure per week].
    text : str
        All of it in words.
    """

    measure: str
    values: tuple[tuple[datetime, float], ...]
    change: float
    band: Difference
    important: Difference | None
    verdict: str
    slope: Slope | None
    text: str


def _verdict(gain: float, band: float, important: float) -> str:
    # Sums of decimal fractions miss by rounding: a change of 0.13 that was measured as such has to pass 0.13.
    slack = 1e-9 * max(1.0, abs(gain))
    counts = abs(gain) > band and abs(gain) + slack >= important
    return VERDICTS[1] if not counts else VERDICTS[0] if gain > 0.0 else VERDICTS[2]


def _weekly(values: Sequence[tuple[datetime, float]]) -> Slope | None:
    begin = values[0][0]
    return theil_sen([(when - begin).total_seconds() / _WEEK for when, _ in values], [value for _, value in values])


def outcome_trend(instrument: str, outcomes: Iterable[Outcome], speed: float | None = None) -> Trend | None:
    """Compare the last value of an instrument with the first one.

    Parameters
    ----------
    instrument : str
        Its key.
    outcomes : iterable of Outcome
        Values of one person. Only those with the device and the aid of the last are compared; for the FAC all are.
    speed : float, optional
        Comfortable speed at the beginning [m/s], for the 6-minute walk; by default the first one among `outcomes`.

    Returns
    -------
    Trend or None
        None below two comparable values. It counts when it passes the error of measurement and reaches the smallest
        difference that people notice.

    Raises
    ------
    ConfigError
        If the instrument is unknown.
    """
    word("instrument", instrument, tuple(INSTRUMENTS))
    every = sorted(outcomes, key=lambda outcome: outcome.taken)
    taken = [outcome for outcome in every if outcome.instrument == instrument]
    if instrument != "fac" and taken:
        taken = [o for o in taken if (o.device, o.aid) == (taken[-1].device, taken[-1].aid)]
    if len(taken) < 2:
        return None
    values = tuple((outcome.taken, outcome.value) for outcome in taken)
    first, last = values[0][1], values[-1][1]
    if speed is None:
        speed = next((outcome.value for outcome in every if outcome.instrument == "walk_10m"), None)
    band, important = error_band(instrument, first), important_difference(instrument, speed)
    change = round(last - first, 12)
    verdict = _verdict(change, band.low, important.low)
    kind = INSTRUMENTS[instrument]
    unit = "" if kind.unit == "-" else f" {kind.unit}"
    span = f"{important.low:g}" + ("" if important.low == important.high else f" to {important.high:g}")
    error = f"measuring twice differs by up to {band.low:g}{unit}, people notice {span}{unit}"
    text = (
        f"{kind.name}: {verdict}. {kind.describe(first)} to {kind.describe(last)}, {change:+.3g}{unit}; "
        f"{error if band.low else 'every level counts'}."
    )
    left = sum(outcome.instrument == instrument for outcome in every) - len(values)
    if left:
        text += f" {left} taken with another device or aid not compared."
    return Trend(instrument, values, change, band, important, verdict, _weekly(values), text)


def own_band(baseline: Sequence[float], level: float = _LEVEL) -> float:
    """How far one more value of a person may lie from the mean of the person's own baseline if nothing changed.

    Parameters
    ----------
    baseline : sequence of float
        Values of the baseline, three or more [any].
    level : float
        Share of such values that lies within [-], 0.5 to 0.999.

    Returns
    -------
    float
        Half-width of the prediction interval of Student [same]; it holds for independent normal values.

    Raises
    ------
    ConfigError
        If there are fewer than three values or one is not finite.

    Examples
    --------
    >>> round(own_band([1.0, 1.1, 0.9, 1.0, 1.05, 0.95]), 3)
    0.196
    """
    values = [number("baseline", value, -1e12, 1e12, "any") for value in baseline]
    if len(values) < 3:
        raise ConfigError(f"baseline must have 3 values or more, got {len(values)}")
    wanted = NormalDist().inv_cdf(0.5 + number("level", level, 0.5, 0.999) / 2.0)
    low, high = 0.0, 1e4
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if normal_of_t(middle, len(values) - 1) < wanted else (low, middle)
    return high * stdev(values) * math.sqrt(1.0 + 1.0 / len(values))


def figure_trend(name: str, sessions: Iterable[Session], baseline: int = 6) -> Trend | None:
    """Compare the last session's figure with the person's own first sessions.

    Parameters
    ----------
    name : str
        Figure of gait of which more or less is better.
    sessions : iterable of Session
        Sessions of one person; figures that rest on fewer than 300 steps do not count.
    baseline : int
        Sessions that make the baseline [-], 3 to 100.

    Returns
    -------
    Trend or None
        None before the session after the baseline. Nobody has published what people notice of these figures on this
        device, so it counts when it leaves the person's own band.

    Raises
    ------
    ConfigError
        If there is no such figure or `baseline` is outside its range.
    """
    needed = whole("baseline", baseline, 3, 100)
    better = direction(word("name", name, tuple(FIGURES)))
    values = tuple(values_of(name, sessions))
    if len(values) <= needed:
        return None
    before = [value for _, value in values[:needed]]
    usual, last = fmean(before), values[-1][1]
    width = own_band(before)
    band = Difference(width, width, f"own: 95 % prediction from the first {needed} sessions")
    change = last - usual
    verdict = _verdict(better * change, width, 0.0)
    shown = FIGURES[name].describe
    text = (
        f"{name.replace('_', ' ').capitalize()}: {verdict}. {shown(usual)} over the first {needed} sessions, "
        f"{shown(last)} now; one session differs by up to {shown(width)} by itself. "
        "What people notice of it is not known."
    )
    return Trend(name, values, change, band, None, verdict, _weekly(values), text)


def overview(sessions: Iterable[Session], outcomes: Iterable[Outcome], baseline: int = 6) -> tuple[Trend, ...]:
    """Tell all trends of a person, independence first.

    Parameters
    ----------
    sessions : iterable of Session
        Sessions of one person.
    outcomes : iterable of Outcome
        Values of instruments of the same person.
    baseline : int
        Sessions that make the baseline of the figures [-], 3 to 100.

    Returns
    -------
    tuple of Trend
        FAC, the other instruments, then the figures of gait; those with too few values are left out.

    Raises
    ------
    ConfigError
        If `baseline` is outside its range.
    """
    walked, taken = list(sessions), list(outcomes)
    found = [outcome_trend(instrument, taken) for instrument in INSTRUMENTS]
    found += [figure_trend(name, walked, baseline) for name, kind in FIGURES.items() if kind.better]
    return tuple(trend for trend in found if trend is not None)
