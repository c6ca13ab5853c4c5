"""Section 10, judgement: monitors, encoders, drives, the torque on the person and the watchers in one tick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ._conventions import Array, JointKind
from ._corridor import Group, Sample, array_of, present_of
from .phase import PhaseState
from .safety import (
    Cause,
    Drives,
    Encoders,
    Envelope,
    Fault,
    Interaction,
    Monitors,
    Severity,
    State,
    Watchers,
)
from .safety.codes import joint_kinds

_MOVING = (State.RUN, State.DEGRADED, State.SOFT_STOP)
_WAITING = (State.STANDBY, State.ARMED)
#: Status of a drive that follows, on a bus that is late, and that goes on being late.
_LATE = {2.0: Severity.DEGRADE, 3.0: Severity.SOFT_STOP}


class Seen(NamedTuple):
    """What the corridor knows of a tick when it is judged.

    Attributes
    ----------
    dt : float
        Length of the tick [s].
    state : State
        The supervisor's state after the last tick.
    settled : bool
        Whether training has gone on for long enough.
    steady : bool
        Whether nothing is under way that changes the torque from one stride to the next.
    q, dq : list of float or None
        Measured angles [rad] and velocities [rad/s] of fitted joints.
    q_ref, dq_ref : numpy.ndarray, shape (6,)
        Reference angles [rad] and velocities [rad/s].
    guidance : numpy.ndarray, shape (6,)
        Guidance of each joint [-].
    phase : PhaseState
        Phase of both sides.
    lost : sequence of bool, shape (2,)
        Sides whose phase rests on nothing.
    shares : sequence of float or None, shape (2,)
        Share of stance in the strides that close in this tick [-], where the feet are felt.
    belt : float
        Commanded speed of the belt [m/s].
    support : float
        Commanded force of the body-weight support [N].
    sent : numpy.ndarray, shape (6,)
        Torque of the last command [N·m].
    """

    dt: float
    state: State
    settled: bool
    steady: bool
    q: list[float | None]
    dq: list[float | None]
    q_ref: Array
    dq_ref: Array
    guidance: Array
    phase: PhaseState
    lost: Sequence[bool]
    shares: Sequence[float | None]
    belt: float
    support: float
    sent: Array


class Judgement:
    """Monitors, encoders, drives, torque on the person, watchers and what the drives say of themselves.

    Parameters
    ----------
    envelope : Envelope
        The limits.
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    period : float
        Declared time from tick to tick [s].
    """

    def __init__(self, envelope: Envelope, kinds: Sequence[int | str], period: float) -> None:
        self._kinds = joint_kinds(kinds)
        self._monitors = Monitors(envelope, kinds)
        self._encoders = Encoders(envelope, kinds)
        self._drives = Drives(envelope, kinds)
        self._interaction = Interaction(envelope, kinds)
        self._watchers = Watchers(envelope, kinds, period=period)

    @property
    def doubted(self) -> tuple[bool, ...]:
        """Joints whose angle is not to be believed [-]."""
        return self._encoders.doubted

    def step(self, sample: Sample, seen: Seen) -> list[Fault]:
        """One tick.

        Parameters
        ----------
        sample : Sample
            What was measured.
        seen : Seen
            What is known of it.

        Returns
        -------
        list of Fault
            All findings.
        """
        return [
            self._watched(sample, seen),
            self._read(sample, seen),
            self._given(sample, seen),
            self._interaction.step(seen.state, array_of(present_of(sample.tau_interaction)), seen.dt),
            self._unasked(sample, seen),
            *self._told(sample.drive_status, seen.state),
        ]

    def _watched(self, sample: Sample, seen: Seen) -> Fault:
        return self._monitors.step(
            t=int(sample.t),
            state=seen.state,
            settled=seen.settled,
            q_stamp=sample.q.stamp,
            dq_stamp=sample.dq.stamp,
            belt_meas=present_of(sample.belt_speed)[0],
            belt_cmd=seen.belt,
            phase_lost=seen.lost,
            rope_position=present_of(sample.rope_position)[0],
            stance_share=seen.shares,
            q=array_of(seen.q),
            q_ref=seen.q_ref,
            guidance=seen.guidance,
            dt=seen.dt,
        )

    def _read(self, sample: Sample, seen: Seen) -> Fault:
        """Encoders against velocities and second sensors."""
        return self._encoders.step(
            state=seen.state,
            q_stamp=sample.q.stamp,
            dq_stamp=sample.dq.stamp,
            second_stamp=sample.q_second.stamp,
            q=array_of(seen.q),
            dq=array_of(seen.dq),
            q_second=array_of(present_of(sample.q_second)),
            dq_ref=seen.dq_ref,
            guidance=seen.guidance,
        )

    def _given(self, sample: Sample, seen: Seen) -> Fault:
        """Torques against commands."""
        return self._drives.step(
            t=int(sample.t),
            state=seen.state,
            stamp=sample.tau_interaction.stamp,
            tau_meas=array_of(present_of(sample.tau_interaction)),
            tau_sent=seen.sent,
            dt=seen.dt,
        )

    def _unasked(self, sample: Sample, seen: Seen) -> Fault:
        """What nobody asked for."""
        belt = present_of(sample.belt_speed)[0]
        found = self._watchers.step(
            t=int(sample.t),
            state=seen.state,
            steady=seen.steady,
            stamp=sample.tau_interaction.stamp,
            tau_meas=array_of(present_of(sample.tau_interaction)),
            tau_sent=seen.sent,
            dq=array_of(seen.dq),
            phase=seen.phase.phase,
            guidance=seen.guidance,
            rope_force=present_of(sample.rope_force)[0],
            rope_position=present_of(sample.rope_position)[0],
            support_cmd=seen.support,
            execution=present_of(sample.execution)[0],
            dt=seen.dt,
        )
        if found.cause == Cause.SPASM and belt is not None and abs(belt - seen.belt) > 0.05:
            return Fault(found.severity, Cause.BELT_MISMATCH)
        return found

    def _told(self, status: Group, state: State) -> list[Fault]:
        if state not in _MOVING and state not in _WAITING:
            return []
        found = []
        for i, value in enumerate(present_of(status)):
            if self._kinds[i] is not JointKind.DRIVEN or value is None:
                continue
            if value in _LATE:
                found.append(Fault(_LATE[value], Cause.BUS_LATE))
            elif value < 0.0 or (state in _MOVING and value != 1.0):
                found.append(Fault(Severity.PROTECTIVE_STOP, Cause.DRIVE_FAULT, i))
        return found
