"""What a therapist asks for, in clinical units, on top of any law."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number


class Override:
    """Hold, floor and ceiling of a therapist, in clinical units, on top of any law; nothing is set at first.

    Targets are the seven subtasks of `BandLaw` and `all` (the seven at once), in percent of support, 0 to 100;
    `clearance`, the reference's foot clearance, in cm, 0 to 15; `step_length` in cm, 10 to 120. Modes are `hold`,
    `floor` and `ceiling`; each target has at most one of each. To end an override without a jump, let the law `follow`
    what was applied at every stride.

    Examples
    --------
    >>> therapist = Override()
    >>> therapist.set("all", "ceiling", 60)
    >>> therapist.set("foot_clearance", "hold", 40)
    >>> therapist.apply([0.9, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0])
    array([0.6, 0.2, 0. , 0. , 0.4, 0. , 0. ])
    """

    __slots__ = ("_core",)

    def __init__(self) -> None:
        self._core = _core.Override()

    def set(self, target: str, mode: str, value: float) -> None:
        """Set one override; nothing changes when it is refused.

        Parameters
        ----------
        target : str
            What is overridden.
        mode : str
            `hold`, `floor` or `ceiling`.
        value : float
            Value in clinical units [percent, cm].

        Raises
        ------
        ConfigError
            If a name is unknown, the value is outside its range, or floor and ceiling would cross.
        """
        self._core.set(str(target), str(mode), to_number("value", value))

    def release(self, target: str) -> None:
        """Take hold, floor and ceiling of a target away.

        Parameters
        ----------
        target : str
            What is released.

        Raises
        ------
        ConfigError
            If the name is unknown.
        """
        self._core.release(str(target))

    def get(self, target: str) -> tuple[float | None, float | None, float | None]:
        """Tell what is set.

        Parameters
        ----------
        target : str
            Any target but `all`.

        Returns
        -------
        tuple of float or None
            Hold, floor and ceiling in clinical units [percent, cm], None where not set.

        Raises
        ------
        ConfigError
            If the name is unknown.
        """
        return self._core.get(str(target))

    @staticmethod
    def core_units(target: str, value: float) -> float:
        """Convert a clinical value.

        Parameters
        ----------
        target : str
            What it is a value of.
        value : float
            Value in clinical units [percent, cm].

        Returns
        -------
        float
            Share of support [-] or length [m].

        Raises
        ------
        ConfigError
            If the name is unknown or the value is outside its range.
        """
        return _core.Override.core_units(str(target), to_number("value", value))

    def apply(self, support: ArrayLike) -> Array:
        """Pass a support on as the therapist wants it.

        Parameters
        ----------
        support : array_like of float, shape (7,)
            Support of each subtask [-]; not finite counts as 0.

        Returns
        -------
        ndarray of float, shape (7,)
            Support to give [-], 0 to 1.

        Raises
        ------
        ConfigError
            If `support` has another shape.
        """
        return self._core.apply(to_array("support", support, 1))

    def clearance(self, x: float) -> float:
        """Pass a foot clearance on as the therapist wants it.

        Parameters
        ----------
        x : float
            Foot clearance [m]; not finite counts as 0.

        Returns
        -------
        float
            Foot clearance to use [m], 0 to 0.15.
        """
        return self._core.clearance(to_number("x", x))

    def step_length(self, x: float) -> float:
        """Pass a step length on as the therapist wants it.

        Parameters
        ----------
        x : float
            Step length [m]; not finite counts as 0.1.

        Returns
        -------
        float
            Step length to use [m], 0.1 to 1.2.
        """
        return self._core.step_length(to_number("x", x))

    def reset(self) -> None:
        """Release everything."""
        self._core.reset()
