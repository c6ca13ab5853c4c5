"""The plant in another process as a machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import numpy as np

from gaitloop.errors import DeviceError, DeviceTimeoutError
from gaitloop.trainer import Command, Sample

from .._machine import MachineDriver
from ..base import SafeProfile, in_range
from ._codec import (
    LAYOUT,
    Bye,
    Done,
    FrameBuffer,
    Hello,
    Measure,
    Message,
    Refused,
    Sampled,
    Stop,
    Welcome,
    checked_hello,
    encode,
)
from ._plant import told

#: Shortest wait for what is asked outside the ticks [s].
_PATIENCE = 1.0
_Answer = TypeVar("_Answer", Welcome, Sampled, Done)


class RemotePlant(MachineDriver):
    """A simulated person in a device in another process, which `python -m gaitloop.devices.sim` serves.

    Each opening begins anew with the plant as the server was given it. When this client ends, hangs or dies, the device
    comes to rest by its safe profile, after `lease` at the latest.

    Parameters
    ----------
    port : int
        Port that the server printed [-], 1 to 65535.
    lease : float
        Silence after which the device comes to rest by itself [s], 0.01 to 60.
    timeout : float
        Longest wait for an answer [s], 0.001 to 60.
    wall : bool
        Whether the device's time passes by the clock, as for a loop under `realtime.Pacer`, or by `measure` only.
    period : float
        Time from tick to tick [s], 0.0001 to 0.01; in a longer pause the plant goes on in steps of it.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """

    def __init__(self, port: int, *, lease: float, timeout: float, wall: bool = False, period: float = 0.001) -> None:
        self._port = int(in_range("port", port, 1, 65535, "-"))
        self._timeout = in_range("timeout", timeout, 0.001, 60.0, "s")
        self._hello = Hello(LAYOUT, float(period), float(lease), bool(wall))
        checked_hello(self._hello)
        self._link: socket.socket | None = None
        self._welcome: Welcome | None = None

    @property
    def name(self) -> str:
        """What the device is called in errors."""
        return f"the simulated device on port {self._port}"

    @property
    def safe_profile(self) -> SafeProfile:
        """What the plant's device declares, `unknown` before it was first opened; within the lease [s]."""
        profile = "unknown" if self._welcome is None else self._welcome.profile
        return SafeProfile(on_exit=profile, on_link_loss=profile, within=self._hello.lease)

    def _connect(self) -> None:
        try:
            self._link = socket.create_connection(("127.0.0.1", self._port), max(self._timeout, 0.1))
            self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise DeviceError(
                f"nobody serves a simulated device on port {self._port} ({error}); start `python -m "
                "gaitloop.devices.sim` and take the port that it prints"
            ) from error
        self._frames, self._came = FrameBuffer(), list[Message]()
        try:
            self._send(self._hello)
            self._welcome = self._await(Welcome, lambda _: True, max(self._timeout, _PATIENCE))
        except BaseException:
            self._disconnect()
            raise

    def _disconnect(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with suppress(OSError):
                link.sendall(encode(Bye()))
            link.close()

    def _measure(self, t: int, sample: Sample) -> None:
        self._send(Measure(t))
        # An answer that came after its tick had given up is left out.
        answer = self._await(Sampled, lambda told: told.t == t, self._timeout)
        sample.value[:] = np.frombuffer(answer.value, "<f8")
        sample.valid[:] = np.frombuffer(answer.valid, np.uint8).astype(bool)
        sample.stamp[:] = np.frombuffer(answer.stamp, "<i8")

    def _exchange(self, command: Command) -> None:
        self._send(told(command))

    def _rest(self) -> None:
        self._send(Stop())
        self._await(Done, lambda _: True, max(self._timeout, _PATIENCE))

    def _send(self, message: Message) -> None:
        if self._link is None:
            raise DeviceError(f"{self.name} is not connected")
        try:
            self._link.settimeout(max(self._timeout, 0.1))
            self._link.sendall(encode(message))
        except OSError as error:
            raise self._lost(error) from error

    def _await(self, kind: type[_Answer], fits: Callable[[_Answer], bool], timeout: float) -> _Answer:
        """Wait for an answer; whatever else the device says before is left out."""
        end = time.monotonic() + timeout
        while True:
            while self._came:
                message = self._came.pop(0)
                if isinstance(message, Refused):
                    raise DeviceError(f"{self.name} refuses: {message.text[:300]}")
                if isinstance(message, kind) and fits(message):
                    return message
            self._came = self._receive(end - time.monotonic(), timeout)

    def _receive(self, left: float, timeout: float) -> list[Message]:
        assert self._link is not None
        try:
            self._link.settimeout(max(left, 1e-4))
            data = self._link.recv(65536)
        except TimeoutError:
            raise DeviceTimeoutError(f"{self.name} did not answer within {timeout:g} s") from None
        except OSError as error:
            raise self._lost(error) from error
        if not data:
            raise self._lost("it hung up")
        return self._frames.feed(data)

    def _lost(self, error: object) -> DeviceError:
        return DeviceError(
            f"the link to {self.name} is lost ({error}); it comes to rest by itself within {self._hello.lease:g} s: "
            "see that it does, close, find the cause, open again"
        )
