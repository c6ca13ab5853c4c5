"""Who is in the machine."""

from __future__ import annotations

from typing import Any, Self

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import to_floats, to_number
from ..errors import ConfigError
from ._inputs import SIDE_CODES, to_choice, to_seed, to_whole


class Patient(_core.Patient):
    """A simulated person: body, strength, delay and an intended way of walking.

    Parameters
    ----------
    mass : float
        Body mass [kg], 40 to 150.
    height : float
        Body height [m], 1.5 to 2.0.
    strength : array_like of float, shape (6,)
        Strength per joint [-], 0 (none) to 1 (healthy).
    delay : array_like of float, shape (2,)
        Delay of the intention per side [s], 0 to 0.3.
    foot_drop : sequence of bool, shape (2,)
        Whether a side has no dorsiflexor torque in swing.
    excursion : array_like of float, shape (6,)
        Size of the intended movement per joint, relative to a healthy one [-], 0 to 1.5.
    cadence : float
        Own cadence relative to the one the belt asks for [-], 0.8 to 1.2.
    variability : float
        Standard deviation of strength from stride to stride [-], 0 to 0.2; movement varies by a third of it.
    foot_clearance : float
        Height of the toe over the belt that the person intends in swing [m], 0.005 to 0.045.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message begins with its name.

    Examples
    --------
    >>> Patient.stroke(side="left", severity=0.6, seed=1).parameters()["foot_drop"]
    [True, False]
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Return the same: it never changes."""
        return self

    def __new__(
        cls,
        *,
        mass: float,
        height: float,
        strength: ArrayLike = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
        delay: ArrayLike = (0.0, 0.0),
        foot_drop: tuple[bool, bool] = (False, False),
        excursion: ArrayLike = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
        cadence: float = 1.0,
        variability: float = 0.02,
        foot_clearance: float = 0.04,
    ) -> Patient:
        """Check the values and make the person."""
        drop = [bool(d) for d in foot_drop]
        if len(drop) != 2:
            raise ConfigError(f"foot_drop must have shape (2,), got ({len(drop)},)")
        return super().__new__(
            cls,
            mass=to_number("mass", mass),
            height=to_number("height", height),
            strength=to_floats("strength", strength),
            delay=to_floats("delay", delay),
            foot_drop=drop,
            excursion=to_floats("excursion", excursion),
            cadence=to_number("cadence", cadence),
            variability=to_number("variability", variability),
            foot_clearance=to_number("foot_clearance", foot_clearance),
        )

    def replace(self, **changes: Any) -> Patient:
        """Return the same person with some parameters changed.

        Parameters
        ----------
        **changes : object
            New values by parameter name, in the units of the class.

        Returns
        -------
        Patient
            A new person.

        Raises
        ------
        ConfigError
            If a name is unknown or a value is outside its range.
        """
        parameters = self.parameters()
        unknown = sorted(set(changes) - set(parameters))
        if unknown:
            raise ConfigError(f"{unknown[0]} must be one of {', '.join(parameters)}, got an unknown name")
        return Patient(**{**parameters, **changes})

    @classmethod
    def healthy(cls, seed: int = 0) -> Patient:
        """Make a person without impairment.

        Parameters
        ----------
        seed : int
            Where body and habits come from [-], 0 to 2**64 - 1.

        Returns
        -------
        Patient
            The person.
        """
        return cls(**_core.Patient.healthy_parameters(to_seed(seed)))

    @classmethod
    def stroke(cls, *, side: str = "left", severity: float, seed: int = 0) -> Patient:
        """Make a person after a stroke.

        Parameters
        ----------
        side : str
            The weak side, `left` or `right`.
        severity : float
            How severe [-], 0 (no impairment) to 1 (hardly any voluntary torque at the ankle).
        seed : int
            Where body, habits and the spread around the severity come from [-], 0 to 2**64 - 1.

        Returns
        -------
        Patient
            The person.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        return cls(
            **_core.Patient.stroke_parameters(
                to_choice("side", side, SIDE_CODES), to_number("severity", severity), to_seed(seed)
            )
        )

    @classmethod
    def fac(cls, level: int, *, side: str = "left", seed: int = 0) -> Patient:
        """Make a person of a functional ambulation category.

        Parameters
        ----------
        level : int
            Category [-], 0 (cannot walk) to 5 (walks anywhere).
        side : str
            The weak side, `left` or `right`.
        seed : int
            Where body and habits come from [-], 0 to 2**64 - 1.

        Returns
        -------
        Patient
            The person.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        number = to_whole("level", level, 5)
        return cls(**_core.Patient.fac_parameters(number, to_choice("side", side, SIDE_CODES), to_seed(seed)))
