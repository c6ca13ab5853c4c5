"""Measures of every stride of a recording (section 8.2)."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import array, in_range
from .._conventions import LEGS, Array
from .foot_path import clean, find_rest, walk_path
from .leg import leg_lengths
from .loading import loading
from .profile import profile
from .signals import Samples, number, samples
from .space import lengths, margins
from .strides import Stride, StrideTables, key_angles, stances, table, times, walk
from .tally import Tally, measured
from .trunk import harmonics
from .work import WorkTally, add_rows, ticks

Belt = tuple[Array, Array] | float | None


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


class Recording(NamedTuple):
    """What was measured beside the events, checked; None where absent.

    Attributes
    ----------
    angles, forces, markers, foot_imu, trunk, torques : tuple of ndarray or None
        Times [s] and values.
    belt : tuple of ndarray, float or None
        Speed of the belt [m/s].
    mass, height : float or None
        Of the body [kg], [m].
    reference : array_like of float or None
        Angles to compare with [rad].
    """

    angles: tuple[Array, Array] | None
    forces: tuple[Array, Array] | None
    belt: Belt
    markers: tuple[Array, Array] | None
    foot_imu: tuple[Array, Array] | None
    trunk: tuple[Array, Array] | None
    torques: tuple[Array, Array] | None
    mass: float | None
    height: float | None
    reference: ArrayLike | None


def stride_measures(
    events: EventArrays,
    angles: Samples | None = None,
    forces: Samples | None = None,
    belt_speed: Samples | float | None = None,
    *,
    markers: Samples | None = None,
    foot_imu: Samples | None = None,
    trunk: Samples | None = None,
    torques: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] | None = None,
    mass: float | None = None,
    height: float | None = None,
    reference: ArrayLike | None = None,
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
    markers : tuple of array_like of float, shape (T,) and (T, 5, 3), optional
        Times [s] and left heel and toe, right heel and toe, pelvis, z up [m].
    foot_imu : tuple of array_like of float, shape (T,) and (T, 2, 6), optional
        Times [s]; per foot specific force [m/s²] and rate of turn [rad/s].
    trunk : tuple of array_like of float, shape (T,) and (T, 3), optional
        Times [s] and acceleration of the trunk forward, left and up [m/s²].
    torques : tuple of array_like of float, shape (T,) and three times (T, 6), optional
        Times [s], joint velocities [rad/s], torques of the robot and of the person [N·m].
    mass, height : float, optional
        Of the body: [kg], 20 to 200; [m], 1.0 to 2.3.
    reference : array_like of float, shape (51, 3), optional
        Angles to compare with [rad]; by default those of healthy adults at the speed of each stride.

    Returns
    -------
    StrideTables
        A table per side.
    """
    recording = Recording(
        None if angles is None else samples("angles", angles, 6),
        None if forces is None else samples("forces", forces, 2),
        samples("belt_speed", belt_speed) if isinstance(belt_speed, tuple) else belt_speed,
        None if markers is None else samples("markers", markers, 5, 3),
        None if foot_imu is None else samples("foot_imu", foot_imu, 2, 6),
        None if trunk is None else samples("trunk", trunk, 3),
        None if torques is None else _torques(*torques),
        None if mass is None else in_range("mass", mass, 20.0, 200.0),
        None if height is None else in_range("height", height, 1.0, 2.3),
        reference,
    )
    time = np.asarray(events.time, dtype=np.float64)
    order = np.argsort(time, kind="stable")
    side, kind = (np.asarray(a, dtype=np.int64)[order].tolist() for a in (events.side, events.kind))
    tables = []
    for s, strides in enumerate(walk(side, kind, time[order].tolist())):
        rows = [_row(stride, s, recording) for stride in strides]
        if recording.foot_imu is not None:
            _add_foot_paths(rows, strides, stances(side, kind, time[order].tolist(), s), recording.foot_imu, s)
        for row, stride in zip(rows, strides, strict=True):
            _finish(row, stride, s, recording)
        tables.append(table(rows))
    return StrideTables(*tables)


