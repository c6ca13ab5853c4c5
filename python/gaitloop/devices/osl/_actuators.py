"""Actuators of the library as a machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import JOINTS
from gaitloop.errors import ConfigError, DeviceError
from gaitloop.trainer import Command, Sample

from .._machine import MachineDriver
from ..base import SafeProfile, in_range
from ._library import call, checked, number

CURRENT_UNITS = {"A": 1.0, "mA": 1000.0}
"""Units in which the library's actuators take and tell current, by name: how many make an ampere [1/A]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OslEncoder:
    """A second, independent sensor of a joint's angle.

    Parameters
    ----------
    sensor : EncoderBase
        The library's encoder, with the joint itself, not the motor.
    sign : int
        1 where its position grows with flexion, -1 where it falls [-].
    zero : float
        Its position at the joint's zero [rad], -1000 to 1000.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """

    sensor: Any
    sign: int
    zero: float

    def __post_init__(self) -> None:
        """Check sign and zero."""
        _check_sign(self.sign)
        in_range("zero", self.zero, -1000.0, 1000.0, "rad")


def _check_sign(sign: object) -> None:
    if isinstance(sign, bool) or sign not in (1, -1):
        raise ConfigError(f"sign must be 1 or -1, got {sign!r:.80}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OslJoint:
    """One actuator, what it moves, and how its numbers are read; no part that torque depends on has a default.

    Parameters
    ----------
    actuator : ActuatorBase
        The library's actuator.
    joint : str
        Joint that it moves, one of `JOINTS`.
    sign : int
        1 where its position grows with flexion, -1 where it falls [-].
    zero : float
        Position of its output at the joint's zero [rad], -1000 to 1000.
    torque_constant : float
        Torque of the motor, before the gear, for each ampere [N·m/A], 1e-4 to 10.
    current_unit : str
        Unit in which this actuator takes and tells current: `mA` (Dephy) or `A` (T-Motor).
    torque_max : float
        Largest torque at the joint that is ever sent [N·m], 0 to 300.
    encoder : OslEncoder, optional
        A second sensor of the same joint.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """

    actuator: Any
    joint: str
    sign: int
    zero: float
    torque_constant: float
    current_unit: str
    torque_max: float
    encoder: OslEncoder | None = None

    def __post_init__(self) -> None:
        """Check everything that is known before it is opened."""
        if self.joint not in JOINTS:
            raise ConfigError(f"joint must be one of {', '.join(JOINTS)}, got {self.joint!r:.80}")
        _check_sign(self.sign)
        in_range("zero", self.zero, -1000.0, 1000.0, "rad")
        in_range("torque_constant", self.torque_constant, 1e-4, 10.0, "N·m/A")
        in_range("torque_max", self.torque_max, 0.0, 300.0, "N·m")
        if self.current_unit not in CURRENT_UNITS:
            raise ConfigError(f"current_unit must be one of {', '.join(CURRENT_UNITS)}, got {self.current_unit!r:.80}")


class _Axis:
    """An actuator in use."""

    def __init__(self, told: OslJoint, offline: bool) -> None:
        self.told, self.offline, self.index = told, offline, JOINTS.index(told.joint)
        self.name = checked("actuator", told.actuator, offline)
        if told.encoder is not None:
            checked("sensor", told.encoder.sensor, offline)
        gear = number(self.name, told.actuator, "gear_ratio")
        self.gear = in_range("gear_ratio", math.nan if gear is None else gear, 0.1, 1000.0, "-")
        # What the library calls output torque is divided by the gear in some drivers and multiplied in others; current
        # means the same in all of them.
        self.per_torque = told.sign * CURRENT_UNITS[told.current_unit] / (self.gear * told.torque_constant)
        self.torque: float | None = None

    def start(self) -> None:
        """Without torque, in the mode that takes current."""
        actuator = self.told.actuator
        for thing in (actuator, *([self.told.encoder.sensor] if self.told.encoder is not None else [])):
            call(self.name, thing.start)
            call(self.name, thing.update)
            if not self.offline and not call(self.name, getattr, thing, "is_streaming"):
                raise DeviceError(f"{self.name} sends nothing after its start; check power, cable and bus")
        modes = type(call(self.name, getattr, actuator, "mode"))
        call(self.name, actuator.set_control_mode, call(self.name, getattr, modes, "CURRENT"))
        self.give(0.0)

    def give(self, torque: float) -> None:
        """Torque at the joint [N·m], as the person feels it."""
        most = self.told.torque_max
        current = min(max(torque, -most), most) * self.per_torque
        call(self.name, self.told.actuator.set_motor_current, current)

    def stop(self) -> None:
        """Without torque, then given up; whatever fails is left out, since more follows."""
        acts = [lambda: self.give(0.0), self.told.actuator.stop]
        if self.told.encoder is not None:
            acts.append(self.told.encoder.sensor.stop)
        for act in acts:
            with suppress(Exception, SystemExit):
                act()

    def measure(self) -> dict[str, float | None]:
        """Groups of a sample that this joint has something for."""
        actuator, sign = self.told.actuator, self.told.sign
        call(self.name, actuator.update)
        position, rate = (number(self.name, actuator, name) for name in ("motor_position", "motor_velocity"))
        current = number(self.name, actuator, "motor_current")
        self.torque = None if current is None else current / self.per_torque
        angle = None if position is None else sign * (position / self.gear - self.told.zero)
        out = {"q": angle, "dq": None if rate is None else sign * rate / self.gear}
        if (encoder := self.told.encoder) is not None:
            call(self.name, encoder.sensor.update)
            second = number(self.name, encoder.sensor, "position")
            out["q_second"] = None if second is None else encoder.sign * (second - encoder.zero)
        return out


class OslMachine(MachineDriver):
    """Actuators of the library `opensourceleg`, driven by current from a loop of Python under `realtime.Pacer`.

    The command's lease is kept here: when it has run out, the next tick sends zero current. Whoever dies sends nothing
    any more, and then only the actuators' own firmware stops them, which this library cannot read back. So status,
    digest and watchdog of the drives are absent from the sample, and a trainer does not arm on these actuators alone.

    Parameters
    ----------
    joints : sequence of OslJoint
        The actuators, one to six, each for a joint of its own.
    on_link_loss : str
        What their firmware was seen to do when nothing comes any more.
    within : float or None
        Time after which it was seen to do so [s], 0.001 to 10; None where it never does.
    offline : bool
        Whether actuators in the library's offline mode are taken, which tell zeros.

    Raises
    ------
    ConfigError
        If a value is outside its range, an actuator is not one of the library's or needs asyncio, is offline without
        that being asked for, or two have the same joint.
    """

    def __init__(
        self, joints: Sequence[OslJoint], *, on_link_loss: str, within: float | None, offline: bool = False
    ) -> None:
        if not isinstance(on_link_loss, str) or not on_link_loss:
            raise ConfigError(f"on_link_loss must say what the firmware was seen to do, got {on_link_loss!r:.80}")
        self._within = None if within is None else in_range("within", within, 0.001, 10.0, "s")
        self._on_link_loss = on_link_loss
        names = [joint.joint for joint in joints]
        if not 1 <= len(names) <= len(JOINTS) or len(set(names)) < len(names):
            raise ConfigError(f"joints must be one to {len(JOINTS)}, each once, got {', '.join(names) or 'none'}")
        self._axes = [_Axis(joint, bool(offline)) for joint in joints]
        self._expiry = -1
        self._powered = False

    @property
    def name(self) -> str:
        """What the device is called in errors."""
        return ", ".join(axis.name for axis in self._axes)

    @property
    def safe_profile(self) -> SafeProfile:
        """Zero torque on exit; without a link what the firmware was seen to do, within that time [s]."""
        return SafeProfile(on_exit="zero_torque", on_link_loss=self._on_link_loss, within=self._within)

    @property
    def torque(self) -> NDArray[np.float64]:
        """Torque at each joint by the current that was measured last, shape (6,) [N·m]; NaN where there is none."""
        out = np.full(len(JOINTS), math.nan)
        for axis in self._axes:
            if axis.torque is not None:
                out[axis.index] = axis.torque
        return out

    def _connect(self) -> None:
        self._expiry, self._powered = -1, False
        started: list[_Axis] = []
        try:
            for axis in self._axes:
                started.append(axis)
                axis.start()
        except BaseException:
            for axis in started:
                axis.stop()
            raise

    def _disconnect(self) -> None:
        for axis in self._axes:
            axis.stop()

    def _measure(self, t: int, sample: Sample) -> None:
        if self._powered and t > self._expiry:
            self._rest()
        values = {name: np.full(len(JOINTS), math.nan) for name in ("q", "dq", "q_second")}
        for axis in self._axes:
            for name, value in axis.measure().items():
                values[name][axis.index] = math.nan if value is None else value
        for name, row in values.items():
            setattr(sample, name, row)  # what is not finite becomes absent

    def _exchange(self, command: Command) -> None:
        if not command.enable or self._last is None or command.expiry < self._last:
            self._rest()
            return
        self._powered, self._expiry = True, command.expiry
        torque = command.torque
        for axis in self._axes:
            axis.give(float(torque[axis.index]))

    def _rest(self) -> None:
        """Zero current to all of them, also when one fails."""
        self._powered, failed = False, None
        for axis in self._axes:
            try:
                axis.give(0.0)
            except DeviceError as error:
                failed = error
        if failed is not None:
            raise failed
