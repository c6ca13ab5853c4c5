"""A pattern in a therapist's words, and changed in them."""

from __future__ import annotations

from dataclasses import dataclass
from math import degrees
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._core import GaitPattern as CorePattern
from ..errors import ConfigError
from ._inputs import Array, array, number

if TYPE_CHECKING:
    from typing import Self

Pair: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Description:
    """A pattern in a therapist's words, measured on its curves for one body height; pairs are left, right.

    Parameters
    ----------
    step_length : tuple of float
        Distance of the ankles at the initial contact of that side [m].
    foot_clearance_cm : tuple of float
        Smallest height of that side's swinging toe over the standing foot [cm].
    knee_range_deg : tuple of float
        Largest minus smallest knee flexion [deg].
    hip_range_deg : tuple of float
        Largest minus smallest hip flexion [deg].
    cadence : float
        Steps per minute [1/min].
    speed : float or None
        Walking speed [m/s], None where it is not known.
    asymmetry : float or None
        Logarithm of left over right step length [-], None unless both are positive.
    phase_offset : float
        Phase of the right side minus phase of the left [-].
    stance_share : tuple of float
        Phase at which the toe is farthest behind the hip, the kinematic sign of toe-off [-].
    stance_speed : tuple of float
        Speed with which the ankle goes back between 10 and 40 % of the cycle [m/s]; the belt's, on a belt.
    """

    step_length: Pair
    foot_clearance_cm: Pair
    knee_range_deg: Pair
    hip_range_deg: Pair
    cadence: float
    speed: float | None
    asymmetry: float | None
    phase_offset: float
    stance_share: Pair
    stance_speed: Pair


@dataclass(frozen=True, slots=True)
class Difference:
    """How a pattern differs from a table of curves.

    Parameters
    ----------
    offset : ndarray of float, shape (6,)
        Mean of pattern minus table per joint [rad].
    rms : ndarray of float, shape (6,)
        Root mean square of what is left per joint once the offset is taken away [rad].
    """

    offset: Array
    rms: Array


def _pair(name: str, value: ArrayLike | None) -> Pair | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) and np.ndim(value) == 0:
        both = number(name, value)
        return both, both
    left_right = array(name, value, (1,), "() or (2,)")
    if left_right.shape != (2,):
        raise ConfigError(f"{name} must have shape () or (2,), got {left_right.shape}")
    return float(left_right[0]), float(left_right[1])


def _range_of_motion(value: tuple[ArrayLike, ArrayLike]) -> tuple[Array, Array]:
    try:
        lower, upper = value
    except (TypeError, ValueError) as error:
        raise ConfigError(f"range_of_motion must be a pair (lower, upper), got {value!r}") from error
    shape = "(3,) or (6,)"
    return array("range_of_motion[0]", lower, (1,), shape), array("range_of_motion[1]", upper, (1,), shape)


