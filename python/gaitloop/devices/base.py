"""What the drivers of a kind have in common: the protocols that callers may rely on, and what is exchanged."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from gaitloop._inputs import to_number
from gaitloop.errors import ConfigError

if TYPE_CHECKING:
    from gaitloop.trainer import Command, Sample


def in_range(name: str, value: float, low: float, high: float, unit: str) -> float:
    """Give the number back, or refuse it with its name, range and value.

    Parameters
    ----------
    name : str
        What it is called in the error.
    value : float
        Number to check [as `unit` says].
    low : float
        Least value [as `unit` says].
    high : float
        Greatest value [as `unit` says].
    unit : str
        Unit of the three, as told in the error.

    Returns
    -------
    float
        The number [as `unit` says].

    Raises
    ------
    ConfigError
        If it is outside.
    """
    number = to_number(name, value)
    if not low <= number <= high:
        raise ConfigError(f"{name} must lie in [{low:g}, {high:g}] {unit}, got {value!r:.80}")
    return number


@dataclass(frozen=True, slots=True, kw_only=True)
class BeltLimits:
    """Limits of a belt that the driver keeps whatever the machine could do; none has a default.

    Parameters
    ----------
    max_speed : float
        Fastest speed that may be asked for [m/s], 0.05 to 5.
    acceleration : float
        Steepest rise of the set-point [m/s²], 0.01 to 5.
    deceleration : float
        Steepest fall of the set-point [m/s²], 0.01 to 5; a stop is the machine's own and may be steeper.
    overspeed : float
        Measured speed above which the belt is stopped [m/s], `max_speed` to 6.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """

    max_speed: float
    acceleration: float
    deceleration: float
    overspeed: float

    def __post_init__(self) -> None:
        """Check every limit once."""
        in_range("max_speed", self.max_speed, 0.05, 5.0, "m/s")
        in_range("acceleration", self.acceleration, 0.01, 5.0, "m/s²")
        in_range("deceleration", self.deceleration, 0.01, 5.0, "m/s²")
        in_range("overspeed", self.overspeed, self.max_speed, 6.0, "m/s")


@dataclass(frozen=True, slots=True, kw_only=True)
class BeltEvent:
    """Something that happened at the machine without being asked for.

    Parameters
    ----------
    t : float
        When it was known, on the driver's clock [s].
    kind : str
        What happened, as a stop's cause or `speed_changed`, `inclination_changed`, `started`.
    value : float, optional
        What it was set to [m/s or, for an inclination, rise over run]; None where there is none.
    """

    t: float
    kind: str
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeltState:
    """What a treadmill tells of itself.

    Parameters
    ----------
    t : float
        When it arrived, on the driver's clock [s].
    speed : float
        Measured speed [m/s], positive where a person on the belt has to walk forward.
    setpoint : float
        Speed that was last sent [m/s].
    inclination : float, optional
        Rise over run [-], positive uphill; None where it is not measured.
    stopped_by : str, optional
        Why the belt may not move, None while it may.
    events : tuple of BeltEvent
        What was done at the machine since the last reading, oldest first.
    """

    t: float
    speed: float
    setpoint: float
    inclination: float | None
    stopped_by: str | None
    events: tuple[BeltEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeProfile:
    """What a device does by itself when nobody commands it any more.

    Parameters
    ----------
    on_exit : str
        What the driver commands whenever it is left; `nothing` where it commands nothing at all.
    on_link_loss : str
        What the machine does when the link is lost; `absent` where that is only known less, and nothing is done.
    within : float, optional
        Time after which a lost link is noticed [s]; None where nobody promises one.
    """

    on_exit: str
    on_link_loss: str
    within: float | None


@runtime_checkable
class Device(Protocol):
    """What every driver is, whether it moves something or only listens: a context with a safe profile of its own."""

    @property
    def safe_profile(self) -> SafeProfile:
        """What happens on leaving and on loss of the link."""

    def open(self) -> Self:
        """Find the device, prove that it is what it should be, and command nothing that moves."""

    def close(self) -> None:
        """Bring to rest what it moves, then give it up; twice is as good as once."""

    def __enter__(self) -> Self:
        """Open."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""


@runtime_checkable
class Machine(Device, Protocol):
    """A whole device that a loop of Python drives under `realtime.Pacer`: measured and commanded once a tick.

    Units and signs are those of `Sample` and `Command`: SI, flexion and dorsiflexion positive, torque as the person
    feels it.
    """

    def stop(self) -> None:
        """Bring the drives to rest as the safe profile says; only closing and opening lets them move again."""

    def measure(self, t: int, sample: Sample) -> None:
        """Write what was measured into a sample; what was not measured is absent.

        Parameters
        ----------
        t : int
            Time of the tick [ns], which grows from call to call.
        sample : Sample
            Written in place.

        Raises
        ------
        DeviceTimeoutError
            If there was no answer in time; the sample is absent, and the next tick may get one.
        DeviceError
            If the device is gone, or was not opened.
        """

    def exchange(self, command: Command) -> None:
        """Give the drives a command, which holds until it expires whether or not another one follows.

        Parameters
        ----------
        command : Command
            What a trainer decided.

        Raises
        ------
        DeviceError
            If the device is gone, stopped, or was not opened.
        """


@runtime_checkable
class Treadmill(Device, Protocol):
    """A belt: speeds in m/s, positive where a person on it has to walk forward."""

    @property
    def limits(self) -> BeltLimits:
        """Limits that the driver keeps."""

    def stop(self) -> None:
        """Bring the belt to rest by the shortest way that it has."""

    @property
    def stopped_by(self) -> str | None:
        """Why the belt may not move, None while it may."""

    def start(self) -> None:
        """Allow the belt to move; it stands until a speed is set."""

    def set_speed(self, speed: float) -> float:
        """Move the set-point towards a speed [m/s] along the ramp, send it and return it [m/s].

        Parameters
        ----------
        speed : float
            Speed to arrive at [m/s], 0 to `limits.max_speed`.

        Returns
        -------
        float
            Set-point that was sent [m/s].

        Raises
        ------
        ConfigError
            If the speed is outside its range.
        DeviceError
            If the belt is stopped, or the link is lost.
        """

    def read(self, timeout: float) -> BeltState:
        """Wait for the next state, at most `timeout` [s].

        Parameters
        ----------
        timeout : float
            Longest wait [s].

        Returns
        -------
        BeltState
            What the treadmill tells.

        Raises
        ------
        DeviceTimeoutError
            If nothing came in time.
        DeviceError
            If the link is lost.
        """

    def poll(self) -> BeltState | None:
        """Give the newest state without waiting; None if nothing came since the last reading."""
