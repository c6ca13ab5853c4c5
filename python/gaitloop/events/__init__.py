"""From samples to initial contact and toe-off of each foot."""

from __future__ import annotations

from ..recording import KINDS, Event, Events
from ._back_imu import BackImuContacts
from ._force import ForceContacts, detect

__all__ = ["KINDS", "BackImuContacts", "Event", "Events", "ForceContacts", "detect"]
