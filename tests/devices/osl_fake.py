"""Actuators and sensors that keep the contract of the library `opensourceleg`, with a limb behind them."""

from __future__ import annotations

import enum

MODES = enum.Enum("CONTROL_MODES", {"IDLE": -1, "POSITION": 0, "VOLTAGE": 1, "CURRENT": 2})
CONSTANT = 0.1133  # [N·m/A]


class UnpluggedError(Exception):
    """An error that no other library has."""


class FakeActuator:
    """Current in milliamperes, angles of the motor in radians; a method outside its mode raises, as in the library.

    A torque turns its own output its own way; each update is 5 ms of a limb of 0.05 kg·m² with some friction.
    """

    is_offline = False

    def __init__(self, tag="knee", gear_ratio=41.5, unit=1000.0):
        self.tag, self.gear_ratio, self.unit = tag, gear_ratio, unit
        self.mode, self.is_streaming, self.gone = MODES.IDLE, False, False
        self.motor_current, self.motor_position, self.motor_velocity = 0.0, 0.0, 0.0
        self.calls = []

    def _note(self, *call):
        if self.gone:
            raise UnpluggedError("the port is gone")
        self.calls.append(call)

    def start(self):
        self._note("start")
        self.is_streaming, self.mode = True, MODES.VOLTAGE

    def stop(self):
        self._note("stop")
        self.is_streaming, self.mode = False, MODES.IDLE

    def set_control_mode(self, mode):
        self._note("mode", mode)
        self.mode, self.motor_current = mode, 0.0

    def set_motor_current(self, value):
        if self.mode is not MODES.CURRENT:
            raise RuntimeError(f"set_motor_current() is not available in {self.mode.name}")
        self._note("current", value)
        self.motor_current = value

    def output_torque(self):
        return self.motor_current / self.unit * CONSTANT * self.gear_ratio

    def update(self):
        self._note("update")
        rate = self.motor_velocity / self.gear_ratio
        rate = 0.9 * rate + 0.005 * self.output_torque() / 0.05
        self.motor_velocity = rate * self.gear_ratio
        self.motor_position += 0.005 * self.motor_velocity


class FakeSensor:
    """Any sensor: attributes by name."""

    is_offline = False

    def __init__(self, tag="encoder", **values):
        self.tag, self.is_streaming, self.gone = tag, False, False
        for name, value in values.items():
            setattr(self, name, value)

    def _note(self):
        if self.gone:
            raise UnpluggedError("the bus is gone")

    def start(self):
        self._note()
        self.is_streaming = True

    def stop(self):
        self._note()
        self.is_streaming = False

    def update(self):
        self._note()
