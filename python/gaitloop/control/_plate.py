"""Foot plates of an end-effector trainer."""

from __future__ import annotations

from operator import index
from typing import Literal, NamedTuple

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number
from ..errors import ConfigError


class PlateForce(NamedTuple):
    """What `FootPlate` gives, of one tick or of a recording (T, ...).

    Attributes
    ----------
    force : ndarray of float, shape (2, 3)
        Force of each plate on the foot forward and up [N], moment toe up [N·m].
    energy : ndarray of float, shape (2,)
        Potential energy of each side [J].
    """

    force: Array
    energy: Array


class FootPlate:
    """A spring and damper between each foot plate and its path, bounded, scaled by guidance [1]_, [2]_.

    The pose of a plate is the place of the sole under the ankle, x forward from the hip and z up from the floor, and
    its pitch, positive with the toe up.

    Parameters
    ----------
    path : array_like of float, shape (N, 2, 3)
        Poses of both plates at the phases `k / N` of each side's own cycle [m, m, rad], N 8 to 1024; x and z -2 to 2,
        pitch -1.5 to 1.5.
    stiffness : array_like of float, shape (3,)
        Stiffness of x and z [N/m], 0 to 50000, and of pitch [N·m/rad], 0 to 5000.
    damping : array_like of float, shape (3,)
        Damping of x and z [N·s/m], 0 to 5000, and of pitch [N·m·s/rad], 0 to 500.
    max_force : array_like of float, shape (3,)
        Largest force of x and z [N], 0 to 2000, and moment of pitch [N·m], 0 to 300.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Schmidt, H. et al. (2007). HapticWalker: a novel haptic foot device. Autonomous Robots, 22, 159-174.
    .. [2] Hesse, S., Waldner, A., & Tomelleri, C. (2010). Innovative gait robot for the repetitive practice of floor
       walking and stair climbing up and down in stroke patients. Journal of NeuroEngineering and Rehabilitation, 7,
       30. https://doi.org/10.1186/1743-0003-7-30

    Examples
    --------
    >>> import numpy as np
    >>> law = FootPlate(np.zeros((8, 2, 3)), [1000.0, 1000.0, 100.0], np.zeros(3), [300.0, 300.0, 30.0])
    >>> law.step(np.full((2, 3), 0.1), np.zeros((2, 3)), [0.0, 0.5], [1.0, 1.0], [1.0, 0.5]).force
    array([[-100., -100.,  -10.],
           [ -50.,  -50.,   -5.]])
    """

    __slots__ = ("_core",)

    def __init__(self, path: ArrayLike, stiffness: ArrayLike, damping: ArrayLike, max_force: ArrayLike) -> None:
        self._core = _core.FootPlate(
            to_array("path", path, 3),
            to_array("stiffness", stiffness, 1),
            to_array("damping", damping, 1),
            to_array("max_force", max_force, 1),
        )

    def step(
        self, pose: ArrayLike, velocity: ArrayLike, phase: ArrayLike, phase_rate: ArrayLike, guidance: ArrayLike
    ) -> PlateForce:
        """Force of one tick.

        Parameters
        ----------
        pose : array_like of float, shape (2, 3)
            Poses of the plates [m, m, rad]; NaN where absent.
        velocity : array_like of float, shape (2, 3)
            Their velocities [m/s, m/s, rad/s]; NaN where absent.
        phase : array_like of float, shape (2,)
            Phase of each side [-]; NaN where absent.
        phase_rate : array_like of float, shape (2,)
            Its rate [1/s], clamped to -5 to 5.
        guidance : array_like of float, shape (2,)
            Share of the force [-], clamped to 0 to 1.

        Returns
        -------
        PlateForce
            Force and energy; 0 for a side of which something is absent.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = to_array("pose", pose, 2), to_array("velocity", velocity, 2), to_array("phase", phase, 1)
        rates = to_array("phase_rate", phase_rate, 1), to_array("guidance", guidance, 1)
        return PlateForce(*self._core.step(*signals, *rates))

    def run(
        self, pose: ArrayLike, velocity: ArrayLike, phase: ArrayLike, phase_rate: ArrayLike, guidance: ArrayLike
    ) -> PlateForce:
        """Force of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        pose : array_like of float, shape (T, 2, 3)
            Poses of the plates [m, m, rad]; NaN where absent.
        velocity : array_like of float, shape (T, 2, 3)
            Their velocities [m/s, m/s, rad/s]; NaN where absent.
        phase : array_like of float, shape (T, 2)
            Phase of each side [-]; NaN where absent.
        phase_rate : array_like of float, shape (T, 2)
            Its rate [1/s], clamped to -5 to 5.
        guidance : array_like of float, shape (T, 2)
            Share of the force [-], clamped to 0 to 1.

        Returns
        -------
        PlateForce
            Force and energy, time first.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = to_array("pose", pose, 3), to_array("velocity", velocity, 3), to_array("phase", phase, 2)
        rates = to_array("phase_rate", phase_rate, 2), to_array("guidance", guidance, 2)
        return PlateForce(*self._core.run(*signals, *rates))


def plate_path(
    angles: ArrayLike,
    height: float,
    ground: Literal["level", "stairs"] = "level",
    *,
    offset: float = 0.5,
    step_length: float | None = None,
    samples: int = 128,
) -> Array:
    """Poses of foot plates from the joint angles of a pattern, for `FootPlate`.

    Parameters
    ----------
    angles : array_like of float, shape (M, 6)
        Joint angles at the phases `k / M` of each side's own cycle [rad], -3 to 3, M 8 to 1024.
    height : float
        Body height [m], 1.0 to 2.3.
    ground : str
        `level`: the lower foot is on the floor and the hip moves up and down; `stairs`: the hip keeps its height.
    offset : float
        Phase of the right leg minus that of the left [-], 0 to 1.
    step_length : float, optional
        Length of a step [m], 0.1 to 1.2; that of the angles when not given.
    samples : int
        Number of poses [-], 8 to 1024.

    Returns
    -------
    ndarray of float, shape (samples, 2, 3)
        Poses of both plates [m, m, rad] at the phases `k / samples`.

    Raises
    ------
    ConfigError
        If a value is outside its range, an array has another shape, or the steps of the angles have no length.

    Examples
    --------
    >>> import numpy as np
    >>> plate_path(np.zeros((8, 6)), 1.75, samples=8)[0, 0]
    array([0., 0., 0.])
    """
    try:
        count = index(samples)
    except TypeError:
        raise ConfigError(f"samples must be a whole number, got {samples!r:.80}") from None
    if not 8 <= count <= 1024:
        raise ConfigError(f"samples must lie in [8, 1024], got {count}")
    length = None if step_length is None else to_number("step_length", step_length)
    rows = to_array("angles", angles, 2)
    return _core.plate_path(rows, to_number("height", height), ground, to_number("offset", offset), length, count)
