"""Commands, answers and news of the Bluetooth Fitness Machine Service, as far as a treadmill speaks it; pure.

References
----------
.. [1] Bluetooth SIG (2017). Fitness Machine Service 1.0: section 4.16 (control point), tables 4.15, 4.16, 4.23, 4.24;
   section 4.17 (status), tables 4.26 and 4.27.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from gaitloop.errors import ConfigError, WireError

from .ftms_codec import SLOPE, SPEED, Field

Code = TypeVar("Code", bound=IntEnum)


class ControlOp(IntEnum):
    """What may be asked of a treadmill."""

    REQUEST_CONTROL = 0x00
    RESET = 0x01
    SET_SPEED = 0x02
    SET_INCLINATION = 0x03
    START_OR_RESUME = 0x07
    STOP_OR_PAUSE = 0x08


class StopKind(IntEnum):
    """Parameter of a stop."""

    STOP = 1
    PAUSE = 2


class Result(IntEnum):
    """Answers to a command."""

    SUCCESS = 1
    NOT_SUPPORTED = 2
    INVALID_PARAMETER = 3
    FAILED = 4
    NOT_PERMITTED = 5


class StatusOp(IntEnum):
    """News from a machine."""

    RESET = 0x01
    STOPPED_BY_USER = 0x02
    STOPPED_BY_SAFETY_KEY = 0x03
    STARTED_BY_USER = 0x04
    SPEED_CHANGED = 0x05
    INCLINATION_CHANGED = 0x06
    RESISTANCE_CHANGED = 0x07
    POWER_CHANGED = 0x08
    HEART_RATE_CHANGED = 0x09
    ENERGY_CHANGED = 0x0A
    STEPS_CHANGED = 0x0B
    STRIDES_CHANGED = 0x0C
    DISTANCE_CHANGED = 0x0D
    TRAINING_TIME_CHANGED = 0x0E
    TWO_ZONES_CHANGED = 0x0F
    THREE_ZONES_CHANGED = 0x10
    FIVE_ZONES_CHANGED = 0x11
    BIKE_SIMULATION_CHANGED = 0x12
    WHEEL_CIRCUMFERENCE_CHANGED = 0x13
    SPIN_DOWN = 0x14
    CADENCE_CHANGED = 0x15
    CONTROL_LOST = 0xFF


RESPONSE = 0x80
STOP_FIELD = Field("stop kind", 1)
CONTROL_FIELDS = {
    ControlOp.SET_SPEED: Field("speed", 2, scale=SPEED),
    ControlOp.SET_INCLINATION: Field("inclination", 2, signed=True, scale=SLOPE),
    ControlOp.STOP_OR_PAUSE: STOP_FIELD,
}
STATUS_FIELDS = {
    StatusOp.STOPPED_BY_USER: STOP_FIELD,
    StatusOp.SPEED_CHANGED: Field("speed", 2, scale=SPEED),
    StatusOp.INCLINATION_CHANGED: Field("inclination", 2, signed=True, scale=SLOPE),
}
OTHER_STATUS_OCTETS = {  # of news that a treadmill's driver has no use for
    StatusOp.RESISTANCE_CHANGED: 2,
    StatusOp.POWER_CHANGED: 2,
    StatusOp.HEART_RATE_CHANGED: 1,
    StatusOp.ENERGY_CHANGED: 2,
    StatusOp.STEPS_CHANGED: 2,
    StatusOp.STRIDES_CHANGED: 2,
    StatusOp.DISTANCE_CHANGED: 3,
    StatusOp.TRAINING_TIME_CHANGED: 2,
    StatusOp.TWO_ZONES_CHANGED: 4,
    StatusOp.THREE_ZONES_CHANGED: 6,
    StatusOp.FIVE_ZONES_CHANGED: 10,
    StatusOp.BIKE_SIMULATION_CHANGED: 6,
    StatusOp.WHEEL_CIRCUMFERENCE_CHANGED: 2,
    StatusOp.SPIN_DOWN: 1,
    StatusOp.CADENCE_CHANGED: 2,
}


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """A command to a treadmill.

    Parameters
    ----------
    op : ControlOp
        What is asked.
    value : float, optional
        Speed [m/s], inclination [-] or the kind of stop (`StopKind`) [-]; None for the others.
    """

    op: ControlOp
    value: float | None = None


@dataclass(frozen=True, slots=True)
class ControlResponse:
    """The answer to a command.

    Parameters
    ----------
    op : int
        Operation code of the command that is answered [-].
    result : Result
        How it went.
    """

    op: int
    result: Result


@dataclass(frozen=True, slots=True)
class Status:
    """News from a machine.

    Parameters
    ----------
    op : StatusOp
        What happened.
    value : float, optional
        Speed [m/s], inclination [-] or the kind of stop (`StopKind`) [-]; None for the others.
    """

    op: StatusOp
    value: float | None = None


def _code(kind: type[Code], name: str, code: int) -> Code:
    """A code by its number, or a refusal."""
    try:
        return kind(code)
    except ValueError:
        raise WireError(f"{name} {code:#04x} is reserved or not for a treadmill") from None


def _parameter(name: str, field: Field | None, data: bytes) -> float | None:
    """The number behind an operation code; refused at any other length, and where a stop is of an unknown kind."""
    octets = 0 if field is None else field.octets
    if len(data) != octets:
        raise WireError(f"{name} must have {octets + 1} octets, got {len(data) + 1}")
    value = None if field is None else field.decode(data)
    return _code(StopKind, "stop kind", data[0]) if field is STOP_FIELD else value


def _written(op: int, field: Field | None, value: float | None) -> bytes:
    """An operation code with its number."""
    if field is None:
        if value is not None:
            raise ConfigError(f"operation {op:#04x} has no value, got {value}")
        return bytes([op])
    if field is STOP_FIELD and value not in tuple(StopKind):
        raise ConfigError(f"stop kind must be 1 (stop) or 2 (pause), got {value}")
    return bytes([op]) + field.encode(value)


def encode_request(request: ControlRequest) -> bytes:
    """Write a command for the control point (0x2AD9); `ConfigError` where its value does not fit.

    Parameters
    ----------
    request : ControlRequest
        What to ask.

    Returns
    -------
    bytes
        Octets for the control point.

    Raises
    ------
    ConfigError
        If a value does not fit.
    """
    return _written(request.op, CONTROL_FIELDS.get(request.op), request.value)


def decode_request(data: bytes) -> ControlRequest:
    """Read a command as a treadmill gets it; `WireError` for reserved codes and wrong lengths.

    Parameters
    ----------
    data : bytes
        Octets as they came.

    Returns
    -------
    ControlRequest
        What is asked.

    Raises
    ------
    WireError
        If the octets are not allowed there.
    """
    if not data:
        raise WireError("a command must have at least 1 octet, got 0")
    op = _code(ControlOp, "operation", data[0])
    return ControlRequest(op, _parameter(f"command {op.name}", CONTROL_FIELDS.get(op), data[1:]))


def encode_response(response: ControlResponse) -> bytes:
    """Write the answer to a command.

    Parameters
    ----------
    response : ControlResponse
        What to answer.

    Returns
    -------
    bytes
        Octets of the indication.
    """
    return bytes([RESPONSE, response.op, response.result])


def decode_response(data: bytes) -> ControlResponse:
    """Read the answer to a command; `WireError` for anything else.

    Parameters
    ----------
    data : bytes
        Octets as they came.

    Returns
    -------
    ControlResponse
        The answer.

    Raises
    ------
    WireError
        If the octets are not allowed there.
    """
    if len(data) != 3 or data[0] != RESPONSE:
        raise WireError(f"an answer must be 3 octets that begin with 0x80, got {data.hex(' ') or 'none'}")
    return ControlResponse(data[1], _code(Result, "result", data[2]))


def encode_status(status: Status) -> bytes:
    """Write news (0x2ADA) of the kinds that a treadmill has.

    Parameters
    ----------
    status : Status
        What to tell.

    Returns
    -------
    bytes
        Octets of the notification.

    Raises
    ------
    ConfigError
        If a value does not fit.
    """
    if status.op in OTHER_STATUS_OCTETS:
        raise ConfigError(f"a treadmill has no news {status.op.name}")
    return _written(status.op, STATUS_FIELDS.get(status.op), status.value)


def decode_status(data: bytes) -> Status:
    """Read news (0x2ADA); what is of no use to a treadmill's driver is checked for its length only.

    Parameters
    ----------
    data : bytes
        Octets as they came.

    Returns
    -------
    Status
        What happened.

    Raises
    ------
    WireError
        If the octets are not allowed there.
    """
    if not data:
        raise WireError("news must have at least 1 octet, got 0")
    op = _code(StatusOp, "news", data[0])
    if op in OTHER_STATUS_OCTETS:
        if len(data) != OTHER_STATUS_OCTETS[op] + 1:
            raise WireError(f"news {op.name} must have {OTHER_STATUS_OCTETS[op] + 1} octets, got {len(data)}")
        return Status(op)
    return Status(op, _parameter(f"news {op.name}", STATUS_FIELDS.get(op), data[1:]))
