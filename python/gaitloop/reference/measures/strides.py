"""Measures of the strides of a whole recording (section 8)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._conventions import Array, EventKind
from .tally import SWING, KeyTallies, Tally, measured

_NAN = math.nan
STANCE_SHARE = 0.6


class StrideTable(NamedTuple):
    """Measures of the strides of one side, a row each; NaN where absent.

    Attributes
    ----------
    start, end : ndarray of float, shape (K,)
        Initial contacts that bound the stride [s].
    stride_time, stance_time, swing_time, step_time, double_support_time : ndarray of float, shape (K,)
        Durations [s].
    stance_share, swing_share, double_support_share : ndarray of float, shape (K,)
        Shares of the stride [-].
    cadence : ndarray of float, shape (K,)
        Steps in a second [1/s].
    hip_max, hip_min, knee_at_contact, knee_stance_max, knee_swing_max : ndarray of float, shape (K,)
        Key angles [rad].
    hip_range, knee_range, ankle_range : ndarray of float, shape (K,)
        Ranges [rad].
    force_peak, force_mean : ndarray of float, shape (K,)
        Force under the foot [N].
    stride_length : ndarray of float, shape (K,)
        From markers, else from the foot's inertial sensor, else the way of the belt [m].
    step_length, step_width : ndarray of float, shape (K,)
        How far ahead of, and beside, where the other heel landed this heel lands [m].
    speed : ndarray of float, shape (K,)
        Stride length over stride time [m/s].
    walk_ratio : ndarray of float, shape (K,)
        Half the stride length over the cadence in steps a minute [m/(steps/min)].
    toe_clearance : ndarray of float, shape (K,)
        Least height of the toe in the middle of swing [m].
    foot_lift, height_change : ndarray of float, shape (K,)
        Largest height of the foot's sensor above the ground line, and how much higher it came to rest [m].
    turn : ndarray of float, shape (K,)
        Change of the foot's heading, positive to the left [rad].
    ankle_swing_max : ndarray of float, shape (K,)
        Largest dorsiflexion in swing [rad].
    load_share, load_peak : ndarray of float, shape (K,)
        Mean force in stance, and largest in its first half, over body weight [-].
    loading_rate : ndarray of float, shape (K,)
        Slope of the rise to the first peak, body weights a second [1/s].
    margin_ap, margin_ml : ndarray of float, shape (K,)
        Margin of stability forward and sideways at the end of the stride [m].
    harmonic_ap, harmonic_ml, harmonic_v : ndarray of float, shape (K,)
        Harmonic ratios of the trunk [-].
    gvs_hip, gvs_knee, gvs_ankle, sagittal_gps : ndarray of float, shape (K,)
        Distance from the reference angles [rad].
    robot_work, robot_braking, human_work : ndarray of float, shape (K,)
        Positive work of the robot, work it took out, positive work of the person [J].
    human_share, human_covered : ndarray of float, shape (K,)
        Share of the person in the positive work, and share of the samples in which that was known [-].
    valid : ndarray of bool, shape (K,)
        Whether the stride lasted 0.3 to 3 s.
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
    step_length: Array
    step_width: Array
    speed: Array
    walk_ratio: Array
    toe_clearance: Array
    foot_lift: Array
    height_change: Array
    turn: Array
    ankle_swing_max: Array
    load_share: Array
    load_peak: Array
    loading_rate: Array
    margin_ap: Array
    margin_ml: Array
    harmonic_ap: Array
    harmonic_ml: Array
    harmonic_v: Array
    gvs_hip: Array
    gvs_knee: Array
    gvs_ankle: Array
    sagittal_gps: Array
    robot_work: Array
    robot_braking: Array
    human_work: Array
    human_share: Array
    human_covered: Array
    valid: NDArray[np.bool_]


class StrideTables(NamedTuple):
    """Measures of the strides of both sides.

    Attributes
    ----------
    left, right : StrideTable
        The strides of each side.
    """

    left: StrideTable
    right: StrideTable


@dataclass
class Stride:
    """A stride between two contacts; `end` is NaN while it is open."""

    start: float
    end: float = _NAN
    toe_off: float | None = None
    step_time: float | None = None
    double_support: float = 0.0
    broken: bool = False
    unknown: bool = False