class Shaping:
    """What `GaitPattern` offers in a therapist's words."""

    __slots__ = ()
    _core: CorePattern

    if TYPE_CHECKING:

        @classmethod
        def _wrap(cls, core: CorePattern) -> Self: ...

    def describe(self, height: float) -> Description:
        """The pattern in a therapist's words, measured by the kinematics of the leg, pelvis upright.

        Parameters
        ----------
        height : float
            Body height [m], 1.0 to 2.3.

        Returns
        -------
        Description
            Step lengths, clearances, ranges, cadence, speed, asymmetry, offset and stance shares.

        Raises
        ------
        ConfigError
            If `height` is outside its range.

        References
        ----------
        .. [1] Zeni, J. A., Richards, J. G. & Higginson, J. S. (2008). Two simple methods for determining gait events
           during treadmill and overground walking using kinematic data. Gait & Posture, 27(4), 710-714. (Toe-off.)

        Examples
        --------
        >>> import gaitloop as gl
        >>> own = gl.trajectory.GaitPattern.koopman(0.8, 1.72).describe(1.72)
        >>> [round(x) for x in own.knee_range_deg]
        [56, 56]
        """
        pairs, cadence, speed, asymmetry, offset = _core.describe_pattern(self._core, number("height", height))
        step_length, clearance, knee, hip, stance_share, stance_speed = ((left, right) for left, right in pairs)
        return Description(
            step_length=step_length,
            foot_clearance_cm=(100.0 * clearance[0], 100.0 * clearance[1]),
            knee_range_deg=(degrees(knee[0]), degrees(knee[1])),
            hip_range_deg=(degrees(hip[0]), degrees(hip[1])),
            cadence=cadence,
            speed=speed,
            asymmetry=asymmetry,
            phase_offset=offset,
            stance_share=stance_share,
            stance_speed=stance_speed,
        )

    def adjust(
        self,
        *,
        height: float,
        range_of_motion: tuple[ArrayLike, ArrayLike],
        step_length: ArrayLike | None = None,
        foot_clearance_cm: ArrayLike | None = None,
        knee_range_deg: ArrayLike | None = None,
        hip_range_deg: ArrayLike | None = None,
        stance_share: ArrayLike | None = None,
        cadence: float | None = None,
        speed: float | None = None,
        asymmetry: float | None = None,
        phase_offset: float | None = None,
    ) -> Self:
        """The pattern changed in a therapist's words; `describe` of the result gives what was asked.

        Words are met together. Where a word may be a pair, it is (left, right), and one number counts for both sides.
        Of `step_length`, `cadence` and `speed` two decide and the third follows (speed = step length x cadence / 60);
        with one of them the speed stays, and with `speed` alone the step length. What is not asked may change with what
        is: a longer step widens the hip range. The stance foot goes back as fast as the belt from its own contact to
        the other foot's.

        Parameters
        ----------
        height : float
            Body height [m], 1.0 to 2.3.
        range_of_motion : tuple of two array_like of float, each shape (3,) or (6,)
            Smallest and largest joint angles of this person [rad], -3 to 3; three count for both legs. The result stays
            inside.
        step_length : array_like of float, shape () or (2,), or None
            Distance of the ankles at the initial contact of a side [m], 0.05 to 1.2.
        foot_clearance_cm : array_like of float, shape () or (2,), or None
            Smallest height of the swinging toe over the standing foot [cm], 0 to 15.
        knee_range_deg : array_like of float, shape () or (2,), or None
            Largest minus smallest knee flexion [deg], 5 to 120.
        hip_range_deg : array_like of float, shape () or (2,), or None
            Largest minus smallest hip flexion [deg], 5 to 90; reached in swing, as the stance belongs to the step
            length.
        stance_share : array_like of float, shape () or (2,), or None
            Phase at which the toe is farthest behind the hip [-], 0.50 to 0.75.
        cadence : float or None
            Steps per minute [1/min], 10 to 200.
        speed : float or None
            Walking speed [m/s], 0.05 to 2.5.
        asymmetry : float or None
            Natural logarithm of left over right step length [-], -1 to 1; not together with two step lengths.
        phase_offset : float or None
            Phase of the right side minus phase of the left [-], 0.30 to 0.70.

        Returns
        -------
        GaitPattern
            The changed pattern.

        Raises
        ------
        ConfigError
            If an argument is outside its range, words contradict each other, or a word cannot be reached within the
            range of motion; the message then says what can.

        Examples
        --------
        >>> import gaitloop as gl
        >>> pattern = gl.trajectory.GaitPattern.koopman(0.8, 1.72)
        >>> limits = ([-0.6, -0.1, -0.6], [1.2, 1.5, 0.6])
        >>> changed = pattern.adjust(height=1.72, range_of_motion=limits, foot_clearance_cm=(3.0, 3.5), cadence=95)
        >>> [round(x, 6) for x in changed.describe(1.72).foot_clearance_cm]
        [3.0, 3.5]
        """
        lower, upper = _range_of_motion(range_of_motion)
        pairs = (
            _pair("step_length", step_length),
            _pair("foot_clearance_cm", foot_clearance_cm),
            _pair("knee_range_deg", knee_range_deg),
            _pair("hip_range_deg", hip_range_deg),
            _pair("stance_share", stance_share),
        )
        singles = (
            None if cadence is None else number("cadence", cadence),
            None if speed is None else number("speed", speed),
            None if asymmetry is None else number("asymmetry", asymmetry),
            None if phase_offset is None else number("phase_offset", phase_offset),
        )
        return self._wrap(_core.adjust_pattern(self._core, number("height", height), lower, upper, pairs, singles))

    def difference(self, angles: ArrayLike) -> Difference:
        """How the pattern differs from a table of curves: an offset per joint, and what is left without it.

        Parameters
        ----------
        angles : array_like of float, shape (N, 3) or (N, 6)
            Joint angles [rad], -3 to 3, at phases ``i / (N - 1)`` of each side's own cycle, 9 rows or more; the last
            row, which repeats the first, is not compared. Three columns (hip, knee, ankle) serve both sides.

        Returns
        -------
        Difference
            Offset and remaining root mean square of each joint.

        Raises
        ------
        ConfigError
            If the table has another shape or an angle is outside its range.

        Examples
        --------
        >>> import gaitloop as gl
        >>> pattern = gl.trajectory.GaitPattern.koopman(1.0, 1.75)
        >>> table = pattern.evaluate(np.linspace(0, 1, 51))[0][:, :3] - [0.1, 0.0, 0.0]
        >>> [round(float(x), 6) for x in pattern.difference(table).offset[:2]]
        [0.1, 0.0]
        """
        offset, rms = _core.pattern_difference(self._core, array("angles", angles, (2,), "(N, 3) or (N, 6)"))
        return Difference(offset=offset, rms=rms)
