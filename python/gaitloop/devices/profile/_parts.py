"""Parts of a profile as frozen values; every one was checked when the file was read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeStop:
    """What each part of the device does in a stop, without anybody commanding it.

    Parameters
    ----------
    stop : str
        How the device comes to rest, as `safety.Declaration` takes it.
    legs : str
        What the legs do: `hold`, `damp` or `off`.
    belt : str
        What the belt does: the same, or `absent` where there is none.
    support : str
        What the body-weight support does: `hold`, or `absent` where there is none.
    lower_deadline : float, optional
        Longest time that lowering may take [s], with `controlled_lower` only.
    """

    stop: str
    legs: str
    belt: str
    support: str
    lower_deadline: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusProfile:
    """The bus of the drives.

    Parameters
    ----------
    interface : str
        `slcan` or `socketcan`.
    channel : str
        Path of the line, or name of the interface; it belongs to the machine that runs the loop, not to the device.
    rate : float
        Ticks a second [1/s].
    bitrate : float
        Speed of the bus [bit/s].
    node : int
        Number of the master [-].
    watchdog : float
        Time without a heartbeat of the master after which a drive stops by itself [s].
    heartbeat : float
        Time between two heartbeats of the master [s].
    drive_heartbeat : float
        Time between two heartbeats of a drive [s].
    panel_drive : str, optional
        Part to whose drive the operator's buttons are wired.
    panel_bit : int, optional
        First of the eight bits there [-].
    """

    interface: str
    channel: str
    rate: float
    bitrate: float
    node: int
    watchdog: float
    heartbeat: float
    drive_heartbeat: float
    panel_drive: str | None = None
    panel_bit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreadmillProfile:
    """The treadmill, if there is one.

    Parameters
    ----------
    kind : str
        `none`, `drive` (a belt on the bus of the drives), `serial` or `ftms`.
    legs_tied : bool
        Whether the legs are tied to a frame; then a belt whose speed cannot be followed in time is refused.
    max_speed : float, optional
        Fastest speed that may be asked for [m/s]; None without a treadmill, as the others.
    acceleration : float, optional
        Steepest rise of the set-point [m/s²].
    deceleration : float, optional
        Steepest fall of the set-point [m/s²].
    overspeed : float, optional
        Measured speed above which the belt is stopped [m/s].
    """

    kind: str
    legs_tied: bool
    max_speed: float | None = None
    acceleration: float | None = None
    deceleration: float | None = None
    overspeed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepProfile:
    """How a joint may be moved while the device is calibrated.

    Parameters
    ----------
    slow : float
        Greatest speed of the slow sweeps [rad/s].
    fast : float
        Greatest speed of the fast ones [rad/s].
    margin : float
        Way that is left to either end of the range of motion [rad].
    torque : float
        Largest torque while sweeping [N·m].
    stiffness : float
        Stiffness that leads the joint [N·m/rad].
    damping : float
        Damping beside it [N·m·s/rad].
    """

    slow: float
    fast: float
    margin: float
    torque: float
    stiffness: float
    damping: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RopeProfile:
    """Rope and load cell of a body-weight support, as `drives.Winch` takes them.

    Parameters
    ----------
    mode : str
        `velocity` or `position`.
    load_index : int
        Object of the load cell in the drive [-].
    load_sub : int
        Its sub-index [-].
    digit : float
        Force for each of its digits [N]; negative where they fall as the rope is pulled.
    zero : int
        Digits without a force [-].
    gain : float
        Speed of the rope for each newton that is missing [m/(s·N)].
    acceleration_max : float
        Largest change of that speed [m/s²].
    force_max : float
        Force beyond which it stops and holds [N].
    travel_min : float
        Lowest place of the rope [m].
    travel_max : float
        Highest place of the rope [m].
    following_max : float
        Largest distance from where it is told to be, in the position mode [m].
    """

    mode: str
    load_index: int
    load_sub: int
    digit: float
    zero: int
    gain: float
    acceleration_max: float
    force_max: float
    travel_min: float
    travel_max: float
    following_max: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveProfile:
    """A drive and what it moves.

    Parameters
    ----------
    part : str
        Joint that it moves, `belt`, or `winch`.
    node : int
        Its number on the network [-].
    sign : int
        1 where counts rise as the joint bends, the belt walks forward or the rope is wound in, -1 where they fall [-].
    encoder_counts : float
        Counts of a turn of the encoder [counts].
    gear : float
        Turns of the encoder for a turn of the shaft [-].
    zero : int
        Counts at the joint's zero as the device was built [counts]; a calibration finds its own.
    zero_window : float
        How far a calibration may find the zero from there [rad].
    rated_torque : float
        Torque behind the gear at the drive's rated torque [N·m].
    setpoint_max : float
        Largest torque [N·m], or speed of belt or rope [m/s], that is ever sent.
    feedback_age_max : float
        Age of feedback from which it is lost [s].
    heartbeat_timeout : float
        Silence after which the drive is thought gone [s].
    limit_time : float
        Time for which a limit of its own may act [s].
    settings : mapping of str to int
        Values of `drives.SETTINGS` in the units of the drive [-].
    sweep : SweepProfile, optional
        How it may be moved in a calibration; None for a part that is no joint.
    travel : float, optional
        Way of a turn of the shaft [m], for parts that do not turn.
    rope : RopeProfile, optional
        Rope and load cell of a winch.
    """

    part: str
    node: int
    sign: int
    encoder_counts: float
    gear: float
    zero: int
    zero_window: float
    rated_torque: float
    setpoint_max: float
    feedback_age_max: float
    heartbeat_timeout: float
    limit_time: float
    settings: Mapping[str, int]
    sweep: SweepProfile | None = None
    travel: float | None = None
    rope: RopeProfile | None = None

    @property
    def counts(self) -> float:
        """Counts for each rad of the joint, or metre of the part, with their sign [counts/rad]."""
        return self.sign * self.encoder_counts * self.gear / (2.0 * math.pi if self.travel is None else self.travel)
