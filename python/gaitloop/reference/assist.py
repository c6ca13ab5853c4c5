"""Section 9: how the support of each subtask follows the errors of each stride."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from ._checks import all_in_range, in_range, ordered
from ._conventions import SIDES, Array, Reading, clamp, present

SUBTASK_COUNT = 5


class _Law(ABC):
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
        errors : array_like of float, shape (5,)
            Error of each subtask [rad]; None or NaN when absent, which holds its support.

        Returns
        -------
        ndarray of float, shape (5,)
            Support of each subtask of that side [-].
        """
        side = int(in_range("side", side, 0.0, 1.0))
        for task, error in enumerate(errors):
            e, a = present(error), float(self.support[side, task])
            if e is not None:
                self.support[side, task] = clamp(self._next(task, a, e), self.floor, self.ceiling)
        support: Array = self.support[side].copy()
        return support

    @abstractmethod
    def _next(self, task: int, a: float, e: float) -> float:
        """Support that follows a stride of support `a` and error `e`."""


class BandLaw(_Law):
    """Support that holds between two bounds, grows above them and fades below [1]_.

    Parameters
    ----------
    lower, upper : array_like of float, shape (5,)
        Bounds of the error of each subtask [rad], 0 to 1, `lower < upper`.
    step_up, step_down : float
        Change of support in one stride [-], 0 to 0.2.
    floor, ceiling : float
        Smallest and largest support [-], 0 to 1.
    initial : float
        Support at the start [-], `floor` to `ceiling`.

    Attributes
    ----------
    support : ndarray of float, shape (2, 5)
        Support of each side and subtask [-].

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Fricke, S. S. et al. (2020). Automatic versus manual tuning of robot-assisted gait training in people
       with neurological disorders. Journal of NeuroEngineering and Rehabilitation, 17, 9. PMC6986041.
    """

    def __init__(
        self,
        *,
        lower: ArrayLike,
        upper: ArrayLike,
        step_up: float,
        step_down: float,
        floor: float,
        ceiling: float,
        initial: float,
    ) -> None:
        self.lower = all_in_range("lower", lower, 0.0, 1.0, (SUBTASK_COUNT,))
        self.upper = all_in_range("upper", upper, 0.0, 1.0, (SUBTASK_COUNT,))
        ordered("lower", self.lower, "upper", self.upper)
        self.step_up = in_range("step_up", step_up, 0.0, 0.2)
        self.step_down = in_range("step_down", step_down, 0.0, 0.2)
        super().__init__(floor, ceiling, initial)

    def _next(self, task: int, a: float, e: float) -> float:
        if e > self.upper[task]:
            return a + self.step_up
        if e < self.lower[task]:
            return a - self.step_down
        return a


class ForgettingLaw(_Law):
    """Support that decays by itself and is renewed by errors outside a dead zone [1]_.

    Parameters
    ----------
    forget : float
        Share of the support that stays after a stride [-], 0.5 to 0.999.
    gain : float
        Support for an error outside the dead zone [1/rad], 0 to 20.
    dead_zone : array_like of float, shape (5,)
        Error of each subtask that is natural variability [rad], 0 to 1.
    floor, ceiling : float
        Smallest and largest support [-], 0 to 1.
    initial : float
        Support at the start [-], `floor` to `ceiling`.

    Attributes
    ----------
    support : ndarray of float, shape (2, 5)
        Support of each side and subtask [-].

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Emken, J. L., Benitez, R. and Reinkensmeyer, D. J. (2007). Human-robot cooperative movement training:
       learning a novel sensory motor transformation during walking with robotic assistance-as-needed. Journal of
       NeuroEngineering and Rehabilitation, 4, 8.
    """

    def __init__(
        self, *, forget: float, gain: float, dead_zone: ArrayLike, floor: float, ceiling: float, initial: float
    ) -> None:
        self.forget = in_range("forget", forget, 0.5, 0.999)
        self.gain = in_range("gain", gain, 0.0, 20.0)
        self.dead_zone = all_in_range("dead_zone", dead_zone, 0.0, 1.0, (SUBTASK_COUNT,))
        super().__init__(floor, ceiling, initial)

    def _next(self, task: int, a: float, e: float) -> float:
        return self.forget * a + self.gain * max(0.0, e - float(self.dead_zone[task]))
