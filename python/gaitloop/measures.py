"""Measures of strides: online while they happen, and of all strides of a recording."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import index
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._core import STRIDE_COLUMNS, KeyAngles, StrideMeasures
from ._inputs import Array, to_array, to_number
from .errors import ConfigError

__all__ = [
    "KeyAngles",
    "StrideMeasures",
    "StrideMeter",
    "StrideTable",
    "StrideTables",
    "stride_measures",
    "symmetry",
]


class StrideMeter:
    """Measures the strides of one side while they happen.

    Parameters
    ----------
    side : int
        Side to measure [-], 0 left, 1 right.
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> meter = StrideMeter(0, 75.0, 1.75)
    >>> tick = dict(in_contact=(True, False), q=np.zeros(6), q_ref=np.zeros(6), phase=0.0, dt=0.01)
    >>> for i in range(101):
    ...     event = (0, i * 10_000_000) if i in (0, 100) else None
    ...     stride = meter.step(event=event, **tick)
    >>> stride.stride_time, stride.double_support, stride.force_peak
    (1.0, 0.0, None)
    """

    __slots__ = ("_core",)

    def __init__(self, side: int, mass: float, height: float) -> None:
        try:
            number = index(side)
        except TypeError:
            raise ConfigError(f"side must be an integer, got {side!r:.80}") from None
        self._core = _core.StrideMeter(number, to_number("mass", mass), to_number("height", height))

    def step(
        self,
        *,
        event: tuple[int, int] | None = None,
        in_contact: tuple[bool, bool],
        other_contact: int | None = None,
        q: ArrayLike,
        q_ref: ArrayLike,
        phase: float,
        force: float = math.nan,
        belt_speed: float = math.nan,
        dt: float,
    ) -> StrideMeasures | None:
        """Take one tick.

        Parameters
        ----------
        event : tuple of int or None
            Kind (0 initial contact, 1 toe-off) [-] and time [ns] of the event of this side reported in this tick.
        in_contact : tuple of bool
            Whether left and right foot are on the ground.
        other_contact : int or None
            Time of the other side's last initial contact [ns].
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        q_ref : array_like of float, shape (6,)
            Reference of the angles [rad].
        phase : float
            Phase of this side [-].
        force : float
            Vertical force under this foot [N]; NaN when absent.
        belt_speed : float
            Speed of the belt [m/s]; NaN when absent.
        dt : float
            Time since the last tick [s], up to 0.1; anything outside counts as 0.

        Returns
        -------
        StrideMeasures or None
            The stride that an initial contact of this tick closes.

        Raises
        ------
        ConfigError
            If an array has another shape or the event is of no kind.
        """
        return self._core.step(
            event=event,
            in_contact=in_contact,
            other_contact=other_contact,
            q=to_array("q", q, 1),
            q_ref=to_array("q_ref", q_ref, 1),
            phase=to_number("phase", phase),
            force=to_number("force", force),
            belt_speed=to_number("belt_speed", belt_speed),
            dt=to_number("dt", dt),
        )


@dataclass(frozen=True, slots=True)
class StrideTable:
    """Strides of one side; every column has shape (K,) and is NaN where it could not be measured.

    Attributes
    ----------
    start : ndarray of float, shape (K,)
        Initial contact that begins the stride [s].
    end : ndarray of float, shape (K,)
        Initial contact that ends it [s].
    stride_time : ndarray of float, shape (K,)
        Duration [s].
    stance_time : ndarray of float, shape (K,)
        Time on the ground [s].
    swing_time : ndarray of float, shape (K,)
        Time in the air [s].
    step_time : ndarray of float, shape (K,)
        Time from the other side's initial contact to the end [s].
    double_support_time : ndarray of float, shape (K,)
        Time with both feet on the ground [s].
    stance_share : ndarray of float, shape (K,)
        Stance time over stride time [-].
    swing_share : ndarray of float, shape (K,)
        Swing time over stride time [-].
    double_support_share : ndarray of float, shape (K,)
        Double-support time over stride time [-].
    cadence : ndarray of float, shape (K,)
        Steps per time [1/s], two to a stride.
    hip_max : ndarray of float, shape (K,)
        Largest hip flexion [rad].
    hip_min : ndarray of float, shape (K,)
        Smallest hip flexion [rad].
    knee_at_contact : ndarray of float, shape (K,)
        Knee flexion at the end of the stride [rad].
    knee_stance_max : ndarray of float, shape (K,)
        Largest knee flexion at phases 0.10 to 0.40 [rad].
    knee_swing_max : ndarray of float, shape (K,)
        Largest knee flexion at phases 0.60 to 0.95 [rad].
    hip_range : ndarray of float, shape (K,)
        Range of the hip angle [rad].
    knee_range : ndarray of float, shape (K,)
        Range of the knee angle [rad].
    ankle_range : ndarray of float, shape (K,)
        Range of the ankle angle [rad].
    force_peak : ndarray of float, shape (K,)
        Largest force under the foot [N].
    force_mean : ndarray of float, shape (K,)
        Mean force under the foot [N].
    stride_length : ndarray of float, shape (K,)
        Way of the belt [m].
    valid : ndarray of bool, shape (K,)
        False for strides shorter than 0.3 s or longer than 3 s [-].
    """

    start: Array
    end: Array
    stride_time: Array
    stance_time: Array
    swing_time: Array
    step_time: Array
    double_support_time: Array
    stance_share: Array
    swing_share: Array
    double_support_share: Array
    cadence: Array
    hip_max: Array
    hip_min: Array
    knee_at_contact: Array
    knee_stance_max: Array
    knee_swing_max: Array
    hip_range: Array
    knee_range: Array
    ankle_range: Array
    force_peak: Array
    force_mean: Array
    stride_length: Array
    valid: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start)


class StrideTables(NamedTuple):
    """Strides of both sides.

    Attributes
    ----------
    left : StrideTable
        Strides of the left side.
    right : StrideTable
        Strides of the right side.
    """

    left: StrideTable
    right: StrideTable


@runtime_checkable
class _EventArrays(Protocol):
    """Events as three arrays of equal length."""

    side: NDArray[np.integer]
    kind: NDArray[np.integer]
    time: Array


EventList: TypeAlias = Iterable[tuple[str | int, str | int, float]]
SIDE_CODES: dict[object, int] = {"left": 0, "right": 1, 0: 0, 1: 1}
KIND_CODES: dict[object, int] = {"ic": 0, "to": 1, "initial_contact": 0, "toe_off": 1, 0: 0, 1: 1}


def _codes(name: str, values: Iterable[object], codes: dict[object, int]) -> NDArray[np.uint8]:
    found = [codes.get(v.item() if isinstance(v, np.generic) else v) for v in values]
    if None in found:
        at = found.index(None)
        names = [c for c in codes if isinstance(c, str)][:2]
        raise ConfigError(f"{name} must be one of {names} or 0 or 1, got {list(values)[at]!r:.80} at index {at}")
    return np.array(found, dtype=np.uint8)


def _event_arrays(events: object) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Array]:
    """Side, kind and time [s] of events, in order of time; of equal times the given order is kept."""
    if isinstance(events, _EventArrays):
        columns: list[list[object]] = [list(events.side), list(events.kind), list(events.time)]
    else:
        try:
            rows = [tuple(row)[:3] for row in events]  # type: ignore[attr-defined]
        except TypeError:
            raise ConfigError(f"events must be rows of (foot, event, time_s), got {events!r:.80}") from None
        if any(len(row) != 3 for row in rows):
            raise ConfigError("events must be rows of (foot, event, time_s), got a shorter one")
        columns = [[row[i] for row in rows] for i in range(3)]
    time = to_array("time", columns[2], 1)  # type: ignore[arg-type]
    order = np.argsort(time, kind="stable")
    side, kind = _codes("side", columns[0], SIDE_CODES), _codes("kind", columns[1], KIND_CODES)
    for name, column in (("side", side), ("kind", kind)):
        if len(column) != len(time):
            raise ConfigError(f"{name} must have length {len(time)}, got {len(column)}")
    return side[order], kind[order], time[order]


def _samples(name: str, pair: object, ndim: int) -> tuple[Array, Array]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ConfigError(f"{name} must be a pair (time, values), got {pair!r:.80}")
    return to_array(f"{name}_time", pair[0], 1), to_array(name, pair[1], ndim)


def _belt(belt_speed: tuple[ArrayLike, ArrayLike] | float | None) -> tuple[Array, Array] | None:
    if belt_speed is None:
        return None
    if isinstance(belt_speed, tuple | list):
        return _samples("belt_speed", belt_speed, 1)
    return np.empty(0), np.array([to_number("belt_speed", belt_speed)])


def stride_measures(
    events: object,
    angles: tuple[ArrayLike, ArrayLike] | None = None,
    forces: tuple[ArrayLike, ArrayLike] | None = None,
    belt_speed: tuple[ArrayLike, ArrayLike] | float | None = None,
) -> StrideTables:
    """Measures of every stride of a recording, from an initial contact to the next of the same side.

    Parameters
    ----------
    events : object or iterable
        Events of both feet: an object with arrays `side` (0 left, 1 right), `kind` (0 initial contact, 1 toe-off) and
        `time` [s], as `gaitloop.events.detect` gives it, or rows of (foot, event, time_s), foot `"left"` or
        `"right"`, event `"ic"` or `"to"`. Rows need not be in order of time.
    angles : tuple of array_like of float, shapes (T,) and (T, 6)
        Times [s], increasing, and joint angles [rad]; NaN where absent.
    forces : tuple of array_like of float, shapes (T,) and (T, 2)
        Times [s], increasing, and vertical force under left and right foot [N]; NaN where absent.
    belt_speed : float or tuple of array_like of float, shapes (T,) and (T,)
        Speed of the belt [m/s], or times [s], increasing, and speeds [m/s].

    Returns
    -------
    StrideTables
        Table of the left and of the right side.

    Raises
    ------
    ConfigError
        If an event is of no known foot or kind, times are not finite or do not increase, or shapes do not fit.

    Examples
    --------
    >>> rows = [("left", "ic", 0.0), ("right", "to", 0.1), ("right", "ic", 0.5), ("left", "to", 0.6),
    ...         ("left", "ic", 1.0), ("right", "to", 1.1), ("right", "ic", 1.5), ("left", "to", 1.6),
    ...         ("left", "ic", 2.0)]
    >>> left, right = stride_measures(rows, belt_speed=0.8)
    >>> left.stance_share
    array([0.6, 0.6])
    >>> left.stride_length
    array([0.8, 0.8])
    """
    side, kind, time = _event_arrays(events)
    left, right = _core.stride_measures(
        side,
        kind,
        time,
        angles=None if angles is None else _samples("angles", angles, 2),
        forces=None if forces is None else _samples("forces", forces, 2),
        belt_speed=_belt(belt_speed),
    )
    return StrideTables(_table(left), _table(right))


def _table(rows: Array) -> StrideTable:
    names = [field.name for field in fields(StrideTable)]
    columns = dict(zip((*STRIDE_COLUMNS, "valid"), np.ascontiguousarray(rows.T), strict=True))
    valid = columns.pop("valid") == 1.0
    return StrideTable(**{name: columns[name] for name in names if name != "valid"}, valid=valid)


def symmetry(left: float, right: float) -> float:
    """Natural logarithm of the ratio of left to right.

    Parameters
    ----------
    left : float
        Measure of the left side, 1e-9 to 1e9, in the unit of `right` [-].
    right : float
        Measure of the right side, 1e-9 to 1e9, in the unit of `left` [-].

    Returns
    -------
    float
        0 when equal, positive when left is larger [-]; swapping sides changes only the sign.

    Raises
    ------
    ConfigError
        If a measure is not a positive finite number.

    Examples
    --------
    >>> round(symmetry(0.66, 0.60), 3)
    0.095
    """
    return _core.symmetry(to_number("left", left), to_number("right", right))
