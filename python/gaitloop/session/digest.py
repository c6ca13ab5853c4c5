"""What is kept of a session for people: a hundred rows a second, and every event, stride and state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop.control import N_SAGITTAL_SUBTASKS

from .layout import Block, Tables

_SAMPLED = ("q", "foot_force", "belt_speed")
_TELEMETRY = ("q_ref", "support", "engagement", "phase")
_STOP_STATES = ("soft_stop", "prot_stop", "safe", "lockout")


#: Belt speed from which a person walks [m/s].
MOVING = 0.05
#: Time after a standstill of the belt in which strides do not count [s]: the person is lifted and guided fully for
#: `conductor.LIFTED_TIME` once the belt has its speed, and the weight comes back after it.
REGAINED = 12.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A session in a few numbers.

    Attributes
    ----------
    duration : float
        Length of the record [s].
    steps : int
        Initial contacts of both feet while the belt moved [-].
    distance : float
        Way of the belt [m].
    speed : float
        Mean belt speed over the ticks in which it moved [m/s].
    symmetry : float or None
        Log ratio of the mean stance times of steady strides, left over right [-]; 0 is symmetric.
    support_start : float or None
        Mean support of the subtasks that the device sees when the soft start ended [-].
    support_end : float or None
        Mean support of the subtasks that the device sees in the last tick of training [-].
    stops : tuple of str
        Causes of the stops, in order; `none` is a stop that was asked for.
    """

    duration: float
    steps: int
    distance: float
    speed: float
    symmetry: float | None
    support_start: float | None
    support_end: float | None
    stops: tuple[str, ...]


