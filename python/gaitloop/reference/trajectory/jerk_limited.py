"""Section 3.7: jerk-limited movement from state to state, planned slowly and plainly.

Durations come from bisection on what is reachable in a given time (`jerk_limited_durations`), profiles from mixing
the farthest and the nearest movement of that duration: limits are convex, so every mixture of two admissible
movements is admissible. Starts outside the limits and limits of the position are not covered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import array
from .._conventions import Array
from .jerk_limited_durations import Durations, position_durations, velocity_durations
from .jerk_limited_profile import as_pieces, farthest_profile, mixed, velocity_profile
from .jerk_limited_reach import Cases, Curve, Long

INTERFACES = ("position", "velocity")
SYNCHRONIZATIONS = ("none", "time")


def _limits(name: str, values: ArrayLike, dofs: int) -> Array:
    """Lowest and highest value per degree of freedom; a single column is meant both ways."""
    got = array(name, values, (-1,), (-1, 2))
    both = np.column_stack([-got, got]) if got.ndim == 1 else got
    if both.shape != (dofs, 2) or not ((both[:, 0] < 0) & (both[:, 1] > 0)).all():
        raise ConfigError(f"{name} must lie in (0, inf] on each side of zero, got {values!r:.80}")
    return both


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What `JerkLimited` plans.

    Parameters
    ----------
    start, end : array_like of float, shape (J, 3)
        Position [rad], velocity [rad/s] and acceleration [rad/s²] now and at the target; positions of the end do
        not count with velocity interface.
    max_velocity : array_like of float, shape (J,) or (J, 2)
        Limit of the velocity [rad/s], greater than 0; or the lower and the upper one.
    max_acceleration : array_like of float, shape (J,) or (J, 2)
        Limit of the acceleration [rad/s²], likewise; infinite for first order.
    max_jerk : array_like of float, shape (J,)
        Limit of the jerk [rad/s³], greater than 0; infinite for second order.
    interface : sequence of str
        "position" or "velocity" per degree of freedom; "position" for all when empty.
    synchronization : sequence of str
        "time" or "none" per degree of freedom; "time" for all when empty.
    minimum_duration : float
        Shortest duration asked for [s].
    cycle_time : float, optional
        When given, the duration is a multiple of it [s].
    """

    start: ArrayLike
    end: ArrayLike
    max_velocity: ArrayLike
    max_acceleration: ArrayLike
    max_jerk: ArrayLike
    interface: tuple[str, ...] = ()
    synchronization: tuple[str, ...] = ()
    minimum_duration: float = 0.0
    cycle_time: float | None = None


@dataclass(frozen=True)
class Trajectory:
    """A planned movement.

    Parameters
    ----------
    duration : float
        Until the last degree of freedom has arrived [s].
    independent_min_durations : ndarray of float, shape (J,)
        Smallest duration of each degree of freedom alone [s].
    profiles : list of ndarray of float, shape (K, 5)
        Per degree of freedom its pieces: duration [s], then position [rad], velocity [rad/s], acceleration [rad/s²]
        and jerk [rad/s³] at its start.
    """

    duration: float
    independent_min_durations: Array
    profiles: list[Array] = field(repr=False)

    def at_time(self, t: float) -> Array:
        """State at a time; behind the end it goes on with the last acceleration.

        Parameters
        ----------
        t : float
            Time since the start [s]; below 0 counts as 0.

        Returns
        -------
        ndarray of float, shape (J, 3)
            Position [rad], velocity [rad/s] and acceleration [rad/s²].
        """
        out = np.empty((len(self.profiles), 3))
        for row, pieces in zip(out, self.profiles, strict=True):
            begins = np.concatenate([[0.0], np.cumsum(pieces[:, 0])])
            k = int(np.clip(np.searchsorted(begins, t, side="right") - 1, 0, len(pieces) - 1))
            _, p, v, a, j = pieces[k]
            s = max(t, 0.0) - begins[k]
            row[:] = p + s * (v + s * (a / 2 + s * j / 6)), v + s * (a + s * j / 2), a + s * j
        return out


