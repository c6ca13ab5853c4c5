"""Section 4: initial contacts and toe-offs, a module per sensor."""

from __future__ import annotations

from .foot_imu import FootImuContacts
from .force import ForceContacts, Snapshot

__all__ = ["FootImuContacts", "ForceContacts", "Snapshot"]
