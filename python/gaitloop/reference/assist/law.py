"""Section 9: what the laws that hold one support per subtask share."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from .._checks import in_range, ordered
from .._conventions import SIDES, Array, Reading, clamp, present

SUBTASK_COUNT = 7


class Law(ABC):
    """Support of each side and subtask between a floor and a ceiling."""

    def __init__(self, floor: float, ceiling: float, initial: float) -> None:
        self.floor = in_range("floor", floor, 0.0, 1.0)
        self.ceiling = in_range("ceiling", ceiling, 0.0, 1.0)
        ordered("floor", self.floor, "ceiling", self.ceiling, equal=True)
        self.initial = in_range("initial", initial, self.floor, self.ceiling)
        self.support: Array = np.full((len(SIDES), SUBTASK_COUNT), self.initial)

    def update(self, side: int, errors: Reading) -> Array:
        """Support after a stride.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        errors : array_like of float, shape (7,)
            Error of each subtask [rad, weight shift m]; None or NaN when absent, which holds its support.

        Returns
        -------
        ndarray of float, shape (7,)
            Support of each subtask of that side [-].
        """
        side = int(in_range("side", side, 0.0, 1.0))
        for task, error in enumerate(errors):
            e, a = present(error), float(self.support[side, task])
            if e is not None:
                self.support[side, task] = clamp(self._next(task, a, e), self.floor, self.ceiling)
        support: Array = self.support[side].copy()
        return support

    def follow(self, side: int, support: Reading) -> None:
        """Take over the support that was given instead of this law's.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        support : array_like of float, shape (7,)
            Support that was given [-]; clamped to floor and ceiling; None or NaN leaves it.
        """
        side = int(in_range("side", side, 0.0, 1.0))
        for task, given in enumerate(support):
            a = present(given)
            if a is not None:
                self.support[side, task] = clamp(a, self.floor, self.ceiling)

    @abstractmethod
    def _next(self, task: int, a: float, e: float) -> float:
        """Support that follows a stride of support `a` and error `e`."""
