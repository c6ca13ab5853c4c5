"""Torque of the person at the joints, from momentum."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_array, to_flag, to_floats, to_number
from ..errors import ConfigError


class HumanTorque(NamedTuple):
    """Torque of the person, of one tick or of every tick of a recording.

    Attributes
    ----------
    torque : ndarray of float, shape (6,) or (T, 6)
        Torque of muscles, passive stretch and reflexes [N·m]; NaN where it cannot be told.
    confidence : ndarray of float, shape (6,) or (T, 6)
        How far to trust it [-], 0 to 1; 0 where it cannot be told.
    """

    torque: Array
    confidence: Array


class HumanTorqueObserver:
    """Torque that the person adds at the joints, by a generalised-momentum observer [1]_.

    In contact it needs the force on the foot; without it nothing is told. A movement of the pelvis that is not measured
    is taken for none, and confidence says so.

    Parameters
    ----------
    mass : float
        Mass of the person [kg], 20 to 200.
    height : float
        Height of the person [m], 1.0 to 2.3.
    thigh_limb : float
        Mass of the device's limb along the thigh [kg], 0 to 10.
    shank_limb : float
        Mass of the device's limb along the shank [kg], 0 to 10.
    friction : array_like of float, shape (3,), optional
        Viscous friction of the device at hip, knee and ankle [N·m·s/rad], 0 to 20; none by default.
    armature : array_like of float, shape (3,), optional
        Reflected inertia of its drives [kg·m²], 0 to 1; none by default.
    gain : float
        Rate of the estimate [1/s], 10 to 400.
    torque_lag : float
        Lag of the drives' torque [s], 0 to 0.1.
    height_time : float
        Time constant of the vertical speed from the height [s], 0 to 0.1.
    ankle : bool
        Whether the torque of the ankles is told too [-]; only where they are driven.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] De Luca, A., & Mattone, R. (2003). Actuator failure detection and isolation using generalized momenta. IEEE
       International Conference on Robotics and Automation, 634-639.

    Examples
    --------
    >>> observer = HumanTorqueObserver(75.0, 1.75)
    >>> for tick in range(60):
    ...     told = observer.step([0.4, 0.6, 0.0, 0.0, 0.0, 0.0], [0.0] * 6, [0.0] * 6, [False, True], 0.001)
    >>> told.torque.round(1)
    array([11.2,  1.6,  nan,  nan,  nan,  nan])
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        mass: float,
        height: float,
        *,
        thigh_limb: float = 0.0,
        shank_limb: float = 0.0,
        friction: ArrayLike | None = None,
        armature: ArrayLike | None = None,
        gain: float = 300.0,
        torque_lag: float = 0.0,
        height_time: float = 0.01,
        ankle: bool = False,
    ) -> None:
        self._core = _core.HumanTorqueObserver(
            to_number("mass", mass),
            to_number("height", height),
            thigh_limb=to_number("thigh_limb", thigh_limb),
            shank_limb=to_number("shank_limb", shank_limb),
            friction=None if friction is None else to_array("friction", friction, 1),
            armature=None if armature is None else to_array("armature", armature, 1),
            gain=to_number("gain", gain),
            torque_lag=to_number("torque_lag", torque_lag),
            height_time=to_number("height_time", height_time),
            ankle=to_flag("ankle", ankle),
        )

    def step(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        tau: ArrayLike,
        contact: ArrayLike,
        dt: float,
        *,
        ground: ArrayLike | None = None,
        pelvis: ArrayLike | None = None,
        height: float | None = None,
    ) -> HumanTorque:
        """Torque of one tick.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s]; NaN where absent.
        tau : array_like of float, shape (6,)
            Torque of the drives on the person [N·m]; NaN where absent.
        contact : array_like of bool, shape (2,)
            Whether each foot stands [-].
        dt : float
            Length of the tick [s], taken as 0 to 0.02.
        ground : array_like of float, shape (2, 3), optional
            Force on each foot forward and upward [N], and where it acts before the ankle [m]; NaN where absent.
        pelvis : array_like of float, shape (4,), optional
            Velocity forward and upward [m/s], pitch [rad] and its rate [rad/s]; NaN where absent.
        height : float or None
            Height of the pelvis [m].

        Returns
        -------
        HumanTorque
            Torque and confidence.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        feet = _flags("contact", contact, 1)
        if feet.shape != (2,):
            raise ConfigError(f"contact must have shape (2,), got {feet.shape}")
        told = self._core.step(
            to_array("q", q, 1),
            to_array("dq", dq, 1),
            to_array("tau", tau, 1),
            (bool(feet[0]), bool(feet[1])),
            to_number("dt", dt),
            ground=None if ground is None else to_array("ground", ground, 2),
            pelvis=None if pelvis is None else to_array("pelvis", pelvis, 1),
            height=None if height is None else to_number("height", height),
        )
        return HumanTorque(*told)

    def run(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        tau: ArrayLike,
        contact: ArrayLike,
        dt: float,
        *,
        ground: ArrayLike | None = None,
        pelvis: ArrayLike | None = None,
        height: ArrayLike | None = None,
    ) -> HumanTorque:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s]; NaN where absent.
        tau : array_like of float, shape (T, 6)
            Torque of the drives on the person [N·m]; NaN where absent.
        contact : array_like of bool, shape (T, 2)
            Whether each foot stands [-].
        dt : float
            Length of every tick [s], taken as 0 to 0.02.
        ground : array_like of float, shape (T, 2, 3), optional
            Force on each foot forward and upward [N], and where it acts before the ankle [m]; NaN where absent.
        pelvis : array_like of float, shape (T, 4), optional
            Velocity forward and upward [m/s], pitch [rad] and its rate [rad/s]; NaN where absent.
        height : array_like of float, shape (T,), optional
            Height of the pelvis [m]; NaN where absent.

        Returns
        -------
        HumanTorque
            Torque and confidence of every tick.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        angles = to_array("q", q, 2)
        n = len(angles)
        told = self._core.run(
            angles,
            to_array("dq", dq, 2),
            to_array("tau", tau, 2),
            _flags("contact", contact, 2),
            to_number("dt", dt),
            ground=np.full((n, 2, 3), np.nan) if ground is None else to_array("ground", ground, 3),
            pelvis=np.full((n, 4), np.nan) if pelvis is None else to_array("pelvis", pelvis, 2),
            height=np.full(n, np.nan) if height is None else to_array("height", height, 1),
        )
        return HumanTorque(*told)

    def reset(self) -> None:
        """Forget everything."""
        self._core.reset()


def _flags(name: str, values: ArrayLike, ndim: int) -> NDArray[np.bool_]:
    flags = to_floats(name, values, truth=True)
    if flags.ndim != ndim:
        raise ConfigError(f"{name} must have {ndim} dimension{'s' if ndim > 1 else ''}, got shape {flags.shape}")
    truth: NDArray[np.bool_] = flags == 1.0
    return truth
