"""Octets of the Bluetooth Fitness Machine Service as far as a treadmill speaks it; no radio, no clock, no state.

Whatever octets come, the answer is a value in SI units or a `WireError`.

References
----------
.. [1] Bluetooth SIG (2017). Fitness Machine Service 1.0, section 4.4. Field sizes and units: GATT Specification
   Supplement, Treadmill Data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gaitloop.errors import ConfigError, WireError

SERVICE = 0x1826
FEATURE = 0x2ACC
TREADMILL_DATA = 0x2ACD
SPEED_RANGE = 0x2AD4
INCLINATION_RANGE = 0x2AD5
CONTROL_POINT = 0x2AD9
MACHINE_STATUS = 0x2ADA

SPEED = 0.01 / 3.6  # [m/s] in one count of 0.01 km/h
SLOPE = 0.001  # rise over run in one count of 0.1 %
TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Field:
    """A number on the wire.

    Parameters
    ----------
    name : str
        Attribute that it fills.
    octets : int
        Its size [-].
    signed : bool
        Whether it has a sign.
    scale : float
        What a count stands for [in the unit of the attribute].
    absent : int, optional
        Count that means "not available" [-].
    """

    name: str
    octets: int
    signed: bool = False
    scale: float = 1.0
    absent: int | None = None

    def decode(self, data: bytes) -> float | None:
        """Count to value.

        Parameters
        ----------
        data : bytes
            Octets as they came.

        Returns
        -------
        float or None
            Value, in the unit of the scale; None where it is not available.
        """
        count = int.from_bytes(data, "little", signed=self.signed)
        return None if count == self.absent else count * self.scale

    def encode(self, value: float | None) -> bytes:
        """Value to count; refused where it does not fit.

        Parameters
        ----------
        value : float or None
            Value, in the unit of the scale [as the field says]; None for not available.

        Returns
        -------
        bytes
            Octets, least significant first.

        Raises
        ------
        ConfigError
            If it does not fit.
        """
        if value is None and self.absent is None:
            raise ConfigError(f"{self.name} must be given with its partner, got None")
        if value is not None and not math.isfinite(value):
            raise ConfigError(f"{self.name} must be finite, got {value}")
        count = round(value / self.scale) if value is not None else self.absent
        low, high = (
            (-(1 << 8 * self.octets - 1), 1 << 8 * self.octets - 1) if self.signed else (0, 1 << 8 * self.octets)
        )
        if count is None or not low <= count < high or (value is not None and count == self.absent):
            raise ConfigError(
                f"{self.name} must lie in {low * self.scale:g} to {(high - 1) * self.scale:g}, got {value}"
            )
        return count.to_bytes(self.octets, "little", signed=self.signed)


FIELDS = (  # by bit of the flags; bit 0 is the other way round: the speed is there when it is 0
    (Field("speed", 2, scale=SPEED),),
    (Field("average_speed", 2, scale=SPEED),),
    (Field("distance", 3),),
    (
        Field("inclination", 2, signed=True, scale=SLOPE, absent=0x7FFF),
        Field("ramp_angle", 2, signed=True, scale=math.radians(TENTH), absent=0x7FFF),
    ),
    (Field("elevation_gain", 2, scale=TENTH), Field("elevation_loss", 2, scale=TENTH)),
    (Field("pace_counts", 1),),
    (Field("average_pace_counts", 1),),
    (
        Field("energy_kcal", 2, absent=0xFFFF),
        Field("energy_per_hour_kcal", 2, absent=0xFFFF),
        Field("energy_per_minute_kcal", 1, absent=0xFF),
    ),
    (Field("heart_rate_bpm", 1),),
    (Field("metabolic_equivalent", 1, scale=TENTH),),
    (Field("elapsed", 2),),
    (Field("remaining", 2),),
    (Field("force", 2, signed=True, absent=0x7FFF), Field("power", 2, signed=True, absent=0x7FFF)),
)
PACE_BITS = (5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreadmillData:
    """One notification of Treadmill Data; what it did not hold is None.

    Parameters
    ----------
    speed, average_speed : float, optional
        Of the belt, now and since the start [m/s]; the speed is absent from all but the last notification of a record.
    distance : float, optional
        Since the start [m].
    inclination : float, optional
        Rise over run [-], positive uphill.
    ramp_angle : float, optional
        Setting of the ramp [rad].
    elevation_gain, elevation_loss : float, optional
        Up and down since the start [m].
    pace_counts, average_pace_counts : float, optional
        The speed once more as a pace [counts]: 0.1 km/min in one octet, or what later editions put in two.
    energy_kcal, energy_per_hour_kcal, energy_per_minute_kcal : float, optional
        Energy spent [kcal], [kcal/h], [kcal/min].
    heart_rate_bpm : float, optional
        Heart rate [1/min].
    metabolic_equivalent : float, optional
        Metabolic equivalent [-].
    elapsed, remaining : float, optional
        Time since the start and to the end [s].
    force, power : float, optional
        Of the person on the belt [N], [W], positive where the belt is accelerated.
    """

    speed: float | None = None
    average_speed: float | None = None
    distance: float | None = None
    inclination: float | None = None
    ramp_angle: float | None = None
    elevation_gain: float | None = None
    elevation_loss: float | None = None
    pace_counts: float | None = None
    average_pace_counts: float | None = None
    energy_kcal: float | None = None
    energy_per_hour_kcal: float | None = None
    energy_per_minute_kcal: float | None = None
    heart_rate_bpm: float | None = None
    metabolic_equivalent: float | None = None
    elapsed: float | None = None
    remaining: float | None = None
    force: float | None = None
    power: float | None = None


def decode_treadmill_data(data: bytes, *, reserved: str = "refuse") -> TreadmillData:
    """Read a notification of Treadmill Data (0x2ACD).

    Parameters
    ----------
    data : bytes
        The characteristic's value.
    reserved : str
        What happens to flags that the specification keeps for the future: `refuse`, or `skip` them together with the
        octets behind the known fields, for machines that put something of their own there.

    Returns
    -------
    TreadmillData
        What it holds.

    Raises
    ------
    WireError
        If octets are missing or left over, or a reserved flag is set.
    """
    if len(data) < 2:
        raise WireError(f"Treadmill Data must have at least 2 octets, got {len(data)}")
    flags = int.from_bytes(data[:2], "little")
    unknown = flags >> len(FIELDS)
    if unknown and (reserved != "skip" or any(flags >> bit & 1 for bit in PACE_BITS)):
        raise WireError(f"Treadmill Data sets reserved flags: {flags:#06x}")
    present = [group for bit, group in enumerate(FIELDS) if (flags >> bit & 1) != (bit == 0)]
    widened = _pace_octets(present, len(data) - 2, exact=not unknown)
    values, at = {}, 2
    for group in present:
        for field in group:
            octets = widened if field.name.endswith("pace_counts") else field.octets
            values[field.name] = field.decode(data[at : at + octets])
            at += octets
    return TreadmillData(**values)


def _pace_octets(present: list[tuple[Field, ...]], given: int, *, exact: bool) -> int:
    """Octets of a pace, told by the length: 1 in the service's first edition, 2 in later supplements."""
    needed = sum(field.octets for group in present for field in group)
    paces = sum(field.name.endswith("pace_counts") for group in present for field in group)
    if given == needed + paces and paces:
        return 2
    if given < needed or (exact and given != needed):
        raise WireError(f"Treadmill Data must have {needed + 2} octets with these flags, got {given + 2}")
    return 1


def encode_treadmill_data(data: TreadmillData) -> bytes:
    """Write a notification of Treadmill Data; a partner that is None is sent as not available.

    Parameters
    ----------
    data : TreadmillData
        What to send.

    Returns
    -------
    bytes
        The characteristic's value, paces in one octet.

    Raises
    ------
    ConfigError
        If a value does not fit, or has no partner where the format knows no absence.
    """
    flags, octets = 0, b""
    for bit, group in enumerate(FIELDS):
        there = any(getattr(data, field.name) is not None for field in group)
        flags |= (there != (bit == 0)) << bit
        if there:
            octets += b"".join(field.encode(getattr(data, field.name)) for field in group)
    return flags.to_bytes(2, "little") + octets
