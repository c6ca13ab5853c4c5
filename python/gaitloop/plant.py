"""A simulated person in a treadmill exoskeleton, to prove controllers on before people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from .errors import ConfigError

__all__ = ["Device", "Measurement", "Patient", "Plant", "Truth"]

Array: TypeAlias = NDArray[np.float64]

_SIDES = {"left": 0, "right": 1}
_ROPE = {"hold": 0, "track": 1, "jog": 2}


def _array(name: str, value: ArrayLike) -> Array:
    try:
        return np.ascontiguousarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ConfigError(f"{name} must be an array of numbers, got {value!r}") from None


def _choice(name: str, value: str, choices: Mapping[str, int]) -> int:
    if value not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
    return choices[value]


def _whole(name: str, value: int, largest: int) -> int:
    if not isinstance(value, int | np.integer) or not 0 <= value <= largest:
        raise ConfigError(f"{name} must lie in [0, {largest}], got {value!r}")
    return int(value)


def _seed(seed: int) -> int:
    return _whole("seed", seed, 2**64 - 1)


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
            mass=mass,
            height=height,
            strength=_array("strength", strength),
            delay=_array("delay", delay),
            foot_drop=drop,
            excursion=_array("excursion", excursion),
            cadence=cadence,
            variability=variability,
            foot_clearance=foot_clearance,
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
        return cls(**_core.Patient.healthy_parameters(_seed(seed)))

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
        return cls(**_core.Patient.stroke_parameters(_choice("side", side, _SIDES), severity, _seed(seed)))

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
        number = _whole("level", level, 5)
        return cls(**_core.Patient.fac_parameters(number, _choice("side", side, _SIDES), _seed(seed)))


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
            ankle_driven=bool(_choice("ankle", ankle, {"sensed": 0, "driven": 1})),
            thigh_mass=thigh_mass,
            shank_mass=shank_mass,
            lifter_stiffness=lifter_stiffness,
            noise=noise,
        )


class Measurement(NamedTuple):
    """What the device measured in one tick, flat, in the order of a sample's groups.

    Attributes
    ----------
    t : int
        Time of the tick [ns].
    value : ndarray of float, shape (N,)
        Values in the units of `SAMPLE_FIELDS` [SI].
    valid : ndarray of bool, shape (N,)
        Which values were measured [-].
    stamp : ndarray of int, shape (G,)
        When each group was measured [ns].
    """

    t: int
    value: Array
    valid: NDArray[np.bool_]
    stamp: NDArray[np.int64]


class Truth(NamedTuple):
    """What only a simulation knows.

    Attributes
    ----------
    q : ndarray of float, shape (9,)
        Pelvis x and z [m], pitch and the six joint angles [rad].
    dq : ndarray of float, shape (9,)
        Their rates [m/s, rad/s].
    contacts : ndarray of float, shape (4, 4)
        A row per point (left heel, left toe, right heel, right toe): height [m], normal force and friction [N], speed
        over the belt [m/s].
    patient_torque : ndarray of float, shape (6,)
        Voluntary torque [N·m].
    device_torque : ndarray of float, shape (6,)
        Torque of the drives [N·m].
    pelvis_height : float
        Height of the hip over the belt [m].
    kinetic_energy : float
        Kinetic energy [J].
    potential_energy : float
        Potential energy [J].
    belt_speed : float
        Speed of the belt [m/s].
    rope_force : float
        Force in the rope [N].
    patient_phase : float
        The person's own clock, left side [-].
    """

    q: Array
    dq: Array
    contacts: Array
    patient_torque: Array
    device_torque: Array
    pelvis_height: float
    kinetic_energy: float
    potential_energy: float
    belt_speed: float
    rope_force: float
    patient_phase: float


class Plant(_core.Plant):
    """A simulated person in a device, one tick at a time; deterministic from its seed.

    The person starts suspended over the belt and is let down over 8 s once the belt moves.

    Parameters
    ----------
    patient : Patient
        The person.
    device : Device
        The device.
    seed : int
        Where noise and stride-to-stride variability come from [-], 0 to 2**64 - 1.

    Raises
    ------
    ConfigError
        If the seed is outside its range.

    Examples
    --------
    >>> plant = Plant(Patient.healthy(), Device.treadmill_exo())
    >>> plant.advance([0.0] * 6, belt_speed=0.5)
    >>> plant.measure(1_000_000).valid[:6].all()
    np.True_
    """

    def __new__(cls, patient: Patient, device: Device, seed: int = 0) -> Plant:
        """Join person and device."""
        return super().__new__(cls, patient, device, _seed(seed))

    def measure(self, t: int) -> Measurement:
        """Measure everything the device has sensors for.

        Parameters
        ----------
        t : int
            Time of the tick, also every stamp [ns]; the plant's own time is set to it.

        Returns
        -------
        Measurement
            Values, validity and stamps.
        """
        return Measurement(t, *self.sample(t))

    def advance(
        self,
        torque: ArrayLike,
        *,
        belt_speed: float = 0.0,
        support_force: float = 0.0,
        rope: str = "track",
        enabled: bool = True,
        dt: float = 0.001,
    ) -> None:
        """Let one tick pass under a command made by hand.

        Parameters
        ----------
        torque : array_like of float, shape (6,)
            Torque of the drives on the person [N·m], -300 to 300; ignored at joints that are not driven.
        belt_speed : float
            Commanded belt speed [m/s], 0 to 3.
        support_force : float
            Commanded rope force [N], 0 to 2000.
        rope : str
            `hold` (keep the length), `track` (pull with the force) or `jog` (pay out slowly).
        enabled : bool
            Whether drives and belt are energised.
        dt : float
            Length of the tick [s], 0.0001 to 0.01.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        self.step(_array("torque", torque), belt_speed, support_force, _choice("rope", rope, _ROPE), enabled, dt)

    def look(self) -> Truth:
        """Look at what only a simulation knows.

        Returns
        -------
        Truth
            State, contact, torques and energy.
        """
        return Truth(**self.truth())
