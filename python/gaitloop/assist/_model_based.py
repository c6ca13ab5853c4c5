"""A model of the torque that the person lacks."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number
from ._inputs import to_whole


class ModelBased:
    """A model of the torque that the person lacks, learned by the sliding error and forgotten where it is used [1]_.

    Gaussian basis functions over phase and the joint's angle; the torque never exceeds `bound`, and without sliding
    error it decays with `forget_time`. It reports no potential; power is at most `bound` times the joint's speed.

    Parameters
    ----------
    phases : int
        Basis functions over phase [-], 4 to 24.
    angles : int
        Basis functions over the joint's angle [-], 1 to 5.
    q_min : array_like of float, shape (6,)
        Lower end of the angles [rad], -3 to 3.
    q_max : array_like of float, shape (6,)
        Upper end of the angles [rad], -3 to 3, above `q_min`.
    slope : float
        Weight of the angle's error in the sliding error [1/s], 0 to 20.
    gain : array_like of float, shape (6,)
        How fast it learns [N·m/rad], 0 to 1000.
    forget_time : float
        Time in which help is forgotten where it is used [s], 0.5 to 60.
    bound : array_like of float, shape (6,)
        Largest torque [N·m], 0 to 100.

    Raises
    ------
    ConfigError
        If a parameter is outside its range or limits are swapped.

    References
    ----------
    .. [1] Wolbrecht, E. T., Chan, V., Reinkensmeyer, D. J., & Bobrow, J. E. (2008). Optimizing compliant, model-based
       robotic assistance to promote neurorehabilitation. IEEE Transactions on Neural Systems and Rehabilitation
       Engineering, 16(3), 286-297.

    Examples
    --------
    >>> law = ModelBased(phases=8, angles=1, q_min=[-1.0] * 6, q_max=[1.0] * 6, slope=5.0, gain=[100.0] * 6,
    ...                  forget_time=5.0, bound=[20.0] * 6)
    >>> for tick in range(100):
    ...     tau = law.step([0.2, 0.7], [0.0] * 6, [0.0] * 6, [0.1] * 6, [0.0] * 6, 0.001)
    >>> bool(0.0 < tau[0] < 20.0)
    True
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        *,
        phases: int,
        angles: int,
        q_min: ArrayLike,
        q_max: ArrayLike,
        slope: float,
        gain: ArrayLike,
        forget_time: float,
        bound: ArrayLike,
    ) -> None:
        self._core = _core.ModelBased(
            phases=to_whole("phases", phases),
            angles=to_whole("angles", angles),
            q_min=to_array("q_min", q_min, 1),
            q_max=to_array("q_max", q_max, 1),
            slope=to_number("slope", slope),
            gain=to_array("gain", gain, 1),
            forget_time=to_number("forget_time", forget_time),
            bound=to_array("bound", bound, 1),
        )

    def step(
        self, phase: ArrayLike, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, dt: float
    ) -> Array:
        """Learn from a tick and give its torque.

        Parameters
        ----------
        phase : array_like of float, shape (2,)
            Phase per side [-], NaN or None where absent.
        q : array_like of float, shape (6,)
            Angles [rad], NaN or None where absent.
        dq : array_like of float, shape (6,)
            Velocities [rad/s].
        q_ref : array_like of float, shape (6,)
            Reference angles [rad].
        dq_ref : array_like of float, shape (6,)
            Reference velocities [rad/s].
        dt : float
            Length of the tick [s], taken as 0 to 0.02.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque [N·m]; 0 at a joint with something absent.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        named = (("phase", phase), ("q", q), ("dq", dq), ("q_ref", q_ref), ("dq_ref", dq_ref))
        p, a, b, c, d = (to_array(name, values, 1) for name, values in named)
        return self._core.step(p, a, b, c, d, to_number("dt", dt))

    def run(
        self, phase: ArrayLike, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, dt: float
    ) -> Array:
        """Take every tick of a recording.

        Parameters
        ----------
        phase : array_like of float, shape (T, 2)
            Phase per side [-], NaN where absent.
        q : array_like of float, shape (T, 6)
            Angles [rad], NaN where absent.
        dq : array_like of float, shape (T, 6)
            Velocities [rad/s].
        q_ref : array_like of float, shape (T, 6)
            Reference angles [rad].
        dq_ref : array_like of float, shape (T, 6)
            Reference velocities [rad/s].
        dt : float
            Length of every tick [s], taken as 0 to 0.02.

        Returns
        -------
        ndarray of float, shape (T, 6)
            Torque [N·m].

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        named = (("phase", phase), ("q", q), ("dq", dq), ("q_ref", q_ref), ("dq_ref", dq_ref))
        p, a, b, c, d = (to_array(name, values, 2) for name, values in named)
        return self._core.run(p, a, b, c, d, to_number("dt", dt))

    def weights(self) -> Array:
        """Give what was learned.

        Returns
        -------
        ndarray of float, shape (6, phases, angles)
            Weight of each basis function [N·m].
        """
        return self._core.weights()

    def reset(self) -> None:
        """Forget everything."""
        self._core.reset()
