"""Section 4: initial contacts and toe-offs, a module per sensor."""

from __future__ import annotations

from .force import ForceContacts, Snapshot
from .joints import JointContacts
from .shank_gyro import ShankGyroContacts

__all__ = ["ForceContacts", "JointContacts", "ShankGyroContacts", "Snapshot"]
