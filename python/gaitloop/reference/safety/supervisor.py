"""The state machine that decides what is energised."""

from __future__ import annotations

from typing import NamedTuple

from .codes import (
    ENERGISED,
    NO_FAULT,
    WALKING,
    BeltMode,
    Cause,
    Fault,
    LegMode,
    OperatorCommand,
    SelfTestResult,
    Severity,
    State,
    SupportMode,
    worst,
)
from .declaration import Declaration
from .envelope import Envelope

_LEG = {
    State.RUN: LegMode.FULL,
    State.DEGRADED: LegMode.NARROW,
    State.SOFT_STOP: LegMode.RAMP,
    State.PROT_STOP: LegMode.DAMP,
    State.ARMED: LegMode.ZERO,
}
_BELT = {
    State.RUN: BeltMode.TRACK,
    State.DEGRADED: BeltMode.TRACK,
    State.SOFT_STOP: BeltMode.SOFT,
    State.PROT_STOP: BeltMode.STOP,
}
_SUPPORT = {State.RUN: SupportMode.TRACK, State.DEGRADED: SupportMode.TRACK, State.RELEASE: SupportMode.JOG}


class SupervisorOutput(NamedTuple):
    """What a state asks of the actuators, and why.

    Attributes
    ----------
    state : State
        The state after the tick.
    leg : LegMode
        What the legs are given.
    belt : BeltMode
        How the belt moves.
    support : SupportMode
        How the body-weight support acts.
    energised : bool
        Whether the drives have power.
    brake : bool
        Whether the brakes are to be closed; false where the safe profile has none.
    severity, cause : int
        The worst finding since the last self-test [-].
    """

    state: State
    leg: LegMode
    belt: BeltMode
    support: SupportMode
    energised: bool
    brake: bool
    severity: int
    cause: int


class _Tick(NamedTuple):
    """Inputs of a tick as the transitions read them."""

    estop_open: bool
    severity: int
    cause: int
    nonresettable: bool
    command: OperatorCommand
    local: bool
    edge: bool
    pain: bool
    still: bool
    selftest: SelfTestResult
    enable: bool

    @property
    def fault(self) -> bool:
        return self.severity >= 1

    @property
    def release(self) -> bool:
        return self.command is OperatorCommand.RELEASE and self.local and self.enable and not self.fault

    def pressed(self, command: OperatorCommand) -> bool:
        return self.command is command and self.local and self.edge


