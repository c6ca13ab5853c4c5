"""Actuators and sensors of the library `opensourceleg` as a machine and as sensors, in our units and signs.

What the library makes is handed over as it is, so nothing is imported here; `pip install 'gaitloop[osl]'` brings it.
"""

from __future__ import annotations

from ._actuators import CURRENT_UNITS, OslEncoder, OslJoint, OslMachine
from ._sensors import SENSOR_KINDS, OslSensor

__all__ = ["CURRENT_UNITS", "SENSOR_KINDS", "OslEncoder", "OslJoint", "OslMachine", "OslSensor"]
