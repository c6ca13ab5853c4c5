"""Drives on one bus as a native device of the loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gaitloop import _core

from ..base import in_range
from ._link import SetupLink
from ._objects import Address, Critical, checked_settings, critical_objects

_JOINTS = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """One drive, what it moves, and everything of its configuration on which safety rests; no part has a default.

    Parameters
    ----------
    part : str
        Joint that it moves, or `belt`. A joint is driven by torque, a belt by velocity.
    node : int
        Its number on the network [-], 1 to 126.
    counts : float
        Counts for each rad of the joint, or metre of the belt [counts/rad], 1 to 1e8; negative where they fall as the
        joint bends.
    zero : int
        Counts at the joint's zero [counts].
    rated_torque : float
        Torque behind the gear at the drive's rated torque [N·m], 0.1 to 2000.
    setpoint_max : float
        Largest torque [N·m] or belt speed [m/s] that is ever sent, 0 to 1000.
    feedback_age_max : float
        Age of feedback from which it is lost [s], 0.002 to 0.05.
    heartbeat_timeout : float
        Silence after which the drive is thought gone [s], 0.005 to 1.
    limit_time : float
        Time for which a limit of its own may act [s], 0.01 to 60.
    settings : mapping of str to int
        Values of `SETTINGS` in the units of the drive [-].

    Raises
    ------
    ConfigError
        If a setting is missing, unknown or outside its range.
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

    def __post_init__(self) -> None:
        """Refuse settings that are not whole."""
        object.__setattr__(self, "settings", checked_settings(self.settings))


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
        axes = [
            (
                drive.part, drive.node, drive.counts, drive.zero, drive.rated_torque, drive.setpoint_max,
                drive.feedback_age_max, drive.heartbeat_timeout, drive.limit_time,
            )
            for drive in drives
        ]  # fmt: skip
        objects = list(config.critical(0)) if drives else []
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
                objects = [(*address, c.data()) for address, c in self.config.critical(place).items()]
                out[_JOINTS.index(drive.part)] = _core.drive_digest(objects)
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
            belt=drive.part == "belt",
            panel=self.panel is not None and self.panel[0] == place,
            master=self.node,
            watchdog=self.watchdog,
            heartbeat=self.drive_heartbeat,
        )
