"""Treadmills on a serial line that speak the open belt protocol."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError, WireError

from .._port import load_serial, open_port
from ..base import BeltLimits, SafeProfile, in_range
from . import belt_line as line
from ._driver import BeltDriver, RefusedError

BAUD = 115_200
TRIES = 3  # commands that must be confirmed are sent so often


class SerialTreadmill(BeltDriver):
    """A treadmill on a serial line, by the open belt protocol; needs the extra `serial`.

    Parameters
    ----------
    port : str
        Name of the serial port, as `/dev/ttyUSB0` or `COM3`.
    limits : BeltLimits
        Limits that the driver keeps, whatever the machine offers.
    watchdog_within : float
        Longest silence that may pass until the machine stops by itself [s], 0.01 to 2; a slower one is refused.
    lost_after : float
        Silence of the machine that counts as a lost link [s], 0.02 to 10.
    answer_within : float
        Longest wait for the answer to a stop or a release [s], 0.05 to 10.
    clock : callable
        Monotonic time [s].

    Raises
    ------
    ConfigError
        If a parameter is refused.
    MissingExtraError
        If pyserial is not installed.
    """

    def __init__(
        self,
        port: str,
        limits: BeltLimits,
        *,
        watchdog_within: float,
        lost_after: float = 0.3,
        answer_within: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(limits, lost_after=lost_after, clock=clock)
        load_serial()  # a missing extra is told before anything is opened
        self._path = port
        self._watchdog_within = in_range("watchdog_within", watchdog_within, 0.01, 2.0, "s")
        self._answer_within = in_range("answer_within", answer_within, 0.05, 10.0, "s")
        self._serial: Any = None
        self._lines = line.Splitter()
        self._identity: line.Identity | None = None
        self._state: line.State | None = None
        self._refusal: line.Refusal | None = None
        self._sequence = 0
        self._followed = -1  # number of the last command that the machine followed
        self._heeded = 0.0  # when the machine last showed that it follows
        self._unread = 0

    @property
    def name(self) -> str:
        """What the device is called in errors."""
        return f"the treadmill on {self._path}"

    @property
    def safe_profile(self) -> SafeProfile:
        """Stop on exit, and after the watchdog's time [s] without a command."""
        within = self._watchdog_within if self._identity is None else self._identity.watchdog_ms / 1000.0
        return SafeProfile(on_exit="stop", on_link_loss="stop", within=within)

    # The wire.

    def _connect(self) -> None:
        self._lines, self._identity, self._state, self._refusal = line.Splitter(), None, None, None
        self._unread = 0
        self._serial = open_port(self._path, BAUD, 0.0, 0.2)
        try:
            self._identify()
        except BaseException:
            self._disconnect()
            raise

    def _identify(self) -> None:
        """Ask who is there, and refuse what is too fast asleep."""
        for _ in range(TRIES):
            self._write(line.Command("ID"))
            until = self._clock() + self._answer_within
            while self._identity is None and self._clock() < until:
                self._pump(until - self._clock())
            if self._identity is not None:
                break
        if self._identity is None:
            raise DeviceTimeoutError(
                f"nothing on {self._path} answers to the belt protocol{self._hint()}; see that the treadmill is on, "
                f"that it speaks it at {BAUD} baud, and that this is its port"
            )
        if self._identity.version != line.VERSION:
            raise DeviceError(
                f"{self.name} speaks version {self._identity.version} of the belt protocol, not {line.VERSION}; "
                "update it"
            )
        if self._identity.watchdog_ms > 1000.0 * self._watchdog_within:
            raise DeviceError(
                f"the watchdog of {self.name} waits {self._identity.watchdog_ms} ms, watchdog_within allows "
                f"{1000.0 * self._watchdog_within:g} ms; shorten it in the treadmill, or allow more"
            )
        if self._identity.max_mm_s < 1000.0 * self.limits.max_speed:
            raise ConfigError(
                f"limits.max_speed must be at most {self._identity.max_mm_s / 1000.0:g} m/s, the fastest of "
                f"{self.name}, got {self.limits.max_speed:g}"
            )

    def _disconnect(self) -> None:
        if self._serial is not None:
            with suppress(OSError):  # it may be gone already
                self._serial.close()
            self._serial = None

    def _arm(self) -> None:
        if not self._confirmed("R", lambda state: not state.halted):
            raise RefusedError(
                f"{self.name} did not confirm the release within {TRIES * self._answer_within:g} s; see to the line"
            )
        self._heeded = self._clock()

    def _send_stop(self) -> None:
        if not self._confirmed("S", lambda state: state.halted):
            raise DeviceError(f"{self.name} did not confirm the stop{self._hint()}; press the stop button")

    def _send_speed(self, speed: float) -> None:
        silence = self._clock() - self._heeded
        if silence > self._lost_after:
            raise DeviceError(
                f"{self.name} has followed no command for {silence:.2f} s{self._hint()}; its watchdog stops it: "
                "see to the line towards it, and call read() as often as set_speed()"
            )
        if self._refusal is not None:
            reason, self._refusal = self._refusal.reason, None
            raise RefusedError(f"{self.name} refused a speed ({reason}); compare the limits with its own")
        self._write(line.Command("V", self._next(), int(1000.0 * speed + 1e-6)))

    def _receive(self, timeout: float) -> tuple[float, float | None]:
        until = self._clock() + timeout
        self._state = None
        while self._state is None:
            left = until - self._clock()
            if left <= 0.0:
                raise DeviceTimeoutError(f"{self.name} told no state within {timeout:g} s{self._hint()}; wait longer")
            self._pump(left)
        state: line.State = self._state
        if state.halted and self._stopped_by is None:
            self._latch(state.cause)
        return state.speed_mm_s / 1000.0, None

    def _confirmed(self, verb: str, done: Callable[[line.State], bool]) -> bool:
        """Send a command until the machine shows that it followed, or refuses."""
        for _ in range(TRIES):
            command = line.Command(verb, self._next())
            self._refusal = None
            self._write(command)
            until = self._clock() + self._answer_within
            while self._clock() < until:
                self._pump(max(until - self._clock(), 0.0))
                if self._state is not None and self._state.sequence == command.sequence and done(self._state):
                    return True
                if self._refusal is not None and self._refusal.sequence == command.sequence:
                    reason, self._refusal = self._refusal.reason, None
                    raise RefusedError(f"{self.name} refused ({reason}){RELEASE.get(reason, '')}")
        return False

    def _next(self) -> int:
        self._sequence = (self._sequence + 1) % line.SEQUENCE
        return self._sequence

    def _write(self, command: line.Command) -> None:
        try:
            self._serial.write(line.encode_command(command))
        except OSError as error:
            raise self._gone(error) from error

    def _pump(self, timeout: float) -> None:
        """Wait for octets and sort the lines that they end."""
        try:
            self._serial.timeout = max(timeout, 0.0)
            data = self._serial.read(max(1, self._serial.in_waiting))
        except (OSError, TypeError) as error:  # pyserial stumbles over a descriptor that is gone
            raise self._gone(error) from error
        for text in self._lines.feed(data):
            try:
                reply = line.decode_reply(text)
            except WireError:
                self._unread += 1
                continue
            if isinstance(reply, line.Identity):
                self._identity = reply
            elif isinstance(reply, line.Refusal):
                self._refusal = reply
            else:
                if reply.sequence != self._followed or reply.sequence == self._sequence:
                    self._followed, self._heeded = reply.sequence, self._clock()
                self._state = reply

    def _gone(self, error: Exception) -> DeviceError:
        return DeviceError(
            f"{self.name} is gone ({error}); its watchdog stops it: see that the belt stands, plug it in, open again"
        )

    def _hint(self) -> str:
        if not self._unread:
            return ""
        return f" ({self._unread} lines unreadable or with a wrong checksum: see to {BAUD} baud, 8N1, ground and cable)"


RELEASE = {"button": "; release the stop button first", "moving": "; wait until the belt stands"}
