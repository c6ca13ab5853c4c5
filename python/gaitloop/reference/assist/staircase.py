"""Section 9.9: a difficulty that holds a success rate."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import in_range, ordered
from .._conventions import Array


class Staircase:
    """Weighted up-down: the ratio of its steps sets the success rate [1]_.

    Parameters
    ----------
    target : float
        Success rate that is held [-], 0.5 to 0.95.
    step : float
        Step down after a failure [-], 0.001 to 0.2.
    floor, ceiling : float
        Least and greatest difficulty [-], 0 to 1.
    initial : float
        Difficulty at the start [-], `floor` to `ceiling`.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Kaernbach, C. (1991). Simple adaptive testing with the weighted up-down method. Perception and
       Psychophysics, 49, 227-229.
    """

    def __init__(self, *, target: float, step: float, floor: float, ceiling: float, initial: float) -> None:
        target = in_range("target", target, 0.5, 0.95)
        self._down = in_range("step", step, 0.001, 0.2)
        self._up = self._down * (1.0 - target) / target
        self._floor = in_range("floor", floor, 0.0, 1.0)
        self._ceiling = in_range("ceiling", ceiling, 0.0, 1.0)
        ordered("floor", self._floor, "ceiling", self._ceiling, equal=True)
        self._initial = in_range("initial", initial, self._floor, self._ceiling)
        self.reset()

    def reset(self) -> None:
        """Begin again."""
        self.level, self.trials, self.successes = self._initial, 0, 0

    @property
    def rate(self) -> float:
        """Share of successes [-]; NaN without a trial."""
        return self.successes / self.trials if self.trials else math.nan

    def update(self, success: bool | None) -> float:
        """Take the outcome of a trial.

        Parameters
        ----------
        success : bool or None
            Whether it was a success; None when it does not count.

        Returns
        -------
        float
            New difficulty [-].
        """
        if success is not None:
            self.trials += 1
            self.successes += bool(success)
            if success:
                self.level = min(self.level + self._up, self._ceiling)
            else:
                self.level = max(self.level - self._down, self._floor)
        return self.level

    def run(self, success: ArrayLike) -> Array:
        """`update` for every trial.

        Parameters
        ----------
        success : array_like of float, shape (N,)
            1 for a success, 0 for a failure, anything else for a trial that does not count.

        Returns
        -------
        ndarray of float, shape (N,)
            Difficulty after each [-].
        """
        words = {1.0: True, 0.0: False}
        return np.array([self.update(words.get(x)) for x in np.asarray(success, float).tolist()])
