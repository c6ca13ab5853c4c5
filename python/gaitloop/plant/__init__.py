"""A simulated person in a device of one of four classes, to prove controllers on before people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._device import Device
from ._faults import FAULTS, Fault, FaultInfo
from ._machine import Fitted, Frame, Measurement, Plant, Truth
from ._mjcf import to_mjcf
from ._patient import Patient
from ._sensors import Sensor, Sensors
from ._sideways import SIDEWAYS_FIELDS, PelvisGuide, SidewaysPlant
from ._unassisted import UnassistedGait, unassisted_gait

if TYPE_CHECKING:
    from ._env import GaitEnv

__all__ = [
    "FAULTS",
    "SIDEWAYS_FIELDS",
    "Device",
    "Fault",
    "FaultInfo",
    "Fitted",
    "Frame",
    "GaitEnv",
    "Measurement",
    "Patient",
    "PelvisGuide",
    "Plant",
    "Sensor",
    "Sensors",
    "SidewaysPlant",
    "Truth",
    "UnassistedGait",
    "to_mjcf",
    "unassisted_gait",
]


def __getattr__(name: str) -> object:
    """Import what needs the extra `sim` when it is first asked for."""
    if name == "GaitEnv":
        from ._env import GaitEnv

        return GaitEnv
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
