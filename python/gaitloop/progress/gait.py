"""Figures of a session from its strides, and a session read from its record."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._inputs import Array
from ..control import N_SAGITTAL_SUBTASKS
from ..measures import StrideTable, StrideTables, stride_measures, stride_symmetry
from ..measures.lines import foot_placement
from .data import SIDES
from .dose import Figure, Session, active_steps, time_in_zones

if TYPE_CHECKING:
    from ..session.digest import Digest
    from ..session.plan import Plan


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
        distance=max(float(belt.sum() * each), 0.0),  # of a belt that stood only noise is left
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
    found = figures_of(StrideTables(*(_steady(digest, side, table) for side, table in zip(SIDES, tables, strict=True))))
    strides = [digest.steady(side) for side in SIDES]
    left, right = (_field(side, "knee_resistance", 1e4) for side in strides)
    _put(found, "resistance", (left[np.isfinite(left)], right[np.isfinite(right)]), _larger_median)
    _put_foot_placement(found, strides)
    return found


def _steady(digest: Any, side: str, table: StrideTable) -> StrideTable:
    """Leave out the soft start, changes of speed and the stop, which would pass for unsteadiness.

    What no sample gives comes from the strides as the session told them.
    """
    strides = digest.steady(side)
    starts = np.array([stride["t_start"] * 1e-9 for stride in strides], dtype=np.float64)
    gaps = np.abs(table.start[:, None] - starts)
    near = gaps.min(axis=1, initial=np.inf) < 2e-3
    told: dict[str, Array] = {}
    for name, most in _TOLD.items() if len(strides) else ():
        told[name] = np.where(near, _field(strides, name, most)[gaps.argmin(axis=1)], np.nan)
    return replace(table, valid=table.valid & near, **told)


#: Columns that only the strides of a record have, and their largest magnitudes that count.
_TOLD = {"human_share": 1.0, "step_width": 1.0}


def _field(strides: list[dict[str, Any]], name: str, most: float) -> Array:
    """A field of strides; NaN where it is absent, as in older records, or makes no sense."""
    values = np.array([stride.get(name) for stride in strides], dtype=np.float64)
    return np.where(np.abs(values) <= most, values, np.nan)


def _larger_median(both: tuple[Array, Array]) -> float:
    """A stride in which the foot scuffs counts no more than another."""
    return max(float(np.median(side)) for side in both)


def _put_foot_placement(found: dict[str, Figure], strides: list[list[dict[str, Any]]]) -> None:
    """Steps of both feet, the signs of the right one turned so that they lie on one plane."""
    bounds = {"pelvis_position": 1.0, "pelvis_velocity": 3.0, "foot_placement": 1.0}
    parts = [
        sign * np.column_stack([_field(side, name, most) for name, most in bounds.items()])
        for side, sign in zip(strides, (1.0, -1.0), strict=True)
    ]
    steps = np.concatenate(parts)
    share = foot_placement(*steps.T)
    if share is not None:
        found["foot_placement"] = Figure(share, int(np.isfinite(steps).all(axis=1).sum()))


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
