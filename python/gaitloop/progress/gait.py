"""Figures of a session from its strides, and a session read from its record."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import Array, to_array
from ..control import N_SAGITTAL_SUBTASKS
from ..errors import ConfigError
from ..measures import StrideTable, StrideTables, stride_measures, stride_symmetry
from .data import SIDES
from .dose import Figure, Session, active_steps, time_in_zones

if TYPE_CHECKING:
    from ..session.digest import Digest
    from ..session.plan import Plan

#: Least number of values for a line through foot placements or torques.
_FEWEST = 20


def foot_placement(position: ArrayLike, velocity: ArrayLike, placement: ArrayLike) -> float | None:
    """Share of the variance of foot placement that the state of the pelvis foretells [1]_.

    Parameters
    ----------
    position : array_like of float, shape (K,)
        Sideways position of the pelvis over the stance foot in the middle of each step [m].
    velocity : array_like of float, shape (K,)
        Its sideways velocity at that time [m/s].
    placement : array_like of float, shape (K,)
        Where the next foot lands, sideways from the stance foot [m].

    Returns
    -------
    float or None
        Coefficient of determination of the plane of least squares [-]; None below 20 steps in which all three are known
        or where the placement does not vary. Above 0.8 in healthy adults. High values also come about without any
        control [2]_, so it is only compared with the same person's earlier ones. Take steps of one foot, or turn the
        signs of the other.

    Raises
    ------
    ConfigError
        If shapes differ.

    References
    ----------
    .. [1] Wang, Y. and Srinivasan, M. (2014). Stepping in the direction of the fall: the next foot placement can be
       predicted from current upper body state in steady-state walking. Biol. Lett. 10, 20140405.
    .. [2] Predictions of foot placement from the centre of mass in a model without control, PMC7171510 (2020).
    """
    columns = _same(position=position, velocity=velocity, placement=placement)
    if columns is None:
        return None
    return _explained(np.column_stack([columns[:, :2], np.ones(len(columns))]), columns[:, 2])


def velocity_resistance(q: ArrayLike, dq: ArrayLike, tau: ArrayLike) -> float | None:
    """Torque against movement per joint velocity, apart from what hangs on the angle.

    Parameters
    ----------
    q : array_like of float, shape (K,)
        Angle of one joint that the device moves [rad].
    dq : array_like of float, shape (K,)
        Its velocity [rad/s].
    tau : array_like of float, shape (K,)
        Torque of the person at the joint, positive where it increases the angle [N·m].

    Returns
    -------
    float or None
        Resistance [N·m·s/rad], positive where the person acts against the movement the more, the faster it is; None
        below 20 known values or where angle and velocity do not vary apart. It includes the will of the person: take it
        while the person is asked to let go, always at the same speeds, and compare it with the same person's only.

    Raises
    ------
    ConfigError
        If shapes differ.
    """
    columns = _same(q=q, dq=dq, tau=tau)
    if columns is None:
        return None
    design = np.column_stack([columns[:, :2], np.ones(len(columns))])
    solution, _, rank, _ = np.linalg.lstsq(design, columns[:, 2], rcond=1e-9)
    return -float(solution[1]) if rank == 3 else None


def _same(**arrays: ArrayLike) -> Array | None:
    """Columns of equal length without the rows in which one is absent; None where too few are left."""
    columns = {name: to_array(name, values, 1) for name, values in arrays.items()}
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ConfigError(
            f"{', '.join(columns)} must have the same length, got {', '.join(map(str, lengths.values()))}"
        )
    stacked = np.column_stack(list(columns.values()))
    known = stacked[np.isfinite(stacked).all(axis=1)]
    return known if len(known) >= _FEWEST else None


def _explained(design: Array, values: Array) -> float | None:
    spread = float(((values - values.mean()) ** 2).sum())
    if spread <= 1e-18 * len(values):
        return None
    solution = np.linalg.lstsq(design, values, rcond=None)[0]
    return min(max(1.0 - float(((values - design @ solution) ** 2).sum()) / spread, 0.0), 1.0)


def figures_of(tables: StrideTables) -> dict[str, Figure]:
    """Figures of gait from the strides of a session.

    Parameters
    ----------
    tables : StrideTables
        Strides of both sides; only valid ones are taken.

    Returns
    -------
    dict of str to Figure
        What could be measured, by the names in `FIGURES`; a figure rests on the strides of both sides that have it.
    """
    found: dict[str, Figure] = {}
    others = ("speed", "stance_time", "step_width", "human_share")
    columns = {name: _columns(tables, name) for name in (*_WORSE_SIDE, *_SPREADS, *_SIDES, *others)}
    _put(found, "speed", columns["speed"], lambda both: float(np.concatenate(both).mean()))
    for name, (figure, pick) in _WORSE_SIDE.items():
        _put(found, figure, columns[name], lambda both, pick=pick: pick(float(side.mean()) for side in both))
    for name, figure in _SPREADS.items():
        _put(found, figure, columns[name], lambda both: max(float(s.std(ddof=1) / abs(s.mean())) for s in both))
    for name, figure in _SIDES.items():
        for side, at in (("left", 0), ("right", 1)):
            _put(found, f"{figure}_{side}", columns[name], lambda both, at=at: float(both[at].mean()))
    _put(found, "step_width_variability", columns["step_width"], lambda both: float(np.concatenate(both).std(ddof=1)))
    _put(found, "stance_symmetry", columns["stance_time"], lambda both: stride_symmetry(*both))
    _put(found, "asymmetry", columns["stance_time"], lambda both: abs(stride_symmetry(*both)))
    _put(found, "step_length_symmetry", columns["step_length"], lambda both: stride_symmetry(*both))
    _put(found, "robot_share", columns["human_share"], lambda both: 1.0 - min(float(side.mean()) for side in both))
    return found


_SIDES = {"step_length": "step_length", "stance_share": "stance", "load_share": "load"}
_SPREADS = {"step_time": "step_time_variability", "step_length": "step_length_variability"}
_WORSE_SIDE: dict[str, tuple[str, Any]] = {
    "hip_range": ("hip_range", min),
    "knee_range": ("knee_range", min),
    "ankle_range": ("ankle_range", min),
    "toe_clearance": ("clearance", min),
    "sagittal_gps": ("sagittal_gps", max),
}


def _columns(tables: StrideTables, name: str) -> tuple[Array, Array]:
    left, right = (getattr(table, name)[table.valid] for table in tables)
    return left[np.isfinite(left)], right[np.isfinite(right)]


def _put(found: dict[str, Figure], name: str, both: tuple[Array, Array], give: Any) -> None:
    if min(len(side) for side in both) < 2:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        value = give(both)
    if math.isfinite(value):
        found[name] = Figure(value, len(both[0]) + len(both[1]))


def read_session(
    path: str | Path, *, patient: str, started: datetime, rest: float | None = None, max_rate: float | None = None
) -> Session:
    """Read what a session amounted to from its record.

    Parameters
    ----------
    path : path-like
        Session record; of one that was cut off, what can be read.
    patient : str
        Pseudonym; a record has none.
    started : datetime
        When it began, with a time zone; a record has only the time since.
    rest : float, optional
        Heart rate at rest [1/min], 30 to 120; without both rates there are no zones.
    max_rate : float, optional
        Largest heart rate [1/min], 80 to 230.

    Returns
    -------
    Session
        Dose and figures. Steady strides give the figures, from angles, forces and the belt; what a record lacks is
        absent.

    Raises
    ------
    RecordingError
        If the file is no session record.
    ConfigError
        If a parameter is outside its range.
    """
    from ..session.digest import Digest
    from ..session.reader import Reader
    from ..session.replay import plan_of

    reader = Reader(path)
    plan, digest, pulse = plan_of(reader), Digest(reader.tables), _Pulse(reader.tables)
    for block in reader.blocks():
        digest.add(block)
        pulse.add(block)
    summary = reader.summary()
    digest.events, digest.strides = summary.events, summary.strides
    session = session_of(digest, plan, patient=patient, started=started)
    return replace(session, zones=pulse.zones(rest, max_rate), record=fingerprint(path))


def session_of(digest: Digest, plan: Plan, *, patient: str, started: datetime) -> Session:
    """Tell what a session amounted to from what was kept of it while it ran.

    Parameters
    ----------
    digest : gaitloop.session.digest.Digest
        What was kept.
    plan : gaitloop.session.plan.Plan
        Its plan, for device and body.
    patient : str
        Pseudonym.
    started : datetime
        When it began, with a time zone.

    Returns
    -------
    Session
        Dose and figures, without zones of the heart rate and without a record.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.
    """
    from ..session.digest import MOVING, count_steps

    t, belt = digest.t, np.nan_to_num(digest.rows("belt_speed")[:, 0].astype(np.float64))
    each = float(np.median(np.diff(t))) if len(t) > 1 else 0.0
    support = _support_at_steps(digest, t, belt > MOVING)
    return Session(
        patient=patient,
        started=started,
        device=str(plan.device["kind"]),
        duration=digest.t_end,
        walking=min(float((belt > MOVING).sum()) * each, digest.t_end),
        steps=count_steps(t, belt, digest.events),
        active_steps=active_steps(support),
        distance=float(belt.sum() * each),
        figures=_figures_of_record(digest, t, belt, plan.patient),
    )


class _Pulse:
    """Heart rate of a record, ten times a second."""

    def __init__(self, tables: Any) -> None:
        self._column = tables.columns("sample", "heart_rate").start
        self._parts: list[Array] = []

    def add(self, block: Any) -> None:
        rows = slice(None, None, 100)
        rate = np.where(block.valid[rows, self._column], block.sample[rows, self._column], np.nan)
        self._parts.append(np.column_stack([block.t[rows] * 1e-9, rate]))

    def zones(self, rest: float | None, most: float | None) -> dict[str, float]:
        if rest is None or most is None or not self._parts:
            return {}
        time, rate = np.concatenate(self._parts).T
        found = time_in_zones(time, rate, rest=rest, max=most)
        return found if np.isfinite(rate).any() else {}


def _support_at_steps(digest: Any, t: Array, moving: Any) -> Array:
    """Mean support over the subtasks that the device sees, in the leg that steps, at each step that is counted."""
    rows = digest.rows("support").reshape(-1, 2, digest.rows("support").shape[1] // 2)[:, :, :N_SAGITTAL_SUBTASKS]
    found = []
    for event in digest.events:
        if event["event"] != "initial_contact" or not len(t):
            continue
        at = min(int(np.searchsorted(t, event["t_emit"] * 1e-9)), len(t) - 1)
        if moving[at]:
            found.append(float(rows[at, SIDES.index(event["side"])].mean()))
    return np.clip(np.array(found, dtype=np.float64), 0.0, 1.0)


def _figures_of_record(digest: Any, t: Array, belt: Array, person: Any) -> dict[str, Figure]:
    kinds = {"initial_contact": "ic", "toe_off": "to"}
    events = [(event["side"], kinds[event["event"]], event["t"] * 1e-9) for event in digest.events]
    if len(t) < 2 or not events:
        return {}
    tables = stride_measures(
        events,
        angles=(t, digest.rows("q").astype(np.float64)),
        forces=(t, digest.rows("foot_force").astype(np.float64)),
        belt_speed=(t, belt),
        mass=person["mass"],
        height=person["height"],
    )
    return figures_of(StrideTables(*(_steady(digest, side, table) for side, table in zip(SIDES, tables, strict=True))))


def _steady(digest: Any, side: str, table: StrideTable) -> StrideTable:
    """Leave out the soft start, changes of speed and the stop, which would pass for unsteadiness."""
    starts = np.array([stride["t_start"] * 1e-9 for stride in digest.steady(side)], dtype=np.float64)
    near = np.abs(table.start[:, None] - starts).min(axis=1, initial=np.inf) < 2e-3
    return replace(table, valid=table.valid & near)


def fingerprint(path: str | Path) -> str:
    """Tell records apart.

    Parameters
    ----------
    path : path-like
        Session record.

    Returns
    -------
    str
        SHA-256 in hexadecimal digits.
    """
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
