"""Servo drives on CANopen (CiA 402): set up and proved by SDO, driven by the loop, simulated in a process."""

from __future__ import annotations

from gaitloop._core import DRIVE_TROUBLES

from ._bus import Drive, DriveBus, Winch
from ._objects import SETTINGS, Setting
from ._prove import make_ready, prove
from ._setup import configure, connect, verify
from ._simulated import EDS, SimulatedDrive, SimulatedDrives, SimulatedRope

__all__ = [
    "DRIVE_TROUBLES",
    "EDS",
    "SETTINGS",
    "Drive",
    "DriveBus",
    "Setting",
    "SimulatedDrive",
    "SimulatedDrives",
    "SimulatedRope",
    "Winch",
    "configure",
    "connect",
    "make_ready",
    "prove",
    "verify",
]
