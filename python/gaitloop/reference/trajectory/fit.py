"""Section 3.5: a published pattern plus a person's own residual, learned from good cycles only."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import array, in_range
from .._conventions import SIDES, Array, smooth_step, wrap
from ..curve import Curve

if TYPE_CHECKING:
    from .gait_pattern import GaitPattern
    from .pattern import Pattern

SAMPLES = 128
CLOSING = 0.05
REASONS = ("outside", "duration", "gap", "range", "distance")
_LOW, _HIGH = np.array([-0.7, -0.35, -1.1]), np.array([2.3, 2.7, 0.9])


class Rejected(NamedTuple):
    """A recorded cycle that was not learned from.

    Attributes
    ----------
    side : str
        left or right.
    start : float
        When it begins [s].
    reason : str
        outside, duration, gap, range or distance.
    """

    side: str
    start: float
    reason: str


class Fit(NamedTuple):
    """A pattern fitted to a person.

    Attributes
    ----------
    pattern : GaitPattern
        The pattern.
    cycles_used : tuple of int
        Good cycles of the left and of the right side [-].
    cycles_needed : int
        Cycles after which the mean stayed within the tolerance [-].
    rejected : tuple of Rejected
        Cycles that were not used.
    residual_rms : ndarray of float, shape (6,)
        Root mean square of the residual in use [rad].
    spread : ndarray of float, shape (6,)
        Standard deviation of the cycles [rad].
    """

    pattern: GaitPattern
    cycles_used: tuple[int, int]
    cycles_needed: int
    rejected: tuple[Rejected, ...]
    residual_rms: Array
    spread: Array


class Settings(NamedTuple):
    """Bounds on what is a good cycle, and what is kept of the residual.

    Attributes
    ----------
    tolerance, distance_min : float
        Distances [rad].
    min_cycles, harmonics : int
        Counts [-].
    duration_span : float
        Share of the median duration [-].
    max_gap : float
        Longest time between samples [s].
    """

    tolerance: float
    min_cycles: int
    duration_span: float
    max_gap: float
    distance_min: float
    harmonics: int


class Recorded(NamedTuple):
    """A recording.

    Attributes
    ----------
    time : ndarray of float, shape (T,)
        Times [s].
    angles : ndarray of float, shape (T, 6)
        Angles [rad].
    contacts : tuple of two ndarray of float
        Initial contacts of both sides [s], shape (K,).
    """

    time: Array
    angles: Array
    contacts: tuple[Array, Array]


class _Side(NamedTuple):
    """Good cycles of a side: closed angles, their start and end, and what was rejected."""

    cycles: Array
    times: list[tuple[float, float]]
    rejected: tuple[Rejected, ...]


def _increasing(name: str, times: ArrayLike) -> Array:
    got = array(name, times, (-1,))
    for i, t in enumerate(got.tolist()):
        if not math.isfinite(t):
            raise ConfigError(f"{name} must be finite, got {t} at index {i}")
        if i and not t > got[i - 1]:
            raise ConfigError(f"{name} must increase, got {t} after {got[i - 1]} at index {i}")
    return got


def checked(time: ArrayLike, angles: ArrayLike, contacts: tuple[ArrayLike, ArrayLike]) -> Recorded:
    """Accept a recording.

    Parameters
    ----------
    time : array_like of float, shape (T,)
        Times [s], finite, increasing, two or more.
    angles : array_like of float, shape (T, 6)
        Angles [rad].
    contacts : tuple of two array_like of float, shape (K,)
        Initial contacts of both sides [s], finite, increasing.

    Returns
    -------
    Recorded
        The recording.
    """
    t = _increasing("time", time)
    if len(t) < 2:
        raise ConfigError(f"time must have length 2 or more, got {len(t)}")
    q = array("angles", angles, (-1, 6))
    if len(q) != len(t):
        raise ConfigError(f"angles must have length {len(t)}, got {len(q)}")
    left, right = (_increasing(f"contacts_{side}", c) for side, c in zip(SIDES, contacts, strict=True))
    return Recorded(t, q, (left, right))


def _closed(rows: Array) -> Array:
    """Spread the gap between the ends over both, and drop the last row."""
    gap = rows[-1] - rows[0]
    p = np.arange(len(rows)) / (len(rows) - 1)
    start = np.array([1.0 - smooth_step(x / CLOSING) for x in p.tolist()])
    end = np.array([1.0 - smooth_step((1.0 - x) / CLOSING) for x in p.tolist()])
    closed: Array = rows + gap / 2.0 * start[:, None] - gap / 2.0 * end[:, None]
    return closed[:-1]


def _resampled(time: Array, angles: Array, start: float, end: float) -> Array:
    """Angles at 129 times from contact to contact, linear between samples."""
    at = np.array([start + (end - start) * j / SAMPLES for j in range(SAMPLES)] + [end])
    k = np.clip(np.searchsorted(time, at, side="right") - 1, 0, len(time) - 2)
    r = ((at - time[k]) / (time[k + 1] - time[k]))[:, None]
    rows: Array = angles[k] + r * (angles[k + 1] - angles[k])
    return rows


def _early_reason(recorded: Recorded, side: int, start: float, end: float, median: float, s: Settings) -> str | None:
    """First reason, but for the distance, that rejects a cycle."""
    time = recorded.time
    if start < time[0] or end > time[-1]:
        return "outside"
    if abs((end - start) - median) > s.duration_span * median:
        return "duration"
    first = int(np.searchsorted(time, start, side="right")) - 1
    last = int(np.searchsorted(time, end, side="left"))
    q = recorded.angles[first : last + 1, 3 * side : 3 * side + 3]
    gaps = np.diff(time[first : last + 1]) > s.max_gap
    if len(q) < 10 or gaps.any() or not np.isfinite(q).all():
        return "gap"
    if ((q < _LOW) | (q > _HIGH)).any():
        return "range"
    return None


def _far(cycles: Array, s: Settings) -> Array:
    """Which cycles are far from the median one."""
    distance = np.sqrt(((cycles - np.median(cycles, axis=0)) ** 2).mean(axis=(1, 2)))
    middle = np.median(distance)
    spread = np.median(np.abs(distance - middle))
    far: Array = distance > max(s.distance_min, float(middle + 3.0 * 1.4826 * spread))
    return far


def _side(recorded: Recorded, side: int, s: Settings) -> _Side:
    """Good cycles of a side."""
    contacts, time = recorded.contacts[side].tolist(), recorded.time
    spans = list(itertools.pairwise(contacts))
    inside = [end - start for start, end in spans if not (start < time[0] or end > time[-1])]
    median = float(np.median(inside)) if inside else 0.0
    reasons = [_early_reason(recorded, side, start, end, median, s) for start, end in spans]
    left = [i for i, reason in enumerate(reasons) if reason is None]
    own = recorded.angles[:, 3 * side : 3 * side + 3]
    cycles = np.array([_closed(_resampled(time, own, *spans[i])) for i in left]).reshape(-1, SAMPLES, 3)
    if left:
        for i, far in zip(left, _far(cycles, s).tolist(), strict=True):
            reasons[i] = "distance" if far else None
    good = [n for n, i in enumerate(left) if reasons[i] is None]
    if len(good) < s.min_cycles:
        raise ConfigError(f"good cycles on the {SIDES[side]} must have length {s.min_cycles} or more, got {len(good)}")
    rejected = tuple(
        Rejected(SIDES[side], start, why) for (start, _), why in zip(spans, reasons, strict=True) if why is not None
    )
    return _Side(cycles[good], [spans[left[n]] for n in good], rejected)


def _needed(cycles: Array, tolerance: float) -> int:
    """Cycles after which the running mean stays near the last one."""
    count = np.arange(1, len(cycles) + 1)[:, None, None]
    means = np.cumsum(cycles, axis=0) / count
    errors = np.sqrt(((means - means[-1]) ** 2).mean(axis=(1, 2)))
    beyond = np.flatnonzero(~(errors <= tolerance))
    return int(beyond[-1]) + 2 if beyond.size else 1


def _smoothed(column: Array, harmonics: int) -> Array:
    """Mean and first harmonics of 128 samples."""
    j = np.arange(SAMPLES)
    result = np.full(SAMPLES, column.mean())
    for k in range(1, harmonics + 1):
        cosine, sine = np.cos(2.0 * np.pi * k * j / SAMPLES), np.sin(2.0 * np.pi * k * j / SAMPLES)
        result = result + 2.0 / SAMPLES * ((column @ cosine) * cosine + (column @ sine) * sine)
    return result


def _rms(values: Array) -> float:
    return math.sqrt(float((values**2).mean()))


def _residual(cycles: Array, model: Array, harmonics: int) -> tuple[Array, list[float]]:
    """Residual in use of one side, shape (128, 3), and the spread of its joints."""
    n = len(cycles)
    raw = np.cumsum(cycles, axis=0)[-1] / n - model
    deviation = cycles.std(axis=0, ddof=1)
    columns, spreads = [], []
    for joint in range(3):
        spread, size = _rms(deviation[:, joint]), _rms(raw[:, joint])
        weight = max(0.0, 1.0 - (spread**2 / n) / size**2) if size > 0.0 else 0.0
        columns.append(_smoothed(weight * raw[:, joint], harmonics))
        spreads.append(spread)
    return np.array(columns).T, spreads


def _mean_cycle(side: _Side) -> float:
    return sum(end - start for start, end in side.times) / len(side.times)


def _plausible(sides: tuple[_Side, _Side], span: float) -> None:
    """Refuse contacts that are not all of each foot, or not its own."""
    left = _mean_cycle(sides[0])
    in_range("mean cycle on the right", _mean_cycle(sides[1]), left * (1.0 - span), left * (1.0 + span))
    turn = np.cos(2.0 * np.pi * np.arange(SAMPLES) / SAMPLES)
    for name, side in zip(SIDES, sides, strict=True):
        lead = 2.0 / SAMPLES * float(side.cycles[:, :, 0].mean(axis=0) @ turn)
        in_range(f"lead of the {name} leg at its contacts", lead, -0.05, 3.0)


def _offset(left: _Side, right_contacts: Array, default: float) -> float:
    """Offset of the right side, from where its contacts fall in good left cycles."""
    found = [
        (t - start) / (end - start) for start, end in left.times for t in right_contacts.tolist() if start <= t < end
    ]
    return wrap(1.0 - float(np.median(found))) if found else default


def fitted(
    recorded: Recorded, model: Pattern, s: Settings
) -> tuple[list[Curve], float, float, tuple[_Side, _Side], Array, Array]:
    """Curves, stride rate and offset of the fit, and what is told with them.

    Parameters
    ----------
    recorded : Recorded
        The recording.
    model : Pattern
        The published pattern.
    s : Settings
        What is a good cycle.

    Returns
    -------
    tuple
        Curves [rad], stride rate [1/s], offset [-], both sides, residual_rms (6,) and spread (6,) [rad].
    """
    sides = (_side(recorded, 0, s), _side(recorded, 1, s))
    _plausible(sides, s.duration_span)
    phases = np.arange(SAMPLES) / SAMPLES
    curves, residuals, spreads = [], [], []
    for i, side in enumerate(sides):
        values = np.array([c.evaluate(phases)[0] for c in model.curves[3 * i : 3 * i + 3]]).T
        residual, spread = _residual(side.cycles, values, s.harmonics)
        for column in (values + residual).T:
            for j, angle in enumerate(column.tolist()):
                in_range("angles", angle, -3.0, 3.0, j)
            curves.append(Curve("angles", column))
        residuals += [_rms(column) for column in residual.T]
        spreads += spread
    durations = [end - start for side in sides for start, end in side.times]
    offset = _offset(sides[0], recorded.contacts[1], model.offset)
    return curves, len(durations) / sum(durations), offset, sides, np.array(residuals), np.array(spreads)


def cycles_needed(sides: tuple[_Side, _Side], tolerance: float) -> int:
    """Larger number of cycles of both sides that was needed.

    Parameters
    ----------
    sides : tuple of two sides
        Good cycles [rad].
    tolerance : float
        Distance between means that counts as the same [rad].

    Returns
    -------
    int
        Number of cycles [-].
    """
    return max(_needed(side.cycles, tolerance) for side in sides)
