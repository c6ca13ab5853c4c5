"""Requested torque from state and reference: impedance, gravity of the legs, guidance over the cycle."""

from __future__ import annotations

from numpy.typing import ArrayLike

from . import _core
from ._core import SUBTASKS
from ._inputs import Array, to_array, to_number

__all__ = ["SUBTASKS", "Impedance", "LegGravity", "guidance", "swing_window"]


class Impedance:
    """A spring and damper per joint between a person and the reference.

    The torque is `guidance * (stiffness * (q_ref - q) + damping * (dq_ref - dq))`: stiffness and damping both fade
    with guidance, so that at guidance 0 it does not depend on a moving reference.

    Parameters
    ----------
    stiffness : array_like of float, shape (6,)
        Stiffness at full guidance [N·m/rad], 0 to 2000.
    damping : array_like of float, shape (6,)
        Damping at full guidance [N·m·s/rad], 0 to 200.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Hogan, N. (1985). Impedance control: an approach to manipulation. Journal of Dynamic Systems, Measurement,
       and Control, 107(1), 1-24. https://doi.org/10.1115/1.3140702

    Examples
    --------
    >>> import numpy as np
    >>> law = Impedance(np.full(6, 100.0), np.full(6, 5.0))
    >>> law.step(np.zeros(6), np.zeros(6), np.full(6, 0.1), np.zeros(6), np.full(6, 0.5))
    array([5., 5., 5., 5., 5., 5.])
    """

    __slots__ = ("_core",)

    def __init__(self, stiffness: ArrayLike, damping: ArrayLike) -> None:
        self._core = _core.Impedance(to_array("stiffness", stiffness, 1), to_array("damping", damping, 1))

    def step(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, guidance: ArrayLike) -> Array:
        """Torque of one tick.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s]; NaN where absent.
        q_ref : array_like of float, shape (6,)
            Reference of the angles [rad].
        dq_ref : array_like of float, shape (6,)
            Reference of the velocities [rad/s].
        guidance : array_like of float, shape (6,)
            Share of stiffness and damping [-], clamped to 0 to 1.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque that the person feels [N·m]; 0 for a joint whose angle or velocity is absent.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        return self._core.step(*_signals(q, dq, q_ref, dq_ref, guidance, 1))

    def run(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, guidance: ArrayLike) -> Array:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s]; NaN where absent.
        q_ref : array_like of float, shape (T, 6)
            Reference of the angles [rad].
        dq_ref : array_like of float, shape (T, 6)
            Reference of the velocities [rad/s].
        guidance : array_like of float, shape (T, 6)
            Share of stiffness and damping [-], clamped to 0 to 1.

        Returns
        -------
        ndarray of float, shape (T, 6)
            Torque that the person feels [N·m].

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        return self._core.run(*_signals(q, dq, q_ref, dq_ref, guidance, 2))


def _signals(
    q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, guidance: ArrayLike, ndim: int
) -> tuple[Array, Array, Array, Array, Array]:
    return (
        to_array("q", q, ndim),
        to_array("dq", dq, ndim),
        to_array("q_ref", q_ref, ndim),
        to_array("dq_ref", dq_ref, ndim),
        to_array("guidance", guidance, ndim),
    )


class LegGravity:
    """Torque that holds the legs of a person against gravity, from segment tables.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.

    Raises
    ------
    ConfigError
        If mass or height is outside its range.

    References
    ----------
    .. [1] Drillis, R., & Contini, R. (1966). Body segment parameters. Technical Report 1166-03, New York University.
    .. [2] Winter, D. A. (2009). Biomechanics and motor control of human movement, 4th ed., table 4.1 (after Dempster).
       https://doi.org/10.1002/9780470549148

    Examples
    --------
    >>> LegGravity(75.0, 1.75).torque([0.5, 0.0, 0.0, 0.0, 0.0, 0.0]).round(1)
    array([21.8, -6. ,  0.8,  0.7, -0.7,  0.7])
    """

    __slots__ = ("_core",)

    def __init__(self, mass: float, height: float) -> None:
        self._core = _core.LegGravity(to_number("mass", mass), to_number("height", height))

    def torque(self, q: ArrayLike, pelvis_pitch: float = 0.0) -> Array:
        """Torque for a posture.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        pelvis_pitch : float
            Pitch of the pelvis [rad], positive leaning back.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque that holds the legs [N·m]; 0 for the three joints of a side with an absent angle.

        Raises
        ------
        ConfigError
            If `q` has another shape.
        """
        return self._core.torque(to_array("q", q, 1), to_number("pelvis_pitch", pelvis_pitch))


def guidance(phase: float, support: ArrayLike) -> Array:
    """Guidance of the three joints of a side from the support of its subtasks.

    Each joint follows the subtask that owns it in that part of the cycle, with smooth hand-over; the shares of the
    subtasks always sum to 1, so equal support of all subtasks is the guidance of all joints.

    Parameters
    ----------
    phase : float
        Phase of the side [-].
    support : array_like of float, shape (5,)
        Support of the subtasks in the order of `SUBTASKS` [-], each clamped to 0 to 1.

    Returns
    -------
    ndarray of float, shape (3,)
        Guidance of hip, knee and ankle [-], 0 to 1.

    Raises
    ------
    ConfigError
        If `support` has another shape.

    Examples
    --------
    >>> guidance(0.3, [0.0, 0.6, 0.0, 0.2, 0.0])
    array([0.6, 0.2, 0.2])
    """
    return _core.guidance(to_number("phase", phase), to_array("support", support, 1))


def swing_window(phase: float) -> float:
    """Share of leg-weight support at a phase.

    Parameters
    ----------
    phase : float
        Phase of the side [-].

    Returns
    -------
    float
        1 in swing, 0 in stance, smooth between [-].

    Examples
    --------
    >>> swing_window(0.8), swing_window(0.3)
    (1.0, 0.0)
    """
    return _core.swing_window(to_number("phase", phase))
