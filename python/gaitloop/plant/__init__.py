"""A simulated person in a device of one of four classes, to prove controllers on before people."""

from __future__ import annotations

from ._device import Device
from ._machine import Fitted, Measurement, Plant, Truth
from ._patient import Patient

__all__ = ["Device", "Fitted", "Measurement", "Patient", "Plant", "Truth"]
