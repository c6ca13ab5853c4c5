"""Section 10: the corridor, one tick from sample to command."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from . import control
from ._arming import Arming
from ._buttons import BUTTONS, Buttons
from ._checks import in_range
from ._clocks import Clocks, Unheard, in_motion
from ._control_sets import ControlSet, ControlSets, Tick
from ._conventions import LEGS, Array, Event, EventKind, JointKind
from ._corridor import Command, Group, Sample, Telemetry, TrainerConfig, array_of, present_of
from ._judgement import Judgement, Seen
from ._support import Supports
from .events import ForceContacts, JointContacts
from .lead import Ask, Now
from .measures import StrideMeasures, StrideMeter
from .phase import PhaseEstimator, PhaseState
from .safety import (
    Belt,
    Cause,
    Fault,
    Guard,
    LegMode,
    OperatorCommand,
    State,
    Supervisor,
    SupervisorOutput,
    Support,
)
from .safety.codes import joint_kinds, worst

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
        self._envelope, self._kinds = c.envelope, joint_kinds(c.kinds)
        names = ("pattern", "stiffness", "damping", "leg_weight", "path", "foot_lift", "resistance")
        self._sets = ControlSets(ControlSet(**{name: getattr(c, name) for name in names}), c.change)
        self._gravity = control.LegGravity(c.mass, c.height)
        self._by_joints = c.joint_events is not None
        self._contacts = ForceContacts(**c.events) if c.joint_events is None else JointContacts(**c.joint_events)
        self._compensation = None if c.compensation is None else control.Compensation(**c.compensation)
        self._unheard = Unheard()
        self._phase = PhaseEstimator(**c.phase)
        self._phase.reset((0.0, c.pattern.offset))
        self._meters = (StrideMeter(0, c.mass, c.height), StrideMeter(1, c.mass, c.height))
        support_slew = in_range("support_slew", c.support_slew, 0.01, 1.0)
        self._clocks = Clocks(c.engage_time, c.settle_time, c.envelope.tick_max)
        catch_slew = in_range("catch_slew", c.catch_slew, 0.2, 5.0)
        self._supports = Supports(c.assist, support_slew, c.catch, catch_slew)
        self.request(speed=c.speed, support_force=c.support_force)
        self._guard, self._judgement = Guard(c.envelope, c.kinds), Judgement(c.envelope, c.kinds, c.period)
        self._sent = np.zeros(6)
        self._arming = Arming(c.envelope, c.kinds, c.device)
        self._supervisor, self._belt = Supervisor(c.envelope, c.device), Belt(c.envelope)
        self._support_drive = Support(c.envelope, self._force)
        self._belt_filtered: float | None = None
        self._last_contact: list[int | None] = [None, None]
        self._leg, self._state = LegMode.OFF, State.BOOT
        self._sequence = 0
        self._buttons = Buttons()
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
            self._speed = in_range("speed", speed, 0.0, min(self._sets.speed, self._envelope.belt_speed_max))
        if support_force is not None:
            self._force = in_range("support_force", support_force, 0.0, self._envelope.support_force_max)

    def request_control(self, **control_set: Any) -> None:
        """Ask for another reference, other laws or other parameters; what is asked for last in a change waits.

        Parameters
        ----------
        **control_set
            What a control set is made of: `pattern`, `stiffness`, `damping`, `leg_weight`, `path`, `foot_lift` and
            `resistance`, as in the configuration; what is left out of the last three is not used.

        Raises
        ------
        ConfigError
            If a value lies outside its range, or the speed of the pattern below that of the belt.
        """
        self._sets.request(ControlSet(**control_set), max(self._speed, self._belt.speed))

    @property
    def control(self) -> ControlSet:
        """The control set that was asked for last."""
        return self._sets.latest

    def request_override(self, target: str, mode: str, value: float) -> None:
        """Hold a support, or keep it above or below a value, whatever the law says.

        Parameters
        ----------
        target : str
            A subtask or `all`.
        mode : str
            `hold`, `floor` or `ceiling`.
        value : float
            Support [%], 0 to 100.

        Raises
        ------
        ConfigError
            If a name is unknown, the value lies outside its range, or a floor would lie above a ceiling.
        """
        self._supports.override(target, mode, value)

    def release_override(self, target: str) -> None:
        """Give a support back to the law.

        Parameters
        ----------
        target : str
            A subtask or `all`.

        Raises
        ------
        ConfigError
            If the name is unknown.
        """
        self._supports.release(target)

    def stop(self) -> None:
        """Ask for a soft stop from afar, with the next tick."""
        self._buttons.stop()

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
        dt = self._clocks.tick(t)
        # 1. validity
        q, dq = self._joints(sample.q), self._joints(sample.dq)
        force = present_of(sample.foot_force)
        # 2. events, 3. belt, 4. phase, 5. reference
        events = self._contacts.step(q if self._by_joints else force, t)
        belt = self._filter(present_of(sample.belt_speed)[0], dt)
        phase = self._follow(events, t, belt, dt)
        reference = self._sets.reference(phase)
        # 6. measures
        strides = self._measure(events, q, reference.q, phase, force, belt, dt)
        support = self._supports.step(strides, settled=self._clocks.settled(self._state), dt=dt).copy()
        # 7. torque request
        engagement = self._clocks.engagement(self._leg)
        guidance, tau_cmd = self._request(q, dq, phase, force, engagement, dt)
        # 8. judgement, 9. supervisor, 10. command
        shares = [None if stride is None or self._by_joints else stride.stance_share for stride in strides]
        told = (q, dq, reference.q, reference.dq, guidance, phase, self._unheard.lost(phase), shares)
        command = self._answer(sample, self._seen(dt, self._steady(engagement), told), tau_cmd, engagement)
        self.telemetry = Telemetry(
            *(phase.phase, phase.rate, phase.confidence, phase.mode.astype(np.float64)),
            *(reference.q, reference.dq, guidance, support),
            engagement,
            tau_cmd,
            tuple(events),
            tuple(stride for stride in strides if stride is not None),
            self._sets.w,
            *self._supports.catching(),
            self._arming.told,
        )
        return command

    def step_led(self, sample: Sample, lead: Callable[[Now], Ask]) -> Command:
        """One tick whose torque another controller asks for; all that comes after the request is the same.

        Parameters
        ----------
        sample : Sample
            What was measured.
        lead : callable
            Told of the tick, gives what it asks for.

        Returns
        -------
        Command
            What is asked of the device.
        """
        dt = self._clocks.tick(int(sample.t))
        q, dq, force = self._joints(sample.q), self._joints(sample.dq), present_of(sample.foot_force)
        engagement = self._clocks.engagement(self._leg)
        ask = lead(Now(array_of(q), array_of(dq), array_of(force), engagement, dt))
        driven = [kind is JointKind.DRIVEN for kind in self._kinds]
        tau_cmd = np.where(driven, ask.torque, 0.0)
        rest = self._phase.state()._replace(mode=np.zeros(2, dtype=np.int64))
        told = (q, dq, ask.q_ref, ask.dq_ref, ask.guidance, rest, (False, False), [None, None])
        command = self._answer(sample, self._seen(dt, False, told), tau_cmd, engagement)
        two, asked = np.zeros(2), (ask.q_ref, ask.dq_ref, ask.guidance)
        told_of = (two, two, two, two, *asked, np.zeros((2, 7)), engagement, tau_cmd, (), (), 0.0, two, 0.0)
        self.telemetry = Telemetry(*told_of, self._arming.told)
        return command

    def _answer(self, sample: Sample, seen: Seen, tau_cmd: Array, engagement: float) -> Command:
        """Judgement, supervisor and command."""
        t, dt, q, dq = int(sample.t), seen.dt, seen.q, seen.dq
        fault = self._judge(sample, seen, tau_cmd)
        self._arming.step(sample, self._state, array_of(q), array_of(dq), clean=fault.severity == 0)
        output = self._supervise(sample, fault, dq, t, dt, engagement)
        self._clocks.tell(self._state, output.state, dt, stands=self._belt.speed == 0.0)
        return self._command(output, self._speed if engagement == 1.0 else 0.0, t, dt, q)

    def _joints(self, group: Group) -> list[float | None]:
        fitted = [kind is not JointKind.ABSENT for kind in self._kinds]
        return [x if here else None for x, here in zip(present_of(group), fitted, strict=True)]

    def _filter(self, measured: float | None, dt: float) -> float:
        belt, before = self._belt.speed if measured is None else measured, self._belt_filtered
        self._belt_filtered = belt if before is None else before + (belt - before) * min(1.0, dt / 0.02)
        return self._belt_filtered

    def _follow(self, events: list[Event], t: int, belt: float, dt: float) -> PhaseState:
        """Phase of both sides; at rest it stays."""
        if not in_motion(self._leg):
            return self._phase.state()._replace(rate=np.zeros(2), accel=np.zeros(2))
        ages: list[float | None] = [None, None]
        for event in events:
            if event.kind is EventKind.INITIAL_CONTACT:
                ages[event.side] = (t - event.t) * 1e-9
        phase = self._phase.step(ages, self._sets.nominal_rate(belt), dt)
        self._unheard.step(ages, phase, dt)
        return phase

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
                q=array_of(q),
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

    def _request(
        self,
        q: list[float | None],
        dq: list[float | None],
        phase: PhaseState,
        force: list[float | None],
        engagement: float,
        dt: float,
    ) -> tuple[Array, Array]:
        """Guidance and torque request of every joint."""
        guidance, support = np.zeros(6), self._supports.in_use
        for side, leg in enumerate(LEGS):
            guidance[leg] = engagement * control.guidance(float(phase.phase[side]), support[side])
        driven = np.array([kind is JointKind.DRIVEN for kind in self._kinds])
        angles, gravity = array_of(q), self._gravity.torque(array_of(q))
        given = Tick(angles, array_of(dq), phase, array_of(force), support, engagement, guidance, gravity, driven, dt)
        tau = self._sets.step(given)
        if self._compensation is not None:
            added = self._compensation.step(tau, angles, given.dq, [math.nan] * 6, dt).added
            tau = tau + np.where(driven, engagement * added, 0.0)
        return guidance, tau

    def _judge(self, sample: Sample, seen: Seen, tau_cmd: Array) -> Fault:
        checked = self._guard.check(int(sample.t), array_of(seen.q), array_of(seen.dq), tau_cmd)
        found = self._judgement.step(sample, seen)
        ages = [(int(sample.t) - int(group.stamp)) * 1e-9 for group in (sample.q, sample.dq)]
        fresh = all(0.0 <= age <= self._envelope.sample_age_max for age in ages)
        self._guard.distrust(self._judgement.doubted if fresh else [True] * 6)
        return worst([checked, *found])

    def _seen(self, dt: float, steady: bool, told: tuple[Any, ...]) -> Seen:
        known = (dt, self._state, self._clocks.settled(self._state), steady)
        return Seen._make((*known, *told, self._belt.speed, self._support_drive.force, self._sent))

    def _steady(self, engagement: float) -> bool:
        arrived = abs(self._belt.speed - self._speed) <= 0.01
        return engagement == 1.0 and self._sets.w == 0.0 and arrived and self._supports.steady()

    def _supervise(
        self, sample: Sample, fault: Fault, dq: list[float | None], t: int, dt: float, engagement: float
    ) -> SupervisorOutput:
        state, stood = self._state, self._clocks.stood
        at_rest = self._belt.speed == 0.0 and all(abs(x) < 0.2 for x in dq if x is not None)
        pressed, name, remote = self._buttons.step(present_of(sample.buttons))
        return self._supervisor.step(
            estop_ok=pressed["estop_ok"],
            severity=fault.severity,
            cause=fault.cause,
            nonresettable=False,
            command=OperatorCommand.STOP if remote else OperatorCommand[name.upper()],
            local=not remote,
            pain=pressed["pain"],
            still=self._arming.still(state, self._leg, at_rest=at_rest, stood_time=stood, dt=dt),
            selftest=self._arming.now.result,
            enable=pressed["enable"],
            t_ns=t,
            carried=self._arming.carried(sample, state, engagement=engagement, stood_time=stood),
        )

    def _command(
        self, output: SupervisorOutput, belt_target: float, t: int, dt: float, q: list[float | None]
    ) -> Command:
        muscles = output.cause in (Cause.SPASM, Cause.CLONUS)
        self._guard.yields(muscles and output.state == State.PROT_STOP)
        safe = self._guard.limit(output.leg)
        self._sent = np.array(safe.torque)
        belt_speed = self._belt.step(belt_target, output.belt, dt)
        support_force = self._support_drive.step(self._force, output.support, dt)
        self._sequence += 1
        if self._state is State.ARMED and output.state is State.RUN:
            self._phase.reset(self._sets.old.nearest_phases(q))
            self._unheard.reset()
        self._state, self._leg = output.state, output.leg
        return Command(
            safe.torque,
            belt_speed,
            support_force,
            output.support,
            output.energised,
            self._arming.now.clear,
            output.brake,
            t,
            t - 1 if self._arming.now.withhold else t + math.floor(self._envelope.lease * 1e9),
            self._sequence,
            output.state,
            output.severity,
            output.cause,
            safe.limits,
        )
