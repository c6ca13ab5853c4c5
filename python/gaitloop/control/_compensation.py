"""What the motors have to add so that the person does not feel the exoskeleton."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number


class MotorTorque(NamedTuple):
    """What `Compensation` gives, of one tick or of a recording (T, ...).

    Attributes
    ----------
    tau_motor : ndarray of float, shape (6,)
        Torque that the motors must give [N·m].
    added : ndarray of float, shape (6,)
        What was added to the torque that the person feels [N·m].
    """

    tau_motor: Array
    added: Array


class Compensation:
    """Gravity, friction and inertia of the exoskeleton, added to the torque that the person shall feel.

    Only a share of friction and inertia is added, so that an error of the parameters does not drive the joint.

    Parameters
    ----------
    gravity : array_like of float, shape (2, 6)
        Coefficients of sine and cosine of the directions of thigh, shank and foot of each side [N·m], -200 to 200;
        see `segment_gravity`.
    coulomb : array_like of float, shape (6,)
        Coulomb friction [N·m], 0 to 50.
    viscous : array_like of float, shape (6,)
        Viscous friction [N·m·s/rad], 0 to 50.
    inertia : array_like of float, shape (6,)
        Inertia at each joint [kg·m²], 0 to 5.
    max_torque : array_like of float, shape (6,)
        Largest torque that is added [N·m], 0 to 150; 0 for a joint that is not driven.
    friction_speed : float
        Speed over which friction changes its sign [rad/s], 0.01 to 1.
    friction_share : float
        Share of the friction that is added [-], 0 to 1.
    inertia_share : float
        Share of the inertia that is added [-], 0 to 0.8.
    accel_time : float
        Time constant of the measured acceleration [s], 0.002 to 0.1.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.zeros(6)
    >>> law = Compensation(np.full((2, 6), 10.0), zero, zero, zero, np.full(6, 100.0))
    >>> law.step(zero, zero, zero, None, 0.001).tau_motor
    array([ 30., -20.,  10.,  30., -20.,  10.])
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        gravity: ArrayLike,
        coulomb: ArrayLike,
        viscous: ArrayLike,
        inertia: ArrayLike,
        max_torque: ArrayLike,
        *,
        friction_speed: float = 0.1,
        friction_share: float = 0.8,
        inertia_share: float = 0.5,
        accel_time: float = 0.02,
    ) -> None:
        self._core = _core.Compensation(
            to_array("gravity", gravity, 2),
            to_array("coulomb", coulomb, 1),
            to_array("viscous", viscous, 1),
            to_array("inertia", inertia, 1),
            to_array("max_torque", max_torque, 1),
            friction_speed=to_number("friction_speed", friction_speed),
            friction_share=to_number("friction_share", friction_share),
            inertia_share=to_number("inertia_share", inertia_share),
            accel_time=to_number("accel_time", accel_time),
        )

    def reset(self) -> None:
        """Forget the velocities."""
        self._core.reset()

    def step(
        self,
        tau: ArrayLike,
        q: ArrayLike,
        dq: ArrayLike,
        ddq: ArrayLike | None,
        dt: float,
        pelvis_pitch: float = 0.0,
    ) -> MotorTorque:
        """Torque of one tick.

        Parameters
        ----------
        tau : array_like of float, shape (6,)
            Torque that the person shall feel [N·m].
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s]; NaN where absent.
        ddq : array_like of float, shape (6,), or None
            Acceleration of the reference [rad/s²]; where absent, the measured one is used.
        dt : float
            Duration of the tick [s]; 0 unless above 0 and at most 0.1.
        pelvis_pitch : float
            Pitch of the pelvis [rad], positive leaning back.

        Returns
        -------
        MotorTorque
            Torque of the motors and what was added.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        accel = np.full(6, np.nan) if ddq is None else to_array("ddq", ddq, 1)
        signals = to_array("tau", tau, 1), to_array("q", q, 1), to_array("dq", dq, 1), accel
        return MotorTorque(*self._core.step(*signals, to_number("dt", dt), to_number("pelvis_pitch", pelvis_pitch)))

    def run(
        self,
        tau: ArrayLike,
        q: ArrayLike,
        dq: ArrayLike,
        ddq: ArrayLike | None,
        dt: float,
        pelvis_pitch: ArrayLike | None = None,
    ) -> MotorTorque:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        tau : array_like of float, shape (T, 6)
            Torque that the person shall feel [N·m].
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s]; NaN where absent.
        ddq : array_like of float, shape (T, 6), or None
            Acceleration of the reference [rad/s²]; where absent, the measured one is used.
        dt : float
            Duration of every tick [s].
        pelvis_pitch : array_like of float, shape (T,), optional
            Pitch of the pelvis [rad], positive leaning back; 0 when not given.

        Returns
        -------
        MotorTorque
            Torque of the motors and what was added, time first.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        accel = None if ddq is None else to_array("ddq", ddq, 2)
        pitch = None if pelvis_pitch is None else to_array("pelvis_pitch", pelvis_pitch, 1)
        signals = to_array("tau", tau, 2), to_array("q", q, 2), to_array("dq", dq, 2), accel
        return MotorTorque(*self._core.run(*signals, to_number("dt", dt), pitch))


def segment_gravity(lengths: ArrayLike, mass: ArrayLike, along: ArrayLike, forward: ArrayLike) -> Array:
    """Gravity coefficients of one leg from its segments, for `Compensation`.

    Parameters
    ----------
    lengths : array_like of float, shape (2,)
        Length of thigh and shank [m], 0.1 to 0.8.
    mass : array_like of float, shape (3,)
        Mass of thigh, shank and foot [kg], 0 to 20.
    along : array_like of float, shape (3,)
        Centre of mass along the segment from its upper joint, that of the foot below the ankle [m], -0.5 to 0.8.
    forward : array_like of float, shape (3,)
        Centre of mass forward of the segment, that of the foot before the ankle [m], -0.5 to 0.5.

    Returns
    -------
    ndarray of float, shape (6,)
        Coefficients of sine and cosine of the directions of thigh, shank and foot [N·m].

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    Examples
    --------
    >>> segment_gravity([0.4, 0.4], [2.0, 1.0, 0.5], [0.2, 0.2, 0.05], [0.0, 0.0, 0.1]).round(2)
    array([9.81, 0.  , 3.92, 0.  , 0.25, 0.49])
    """
    return _core.segment_gravity(
        to_array("lengths", lengths, 1),
        to_array("mass", mass, 1),
        to_array("along", along, 1),
        to_array("forward", forward, 1),
    )
