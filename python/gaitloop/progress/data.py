"""What a report reads: the session's rows and lists, and curves over the gait cycle made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .told import Course, Told

#: Joints of one leg in order.
LEG = ("Hip", "Knee", "Ankle")
#: Sides in order.
SIDES = ("left", "right")
#: Subtasks in order, as a therapist calls them.
SUBTASKS = (
    *("Leading limb", "Trailing limb", "Prepositioning", "Stance stability", "Foot clearance"),
    *("Weight shift", "Lateral placement"),
)
#: Points of the gait cycle at which curves are drawn.
CYCLE = np.linspace(0.0, 1.0, 101)


class Numbers(Protocol):
    """Headline numbers of a session."""

    @property
    def duration(self) -> float:
        """Length of the record [s]."""

    @property
    def steps(self) -> int:
        """Steps of both feet [-]."""

    @property
    def distance(self) -> float:
        """Way of the belt [m]."""

    @property
    def speed(self) -> float:
        """Mean belt speed while it moved [m/s]."""

    @property
    def symmetry(self) -> float | None:
        """Log ratio of the stance times [-]."""

    @property
    def support_start(self) -> float | None:
        """Mean support after the soft start [-]."""

    @property
    def support_end(self) -> float | None:
        """Mean support at the end [-]."""

    @property
    def stops(self) -> tuple[str, ...]:
        """Causes of the stops; `none` is one that was asked for."""


class SessionData(Protocol):
    """A session, as `session.digest.Digest` keeps it."""

    events: list[dict[str, Any]]
    strides: list[dict[str, Any]]
    states: list[dict[str, Any]]
    t_end: float

    @property
    def t(self) -> NDArray[np.float64]:
        """Time of each row [s], shape (M,)."""

    def rows(self, name: str) -> NDArray[np.float32]:
        """Give a group of values at each row.

        Parameters
        ----------
        name : str
            `q`, `q_ref`, `belt_speed` or `engagement`.

        Returns
        -------
        ndarray of float32, shape (M, N)
            Values [SI]; NaN where absent.
        """

    def steady(self, side: str) -> list[dict[str, Any]]:
        """Give the strides that count: valid, and at a steady speed.

        Parameters
        ----------
        side : str
            `left` or `right`.

        Returns
        -------
        list of dict
            Strides in order of time, by the `/stride` schema.
        """

    def outcome(self) -> Numbers:
        """Give the headline numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInfo:
    """What the report says about the session besides its data.

    Attributes
    ----------
    title : str
        Headline.
    person : str
        Who trained, in a few words.
    mass : float
        Body mass of the person [kg].
    details : sequence of tuple
        Name and value of each line of the closing table.
    losses : sequence of str
        What of the record could not be read.
    told : sequence of Told
        Stages, notes, changes and pain, in order of time.
    course : told.Course
        When stages, pauses and pain were.
    """

    title: str
    person: str
    mass: float
    details: Sequence[tuple[str, str]] = ()
    losses: Sequence[str] = ()
    told: Sequence[Told] = ()
    course: Course = field(default_factory=Course)


