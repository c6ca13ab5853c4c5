"""From samples to initial contact and toe-off of each foot."""

from __future__ import annotations

from ..recording import KINDS, Event, Events
from ._force import ForceContacts, detect
from ._shank_gyro import ShankGyroContacts

__all__ = ["KINDS", "Event", "Events", "ForceContacts", "ShankGyroContacts", "detect"]