def walk(side: list[int], kind: list[int], time: list[float]) -> tuple[list[Stride], list[Stride]]:
    """Collect the closed strides of each side, from events in order of time."""
    closed: tuple[list[Stride], list[Stride]] = ([], [])
    strides: list[Stride | None] = [None, None]
    contact: list[bool | None] = [None, None]
    last: list[float | None] = [None, None]
    before = _NAN
    for s, k, t in zip(side, kind, time, strict=True):
        ongoing = [stride for stride in strides if stride is not None]
        for stride in ongoing:
            if t > before:
                stride.unknown = stride.unknown or None in contact
                stride.double_support += t - before if contact == [True, True] else 0.0
            stride.broken = stride.broken or contact[s] == (k == EventKind.INITIAL_CONTACT)
        mine, other = strides[s], last[1 - s]
        contact[s] = k == EventKind.INITIAL_CONTACT
        if k == EventKind.INITIAL_CONTACT:
            if mine is not None and t > mine.start:
                mine.end = t
                mine.step_time = t - other if other is not None and mine.start < other < t else None
                closed[s].append(mine)
            strides[s], last[s] = Stride(t), t
        elif mine is not None and mine.toe_off is None and t > mine.start:
            mine.toe_off = t
        before = t
    return closed


def times(stride: Stride) -> dict[str, float]:
    """Work out durations and shares of a stride."""
    duration = stride.end - stride.start
    stance = _NAN if stride.broken or stride.toe_off is None else stride.toe_off - stride.start
    double = _NAN if stride.broken or stride.unknown else stride.double_support
    swing = duration - stance
    return {
        "start": stride.start,
        "end": stride.end,
        "stride_time": duration,
        "stance_time": stance,
        "swing_time": swing,
        "step_time": _number(stride.step_time),
        "double_support_time": double,
        "stance_share": stance / duration,
        "swing_share": swing / duration,
        "double_support_share": double / duration,
        "cadence": 2.0 / duration,
    }


def key_angles(stride: Stride, time: Array, leg: Array) -> dict[str, float]:
    """Find key angles and ranges of a stride from the samples inside."""
    inside = (stride.start <= time) & (time < stride.end)
    tallies, joints, swing = KeyTallies(), (Tally(), Tally(), Tally()), Tally()
    for t, row in zip(time[inside].tolist(), leg[inside].tolist(), strict=True):
        angles = [measured(x) for x in row]
        phase = (t - stride.start) / (stride.end - stride.start)
        tallies.add(angles[0], angles[1], phase, 1.0)
        if SWING[0] <= phase <= SWING[1]:
            swing.add(angles[2])
        for tally, angle in zip(joints, angles, strict=True):
            tally.add(angle)
    hip, knee, ankle = (_number(tally.max) - _number(tally.min) for tally in joints)
    found = {name: _number(x) for name, x in tallies.key()._asdict().items()}
    found["ankle_swing_max"] = _number(swing.max)
    return {**found, "hip_range": hip, "knee_range": knee, "ankle_range": ankle}


def tally_inside(stride: Stride, time: Array, values: Array) -> Tally:
    """Tally the samples inside a stride."""
    tally = Tally()
    for x in values[(stride.start <= time) & (time < stride.end)].tolist():
        tally.add(measured(x))
    return tally


def table(rows: list[dict[str, float]]) -> StrideTable:
    """Make columns from the rows of one side."""
    columns = {name: np.array([row.get(name, _NAN) for row in rows], np.float64) for name in StrideTable._fields[:-1]}
    duration = columns["stride_time"]
    return StrideTable(**columns, valid=(duration >= 0.3) & (duration <= 3.0))


def stances(side: list[int], kind: list[int], time: list[float], which: int) -> dict[float, tuple[float, float]]:
    """Find the stances of a side: each contact that is followed by a toe-off before the next contact.

    A last contact without a toe-off is taken to stand for 0.6 of the time since the contact before it.

    Returns
    -------
    dict of tuple of float
        Contact and toe-off [s] by the contact's time [s].
    """
    found: dict[float, tuple[float, float]] = {}
    before = contact = _NAN
    for s, k, t in zip(side, kind, time, strict=True):
        if s != which:
            continue
        if k == EventKind.INITIAL_CONTACT:
            before, contact = contact, t
        elif t > contact and contact not in found:
            found[contact] = (contact, t)
    if contact > before and contact not in found:
        found[contact] = (contact, contact + STANCE_SHARE * (contact - before))
    return found


def _number(x: float | None) -> float:
    return _NAN if x is None else x
