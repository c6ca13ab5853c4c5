"""Torque profiles."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number
from ..errors import ConfigError


def _magnitude(name: str, value: float) -> float:
    number = to_number(name, value)
    if not 0.0 <= number <= 150.0:
        text = repr(number).removesuffix(".0").replace("nan", "NaN")
        raise ConfigError(f"{name} must lie in [0, 150], got {text}")
    return number


class SplineProfile:
    """Torque of two bumps per joint over the phase of its side, each a rising and a falling cubic [1]_.

    A bump rises from 0 at `peak - rise` to `torque` at `peak` and falls to 0 at `peak + fall`, with slope 0 at its
    ends and at its peak. It has no reference of the angles and no potential.

    Parameters
    ----------
    torque : array_like of float, shape (6, 2)
        Torque at the peak of each bump [N·m], -150 to 150; 0 for no bump.
    peak : array_like of float, shape (6, 2)
        Phase of the peak [-], 0 to 1.
    rise : array_like of float, shape (6, 2)
        Part of the cycle in which it rises [-], 0.02 to 0.5.
    fall : array_like of float, shape (6, 2)
        Part of the cycle in which it falls [-], 0.02 to 0.5.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Zhang, J. et al. (2017). Human-in-the-loop optimization of exoskeleton assistance during walking. Science,
       356, 1280-1284. https://doi.org/10.1126/science.aal5054

    Examples
    --------
    >>> import numpy as np
    >>> SplineProfile.ankle(20.0).step([0.52, 0.0], np.ones(6))
    array([  0.,   0., -20.,   0.,   0.,   0.])
    """

    __slots__ = ("_core",)

    def __init__(self, torque: ArrayLike, peak: ArrayLike, rise: ArrayLike, fall: ArrayLike) -> None:
        names = {"torque": torque, "peak": peak, "rise": rise, "fall": fall}
        self._core = _core.SplineProfile(*(to_array(name, x, 2) for name, x in names.items()))

    @classmethod
    def ankle(cls, torque: float, peak: float = 0.52, rise: float = 0.25, fall: float = 0.10) -> Self:
        """Push-off of both ankles.

        Parameters
        ----------
        torque : float
            Largest plantarflexion torque [N·m], 0 to 150.
        peak : float
            Phase of the peak [-], 0 to 1.
        rise : float
            Part of the cycle in which it rises [-], 0.02 to 0.5.
        fall : float
            Part of the cycle in which it falls [-], 0.02 to 0.5.

        Returns
        -------
        SplineProfile
            The profile.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        torques, peaks, rises, falls = _none()
        torques[[2, 5], 0] = -_magnitude("torque", torque)
        peaks[[2, 5], 0], rises[[2, 5], 0], falls[[2, 5], 0] = peak, rise, fall
        return cls(torques, peaks, rises, falls)

    @classmethod
    def hip(
        cls,
        extension: float,
        flexion: float,
        extension_peak: float = 0.10,
        flexion_peak: float = 0.62,
        rise: float = 0.20,
        fall: float = 0.20,
    ) -> Self:
        """Extension in early stance and flexion into swing of both hips.

        Parameters
        ----------
        extension : float
            Largest extension torque [N·m], 0 to 150.
        flexion : float
            Largest flexion torque [N·m], 0 to 150.
        extension_peak : float
            Phase of its peak [-], 0 to 1.
        flexion_peak : float
            Phase of its peak [-], 0 to 1.
        rise : float
            Part of the cycle in which each rises [-], 0.02 to 0.5.
        fall : float
            Part of the cycle in which each falls [-], 0.02 to 0.5.

        Returns
        -------
        SplineProfile
            The profile.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        torques, peaks, rises, falls = _none()
        torques[[0, 3]] = -_magnitude("extension", extension), _magnitude("flexion", flexion)
        peaks[[0, 3]], rises[[0, 3]], falls[[0, 3]] = (extension_peak, flexion_peak), rise, fall
        return cls(torques, peaks, rises, falls)

    def step(self, phase: ArrayLike, guidance: ArrayLike) -> Array:
        """Torque of one tick.

        Parameters
        ----------
        phase : array_like of float, shape (2,)
            Phase of each side [-]; NaN where absent.
        guidance : array_like of float, shape (6,)
            Share of the torque [-], clamped to 0 to 1.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque that the person feels [N·m]; 0 for a side without phase.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        return self._core.step(to_array("phase", phase, 1), to_array("guidance", guidance, 1))

    def run(self, phase: ArrayLike, guidance: ArrayLike) -> Array:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        phase : array_like of float, shape (T, 2)
            Phase of each side [-]; NaN where absent.
        guidance : array_like of float, shape (T, 6)
            Share of the torque [-], clamped to 0 to 1.

        Returns
        -------
        ndarray of float, shape (T, 6)
            Torque that the person feels [N·m].

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        return self._core.run(to_array("phase", phase, 2), to_array("guidance", guidance, 2))