class Curves(NamedTuple):
    """Joint angles of one side over its gait cycle.

    Attributes
    ----------
    mean : ndarray of float64, shape (101, 3)
        Mean of the measured angles [rad].
    spread : ndarray of float64, shape (101, 3)
        Standard deviation over strides [rad].
    reference : ndarray of float64, shape (101, 3)
        Mean of the reference [rad].
    toe_off : float
        Mean share of the cycle at which the foot left the ground [-]; NaN when unknown.
    strides : int
        Strides averaged [-].
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    reference: NDArray[np.float64]
    toe_off: float
    strides: int


def cycle_curves(data: SessionData, side: str) -> Curves | None:
    """Average joint angles over the gait cycle, soft start and changes of speed left out.

    Parameters
    ----------
    data : SessionData
        The session.
    side : str
        `left` or `right`.

    Returns
    -------
    Curves or None
        None when no stride at a steady speed was found.
    """
    t, q, reference = data.t, data.rows("q"), data.rows("q_ref")
    if not len(t):
        return None
    leg = slice(0, 3) if side == "left" else slice(3, 6)
    measured, wanted, toe_offs = [], [], []
    for stride in data.steady(side):
        start, end = stride["t_start"] * 1e-9, stride["t_end"] * 1e-9
        first, last = np.searchsorted(t, (start, end))
        inside = slice(max(int(first) - 1, 0), min(int(last) + 1, len(t)))
        if np.isnan(q[inside, leg]).any():
            continue
        at = start + CYCLE * (end - start)
        measured.append(np.column_stack([np.interp(at, t[inside], c) for c in q[inside, leg].T]))
        wanted.append(np.column_stack([np.interp(at, t[inside], c) for c in reference[inside, leg].T]))
        if stride["stance_share"]:
            toe_offs.append(stride["stance_share"])
    if not measured:
        return None
    toe_off = float(np.mean(toe_offs)) if toe_offs else float("nan")
    return Curves(np.mean(measured, 0), np.std(measured, 0), np.mean(wanted, 0), toe_off, len(measured))


def stride_series(data: SessionData, side: str, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Follow a stride measure over the session.

    Parameters
    ----------
    data : SessionData
        The session.
    side : str
        `left` or `right`.
    name : str
        Measure, as in the `/stride` schema.

    Returns
    -------
    tuple of ndarray
        Time [min] and value [SI] of each stride that has one.
    """
    found = [(s["t_end"] * 1e-9 / 60, s[name]) for s in data.steady(side) if s.get(name) is not None]
    array = np.array(found, dtype=np.float64).reshape(-1, 2)
    return array[:, 0], array[:, 1]


def with_gaps(times: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Break a line where nothing was measured for a while, as in a pause.

    Parameters
    ----------
    times : ndarray of float64, shape (K,)
        Times in order [min].
    values : ndarray of float64, shape (K,)
        Values at these times [any].

    Returns
    -------
    tuple of ndarray
        Times and values with a NaN in each gap of more than 10 s.
    """
    after = np.flatnonzero(np.diff(times) > 10.0 / 60) + 1
    return np.insert(times, after, np.nan), np.insert(values, after, np.nan)


def log_ratio(data: SessionData, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Left against right of a stride measure, each left stride with the right one nearest in time.

    Parameters
    ----------
    data : SessionData
        The session.
    name : str
        Measure, as in the `/stride` schema.

    Returns
    -------
    tuple of ndarray
        Time [min] and ln(left / right) [-] of each pair.
    """
    (t_left, left), (t_right, right) = (stride_series(data, side, name) for side in SIDES)
    keep_left, keep_right = left > 0, right > 0
    t_left, left, t_right, right = t_left[keep_left], left[keep_left], t_right[keep_right], right[keep_right]
    if not len(left) or not len(right):
        return np.empty(0), np.empty(0)
    after = np.clip(np.searchsorted(t_right, t_left), 1, max(len(t_right) - 1, 1))
    before = after - 1
    after = np.minimum(after, len(t_right) - 1)
    nearest = np.where(np.abs(t_right[before] - t_left) <= np.abs(t_right[after] - t_left), before, after)
    near = np.abs(t_right[nearest] - t_left) < 3.0 / 60
    ratio = np.log(left[near] / right[nearest[near]])
    return t_left[near], ratio


def rolling_median(values: NDArray[np.float64], width: int = 15) -> NDArray[np.float64]:
    """Median of the neighbours of each value.

    Parameters
    ----------
    values : ndarray of float64, shape (K,)
        Values in order of time [any].
    width : int
        Number of neighbours, odd [-].

    Returns
    -------
    ndarray of float64, shape (K,)
        Medians [same]; windows shrink at the ends.
    """
    half = width // 2
    return np.array([np.median(values[max(0, i - half) : i + half + 1]) for i in range(len(values))])
