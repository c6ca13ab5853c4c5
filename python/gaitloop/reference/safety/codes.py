"""Codes that the safety room reports and understands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

from ...errors import ConfigError
from .._conventions import JointKind


class Severity(IntEnum):
    """How bad a finding is."""

    NONE = 0
    DEGRADE = 1
    SOFT_STOP = 2
    PROTECTIVE_STOP = 3
    IMMEDIATE = 4


class Cause(IntEnum):
    """What was found."""

    NONE = 0
    ESTOP_OPEN = 1
    CONTROLLER_NOT_FINITE = 2
    JOINT_INVALID = 3
    RANGE_EXCEEDED = 4
    OVERSPEED = 5
    TIME_BACKWARDS = 6
    TIME_JUMP = 7
    SAMPLE_STALE = 8
    BELT_MISMATCH = 9
    EVENTS_LOST = 10
    POSTURE_LOST = 11
    FOOT_DRAG = 12
    FOLLOWING_ERROR = 13
    PAIN = 14
    STOP_REQUEST = 15
    DRIVE_FAULT = 16
    SELFTEST_FAILED = 17
    DEADLINE = 18
    ENCODER_JUMP = 19
    ENCODER_STUCK = 20
    ENCODER_DRIFT = 21
    ENCODER_NOISE = 22
    TORQUE_RESIDUAL = 23
    TORQUE_GAIN = 24
    ENCODER_MISMATCH = 25
    INTERACTION_TORQUE = 26
    DOSE = 27
    SPASM = 28
    CLONUS = 29
    OSCILLATION = 30
    SUPPORT_SLACK = 31
    OVERRUN = 32
    RATE = 33
    BUS_LATE = 34


class LegMode(IntEnum):
    """What the legs are given."""

    OFF = 0
    ZERO = 1
    FULL = 2
    NARROW = 3
    RAMP = 4
    DAMP = 5
    LOWER = 6


class BeltMode(IntEnum):
    """How the belt moves."""

    TRACK = 0
    SOFT = 1
    STOP = 2
    BRAKE = 3


class SupportMode(IntEnum):
    """How the body-weight support acts."""

    HOLD = 0
    TRACK = 1
    JOG = 2


class State(IntEnum):
    """State of the supervisor."""

    BOOT = 0
    SELFTEST = 1
    STANDBY = 2
    ARMED = 3
    RUN = 4
    DEGRADED = 5
    SOFT_STOP = 6
    PROT_STOP = 7
    SAFE = 8
    RELEASE = 9
    LOCKOUT = 10


class OperatorCommand(IntEnum):
    """What the operator asks for."""

    NONE = 0
    ARM = 1
    START = 2
    STOP = 3
    RESET = 4
    RELEASE = 5


class SelfTestResult(IntEnum):
    """How far the self-test is."""

    PENDING = 0
    PASSED = 1
    FAILED = 2


class Check(IntEnum):
    """What the self-test looks at."""

    NONE = 0
    FAULT = 1
    SAMPLE = 2
    ZERO = 3
    RANGE = 4
    STALE = 5
    DRIVE = 6
    CONFIGURATION = 7
    WATCHDOG = 8
    RATE = 9
    STOP = 10
    LATCH = 11
    CLEAR = 12


ENERGISED = (State.ARMED, State.RUN, State.DEGRADED, State.SOFT_STOP, State.PROT_STOP)
WALKING = (State.RUN, State.DEGRADED)


class Fault(NamedTuple):
    """A finding.

    Attributes
    ----------
    severity : int
        How bad it is [-], a `Severity`.
    cause : int
        What was found [-], a `Cause`.
    joint : int, optional
        The joint that it was found at [-].
    """

    severity: int
    cause: int
    joint: int | None = None


NO_FAULT = Fault(Severity.NONE, Cause.NONE)


def worst(faults: Iterable[Fault]) -> Fault:
    """Choose the finding of highest severity, then lowest cause, then first joint.

    Parameters
    ----------
    faults : iterable of Fault
        Findings.

    Returns
    -------
    Fault
        One of them, or no fault.
    """

    def rank(fault: Fault) -> tuple[int, int, int]:
        return -fault.severity, fault.cause, -1 if fault.joint is None else fault.joint

    return min((fault for fault in faults if fault.severity > 0), key=rank, default=NO_FAULT)


def joint_kinds(kinds: Sequence[int | str]) -> list[JointKind]:
    """Read the kinds of the six joints from their codes or names.

    Parameters
    ----------
    kinds : sequence of int or str, shape (6,)
        `absent` 0, `sensed` 1 or `driven` 2 [-].

    Returns
    -------
    list of JointKind
        The kinds.
    """
    if len(kinds) != 6:
        raise ConfigError(f"kinds must have length 6, got {len(kinds)}")
    named = {kind.name.lower(): kind for kind in JointKind}
    try:
        return [named[kind] if isinstance(kind, str) else JointKind(int(kind)) for kind in kinds]
    except (KeyError, ValueError):
        raise ConfigError(f"kinds must each be absent, sensed or driven, got {list(kinds)}") from None
