"""What goes into the corridor and what comes out of it (section 10)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from ._conventions import Array, Event, present
from .assist import BandLaw, CatchTrials, ForgettingLaw
from .control import Fader, FootLift, PathControl, Resistance
from .measures import StrideMeasures
from .safety import Declaration, Envelope
from .trajectory import GaitPattern


class Group(Protocol):
    """Values that one sensor delivers together.

    Attributes
    ----------
    value : array_like of float, shape (N,)
        Values [-]; meaningless where `valid` is false.
    valid : array_like of bool, shape (N,)
        Which values were really measured.
    stamp : int
        When they were measured [ns].
    """

    value: ArrayLike
    valid: ArrayLike
    stamp: int


class Sample(Protocol):
    """What the corridor reads of a sample.

    Attributes
    ----------
    t : int
        Time of the tick [ns].
    q, dq, q_second, tau_interaction, foot_force, belt_speed, rope_force, rope_position, buttons, drive_status : Group
        Measured groups.
    drive_digest, drive_watchdog : Group
        What the drives tell of themselves.
    execution : Group
        Time that the last tick took [s].
    """

    t: int
    q: Group
    dq: Group
    q_second: Group
    tau_interaction: Group
    foot_force: Group
    belt_speed: Group
    rope_force: Group
    rope_position: Group
    buttons: Group
    drive_status: Group
    drive_digest: Group
    drive_watchdog: Group
    execution: Group


@dataclass(frozen=True, kw_only=True)
class TrainerConfig:
    """What a trainer is made of.

    Parameters
    ----------
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    device : Declaration
        What the device declares of itself.
    mass, height : float
        Body mass [kg], 20 to 200, and height [m], 1.0 to 2.3.
    pattern : GaitPattern
        The reference, with the speed it belongs to.
    stiffness, damping : array_like of float, shape (6,)
        Stiffness [N·m/rad], 0 to 2000, and damping [N·m·s/rad], 0 to 200, at full guidance.
    leg_weight : float
        Share of the leg's weight that is carried in swing at full support [-], 0 to 1.
    envelope : Envelope
        The limits.
    phase : mapping of str to float
        Parameters of the `PhaseEstimator`.
    events : mapping of str to float
        Parameters of the `ForceContacts`.
    joint_events : mapping of str to float, optional
        Parameters of `JointContacts`, which then take the place of `ForceContacts`.
    compensation : mapping, optional
        Parameters of the `Compensation` of the device's weight and friction.
    assist : BandLaw or ForgettingLaw
        Law that adapts the support; the trainer works on a copy.
    support_slew : float
        Largest change of a support in use [1/s], 0.01 to 1.
    engage_time : float
        Duration of the soft start [s], 0.5 to 30.
    settle_time : float
        Time after the soft start before gait is judged [s], 0 to 60.
    speed : float
        Requested belt speed [m/s], 0 to the smaller of the pattern's speed and the largest belt speed.
    support_force : float
        Requested support force [N], 0 to the largest support force.
    path : PathControl or mapping, optional
        Path control in place of the impedance, or its parameters; the trainer works on a fresh copy.
    foot_lift : FootLift or mapping, optional
        A lift for a foot that drags, or its parameters; the trainer works on a fresh copy.
    resistance : Resistance or mapping, optional
        A load against the movement, or its parameters; the trainer works on a fresh copy.
    change : Fader or mapping
        How fast one control set takes over from another, or its parameters; the trainer works on a fresh copy. By
        default in 1 s or more, at most 200 N·m/s, 2 J and 2 W.
    catch : CatchTrials or mapping, optional
        Strides without support, or their parameters; the trainer works on a fresh copy.
    catch_slew : float
        Largest change of a support in use into a catch stride and out of it [1/s], 0.2 to 5.
    period : float
        Time from one tick to the next as the loop is meant to keep it [s], 0.0002 to the longest tick.
    """

    kinds: Sequence[int | str]
    device: Declaration
    mass: float
    height: float
    pattern: GaitPattern
    stiffness: ArrayLike
    damping: ArrayLike
    leg_weight: float
    envelope: Envelope
    phase: Mapping[str, float]
    events: Mapping[str, Any]
    assist: BandLaw | ForgettingLaw
    support_slew: float
    engage_time: float
    settle_time: float
    speed: float
    support_force: float
    joint_events: Mapping[str, float] | None = None
    compensation: Mapping[str, Any] | None = None
    path: PathControl | Mapping[str, Any] | None = None
    foot_lift: FootLift | Mapping[str, Any] | None = None
    resistance: Resistance | Mapping[str, Any] | None = None
    change: Fader | Mapping[str, Any] = field(default_factory=lambda: Fader(1.0, [200.0] * 6, 2.0, 2.0))
    catch: CatchTrials | Mapping[str, Any] | None = None
    catch_slew: float = 2.0
    period: float = 0.001


class Command(NamedTuple):
    """What is asked of the device for one tick.

    Attributes
    ----------
    torque : ndarray of float, shape (6,)
        Torque that passed the guard [N·m].
    belt_speed : float
        Speed of the belt [m/s].
    support_force : float
        Force of the body-weight support [N].
    support_mode : int
        How the support acts [-], a `SupportMode`.
    enable : bool
        Whether the drives have power.
    clear : bool
        Whether drives that stopped by themselves may come back.
    brake : bool
        Whether the brakes are to be closed; false where the safe profile has none.
    t, expiry : int
        Time of the tick and time until which the command holds [ns]; before `t` where no lease is given.
    sequence : int
        Number of the command [-], from 1.
    state, severity, cause : int
        State of the supervisor and its report [-].
    limits : int
        Active limits of the guard, a bit each [-].
    """

    torque: Array
    belt_speed: float
    support_force: float
    support_mode: int
    enable: bool
    clear: bool
    brake: bool
    t: int
    expiry: int
    sequence: int
    state: int
    severity: int
    cause: int
    limits: int


class Telemetry(NamedTuple):
    """What a tick worked with.

    Attributes
    ----------
    phase, phase_rate, confidence : ndarray of float, shape (2,)
        Phase [-], its rate [1/s] and its confidence [-].
    mode : ndarray of int, shape (2,)
        Mode of the phase [-].
    q_ref, dq_ref : ndarray of float, shape (6,)
        Reference angles [rad] and velocities [rad/s].
    guidance : ndarray of float, shape (6,)
        Guidance of each joint [-].
    support : ndarray of float, shape (2, 7)
        Supports in use [-].
    engagement : float
        Engagement [-], 0 to 1.
    tau_cmd : ndarray of float, shape (6,)
        Torque asked for [N·m].
    events : tuple of Event
        Events known in this tick.
    strides : tuple of StrideMeasures
        Strides closed in this tick.
    change : float
        Weight of the control set that takes over, after this tick [-].
    catch_trial : ndarray of float, shape (2,)
        1 while a catch stride goes on, else 0 [-].
    catch_announced : float
        1 while a catch stride goes on or comes next, else 0 [-].
    selftest : ndarray of float, shape (3,)
        Result of the self-test, the check that was not met last and its joint, -1 for none [-].
    """

    phase: Array
    phase_rate: Array
    confidence: Array
    mode: Array
    q_ref: Array
    dq_ref: Array
    guidance: Array
    support: Array
    engagement: float
    tau_cmd: Array
    events: tuple[Event, ...]
    strides: tuple[StrideMeasures, ...]
    change: float
    catch_trial: Array
    catch_announced: float
    selftest: Array


def present_of(group: Group) -> list[float | None]:
    """Read each value that was measured and is finite.

    Parameters
    ----------
    group : Group
        Values of one sensor.

    Returns
    -------
    list of float or None
        The values [as in the group], None where absent.
    """
    values, valid = np.asarray(group.value, dtype=np.float64), np.asarray(group.valid, dtype=bool)
    return [present(x) if ok else None for x, ok in zip(values.tolist(), valid.tolist(), strict=True)]


def array_of(values: Sequence[float | None]) -> Array:
    """Write absent values as NaN.

    Parameters
    ----------
    values : sequence of float or None, shape (N,)
        Values [-].

    Returns
    -------
    numpy.ndarray of float64, shape (N,)
        The same [-].
    """
    return np.array([math.nan if x is None else x for x in values])
