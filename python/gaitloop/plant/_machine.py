"""The device, and the person in it, in motion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_floats
from ._device import Device
from ._faults import Fault
from ._inputs import ROPE_CODES, to_choice, to_plates, to_seed
from ._patient import Patient
from ._sensors import Sensors


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
    incline : float
        Inclination of the belt [rad], positive uphill.
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
    incline: float
    patient_phase: float


class Fitted(NamedTuple):
    """What the device has beside its joints, as its own sensors give it, without noise; None where it is not there.

    Attributes
    ----------
    trunk : ndarray of float, shape (2,)
        Pitch of the trunk [rad], negative leaning forward, and its rate [rad/s].
    plate_pose : ndarray of float, shape (2, 3), or None
        Place forward and up [m] and pitch [rad] of each foot plate, where the sole lies under the ankle; zero is under
        the hip's middle place on the ground.
    plate_velocity : ndarray of float, shape (2, 3), or None
        Its rate [m/s, rad/s].
    plate_force : ndarray of float, shape (2, 3), or None
        What the plates' drives give [N, N·m].
    strap_force : ndarray of float, shape (2, 3), or None
        What each plate does to its foot [N, N·m].
    tips : ndarray of float, shape (2,), or None
        Where the tips of crutches or walking frame are [m].
    planted : ndarray of bool, shape (2,), or None
        Which of them stand and bear [-].
    arm_force : ndarray of float, shape (3,), or None
        Force forward and up [N] and moment [N·m] of the arms on the trunk.
    work : float or None
        Work of the plates' drives, or of the arms, so far [J].
    """

    trunk: Array
    plate_pose: Array | None
    plate_velocity: Array | None
    plate_force: Array | None
    strap_force: Array | None
    tips: Array | None
    planted: NDArray[np.bool_] | None
    arm_force: Array | None
    work: float | None


class Frame(NamedTuple):
    """What the frame measures of the pelvis.

    Attributes
    ----------
    x : float
        Place forward [m].
    pitch : float
        Pitch [rad], negative leaning forward.
    velocity : float
        Speed forward [m/s].
    pitch_rate : float
        Rate of the pitch [rad/s].
    """

    x: float
    pitch: float
    velocity: float
    pitch_rate: float


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
    sensors : Sensors, optional
        Sensors other than the usual ones.
    faults : sequence of Fault
        What goes wrong, in the order in which it acts; `inject` gives others later.

    Raises
    ------
    ConfigError
        If the seed is outside its range, or a fault strikes a sensor that is not fitted.

    Examples
    --------
    >>> plant = Plant(Patient.healthy(), Device.treadmill_exo())
    >>> plant.advance([0.0] * 6, belt_speed=0.5)
    >>> plant.measure(1_000_000).valid[:6].all()
    np.True_
    """

    def __new__(
        cls,
        patient: Patient,
        device: Device,
        seed: int = 0,
        *,
        sensors: Sensors | None = None,
        faults: Sequence[Fault] = (),
    ) -> Plant:
        """Join person and device."""
        plant = super().__new__(cls, patient, device, to_seed(seed))
        if sensors is not None:
            plant.fit_sensors(sensors, seed)
        if faults:
            plant.inject(faults)
        return plant

    def measure(self, t: int) -> Measurement:
        """Measure everything the device has sensors for.

        Parameters
        ----------
        t : int
            Time of the tick, also every stamp unless sensors or faults say otherwise [ns]; the plant's own time is set
            to it.

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
        plate_force: ArrayLike | None = None,
        cue: float | None = None,
        incline: float | None = None,
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
        plate_force : array_like of float, shape (2, 3), optional
            Force forward and up [N] and moment [N·m] of the drives on each foot plate, -3000 to 3000; without plates
            it does nothing.
        cue : float, optional
            Phase of the left side that the device shows the person [-], 0 to 1; who is shown one goes along with it.
        incline : float, optional
            Inclination that the belt goes to [rad], in the device's range, positive uphill; without one it stays.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        plates = None if plate_force is None else to_plates(plate_force)
        code = to_choice("rope", rope, ROPE_CODES)
        self.step(to_floats("torque", torque), belt_speed, support_force, code, enabled, dt, plates, cue, incline)

    def fittings(self) -> Fitted:
        """Read what the device has beside its joints: trunk sensor, plates, crutches or walking frame.

        Returns
        -------
        Fitted
            Places, forces and work; None where the device has no such part.
        """
        return Fitted(**self.fitted())

    def frame(self) -> Frame | None:
        """Read the sensors of a treadmill exoskeleton's frame, which guides the pelvis.

        They have the noise and the steps of the sensors at the joints; they are no part of `measure`, and reading them
        changes nothing else.

        Returns
        -------
        Frame or None
            Place, pitch and their rates; None for a device of another class.
        """
        row = self.frame_sensors()
        return None if row is None else Frame(*row.tolist())

    def look(self) -> Truth:
        """Look at what only a simulation knows.

        Returns
        -------
        Truth
            State, contact, torques and energy.
        """
        return Truth(**self.truth())