def _none() -> tuple[Array, Array, Array, Array]:
    return np.zeros((6, 2)), np.full((6, 2), 0.5), np.full((6, 2), 0.25), np.full((6, 2), 0.25)


class ProportionalTorque(NamedTuple):
    """What `ProportionalMoment` gives, of one tick or of a recording (T, ...).

    Attributes
    ----------
    tau : ndarray of float, shape (6,)
        Torque that the person feels [N·m].
    moment : ndarray of float, shape (2,)
        Moment of the ground force about each ankle [N·m]; NaN where it is not known.
    """

    tau: Array
    moment: Array


class ProportionalMoment:
    """Plantarflexion in proportion to the moment that the ankle carries [1]_.

    The moment is the load of the foot times the place of its centre of pressure before the ankle, which is measured
    or that of a shank that rolls over the foot.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    gain : float
        Share of the moment that is given [-], 0 to 0.8.
    max_torque : float
        Largest torque [N·m], 0 to 150.
    roll_radius : float
        Radius over which the shank rolls where no centre of pressure is measured [m], 0.05 to 0.5.
    smoothing : float
        Time constant of the torque [s], 0.005 to 0.1.

    Raises
    ------
    ConfigError
        If a value is outside its range.

    References
    ----------
    .. [1] Gasparri, G. M., Luque, J., & Lerner, Z. F. (2019). Proportional joint-moment control for instantaneously
       adaptive ankle exoskeleton assistance. IEEE Transactions on Neural Systems and Rehabilitation Engineering, 27,
       751-759. https://doi.org/10.1109/TNSRE.2019.2905979

    Examples
    --------
    >>> import numpy as np
    >>> law = ProportionalMoment(75.0, 1.75, smoothing=0.005)
    >>> law.step([700.0, 0.0], [0.1, np.nan], np.zeros(6), np.ones(6), 0.01).tau.round(3)
    array([ 0.,  0., -21.,  0.,  0., -0.])
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        mass: float,
        height: float,
        *,
        gain: float = 0.3,
        max_torque: float = 30.0,
        roll_radius: float = 0.3,
        smoothing: float = 0.02,
    ) -> None:
        self._core = _core.ProportionalMoment(
            to_number("mass", mass),
            to_number("height", height),
            gain=to_number("gain", gain),
            max_torque=to_number("max_torque", max_torque),
            roll_radius=to_number("roll_radius", roll_radius),
            smoothing=to_number("smoothing", smoothing),
        )

    def reset(self) -> None:
        """Forget the torque of both sides."""
        self._core.reset()

    def step(
        self, foot_force: ArrayLike, cop: ArrayLike, q: ArrayLike, guidance: ArrayLike, dt: float
    ) -> ProportionalTorque:
        """Torque of one tick.

        Parameters
        ----------
        foot_force : array_like of float, shape (2,)
            Vertical force under each foot [N]; NaN where absent.
        cop : array_like of float, shape (2,)
            Centre of pressure before the ankle [m]; NaN where absent.
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        guidance : array_like of float, shape (6,)
            Share of the torque [-], clamped to 0 to 1.
        dt : float
            Duration of the tick [s]; 0 unless above 0 and at most 0.1.

        Returns
        -------
        ProportionalTorque
            Torque and moment.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        return ProportionalTorque(*self._core.step(*_loads(foot_force, cop, q, guidance, 1), to_number("dt", dt)))

    def run(
        self, foot_force: ArrayLike, cop: ArrayLike, q: ArrayLike, guidance: ArrayLike, dt: float
    ) -> ProportionalTorque:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        foot_force : array_like of float, shape (T, 2)
            Vertical force under each foot [N]; NaN where absent.
        cop : array_like of float, shape (T, 2)
            Centre of pressure before the ankle [m]; NaN where absent.
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN where absent.
        guidance : array_like of float, shape (T, 6)
            Share of the torque [-], clamped to 0 to 1.
        dt : float
            Duration of every tick [s].

        Returns
        -------
        ProportionalTorque
            Torque and moment, time first.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        return ProportionalTorque(*self._core.run(*_loads(foot_force, cop, q, guidance, 2), to_number("dt", dt)))


def _loads(
    foot_force: ArrayLike, cop: ArrayLike, q: ArrayLike, guidance: ArrayLike, ndim: int
) -> tuple[Array, Array, Array, Array]:
    return (
        to_array("foot_force", foot_force, ndim),
        to_array("cop", cop, ndim),
        to_array("q", q, ndim),
        to_array("guidance", guidance, ndim),
    )
