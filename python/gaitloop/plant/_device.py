"""The device that holds and drives the person."""

from __future__ import annotations

from typing import Self

from .. import _core
from ._inputs import to_choice


class Device(_core.Device):
    """A device that holds and drives a simulated person; usually made by `treadmill_exo`.

    Parameters
    ----------
    ankle_driven : bool
        The ankles are driven, else measured only.
    thigh_mass : float
        Mass of the limb along each thigh [kg], 0 to 10.
    shank_mass : float
        Mass of the limb along each shank [kg], 0 to 10.
    lifter_stiffness : float or None
        Stiffness of the passive foot lifter [N·m/rad], 0 to 100; None is 35 for a sensed ankle, 0 for a driven one.
    noise : float
        Size of the sensors' noise relative to the usual [-], 0 to 10.

    Examples
    --------
    >>> Device.treadmill_exo().joints[:3]
    ['driven', 'driven', 'sensed']
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Return the same: it never changes."""
        return self

    @classmethod
    def treadmill_exo(
        cls,
        *,
        ankle: str = "sensed",
        thigh_mass: float = 2.5,
        shank_mass: float = 1.5,
        lifter_stiffness: float | None = None,
        noise: float = 1.0,
    ) -> Device:
        """Make a treadmill exoskeleton: hips and knees driven, a frame that guides the pelvis, belt and rope.

        Parameters
        ----------
        ankle : str
            `sensed` (with a passive foot lifter) or `driven`.
        thigh_mass : float
            Mass of the limb along each thigh [kg], 0 to 10.
        shank_mass : float
            Mass of the limb along each shank [kg], 0 to 10.
        lifter_stiffness : float, optional
            Stiffness of the passive foot lifter [N·m/rad], 0 to 100; by default 35 for a sensed ankle, 0 for a
            driven one.
        noise : float
            Size of the sensors' noise relative to the usual [-], 0 to 10.

        Returns
        -------
        Device
            The device.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        return cls(
            ankle_driven=bool(to_choice("ankle", ankle, {"sensed": 0, "driven": 1})),
            thigh_mass=thigh_mass,
            shank_mass=shank_mass,
            lifter_stiffness=lifter_stiffness,
            noise=noise,
        )
