"""Section 3.6: what plays the plans of the generator tick by tick."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, array, in_range, ordered
from .._conventions import Array, wrap, wrap_array
from .bounds import Limits
from .curves import Curves
from .pace import Pace
from .pattern import bounded
from .plan import Clock, PhasePlan, Plan
from .request import REST, START, GaitState, Goal, Waiting


class GaitReference(NamedTuple):
    """The reference of an instant, or of many with one row each.

    Attributes
    ----------
    q, dq, ddq : ndarray of float, shape (6,) or (T, 6)
        Angles [rad], velocities [rad/s] and accelerations [rad/s²].
    phases, phase_rates, phase_accels : ndarray of float, shape (2,) or (T, 2)
        Phase of each side [-], its rate [1/s] and acceleration [1/s²].
    state : int or ndarray of int
        A `GaitState`.
    remaining : float or ndarray of float
        Running time until all that was requested is done [s].
    pace : float or ndarray of float
        Rate of running time [-], 0 to 1.
    """

    q: Array
    dq: Array
    ddq: Array
    phases: Array
    phase_rates: Array
    phase_accels: Array
    state: int
    remaining: float
    pace: float


class Player:
    """Plays plans; `GaitGenerator` makes them."""

    def __init__(
        self,
        *,
        max_velocity: ArrayLike,
        max_acceleration: ArrayLike,
        max_jerk: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        hip: float = 0.0,
        knee: float = 0.0,
        freeze_time: float = 1.0,
    ) -> None:
        velocity = _joints("max_velocity", max_velocity, 1e-3, 1e3)
        acceleration = _joints("max_acceleration", max_acceleration, 1e-2, 1e5)
        jerk = _joints("max_jerk", max_jerk, 1e-1, 1e7)
        low, high = _joints("lower", lower, -3.0, 3.0), _joints("upper", upper, -3.0, 3.0)
        ordered("lower", low, "upper", high)
        hip, knee = in_range("hip", hip, -1.0, 1.0), in_range("knee", knee, -1.0, 1.0)
        leg = [hip, knee, knee - hip]
        freeze_time = in_range("freeze_time", freeze_time, 0.1, 10.0)
        for i, angle in enumerate(leg + leg):
            in_range("standing posture", angle, float(low[i]), float(high[i]), i)
        self._limits = Limits(velocity, acceleration, jerk, low, high, 2.0 / freeze_time)
        self._standing = Goal(Curves.constant(np.array(leg + leg)), 0.0, None)
        self._pace = Pace(freeze_time)
        self._goal = self._standing
        self._plan: Plan | None = None
        self._waiting: Waiting | None = None
        self._state = GaitState.STANDING
        self._t, self._left, self._offset = 0.0, 0.0, 0.5
        self._shift = 0.0  # of the left phase against the plan's, by phases from outside
        self._distance, self._waited = 0.0, 0.0
        self._own_phases()

    @property
    def remaining(self) -> float:
        """Running time until all that was requested is done [s]."""
        rest = self._plan.duration - self._t if self._plan else 0.0
        waiting = self._waiting
        return rest if waiting is None else rest + self._waits(waiting) + waiting.duration

    @property
    def frozen(self) -> bool:
        """Whether it is held, or on the way to it."""
        return self._pace.aim == 0.0

    @property
    def reference(self) -> GaitReference:
        """The reference of this instant."""
        if self._plan is None:
            f = np.zeros((3, 3, 6))
            f[0] = self._goal.curves.at(self._phases)
        else:
            f = self._plan.at(self._t, self._phases)
        m, dm = self._pace.value, self._pace.slope
        rate, accel = np.repeat(self._rates, 3), np.repeat(self._accels, 3)
        dq = m * f[1, 0] + f[0, 1] * rate
        ddq = m**2 * f[2, 0] + dm * f[1, 0] + 2.0 * m * f[1, 1] * rate + f[0, 2] * rate**2 + f[0, 1] * accel
        sides = (self._phases, self._rates, self._accels)
        return GaitReference(f[0, 0], dq, ddq, *sides, int(self._state), self.remaining, m)

    def step(self, dt: float) -> GaitReference:
        """Go on by one tick.

        Parameters
        ----------
        dt : float
            Time since the last tick [s], above 0 and up to 0.1, else nothing passes.

        Returns
        -------
        GaitReference
            The reference.
        """
        self._advance(dt, None)
        self._own_phases()
        return self.reference

    def step_with(self, phases: ArrayLike, phase_rates: ArrayLike, phase_accels: ArrayLike, dt: float) -> GaitReference:
        """Go on by one tick, with phases from outside.

        Parameters
        ----------
        phases : array_like of float, shape (2,)
            Phases [-].
        phase_rates : array_like of float, shape (2,)
            Their rates in real time [1/s], clamped to ±100.
        phase_accels : array_like of float, shape (2,)
            Their accelerations in real time [1/s²], clamped to ±1e4.
        dt : float
            Time since the last tick [s], above 0 and up to 0.1, else nothing passes.

        Returns
        -------
        GaitReference
            The reference.
        """
        self._phases = wrap_array(array("phases", phases, (2,)))
        self._rates = bounded(array("phase_rates", phase_rates, (2,)), 100.0)
        self._accels = bounded(array("phase_accels", phase_accels, (2,)), 1e4)
        self._advance(dt, float(self._phases[0]))
        return self.reference

    def run(self, ticks: int, dt: float) -> GaitReference:
        """Go on by many ticks.

        Parameters
        ----------
        ticks : int
            Number of ticks [-], 1 or more.
        dt : float
            Duration of each [s], as for `step`.

        Returns
        -------
        GaitReference
            The reference, one row per tick.
        """
        rows = zip(*(self.step(dt) for _ in range(ticks)), strict=True)
        return GaitReference._make(np.array(column) for column in rows)

    def _clock(self) -> Clock:
        """Phases now."""
        if self._plan is None:
            return Clock(self._left, self._goal.rate, 0.0, self._offset, 0.0, 0.0)
        clock = self._plan.phases.at(self._t)
        return clock._replace(left=clock.left + self._shift)

    def _own_phases(self) -> None:
        """Take the phases of both sides from the plan."""
        clock, m, dm = self._clock(), self._pace.value, self._pace.slope
        rates = np.array([clock.rate, clock.rate + clock.offset_rate])
        accels = np.array([clock.accel, clock.accel + clock.offset_accel])
        self._phases = wrap_array([clock.left, clock.left + clock.offset])
        self._rates, self._accels = m * rates, m**2 * accels + dm * rates

    def _advance(self, dt: float, left: float | None) -> None:
        """Let time pass, end a plan, and begin what waits."""
        running = self._pace.step(dt if 0.0 < dt <= 0.1 else 0.0)
        self._t += running
        beyond = self._t - self._plan.duration if self._plan else 0.0
        ended = self._plan is not None and beyond >= 0.0
        if self._plan is None:
            self._left = wrap(self._left + self._goal.rate * running)
        elif ended:
            clock = self._clock()
            self._left, self._offset, self._plan = wrap(clock.left), clock.offset, None
            self._state = GaitState.STANDING if self._goal.offset is None else GaitState.WALKING
        if left is not None:
            moved = left - self._clock().left
            self._shift += moved
            self._left = left
            if self._waited == 0.0:
                self._distance = _beyond(self._distance + moved)
        if self._waiting is not None and self._plan is None:
            self._waiting_tick(self._waiting, beyond if ended else running, ended)

    def _waiting_tick(self, waiting: Waiting, running: float, ended: bool) -> None:
        """Begin what waits when its time has come."""
        if waiting.trigger is not None:
            before, self._distance = self._distance, (self._left - waiting.trigger) % 0.5
            self._waited += running
            if self._distance >= before and self._waited * self._goal.rate < 0.5:
                return
        clock = self._begin_clock(waiting.goal, waiting.first, self._clock())
        phases = PhasePlan(clock, waiting.goal.rate, waiting.goal.offset, waiting.duration, 0.0)
        self._begin(Plan((self._goal.curves, REST, REST), waiting.goal.curves, phases, waiting.coast), waiting.goal)

    def _begin_clock(self, goal: Goal, first: str, clock: Clock) -> Clock:
        """Phases where a plan begins that follows a target; from standing the leading leg is put forward."""
        if self._goal.offset is not None or goal.offset is None:
            return clock
        left = START if first == "left" else wrap(START - goal.offset)
        return Clock(left, 0.0, 0.0, goal.offset, 0.0, 0.0)

    def _begin(self, plan: Plan, goal: Goal) -> None:
        """Play a plan from now on."""
        if goal.offset is None:
            self._state = GaitState.STOPPING
        elif self._state in (GaitState.STANDING, GaitState.STARTING, GaitState.STOPPING):
            self._state = GaitState.STARTING
        else:
            self._state = GaitState.CHANGING
        self._plan, self._goal, self._waiting = plan, goal, None
        self._t, self._shift = 0.0, 0.0
        self._own_phases()

    def _waits(self, waiting: Waiting) -> float:
        """Running time from the end of the running plan until a waiting request begins."""
        if waiting.trigger is None:
            return 0.0
        return (waiting.trigger - self._left_after()) % 0.5 / self._goal.rate

    def _left_after(self) -> float:
        """Left phase at the end of the running plan, or now without one."""
        return self._left if self._plan is None else self._plan.phases.at(self._plan.duration).left + self._shift

    def _wait(self, waiting: Waiting) -> None:
        """Begin a request later."""
        self._waiting, self._waited = waiting, 0.0
        self._distance = 0.5 if waiting.trigger is None else _beyond(self._left_after() - waiting.trigger)


def _beyond(phase: float) -> float:
    """How far a phase is beyond a trigger, modulo half a cycle; at the trigger itself all of it."""
    return phase % 0.5 or 0.5


def _joints(name: str, values: ArrayLike, low: float, high: float) -> Array:
    """Six numbers; three serve both legs."""
    got = all_in_range(name, values, low, high, (3,), (6,))
    return np.tile(got, 2) if got.shape == (3,) else got
