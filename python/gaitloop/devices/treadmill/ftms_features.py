"""What a machine says that it can do: features and ranges of the Bluetooth Fitness Machine Service; pure.

References
----------
.. [1] Bluetooth SIG (2017). Fitness Machine Service 1.0: sections 4.3 (features), 4.11 and 4.12 (supported ranges).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from gaitloop.errors import WireError

from .ftms_codec import INCLINATION_RANGE, SLOPE, SPEED, SPEED_RANGE, Field


class MachineFeature(IntFlag):
    """What a machine measures."""

    AVERAGE_SPEED = 1 << 0
    CADENCE = 1 << 1
    TOTAL_DISTANCE = 1 << 2
    INCLINATION = 1 << 3
    ELEVATION_GAIN = 1 << 4
    PACE = 1 << 5
    STEP_COUNT = 1 << 6
    RESISTANCE_LEVEL = 1 << 7
    STRIDE_COUNT = 1 << 8
    EXPENDED_ENERGY = 1 << 9
    HEART_RATE = 1 << 10
    METABOLIC_EQUIVALENT = 1 << 11
    ELAPSED_TIME = 1 << 12
    REMAINING_TIME = 1 << 13
    POWER = 1 << 14
    FORCE_AND_POWER = 1 << 15
    USER_DATA_RETENTION = 1 << 16


class TargetFeature(IntFlag):
    """What a machine lets be set."""

    SPEED = 1 << 0
    INCLINATION = 1 << 1
    RESISTANCE = 1 << 2
    POWER = 1 << 3
    HEART_RATE = 1 << 4
    EXPENDED_ENERGY = 1 << 5
    STEPS = 1 << 6
    STRIDES = 1 << 7
    DISTANCE = 1 << 8
    TRAINING_TIME = 1 << 9
    TIME_IN_TWO_ZONES = 1 << 10
    TIME_IN_THREE_ZONES = 1 << 11
    TIME_IN_FIVE_ZONES = 1 << 12
    BIKE_SIMULATION = 1 << 13
    WHEEL_CIRCUMFERENCE = 1 << 14
    SPIN_DOWN = 1 << 15
    CADENCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Features:
    """Value of the Fitness Machine Feature characteristic.

    Parameters
    ----------
    machine : MachineFeature
        What is measured.
    target : TargetFeature
        What can be set.
    """

    machine: MachineFeature
    target: TargetFeature


def decode_features(data: bytes) -> Features:
    """Read Fitness Machine Feature (0x2ACC); `WireError` for a wrong length or reserved bits.

    Parameters
    ----------
    data : bytes
        Octets as they came.

    Returns
    -------
    Features
        What it holds.

    Raises
    ------
    WireError
        If the octets are not allowed there.
    """
    if len(data) != 8:
        raise WireError(f"Fitness Machine Feature must have 8 octets, got {len(data)}")
    words = (int.from_bytes(data[:4], "little"), int.from_bytes(data[4:], "little"))
    for word in words:
        if word >> 17:
            raise WireError(f"Fitness Machine Feature sets reserved bits: {word:#010x}")
    return Features(MachineFeature(words[0]), TargetFeature(words[1]))


def encode_features(features: Features) -> bytes:
    """Write Fitness Machine Feature.

    Parameters
    ----------
    features : Features
        What to write.

    Returns
    -------
    bytes
        The characteristic's value.
    """
    return int(features.machine).to_bytes(4, "little") + int(features.target).to_bytes(4, "little")


@dataclass(frozen=True, slots=True)
class Range:
    """What a machine can be set to.

    Parameters
    ----------
    low, high, step : float
        Least and greatest value and their spacing [m/s] of a speed, [-] of an inclination.
    """

    low: float
    high: float
    step: float


def _range_fields(name: str, scale: float, signed: bool) -> tuple[Field, ...]:
    """Three numbers of a range; the last has no sign."""
    ends = (Field(f"{name} {end}", 2, signed=signed, scale=scale) for end in ("low", "high"))
    return (*ends, Field(f"{name} step", 2, scale=scale))


RANGES = {
    SPEED_RANGE: _range_fields("speed", SPEED, signed=False),
    INCLINATION_RANGE: _range_fields("inclination", SLOPE, signed=True),
}


def decode_range(characteristic: int, data: bytes) -> Range:
    """Read Supported Speed Range (0x2AD4) or Supported Inclination Range (0x2AD5).

    `WireError` for a wrong length, ends in the wrong order, or a spacing of 0.

    Parameters
    ----------
    characteristic : int
        Number of the characteristic, as assigned by the Bluetooth SIG [-].
    data : bytes
        Octets as they came.

    Returns
    -------
    Range
        What it holds.

    Raises
    ------
    WireError
        If the octets are not allowed there.
    """
    if len(data) != 6:
        raise WireError(f"a supported range must have 6 octets, got {len(data)}")
    split = zip(RANGES[characteristic], (data[:2], data[2:4], data[4:]), strict=True)
    low, high, step = (field.decode(part) or 0.0 for field, part in split)
    if low > high or step == 0.0:
        raise WireError(f"a supported range must have its ends in order and a spacing, got {data.hex(' ')}")
    return Range(low, high, step)


def encode_range(characteristic: int, span: Range) -> bytes:
    """Write one of the supported ranges.

    Parameters
    ----------
    characteristic : int
        Number of the characteristic, as assigned by the Bluetooth SIG [-].
    span : Range
        What to write.

    Returns
    -------
    bytes
        The characteristic's value.

    Raises
    ------
    ConfigError
        If a value does not fit.
    """
    numbers = (span.low, span.high, span.step)
    return b"".join(f.encode(number) for f, number in zip(RANGES[characteristic], numbers, strict=True))
