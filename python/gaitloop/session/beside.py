"""Sensors that stand beside the machine: the heart rate, and where the feet land sideways.

They are asked in the thread that leads the session, never in that of the loop; nothing of them reaches a tick. One that
fails is as one that is absent, and the session goes on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np

from .layout import Tables
from .machine import Rows
from .topics import SIDEWAYS

#: Heart rates that count [1/min], as for `gaitloop.assist.IntensityGovernor`.
READING = (25.0, 250.0)
#: Largest magnitudes that count [m, m/s], an assumption: nobody steps further aside.
ASIDE, ASIDE_SPEED = 1.0, 3.0
#: Largest force of a guide that counts [N].
GUIDE_FORCE = 2000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sideways:
    """Where a foot landed sideways, y to the left; None where it was not measured.

    Attributes
    ----------
    step_width : float or None
        How far beside where the other heel landed this heel landed, negative when the feet cross [m].
    pelvis_position : float or None
        Sideways position of the pelvis over the stance foot in the middle of the step [m].
    pelvis_velocity : float or None
        Its sideways velocity at that time [m/s].
    foot_placement : float or None
        Where the foot landed, sideways from the stance foot [m].
    margin : float or None
        Margin of stability: from the extrapolated centre of mass to the outer edge of the foot as it lands [m].
    sway : float or None
        Range of the pelvis, sideways, in the stride that the step ended [m].
    load_left : float or None
        Share of the ground's force under the left foot in that stride [-].
    guide_share : float or None
        Share of the help of a guide in that stride, 0 softest to 1 stiffest [-].
    guide_force : float or None
        Root of the mean square of its force [N].
    """

    step_width: float | None = None
    pelvis_position: float | None = None
    pelvis_velocity: float | None = None
    foot_placement: float | None = None
    margin: float | None = None
    sway: float | None = None
    load_left: float | None = None
    guide_share: float | None = None
    guide_force: float | None = None


_MOST = {"pelvis_velocity": ASIDE_SPEED, "guide_force": GUIDE_FORCE}
HeartRate = Callable[[], float | None]
SidewaysSensor = Callable[[str, float], Sideways | None]


class Beside:
    """Asks the sensors, and puts what they say where the record and the rules look for it.

    Parameters
    ----------
    tables : Tables
        Field tables of the rows.
    heart_rate : callable, optional
        Gives the heart rate now [1/min], or None.
    sideways : callable, optional
        Gives what is known of the step that the contact of a side, `left` or `right`, at a time [s] ended, or None.

    Attributes
    ----------
    failed : list of str
        Sensors that began to fail since the list was emptied.
    """

    def __init__(
        self, tables: Tables, heart_rate: HeartRate | None = None, sideways: SidewaysSensor | None = None
    ) -> None:
        self._heart_rate, self._sideways = heart_rate, sideways
        self._column = tables.columns("sample", "heart_rate").start
        self._group = [spec.name for spec in tables.sample].index("heart_rate")
        self._last: tuple[float, int] | None = None
        self._failing: set[str] = set()
        self._steps: dict[tuple[int, int], Sideways] = {}
        self.failed: list[str] = []

    def add(self, rows: Rows) -> Rows:
        """Take rows of a look.

        Parameters
        ----------
        rows : Rows
            At least one tick.

        Returns
        -------
        Rows
            The same with the heart rate that was known when they began, where a sensor beside the machine gives it.
        """
        for stride in rows.strides:
            self._step(int(stride.side), int(stride.t_end))
        if self._heart_rate is None:
            return rows
        raw, last = rows.raw, self._last
        sample, valid, stamp = (np.array(raw[name]) for name in ("sample", "valid", "stamp"))
        valid[:, self._column] = last is not None
        if last is not None:
            sample[:, self._column], stamp[:, self._group] = last
        rate = _number(self._asked("heart_rate", self._heart_rate), *READING)
        self._last = None if rate is None else (rate, int(raw["t"][-1]))
        return replace(rows, raw={**raw, "sample": sample, "valid": valid, "stamp": stamp})

    def of(self, side: int, t_end: int) -> dict[str, float | None]:
        """Tell where a foot landed.

        Parameters
        ----------
        side : int
            0 left, 1 right [-].
        t_end : int
            The contact that ended its stride [ns].

        Returns
        -------
        dict of str to float or None
            The fields of `Sideways` [units there], told once; None where they were not measured.
        """
        step = self._steps.pop((side, t_end), None)
        if step is None:
            return dict.fromkeys(SIDEWAYS)
        most = {name: _MOST.get(name, ASIDE) for name in SIDEWAYS}
        return {name: _number(getattr(step, name), -most[name], most[name]) for name in SIDEWAYS}

    def _step(self, side: int, t_end: int) -> None:
        if self._sideways is None:
            return
        sensor, name = self._sideways, ("left", "right")[side]
        step = self._asked("sideways", lambda: sensor(name, t_end * 1e-9))
        if isinstance(step, Sideways):
            self._steps[side, t_end] = step

    def _asked(self, name: str, ask: Callable[[], Any]) -> Any:
        try:
            answer = ask()
        except Exception:  # whatever a sensor does, the session goes on
            if name not in self._failing:
                self._failing.add(name)
                self.failed.append(name)
            return None
        self._failing.discard(name)
        return answer


def _number(value: object, low: float, high: float) -> float | None:
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and low <= number <= high else None
