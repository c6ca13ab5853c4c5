"""A belt that is not there: its firmware, without a wire, and the firmware in a process of its own on a serial line."""

from __future__ import annotations

import subprocess
import sys
from types import TracebackType
from typing import Self

from gaitloop.errors import DeviceError, WireError

from . import belt_line as line

STATE_PERIOD = 0.02  # [s] between two lines of state


class BeltFirmware:
    """What the controller of a belt does with the lines that it gets; time is given to it.

    Parameters
    ----------
    max_mm_s : int
        Fastest speed that it takes [mm/s].
    watchdog_ms : int
        Silence after which it stops [ms].
    acceleration : float
        Steepest change of the belt's speed [m/s²].
    """

    def __init__(self, *, max_mm_s: int = 2000, watchdog_ms: int = 200, acceleration: float = 1.0) -> None:
        self.identity = line.Identity(line.VERSION, max_mm_s, watchdog_ms)
        self.acceleration = acceleration
        self.speed = 0.0
        self.button = False
        self._target_mm_s = 0
        self._cause = "power"
        self._sequence = 0
        self._silence = 0.0
        self._since_told = 0.0
        self._lines = line.Splitter()
        self._out = b""

    @property
    def cause(self) -> str:
        """Why it is halted, `none` where it is not."""
        return self._cause

    def press(self) -> None:
        """Press the stop button, as the hardware tells it to the controller."""
        self.button = True
        self._halt("button")

    def release(self) -> None:
        """Let the stop button go; the belt stays halted."""
        self.button = False

    def advance(self, dt: float) -> None:
        """Let time pass [s].

        Parameters
        ----------
        dt : float
            Time that passes [s].
        """
        self._silence += dt
        if self._cause == "none" and self._silence > self.identity.watchdog_ms / 1000.0:
            self._halt("watchdog")
        step = self.acceleration * dt
        self.speed = min(max(self._target_mm_s / 1000.0, self.speed - step), self.speed + step)
        self._since_told += dt
        if self._since_told >= STATE_PERIOD - 1e-9:
            self._tell()

    def feed(self, data: bytes) -> None:
        """Take octets from the line; what is no command is as if it had not come.

        Parameters
        ----------
        data : bytes
            Octets as they came.
        """
        for text in self._lines.feed(data):
            try:
                command = line.decode_command(text)
            except WireError:
                continue
            refusal = self._obey(command)
            if refusal is not None:
                self._out += line.encode_reply(line.Refusal(command.sequence, refusal))
            elif command.verb != "ID":
                self._sequence = command.sequence
                self._tell()

    def take(self) -> bytes:
        """What it has sent since it was last asked."""
        out, self._out = self._out, b""
        return out

    def _obey(self, command: line.Command) -> str | None:
        """Follow a command, or give the reason why not."""
        if command.verb == "ID":
            self._out += line.encode_reply(self.identity)
        elif command.verb == "S":
            self._halt("host")
        elif command.verb == "R":
            if self.speed > 0.0 or self.button:
                return "button" if self.button else "moving"
            self._cause, self._silence = "none", 0.0
        elif self._cause != "none":
            return "halted"
        elif command.speed_mm_s > self.identity.max_mm_s:
            return "range"
        else:
            if command.sequence != self._sequence:  # a line that is sent again and again by itself is no sign of life
                self._silence = 0.0
            self._target_mm_s = command.speed_mm_s
        return None

    def _halt(self, cause: str) -> None:
        self._target_mm_s = 0
        self._cause = cause if self._cause in ("none", "power", "host") else self._cause

    def _tell(self) -> None:
        self._since_told = 0.0
        halted = self._cause != "none"
        numbers = self._sequence, round(1000.0 * self.speed), self._target_mm_s
        self._out += line.encode_reply(line.State(*numbers, halted, self._cause))


class SimulatedBelt:
    """The firmware in a process of its own, on a pseudo-terminal that is opened like any serial port.

    Parameters
    ----------
    max_mm_s : int
        Fastest speed that it takes [mm/s].
    watchdog_ms : int
        Silence after which it stops [ms].
    acceleration : float
        Steepest change of the belt's speed [m/s²].

    Raises
    ------
    DeviceError
        If the process does not start; pseudo-terminals are there on Linux and macOS only.
    """

    def __init__(self, *, max_mm_s: int = 2000, watchdog_ms: int = 200, acceleration: float = 1.0) -> None:
        numbers = map(str, (max_mm_s, watchdog_ms, acceleration))
        command = [sys.executable, "-m", "gaitloop.devices.treadmill.belt_process", *numbers]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self._port = self._line()

    @property
    def port(self) -> str:
        """Path of the port to open."""
        return self._port

    def speed(self) -> float:
        """True speed of the belt [m/s], told beside the line."""
        return float(self.tell("speed"))

    def tell(self, word: str) -> str:
        """Do something to the machine, and give its answer.

        Parameters
        ----------
        word : str
            `speed`, `cause`, `press` or `release` (the stop button), `mute`, `deaf`, `garbage`, `garble` (a wrong
            checksum on every line), `well`, `unplug`.

        Returns
        -------
        str
            What it answered.
        """
        if self._process.stdin is None or self._process.poll() is not None:
            raise DeviceError("the simulated belt has ended; make another")
        self._process.stdin.write(word + "\n")
        return self._line()

    def close(self) -> None:
        """End the process; twice is as good as once."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5.0)

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def _line(self) -> str:
        answer = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not answer:
            self.close()
            raise DeviceError("the process of the simulated belt ended; it needs pseudo-terminals (Linux or macOS)")
        return answer.strip()
