"""Drives on one bus as a native device of the loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gaitloop import _core
from gaitloop.errors import ConfigError

from ..base import in_range
from ._link import SetupLink
from ._objects import POWER_DOWN, Address, Critical, check_holding, checked_settings, critical_objects

_JOINTS = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Winch:
    """Rope of a body-weight support, its load cell and its limits; no part has a default.

    The rope moves by `gain` times the force that is missing while the command says so, and stands otherwise. Its place
    grows as it is wound in, and is the height of the person at the rope.

    Parameters
    ----------
    mode : str
        `velocity`, or `position`: the drive is told where the rope shall be, and stays there exactly while it holds.
    load : tuple of (int, int)
        Object of the load cell in the drive, index and sub-index [-]: 16 bits with a sign that process data can carry.
    digit : float
        Force for each of its digits [N], 1e-4 to 100; negative where they fall as the rope is pulled.
    zero : int
        Digits without a force [-], -32767 to 32766.
    gain : float
        Speed of the rope for each newton that is missing [m/(s·N)], 1e-6 to 0.01.
    acceleration_max : float
        Largest change of that speed [m/s²], 0.01 to 20.
    force_max : float
        Force beyond which it stops and holds [N], 50 to 10000: what the hoist is rated for.
    travel : tuple of (float, float)
        Lowest and highest place of the rope [m], -10 to 10.
    following_max : float
        Largest distance from where it is told to be, in the position mode [m], 0.001 to 0.2.

    Raises
    ------
    ConfigError
        If the mode is none of these, or the load cell cannot be told so.
    """

    mode: str
    load: tuple[int, int]
    digit: float
    zero: int
    gain: float
    acceleration_max: float
    force_max: float
    travel: tuple[float, float]
    following_max: float

    def __post_init__(self) -> None:
        """Refuse what the core does not see."""
        if self.mode not in ("velocity", "position"):
            raise ConfigError(f"mode must be one of velocity, position, got '{self.mode}'")
        in_range("load index", self.load[0], 0x2000, 0xBFFF, "-")
        in_range("load sub-index", self.load[1], 0, 255, "-")
        in_range("zero", self.zero, -32767, 32766, "-")

    def values(self) -> tuple[bool, float, int, float, float, float, float, float, float]:
        """Tell it as the core takes it.

        Returns
        -------
        tuple
            Whether it is told its place [-], then the parts in their units, ends of the travel one by one.
        """
        return (
            self.mode == "position", self.digit, self.zero, self.gain, self.acceleration_max, self.force_max,
            *self.travel, self.following_max,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """One drive, what it moves, and everything of its configuration on which safety rests; no part has a default.

    Parameters
    ----------
    part : str
        Joint that it moves, `belt` or `winch`. A joint is driven by torque, a belt by velocity, a winch as it says.
    node : int
        Its number on the network [-], 1 to 126.
    counts : float
        Counts for each rad of the joint, or metre of belt or rope [counts/rad], 1 to 1e8; negative where they fall as
        the joint bends, or the rope is wound in.
    zero : int
        Counts at the joint's zero [counts].
    rated_torque : float
        Torque behind the gear at the drive's rated torque [N·m], on a rope its force [N], 0.1 to 2000.
    setpoint_max : float
        Largest torque [N·m] or belt speed [m/s] that is ever sent, 0 to 1000; speed of a rope [m/s], 0 to 1.
    feedback_age_max : float
        Age of feedback from which it is lost [s], 0.002 to 0.05.
    heartbeat_timeout : float
        Silence after which the drive is thought gone [s], 0.005 to 1.
    limit_time : float
        Time for which a limit of its own may act [s], 0.01 to 60.
    settings : mapping of str to int
        Values of `SETTINGS` in the units of the drive [-].
    winch : Winch, optional
        The rope, where the part is `winch`.

    Raises
    ------
    ConfigError
        If a setting is missing, unknown or outside its range, or would let down who hangs on a winch.
    """

    part: str
    node: int
    counts: float
    zero: int
    rated_torque: float
    setpoint_max: float
    feedback_age_max: float
    heartbeat_timeout: float
    limit_time: float
    settings: Mapping[str, int]
    winch: Winch | None = None

    def __post_init__(self) -> None:
        """Refuse settings that are not whole."""
        object.__setattr__(self, "settings", checked_settings(self.settings))
        if self.winch is not None:
            check_holding(self.settings)

    @property
    def mode(self) -> str:
        """How it is driven: `torque`, `velocity` or `position`."""
        if self.winch is not None:
            return self.winch.mode
        return "torque" if self.part in _JOINTS else "velocity"


class DriveBus(SetupLink, _core.CanopenDrives):
    """Drives on one bus, driven by `realtime.Loop` in its own thread.

    Every tick each drive is sent its controlword and setpoint, whether or not they changed, and told to answer; the
    heartbeat of the master is sent by the tick and only under a command that holds, so that a loop which stands still,
    hangs or dies stops every drive by the drives' own watchdog. What the drives answered in the tick before is the
    sample of this one. Their critical configuration is read back all the time, and a change is a stop.

    Outside the loop it is opened to set the drives up: `with bus: configure(bus, bus.network, eds)`. The loop needs the
    line for itself, so it is closed before.

    Parameters
    ----------
    drives : sequence of Drive
        The drives, one to eight.
    interface : str
        `slcan`, an adapter on a serial line, or `socketcan`, an interface of Linux.
    channel : str
        Path of the line, or name of the interface.
    rate : float
        Ticks a second [1/s], the loop's.
    bitrate : float
        Speed of the bus [bit/s]. An interface of Linux is set to it beforehand, with `ip link`.
    node : int
        Number of the master [-], 1 to 127 and no drive's.
    watchdog : float
        Time without a heartbeat of the master after which a drive stops by itself [s], 0.002 to 0.05.
    heartbeat : float
        Time between two heartbeats of the master [s], 0.001 to 0.02 and at most half of `watchdog`.
    drive_heartbeat : float
        Time between two heartbeats of a drive [s], 0.001 to 1, in whole milliseconds.
    panel : tuple of (int, int), optional
        Drive to whose inputs the operator's buttons are wired, by its place, and the first of the eight bits in the
        order of `safety.BUTTONS` [-]. Without, the buttons are absent.

    Raises
    ------
    ConfigError
        If a part is outside its range, two drives cannot be told apart, or all of it takes more than 70 % of the bus;
        the message has the figures.
    """

    config: BusConfig

    def __new__(
        cls,
        drives: Sequence[Drive],
        *,
        interface: str,
        channel: str,
        rate: float,
        bitrate: float,
        node: int,
        watchdog: float,
        heartbeat: float,
        drive_heartbeat: float,
        panel: tuple[int, int] | None = None,
    ) -> Self:
        """Check all of it; nothing is opened yet."""
        in_range("watchdog", watchdog, 0.002, 0.05, "s")
        in_range("heartbeat", heartbeat, 0.001, watchdog / 2, "s")
        in_range("drive_heartbeat", drive_heartbeat, 0.001, 1.0, "s")
        config = BusConfig(tuple(drives), interface, channel, bitrate, node, watchdog, drive_heartbeat, panel)
        axes: list[Any] = [
            (
                drive.part, drive.node, drive.counts, drive.zero, drive.rated_torque, drive.setpoint_max,
                drive.feedback_age_max, drive.heartbeat_timeout, drive.limit_time,
                None if drive.part in _JOINTS else config.digest(place),
                None if drive.winch is None else drive.winch.values(),
            )
            for place, drive in enumerate(drives)
        ]  # fmt: skip
        objects = [address for address in config.critical(0) if address not in POWER_DOWN] if drives else []
        made = super().__new__(
            cls, interface, channel, axes, node, rate, bitrate, heartbeat, 1 / drive_heartbeat, panel, objects
        )
        made.config = config
        return made

    @property
    def digest(self) -> NDArray[np.float64]:
        """Digest of each joint's critical configuration as it is set, shape (6,) [-]; NaN where no drive moves it.

        It belongs into `safety.Declaration`: before arming it is compared with what was read back.
        """
        out = np.full(len(_JOINTS), np.nan)
        for place, drive in enumerate(self.config.drives):
            if drive.part in _JOINTS:
                out[_JOINTS.index(drive.part)] = self.config.digest(place)
        return out


@dataclass(frozen=True, slots=True)
class BusConfig:
    """What was asked for."""

    drives: tuple[Drive, ...]
    interface: str
    channel: str
    bitrate: float
    node: int
    watchdog: float
    drive_heartbeat: float
    panel: tuple[int, int] | None

    def critical(self, place: int) -> dict[Address, Critical]:
        """What the critical objects of a drive must hold."""
        drive = self.drives[place]
        return critical_objects(
            drive.node,
            drive.settings,
            mode=drive.mode,
            load=None if drive.winch is None else drive.winch.load,
            panel=self.panel is not None and self.panel[0] == place,
            master=self.node,
            watchdog=self.watchdog,
            heartbeat=self.drive_heartbeat,
        )

    def digest(self, place: int) -> float:
        """Digest of what the critical objects of a drive must hold [-]."""
        return _core.drive_digest([(*address, wanted.data()) for address, wanted in self.critical(place).items()])