class Supervisor:
    """One transition a tick, the first that matches.

    Parameters
    ----------
    envelope : Envelope
        The limits; of these the two deadlines.
    device : Declaration
        What the device declares of itself; of this the safe profile.
    """

    def __init__(self, envelope: Envelope, device: Declaration) -> None:
        self._lower_deadline, self._locks = device.lower_deadline, device.safe_profile == "lock_brake"
        self._down = self._open = False
        self._soft_deadline = envelope.soft_deadline
        self._stop_deadline = envelope.stop_deadline
        self._state = State.BOOT
        self._command: OperatorCommand | None = None
        self._t: int | None = None
        self._time_in_state = 0.0
        self._report = NO_FAULT

    def step(
        self,
        *,
        estop_ok: bool,
        severity: int,
        cause: int,
        nonresettable: bool,
        command: int,
        local: bool,
        pain: bool,
        still: bool,
        selftest: int,
        enable: bool,
        t_ns: int,
        carried: bool = False,
    ) -> SupervisorOutput:
        """One tick.

        Parameters
        ----------
        estop_ok : bool
            Whether the chain of emergency stops is closed.
        severity, cause : int
            The worst finding of this tick [-].
        nonresettable : bool
            Whether that finding needs service.
        command : int
            What the operator asks for [-], an `OperatorCommand`.
        local : bool
            Whether the operator stands beside the device.
        pain : bool
            Whether the person reports pain.
        still : bool
            Whether belt and legs are at rest.
        selftest : int
            How far the self-test is [-], a `SelfTestResult`.
        enable : bool
            Whether the enabling device is held.
        t_ns : int
            Time of the tick [ns].
        carried : bool
            Whether the drives are enabled and carry the legs, so that brakes may open.

        Returns
        -------
        SupervisorOutput
            The new state, its modes and the report.
        """
        if self._t is not None:
            self._time_in_state += (t_ns - self._t) * 1e-9 if t_ns > self._t else 0.001
        asked = OperatorCommand(command)
        edge = self._command is not None and asked is not self._command
        tick = _Tick(
            not estop_ok,
            severity,
            cause,
            nonresettable,
            asked,
            local,
            edge,
            pain,
            still,
            SelfTestResult(selftest),
            enable,
        )
        finding = self._finding(tick)
        state = self._next(tick)
        down = state is self._state is State.PROT_STOP and self._is_down(tick)
        if state is not self._state or down is not self._down:
            self._time_in_state = 0.0
        self._down, self._open = down, self._may_open(state, carried)
        self._state, self._command, self._t = state, asked, t_ns
        self._report = finding if state is State.SELFTEST else worst((self._report, finding))
        lowers = state is State.PROT_STOP and self._lower_deadline is not None and not down
        return SupervisorOutput(
            state,
            LegMode.LOWER if lowers else _LEG.get(state, LegMode.OFF),
            _BELT.get(state, BeltMode.BRAKE),
            _SUPPORT.get(state, SupportMode.HOLD),
            state in ENERGISED,
            self._locks and not self._open,
            self._report.severity,
            self._report.cause,
        )

    def _finding(self, tick: _Tick) -> Fault:
        state, found = self._state, []
        if tick.fault:
            found.append(Fault(tick.severity, tick.cause))
        if tick.estop_open:
            found.append(Fault(Severity.IMMEDIATE, Cause.ESTOP_OPEN))
        if state is State.SELFTEST and tick.selftest is SelfTestResult.FAILED:
            found.append(Fault(Severity.IMMEDIATE, Cause.SELFTEST_FAILED))
        if tick.pain and state in ENERGISED:
            found.append(Fault(Severity.PROTECTIVE_STOP, Cause.PAIN))
        if state is State.SOFT_STOP and not tick.still and self._time_in_state > self._soft_deadline:
            found.append(Fault(Severity.PROTECTIVE_STOP, Cause.DEADLINE))
        if tick.command is OperatorCommand.STOP and state in (State.ARMED, *WALKING):
            found.append(Fault(Severity.SOFT_STOP, Cause.STOP_REQUEST))
        return worst(found)

    def _next(self, tick: _Tick) -> State:
        """Transitions 1 to 4: those that need no look at the rest."""
        if self._state is State.LOCKOUT:
            return State.LOCKOUT
        cut = tick.estop_open or tick.severity >= 4
        if tick.nonresettable and (cut or tick.fault):
            return State.LOCKOUT
        if self._state is State.BOOT:
            return State.SELFTEST
        if cut:
            return State.SAFE
        if self._state is State.PROT_STOP:
            over = self._time_in_state >= self._stop_deadline
            over = self._down and over if self._lower_deadline is not None else over or tick.still
            return State.SAFE if over else State.PROT_STOP
        return self._next_energised(tick) if self._state in ENERGISED else self._next_unpowered(tick)

    def _is_down(self, tick: _Tick) -> bool:
        """Tell whether lowering is over."""
        deadline = self._lower_deadline
        return deadline is not None and (self._down or tick.still or self._time_in_state >= deadline)

    def _may_open(self, state: State, carried: bool) -> bool:
        """Tell whether brakes may be open in the state after the tick."""
        if state in WALKING:
            return self._open or carried
        if state is State.SOFT_STOP:
            return self._open and carried
        return self._open and state is State.PROT_STOP

    def _next_energised(self, tick: _Tick) -> State:
        """Transitions 5 to 9."""
        state, stop = self._state, tick.command is OperatorCommand.STOP
        if tick.severity == 3 or tick.pain:
            return State.PROT_STOP
        if state is State.SOFT_STOP:
            if tick.still:
                return State.STANDBY
            return State.PROT_STOP if self._time_in_state > self._soft_deadline else State.SOFT_STOP
        if state in WALKING:
            if tick.severity == 2 or stop:
                return State.SOFT_STOP
            return State.DEGRADED if tick.severity == 1 else state
        if tick.fault or stop or not tick.enable:
            return State.STANDBY
        return State.RUN if tick.pressed(OperatorCommand.START) else State.ARMED

    def _next_unpowered(self, tick: _Tick) -> State:
        """Transitions 10 and 11."""
        state, ready = self._state, tick.enable and not tick.fault and not tick.pain
        if state is State.SAFE and tick.pressed(OperatorCommand.RESET) and ready:
            return State.SELFTEST
        if state in (State.SAFE, State.STANDBY) and tick.release:
            return State.RELEASE
        if state is State.RELEASE:
            return State.RELEASE if tick.release else State.SAFE
        if state is State.SELFTEST and tick.selftest is SelfTestResult.FAILED:
            return State.LOCKOUT
        if state in (State.SELFTEST, State.STANDBY) and tick.severity == 3:
            return State.SAFE
        if state is State.SELFTEST and tick.selftest is SelfTestResult.PASSED:
            return State.STANDBY
        if state is State.STANDBY and tick.pressed(OperatorCommand.ARM) and ready:
            return State.ARMED
        return state
