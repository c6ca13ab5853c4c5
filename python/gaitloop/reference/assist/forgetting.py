"""Section 9.2: decay, and growth with the error."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .law import SUBTASK_COUNT, Law


class ForgettingLaw(Law):
    """Support that decays by itself and is renewed by errors outside a dead zone [1]_.

    Parameters
    ----------
    forget : float
        Share of the support that stays after a stride [-], 0.5 to 0.999.
    gain : float
        Support for an error outside the dead zone [1/rad, weight shift 1/m], 0 to 20.
    dead_zone : array_like of float, shape (7,)
        Error of each subtask that is natural variability [rad, weight shift m], 0 to 1.
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
