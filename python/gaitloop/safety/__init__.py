"""From requested to safe torque: limits, guard, supervisor, belt, body-weight support and what watches over them.

The torque that may reach a motor is a `SafeTorque`, and only a `Guard` makes one. No limit has a default.
"""

from __future__ import annotations

from .._core import (
    BELT_MODES,
    CAUSES,
    COMMAND_FIELDS,
    COMMAND_INTEGERS,
    ENVELOPE_FIELDS,
    JOINT_KINDS,
    LEG_MODES,
    LIMITS,
    REQUESTS,
    SELFTESTS,
    SEVERITIES,
    STATES,
    SUPPORT_MODES,
    Fault,
    SafeTorque,
    SupervisorOutput,
)
from ._envelope import Envelope
from ._guard import Guard
from ._machine import Belt, Supervisor, Support
from ._watch import Drives, Encoders, Monitors
from ._watchers import Watchers

__all__ = [
    "BELT_MODES",
    "CAUSES",
    "COMMAND_FIELDS",
    "COMMAND_INTEGERS",
    "ENVELOPE_FIELDS",
    "JOINT_KINDS",
    "LEG_MODES",
    "LIMITS",
    "REQUESTS",
    "SELFTESTS",
    "SEVERITIES",
    "STATES",
    "SUPPORT_MODES",
    "Belt",
    "Drives",
    "Encoders",
    "Envelope",
    "Fault",
    "Guard",
    "Monitors",
    "SafeTorque",
    "Supervisor",
    "SupervisorOutput",
    "Support",
    "Watchers",
]
