"""The inclination of a Bluetooth treadmill: limits, ramp, and what the machine can be set to."""

from __future__ import annotations

from dataclasses import dataclass

from gaitloop._inputs import to_number
from gaitloop.errors import ConfigError, DeviceError

from ..base import in_range
from . import ftms_codec as codec
from . import ftms_features as features
from .ftms_transport import FtmsTransport

#: Ramp in one call [s]; a pause between calls is not made up for.
_LONGEST_STEP = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class InclineLimits:
    """Limits of a treadmill's inclination that the driver keeps whatever the machine could do; none has a default.

    Parameters
    ----------
    low : float
        Lowest inclination that may be asked for, rise over run [-], -0.5 to 0.5; below 0 is downhill.
    high : float
        Highest that may be asked for, rise over run [-], `low` to 0.5.
    rate : float
        Steepest change of the set-point [1/s], 0.0005 to 0.1.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """

    low: float
    high: float
    rate: float

    def __post_init__(self) -> None:
        """Check every limit once."""
        in_range("low", self.low, -0.5, 0.5, "-")
        in_range("high", self.high, self.low, 0.5, "-")
        in_range("rate", self.rate, 0.0005, 0.1, "1/s")


class Incline:
    """The set-point of an inclination."""

    def __init__(self, limits: InclineLimits | None) -> None:
        self._limits = limits
        self._range: features.Range | None = None
        self._setpoint: float | None = None
        self._ramped = 0.0
        self.sent: float | None = None  # in the machine's own spacing [-]

    def offer(self, name: str, transport: FtmsTransport, offered: features.Features) -> None:
        """Learn what the machine that was just connected lets be set."""
        self._range, self._setpoint, self.sent = None, None, None
        if self._limits is None or not offered.target & features.TargetFeature.INCLINATION:
            return
        span = transport.read(codec.INCLINATION_RANGE)
        if span is None:
            raise DeviceError(
                f"{name} does not tell its inclination range, which the service demands of it; use it without incline"
            )
        self._range = features.decode_range(codec.INCLINATION_RANGE, span)

    def checked(self, name: str, inclination: float) -> float:
        """Give an inclination that may be asked for [-]."""
        goal = to_number("inclination", inclination)
        if self._limits is None:
            raise ConfigError(f"incline must be given to set the inclination of {name}: it has no default limits")
        if not self._limits.low <= goal <= self._limits.high:
            raise ConfigError(
                f"inclination must lie in {self._limits.low:g} to {self._limits.high:g} (incline), got {goal:g}"
            )
        return goal

    def step(self, name: str, goal: float, measured: float | None, now: float) -> float | None:
        """Move the set-point along the ramp; gives what is to be sent [-], None where that has not changed."""
        span = self._range
        if span is None or self._limits is None:
            raise DeviceError(
                f"{name} does not let its inclination be set (its features say so); use a treadmill that does, or its "
                "console"
            )
        if not span.low - codec.SLOPE / 2 <= goal <= span.high + codec.SLOPE / 2:
            raise ConfigError(
                f"inclination must lie in {span.low:g} to {span.high:g}, what {name} can be set to, got {goal:g}"
            )
        if self._setpoint is None:
            if measured is None:
                raise DeviceError(f"{name} has not told its inclination yet, so no ramp can begin; read() first")
            self._setpoint, self._ramped = measured, now
        most = self._limits.rate * min(max(now - self._ramped, 0.0), _LONGEST_STEP)
        self._setpoint = min(max(goal, self._setpoint - most), self._setpoint + most)
        self._ramped = now
        wanted = self._spaced(min(max(self._setpoint, span.low), span.high), span)
        inside = self._limits.low <= wanted <= self._limits.high
        return wanted if inside and wanted != self.sent else None

    def _spaced(self, value: float, span: features.Range) -> float:
        """Give the nearest that the machine can be set to, rather inside the limits than nearer."""
        limits, at = self._limits, round((value - span.low) / span.step)
        near = [span.low + (at + away) * span.step for away in (0, -1, 1)]
        inside = [x for x in near if span.low <= x <= span.high and limits and limits.low <= x <= limits.high]
        return inside[0] if inside else near[0]

    @property
    def setpoint(self) -> float | None:
        """Where the ramp is [-]; None before it began."""
        return self._setpoint

    def is_echo(self, value: float | None) -> bool:
        """Whether the machine tells its commander what it was commanded."""
        return self.sent is not None and value is not None and abs(value - self.sent) < codec.SLOPE / 2

    def follow(self, value: float) -> None:
        """Go on from what was set at the console, so that the ramp begins there."""
        if self._setpoint is not None:
            self._setpoint, self.sent = value, value

    def rest(self) -> None:
        """Begin the next ramp where the machine is."""
        self._setpoint, self.sent = None, None
