"""Cross-fade from a law as it was to the law as asked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_array, to_floats, to_number
from ..errors import ConfigError


class Fade(NamedTuple):
    """Blend of two laws, of one tick or of every tick of a recording.

    Attributes
    ----------
    tau : ndarray of float, shape (6,) or (T, 6)
        Torque that the person feels [N·m].
    w : float or ndarray of float, shape (T,)
        Share of the law as asked [-], 0 to 1; 0 outside a fade.
    done : bool or ndarray of bool, shape (T,)
        Whether the fade has ended in this tick [-].
    """

    tau: Array
    w: float | Array
    done: bool | NDArray[np.bool_]


class Fader:
    """Moves from a law as it was to the law as asked within a time, a slope of torque and a bucket of energy.

    The owner steps both laws every tick, each with its own state, and hands over their torques and the potential
    energies they store at the present state. At a fixed state the fader adds at most `rate` to the slope of the torque,
    and any sequence of changes stores at most `energy + power * t` in what the person moves against [1]_.

    Parameters
    ----------
    time : float
        Shortest duration of a fade [s], 0.01 to 10.
    rate : array_like of float, shape (6,)
        Largest slope of torque that a fade adds [N·m/s], 1 to 20000.
    energy : float
        Potential energy that fades may store at once [J], 0 to 50.
    power : float
        Potential energy that fades may store in the long run [W], 0.1 to 50.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Kronander, K., & Billard, A. (2016). Stability considerations for variable impedance control. IEEE
       Transactions on Robotics, 32(5), 1298-1305. The bucket is the energy tank of Ferraguti et al. (2013); all
       limits are ours.

    Examples
    --------
    >>> fader = Fader(time=0.01, rate=[1000.0] * 6, energy=1.0, power=2.0)
    >>> fader.request()
    True
    >>> for tick in range(3):
    ...     fade = fader.step([0.0] * 6, [3.0] * 6, 0.0, 0.1, dt=0.004)
    ...     print(round(fade.tau[0], 6), fade.done)
    1.2 False
    2.4 False
    3.0 True
    """

    __slots__ = ("_core",)

    def __init__(self, *, time: float, rate: ArrayLike, energy: float, power: float) -> None:
        self._core = _core.Fader(
            time=to_number("time", time),
            rate=to_array("rate", rate, 1),
            energy=to_number("energy", energy),
            power=to_number("power", power),
        )

    def request(self) -> bool:
        """Begin a fade; one that is going on is not disturbed.

        Returns
        -------
        bool
            Whether it has begun.
        """
        return self._core.request()

    def step(self, tau_old: ArrayLike, tau_new: ArrayLike, energy_old: float, energy_new: float, dt: float) -> Fade:
        """Blend the torques of one tick.

        Parameters
        ----------
        tau_old : array_like of float, shape (6,)
            Torque of the law as it was [N·m]; one that is absent, or above 1e6 in magnitude, fades to 0.
        tau_new : array_like of float, shape (6,)
            Torque of the law as asked [N·m]; read during a fade only.
        energy_old : float
            Potential of the law as it was at the present state [J]; absent ones hold the fade.
        energy_new : float
            Potential of the law as asked at the present state [J].
        dt : float
            Length of the tick [s], taken as 0 to 0.02.

        Returns
        -------
        Fade
            Torque, share of the law as asked, and whether the fade has ended: from the next tick on the law as asked
            is the one as it was.

        Raises
        ------
        ConfigError
            If an array has another shape or a number is none.
        """
        old, new = to_array("tau_old", tau_old, 1), to_array("tau_new", tau_new, 1)
        energies = to_number("energy_old", energy_old), to_number("energy_new", energy_new)
        return Fade(*self._core.step(old, new, *energies, to_number("dt", dt)))

    def run(
        self,
        tau_old: ArrayLike,
        tau_new: ArrayLike,
        energy_old: ArrayLike,
        energy_new: ArrayLike,
        dt: float,
        request: ArrayLike,
    ) -> Fade:
        """Blend every tick of a recording; the same as `request`, where asked, and `step` for each.

        Parameters
        ----------
        tau_old : array_like of float, shape (T, 6)
            Torque of the law as it was [N·m].
        tau_new : array_like of float, shape (T, 6)
            Torque of the law as asked [N·m].
        energy_old : array_like of float, shape (T,)
            Potential of the law as it was [J].
        energy_new : array_like of float, shape (T,)
            Potential of the law as asked [J].
        dt : float
            Length of every tick [s], taken as 0 to 0.02.
        request : array_like of bool, shape (T,)
            Ticks before which a fade is asked for [-].

        Returns
        -------
        Fade
            Torque, share of the law as asked, and whether a fade has ended, of every tick.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        asked = to_floats("request", request, truth=True)
        if asked.ndim != 1:
            raise ConfigError(f"request must have 1 dimension, got shape {asked.shape}")
        old, new = to_array("tau_old", tau_old, 2), to_array("tau_new", tau_new, 2)
        energies = to_array("energy_old", energy_old, 1), to_array("energy_new", energy_new, 1)
        return Fade(*self._core.run(old, new, *energies, to_number("dt", dt), asked == 1.0))

    def reset(self) -> None:
        """Forget everything and fill the bucket; only for a person at rest."""
        self._core.reset()

    @property
    def busy(self) -> bool:
        """Whether a fade is going on."""
        return self._core.busy

    @property
    def w(self) -> float:
        """Share of the law as asked [-]; 0 outside a fade."""
        return self._core.w

    @property
    def stored(self) -> float:
        """Potential energy that fades may store now [J]."""
        return self._core.stored
