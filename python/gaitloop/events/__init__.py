"""From samples to initial contact and toe-off of each foot."""

from __future__ import annotations

from ..recording import KINDS, Event, Events
from ._detect import choose, detect
from ._force import ForceContacts
from ._joints import JointContacts
from ._markers import MarkerContacts

__all__ = ["KINDS", "Event", "Events", "ForceContacts", "JointContacts", "MarkerContacts", "choose", "detect"]
