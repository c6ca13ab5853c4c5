"""Challenge instead of help: load against the movement, and errors made larger."""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number


class ChallengeTorque(NamedTuple):
    """What a challenge gives, of one tick or of every tick of a recording.

    Attributes
    ----------
    tau : ndarray of float, shape (6,) or (T, 6)
        Torque that the person feels [N·m].
    energy : ndarray of float, shape (6,) or (T, 6)
        Potential energy that the law holds at each joint [J].
    """

    tau: Array
    energy: Array


class Resistance:
    """Viscous, elastic and speed-dependent load, all against the movement itself [1]_.

    Parameters
    ----------
    viscous : array_like of float, shape (6,)
        Load in proportion to speed [N·m·s/rad], 0 to 50.
    elastic : array_like of float, shape (6,)
        Stiffness of a spring to an anchor that follows the joint [N·m/rad], 0 to 500.
    speed : array_like of float, shape (6,)
        Load in proportion to the square of the speed [N·m·s²/rad²], 0 to 50.
    follow : float
        Time constant of the anchor [s], 0.05 to 10.
    max_torque : array_like of float, shape (6,)
        Largest torque [N·m], 0.1 to 100.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Marchal-Crespo, L. and Reinkensmeyer, D. J. (2009). Review of control strategies for robotic movement
       training after neurologic injury. Journal of NeuroEngineering and Rehabilitation, 6, 20.

    Examples
    --------
    >>> law = Resistance([2.0] * 6, [0.0] * 6, [0.0] * 6, follow=1.0, max_torque=[20.0] * 6)
    >>> law.step([0.0] * 6, [1.0] * 6, [0.5] * 6, 0.001).tau
    array([-1., -1., -1., -1., -1., -1.])
    """

    __slots__ = ("_core",)

    def __init__(
        self, viscous: ArrayLike, elastic: ArrayLike, speed: ArrayLike, follow: float, max_torque: ArrayLike
    ) -> None:
        self._core = _core.Resistance(
            to_array("viscous", viscous, 1),
            to_array("elastic", elastic, 1),
            to_array("speed", speed, 1),
            to_number("follow", follow),
            to_array("max_torque", max_torque, 1),
        )

    def step(self, q: ArrayLike, dq: ArrayLike, challenge: ArrayLike, dt: float) -> ChallengeTorque:
        """Torque of one tick.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s]; NaN where absent.
        challenge : array_like of float, shape (6,)
            Share of the load per joint [-], clamped to 0 to 1; not finite counts as 0.
        dt : float
            Time since the last tick [s]; what is not above 0 counts as 0, more than 0.02 as that.

        Returns
        -------
        ChallengeTorque
            Torque and energy.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = to_array("q", q, 1), to_array("dq", dq, 1), to_array("challenge", challenge, 1)
        return ChallengeTorque(*self._core.step(*signals, to_number("dt", dt)))

    def run(self, q: ArrayLike, dq: ArrayLike, challenge: ArrayLike, dt: float) -> ChallengeTorque:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s]; NaN where absent.
        challenge : array_like of float, shape (T, 6)
            Share of the load per joint [-].
        dt : float
            Time between ticks [s].

        Returns
        -------
        ChallengeTorque
            Each field with time first.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = to_array("q", q, 2), to_array("dq", dq, 2), to_array("challenge", challenge, 2)
        return ChallengeTorque(*self._core.run(*signals, to_number("dt", dt)))

    def reset(self) -> None:
        """Forget the anchors."""
        self._core.reset()


class ErrorAmplification:
    """Torque away from a reference inside a safe tube, guidance back to it outside [1]_ [2]_.

    What amplification gives to a joint is taken from a tank: never more than `budget + power * t`.

    Parameters
    ----------
    gain : array_like of float, shape (6,)
        Gain away from the reference [N·m/rad], 0 to 300.
    tube : array_like of float, shape (6,)
        Radius of the tube [rad], 0.01 to 1.
    stiffness : array_like of float, shape (6,)
        Stiffness of the guidance outside [N·m/rad], 0 to 2000.
    damping : array_like of float, shape (6,)
        Damping of the guidance outside [N·m·s/rad], 0 to 200.
    max_torque : array_like of float, shape (6,)
        Largest torque of the guidance [N·m], 0.1 to 150.
    budget : float
        Content of each joint's tank [J], 0.01 to 20.
    power : float
        Power at which it fills again [W], 0 to 20.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Marchal-Crespo, L. and Reinkensmeyer, D. J. (2009). Journal of NeuroEngineering and Rehabilitation, 6, 20.
    .. [2] Marchal-Crespo, L. et al. (2019). Haptic error modulation outperforms visual error amplification when
       learning a modified gait pattern. Frontiers in Neuroscience, 13, 61.
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        gain: ArrayLike,
        tube: ArrayLike,
        stiffness: ArrayLike,
        damping: ArrayLike,
        max_torque: ArrayLike,
        budget: float,
        power: float,
    ) -> None:
        self._core = _core.ErrorAmplification(
            to_array("gain", gain, 1),
            to_array("tube", tube, 1),
            to_array("stiffness", stiffness, 1),
            to_array("damping", damping, 1),
            to_array("max_torque", max_torque, 1),
            to_number("budget", budget),
            to_number("power", power),
        )

    @property
    def stored(self) -> Array:
        """Energy left in each joint's tank [J], shape (6,)."""
        return self._core.stored

    def step(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, challenge: ArrayLike, dt: float) -> ChallengeTorque:
        """Torque of one tick.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s]; NaN where absent.
        q_ref : array_like of float, shape (6,)
            Reference of the angles [rad]; a joint whose reference is not finite gets no torque.
        challenge : array_like of float, shape (6,)
            Share of the torque per joint [-], clamped to 0 to 1; not finite counts as 0.
        dt : float
            Time since the last tick [s]; what is not above 0 counts as 0, more than 0.02 as that.

        Returns
        -------
        ChallengeTorque
            Torque and energy.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = _signals(q, dq, q_ref, challenge, 1)
        return ChallengeTorque(*self._core.step(*signals, to_number("dt", dt)))

    def run(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, challenge: ArrayLike, dt: float) -> ChallengeTorque:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s]; NaN where absent.
        q_ref : array_like of float, shape (T, 6)
            Reference of the angles [rad].
        challenge : array_like of float, shape (T, 6)
            Share of the torque per joint [-].
        dt : float
            Time between ticks [s].

        Returns
        -------
        ChallengeTorque
            Each field with time first.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = _signals(q, dq, q_ref, challenge, 2)
        return ChallengeTorque(*self._core.run(*signals, to_number("dt", dt)))

    def reset(self) -> None:
        """Fill the tanks."""
        self._core.reset()


def _signals(
    q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, challenge: ArrayLike, ndim: int
) -> tuple[Array, Array, Array, Array]:
    return (
        to_array("q", q, ndim),
        to_array("dq", dq, ndim),
        to_array("q_ref", q_ref, ndim),
        to_array("challenge", challenge, ndim),
    )
