"""Section 7: envelope, guard, supervisor, belt, support, monitors, encoders, drives and watchers.

Arithmetic is done with Python floats in the order in which the specification writes it, so that it agrees bit for bit.
"""

from .belt import Belt, Support
from .codes import (
    BeltMode,
    Cause,
    Fault,
    LegMode,
    OperatorCommand,
    SelfTest,
    Severity,
    State,
    SupportMode,
)
from .drives import Drives
from .encoders import Encoders
from .envelope import Envelope
from .guard import Guard, SafeTorque
from .monitors import Monitors
from .supervisor import Supervisor, SupervisorOutput
from .watchers import Watchers

__all__ = [
    "Belt",
    "BeltMode",
    "Cause",
    "Drives",
    "Encoders",
    "Envelope",
    "Fault",
    "Guard",
    "LegMode",
    "Monitors",
    "OperatorCommand",
    "SafeTorque",
    "SelfTest",
    "Severity",
    "State",
    "Supervisor",
    "SupervisorOutput",
    "Support",
    "SupportMode",
    "Watchers",
]