def _torques(time: ArrayLike, dq: ArrayLike, robot: ArrayLike, human: ArrayLike) -> tuple[Array, Array]:
    """Rows of velocity, robot's and person's torque: shape (T, 3, 6)."""
    t = array("torques_time", time, (-1,))
    named = (("dq", dq), ("tau_robot", robot), ("tau_human", human))
    return t, np.stack([array(name, x, (len(t), 6)) for name, x in named], axis=1)


def _row(stride: Stride, side: int, recording: Recording) -> dict[str, float]:
    """Measures of a stride but for those of the foot's inertial sensor; the later source of a length wins."""
    row = times(stride)
    if recording.belt is not None:
        belt: float | None = _belt(stride, recording.belt)
        row["stride_length"] = row["stride_time"] * number(belt)
        belt = number(belt)
    else:
        belt = None
    if recording.angles is not None:
        time, angles = recording.angles
        row.update(key_angles(stride, time, angles[:, LEGS[side]]))
        if recording.height is not None:
            row.update(leg_lengths(stride, time, angles, side, recording.height))
    if recording.forces is not None:
        row.update(_force(stride, recording.forces[0], recording.forces[1][:, side], recording.mass))
    if recording.trunk is not None:
        row.update(harmonics(stride, *recording.trunk))
    if recording.torques is not None:
        row.update(_work(stride, *recording.torques, LEGS[side]))
    if recording.markers is not None:
        marked = lengths(stride, *recording.markers, side, belt)
        _update(row, marked)
        row["marked"] = float(not math.isnan(marked.get("stride_length", math.nan)))
        row.update(margins(stride, *recording.markers, side, belt, recording.height))
    return row


def _update(row: dict[str, float], found: dict[str, float]) -> None:
    row.update({name: x for name, x in found.items() if not math.isnan(x)})


def _inside(stride: Stride, time: Array) -> NDArray[np.bool_]:
    return (stride.start <= time) & (time < stride.end)


def _belt(stride: Stride, belt: tuple[Array, Array] | float) -> float | None:
    if not isinstance(belt, tuple):
        return measured(belt)
    tally = Tally()
    for x in belt[1][_inside(stride, belt[0])].tolist():
        tally.add(measured(x))
    return tally.mean


def _force(stride: Stride, time: Array, force: Array, mass: float | None) -> dict[str, float]:
    tally = Tally()
    for x in force[_inside(stride, time)].tolist():
        tally.add(measured(x))
    found = {"force_peak": number(tally.max), "force_mean": number(tally.mean)}
    return found if mass is None else {**found, **loading(stride, time, force, mass)}


def _work(stride: Stride, time: Array, rows: Array, leg: slice) -> dict[str, float]:
    tally, inside = WorkTally(), _inside(stride, time)
    dt = [step for step, use in zip(ticks(time), inside.tolist(), strict=True) if use]
    add_rows(tally, rows[inside][:, :, leg].reshape(-1, 9), dt)
    return tally.result()._asdict()


def _add_foot_paths(
    rows: list[dict[str, float]],
    strides: list[Stride],
    found: dict[float, tuple[float, float]],
    foot_imu: tuple[Array, Array],
    side: int,
) -> None:
    """Lengths from the foot's inertial sensor; its stride length stands in where markers gave none."""
    time, imu = clean(foot_imu[0], foot_imu[1][:, side])
    rests = {contact: find_rest(time, imu, stance) for contact, stance in found.items()}
    for row, stride in zip(rows, strides, strict=True):
        before, after = rests.get(stride.start), rests.get(stride.end)
        path = None if before is None or after is None else walk_path(time, imu, before, after)
        if path is not None:
            row.update(foot_lift=path.lift, height_change=path.height_change, turn=path.turn)
            if not row.get("marked"):
                row["stride_length"] = path.length


def _finish(row: dict[str, float], stride: Stride, side: int, recording: Recording) -> None:
    """Speed and walk ratio from the stride length that was settled on; the profile at that speed."""
    length, duration = row.get("stride_length", math.nan), row["stride_time"]
    row["speed"] = length / duration
    row["walk_ratio"] = length * duration / 240.0
    if recording.angles is not None:
        time, angles = recording.angles
        row.update(profile(stride, time, angles[:, LEGS[side]], recording.reference, row["speed"]))
