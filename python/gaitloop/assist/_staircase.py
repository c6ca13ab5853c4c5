"""A difficulty that holds a success rate."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_flag, to_number


class Staircase:
    """Difficulty that holds a success rate by weighted up-down steps [1]_.

    A failure takes it down by `step`, a success up by `step * (1 - target) / target`.

    Parameters
    ----------
    target : float
        Success rate to hold [-], 0.5 to 0.95.
    step : float
        Step of a failure [-], 0.001 to 0.2.
    floor : float
        Smallest difficulty [-], 0 to 1.
    ceiling : float
        Largest difficulty [-], 0 to 1.
    initial : float
        Difficulty at the start [-], `floor` to `ceiling`.

    Raises
    ------
    ConfigError
        If a parameter is outside its range or limits are swapped.

    References
    ----------
    .. [1] Kaernbach, C. (1991). Simple adaptive testing with the weighted up-down method. Perception & Psychophysics,
       49, 227-229.

    Examples
    --------
    >>> law = Staircase(target=0.75, step=0.06, floor=0.0, ceiling=1.0, initial=0.5)
    >>> round(law.update(True), 6), round(law.update(False), 6), law.rate
    (0.52, 0.46, 0.5)
    """

    __slots__ = ("_core",)

    def __init__(self, *, target: float, step: float, floor: float, ceiling: float, initial: float) -> None:
        self._core = _core.Staircase(
            target=to_number("target", target),
            step=to_number("step", step),
            floor=to_number("floor", floor),
            ceiling=to_number("ceiling", ceiling),
            initial=to_number("initial", initial),
        )

    def update(self, success: bool | None) -> float:
        """Take a trial.

        Parameters
        ----------
        success : bool or None
            Whether it succeeded; None when it does not count.

        Returns
        -------
        float
            Difficulty of the next [-].

        Raises
        ------
        ConfigError
            If it is neither a truth value nor None.
        """
        return self._core.update(None if success is None else to_flag("success", success))

    def run(self, success: ArrayLike) -> Array:
        """Take many trials.

        Parameters
        ----------
        success : array_like of float, shape (N,)
            1 for a success, 0 for a failure, anything else where it does not count [-].

        Returns
        -------
        ndarray of float, shape (N,)
            Difficulty after each [-].

        Raises
        ------
        ConfigError
            If it has another number of dimensions.
        """
        return self._core.run(to_array("success", success, 1))

    def reset(self) -> None:
        """Start again."""
        self._core.reset()

    @property
    def level(self) -> float:
        """Difficulty [-]."""
        return self._core.level

    @property
    def trials(self) -> int:
        """Trials that counted [-]."""
        return self._core.trials

    @property
    def successes(self) -> int:
        """Trials that succeeded [-]."""
        return self._core.successes

    @property
    def rate(self) -> float:
        """Share of trials that succeeded [-], NaN before the first."""
        return self._core.rate
