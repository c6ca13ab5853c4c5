"""Section 3.6: what the generator can be asked for."""

from __future__ import annotations

from enum import IntEnum
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import array, in_range
from .._conventions import JOINTS, Array, wrap_array
from .bounds import Misfit
from .curves import Curves
from .plan import PhasePlan
from .seek import Problem, refuse

START = 0.9  # phase at which the leading leg is put forward
PASSING = 0.08  # phase at which the feet pass
REST = Curves.constant(np.zeros(6))


class GaitState(IntEnum):
    """What the generator does."""

    STANDING = 0
    STARTING = 1
    WALKING = 2
    CHANGING = 3
    STOPPING = 4
    CATCHING = 5


class Goal(NamedTuple):
    """A target.

    Attributes
    ----------
    curves : Curves
        Its curves.
    rate : float
        Its phase rate [1/s]; 0 for standing.
    offset : float or None
        Offset of the pattern [-]; None for standing.
    """

    curves: Curves
    rate: float
    offset: float | None


class Waiting(NamedTuple):
    """A request that begins later.

    Attributes
    ----------
    goal : Goal
        Where it leads.
    first : str
        Leg that goes first, left or right.
    duration : float
        Duration of its plan [s].
    coast : ndarray of float, shape (6,)
        Coasting times of its plan [s].
    trigger : float or None
        Left phase, modulo half a cycle, at which it begins [-]; None as soon as no plan runs.
    """

    goal: Goal
    first: str
    duration: float
    coast: Array
    trigger: float | None


def first_duration(problem: Problem, steps: float) -> float:
    """Duration to try first.

    Parameters
    ----------
    problem : Problem
        What the plan has to do.
    steps : float
        Steps that it may take [-].

    Returns
    -------
    float
        Duration [s].
    """
    if problem.offset is None and problem.clock.rate == 0.0:
        return 0.5 * steps
    rate = problem.clock.rate if problem.offset is None else problem.rate
    return steps / (2.0 * max(0.1, rate))


def settled(found: tuple[PhasePlan, Array] | Misfit) -> tuple[PhasePlan, Array]:
    """Accept a plan that was found.

    Parameters
    ----------
    found : tuple of PhasePlan and ndarray of float, shape (6,), or Misfit
        Way of the phases and coasting times [s], or what does not fit.

    Returns
    -------
    tuple of PhasePlan and ndarray of float, shape (6,)
        The plan [s].
    """
    if isinstance(found, Misfit):
        refuse(found)
    return found


def caught(found: tuple[PhasePlan, Array] | Misfit, state: tuple[Array, Array, Array]) -> tuple[PhasePlan, Array]:
    """Accept a plan that leads on from a state.

    Parameters
    ----------
    found : tuple of PhasePlan and ndarray of float, shape (6,), or Misfit
        Way of the phases and coasting times [s], or what does not fit.
    state : tuple of three ndarray of float, shape (6,)
        The state [rad, rad/s, rad/s²].

    Returns
    -------
    tuple of PhasePlan and ndarray of float, shape (6,)
        The plan [s].
    """
    if isinstance(found, Misfit):
        q, dq, ddq = (float(values[found.joint]) for values in state)
        raise ConfigError(
            f"q, dq and ddq of {JOINTS[found.joint]} must leave a way within its bounds, got {q}, {dq} and {ddq}; "
            f"its {found.name} goes beyond on every way tried"
        )
    return found


def constants(q: Array, dq: Array, ddq: Array) -> tuple[Curves, Curves, Curves]:
    """Constant curves of a position, a velocity and an acceleration.

    Parameters
    ----------
    q, dq, ddq : ndarray of float, shape (6,)
        The three [rad, rad/s, rad/s²].

    Returns
    -------
    tuple of three Curves
        The curves.
    """
    return Curves.constant(q), Curves.constant(dq), Curves.constant(ddq)


def within(name: str, values: ArrayLike, low: Array, high: Array) -> Array:
    """Accept six numbers, each in its own range.

    Parameters
    ----------
    name : str
        What they are called.
    values : array_like of float, shape (6,)
        The numbers [-].
    low, high : ndarray of float, shape (6,)
        Ends of the ranges [-].

    Returns
    -------
    ndarray of float, shape (6,)
        The numbers [-].
    """
    got = array(name, values, (6,))
    for i, value in enumerate(got.tolist()):
        in_range(name, value, float(low[i]), float(high[i]), i)
    return got


def nearest(goal: Goal, q: Array, dq: Array) -> float:
    """Left phase at which a walk is nearest to a state.

    Parameters
    ----------
    goal : Goal
        The walk.
    q, dq : ndarray of float, shape (6,)
        The state [rad, rad/s].

    Returns
    -------
    float
        One of 128 phases [-].
    """
    best, least = 0.0, inf
    for j in range(128):
        left = j / 128
        y, dy, _ = goal.curves.at(wrap_array([left, left + (goal.offset or 0.0)]))
        cost = float(((q - y) ** 2).sum() + 0.1**2 * ((dq - dy * goal.rate) ** 2).sum())
        if cost < least - 1e-9:  # the earlier of equal ones
            best, least = left, cost
    return best
