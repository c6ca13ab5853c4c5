"""Decay, and growth with the error."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number, to_side


class ForgettingLaw:
    """Support decays at every stride and grows with the error beyond a dead zone.

    `support = clamp(forget * support + gain * max(0, error - dead_zone), floor, ceiling)`: without error it decays
    geometrically; a constant error settles at `gain * (error - dead_zone) / (1 - forget)`.

    Parameters
    ----------
    forget : float
        Share of support that a stride keeps [-], 0.5 to 0.999.
    gain : float
        Support per error beyond the dead zone [1/rad, weight shift 1/m], 0 to 20.
    dead_zone : array_like of float, shape (7,)
        Error of natural variability [rad, weight shift m], 0 to 1; subtasks as in `BandLaw`.
    floor : float
        Smallest support [-], 0 to 1.
    ceiling : float
        Largest support [-], 0 to 1.
    initial : float
        Support at the start [-], `floor` to `ceiling`.

    Raises
    ------
    ConfigError
        If a parameter is outside its range or limits are swapped.

    References
    ----------
    .. [1] Emken, J. L., Benitez, R., & Reinkensmeyer, D. J. (2007). Human-robot cooperative movement training:
       learning a novel sensory motor transformation during walking with robotic assistance-as-needed. Journal of
       NeuroEngineering and Rehabilitation, 4, 8. https://doi.org/10.1186/1743-0003-4-8

    Examples
    --------
    >>> import numpy as np
    >>> law = ForgettingLaw(forget=0.9, gain=2.0, dead_zone=[0.05] * 7, floor=0.0, ceiling=1.0, initial=0.5)
    >>> law.update(1, [0.0, 0.0, 0.15, 0.0, np.nan, np.nan, np.nan])
    array([0.45, 0.45, 0.65, 0.45, 0.5 , 0.5 , 0.5 ])
    """

    __slots__ = ("_core",)

    def __init__(
        self, *, forget: float, gain: float, dead_zone: ArrayLike, floor: float, ceiling: float, initial: float
    ) -> None:
        self._core = _core.ForgettingLaw(
            forget=to_number("forget", forget),
            gain=to_number("gain", gain),
            dead_zone=to_array("dead_zone", dead_zone, 1),
            floor=to_number("floor", floor),
            ceiling=to_number("ceiling", ceiling),
            initial=to_number("initial", initial),
        )

    def update(self, side: int, errors: ArrayLike) -> Array:
        """Take the errors of a stride.

        Parameters
        ----------
        side : int
            Side of the stride [-], 0 left, 1 right.
        errors : array_like of float, shape (7,)
            Error of each subtask [rad, weight shift m]; NaN or None where it was not measured, which holds its support.

        Returns
        -------
        ndarray of float, shape (7,)
            New support of that side [-].

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1 or `errors` has another shape.
        """
        return self._core.update(to_side(side), to_array("errors", errors, 1))

    def follow(self, side: int, support: ArrayLike) -> None:
        """Go on from a support that was given instead of the law's own, so that a therapist's override ends smoothly.

        Parameters
        ----------
        side : int
            Side of the stride [-], 0 left, 1 right.
        support : array_like of float, shape (7,)
            Support that was given [-], clamped to `floor` and `ceiling`; NaN leaves the law's own.

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1 or `support` has another shape.
        """
        self._core.follow(to_side(side), to_array("support", support, 1))

    @property
    def support(self) -> Array:
        """Support of both sides [-], shape (2, 7), left then right."""
        return self._core.support
