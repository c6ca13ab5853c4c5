"""From samples to initial contact and toe-off of each foot."""

from __future__ import annotations

from ..recording import KINDS, Event, Events
from ._foot_imu import FootImuContacts
from ._force import ForceContacts, detect

__all__ = ["KINDS", "Event", "Events", "FootImuContacts", "ForceContacts", "detect"]
