"""From samples to initial contact and toe-off of each foot."""

from __future__ import annotations

from ..recording import KINDS, Event, Events
from ._back_imu import BackImuContacts
from ._detect import choose, detect
from ._foot_imu import FootImuContacts
from ._force import ForceContacts
from ._fusion import FusedContacts
from ._joints import JointContacts
from ._markers import MarkerContacts
from ._shank_gyro import ShankGyroContacts

__all__ = [
    "KINDS",
    "BackImuContacts",
    "Event",
    "Events",
    "FootImuContacts",
    "ForceContacts",
    "FusedContacts",
    "JointContacts",
    "MarkerContacts",
    "ShankGyroContacts",
    "choose",
    "detect",
]
