"""What both treadmill drivers do the same way: ramp, limits, latched stops, loss of the link, leaving."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from gaitloop._inputs import to_number
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError

from ..base import BeltEvent, BeltLimits, BeltState, in_range

STANDING = 0.02  # [m/s]; a belt at rest may be measured with noise
LONGEST_STEP = 0.25  # [s] of ramp in one call; a pause between calls is not made up for


class RefusedError(DeviceError):
    """A command that the machine understood and did not follow; the link is well."""


class BeltDriver(ABC):
    """A treadmill driver without its wire; see `gaitloop.devices.base.Treadmill`.

    No thread keeps the belt going: it moves while somebody calls `set_speed` and `read`.
    """

    def __init__(self, limits: BeltLimits, *, lost_after: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._lost_after = in_range("lost_after", lost_after, 0.02, 10.0, "s")
        self._clock = clock
        self._open = False
        self._reachable = False
        self._stopped_by: str | None = "not_started"
        self._setpoint = 0.0
        self._ramped = 0.0  # when the set-point was last moved
        self._heard = 0.0  # when the last state came
        self._events: list[BeltEvent] = []

    # What a wire has to provide.

    @property
    @abstractmethod
    def name(self) -> str:
        """What the device is called in errors."""

    @abstractmethod
    def _connect(self) -> None:
        """Find the device and check it."""

    @abstractmethod
    def _disconnect(self) -> None:
        """Give the link up; never raises."""

    @abstractmethod
    def _arm(self) -> None:
        """Let the belt move from now on."""

    @abstractmethod
    def _send_speed(self, speed: float) -> None:
        """Send a set-point [m/s]."""

    @abstractmethod
    def _send_stop(self) -> None:
        """Stop the belt and see it confirmed."""

    @abstractmethod
    def _receive(self, timeout: float) -> tuple[float, float | None]:
        """Wait for measured speed [m/s] and inclination [-]; news go to `_note` or `_latch`."""

    # What callers use.

    @property
    def limits(self) -> BeltLimits:
        """Limits that the driver keeps."""
        return self._limits

    @property
    def stopped_by(self) -> str | None:
        """Why the belt may not move, None while it may."""
        return self._stopped_by

    def open(self) -> Self:
        """Find the treadmill, check that it is one, and stop its belt."""
        if self._open:
            raise DeviceError(f"{self.name} is open already; close it first")
        self._stopped_by = "not_started"
        self._connect()
        self._open = self._reachable = True
        self._heard = self._clock()
        try:
            with self._watched():
                self._send_stop()
        except BaseException:
            self.close()
            raise
        return self

    def start(self) -> None:
        """Allow the belt to move; refused while it does.

        Raises
        ------
        DeviceError
            If the belt moves, or the treadmill refuses.
        """
        self._need_link()
        speed, _ = self._hear(self._lost_after)
        if speed > STANDING:
            raise DeviceError(
                f"the belt of {self.name} still runs at {speed:.2f} m/s; wait until it stands, then start"
            )
        with self._watched():
            self._arm()
        self._setpoint, self._stopped_by, self._ramped = 0.0, None, self._clock()

    def set_speed(self, speed: float) -> float:
        """Move the set-point towards a speed along the ramp and send it; to be called again and again.

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
            If the speed is outside its range; the set-point stays.
        DeviceError
            If the belt is stopped, or the link is lost.
        """
        goal = self._checked(speed)
        self._need_link()
        self._need_news()
        if self._stopped_by is not None:
            raise DeviceError(f"the belt of {self.name} is stopped ({self._stopped_by}); call start() to move it again")
        now = self._clock()
        dt = min(max(now - self._ramped, 0.0), LONGEST_STEP)
        up, down = self._limits.acceleration * dt, self._limits.deceleration * dt
        self._setpoint = min(max(goal, self._setpoint - down), self._setpoint + up)
        self._ramped = now
        try:
            with self._watched():
                self._send_speed(self._setpoint)
        except RefusedError:
            self._latch("refused")
            raise
        return self._setpoint

    def read(self, timeout: float) -> BeltState:
        """Wait for the next state.

        Parameters
        ----------
        timeout : float
            Longest wait [s], 0.001 to 10.

        Returns
        -------
        BeltState
            What the treadmill tells, with what was done at it since the last reading.

        Raises
        ------
        DeviceTimeoutError
            If nothing came in that time, the link not being lost yet.
        DeviceError
            If the link is lost; the belt has been stopped as far as it could be reached.
        """
        wait = in_range("timeout", timeout, 0.001, 10.0, "s")
        self._need_link()
        speed, inclination = self._hear(wait)
        events, self._events = tuple(self._events), []
        return BeltState(
            t=self._heard,
            speed=speed,
            setpoint=self._setpoint,
            inclination=inclination,
            stopped_by=self._stopped_by,
            events=events,
        )

    def poll(self) -> BeltState | None:
        """Give the newest state without waiting for one.

        Returns
        -------
        BeltState or None
            As of `read`; None if nothing came since the last reading.

        Raises
        ------
        DeviceError
            If the link is lost.
        """
        try:
            return self.read(0.001)
        except DeviceTimeoutError:
            return None

    def stop(self) -> None:
        """Stop the belt by the machine's own ramp; only `start` lets it move again."""
        self._need_link()
        self._latch("asked")

    def close(self) -> None:
        """Stop the belt and give the link up; a second time, or after a lost link, nothing is left to do.

        Raises
        ------
        DeviceError
            If the treadmill was reachable and did not confirm the stop.
        """
        if not self._open:
            return
        try:
            if self._reachable:
                self._latch("asked")
        finally:
            self._open = self._reachable = False
            self._disconnect()

    def __enter__(self) -> Self:
        """Open."""
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        self.close()

    # What wires use.

    def _hear(self, wait: float) -> tuple[float, float | None]:
        """Wait for the next state and judge it."""
        try:
            with self._watched(waiting=True):
                speed, inclination = self._receive(wait)
        except DeviceTimeoutError:
            self._need_news()
            raise
        self._heard = self._clock()
        if speed > self._limits.overspeed and self._stopped_by is None:
            self._latch("overspeed", speed)
        return speed, inclination

    def _note(self, kind: str, value: float | None = None) -> None:
        """Remember an event until it is read."""
        self._events.append(BeltEvent(t=self._clock(), kind=kind, value=value))
        del self._events[:-100]

    def _latch(self, cause: str, value: float | None = None) -> None:
        """Stop for a cause that is remembered before anything can fail; the first cause stays."""
        if cause != "asked":
            self._note(cause, value)
        self._stopped_by = cause if self._stopped_by in (None, "not_started") else self._stopped_by
        self._setpoint = 0.0
        with self._watched():
            self._send_stop()

    def _checked(self, speed: float) -> float:
        """A speed that may be asked for."""
        goal = to_number("speed", speed)
        if not 0.0 <= goal <= self._limits.max_speed:
            raise ConfigError(f"speed must lie in 0 to {self._limits.max_speed:g} m/s (limits.max_speed), got {goal:g}")
        return goal

    def _need_link(self) -> None:
        """Refuse what cannot be sent."""
        if not self._open:
            raise DeviceError(f"{self.name} is not open; use it in a with block, or call open()")
        if not self._reachable:
            raise DeviceError(
                f"the link to {self.name} is lost; see that the belt stands, close, find the cause, open again"
            )

    def _need_news(self) -> None:
        """Take silence for what it is."""
        silence = self._clock() - self._heard
        if silence > self._lost_after:
            error = DeviceError(
                f"{self.name} has told nothing for {silence:.2f} s (lost_after is {self._lost_after:g} s)"
                f"{self._hint()}; the belt was told to stop: see that it stands, or press the stop button"
            )
            self._lose()
            raise error

    def _hint(self) -> str:
        """What is known of the cause of a silence."""
        return ""

    def _lose(self) -> None:
        """Count the link as lost; a last stop is tried, for what still may hear it."""
        if self._reachable:
            self._reachable = False
            self._setpoint = 0.0
            self._note("link_lost")
            if self._stopped_by in (None, "not_started", "asked"):
                self._stopped_by = "link_lost"
            with suppress(DeviceError, OSError):
                self._send_stop()

    @contextmanager
    def _watched(self, *, waiting: bool = False) -> Iterator[None]:
        """Take whatever fails on the wire as the loss of the link, other than a refusal or a wait for news."""
        try:
            yield
        except RefusedError:
            raise
        except DeviceError as error:
            if not (waiting and isinstance(error, DeviceTimeoutError)):
                self._lose()
            raise
