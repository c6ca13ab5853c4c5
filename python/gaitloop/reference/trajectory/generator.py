"""Section 3.6: the reference that follows requests without a step in position, velocity or acceleration."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import in_range
from .._conventions import Array, wrap, wrap_array
from .bounds import Misfit
from .curves import Curves
from .pattern import Pattern
from .plan import Clock, PhasePlan, Plan
from .player import Player
from .request import (
    PASSING,
    REST,
    GaitState,
    Goal,
    Waiting,
    caught,
    constants,
    first_duration,
    nearest,
    settled,
    within,
)
from .seek import Problem, check_alone, choose, refuse


class GaitGenerator(Player):
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

    def walk(self, pattern: Pattern, *, steps: float = 2.0, first: Literal["left", "right"] = "left") -> float:
        """Walk by a pattern from now on.

        Parameters
        ----------
        pattern : Pattern
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

    def stand(self, *, steps: float = 2.0, wait: bool = True) -> float:
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
        self._distance, self._waited = (self._left - trigger) % 0.5 or 0.5, 0.0  # while a plan runs, set at its end
        return self.remaining

    def catch(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        ddq: ArrayLike | None = None,
        *,
        pattern: Pattern | None = None,
        phase: float | None = None,
        steps: float = 1.0,
    ) -> float:
        """Take over a moving leg.

        Parameters
        ----------
        q, dq, ddq : array_like of float, shape (6,)
            Its angles, velocities and accelerations [rad, rad/s, rad/s²], within the bounds; accelerations 0 when
            not given.
        pattern : Pattern, optional
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
        entry = None if phase is None else in_range("phase", phase, 0.0, 1.0)
        if pattern is None:
            now = self._clock()
            clock = Clock(wrap(now.left), 0.0, 0.0, now.offset, 0.0, 0.0)
            problem = Problem(constants(*moving), self._standing.curves, clock, 0.0, None, 0.0)
            return self._catch(
                problem, self._standing, caught(choose(problem, first_duration(problem, steps), limits), moving)
            )
        goal = Goal(Curves.of(pattern.curves), pattern.stride_rate, pattern.offset)
        check_alone(goal.curves, goal.rate, limits)
        left = nearest(goal, at, velocity) if entry is None else wrap(entry)
        y, dy, ddy = goal.curves.at(wrap_array([left, left + pattern.offset]))
        value, dv, dw = constants(at - y, velocity - dy * goal.rate, acceleration - ddy * goal.rate**2)
        clock = Clock(left, goal.rate, 0.0, pattern.offset, 0.0, 0.0)
        problem = Problem((goal.curves + value, dv, dw), goal.curves, clock, goal.rate, pattern.offset, 0.0)
        first = first_duration(problem, steps)
        found = choose(problem, first, limits)
        if isinstance(found, Misfit):
            problem = problem._replace(start=constants(*moving), clock=clock._replace(rate=0.0))
            found = choose(problem, first, limits)
        return self._catch(problem, goal, caught(found, moving))

    def freeze(self) -> None:
        """Let running time come to a stand-still."""
        self._pace.head_for(0.0)

    def resume(self) -> None:
        """Let running time pass at full pace again."""
        self._pace.head_for(1.0)

    def _catch(self, problem: Problem, goal: Goal, found: tuple[PhasePlan, Array]) -> float:
        self._begin(Plan(problem.start, goal.curves, *found), goal)
        self._state = GaitState.CATCHING
        self._pace.reset()
        self._own_phases()
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
        clock, start = self._clock(), plan.curves(self._t)
        if self._state == GaitState.CATCHING:
            clock = self._begin_clock(goal, first, clock)
        if all(c.is_constant for c in start):
            x, v, w = (c.values[:, 0] for c in start)
            start = constants(x, v, w)
        return Problem(start, goal.curves, clock, goal.rate, goal.offset, plan.duration - self._t)
