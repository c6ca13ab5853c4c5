"""Section 9.8: body-weight support, guidance, speed and challenge over sessions and within one."""

from __future__ import annotations

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import array, in_range
from .._conventions import Array, clamp


class Goal(NamedTuple):
    """What a session asks for, at one time or at several.

    Attributes
    ----------
    support : float or ndarray of float, shape (T,)
        Share of the body weight that is carried [-], 0 to 1.
    guidance : float or ndarray of float, shape (T,)
        Guidance [-], 0 to 1.
    speed : float or ndarray of float, shape (T,)
        Belt speed [m/s], 0 to 3.
    challenge : float or ndarray of float, shape (T,)
        How far the challenge has gone up [-], 0 to 1.
    """

    support: float | Array
    guidance: float | Array
    speed: float | Array
    challenge: float | Array


def _listed(name: str, values: ArrayLike, low: float, high: float) -> list[float]:
    return [in_range(name, x, low, high, i) for i, x in enumerate(array(name, values, (-1,)).tolist())]


class Schedule:
    """Goals over sessions and within a session, as a pure function [1]_ [2]_.

    Parameters
    ----------
    sessions : array_like of float, shape (K,)
        Sessions at which a goal is given [-], 1 to 10000, increasing; K 1 to 64.
    support, guidance : array_like of float, shape (K,)
        Share of the body weight that is carried and guidance [-], 0 to 1.
    speed : array_like of float, shape (K,)
        Belt speed [m/s], 0 to 3.
    duration, warm_up, cool_down : float
        Length of a session [s], 600 to 7200, of its begin and of its end [s], 10 to 1800, together within it.
    start_share : float
        Share of the speed at both ends [-], 0 to 1.
    guidance_floor : float
        Guidance down to which good gait lowers it [-], 0 to 1.
    guidance_ease : float
        Guidance that each second of good gait takes away [1/s], 0 to 0.01.
    challenge_steps, challenge_ramp : float
        Steps after which the challenge goes up, 0 to 100000, and that it takes, 1 to 100000 [-].

    Raises
    ------
    ConfigError
        If a value lies outside its range or lists do not fit.

    References
    ----------
    .. [1] PMC4349529: support 40-50, 40, 30, 20 % in weeks 1 to 4, warm-up 5 min, cool-down 2 min.
    .. [2] Edwards et al. (2022), Spinal Cord 60, 522-532, PMC9209325; the 750 steps of `spinal_cord` are an assumption.
    """

    def __init__(
        self,
        *,
        sessions: ArrayLike,
        support: ArrayLike,
        guidance: ArrayLike,
        speed: ArrayLike,
        duration: float,
        warm_up: float,
        cool_down: float,
        start_share: float,
        guidance_floor: float,
        guidance_ease: float,
        challenge_steps: float,
        challenge_ramp: float,
    ) -> None:
        self._sessions = self._increasing(sessions)
        tables = (("support", support, 1.0), ("guidance", guidance, 1.0), ("speed", speed, 3.0))
        self._tables = [self._table(name, values, high) for name, values, high in tables]
        self._duration = in_range("duration", duration, 600.0, 7200.0)
        self._warm_up = in_range("warm_up", warm_up, 10.0, 1800.0)
        self._cool_down = in_range("cool_down", cool_down, 10.0, 1800.0)
        self._start_share = in_range("start_share", start_share, 0.0, 1.0)
        self._floor = in_range("guidance_floor", guidance_floor, 0.0, 1.0)
        self._ease = in_range("guidance_ease", guidance_ease, 0.0, 0.01)
        self._challenge_steps = in_range("challenge_steps", challenge_steps, 0.0, 100_000.0)
        self._challenge_ramp = in_range("challenge_ramp", challenge_ramp, 1.0, 100_000.0)
        in_range("warm_up", warm_up, 10.0, min(1800.0, self._duration - self._cool_down))

    @staticmethod
    def _increasing(sessions: ArrayLike) -> list[float]:
        n = len(array("sessions", sessions, (-1,)))
        if not 1 <= n <= 64:
            raise ConfigError(f"sessions must have length 1 to 64, got {n}")
        values = _listed("sessions", sessions, 1.0, 10_000.0)
        for i in range(1, n):
            if not values[i] > values[i - 1]:
                raise ConfigError(f"sessions must increase, got {values[i]:g} after {values[i - 1]:g} at index {i}")
        return values

    def _table(self, name: str, values: ArrayLike, high: float) -> list[float]:
        n = len(array(name, values, (-1,)))
        if n != len(self._sessions):
            raise ConfigError(f"{name} must have length {len(self._sessions)}, got {n}")
        return _listed(name, values, 0.0, high)

    @classmethod
    def spinal_cord(
        cls,
        speed: float,
        *,
        sessions_per_week: int,
        guidance: float,
        guidance_floor: float,
        guidance_ease: float,
    ) -> Self:
        """Four weeks of the published protocol for people with a spinal cord injury.

        Parameters
        ----------
        speed : float
            Belt speed of all sessions [m/s], 0 to 3.
        sessions_per_week : int
            Sessions in a week [-], 2 to 7.
        guidance, guidance_floor, guidance_ease : float
            Guidance of all sessions [-], and how it is lowered [-, 1/s].

        Returns
        -------
        Schedule
            The schedule.
        """
        w = int(in_range("sessions_per_week", sessions_per_week, 2, 7))
        return cls(
            sessions=[1, w, w + 1, 2 * w, 2 * w + 1, 3 * w, 3 * w + 1],
            support=[0.45, 0.45, 0.40, 0.40, 0.30, 0.30, 0.20],
            guidance=[guidance] * 7,
            speed=[speed] * 7,
            duration=1800.0,
            warm_up=300.0,
            cool_down=120.0,
            start_share=0.5,
            guidance_floor=guidance_floor,
            guidance_ease=guidance_ease,
            challenge_steps=750.0,
            challenge_ramp=250.0,
        )

    def _at_session(self, table: list[float], session: float) -> float:
        points = self._sessions
        if session <= points[0]:
            return table[0]
        for i in range(len(points) - 1):
            if session < points[i + 1]:
                r = (session - points[i]) / (points[i + 1] - points[i])
                return (1.0 - r) * table[i] + r * table[i + 1]
        return table[-1]

    def at(self, session: float, time: float, steps: float, within_limits: float) -> Goal:
        """Goal at a time.

        Parameters
        ----------
        session : float
            Session [-], the first is 1.
        time : float
            Time in the session [s].
        steps : float
            Steps in the session [-].
        within_limits : float
            Time in the session within normal limits, less the time outside them, never below 0 [s].

        Returns
        -------
        Goal
            The goal.
        """
        session, time, steps, within_limits = (
            x if math.isfinite(x) else default
            for x, default in ((session, 1.0), (time, 0.0), (steps, 0.0), (within_limits, 0.0))
        )
        support, g, speed = (self._at_session(table, session) for table in self._tables)
        guidance = max(min(g, self._floor), g - self._ease * max(0.0, within_limits))
        t = clamp(time, 0.0, self._duration)
        up, down = min(1.0, t / self._warm_up), min(1.0, (self._duration - t) / self._cool_down)
        w = self._start_share + (1.0 - self._start_share) * min(up, down)
        challenge = clamp((steps - self._challenge_steps) / self._challenge_ramp, 0.0, 1.0)
        return Goal(support, guidance, w * speed, challenge)

    def run(self, session: float, time: ArrayLike, steps: ArrayLike, within_limits: ArrayLike) -> Goal:
        """Goals of a session.

        Parameters
        ----------
        session : float
            Session [-].
        time, steps, within_limits : array_like of float, shape (T,)
            Time [s], steps [-] and time within normal limits [s].

        Returns
        -------
        Goal
            The goals, as arrays.
        """
        rows = zip(*(np.asarray(x, float).tolist() for x in (time, steps, within_limits)), strict=True)
        goals = np.array([self.at(session, *row) for row in rows]).reshape(-1, 4)
        return Goal(*(goals[:, i].copy() for i in range(4)))
