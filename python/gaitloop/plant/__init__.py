"""A simulated person in a treadmill exoskeleton, to prove controllers on before people."""

from __future__ import annotations

from ._device import Device
from ._machine import Measurement, Plant, Truth
from ._patient import Patient
from ._unassisted import UnassistedGait, unassisted_gait

__all__ = ["Device", "Measurement", "Patient", "Plant", "Truth", "UnassistedGait", "unassisted_gait"]
