"""Impedance with guidance."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array


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
