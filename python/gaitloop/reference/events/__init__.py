"""Section 4: initial contacts and toe-offs, a module per sensor."""

from __future__ import annotations

from .back_imu import BackImuContacts
from .foot_imu import FootImuContacts
from .force import ForceContacts
from .force_history import Snapshot
from .fusion import Found, FusedContacts
from .joints import JointContacts
from .markers import MarkerContacts
from .shank_gyro import ShankGyroContacts

__all__ = [
    "BackImuContacts",
    "FootImuContacts",
    "ForceContacts",
    "Found",
    "FusedContacts",
    "JointContacts",
    "MarkerContacts",
    "ShankGyroContacts",
    "Snapshot",
]
