"""The device that holds and drives the person."""

from __future__ import annotations

from typing import Self

from .. import _core
from .._inputs import to_number
from ..errors import ConfigError
from ._inputs import to_choice


class Device(_core.Device):
    """A device that holds and drives a simulated person; usually made by one of the class methods.

    Parameters
    ----------
    kind : str
        Class of the device, with its fitting: `treadmill_exo`, `treadmill_exo_ankle`, `overground_exo_crutches`,
        `overground_exo_frame`, `end_effector`, `end_effector_axes`, `ankle_left`, `ankle_right` or `ankle_both`.
    noise : float
        Size of the sensors' noise relative to the usual [-], 0 to 10.
    **changes : float
        Other values than the usual ones [SI], by the names and in the ranges of the class methods.

    Raises
    ------
    ConfigError
        If the kind is unknown, has no such value, or a value is outside its range.

    Examples
    --------
    >>> Device.treadmill_exo().joints[:3]
    ['driven', 'driven', 'sensed']
    >>> Device.ankle("left").joints
    ['absent', 'absent', 'driven', 'absent', 'absent', 'absent']
    """

    def __new__(cls, kind: str, *, noise: float = 1.0, **changes: float) -> Device:
        """Check the values and make the device."""
        if not isinstance(kind, str):
            raise ConfigError(f"kind must be a name, got {kind!r}")
        values = [(name, to_number(name, value)) for name, value in changes.items()]
        return super().__new__(cls, kind, to_number("noise", noise), values)

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
        incline: tuple[float, float] = (0.0, 0.0),
        incline_rate: float = 0.0,
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
        incline : tuple of float
            Lowest and highest inclination of the belt [rad], -10 to 0 and 0 to 10°, positive uphill; by default it does
            not tilt. It turns about the line under the hip; the frame stays upright.
        incline_rate : float
            How fast its inclination changes [rad/s], 0 to 0.05.
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
        kind = ("treadmill_exo", "treadmill_exo_ankle")[to_choice("ankle", ankle, {"sensed": 0, "driven": 1})]
        lifter = {} if lifter_stiffness is None else {"lifter_stiffness": lifter_stiffness}
        tilt = {"incline_low": incline[0], "incline_high": incline[1], "incline_rate": incline_rate}
        return cls(kind, noise=noise, thigh_mass=thigh_mass, shank_mass=shank_mass, **lifter, **tilt)

    @classmethod
    def overground_exo(
        cls,
        *,
        support: str = "crutches",
        thigh_mass: float = 3.0,
        shank_mass: float = 2.5,
        trunk_mass: float = 12.0,
        ankle_stiffness: float = 150.0,
        torque_max: float = 150.0,
        support_force: float = 400.0,
        pace: float = 0.2,
        lower_deadline: float | None = None,
        noise: float = 1.0,
    ) -> Device:
        """Make an overground exoskeleton: hips and knees driven, passive ankles, crutches or a walking frame.

        Nothing guides the pelvis, the ground is solid (belt and rope are not there) and the weight of the device
        stands on its own feet. The arms give bounded force forward and up and a moment in pitch where a tip stands:
        a crutch goes along with the other side's foot in swing and is planted before the hip as that foot lands; a
        walking frame stays on the ground and is rolled on after each landing. Balance sideways is not modelled.
        Masses add up to 23 kg by default; all defaults are our choice for the class.

        Parameters
        ----------
        support : str
            `crutches` or `frame`.
        thigh_mass : float
            Mass of the limb along each thigh [kg], 0 to 10.
        shank_mass : float
            Mass of the limb along each shank [kg], 0 to 10.
        trunk_mass : float
            Mass on the person's back [kg], 0 to 30.
        ankle_stiffness : float
            Stiffness of the ankles' springs, at rest at 0 [N·m/rad], 0 to 500.
        torque_max : float
            Greatest torque of hips and knees [N·m], 0 to 300.
        support_force : float
            Greatest upward force of both arms [N], 0 to 1000.
        pace : float
            Speed at which the person shifts their weight over the foot that landed [m/s], 0.02 to 1; it sets the pace
            of walking.
        lower_deadline : float, optional
            Longest time in which the device lowers the person in a protective stop [s], 0.1 to 10: its safe profile is
            then `controlled_lower`, and it has no brakes. By default it is `lock_brake`, with brakes at hips and knees
            that close without power.
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
        to_choice("support", support, {"crutches": 0, "frame": 1})
        return cls(
            f"overground_exo_{support}",
            noise=noise,
            thigh_mass=thigh_mass,
            shank_mass=shank_mass,
            trunk_mass=trunk_mass,
            ankle_stiffness=ankle_stiffness,
            torque_max=torque_max,
            support_force=support_force,
            support_pace=pace,
            **({} if lower_deadline is None else {"lower_deadline": lower_deadline}),
        )

    @classmethod
    def end_effector(
        cls, *, plate_mass: float = 10.0, plate_force: float = 2000.0, axes: bool = False, noise: float = 1.0
    ) -> Device:
        """Make an end-effector trainer: a driven plate under each foot, harness and hand rail, no joint measured.

        Each plate moves forward, up and in pitch under the force asked of its drives (`Plant.advance`), and holds when
        the machine is off. The feet are strapped on by springs and dampers; harness and hand rail hold the pelvis
        softly. The person goes along: they want the posture in which the hip stays over the machine's middle at
        standing height (assumption), as strongly as their muscles allow. All defaults are our choice for the class.

        Parameters
        ----------
        plate_mass : float
            Moving mass of a plate [kg], 1 to 100.
        plate_force : float
            Greatest upward force of a plate's drives [N], 0 to 3000; forward it is 1000 N, in pitch 200 N·m.
        axes : bool
            Whether samples and commands have the plates where other devices have joints, so that a guard can stand
            before them: six driven axes, left forward, up and pitch, then right. Angles are places [m, m, rad], torques
            are forces in units of 10 N, 10 N and 1 N·m; closed brakes hold the plates.
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
        kind = "end_effector_axes" if axes else "end_effector"
        return cls(kind, noise=noise, plate_mass=plate_mass, plate_force=plate_force)

    @classmethod
    def ankle(
        cls, side: str = "both", *, torque_max: float = 50.0, shank_mass: float = 1.0, noise: float = 1.0
    ) -> Device:
        """Make an ankle device: one or both ankles driven, nothing else there; the person walks on the belt.

        The person balances on their own, for which a soft guide of the pelvis forward and in pitch stands
        (assumption). A harness lets the person down at the start.

        Parameters
        ----------
        side : str
            `left`, `right` or `both`. A device on one side weighs the same on the other (simplification).
        torque_max : float
            Greatest torque of an ankle [N·m], 0 to 300.
        shank_mass : float
            Mass on each shank [kg], 0 to 10.
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
        to_choice("side", side, {"left": 0, "right": 1, "both": 2})
        return cls(f"ankle_{side}", noise=noise, torque_max=torque_max, shank_mass=shank_mass)
