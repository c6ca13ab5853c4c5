"""Treadmills: over Bluetooth (Fitness Machine Service) and over a serial line, and simulated ones of both kinds."""

from __future__ import annotations

from .belt_simulated import BeltFirmware, SimulatedBelt
from .ftms import FtmsTreadmill
from .ftms_bleak import BleakTransport
from .ftms_incline import InclineLimits
from .ftms_simulated import FtmsServer, SimulatedFtms
from .ftms_transport import FtmsTransport
from .serial_line import SerialTreadmill

__all__ = [
    "BeltFirmware",
    "BleakTransport",
    "FtmsServer",
    "FtmsTransport",
    "FtmsTreadmill",
    "InclineLimits",
    "SerialTreadmill",
    "SimulatedBelt",
    "SimulatedFtms",
]
