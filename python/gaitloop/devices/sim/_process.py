"""The server of the plant, started and ended from Python."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from gaitloop.errors import DeviceError, DeviceTimeoutError

#: Longest wait for a line of the server [s].
_PATIENCE = 20.0


class SimulatorProcess:
    """The plant in a process of its own, as `python -m gaitloop.devices.sim --listen` serves it.

    Parameters
    ----------
    *arguments : str
        Further words of the command line, such as `--seed`, `3`.

    Raises
    ------
    DeviceError
        If it does not start; the message has what it said.

    Examples
    --------
    >>> # with SimulatorProcess("--severity", "0.6") as simulator:
    >>> #     machine = RemotePlant(simulator.port, lease=0.1, timeout=0.01, wall=True)
    """

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "gaitloop.devices.sim", "--listen", *arguments]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self._lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._notes: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        first = self._lines.get(timeout=_PATIENCE)
        if first is None or "port" not in first:
            assert self._process.stderr is not None
            text = self._process.stderr.read().strip()
            self.close()
            raise DeviceError(f"the simulated device does not start: {text or 'it said nothing'}")
        self.port = int(first["port"])

    @property
    def pid(self) -> int:
        """Number of the process [-]."""
        return self._process.pid

    def tell(self, words: str) -> dict[str, Any]:
        """Say a word, and give the answer.

        Parameters
        ----------
        words : str
            `look`, `press BUTTON SECONDS`, `mute`, `speak` or `unplug`.

        Returns
        -------
        dict
            What it truly does for `look`, else nothing.

        Raises
        ------
        DeviceError
            If it is no such word, or the process has ended.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{words}\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise DeviceError(f"the simulated device has ended ({error})") from error
        while "said" not in (line := self._next()):
            self._notes.append(line)
        if "error" in line:
            raise DeviceError(f"the simulated device does not understand '{words}': {line['error']}")
        look: dict[str, Any] = line.get("look", {})
        return look

    def wait(self, *states: str) -> dict[str, Any]:
        """Wait until one of these things has happened.

        Parameters
        ----------
        *states : str
            As the server prints them, such as `client_gone`.

        Returns
        -------
        dict
            The line.

        Raises
        ------
        DeviceTimeoutError
            If none did within 20 s.
        DeviceError
            If the process has ended.
        """
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            line = self._notes.pop(0) if self._notes else self._next()
            if line.get("state") in states:
                return line
        raise DeviceTimeoutError(f"the simulated device told of none of {', '.join(states)} within {_PATIENCE:g} s")

    def close(self) -> None:
        """End the process; a second time does nothing."""
        if self._process.stdin is not None:
            with suppress(OSError):  # it has ended
                self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(_PATIENCE)
        for output in (self._process.stdout, self._process.stderr):
            if output is not None:
                output.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(json.loads(line))
        self._lines.put(None)

    def _next(self) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=_PATIENCE)
        except queue.Empty:
            raise DeviceTimeoutError(f"the simulated device said nothing within {_PATIENCE:g} s") from None
        if line is None:
            self._lines.put(None)
            raise DeviceError("the simulated device has ended")
        return line

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, whatever happened."""
        self.close()
