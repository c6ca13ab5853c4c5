"""What the sensors of a device are like."""

from __future__ import annotations

from typing import Self

from .. import _core
from .._inputs import to_number
from ..errors import ConfigError
from ._inputs import to_choice, to_whole

_DROPPED = {"invalid": 0, "stale": 1}


class Sensor(_core.Sensor):
    """How one group of a sample is measured.

    What arrives at a tick was measured `delay` ticks before, with noise added and then rounded to whole multiples of
    `resolution`; its stamp says when it was measured. In the first `delay` ticks the first message arrives, as if the
    machine had stood still before.

    Parameters
    ----------
    noise : float, optional
        Standard deviation of the noise [the group's unit], 0 to 1000; by default the usual one. The noise is
        bell-shaped, independent from tick to tick, and at most 3.47 standard deviations in size.
    resolution : float, optional
        Step between two values [the group's unit], 0 (any value) to 1000; by default the usual one.
    delay : int
        Ticks from measuring to delivering [ticks], 0 to 50; at the usual 1 kHz a tick is a millisecond.
    dropout : float
        Probability that the message of a tick is lost [-], 0 to 1; the whole group is lost at once.
    dropped : str
        What a lost message leaves: `invalid`, values marked invalid with the stamp of the lost message, or `stale`, the
        last message that came, stamp and all.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message begins with its name.

    Examples
    --------
    >>> late = Sensor(noise=0.001, delay=3, dropout=0.01, dropped="stale")
    >>> sensors = Sensors(q=late, heart_rate=True)
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Return the same: it never changes."""
        return self

    def __new__(
        cls,
        *,
        noise: float | None = None,
        resolution: float | None = None,
        delay: int = 0,
        dropout: float = 0.0,
        dropped: str = "invalid",
    ) -> Sensor:
        """Check the values and make the sensor."""
        return super().__new__(
            cls,
            noise=None if noise is None else to_number("noise", noise),
            resolution=None if resolution is None else to_number("resolution", resolution),
            delay=to_whole("delay", delay, 50),
            dropout=to_number("dropout", dropout),
            stale=bool(to_choice("dropped", dropped, _DROPPED)),
        )


class Sensors(_core.Sensors):
    """The sensors of a device: for each group True (as usual), False (not fitted) or a `Sensor`.

    Groups are independent: another sensor in one of them leaves every bit of the others as it was. The usual noise of
    angles, velocities, forces and belt speed is that of the device; those of the sensors that are not usually fitted,
    and all their resolutions, are assumptions of ours.

    Parameters
    ----------
    q : bool or Sensor
        Joint angles [rad]; usually noise 1e-5, resolution 2^-16.
    dq : bool or Sensor
        Joint velocities [rad/s]; usually noise 1e-3, resolution 2^-12.
    q_second : bool or Sensor
        Joint angles from a second, independent sensor [rad]; usually noise 1e-4, resolution 2^-13.
    q_motor : bool or Sensor
        Motor angles at the joint's side of the gear, of driven joints [rad]: the joint's angle plus the twist of the
        series spring under the drive's torque; usually noise 1e-5, resolution 2^-16.
    tau_interaction : bool or Sensor
        Torque of the drives on the person, of driven joints [N·m]; usually noise 0.5, resolution 2^-6. The limbs of the
        device are part of the person here, so neither their weight nor their friction comes in between.
    foot_force : bool or Sensor
        Vertical force under each foot [N]; usually noise 0.5, resolution 2^-3.
    imu_rate : bool or Sensor
        Pitch rate of thigh, shank and foot [rad/s], positive where the segment swings forward or the toes rise; usually
        noise 0.01, resolution 2^-10.
    belt_speed : bool or Sensor
        Speed of the belt [m/s]; usually noise 2e-4, resolution 2^-12.
    rope_force : bool or Sensor
        Force in the rope [N]; usually noise 0.5, resolution 2^-3.
    rope_position : bool or Sensor
        Height of the person at the rope [m]; usually no noise, resolution 2^-14.
    heart_rate : bool or Sensor
        Heart rate [1/min]; usually noise 1, resolution 1.
    drive_status : bool or Sensor
        Status of the drives [-]; has no noise and no resolution.
    drive_digest : bool or Sensor
        Digest of the configuration that is read back from the drives [-]; has no noise and no resolution. A trainer is
        not armed without it.
    drive_watchdog : bool or Sensor
        Watchdog time that is read back from the drives [s]; has no noise and no resolution. A trainer is not armed
        without it.
    series_stiffness : float
        Stiffness of the spring between motor and joint [N·m/rad], 10 to 1e6. It only shows in `q_motor`: the drives are
        torque sources.
    heart_rest : float
        Heart rate at rest [1/min], 40 to 120.
    heart_max : float
        Highest heart rate [1/min], 121 to 220.
    oxygen_max : float
        Highest oxygen uptake [mL/min/kg], 8 to 80.
    heart_time : float
        Time constant with which the heart follows the work [s], 1 to 300; an assumption of ours.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message begins with its name.

    Notes
    -----
    The heart follows, with one time constant, the metabolic power of the joints' work: work given costs four times
    itself, work taken up 1/1.2 of itself [1]_. The share of the heart-rate reserve in use is the share of the oxygen
    reserve in use [2]_, which begins at 3.5 mL/min/kg; a litre of oxygen is worth 20.9 kJ. Holding still costs nothing
    here, and the default person is an assumption: figures of the order found in older people after a stroke.

    References
    ----------
    .. [1] Margaria, R. (1968). Positive and negative work performances and their efficiencies in human locomotion. Int
       Z Angew Physiol, 25, 339-351.
    .. [2] Swain, D. P. & Leutholtz, B. C. (1997). Heart rate reserve is equivalent to %VO2 reserve, not to %VO2max.
       Med Sci Sports Exerc, 29(3), 410-414.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Return the same: it never changes."""
        return self

    def __new__(
        cls,
        *,
        q: bool | Sensor = True,
        dq: bool | Sensor = True,
        q_second: bool | Sensor = False,
        q_motor: bool | Sensor = False,
        tau_interaction: bool | Sensor = False,
        foot_force: bool | Sensor = True,
        imu_rate: bool | Sensor = False,
        belt_speed: bool | Sensor = True,
        rope_force: bool | Sensor = True,
        rope_position: bool | Sensor = True,
        heart_rate: bool | Sensor = False,
        drive_status: bool | Sensor = True,
        drive_digest: bool | Sensor = True,
        drive_watchdog: bool | Sensor = True,
        series_stiffness: float = 3000.0,
        heart_rest: float = 70.0,
        heart_max: float = 160.0,
        oxygen_max: float = 20.0,
        heart_time: float = 40.0,
    ) -> Sensors:
        """Check the values and make the set."""
        given = {name: value for name, value in locals().items() if name in _GROUPS}
        for name, value in given.items():
            if not isinstance(value, bool | _core.Sensor):
                raise ConfigError(f"{name} must be True, False or a Sensor, got {value!r:.80}")
        heart = {"heart_rest": heart_rest, "heart_max": heart_max, "oxygen_max": oxygen_max, "heart_time": heart_time}
        return super().__new__(
            cls,
            fit=[given.get(name, True) for name in _GROUPS],
            series_stiffness=to_number("series_stiffness", series_stiffness),
            heart=[to_number(name, value) for name, value in heart.items()],
        )


_GROUPS = [name for name, *_ in _core.SAMPLE_FIELDS]
