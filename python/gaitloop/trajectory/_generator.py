"""Online source of the reference: standing, walking, and every change between them."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._core import GaitReference
from ..errors import ConfigError
from ._inputs import Array, Out, array, number
from ._pattern import GaitPattern


class GaitState(IntEnum):
    """What a `GaitGenerator` is doing."""

    STANDING = 0
    STARTING = 1
    WALKING = 2
    CHANGING = 3
    STOPPING = 4
    CATCHING = 5


def _joints(name: str, value: ArrayLike) -> Array:
    joints = array(name, value, (1,), "(3,) or (6,)")
    return np.tile(joints, 2) if joints.shape == (3,) else joints


class GaitGenerator:
    """Online reference for both legs that stays smooth and within bounds through any sequence of requests.

    It stands when made. Requests come at any time, in any order, at any phase: `walk` starts, or changes to another
    pattern; `stand` stops with the feet level; `catch` takes over a limb that moves; `freeze` holds everything and
    `resume` goes on. `step` gives the reference of the next tick. Angle, velocity and acceleration never jump (a catch
    begins exactly at the state given), and velocity, acceleration and jerk stay within their bounds: what a request
    can ask of each joint at most is computed when it is made, and the change is stretched until it fits. A request
    that cannot fit is refused with the joint, the figure and its bound, and changes nothing.

    Parameters
    ----------
    max_velocity : array_like of float, shape (3,) or (6,)
        Largest velocity of each joint [rad/s], 1e-3 to 1e3; three values (hip, knee, ankle) serve both legs.
    max_acceleration : array_like of float, shape (3,) or (6,)
        Largest acceleration [rad/s²], 1e-2 to 1e5.
    max_jerk : array_like of float, shape (3,) or (6,)
        Largest jerk [rad/s³], 1e-1 to 1e7.
    lower : array_like of float, shape (3,) or (6,)
        Range of motion, low end [rad], -3 to 3.
    upper : array_like of float, shape (3,) or (6,)
        Range of motion, high end [rad], -3 to 3, above `lower`.
    hip : float
        Hip flexion of both legs in standing [rad], -1 to 1.
    knee : float
        Knee flexion of both legs in standing [rad], -1 to 1. The ankles keep the soles level.
    freeze_time : float
        Time in which `freeze` brings full motion to a hold [s], 0.1 to 10.

    Raises
    ------
    ConfigError
        If an argument is outside its range, `lower` is not below `upper`, or standing is outside them.

    Examples
    --------
    >>> generator = GaitGenerator(
    ...     max_velocity=[5, 10, 6],
    ...     max_acceleration=[80, 200, 120],
    ...     max_jerk=[4000, 9000, 5000],
    ...     lower=[-0.6, -0.1, -0.6],
    ...     upper=[1.0, 1.4, 0.5],
    ... )
    >>> seconds = generator.walk(GaitPattern.koopman(0.8, 1.72), steps=2, first="right")
    >>> reference = generator.step(0.001)
    >>> reference.q.shape, GaitState(reference.state).name
    ((6,), 'STARTING')
    >>> walking = generator.run(5000, 0.001)
    >>> GaitState(walking.state[-1]).name
    'WALKING'
    """

    __slots__ = ("_core", "_step")

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
        self._core = _core.GaitGenerator(
            max_velocity=_joints("max_velocity", max_velocity),
            max_acceleration=_joints("max_acceleration", max_acceleration),
            max_jerk=_joints("max_jerk", max_jerk),
            lower=_joints("lower", lower),
            upper=_joints("upper", upper),
            hip=number("hip", hip),
            knee=number("knee", knee),
            freeze_time=number("freeze_time", freeze_time),
        )
        self._step = self._core.step

    def walk(self, pattern: GaitPattern, *, steps: float = 2.0, first: Literal["left", "right"] = "left") -> float:
        """Walk with a pattern: start, or change the pattern, its speed or its parameters.

        Parameters
        ----------
        pattern : GaitPattern
            What to walk with.
        steps : float
            Duration of the change in steps of the new pattern [-], 1 to 3; longer where the bounds need it.
        first : {'left', 'right'}
            The leg that is put forward first when it stands.

        Returns
        -------
        float
            Time until the change is done [s], not counting time held by `freeze`: the change itself, and before it
            the rest of a running one where the new one could not begin within it.

        Raises
        ------
        ConfigError
            If `steps` is outside its range or the pattern cannot be played within the bounds: the message names the
            joint, the figure, its bound, and how slow the pattern would have to be.

        Examples
        --------
        >>> generator = GaitGenerator(
        ...     max_velocity=[9] * 3, max_acceleration=[300] * 3, max_jerk=[9000] * 3, lower=[-1] * 3, upper=[2] * 3
        ... )
        >>> round(generator.walk(GaitPattern.koopman(0.6, 1.72), steps=1), 3)
        0.707
        """
        if not isinstance(pattern, GaitPattern):
            raise ConfigError(f"pattern must be a GaitPattern, got {type(pattern).__name__}")
        if first not in ("left", "right"):
            raise ConfigError(f"first must be 'left' or 'right', got {first!r}")
        return self._core.walk(pattern._core, number("steps", steps), first == "left")

    def stand(self, *, steps: float = 2.0, wait: bool = True) -> float:
        """Stop, and stand with the feet level and side by side.

        Parameters
        ----------
        steps : float
            Duration in steps of the present pattern [-], 1 to 3; longer where the bounds need it. The cadence runs
            out over it, so that half as many are walked.
        wait : bool
            Whether to begin, after a running change has ended, where the last step ends with the feet passing each
            other: at most half a cycle later, and the toes stay off the ground. False begins at once, and a toe may
            dip below the other sole, by up to 21 mm with the published pattern at 0.2 to 1.2 m/s and 1.75 m.

        Returns
        -------
        float
            Time until it stands [s], not counting time held by `freeze`.

        Raises
        ------
        ConfigError
            If `steps` is outside its range, `wait` no bool, or there is no way within the bounds.
        """
        if not isinstance(wait, bool | np.bool_):
            raise ConfigError(f"wait must be True or False, got {wait!r}")
        return self._core.stand(number("steps", steps), bool(wait))

    def catch(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        ddq: ArrayLike | None = None,
        *,
        pattern: GaitPattern | None = None,
        phase: float | None = None,
        steps: float = 1.0,
    ) -> float:
        """Take over limbs that move, and lead them into walking or to standing.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad], within the range of motion.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s], within the bounds.
        ddq : array_like of float, shape (6,), or None
            Joint accelerations [rad/s²], within the bounds; None is 0.
        pattern : GaitPattern or None
            What to walk with; None leads to standing.
        phase : float or None
            Phase of the left side at which the pattern is entered [-], 0 to 1; None is the nearest to the state.
        steps : float
            Duration in steps [-] of the pattern, or of half a second to standing, 1 to 3; longer where the bounds need
            it.

        Returns
        -------
        float
            Time until it is done [s].

        Raises
        ------
        ConfigError
            If the state is beyond the range of motion or the bounds, or there is no way within them from there;
            nothing changes then.
        """
        if pattern is not None and not isinstance(pattern, GaitPattern):
            raise ConfigError(f"pattern must be a GaitPattern or None, got {type(pattern).__name__}")
        return self._core.catch(
            array("q", q, (1,), "(6,)"),
            array("dq", dq, (1,), "(6,)"),
            None if ddq is None else array("ddq", ddq, (1,), "(6,)"),
            None if pattern is None else pattern._core,
            None if phase is None else number("phase", phase),
            number("steps", steps),
        )

    def freeze(self) -> None:
        """Bring everything to a hold within `freeze_time`: walking, and a running change too."""
        self._core.freeze()

    def resume(self) -> None:
        """Go on from where `freeze` held."""
        self._core.resume()

    def step(self, dt: float, out: Out | Array | None = None) -> GaitReference:
        """Advance by one tick.

        Parameters
        ----------
        dt : float
            Duration of the tick [s], above 0 and at most 0.1; anything else counts as 0.
        out : tuple of three ndarray, each of shape (6,), or ndarray of shape (3, 6), or None
            Where to write angles, velocities and accelerations [rad, rad/s, rad/s²] as well, C-contiguous float64.

        Returns
        -------
        GaitReference
            ``q``, ``dq``, ``ddq`` of the six joints [rad, rad/s, rad/s²], ``phases``, ``phase_rates`` and
            ``phase_accels`` of both sides [-, 1/s, 1/s²], ``state`` (a value of `GaitState`), ``remaining`` [s] until
            all that was asked for is done, and ``pace`` [-], 0 when frozen to 1.

        Raises
        ------
        ConfigError
            If `dt` is not a number, or the shape of `out` does not fit.
        """
        return self._step(dt, out)

    def step_with(
        self,
        phases: ArrayLike,
        phase_rates: ArrayLike,
        phase_accels: ArrayLike,
        dt: float,
        out: Out | Array | None = None,
    ) -> GaitReference:
        """Advance by one tick with the phase of each side given from outside.

        Changes of pattern, start and stop run as with `step`; bounds hold as long as the phase given is as smooth as
        the generator's own would be. A freeze holds changes only. Not to be mixed with `step` while walking.

        Parameters
        ----------
        phases : array_like of float, shape (2,)
            Phase of left and right side [-]; wrapped into 0 to 1.
        phase_rates : array_like of float, shape (2,)
            Phase rates [1/s], used up to ±100, and not finite counts as 0.
        phase_accels : array_like of float, shape (2,)
            Phase accelerations [1/s²], used up to ±1e4, and not finite counts as 0.
        dt : float
            Duration of the tick [s], as for `step`.
        out : tuple of three ndarray, each of shape (6,), or ndarray of shape (3, 6), or None
            Where to write angles, velocities and accelerations [rad, rad/s, rad/s²] as well, as for `step`.

        Returns
        -------
        GaitReference
            As for `step`.

        Raises
        ------
        ConfigError
            If `dt` is not a number, or a shape does not fit.
        """
        phase, rate, accel = (
            array(name, value, (1,), "(2,)")
            for name, value in (("phases", phases), ("phase_rates", phase_rates), ("phase_accels", phase_accels))
        )
        return self._core.step_with(phase, rate, accel, dt, out)

    def run(self, ticks: int, dt: float) -> GaitReference:
        """Advance by many ticks.

        Parameters
        ----------
        ticks : int
            Number of ticks [-], 0 to 1e8.
        dt : float
            Duration of each [s], as for `step`.

        Returns
        -------
        GaitReference
            As for `step`, with one row per tick.

        Raises
        ------
        ConfigError
            If `ticks` is outside its range, or `dt` not a number.
        """
        whole = number("ticks", ticks)
        if not 0 <= whole <= 1e8 or whole != int(whole):
            raise ConfigError(f"ticks must lie in [0, 100000000] and be whole, got {ticks!r}")
        return self._core.run(int(whole), dt)

    @property
    def reference(self) -> GaitReference:
        """The reference of this instant, as of the last tick or request."""
        return self._core.reference

    @property
    def frozen(self) -> bool:
        """Whether it is held by `freeze`, or on the way to it."""
        return self._core.frozen
