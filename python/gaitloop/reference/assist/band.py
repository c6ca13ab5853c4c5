"""Section 9.1: hold inside a band, step outside it."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range, ordered
from .law import SUBTASK_COUNT, Law


class BandLaw(Law):
    """Support that holds between two bounds, grows above them and fades below [1]_.

    Parameters
    ----------
    lower, upper : array_like of float, shape (7,)
        Bounds of the error of each subtask [rad, weight shift m], 0 to 1, `lower < upper`.
    step_up, step_down : float
        Change of support in one stride [-], 0 to 0.2.
    floor, ceiling : float
        Smallest and largest support [-], 0 to 1.
    initial : float
        Support at the start [-], `floor` to `ceiling`.

    Attributes
    ----------
    support : ndarray of float, shape (2, 7)
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
