"""Section 3.6: the reference that follows requests without a step in position, velocity or acceleration."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, array, in_range, ordered
from .._conventions import Array, wrap, wrap_array
from .bounds import Limits, Misfit
from .curves import Curves
from .pace import Pace
from .pattern import GaitPattern, Reference, bounded
from .plan import Clock, PhasePlan, Plan
from .request import (
    PASSING,
    REST,
    START,
    GeneratorState,
    Goal,
    Waiting,
    constants,
    first_duration,
    nearest,
    settled,
    within,
)
from .seek import Problem, check_alone, choose, refuse


class GaitGenerator:
    """Online reference that starts, changes, stops, catches and freezes within bounds.

    Parameters
    ----------
    max_velocity : array_like of float, shape (6,)
        Largest magnitude of each joint's velocity [rad/s], 1e-3 to 1e3.
    max_acceleration : array_like of float, shape (6,)
        Largest magnitude of its acceleration [rad/s²], 1e-2 to 1e5.
    max_jerk : array_like of float, shape (6,)
        Largest magnitude of its jerk [rad/s³], 1e-1 to 1e7.
    lower, upper : array_like of float, shape (6,)
        Range of motion [rad], -3 to 3.
    hip, knee : float
        Standing posture of both legs [rad], -1 to 1; the ankles hold the soles level.
    freeze_time : float
        Time in which walking freezes [s], 0.1 to 10.

    Raises
    ------
    ConfigError
        If a value lies outside its range, or the standing posture outside the range of motion.
    """

    def __init__(
        self,
        max_velocity: ArrayLike,
        max_acceleration: ArrayLike,
        max_jerk: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        *,
        hip: float = 0.0,
        knee: float = 0.0,
        freeze_time: float = 1.0,
    ) -> None:
        velocity = all_in_range("max_velocity", max_velocity, 1e-3, 1e3)
        acceleration = all_in_range("max_acceleration", max_acceleration, 1e-2, 1e5)
        jerk = all_in_range("max_jerk", max_jerk, 1e-1, 1e7)
        low, high = (all_in_range(name, x, -3.0, 3.0) for name, x in (("lower", lower), ("upper", upper)))
        ordered("lower", low, "upper", high)
        hip, knee = in_range("hip", hip, -1.0, 1.0), in_range("knee", knee, -1.0, 1.0)
        leg = [hip, knee, knee - hip]
        freeze_time = in_range("freeze_time", freeze_time, 0.1, 10.0)
        for i, angle in enumerate(leg + leg):
            in_range("standing posture", angle, float(low[i]), float(high[i]), i)
        self._limits = Limits(velocity, acceleration, jerk, low, high, 2.0 / freeze_time)
        self._standing = Goal(Curves.constant(np.array(leg + leg)), 0.0, None)
        self._pace = Pace(freeze_time)
        self._goal, self._plan, self._waiting = self._standing, None, None
        self._state = GeneratorState.STANDING
        self._t, self._left, self._offset = 0.0, 0.0, 0.5
        self._shift = 0.0  # of the left phase against the plan's, by phases from outside
        self._distance, self._waited = 0.0, 0.0

    _plan: Plan | None
    _waiting: Waiting | None

    @property
    def state(self) -> GeneratorState:
        """What the generator does."""
        return self._state

    @property
    def remaining(self) -> float:
        """Running time until all that was requested is done [s]."""
        rest = self._plan.duration - self._t if self._plan else 0.0
        waiting = self._waiting
        return rest if waiting is None else rest + self._waits(waiting) + waiting.duration

    def walk(self, pattern: GaitPattern, steps: float = 2.0, first: Literal["left", "right"] = "left") -> float:
        """Walk by a pattern from now on.

        Parameters
        ----------
        pattern : GaitPattern
            The pattern.
        steps : float
            Steps over which it is blended in [-], 1 to 3.
        first : str
            Leg that goes first when it starts, left or right.

        Returns
        -------
        float
            Running time until it is reached [s].
        """
        steps = in_range("steps", steps, 1.0, 3.0)
        if first not in ("left", "right"):
            raise ConfigError(f"first must be left or right, got {first!r}")
        check_alone(Curves.of(pattern.curves), pattern.stride_rate, self._limits)
        goal = Goal(Curves.of(pattern.curves), pattern.stride_rate, pattern.offset)
        return self._request(goal, first, steps)

    def stand(self, steps: float = 2.0, wait: bool = True) -> float:
        """Stop to standing with the feet level.

        Parameters
        ----------
        steps : float
            Steps over which walking fades [-], 1 to 3.
        wait : bool
            Whether the last step ends with the feet passing.

        Returns
        -------
        float
            Running time until standing is reached [s].
        """
        steps = in_range("steps", steps, 1.0, 3.0)
        if self._goal.offset is None:
            self._waiting = None
            return self.remaining
        if not wait:
            return self._request(self._standing, "left", steps)
        problem = self._from_target(self._standing, "left")
        phases, coast = settled(choose(problem, first_duration(problem, steps), self._limits))
        trigger = PASSING - self._goal.rate * phases.duration / 2.0
        self._waiting = Waiting(self._standing, "left", phases.duration, coast, trigger)
        self._distance, self._waited = (self._left - trigger) % 0.5, 0.0
        return self.remaining

    def catch(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        ddq: ArrayLike | None = None,
        pattern: GaitPattern | None = None,
        phase: float | None = None,
        steps: float = 1.0,
    ) -> float:
        """Take over a moving leg.

        Parameters
        ----------
        q, dq, ddq : array_like of float, shape (6,)
            Its angles, velocities and accelerations [rad, rad/s, rad/s²], within the bounds; accelerations 0 when
            not given.
        pattern : GaitPattern, optional
            Pattern to walk by; standing when not given.
        phase : float, optional
            Phase of the left side [-]; the nearest one when not given.
        steps : float
            Steps over which it is blended in [-], 1 to 3.

        Returns
        -------
        float
            Running time until the target is reached [s].
        """
        limits, steps = self._limits, in_range("steps", steps, 1.0, 3.0)
        at = within("q", q, limits.lower, limits.upper)
        velocity = within("dq", dq, -limits.velocity, limits.velocity)
        acceleration = within("ddq", np.zeros(6) if ddq is None else ddq, -limits.acceleration, limits.acceleration)
        moving = (at, velocity, acceleration)
        if pattern is None:
            clock = Clock(self._left, 0.0, 0.0, self._offset, 0.0, 0.0)
            problem = Problem(constants(*moving), self._standing.curves, clock, 0.0, None, 0.0)
            return self._catch(
                problem, self._standing, settled(choose(problem, first_duration(problem, steps), limits))
            )
        goal = Goal(Curves.of(pattern.curves), pattern.stride_rate, pattern.offset)
        check_alone(goal.curves, goal.rate, limits)
        left = nearest(goal, at, velocity) if phase is None else wrap(phase)
        y, dy, ddy = goal.curves.at(wrap_array([left, left + pattern.offset]))
        value, dv, dw = constants(at - y, velocity - dy * goal.rate, acceleration - ddy * goal.rate**2)
        clock = Clock(left, goal.rate, 0.0, pattern.offset, 0.0, 0.0)
        problem = Problem((goal.curves + value, dv, dw), goal.curves, clock, goal.rate, pattern.offset, 0.0)
        first = first_duration(problem, steps)
        found = choose(problem, first, limits)
        if isinstance(found, Misfit):
            problem = problem._replace(start=constants(*moving), clock=clock._replace(rate=0.0))
            found = choose(problem, first, limits)
        return self._catch(problem, goal, settled(found))

    def freeze(self) -> None:
        """Let running time come to a stand-still."""
        self._pace.head_for(0.0)

    def resume(self) -> None:
        """Let running time pass at full pace again."""
        self._pace.head_for(1.0)

    def step(self, dt: float) -> Reference:
        """Go on by one tick.

        Parameters
        ----------
        dt : float
            Time since the last tick [s], above 0 and up to 0.1, else nothing passes.

        Returns
        -------
        Reference
            Angles [rad], velocities [rad/s], accelerations [rad/s²], each (6,).
        """
        self._advance(dt, None)
        clock, m, dm = self._clock(), self._pace.value, self._pace.slope
        rates = np.array([clock.rate, clock.rate + clock.offset_rate])
        accels = np.array([clock.accel, clock.accel + clock.offset_accel])
        self.phases = wrap_array([clock.left, clock.left + clock.offset])
        self.phase_rates, self.phase_accels = m * rates, m**2 * accels + dm * rates
        return self._reference()

    def step_with(self, phases: ArrayLike, phase_rates: ArrayLike, phase_accels: ArrayLike, dt: float) -> Reference:
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
        Reference
            Angles [rad], velocities [rad/s], accelerations [rad/s²], each (6,).
        """
        self.phases = wrap_array(array("phases", phases, (2,)))
        self.phase_rates = bounded(array("phase_rates", phase_rates, (2,)), 100.0)
        self.phase_accels = bounded(array("phase_accels", phase_accels, (2,)), 1e4)
        self._advance(dt, float(self.phases[0]))
        return self._reference()

    def _clock(self) -> Clock:
        """Phases now."""
        if self._plan is None:
            return Clock(self._left, self._goal.rate, 0.0, self._offset, 0.0, 0.0)
        clock = self._plan.phases.at(self._t)
        return clock._replace(left=clock.left + self._shift)

    def _reference(self) -> Reference:
        """Curves at the phases, in real time."""
        if self._plan is None:
            f = np.zeros((3, 3, 6))
            f[0] = self._goal.curves.at(self.phases)
        else:
            f = self._plan.at(self._t, self.phases)
        m, dm = self._pace.value, self._pace.slope
        rate, accel = np.repeat(self.phase_rates, 3), np.repeat(self.phase_accels, 3)
        dq = m * f[1, 0] + f[0, 1] * rate
        ddq = m**2 * f[2, 0] + dm * f[1, 0] + 2.0 * m * f[1, 1] * rate + f[0, 2] * rate**2 + f[0, 1] * accel
        return Reference(f[0, 0], dq, ddq)

    def _advance(self, dt: float, left: float | None) -> None:
        """Let time pass, end a plan, and begin what waits."""
        running = self._pace.step(dt if 0.0 < dt <= 0.1 else 0.0)
        self._t += running
        ended = self._plan is not None and self._t >= self._plan.duration
        if self._plan is None:
            self._left = wrap(self._left + self._goal.rate * running)
        elif ended:
            clock = self._clock()
            self._left, self._offset, self._plan = wrap(clock.left), clock.offset, None
            self._state = GeneratorState.STANDING if self._goal.offset is None else GeneratorState.WALKING
        if left is not None:
            self._shift += left - self._clock().left
            self._left = left
        if self._waiting is not None and self._plan is None:
            self._waiting_tick(self._waiting, running, ended)

    def _waiting_tick(self, waiting: Waiting, running: float, ended: bool) -> None:
        """Begin what waits when its time has come."""
        if waiting.trigger is not None:
            before, self._distance = self._distance, (self._left - waiting.trigger) % 0.5
            self._waited += running
            if ended:
                self._waited = 0.0
                return
            if self._distance >= before and self._waited < 0.5 / self._goal.rate:
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
            self._state = GeneratorState.STOPPING
        elif self._state in (GeneratorState.STANDING, GeneratorState.STARTING, GeneratorState.STOPPING):
            self._state = GeneratorState.STARTING
        else:
            self._state = GeneratorState.CHANGING
        self._plan, self._goal, self._waiting = plan, goal, None
        self._t, self._shift = 0.0, 0.0

    def _catch(self, problem: Problem, goal: Goal, found: tuple[PhasePlan, Array]) -> float:
        self._begin(Plan(problem.start, goal.curves, *found), goal)
        self._state = GeneratorState.CATCHING
        self._pace.reset()
        return found[0].duration

    def _request(self, goal: Goal, first: str, steps: float) -> float:
        """Begin at once where that is possible, else when the running plan has ended."""
        problem = self._from_target(goal, first) if self._plan is None else self._from_plan(self._plan, goal, first)
        if problem is not None:
            found = choose(problem, first_duration(problem, steps), self._limits)
            if not isinstance(found, Misfit):
                self._begin(Plan(problem.start, goal.curves, *found), goal)
                return found[0].duration
            if self._plan is None:
                refuse(found)
        problem = self._from_target(goal, first)
        phases, coast = settled(choose(problem, first_duration(problem, steps), self._limits))
        self._waiting = Waiting(goal, first, phases.duration, coast, None)
        return self.remaining

    def _from_target(self, goal: Goal, first: str) -> Problem:
        """Lead from what is the target now."""
        offset = self._offset if self._plan is None else self._plan.phases.offset
        clock = self._begin_clock(goal, first, Clock(self._left, self._goal.rate, 0.0, offset, 0.0, 0.0))
        return Problem((self._goal.curves, REST, REST), goal.curves, clock, goal.rate, goal.offset, 0.0)

    def _from_plan(self, plan: Plan, goal: Goal, first: str) -> Problem | None:
        """Lead from where a running plan is; None where its curves cannot be added."""
        if not plan.start[0].fits(plan.target):
            return None
        clock = self._clock()
        if all(c.intervals == 1 for c in (*plan.start, plan.target)):
            clock = self._begin_clock(goal, first, clock)
        return Problem(plan.curves(self._t), goal.curves, clock, goal.rate, goal.offset, plan.duration - self._t)

    def _waits(self, waiting: Waiting) -> float:
        """Running time from the end of the running plan until a waiting request begins."""
        if waiting.trigger is None:
            return 0.0
        left = self._left if self._plan is None else self._plan.phases.at(self._plan.duration).left + self._shift
        return (waiting.trigger - left) % 0.5 / self._goal.rate
