"""Everything that a device is, as its maker wrote it down."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaitloop._core import JOINTS
from gaitloop.errors import ConfigError
from gaitloop.safety import Declaration, Envelope

from ..base import BeltLimits
from ..drives import EDS, Drive, DriveBus, Winch
from ._conflicts import check
from ._keys import PARTS
from ._parts import BusProfile, DriveProfile, RopeProfile, SafeStop, TreadmillProfile

if TYPE_CHECKING:
    from ..calibration import Calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A device: what it has, how it counts, what it may do and how it stops. Made by `load_profile`.

    Parameters
    ----------
    path : str
        Where it was read, for messages.
    name : str
        What it is called.
    device_class : str
        `treadmill_exo`, `overground_exo`, `end_effector` or `ankle`.
    simulated : bool
        Whether it is of the simulated drives: nobody stands in it.
    joints : mapping of str to str
        `driven`, `sensed` or `absent` for each joint; of an end effector the slots are the axes of its plates.
    safe_stop : SafeStop
        What each part does in a stop.
    bus_profile : BusProfile
        The bus of the drives.
    treadmill : TreadmillProfile
        The treadmill.
    support : str
        Body-weight support: `none`, `passive`, `driven` by a machine of its own, or `drive`, a winch on the bus.
    drive : mapping of str to DriveProfile
        The drives by the part that they move.
    envelope : Envelope
        Every limit of the device.
    document : mapping
        What was read.

    Raises
    ------
    ConfigError
        If values do not fit each other.
    """

    path: str
    name: str
    device_class: str
    simulated: bool
    joints: Mapping[str, str]
    safe_stop: SafeStop
    bus_profile: BusProfile
    treadmill: TreadmillProfile
    support: str
    drive: Mapping[str, DriveProfile]
    envelope: Envelope
    document: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Check what the values are to each other, the load of the bus last."""
        check(self)
        try:
            self.bus()
        except ConfigError as error:
            raise ConfigError(f"bus: {error}") from None

    @property
    def kinds(self) -> tuple[str, ...]:
        """How the device provides each joint, for `TrainerConfig`."""
        return tuple(self.joints[joint] for joint in JOINTS)

    @property
    def driven(self) -> tuple[str, ...]:
        """Joints that a drive moves, in their order."""
        return tuple(joint for joint in JOINTS if self.joints[joint] == "driven")

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever its order, comments and spaces; the bus's channel belongs to the machine."""
        content = {**self.document, "bus": {k: v for k, v in self.document["bus"].items() if k != "channel"}}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def belt_limits(self) -> BeltLimits | None:
        """Limits for the driver of the treadmill; None where there is none."""
        told = self.treadmill
        if told.max_speed is None or told.acceleration is None or told.deceleration is None or told.overspeed is None:
            return None
        return BeltLimits(
            max_speed=told.max_speed,
            acceleration=told.acceleration,
            deceleration=told.deceleration,
            overspeed=told.overspeed,
        )

    def drives(self, calibration: Calibration | None = None) -> tuple[Drive, ...]:
        """Make the drives as the bus takes them.

        Parameters
        ----------
        calibration : Calibration, optional
            Zeros that were found; those of the profile without.

        Returns
        -------
        tuple of Drive
            In the order of the joints, then belt and winch.

        Raises
        ------
        ConfigError
            If the calibration is of another profile.
        """
        zeros: dict[str, int] = {}
        if calibration is not None:
            calibration.check(self)
            zeros = {joint: found.zero for joint, found in calibration.joints.items()}
        order = [part for part in PARTS if part in self.drive]
        return tuple(_drive(self.drive[part], zeros.get(part, self.drive[part].zero)) for part in order)

    def bus(self, calibration: Calibration | None = None, *, channel: str | None = None) -> DriveBus:
        """Make the bus of the drives; nothing is opened.

        Parameters
        ----------
        calibration : Calibration, optional
            Zeros that were found; those of the profile without.
        channel : str, optional
            Path of the line or name of the interface on this machine; the profile's without.

        Returns
        -------
        DriveBus
            A native device of `realtime.Loop`.

        Raises
        ------
        ConfigError
            If the calibration is of another profile.
        """
        told, drives = self.bus_profile, self.drives(calibration)
        place = next((i for i, drive in enumerate(drives) if drive.part == told.panel_drive), None)
        return DriveBus(
            drives,
            interface=told.interface,
            channel=told.channel if channel is None else channel,
            rate=told.rate,
            bitrate=told.bitrate,
            node=told.node,
            watchdog=told.watchdog,
            heartbeat=told.heartbeat,
            drive_heartbeat=told.drive_heartbeat,
            panel=None if place is None or told.panel_bit is None else (place, told.panel_bit),
        )

    def description(self, eds: Path | None) -> Path:
        """Choose the description of the drives that they are set up by.

        Parameters
        ----------
        eds : Path or None
            The maker's, where one was given.

        Returns
        -------
        Path
            What was given, or that of the simulated drives for a profile of them.

        Raises
        ------
        ConfigError
            If none was given for drives that are not simulated.
        """
        if eds is None and not self.simulated:
            raise ConfigError("--eds must name the maker's description of the drives, got nothing")
        return EDS if eds is None else eds

    def declaration(self, bus: DriveBus) -> Declaration:
        """Tell the guard what the device declares of itself.

        Parameters
        ----------
        bus : DriveBus
            Its drives, as `bus` made them.

        Returns
        -------
        Declaration
            For `TrainerConfig`.
        """
        return Declaration(
            safe_profile=self.safe_stop.stop,
            tick=1.0 / self.bus_profile.rate,
            watchdog=self.bus_profile.watchdog,
            digest=bus.digest,
            lower_deadline=self.safe_stop.lower_deadline,
        )


def _drive(told: DriveProfile, zero: int) -> Drive:
    return Drive(
        part=told.part,
        node=told.node,
        counts=told.counts,
        zero=zero,
        rated_torque=told.rated_torque,
        setpoint_max=told.setpoint_max,
        feedback_age_max=told.feedback_age_max,
        heartbeat_timeout=told.heartbeat_timeout,
        limit_time=told.limit_time,
        settings=told.settings,
        winch=None if told.rope is None else _winch(told.rope),
    )


def _winch(told: RopeProfile) -> Winch:
    return Winch(
        mode=told.mode,
        load=(told.load_index, told.load_sub),
        digit=told.digit,
        zero=told.zero,
        gain=told.gain,
        acceleration_max=told.acceleration_max,
        force_max=told.force_max,
        travel=(told.travel_min, told.travel_max),
        following_max=told.following_max,
    )
