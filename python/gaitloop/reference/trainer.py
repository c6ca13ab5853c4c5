"""Section 10: the corridor, one tick from sample to command."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import ConfigError
from . import control
from ._checks import in_range
from ._conventions import LEGS, Array, Event, EventKind, JointKind, clamp, present, smooth_step, wrap
from ._corridor import Command, Group, Sample, Telemetry, TrainerConfig
from .events import ForceContacts
from .measures import StrideMeasures, StrideMeter
from .phase import PhaseEstimator, PhaseMode, PhaseState
from .safety import (
    Belt,
    Cause,
    Fault,
    Guard,
    LegMode,
    Monitors,
    OperatorCommand,
    SelfTest,
    Severity,
    State,
    Supervisor,
    SupervisorOutput,
    Support,
)
from .safety.codes import joint_kinds, worst

BUTTONS = ("estop_ok", "enable", "arm", "start", "stop", "reset", "release", "pain")
#: Time over which the legs let go at the end of a soft stop, once the belt stands [s].
_STAND_DOWN = 0.5
#: Buttons that count while they are held, and those that count once they are pressed, the safest first.
_HELD, _FRESH = ("stop", "release"), ("reset", "arm", "start")
_MOTION = (LegMode.FULL, LegMode.NARROW, LegMode.RAMP)
_ACTIVE = (State.RUN, State.DEGRADED)
_SELFTEST_TICKS = 100

__all__ = ["BUTTONS", "Command", "Group", "Sample", "Telemetry", "Trainer", "TrainerConfig"]


class Trainer:
    """The corridor: walks through every room once a tick.

    Parameters
    ----------
    config : TrainerConfig or mapping
        What it is made of.

    Attributes
    ----------
    telemetry : Telemetry or None
        What the last tick worked with.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    def __init__(self, config: TrainerConfig | Mapping[str, Any]) -> None:
        c = TrainerConfig(**config) if isinstance(config, Mapping) else config
        if c.pattern.speed is None:
            raise ConfigError("pattern must have a speed, got none")
        self._pattern, self._pattern_speed, self._envelope = c.pattern, c.pattern.speed, c.envelope
        self._kinds = joint_kinds(c.kinds)
        self._impedance = control.Impedance(c.stiffness, c.damping)
        self._gravity = control.LegGravity(c.mass, c.height)
        self._contacts = ForceContacts(**c.events)
        self._phase = PhaseEstimator(**c.phase)
        self._phase.reset((0.0, c.pattern.offset))
        self._meters = (StrideMeter(0, c.mass, c.height), StrideMeter(1, c.mass, c.height))
        self._law = copy.deepcopy(c.assist)
        self._support_target, self._support = self._law.support.copy(), self._law.support.copy()
        self._leg_weight = in_range("leg_weight", c.leg_weight, 0.0, 1.0)
        self._support_slew = in_range("support_slew", c.support_slew, 0.01, 1.0)
        self._engage_time = in_range("engage_time", c.engage_time, 0.5, 30.0)
        self._settle_time = in_range("settle_time", c.settle_time, 0.0, 60.0)
        self.request(speed=c.speed, support_force=c.support_force)
        self._guard, self._monitors = Guard(c.envelope, c.kinds), Monitors(c.envelope, c.kinds)
        self._supervisor, self._belt = Supervisor(c.envelope), Belt(c.envelope)
        self._support_drive = Support(c.envelope, self._force)
        self._t_max: int | None = None
        self._belt_filtered: float | None = None
        self._last_contact: list[int | None] = [None, None]
        self._leg, self._state = LegMode.OFF, State.BOOT
        self._time_in_run = self._settled_time = self._stood_time = 0.0
        self._selftest_ticks = self._sequence = 0
        self._remote_stop = False
        self._down: set[str] = set(_FRESH)  # held at boot, as far as known
        self._counting: set[str] = set()
        self.telemetry: Telemetry | None = None

    def request(self, *, speed: float | None = None, support_force: float | None = None) -> None:
        """Ask for another belt speed or support force; the limiters make it no step.

        Parameters
        ----------
        speed : float, optional
            Belt speed [m/s].
        support_force : float, optional
            Support force [N].
        """
        if speed is not None:
            self._speed = in_range("speed", speed, 0.0, min(self._pattern_speed, self._envelope.belt_speed_max))
        if support_force is not None:
            self._force = in_range("support_force", support_force, 0.0, self._envelope.support_force_max)

    def stop(self) -> None:
        """Ask for a soft stop from afar, with the next tick."""
        self._remote_stop = True

    def step(self, sample: Sample) -> Command:
        """One tick.

        Parameters
        ----------
        sample : Sample
            What was measured.

        Returns
        -------
        Command
            What is asked of the device.
        """
        t = int(sample.t)
        dt = self._clock(t)
        # 1. validity
        q, dq = self._joints(sample.q), self._joints(sample.dq)
        force, belt_meas = _present(sample.foot_force), _present(sample.belt_speed)[0]
        # 2. events, 3. belt, 4. phase, 5. reference
        events = self._contacts.step(force, t)
        belt = self._filter(self._belt.speed if belt_meas is None else belt_meas, dt)
        phase = self._follow(events, t, belt, dt)
        reference = self._pattern.evaluate_sides(phase.phase, phase.rate, phase.accel)
        # 6. measures
        strides = self._measure(events, q, reference.q, phase, force, belt, dt)
        self._adapt(strides, dt)
        # 7. torque request
        in_motion = self._leg in _MOTION
        let_go = smooth_step(1.0 - self._stood_time / _STAND_DOWN)
        engagement = smooth_step(self._time_in_run / self._engage_time) * let_go if in_motion else 0.0
        guidance, tau_cmd = self._request(q, dq, reference.q, reference.dq, phase, engagement)
        belt_target = self._speed if engagement == 1.0 else 0.0
        # 8. judgement
        checked = self._guard.check(t, _array(q), _array(dq), tau_cmd)
        watched = self._watch(sample, t, q, reference.q, guidance, phase, strides, dt)
        fault = worst([checked, watched, *self._drives(sample.drive_status)])
        # 9. supervisor
        output = self._supervise(sample, fault, dq, t)
        self._tell_time(output.state, dt)
        # 10. command
        command = self._command(output, belt_target, t, dt, q)
        self.telemetry = Telemetry(
            *(phase.phase, phase.rate, phase.confidence, phase.mode.astype(np.float64)),
            *(reference.q, reference.dq, guidance, self._support.copy()),
            engagement,
            tau_cmd,
            tuple(events),
            tuple(stride for stride in strides if stride is not None),
        )
        return command

    def _clock(self, t: int) -> float:
        if self._t_max is None:
            self._t_max = t
            return 0.001
        dt = clamp((t - self._t_max) * 1e-9, 0.0, self._envelope.tick_max)
        self._t_max = max(self._t_max, t)
        return dt

    def _joints(self, group: Group) -> list[float | None]:
        fitted = [kind is not JointKind.ABSENT for kind in self._kinds]
        return [x if here else None for x, here in zip(_present(group), fitted, strict=True)]

    def _filter(self, belt: float, dt: float) -> float:
        before = self._belt_filtered
        self._belt_filtered = belt if before is None else before + (belt - before) * min(1.0, dt / 0.02)
        return self._belt_filtered

    def _follow(self, events: list[Event], t: int, belt: float, dt: float) -> PhaseState:
        """Phase of both sides; at rest it stays."""
        if self._leg not in _MOTION:
            return self._phase.state()._replace(rate=np.zeros(2), accel=np.zeros(2))
        ages: list[float | None] = [None, None]
        for event in events:
            if event.kind is EventKind.INITIAL_CONTACT:
                ages[event.side] = (t - event.t) * 1e-9
        nominal_rate = min(5.0, self._pattern.stride_rate * max(0.0, belt) / self._pattern_speed)
        return self._phase.step(ages, nominal_rate, dt)

    def _measure(
        self,
        events: list[Event],
        q: list[float | None],
        q_ref: Array,
        phase: PhaseState,
        force: list[float | None],
        belt: float,
        dt: float,
    ) -> list[StrideMeasures | None]:
        mine = {event.side: event for event in events}
        strides = []
        for side, meter in enumerate(self._meters):
            event = mine.get(side)
            stride = meter.step(
                event=None if event is None else (event.kind, event.t),
                in_contact=self._contacts.in_contact,
                other_contact=self._last_contact[1 - side],
                q=_array(q),
                q_ref=q_ref,
                phase=float(phase.phase[side]),
                force=force[side],
                belt_speed=belt,
                dt=dt,
            )
            strides.append(stride)
        for event in events:
            if event.kind is EventKind.INITIAL_CONTACT:
                self._last_contact[event.side] = event.t
        return strides

    def _adapt(self, strides: list[StrideMeasures | None], dt: float) -> None:
        """Support targets from closed strides, and supports in use on their way there."""
        for side, stride in enumerate(strides):
            settled = self._state in _ACTIVE and self._settled_time >= self._settle_time
            if stride is not None and stride.valid and settled:
                self._support_target[side] = self._law.update(side, stride.subtask_errors())
        most = self._support_slew * dt
        self._support = self._support + np.clip(self._support_target - self._support, -most, most)

    def _request(
        self,
        q: list[float | None],
        dq: list[float | None],
        q_ref: Array,
        dq_ref: Array,
        phase: PhaseState,
        engagement: float,
    ) -> tuple[Array, Array]:
        """Guidance and torque request of every joint."""
        guidance, weight = np.zeros(6), np.zeros(6)
        gravity = self._gravity.torque(_array(q))
        for side, leg in enumerate(LEGS):
            at = float(phase.phase[side])
            guidance[leg] = engagement * control.guidance(at, self._support[side])
            share = self._leg_weight * engagement * control.swing_window(at) * float(self._support[side, 4])
            weight[leg] = share * gravity[leg]
        tau = self._impedance.step(_array(q), _array(dq), q_ref, dq_ref, guidance) + weight
        driven = np.array([kind is JointKind.DRIVEN for kind in self._kinds])
        return guidance, np.where(driven, tau, 0.0)

    def _watch(
        self,
        sample: Sample,
        t: int,
        q: list[float | None],
        q_ref: Array,
        guidance: Array,
        phase: PhaseState,
        strides: list[StrideMeasures | None],
        dt: float,
    ) -> Fault:
        return self._monitors.step(
            t=t,
            state=self._state,
            settled=self._state in _ACTIVE and self._settled_time >= self._settle_time,
            q_stamp=sample.q.stamp,
            dq_stamp=sample.dq.stamp,
            belt_meas=_present(sample.belt_speed)[0],
            belt_cmd=self._belt.speed,
            phase_lost=[mode == PhaseMode.LOST for mode in phase.mode.tolist()],
            rope_position=_present(sample.rope_position)[0],
            stance_share=[None if stride is None else stride.stance_share for stride in strides],
            q=_array(q),
            q_ref=q_ref,
            guidance=guidance,
            dt=dt,
        )

    def _drives(self, status: Group) -> list[Fault]:
        if self._state not in (*_ACTIVE, State.SOFT_STOP):
            return []
        return [
            Fault(Severity.PROTECTIVE_STOP, Cause.DRIVE_FAULT, i)
            for i, value in enumerate(_present(status))
            if self._kinds[i] is JointKind.DRIVEN and value is not None and value != 1.0
        ]

    def _supervise(self, sample: Sample, fault: Fault, dq: list[float | None], t: int) -> SupervisorOutput:
        pressed = dict(zip(BUTTONS, (value == 1.0 for value in _present(sample.buttons)), strict=True))
        name, remote = self._operator_command(sample, pressed)
        clean = self._state is State.SELFTEST and fault.severity == 0
        self._selftest_ticks = self._selftest_ticks + 1 if clean else 0
        return self._supervisor.step(
            estop_ok=pressed["estop_ok"],
            severity=fault.severity,
            cause=fault.cause,
            nonresettable=False,
            command=OperatorCommand.STOP if remote else OperatorCommand[name.upper()],
            local=not remote,
            pain=pressed["pain"],
            still=self._still(dq),
            selftest=SelfTest.PASSED if self._selftest_ticks >= _SELFTEST_TICKS else SelfTest.PENDING,
            enable=pressed["enable"],
            t_ns=t,
        )

    def _still(self, dq: list[float | None]) -> bool:
        let_go = self._state is not State.SOFT_STOP or self._stood_time >= _STAND_DOWN
        return self._belt.speed == 0.0 and all(abs(x) < 0.2 for x in dq if x is not None) and let_go

    def _operator_command(self, sample: Sample, pressed: dict[str, bool]) -> tuple[str, bool]:
        """Name of the button that counts, and whether a stop from afar counts instead."""
        readings = dict(zip(BUTTONS, _present(sample.buttons), strict=True))
        # A press counts until the button is let go or another one counts.
        alive = {name for name in _FRESH if pressed[name] and (name in self._counting or name not in self._down)}
        known = {name for name in _FRESH if readings[name] is not None}
        self._down = (self._down - known) | {name for name in known if pressed[name]}
        name = next((name for name in (*_HELD, *_FRESH) if (name in _HELD and pressed[name]) or name in alive), "none")
        remote, self._remote_stop = self._remote_stop and name != "stop", False
        self._counting = set() if remote else alive & {name}
        return name, remote

    def _tell_time(self, state: State, dt: float) -> None:
        """Clocks of the new state."""
        if self._state is State.ARMED and state is State.RUN:
            self._time_in_run = self._settled_time = self._stood_time = 0.0
        elif self._state is State.SOFT_STOP and state is State.SOFT_STOP and self._belt.speed == 0.0:
            self._stood_time += dt
        elif state in _ACTIVE:
            self._time_in_run += dt
            if self._time_in_run >= self._engage_time:
                self._settled_time += dt

    def _nearest_phase(self, q: list[float | None]) -> float:
        """Left phase whose hips and knees are nearest to the measured ones; the earliest of those that fit alike."""
        best, lowest = 0.0, math.inf
        for phase in np.arange(64) / 64:
            q_ref = self._pattern.evaluate(float(phase), 0.0).q
            cost = sum((x - float(q_ref[i])) ** 2 for i in (0, 1, 3, 4) if (x := q[i]) is not None)
            if cost < lowest - 1e-9:
                best, lowest = float(phase), cost
        return best

    def _command(
        self, output: SupervisorOutput, belt_target: float, t: int, dt: float, q: list[float | None]
    ) -> Command:
        safe = self._guard.limit(output.leg)
        belt_speed = self._belt.step(belt_target, output.belt, dt)
        support_force = self._support_drive.step(self._force, output.support, dt)
        self._sequence += 1
        if self._state is State.ARMED and output.state is State.RUN:
            left = self._nearest_phase(q)
            self._phase.reset((left, wrap(left + self._pattern.offset)))
        self._state, self._leg = output.state, output.leg
        return Command(
            safe.torque,
            belt_speed,
            support_force,
            output.support,
            output.energised,
            t,
            t + math.floor(self._envelope.lease * 1e9),
            self._sequence,
            output.state,
            output.severity,
            output.cause,
            safe.limits,
        )


def _present(group: Group) -> list[float | None]:
    """Each value that was measured and is finite."""
    values, valid = np.asarray(group.value, dtype=np.float64), np.asarray(group.valid, dtype=bool)
    return [present(x) if ok else None for x, ok in zip(values.tolist(), valid.tolist(), strict=True)]


def _array(values: list[float | None]) -> Array:
    return np.array([math.nan if x is None else x for x in values])
