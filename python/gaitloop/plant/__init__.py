"""A simulated person in a treadmill exoskeleton, to prove controllers on before people."""

from __future__ import annotations

from ._device import Device
from ._machine import Measurement, Plant, Truth
from ._mjcf import to_mjcf
from ._patient import Patient

__all__ = ["Device", "Measurement", "Patient", "Plant", "Truth", "to_mjcf"]