class JerkLimited:
    """Time-optimal movement from state to state with limits of velocity, acceleration and jerk.

    Parameters
    ----------
    dofs : int
        Degrees of freedom J [-].
    """

    def __init__(self, dofs: int) -> None:
        self.dofs = dofs

    def durations(self, problem: Problem) -> list[Durations]:
        """Possible durations of each degree of freedom alone.

        Parameters
        ----------
        problem : Problem
            What to plan.

        Returns
        -------
        list of Durations
            One per degree of freedom [s], each for one problem.
        """
        return all_durations([problem])[0]

    def calculate(self, problem: Problem) -> Trajectory:
        """Plan.

        Parameters
        ----------
        problem : Problem
            What to plan.

        Returns
        -------
        Trajectory
            The movement.

        Raises
        ------
        ConfigError
            If a limit or a state lies outside its range.
        """
        cases, durations = cases_of(problem), self.durations(problem)
        fastest = np.array([d.fastest[0] for d in durations])
        together = np.array([s == "time" for s in problem.synchronization or ("time",) * self.dofs])
        own: Long = np.maximum(fastest, 0.0)
        own[together] = common_duration(
            [d for d, t in zip(durations, together, strict=True) if t], problem.minimum_duration, problem.cycle_time
        )
        profiles: list[Array] = []
        for (case, order, interface), duration in zip(cases, own, strict=True):
            t: Long = np.array([duration])
            far = velocity_profile(case, order, t, 1) if interface == "velocity" else farthest_profile(case, order, t)
            near = _near(case, order, interface, t)
            curve = mixed(case, far, near, order, interface)
            start = np.asarray(problem.start, dtype=np.float64)[len(profiles)]
            profiles.append(as_pieces(curve, start, order))
        return Trajectory(float(own.max()), fastest.astype(np.float64), profiles)


def all_durations(problems: list[Problem], slack: float = 0.0, absolute: float = 0.0) -> list[list[Durations]]:
    """Possible durations of each degree of freedom of many problems, worked out side by side.

    Parameters
    ----------
    problems : list of Problem
        What to plan.
    slack : float
        Error of the final position and velocity that counts as none, as a part of the positions and velocities [-].
    absolute : float
        The same, in [rad] and [rad/s].

    Returns
    -------
    list of list of Durations
        One per problem and degree of freedom [s], each for one problem.
    """
    cases = [(n, *case) for n, problem in enumerate(problems) for case in cases_of(problem)]
    places = np.array([np.abs(x)[:, 0].sum() for p in problems for x in np.stack([p.start, p.end], axis=1)])
    found: dict[int, Durations] = {}
    for kind in {c[2:] for c in cases}:
        which = [i for i, c in enumerate(cases) if c[2:] == kind]
        case = Cases.joined([cases[i][1] for i in which])
        speeds = np.abs(case.v0) + np.abs(case.v1) + (case.a0**2 + case.a1**2) / case.jerk
        order, interface = kind
        if interface == "velocity":
            durations = velocity_durations(case, order, slack * speeds + absolute)
        else:
            durations = position_durations(case, order, (slack * places[which] + absolute, slack * speeds + absolute))
        found |= {i: durations.pick(k) for k, i in enumerate(which)}
    out: list[list[Durations]] = [[] for _ in problems]
    for i, (n, *_) in enumerate(cases):
        out[n].append(found[i])
    return out


