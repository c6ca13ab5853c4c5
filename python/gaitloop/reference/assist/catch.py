"""Section 9.6: strides without support, to see what the person does alone."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, in_range
from .._conventions import Array, Reading, clamp, readings
from .law import SUBTASK_COUNT

MASK = 2**64 - 1


class SplitMix64:
    """Reproducible chance.

    Parameters
    ----------
    seed : int
        Start [-].
    """

    def __init__(self, seed: int) -> None:
        self._state = seed & MASK

    def next(self) -> int:
        """Draw a number.

        Returns
        -------
        int
            The number [-], 0 to 2^64 - 1.
        """
        self._state = (self._state + 0x9E3779B97F4A7C15) & MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


class Reliance(NamedTuple):
    """How much worse catch strides are than those around them.

    Attributes
    ----------
    strides : ndarray of float, shape (2, 7)
        Catch strides that were seen [-].
    mean : ndarray of float, shape (2, 7)
        Mean of error in a catch stride minus error around it [rad, weight shift m]; NaN without one.
    error : ndarray of float, shape (2, 7)
        Standard error of the mean [rad, weight shift m]; NaN with less than two.
    """

    strides: Array
    mean: Array
    error: Array


class CatchTrials:
    """One stride in `period` without support, where nobody can foresee it but the guard.

    Parameters
    ----------
    period : int
        Strides of both sides in a block [-], 6 to 200; one of each is a catch stride.
    seed : int
        Start of the chance [-], 0 to 2^63 - 1.
    floor : array_like of float, shape (7,)
        Support that a catch stride keeps [-], 0 to 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    def __init__(self, *, period: int, seed: int, floor: ArrayLike) -> None:
        self._period = int(in_range("period", period, 6, 200))
        if not 0 <= seed < 2**63:
            raise ConfigError(f"seed must lie in [0, 2**63 - 1], got {seed}")
        self._seed = seed
        self._floor = all_in_range("floor", floor, 0.0, 1.0, (SUBTASK_COUNT,))
        self.reset()

    def reset(self) -> None:
        """As new, with the same catch strides again."""
        self._chance = SplitMix64(self._seed)
        self._count, self._place = 0, self._draw()
        self.active = np.zeros(2, dtype=bool)
        self._before, self._caught = np.full((2, SUBTASK_COUNT), math.nan), np.full((2, SUBTASK_COUNT), math.nan)
        self._pending = [False, False]
        self._n, self._mean, self._m2 = (np.zeros((2, SUBTASK_COUNT)) for _ in range(3))

    def _draw(self) -> int:
        return 2 + self._chance.next() % (self._period - 2)

    @property
    def announced(self) -> bool:
        """Whether a catch stride is going on or comes next."""
        return self._count == self._place or bool(self.active.any())

    def begin(self, side: int) -> bool:
        """Begin a stride.

        Parameters
        ----------
        side : int
            0 left, 1 right.

        Returns
        -------
        bool
            Whether it is a catch stride.
        """
        side = int(in_range("side", side, 0.0, 1.0))
        self.active[side] = self._count == self._place
        self._count += 1
        if self._count == self._period:
            self._count, self._place = 0, self._draw()
        return bool(self.active[side])

    def apply(self, side: int, support: Reading) -> Array:
        """Support that is given.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        support : array_like of float, shape (7,)
            Support that is asked for [-].

        Returns
        -------
        ndarray of float, shape (7,)
            Support [-], 0 to 1; not above the floor in a catch stride.
        """
        side = int(in_range("side", side, 0.0, 1.0))
        given = np.array([0.0 if x is None else clamp(x, 0.0, 1.0) for x in readings(support)])
        return np.minimum(given, self._floor) if self.active[side] else given

    def close(self, side: int, errors: Reading, valid: bool) -> None:
        """Take the errors of a stride that has ended.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        errors : array_like of float, shape (7,)
            Error of each subtask [rad, weight shift m]; None or NaN when absent.
        valid : bool
            Whether the stride counts.
        """
        side = int(in_range("side", side, 0.0, 1.0))
        known = [e if valid and e is not None and abs(e) <= 1000.0 else math.nan for e in readings(errors)]
        if self.active[side]:
            self._caught[side], self._pending[side], self.active[side] = known, True, False
            return
        if self._pending[side]:
            for task, after in enumerate(known):
                self._compare(side, task, after)
            self._pending[side] = False
        self._before[side] = known

    def _compare(self, side: int, task: int, after: float) -> None:
        before, caught = float(self._before[side, task]), float(self._caught[side, task])
        around = after if math.isnan(before) else before if math.isnan(after) else (before + after) / 2.0
        if math.isnan(around) or math.isnan(caught):
            return
        r = caught - around
        self._n[side, task] += 1.0
        d = r - self._mean[side, task]
        self._mean[side, task] += d / self._n[side, task]
        self._m2[side, task] += d * (r - self._mean[side, task])

    def abandon(self) -> None:
        """End catch strides that no contact will end; they count for nothing."""
        self.active[:] = False
        self._pending = [False, False]

    def reliance(self) -> Reliance:
        """Reliance as seen up to now.

        Returns
        -------
        Reliance
            Strides, mean and standard error.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.where(self._n < 2, math.nan, np.sqrt(self._m2 / (self._n * (self._n - 1.0))))
        return Reliance(self._n.copy(), np.where(self._n == 0, math.nan, self._mean), error)
