"""Section 8: measures of strides, tick by tick and of a whole recording."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _strides
from ._checks import in_range
from ._conventions import LEGS, Array, EventKind
from ._strides import Samples, StrideTable, StrideTables
from ._tally import KeyAngles, KeyTallies, Tally, measured
from .body import Body

__all__ = [
    "EventArrays",
    "KeyAngles",
    "StrideMeasures",
    "StrideMeter",
    "StrideTable",
    "StrideTables",
    "Tally",
    "stride_measures",
    "symmetry",
]


class StrideMeasures(NamedTuple):
    """Measures of one stride; None where an input was absent.

    Attributes
    ----------
    side : int
        0 left, 1 right [-].
    t_start, t_end : int
        Initial contacts that bound the stride [ns].
    stride_time, stance_time, step_time : float or None
        Durations [s].
    stance_share, double_support : float or None
        Shares of the stride [-].
    step_length, stride_length : float or None
        Lengths [m].
    measured, reference : KeyAngles
        Key angles [rad].
    rms : ndarray of float, shape (3,)
        Root mean square error of hip, knee and ankle [rad], NaN where absent.
    force_peak, force_mean : float or None
        Force under the foot [N].
    valid : bool
        Whether the stride lasted 0.3 to 3 s.
    """

    side: int
    t_start: int
    t_end: int
    stride_time: float
    stance_time: float | None
    stance_share: float | None
    double_support: float | None
    step_time: float | None
    step_length: float | None
    stride_length: float | None
    measured: KeyAngles
    reference: KeyAngles
    rms: Array
    force_peak: float | None
    force_mean: float | None
    valid: bool

    def subtask_errors(self) -> list[float | None]:
        """Error of each subtask (section 9); absent when a measure is absent.

        Returns
        -------
        list of float or None
            Errors [rad] of leading limb, trailing limb, prepositioning, stance stability and foot clearance.
        """

        def above(a: float | None, b: float | None) -> float | None:
            return None if a is None or b is None else max(0.0, a - b)

        got, want = self.measured, self.reference
        stance, stance_ref = got.knee_stance_max, want.knee_stance_max
        return [
            above(want.hip_max, got.hip_max),
            above(got.hip_min, want.hip_min),
            above(got.knee_at_contact, want.knee_at_contact),
            None if stance is None or stance_ref is None else abs(stance - stance_ref),
            above(want.knee_swing_max, got.knee_swing_max),
        ]


class _Stride:
    """An open stride."""

    def __init__(self, t_start: int) -> None:
        self.t_start = t_start
        self.t_toe_off: int | None = None
        self.measured, self.reference = KeyTallies(), KeyTallies()
        self.square = (Tally(), Tally(), Tally())
        self.force, self.belt, self.both = Tally(), Tally(), Tally()

    def awaits_toe_off(self, t: int) -> bool:
        return self.t_toe_off is None and t > self.t_start


class StrideMeter:
    """Measures of the strides of one side, tick by tick.

    Parameters
    ----------
    side : int
        0 left, 1 right [-].
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    """

    def __init__(self, side: int, mass: float, height: float) -> None:
        self._side = int(in_range("side", side, 0.0, 1.0))
        self._body = Body(mass, height)
        self._open: _Stride | None = None

    def step(
        self,
        *,
        event: tuple[int, int] | None = None,
        in_contact: tuple[bool, bool],
        other_contact: int | None = None,
        q: ArrayLike,
        q_ref: ArrayLike,
        phase: float,
        force: float | None = None,
        belt_speed: float | None = None,
        dt: float,
    ) -> StrideMeasures | None:
        """One tick.

        Parameters
        ----------
        event : tuple of int, optional
            Event of this side: its kind [-], an `EventKind`, and when it happened [ns].
        in_contact : tuple of bool, shape (2,)
            Whether each foot is in contact.
        other_contact : int, optional
            Last initial contact of the other side [ns].
        q, q_ref : array_like of float, shape (6,)
            Measured and reference angles [rad], NaN where absent.
        phase : float
            Phase of this side [-].
        force : float, optional
            Force under this foot [N].
        belt_speed : float, optional
            Speed of the belt [m/s].
        dt : float
            Time since the last tick [s], above 0 to 0.1; anything else counts as 0.

        Returns
        -------
        StrideMeasures or None
            The stride that an initial contact closed.
        """
        dt = dt if 0.0 < dt <= 0.1 else 0.0
        angles = [measured(x) for x in np.asarray(q, dtype=np.float64).tolist()]
        wanted = [measured(x) for x in np.asarray(q_ref, dtype=np.float64).tolist()]
        closed = None
        if event is not None and event[0] == EventKind.INITIAL_CONTACT:
            if self._open is not None and event[1] > self._open.t_start:
                closed = self._close(self._open, event[1], other_contact, angles)
            self._open = _Stride(event[1])
        elif event is not None and self._open is not None and self._open.awaits_toe_off(event[1]):
            self._open.t_toe_off = event[1]
        if self._open is not None:
            stride = self._open
            self._add(stride, angles, wanted, phase, dt)
            stride.force.add(measured(force), dt)
            stride.belt.add(measured(belt_speed), dt)
            stride.both.add(1.0 if all(in_contact) else 0.0, dt)
        return closed

    def _add(
        self, stride: _Stride, q: list[float | None], q_ref: list[float | None], phase: float, weight: float
    ) -> None:
        got, want = [], []
        for tally, a, b in zip(stride.square, q[LEGS[self._side]], q_ref[LEGS[self._side]], strict=True):
            both = a is not None and b is not None
            got.append(a if both else None)
            want.append(b if both else None)
            tally.add(None if a is None or b is None else (a - b) * (a - b), weight)
        stride.measured.add(got[0], got[1], phase, weight)
        stride.reference.add(want[0], want[1], phase, weight)

    def _close(self, stride: _Stride, t: int, other: int | None, q: list[float | None]) -> StrideMeasures:
        stride_time = (t - stride.t_start) * 1e-9
        stance_time = None if stride.t_toe_off is None else (stride.t_toe_off - stride.t_start) * 1e-9
        belt = stride.belt.mean
        means = [tally.mean for tally in stride.square]
        return StrideMeasures(
            side=self._side,
            t_start=stride.t_start,
            t_end=t,
            stride_time=stride_time,
            stance_time=stance_time,
            stance_share=None if stance_time is None else stance_time / stride_time,
            double_support=stride.both.mean,
            step_time=(t - other) * 1e-9 if other is not None and stride.t_start < other < t else None,
            step_length=self._step_length(q),
            stride_length=None if belt is None else stride_time * belt,
            measured=stride.measured.key(),
            reference=stride.reference.key(),
            rms=np.array([math.nan if mean is None else math.sqrt(mean) for mean in means]),
            force_peak=stride.force.max,
            force_mean=stride.force.mean,
            valid=0.3 <= stride_time <= 3.0,
        )

    def _step_length(self, q: list[float | None]) -> float | None:
        ankles = []
        for leg in LEGS:
            hip, knee, _ = q[leg]
            if hip is None or knee is None:
                return None
            ankles.append(self._body.leg(hip, knee, 0.0).ankle[0])
        return ankles[self._side] - ankles[1 - self._side]


class EventArrays(Protocol):
    """Events as arrays.

    Attributes
    ----------
    side : ndarray of int, shape (K,)
        0 left, 1 right [-].
    kind : ndarray of int, shape (K,)
        0 initial contact, 1 toe-off [-].
    time : ndarray of float, shape (K,)
        When it happened [s].
    """

    side: NDArray[np.int64]
    kind: NDArray[np.int64]
    time: Array


def stride_measures(
    events: EventArrays,
    angles: Samples | None = None,
    forces: Samples | None = None,
    belt_speed: Samples | float | None = None,
) -> StrideTables:
    """Measures of every stride of a recording, from an initial contact to the next of the same side.

    Parameters
    ----------
    events : EventArrays
        Side, kind and time [s] of each event; taken in order of time.
    angles : tuple of array_like of float, shape (T,) and (T, 6), optional
        Times [s] and joint angles [rad], NaN where absent.
    forces : tuple of array_like of float, shape (T,) and (T, 2), optional
        Times [s] and force under each foot [N].
    belt_speed : float or tuple of array_like of float, shape (T,) and (T,), optional
        Speed of the belt [m/s], or times [s] and speeds.

    Returns
    -------
    StrideTables
        A table per side.
    """
    time = np.asarray(events.time, dtype=np.float64)
    order = np.argsort(time, kind="stable")
    side, kind = (np.asarray(a, dtype=np.int64)[order].tolist() for a in (events.side, events.kind))
    tables = []
    for s, strides in enumerate(_strides.walk(side, kind, time[order].tolist())):
        rows = [_strides.times(stride) for stride in strides]
        for row, stride in zip(rows, strides, strict=True):
            if angles is not None:
                at, values = _strides.samples("angles", angles, 6)
                row.update(_strides.key_angles(stride, at, values[:, LEGS[s]]))
            if forces is not None:
                at, values = _strides.samples("forces", forces, 2)
                force = _strides.tally_inside(stride, at, values[:, s])
                row.update(force_peak=_number(force.max), force_mean=_number(force.mean))
            if isinstance(belt_speed, tuple):
                row["stride_length"] = row["stride_time"] * _number(
                    _strides.tally_inside(stride, *_strides.samples("belt_speed", belt_speed)).mean
                )
            elif belt_speed is not None:
                row["stride_length"] = row["stride_time"] * _number(measured(belt_speed))
        tables.append(_strides.table(rows))
    return StrideTables(*tables)


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


def _number(x: float | None) -> float:
    return math.nan if x is None else x