def cases_of(problem: Problem) -> list[tuple[Cases, int, str]]:
    """Degrees of freedom one by one.

    Parameters
    ----------
    problem : Problem
        What to plan.

    Returns
    -------
    list of tuple
        The case, its order [-] and its interface.
    """
    start = array("start", problem.start, (-1, 3)).astype(np.longdouble)
    n = len(start)
    end = array("end", problem.end, (n, 3)).astype(np.longdouble)
    velocity = _limits("max_velocity", problem.max_velocity, n).astype(np.longdouble)
    acceleration = _limits("max_acceleration", problem.max_acceleration, n).astype(np.longdouble)
    jerk = _limits("max_jerk", problem.max_jerk, n)[:, 1].astype(np.longdouble)
    out = []
    for i, interface in enumerate(problem.interface or ("position",) * n):
        order = 3 if np.isfinite(jerk[i]) else 2 if np.isfinite(acceleration[i, 1]) else 1
        (p0, v0, a0), (p1, v1, a1) = start[i], end[i]
        way = p1 - p0 if interface == "position" else np.longdouble(0)
        low, high = velocity[i] if interface == "position" else (np.longdouble(-1e30), np.longdouble(1e30))
        values = (way, v0, v1, a0, a1, low, high, *acceleration[i], jerk[i])
        case = Cases(*(np.array([x], dtype=np.longdouble) for x in values))
        _check_states(case, order, i)
        out.append((case, order, interface))
    return out


def _check_states(case: Cases, order: int, index: int) -> None:
    """Start and end must lie within the limits, what their accelerations bring about included."""
    for name, v, a in (("current", case.v0, case.a0), ("target", case.v1, -case.a1)):
        if (
            order == 3
            and not (
                (case.a_min <= case.a0) & (case.a0 <= case.a_max) & (case.a_min <= case.a1) & (case.a1 <= case.a_max)
            ).all()
        ):
            raise ConfigError(f"{name}_acceleration must lie in its limits, got {float(a[0])} at index {index}")
        peak = v + (a * np.abs(a) / (2 * case.jerk) if order == 3 else 0)
        slack = 1e-12 * np.abs(case.v_max)
        if (
            order > 1
            and not ((case.v_min - slack <= np.minimum(v, peak)) & (np.maximum(v, peak) <= case.v_max + slack)).all()
        ):
            raise ConfigError(f"{name}_velocity must lie in its limits, got {float(v[0])} at index {index}")


def _near(case: Cases, order: int, interface: str, t: Long) -> Curve:
    if interface == "velocity":
        return velocity_profile(case, order, t, -1)
    times, values = farthest_profile(case.mirrored(), order, t)
    return times, -values


def common_duration(durations: list[Durations], minimum: float, cycle_time: float | None) -> float:
    """Smallest duration that all can last.

    Parameters
    ----------
    durations : list of Durations
        Possible durations [s], one problem each.
    minimum : float
        Shortest duration asked for [s].
    cycle_time : float, optional
        When given, the result is a multiple of it [s].

    Returns
    -------
    float
        Duration [s].
    """
    t: Long = np.array([max([minimum, *(float(d.fastest[0]) for d in durations)])], dtype=np.longdouble)
    t = np.maximum(t, max([d.fastest for d in durations], default=t))
    for _ in range(1000 if cycle_time else 100):
        before = t
        for d in durations:
            t = d.first_from(t)
        if cycle_time:
            t = np.ceil(np.round(t / cycle_time, 12)) * cycle_time
        if (t == before).all():
            break
    return t[0]  # type: ignore[no-any-return]


def minimum_duration(
    start: ArrayLike, end: ArrayLike, max_velocity: float, max_acceleration: float, max_jerk: float
) -> float:
    """Smallest duration of one degree of freedom from state to state.

    Parameters
    ----------
    start, end : array_like of float, shape (3,)
        Position [rad], velocity [rad/s] and acceleration [rad/s²].
    max_velocity : float
        Limit of the velocity [rad/s], greater than 0.
    max_acceleration : float
        Limit of the acceleration [rad/s²], greater than 0; infinite for first order.
    max_jerk : float
        Limit of the jerk [rad/s³], greater than 0; infinite for second order.

    Returns
    -------
    float
        Duration [s].
    """
    problem = Problem(
        start=np.atleast_2d(np.asarray(start)),
        end=np.atleast_2d(np.asarray(end)),
        max_velocity=[max_velocity],
        max_acceleration=[max_acceleration],
        max_jerk=[max_jerk],
    )
    return float(JerkLimited(1).durations(problem)[0].fastest[0])


__all__ = [
    "INTERFACES",
    "SYNCHRONIZATIONS",
    "JerkLimited",
    "Problem",
    "Trajectory",
    "all_durations",
    "minimum_duration",
]
