"""A sweep on drives: self-test, arming and start by the operator, postures by the loop, every torque by the guard."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import JOINTS, TELEMETRY_FIELDS
from gaitloop.assist import ForgettingLaw
from gaitloop.devices.calibration import Calibration
from gaitloop.devices.drives import DriveBus
from gaitloop.devices.profile import Profile
from gaitloop.errors import DeviceError
from gaitloop.realtime import Loop, Privileges
from gaitloop.safety import CAUSES, STATES, Envelope
from gaitloop.simulation import Lead
from gaitloop.trainer import Trainer, TrainerConfig
from gaitloop.trajectory import GaitPattern

from ._fit import Sweep
from ._operator import Operator
from ._resume import SweepStopError
from ._way import Way

#: Times in which the drives must be ready, and the operator must have pressed [s].
_READY, _PRESS = 20.0, 60.0
#: Soft start [s]; time at rest after the way [s]; time between two looks [s].
_ENGAGE, _REST, _LOOK = 1.0, 0.2, 0.02
_STOPS = ("soft_stop", "prot_stop", "safe", "lockout", "release")
_DQ_REF = next(start for name, start, *_ in TELEMETRY_FIELDS if name == "dq_ref")
_ENGAGEMENT = next(start for name, start, *_ in TELEMETRY_FIELDS if name == "engagement")


def sweep_envelope(profile: Profile, found: Calibration) -> Envelope:
    """Give the limits of a sweep: those of the device, with the range that was found, little torque and little speed.

    Parameters
    ----------
    profile : Profile
        The device.
    found : Calibration
        Ranges so far.

    Returns
    -------
    Envelope
        Inside that of the profile.
    """
    limits = found.envelope(profile)
    tau, dq = np.array(limits.tau_max, dtype=np.float64), np.array(limits.dq_max, dtype=np.float64)
    for joint, drive in profile.drive.items():
        if drive.sweep is not None:
            i = JOINTS.index(joint)
            tau[i], dq[i] = min(tau[i], drive.sweep.torque), min(dq[i], 2.0 * drive.sweep.fast)
    return dataclasses.replace(limits, tau_max=tau, dq_max=dq, belt_speed_max=0.0, support_force_max=0.0)


def sweep_trainer(profile: Profile, found: Calibration, bus: DriveBus) -> Trainer:
    """Make the corridor of a sweep: its judgement, self-test, supervisor and guard; its law is led.

    Parameters
    ----------
    profile : Profile
        The device.
    found : Calibration
        Ranges so far.
    bus : DriveBus
        The drives.

    Returns
    -------
    Trainer
        That never moves a belt.
    """
    config = TrainerConfig(
        # No drive measures what is only sensed, and the self-test would wait for it in vain.
        kinds=["driven" if kind == "driven" else "absent" for kind in profile.kinds],
        device=profile.declaration(bus),
        # Nobody walks: what belongs to a person and a gait is there for its form only.
        mass=75.0,
        height=1.75,
        pattern=GaitPattern.koopman(0.5, 1.75),
        assist=ForgettingLaw(forget=0.9, gain=0.1, dead_zone=[0.1] * 7, floor=0.0, ceiling=1.0, initial=0.0),
        stiffness=[0.0] * 6,
        damping=[0.0] * 6,
        envelope=sweep_envelope(profile, found),
        speed=0.0,
        support_force=0.0,
        engage_time=_ENGAGE,
        period=1.0 / profile.bus_profile.rate,
    )
    return Trainer(config)


def lead_of(profile: Profile, way: Way) -> Lead:
    """Make the controller that leads the joints through the postures of a way.

    Parameters
    ----------
    profile : Profile
        The device, with the springs of its sweeps.
    way : Way
        Postures and times.

    Returns
    -------
    Lead
        For a loop or a simulation.
    """
    stiffness, damping = np.zeros(len(JOINTS)), np.zeros(len(JOINTS))
    for joint, drive in profile.drive.items():
        if drive.sweep is not None:
            i = JOINTS.index(joint)
            stiffness[i], damping[i] = drive.sweep.stiffness, drive.sweep.damping
    return Lead.postures(way.postures, way.durations, stiffness, damping)


def drive_sweep(
    profile: Profile, found: Calibration, bus: DriveBus, way: Way, operator: Operator, press: Callable[[str], bool]
) -> Sweep:
    """Sweep on drives that were set up.

    Parameters
    ----------
    profile : Profile
        The device.
    found : Calibration
        Zeros and ranges so far.
    bus : DriveBus
        The drives, set up; nobody else has the bus.
    way : Way
        Postures and times.
    operator : Operator
        Who is told what to press.
    press : callable
        Presses a button where the finger is simulated, and tells whether it did.

    Returns
    -------
    Sweep
        What was recorded in motion.

    Raises
    ------
    DeviceError
        If the drives do not become ready, nobody presses, or the device is lost.
    SafetyStopError
        If the guard stopped it.
    """
    if profile.bus_profile.panel_drive is None:
        raise DeviceError("a sweep needs the operator's panel: wire it to a drive and name it as bus.panel_drive")
    trainer = sweep_trainer(profile, found, bus)
    loop = Loop(
        trainer,
        bus,
        rate=profile.bus_profile.rate,
        privileges=Privileges(priority=20, lock_memory=False, shallow_sleep=False),
        rows=100_000,
        lead=lead_of(profile, way),
    )
    with loop:  # whatever happens in it, Ctrl-C included, ends in the device's safe profile
        watch = _Watch(loop)
        watch.reach("standby", _READY, "the drives did not become ready")
        for button, state in (("arm", "armed"), ("start", "run")):
            if not press(button):
                operator.tell(f"  Hold the enabling device and press {button.upper()} on the panel.")
            watch.reach(state, _PRESS, f"nobody pressed {button.upper()}, or it was refused")
            time.sleep(0.2)  # one button at a time
        watch.last(_ENGAGE + way.seconds + _REST, operator)
    return watch.sweep()


class _Watch:
    """What a loop tells, tick by tick."""

    def __init__(self, loop: Loop) -> None:
        self._loop, self._rows, self._state = loop, list[dict[str, Any]](), "boot"
        self._cause = "none"

    def look(self) -> str:
        """Newest state, or an error where it stopped."""
        rows = self._loop.read()
        if len(rows["t"]):
            self._rows.append(rows)
            codes = rows["out"]["command_integers"]
            states = [STATES[code] for code in codes[:, 3]]
            self._state, self._cause = states[-1], CAUSES[int(codes[-1, 5])]
        if self._loop.end is not None:
            raise DeviceError(
                f"the device was lost in the sweep ({self._loop.end}): its drives stop by themselves; see plugs and "
                "power, then begin again. Nothing is written"
            )
        if self._state in _STOPS:
            raise SweepStopError(f"the guard stopped the sweep: {self._state}, {self._cause}", self.sweep())
        return self._state

    def reach(self, state: str, most: float, otherwise: str) -> None:
        """Wait for a state."""
        end = time.monotonic() + most
        while self.look() != state:
            if time.monotonic() > end:
                raise DeviceError(
                    f"{otherwise} within {most:g} s; it is in the state {self._state}. Nothing is written"
                )
            time.sleep(_LOOK)

    def last(self, seconds: float, operator: Operator) -> None:
        """Watch for a time, and tell how far it is now and then."""
        begun, told = time.monotonic(), 10.0
        while (gone := time.monotonic() - begun) < seconds:
            self.look()
            if gone > told:
                operator.tell(f"  {gone:.0f} of {seconds:.0f} s")
                told += 10.0
            time.sleep(_LOOK)

    def sweep(self) -> Sweep:
        """Everything recorded while it was engaged."""
        sample = np.concatenate([rows["sample"] for rows in self._rows])
        valid = np.concatenate([rows["valid"] for rows in self._rows])
        telemetry = np.concatenate([rows["out"]["telemetry"] for rows in self._rows])
        command = np.concatenate([rows["out"]["command"] for rows in self._rows])
        t = np.concatenate([rows["t"] for rows in self._rows]) * 1e-9
        # What was measured belongs to the torque that was sent last before.
        measured = np.concatenate([rows["stamp"][:, 0] for rows in self._rows]) * 1e-9
        command = command[np.maximum(np.searchsorted(t, measured + 1e-6) - 1, 0)]
        led = telemetry[:, _ENGAGEMENT] >= 1.0

        def group(start: int) -> NDArray[np.float64]:
            part = slice(start, start + len(JOINTS))
            return np.where(valid[led, part], sample[led, part], np.nan)

        reference = telemetry[led, _DQ_REF : _DQ_REF + len(JOINTS)]
        return Sweep(t[led], group(0), group(len(JOINTS)), reference, command[led, : len(JOINTS)])
