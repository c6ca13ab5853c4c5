"""Section 7: envelope, guard, supervisor, belt, support, monitors, encoders, drives and watchers.

Arithmetic is done with Python floats in the order in which the specification writes it, so that it agrees bit for bit.
"""

from .belt import Belt, Support
from .codes import (
    BeltMode,
    Cause,
    Check,
    Fault,
    LegMode,
    OperatorCommand,
    SelfTestResult,
    Severity,
    State,
    SupportMode,
)
from .declaration import Declaration
from .drives import Drives
from .encoders import Encoders
from .envelope import Envelope
from .guard import Guard, SafeTorque
from .interaction import Interaction
from .lattice import SOURCES, Effective, Narrowing, effective
from .monitors import Monitors
from .selftest import SelfTest, SelfTestOutput
from .supervisor import Supervisor, SupervisorOutput
from .watchers import Watchers

__all__ = [
    "SOURCES",
    "Belt",
    "BeltMode",
    "Cause",
    "Check",
    "Declaration",
    "Drives",
    "Effective",
    "Encoders",
    "Envelope",
    "Fault",
    "Guard",
    "Interaction",
    "LegMode",
    "Monitors",
    "Narrowing",
    "OperatorCommand",
    "SafeTorque",
    "SelfTest",
    "SelfTestOutput",
    "SelfTestResult",
    "Severity",
    "State",
    "Supervisor",
    "SupervisorOutput",
    "Support",
    "SupportMode",
    "Watchers",
    "effective",
]
