"""From requested to safe torque: limits, guard, supervisor, belt, body-weight support and what watches over them.

The torque that may reach a motor is a `SafeTorque`, and only a `Guard` makes one. No limit has a default.
"""

from __future__ import annotations

from .._core import (
    BELT_MODES,
    CAUSES,
    CHECKS,
    COMMAND_FIELDS,
    COMMAND_INTEGERS,
    ENVELOPE_FIELDS,
    JOINT_KINDS,
    LEG_MODES,
    LIMITS,
    REQUESTS,
    SAFE_PROFILES,
    SELFTESTS,
    SEVERITIES,
    SOURCES,
    STATES,
    SUPPORT_MODES,
    Fault,
    SafeTorque,
    SelfTestOutput,
    SupervisorOutput,
)
from ._arming import Declaration, SelfTest
from ._envelope import Envelope
from ._guard import Guard
from ._hazards import HAZARD_STATES, Hazard, hazards
from ._interaction import Interaction
from ._lattice import Effective, Narrowing, effective
from ._machine import Belt, Supervisor, Support
from ._watch import Drives, Encoders, Monitors
from ._watchers import Watchers

__all__ = [
    "BELT_MODES",
    "CAUSES",
    "CHECKS",
    "COMMAND_FIELDS",
    "COMMAND_INTEGERS",
    "ENVELOPE_FIELDS",
    "HAZARD_STATES",
    "JOINT_KINDS",
    "LEG_MODES",
    "LIMITS",
    "REQUESTS",
    "SAFE_PROFILES",
    "SELFTESTS",
    "SEVERITIES",
    "SOURCES",
    "STATES",
    "SUPPORT_MODES",
    "Belt",
    "Declaration",
    "Drives",
    "Effective",
    "Encoders",
    "Envelope",
    "Fault",
    "Guard",
    "Hazard",
    "Interaction",
    "Monitors",
    "Narrowing",
    "SafeTorque",
    "SelfTest",
    "SelfTestOutput",
    "Supervisor",
    "SupervisorOutput",
    "Support",
    "Watchers",
    "effective",
    "hazards",
]
