"""From samples to initial contact and toe-off of each foot."""

from __future__ import annotations

from ..recording import KINDS, Event, Events
from ._force import ForceContacts, detect
from ._fusion import FusedContacts

__all__ = ["KINDS", "Event", "Events", "ForceContacts", "FusedContacts", "detect"]
