"""Strides without support, to see what the person does alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_array, to_flag, to_side
from ._inputs import to_seed, to_whole


class Reliance(NamedTuple):
    """How much a person relies on support, per side and subtask.

    Attributes
    ----------
    strides : ndarray of float, shape (2, 7)
        Catch strides that count [-].
    mean : ndarray of float, shape (2, 7)
        Mean growth of the error without support [rad, weight shift m], NaN without a stride.
    error : ndarray of float, shape (2, 7)
        Standard error of the mean [rad, weight shift m], NaN below two strides.
    """

    strides: Array
    mean: Array
    error: Array


class CatchTrials:
    """Withholds support for one stride in `period`, at places drawn from a seed, and measures reliance on it [1]_.

    Strides of both sides count together. `begin` every stride, `close` it when it ends, and pass every support through
    `apply`. At least two strides begin between two catch strides.

    Parameters
    ----------
    period : int
        Strides of which one is a catch stride [-], 6 to 200.
    seed : int
        Where the places come from [-], 0 to 2**63 - 1.
    floor : array_like of float, shape (7,)
        Support of a catch stride [-], 0 to 1; subtasks as in `BandLaw`.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Emken, J. L., Benitez, R., & Reinkensmeyer, D. J. (2007). Human-robot cooperative movement training:
       learning a novel sensory motor transformation during walking with robotic assistance-as-needed. Journal of
       NeuroEngineering and Rehabilitation, 4, 8. The plan of the places is ours.

    Examples
    --------
    >>> law = CatchTrials(period=6, seed=1, floor=[0.0] * 7)
    >>> sum(law.begin(k % 2) for k in range(60))
    10
    """

    __slots__ = ("_core",)

    def __init__(self, *, period: int, seed: int, floor: ArrayLike) -> None:
        whole = to_whole("period", period)
        self._core = _core.CatchTrials(period=whole, seed=to_seed(seed), floor=to_array("floor", floor, 1))

    def begin(self, side: int) -> bool:
        """Begin a stride.

        Parameters
        ----------
        side : int
            Side [-], 0 left, 1 right.

        Returns
        -------
        bool
            Whether it is a catch stride.

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1.
        """
        return self._core.begin(to_side(side))

    def apply(self, side: int, support: ArrayLike) -> Array:
        """Pass a support on as it may be given now.

        Parameters
        ----------
        side : int
            Side [-], 0 left, 1 right.
        support : array_like of float, shape (7,)
            Support [-], clamped to 0 to 1; not finite counts as 0.

        Returns
        -------
        ndarray of float, shape (7,)
            Support to give [-].

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1 or `support` has another shape.
        """
        return self._core.apply(to_side(side), to_array("support", support, 1))

    def close(self, side: int, errors: ArrayLike, valid: bool) -> None:
        """End a stride.

        Parameters
        ----------
        side : int
            Side [-], 0 left, 1 right.
        errors : array_like of float, shape (7,)
            Error of each subtask [rad, weight shift m], NaN or None where absent.
        valid : bool
            Whether the stride counts.

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1 or `errors` has another shape.
        """
        self._core.close(to_side(side), to_array("errors", errors, 1), to_flag("valid", valid))

    def abandon(self) -> None:
        """End catch strides that no contact will end, as when the person stops; they count for nothing."""
        self._core.abandon()

    def reliance(self) -> Reliance:
        """Tell how much the person relies on support.

        Returns
        -------
        Reliance
            Strides, mean and standard error.
        """
        return Reliance(*self._core.reliance())

    def reset(self) -> None:
        """Forget everything; the same places come again."""
        self._core.reset()

    @property
    def announced(self) -> bool:
        """Whether a catch stride is going on, or is the next to begin."""
        return self._core.announced

    @property
    def active(self) -> NDArray[np.bool_]:
        """Sides on which a catch stride is going on [-], shape (2,)."""
        return self._core.active
