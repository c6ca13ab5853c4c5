"""A simulated person in a device of one of four classes, to prove controllers on before people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._device import Device
from ._faults import FAULTS, Fault, FaultInfo
from ._machine import Fitted, Measurement, Plant, Truth
from ._patient import Patient
from ._sensors import Sensor, Sensors

if TYPE_CHECKING:
    from ._env import GaitEnv

__all__ = [
    "FAULTS",
    "Device",
    "Fault",
    "FaultInfo",
    "Fitted",
    "GaitEnv",
    "Measurement",
    "Patient",
    "Plant",
    "Sensor",
    "Sensors",
    "Truth",
]


def __getattr__(name: str) -> object:
    """Import what needs the extra `sim` when it is first asked for."""
    if name == "GaitEnv":
        from ._env import GaitEnv

        return GaitEnv
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
