"""Laws around a path in joint space: a tunnel, or a force field."""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number


class PathTorque(NamedTuple):
    """What a law around a path gives, of one tick or of every tick of a recording.

    Attributes
    ----------
    tau : ndarray of float, shape (6,) or (T, 6)
        Torque that the person feels [N·m].
    nearest : ndarray of float, shape (2,) or (T, 2)
        Phase of the point of the path that is nearest to each leg [-], in [0, 1); NaN for a leg that cannot be placed.
    distance : ndarray of float, shape (2,) or (T, 2)
        Distance of each leg from the path [rad], weighted per joint; NaN for a leg that cannot be placed.
    energy : ndarray of float, shape (2,) or (T, 2)
        Potential energy that the law holds at each leg [J].
    """

    tau: Array
    nearest: Array
    distance: Array
    energy: Array


class _AroundPath:
    """A law that follows the nearest point of a path; `step`, `run` and `reset` are alike for all of them."""

    __slots__ = ("_core",)

    _core: _core.PathControl | _core.ForceField

    def step(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        phase: ArrayLike,
        phase_rate: ArrayLike,
        guidance: ArrayLike,
        dt: float,
    ) -> PathTorque:
        """Torque of one tick.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s]; NaN where absent.
        phase : array_like of float, shape (2,)
            Phase of each side [-], the middle of the window; a side whose phase is not finite gets no torque.
        phase_rate : array_like of float, shape (2,)
            Rate of each phase [1/s], which the help along the path goes by.
        guidance : array_like of float, shape (6,)
            Share of the torque per joint [-], clamped to 0 to 1; not finite counts as 0.
        dt : float
            Time since the last tick [s]; what is not above 0 counts as 0, more than 0.02 as that.

        Returns
        -------
        PathTorque
            Torque, nearest point, distance and energy.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = _signals(q, dq, phase, phase_rate, guidance, 1)
        return PathTorque(*self._core.step(*signals, to_number("dt", dt)))

    def run(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        phase: ArrayLike,
        phase_rate: ArrayLike,
        guidance: ArrayLike,
        dt: float,
    ) -> PathTorque:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s]; NaN where absent.
        phase : array_like of float, shape (T, 2)
            Phase of each side [-].
        phase_rate : array_like of float, shape (T, 2)
            Rate of each phase [1/s].
        guidance : array_like of float, shape (T, 6)
            Share of the torque per joint [-], clamped to 0 to 1.
        dt : float
            Time between ticks [s].

        Returns
        -------
        PathTorque
            Each field with time first.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = _signals(q, dq, phase, phase_rate, guidance, 2)
        return PathTorque(*self._core.run(*signals, to_number("dt", dt)))

    def reset(self) -> None:
        """Forget where the legs are."""
        self._core.reset()


class PathControl(_AroundPath):
    """A tunnel around a path: shape belongs to the robot, timing to the person [1]_.

    Inside the band there is no torque but, if asked for, a flow along the path for a person who falls behind the
    phase; outside, a wall pushes back along the path's normal.

    Parameters
    ----------
    path : array_like of float, shape (N, 6)
        Joint angles [rad], -3 to 3, at even phases of each side's own cycle; N 8 to 1024.
    weight : array_like of float, shape (6,)
        Weight of each joint in a distance [-], 0 to 10; 0 leaves it out.
    window : float
        How far from the phase the nearest point may be [-], 0.01 to 0.25.
    band : float
        Distance from the path without a wall [rad], 0.005 to 0.5.
    stiffness : float
        Stiffness of the wall [N·m/rad], 0 to 2000.
    wall_torque : float
        Largest torque of the wall [N·m], 1 to 300.
    damping : float
        Damping of the wall [N·m·s/rad], 0 to 200.
    flow : float
        Largest torque along the path [N·m], 0 to 50.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Duschau-Wicke, A., von Zitzewitz, J., Caprez, A., Lünenburger, L. and Riener, R. (2010). Path control: a
       method for patient-cooperative robot-aided gait rehabilitation. IEEE TNSRE, 18(1), 38-48.

    Examples
    --------
    >>> import numpy as np
    >>> law = PathControl(
    ...     np.zeros((8, 6)),
    ...     [1.0] * 6,
    ...     window=0.1,
    ...     band=0.1,
    ...     stiffness=100.0,
    ...     wall_torque=50.0,
    ...     damping=0.0,
    ...     flow=0.0,
    ... )
    >>> law.step([0.05] + [0.0] * 5, [0.0] * 6, [0.0, 0.5], [0.0] * 2, [1.0] * 6, 0.001).distance
    array([0.05, 0.  ])
    """

    __slots__ = ()

    def __init__(
        self,
        path: ArrayLike,
        weight: ArrayLike,
        window: float,
        band: float,
        stiffness: float,
        wall_torque: float,
        damping: float,
        flow: float,
    ) -> None:
        numbers = {"band": band, "stiffness": stiffness, "wall_torque": wall_torque, "damping": damping, "flow": flow}
        self._core = _core.PathControl(
            to_array("path", path, 2),
            to_array("weight", weight, 1),
            to_number("window", window),
            *(to_number(name, value) for name, value in numbers.items()),
        )


class ForceField(_AroundPath):
    """Help along a path that falls with the distance, a force back to it that rises, and a damper [1]_.

    Parameters
    ----------
    path : array_like of float, shape (N, 6)
        Joint angles [rad], -3 to 3, at even phases of each side's own cycle; N 8 to 1024.
    weight : array_like of float, shape (6,)
        Weight of each joint in a distance [-], 0 to 10; 0 leaves it out.
    window : float
        How far from the phase the nearest point may be [-], 0.01 to 0.25.
    tube : float
        Distance from the path without a force back to it [rad], 0 to 0.5.
    normal_width : float
        Distance beyond the tube at which half of that force is reached [rad], 0.01 to 1.
    normal : float
        Largest force back to the path [N·m], 1 to 300.
    tangent_width : float
        Distance from the path at which the help has ended [rad], 0.01 to 1.
    tangent : float
        Largest help along the path [N·m], 0 to 50.
    damping : float
        Damping [N·m·s/rad], 0 to 50.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Banala, S. K., Kim, S. H., Agrawal, S. K. and Scholz, J. P. (2009). Robot assisted gait training with active
       leg exoskeleton (ALEX). IEEE TNSRE, 17(1), 2-8.
    """

    __slots__ = ()

    def __init__(
        self,
        path: ArrayLike,
        weight: ArrayLike,
        window: float,
        tube: float,
        normal_width: float,
        normal: float,
        tangent_width: float,
        tangent: float,
        damping: float,
    ) -> None:
        numbers = {"tube": tube, "normal_width": normal_width, "normal": normal}
        numbers |= {"tangent_width": tangent_width, "tangent": tangent, "damping": damping}
        self._core = _core.ForceField(
            to_array("path", path, 2),
            to_array("weight", weight, 1),
            to_number("window", window),
            *(to_number(name, value) for name, value in numbers.items()),
        )


def _signals(
    q: ArrayLike, dq: ArrayLike, phase: ArrayLike, phase_rate: ArrayLike, guidance: ArrayLike, ndim: int
) -> tuple[Array, Array, Array, Array, Array]:
    return (
        to_array("q", q, ndim),
        to_array("dq", dq, ndim),
        to_array("phase", phase, ndim),
        to_array("phase_rate", phase_rate, ndim),
        to_array("guidance", guidance, ndim),
    )
