"""Section 4: initial contacts and toe-offs, a module per sensor."""

from __future__ import annotations

from .back_imu import BackImuContacts
from .force import ForceContacts, Snapshot

__all__ = ["BackImuContacts", "ForceContacts", "Snapshot"]
