"""Hold inside a band, step outside it."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number, to_side


class BandLaw:
    """Support is held inside an error band, grows by a step above it and fades by a step below it.

    Subtasks in order: leading limb, trailing limb, prepositioning, stance stability, foot clearance, weight shift,
    lateral foot placement. The published bounds are 2.15 to 3.58, 1.75 to 2.92, 4.29 to 7.16, 4.30 to 7.16 and
    4.52 to 7.54 degrees, 2.50 to 4.17 cm and 1.15 to 1.91 degrees [1]_. The last two lie outside the sagittal plane: a
    device that measures lateral pelvis position and hip abduction hands their errors in, any other leaves them NaN.

    Parameters
    ----------
    lower : array_like of float, shape (7,)
        Error below which support fades [rad, weight shift m], 0 to 1.
    upper : array_like of float, shape (7,)
        Error above which support grows [rad, weight shift m], 0 to 1, above `lower`.
    step_up : float
        Growth per stride [-], 0 to 0.2.
    step_down : float
        Fading per stride [-], 0 to 0.2.
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
    .. [1] Fricke, S. S., et al. (2020). Automatic versus manual tuning of robot-assisted gait training in people with
       neurological disorders. Journal of NeuroEngineering and Rehabilitation, 17, 9. PMC6986041.

    Examples
    --------
    >>> import numpy as np
    >>> law = BandLaw(lower=[0.04] * 7, upper=[0.06] * 7, step_up=0.1, step_down=0.05, floor=0.0, ceiling=1.0,
    ...               initial=0.5)
    >>> law.update(0, [0.1, 0.05, 0.0, np.nan, 0.05, np.nan, np.nan])
    array([0.6 , 0.5 , 0.45, 0.5 , 0.5 , 0.5 , 0.5 ])
    """

    __slots__ = ("_core",)

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
        self._core = _core.BandLaw(
            lower=to_array("lower", lower, 1),
            upper=to_array("upper", upper, 1),
            step_up=to_number("step_up", step_up),
            step_down=to_number("step_down", step_down),
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
