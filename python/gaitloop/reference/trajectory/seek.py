"""Section 3.6: the shortest plan that keeps the bounds, and what is told when there is none."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

import numpy as np

from ...errors import ConfigError
from .._conventions import JOINTS, Array
from .bounds import Figures, Joint, Limits, Misfit, figures, joint_extremes, misfit, phase_bounds, weights, with_reserve
from .curves import Curves
from .plan import Clock, PhasePlan


class Problem(NamedTuple):
    """What a plan has to do.

    Attributes
    ----------
    start : tuple of three Curves
        Where it begins.
    target : Curves
        Where it leads.
    clock : Clock
        Phases where it begins.
    rate : float
        Rate of the target [1/s].
    offset : float or None
        Offset of the target [-]; None keeps it.
    rest : float
        Rest of the interrupted plan [s].
    """

    start: tuple[Curves, Curves, Curves]
    target: Curves
    clock: Clock
    rate: float
    offset: float | None
    rest: float


def choose(problem: Problem, first: float, limits: Limits) -> tuple[PhasePlan, Array] | Misfit:
    """Find duration and coasting times.

    Parameters
    ----------
    problem : Problem
        What the plan has to do.
    first : float
        Duration to try first [s].
    limits : Limits
        What the joints may do.

    Returns
    -------
    tuple of PhasePlan and ndarray of float, or Misfit
        Way of the phases and coasting times [s], shape (6,), or what does not fit at the last duration.
    """
    duration, last = first, None
    seen: dict[tuple[int, float], Joint] = {}
    while duration <= max(60.0, first):
        phases = PhasePlan(problem.clock, problem.rate, problem.offset, duration, problem.rest)
        sides = phase_bounds(phases)
        coasts = []
        for joint in range(6):
            found = _coast(problem, phases, sides[joint // 3], joint, limits, seen)
            if isinstance(found, Misfit):
                last = found
                break
            coasts.append(found)
        else:
            return phases, np.array(coasts)
        duration *= 1.1
    assert last is not None
    return last


def _coast(
    problem: Problem,
    phases: PhasePlan,
    side: list[Array],
    joint: int,
    limits: Limits,
    seen: dict[tuple[int, float], Joint],
) -> float | Misfit:
    """Shortest coasting time of one joint that fits."""
    duration, asked = phases.duration, max(0.05, problem.rest)
    while True:
        coast = min(duration, asked)
        if (joint, coast) not in seen:
            seen[joint, coast] = joint_extremes(problem.start, problem.target, coast, joint)
        extremes = seen[joint, coast]
        wrong = misfit(figures(extremes, weights(duration, coast), side, limits.reserve), limits, joint)
        if wrong is None:
            return coast
        if coast == duration:
            return wrong
        at_rest = extremes.velocity.size[0] == 0.0 and extremes.acceleration.size[0] == 0.0
        if at_rest:  # no coast to choose
            return wrong
        asked *= 1.3


def check_alone(curves: Curves, rate: float, limits: Limits) -> None:
    """Refuse a pattern that cannot be played within the bounds.

    Parameters
    ----------
    curves : Curves
        Its curves.
    rate : float
        Its stride rate [1/s].
    limits : Limits
        What the joints may do.

    Raises
    ------
    ConfigError
        Naming the first figure of the first joint that does not fit.
    """
    wrong = _alone(curves, rate, limits, position=True)
    if wrong is None:
        return
    if wrong.name == "position":
        refuse(wrong)
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if _alone(curves, middle * rate, limits, position=False) is None:
            low = middle
        else:
            high = middle
    refuse(wrong, low)


def _alone(curves: Curves, rate: float, limits: Limits, *, position: bool) -> Misfit | None:
    """First misfit of a pattern played alone; without `position` only of the time derivatives."""
    for joint in range(6):
        low, high, size = curves.extremes(joint)
        v, a, jerk = (np.array([rate**k * size[k]]) for k in (1, 2, 3))
        f = Figures(np.array([low]), np.array([high]), v, *with_reserve(v, a, jerk, limits.reserve))
        wrong = misfit(f, limits, joint)
        if wrong is not None and not position and wrong.name == "position":
            inside = limits._replace(lower=np.full(6, -np.inf), upper=np.full(6, np.inf))
            wrong = misfit(f, inside, joint)
        if wrong is not None:
            return wrong
    return None


def refuse(wrong: Misfit, factor: float | None = None) -> NoReturn:
    """Tell what does not fit.

    Parameters
    ----------
    wrong : Misfit
        What does not fit.
    factor : float, optional
        Factor on the stride rate at which it would [-].

    Raises
    ------
    ConfigError
        Always.
    """
    slower = "" if factor is None else f"; it fits at {factor:.3f} times its stride rate"
    raise ConfigError(
        f"{wrong.name} of {JOINTS[wrong.joint]} must lie in [{wrong.low}, {wrong.high}], got {wrong.value}{slower}"
    )
