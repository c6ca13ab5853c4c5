"""What a session asks for, as a pure function."""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number
from ..errors import ConfigError
from ._inputs import to_whole


class Goal(NamedTuple):
    """What is asked for.

    Attributes
    ----------
    support : float or ndarray of float, shape (T,)
        Body-weight support [-].
    guidance : float or ndarray of float, shape (T,)
        Guidance [-].
    speed : float or ndarray of float, shape (T,)
        Speed [m/s].
    challenge : float or ndarray of float, shape (T,)
        Challenge [-], 0 to 1.
    """

    support: float | Array
    guidance: float | Array
    speed: float | Array
    challenge: float | Array


class Schedule:
    """Support, guidance and speed over the sessions of a training, and their course within one.

    Between the points of the tables values are interpolated. Within a session speed comes up and goes down, guidance
    falls as long as the gait stays within limits, and the challenge grows with the steps.

    Parameters
    ----------
    sessions : array_like of float, shape (K,)
        Sessions of the tables' points [-], 1 to 10000, increasing, 1 to 64 of them.
    support : array_like of float, shape (K,)
        Body-weight support [-], 0 to 1.
    guidance : array_like of float, shape (K,)
        Guidance [-], 0 to 1.
    speed : array_like of float, shape (K,)
        Speed [m/s], 0 to 3.
    duration : float
        Duration of a session [s], 600 to 7200.
    warm_up : float
        Time in which speed comes up [s], 10 to 1800; with `cool_down` not longer than the session.
    cool_down : float
        Time in which speed goes down [s], 10 to 1800.
    start_share : float
        Share of the speed at both ends [-], 0 to 1.
    guidance_floor : float
        Guidance that a good gait does not go below [-], 0 to 1.
    guidance_ease : float
        Fall of guidance while the gait is within limits [1/s], 0 to 0.01.
    challenge_steps : float
        Steps from which the challenge grows [-], 0 to 100000.
    challenge_ramp : float
        Steps over which it grows to 1 [-], 1 to 100000.

    Raises
    ------
    ConfigError
        If a parameter is outside its range or tables differ in length.

    Examples
    --------
    >>> plan = Schedule.spinal_cord(0.5, sessions_per_week=3, guidance=1.0, guidance_floor=0.4, guidance_ease=1e-4)
    >>> plan.at(session=1, time=600, steps=400, within_limits=0.0).support
    0.45
    """

    __slots__ = ("_core",)

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
        self._core = _core.Schedule(
            sessions=to_array("sessions", sessions, 1),
            support=to_array("support", support, 1),
            guidance=to_array("guidance", guidance, 1),
            speed=to_array("speed", speed, 1),
            duration=to_number("duration", duration),
            warm_up=to_number("warm_up", warm_up),
            cool_down=to_number("cool_down", cool_down),
            start_share=to_number("start_share", start_share),
            guidance_floor=to_number("guidance_floor", guidance_floor),
            guidance_ease=to_number("guidance_ease", guidance_ease),
            challenge_steps=to_number("challenge_steps", challenge_steps),
            challenge_ramp=to_number("challenge_ramp", challenge_ramp),
        )

    @classmethod
    def spinal_cord(
        cls, speed: float, *, sessions_per_week: int, guidance: float, guidance_floor: float, guidance_ease: float
    ) -> Schedule:
        """Make the schedule of a protocol for people with spinal cord injury.

        Support is 45 % in the first week (the middle of the protocol's 40 to 50 %), then 40, 30 and 20 % [1]_. That the
        challenge begins at 750 steps is an assumption: the paper that is named for it [2]_ has an exoskeleton over
        ground, and the number was not found in what of it was at hand, abstract and introduction. Speed and guidance
        have no source and are the therapist's; the ramps of speed and challenge are ours.

        Parameters
        ----------
        speed : float
            Speed [m/s], 0 to 3.
        sessions_per_week : int
            Sessions in a week [-], 2 to 7.
        guidance : float
            Guidance [-], 0 to 1.
        guidance_floor : float
            Guidance that a good gait does not go below [-], 0 to 1.
        guidance_ease : float
            Fall of guidance while the gait is within limits [1/s], 0 to 0.01.

        Returns
        -------
        Schedule
            The schedule.

        Raises
        ------
        ConfigError
            If a value is outside its range.

        References
        ----------
        .. [1] PMC4349529.
        .. [2] Edwards, D. J. et al. (2022). Walking improvement in chronic incomplete spinal cord injury with
           exoskeleton robotic training (WISE): a randomized controlled trial. Spinal Cord, 60, 522-532. PMC9209325.
        """
        w = to_whole("sessions_per_week", sessions_per_week)
        if not 2 <= w <= 7:
            raise ConfigError(f"sessions_per_week must lie in [2, 7], got {w}")
        return cls(
            sessions=[1, w, w + 1, 2 * w, 2 * w + 1, 3 * w, 3 * w + 1],
            support=[0.45, 0.45, 0.40, 0.40, 0.30, 0.30, 0.20],
            guidance=[to_number("guidance", guidance)] * 7,
            speed=[to_number("speed", speed)] * 7,
            duration=1800.0,
            warm_up=300.0,
            cool_down=120.0,
            start_share=0.5,
            guidance_floor=guidance_floor,
            guidance_ease=guidance_ease,
            challenge_steps=750.0,
            challenge_ramp=250.0,
        )

    def at(self, session: float, time: float, steps: float, within_limits: float) -> Goal:
        """Tell what is asked for.

        Parameters
        ----------
        session : float
            Session [-], from 1.
        time : float
            Time in the session [s].
        steps : float
            Steps in the session [-].
        within_limits : float
            Time in this session in which the gait was within limits, less the time in which it was not [s].

        Returns
        -------
        Goal
            Support, guidance, speed and challenge.
        """
        named = (("session", session), ("time", time), ("steps", steps), ("within_limits", within_limits))
        return Goal(*self._core.at(*(to_number(name, value) for name, value in named)))

    def run(self, session: float, time: ArrayLike, steps: ArrayLike, within_limits: ArrayLike) -> Goal:
        """Tell what is asked for over a session.

        Parameters
        ----------
        session : float
            Session [-], from 1.
        time : array_like of float, shape (T,)
            Time in the session [s].
        steps : array_like of float, shape (T,)
            Steps in the session [-].
        within_limits : array_like of float, shape (T,)
            Time within limits less time outside them [s].

        Returns
        -------
        Goal
            Support, guidance, speed and challenge, each (T,).

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        named = (("time", time), ("steps", steps), ("within_limits", within_limits))
        a, b, c = (to_array(name, values, 1) for name, values in named)
        return Goal(*self._core.run(to_number("session", session), a, b, c))
