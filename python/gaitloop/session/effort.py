"""Who moved a leg in a stride, and how it resisted: from the torque between machine and person, where that is measured.

The person's torque is that of `gaitloop.control.HumanTorqueObserver`. Without a force plate under the foot it tells
nothing in stance, so the person's work, share and resistance are those of the swing, of hip and knee. Without a sensor
of the torque between machine and person nothing is told: what was commanded is no measurement.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop.control import HumanTorqueObserver
from gaitloop.measures import robot_work
from gaitloop.measures.lines import velocity_resistance

from .layout import Tables
from .topics import EFFORT

#: Force from which a foot counts as on the ground [N].
TOUCH = 20.0
#: Confidence from which the person's torque counts [-].
TRUST = 0.5
#: Longest stride that is looked at, and the time by which its last contact may be known late [s].
LONGEST, LATE = 3.0, 1.0
_LARGEST = 1e6
_TICK_MAX = 0.02


class EffortMeter:
    """Keeps the last seconds of a session, and tells of each stride that closes in them.

    Parameters
    ----------
    tables : Tables
        Field tables of the rows.
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.

    Raises
    ------
    ConfigError
        If mass or height is outside its range.
    """

    def __init__(self, tables: Tables, *, mass: float, height: float) -> None:
        names = ("q", "dq", "tau_interaction", "foot_force", "rope_position")
        self._columns = {name: tables.columns("sample", name) for name in names}
        # The sensor is taken to sit between machine and leg: no limb or friction of the machine comes in between.
        self._observer = HumanTorqueObserver(mass, height)
        self._kept: deque[tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]] = deque()

    def add(self, t: NDArray[np.int64], sample: NDArray[np.float64], valid: NDArray[np.bool_]) -> None:
        """Take ticks.

        Parameters
        ----------
        t : ndarray of int64, shape (T,)
            Their times [ns], later than those before.
        sample : ndarray of float64, shape (T, S)
            Measured values [SI, by the field table].
        valid : ndarray of bool, shape (T, S)
            Which of them were measured [-].
        """
        if not len(t):
            return
        parts = {}
        for name, where in self._columns.items():
            values, known = sample[:, where], valid[:, where]
            parts[name] = np.where(known & (np.abs(values) <= _LARGEST), values, np.nan)
        self._kept.append((t, parts))
        oldest = int(t[-1]) - round((LONGEST + LATE) * 1e9)
        while int(self._kept[0][0][-1]) < oldest:
            self._kept.popleft()

    def of(self, side: int, t_start: int, t_end: int, stance_time: float | None) -> dict[str, float | None]:
        """Tell of a stride that closed in the ticks so far.

        Parameters
        ----------
        side : int
            0 left, 1 right [-].
        t_start : int
            Initial contact that began it [ns].
        t_end : int
            Initial contact that ended it [ns].
        stance_time : float or None
            Time from its begin to its toe-off [s]; without one nothing is told of the person.

        Returns
        -------
        dict of str to float or None
            The figures of `topics.EFFORT` [units there]; None where they were not measured.
        """
        told: dict[str, float | None] = dict.fromkeys(EFFORT)
        t, rows = self._between(t_start, t_end)
        torque = rows["tau_interaction"][:, 3 * side : 3 * side + 3]
        steps = np.diff(t)
        if len(t) < 2 or not np.isfinite(torque).any() or steps.min() <= 0:
            return told
        seconds = (t - t[0]) * 1e-9
        told |= _machine(seconds, rows, side)
        if stance_time is not None:
            swing = t >= t_start + round(stance_time * 1e9)
            person = self._person(rows, float(np.median(steps)) * 1e-9)
            told |= _person_in_swing(seconds, rows, np.where(swing[:, None], person, np.nan), swing, side)
        return {name: _finite(value) for name, value in told.items()}

    def of_stride(self, stride: Any) -> dict[str, float | None]:
        """Tell of a stride as a trainer gives it.

        Parameters
        ----------
        stride : StrideMeasures
            The stride.

        Returns
        -------
        dict of str to float or None
            As `of`.
        """
        return self.of(int(stride.side), int(stride.t_start), int(stride.t_end), stride.stance_time)

    def _between(self, t_start: int, t_end: int) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]:
        """Ticks of a stride; none where some of it are no longer kept."""
        if not self._kept or int(self._kept[0][0][0]) > t_start or t_end - t_start > LONGEST * 1e9:
            return np.empty(0, np.int64), {name: np.empty((0, 6)) for name in self._columns}
        t = np.concatenate([times for times, _ in self._kept])
        first, end = np.searchsorted(t, [t_start, t_end])
        rows = {name: np.concatenate([parts[name] for _, parts in self._kept])[first:end] for name in self._columns}
        return t[first:end], rows

    def _person(self, rows: dict[str, NDArray[np.float64]], dt: float) -> NDArray[np.float64]:
        """Torque of the person [N·m], shape (T, 6); NaN where it cannot be told or not be trusted."""
        self._observer.reset()
        contact = ~(rows["foot_force"] < TOUCH)  # a force that is not measured is no foot in the air
        height = rows["rope_position"][:, 0]
        angles, velocities, torques = (rows[name] for name in ("q", "dq", "tau_interaction"))
        told = self._observer.run(angles, velocities, torques, contact, min(dt, _TICK_MAX), height=height)
        return np.where(told.confidence >= TRUST, told.torque, np.nan)


def _machine(seconds: NDArray[np.float64], rows: dict[str, NDArray[np.float64]], side: int) -> dict[str, float | None]:
    nobody = np.full_like(rows["dq"], np.nan)
    work = robot_work(seconds, rows["dq"], rows["tau_interaction"], nobody)[side]
    return {"robot_work": work.robot_work, "robot_braking": work.robot_braking}


def _person_in_swing(
    seconds: NDArray[np.float64],
    rows: dict[str, NDArray[np.float64]],
    person: NDArray[np.float64],
    swing: NDArray[np.bool_],
    side: int,
) -> dict[str, float | None]:
    first = int(np.argmax(swing)) if swing.any() else len(swing)
    q, dq, torque = (rows[name][first:] for name in ("q", "dq", "tau_interaction"))
    work = robot_work(seconds[first:], dq, torque, person[first:])[side]
    knee = 3 * side + 1
    covered = _finite(work.human_work) is not None  # a few ticks of a foot that scuffs are no swing
    return {
        "human_work": work.human_work,
        "human_share": work.human_share,
        "human_covered": float(np.isfinite(person[:, knee]).mean()),
        "knee_resistance": velocity_resistance(q[:, knee], dq[:, knee], person[first:, knee]) if covered else None,
    }


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and abs(value) <= _LARGEST else None