@dataclass
class Digest:
    """Collects what displays and reports need while a session runs or is read back.

    Attributes
    ----------
    tables : Tables
        Field tables of the rows.
    events : list of dict
        Gait events, by the `/event` schema.
    strides : list of dict
        Strides, by the `/stride` schema.
    states : list of dict
        Changes of the supervisor's state, by the `/state` schema.
    """

    tables: Tables
    events: list[dict[str, Any]] = field(default_factory=list)
    strides: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._times: list[NDArray[np.float64]] = []
        self._rows: dict[str, list[NDArray[np.float32]]] = {name: [] for name in (*_SAMPLED, *_TELEMETRY)}
        self._last: tuple[int, int, int] | None = None
        self.t_end = 0.0

    def add(
        self, block: Block, events: Iterable[Mapping[str, Any]] = (), strides: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        """Take a block.

        Parameters
        ----------
        block : Block
            Consecutive ticks.
        events : iterable of mapping
            Gait events of the block.
        strides : iterable of mapping
            Strides closed in the block.
        """
        at = np.searchsorted(block.t, block.telemetry_t)
        inside = at < len(block.t)
        at, telemetry = at[inside], block.telemetry[inside]
        self._times.append(np.asarray(block.t[at] * 1e-9, dtype=np.float64))
        for name in _SAMPLED:
            columns = self.tables.columns("sample", name)
            values = np.where(block.valid[at, columns], block.sample[at, columns], np.nan)
            self._rows[name].append(values.astype(np.float32))
        for name in _TELEMETRY:
            self._rows[name].append(telemetry[:, self.tables.columns("telemetry", name)].astype(np.float32))
        self.events += [dict(event) for event in events]
        self.strides += [dict(stride) for stride in strides]
        self._add_states(block)
        if len(block.t):
            self.t_end = float(block.t[-1]) * 1e-9

    def _add_states(self, block: Block) -> None:
        found, self._last = state_changes(self.tables, block, self._last)
        self.states += found

    @property
    def t(self) -> NDArray[np.float64]:
        """Time of each row [s], shape (M,)."""
        return np.concatenate([np.empty(0), *self._times])

    def rows(self, name: str) -> NDArray[np.float32]:
        """Give a group of values at each row.

        Parameters
        ----------
        name : str
            `q`, `foot_force`, `belt_speed`, `q_ref`, `support`, `engagement` or `phase`.

        Returns
        -------
        ndarray of float32, shape (M, N)
            Values [SI]; NaN where absent.
        """
        table = "sample" if name in _SAMPLED else "telemetry"
        columns = self.tables.columns(table, name)
        return np.concatenate([np.empty((0, columns.stop - columns.start), np.float32), *self._rows[name]])

    def outcome(self) -> Outcome:
        """Put the session in a few numbers.

        Returns
        -------
        Outcome
            Steps, distance, speed, symmetry, support and stops.
        """
        belt = np.nan_to_num(self.rows("belt_speed")[:, 0])
        step = float(self.t[1] - self.t[0]) if len(self.t) > 1 else 0.0
        moving = belt > MOVING
        start, end = self._support()
        return Outcome(
            duration=self.t_end,
            steps=count_steps(self.t, belt, self.events),
            distance=max(0.0, float(belt.sum() * step)),
            speed=float(belt[moving].mean()) if moving.any() else 0.0,
            symmetry=self._symmetry(),
            support_start=start,
            support_end=end,
            stops=self._stops(),
        )

    def _stops(self) -> tuple[str, ...]:
        """Causes of the changes from a state that walks or is ready to one that stops, or to a harder stop."""
        causes, rank = [], 0
        for state in self.states:
            now = _STOP_STATES.index(state["state"]) + 1 if state["state"] in _STOP_STATES else 0
            if now > rank and not (rank and state["state"] == "safe"):
                causes.append(state["cause"])
            rank = now
        return tuple(causes)

    def _support(self) -> tuple[float | None, float | None]:
        walking = np.flatnonzero(self.rows("engagement")[:, 0] >= 1.0)
        if not len(walking):
            return None, None
        rows = self.rows("support")[walking[[0, -1]]].reshape(2, 2, -1)  # start and end, side, subtask
        start, end = rows[:, :, :N_SAGITTAL_SUBTASKS].mean(axis=(1, 2))
        return float(start), float(end)

    def steady(self, side: str) -> list[dict[str, Any]]:
        """Choose the strides that count: valid, at full engagement, with the belt at its usual speed throughout.

        The first seconds after a pause, a rest or a stop do not count: somebody else carries the person then.

        Parameters
        ----------
        side : str
            `left` or `right`.

        Returns
        -------
        list of dict
            Strides of the side in order of time.
        """
        belt = np.nan_to_num(self.rows("belt_speed")[:, 0])
        moving = belt > MOVING
        if not moving.any():
            return []
        slow = (belt < 0.9 * np.median(belt[moving])) | (self.rows("engagement")[:, 0] < 1.0)
        slow |= self._lifted(moving)
        before = np.concatenate([[0], np.cumsum(slow)])
        found = [s for s in self.strides if s["side"] == side and s["valid"]]
        ends = np.array([(s["t_start"], s["t_end"]) for s in found], dtype=np.float64).reshape(-1, 2) * 1e-9
        first, last = np.searchsorted(self.t, ends[:, 0]), np.searchsorted(self.t, ends[:, 1])
        fine = (before[last] == before[first]) & (last > first)
        return [stride for stride, ok in zip(found, fine, strict=True) if ok]

    def _lifted(self, moving: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Rows shortly after a standstill that came after walking, shape (M,)."""
        stood = ~moving & (np.cumsum(moving) > 0)
        last = np.maximum.accumulate(np.where(stood, self.t, -np.inf))
        lifted: NDArray[np.bool_] = self.t - last < REGAINED
        return lifted

    def _symmetry(self) -> float | None:
        means = []
        for side in ("left", "right"):
            found = [s["stance_time"] for s in self.steady(side) if s.get("stance_time")]
            if not found:
                return None
            means.append(float(np.mean(found)))
        return float(np.log(means[0] / means[1]))


def count_steps(t: NDArray[Any], belt: NDArray[Any], events: Iterable[Mapping[str, Any]]) -> int:
    """Count the steps of a walk; shifting the weight on a standing belt is no step.

    Parameters
    ----------
    t : ndarray of float64, shape (M,)
        Times [s].
    belt : ndarray of float, shape (M,)
        Belt speed at these times [m/s].
    events : iterable of mapping
        Gait events, by the `/event` schema.

    Returns
    -------
    int
        Initial contacts while the belt moved [-].
    """
    times = [event["t_emit"] * 1e-9 for event in events if event["event"] == "initial_contact"]
    if not len(t) or not times:
        return 0
    return int(np.count_nonzero(belt[np.minimum(np.searchsorted(t, times), len(t) - 1)] > MOVING))


def state_changes(
    tables: Tables, block: Block, last: tuple[int, int, int] | None
) -> tuple[list[dict[str, Any]], tuple[int, int, int] | None]:
    """Find changes of state, severity or cause in a block.

    Parameters
    ----------
    tables : Tables
        Field tables.
    block : Block
        Consecutive ticks.
    last : tuple of int or None
        State, severity and cause before the block [-].

    Returns
    -------
    tuple
        The changes, by the `/state` schema, and the last state, severity and cause.
    """
    columns = block.command_integers[:, [tables.command_integers.index(n) for n in ("state", "severity", "cause")]]
    changed = np.flatnonzero(np.any(columns[1:] != columns[:-1], axis=1)) + 1
    found = []
    for tick in (0, *changed) if len(columns) else ():
        now = (int(columns[tick, 0]), int(columns[tick, 1]), int(columns[tick, 2]))
        if now != last:
            last = now
            names = {"state": tables.states[now[0]], "cause": tables.causes[now[2]]}
            found.append({"t": int(block.t[tick]), **names, "severity": now[1]})
    return found, last
