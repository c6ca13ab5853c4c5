"""From requested to safe torque: limits, guard, supervisor, belt, body-weight support and monitors.

The torque that may reach a motor is a `SafeTorque`, and only a `Guard` makes one. No limit has a default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._core import (
    BELT_MODES,
    CAUSES,
    COMMAND_FIELDS,
    COMMAND_INTEGERS,
    ENVELOPE_FIELDS,
    JOINT_KINDS,
    LEG_MODES,
    LIMITS,
    REQUESTS,
    SELFTESTS,
    SEVERITIES,
    STATES,
    SUPPORT_MODES,
    Fault,
    SafeTorque,
    SupervisorOutput,
)
from .errors import ConfigError

__all__ = [
    "BELT_MODES",
    "CAUSES",
    "COMMAND_FIELDS",
    "COMMAND_INTEGERS",
    "ENVELOPE_FIELDS",
    "JOINT_KINDS",
    "LEG_MODES",
    "LIMITS",
    "REQUESTS",
    "SELFTESTS",
    "SEVERITIES",
    "STATES",
    "SUPPORT_MODES",
    "Belt",
    "Envelope",
    "Fault",
    "Guard",
    "Monitors",
    "SafeTorque",
    "Supervisor",
    "SupervisorOutput",
    "Support",
]

_PER_JOINT = {name: per_joint for name, per_joint, *_ in ENVELOPE_FIELDS}


def _array(name: str, value: ArrayLike, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
    """Convert to a C-contiguous float64 array of a given shape, None standing for any length."""
    try:
        array = np.ascontiguousarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ConfigError(f"{name} must be an array of numbers, got {value!r}") from None
    if array.ndim != len(shape) or any(want not in (None, got) for want, got in zip(shape, array.shape, strict=True)):
        wanted = str(shape).replace("None", "T")
        raise ConfigError(f"{name} must have shape {wanted}, got {array.shape}")
    return array


def _integers(name: str, value: ArrayLike) -> NDArray[np.int64]:
    array = np.asarray(value)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise ConfigError(f"{name} must be whole numbers of shape (T,), got {array.dtype} of shape {array.shape}")
    return np.ascontiguousarray(array, dtype=np.int64)


def _code(name: str, value: int | str, names: Sequence[str]) -> int:
    """Code of a name; a code stays as it is."""
    if not isinstance(value, str):
        return int(value)
    if value not in names:
        raise ConfigError(f"{name} must be one of {', '.join(names)}, got '{value}'")
    return names.index(value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Envelope:
    """Every limit of a device, a person or a session. None has a default; all are checked when it is made.

    Parameters
    ----------
    q_min : array_like of float, shape (6,)
        Lower end of the range of motion [rad], -3 to 3.
    q_max : array_like of float, shape (6,)
        Upper end of the range of motion [rad], -3 to 3, above `q_min`.
    dq_max : array_like of float, shape (6,)
        Largest joint speed [rad/s], 0 to 20.
    brake_decel : array_like of float, shape (6,)
        Deceleration trusted when braking before the end of the range of motion [rad/s²], 1 to 500.
    tau_max : array_like of float, shape (6,)
        Largest torque magnitude [N·m], 0 to 300.
    tau_rate_max : array_like of float, shape (6,)
        Largest torque slope [N·m/s], 0 to 20000.
    wall_stiffness : array_like of float, shape (6,)
        Stiffness of the wall at the end of the range of motion [N·m/rad], 0 to 5000.
    wall_damping : array_like of float, shape (6,)
        Damping of the wall beyond the braking curve [N·m·s/rad], 0 to 200.
    stop_damping : array_like of float, shape (6,)
        Damping during a protective stop [N·m·s/rad], 0 to 200.
    belt_speed_max : float
        Largest belt speed [m/s], 0 to 3.
    belt_accel_max : float
        Largest belt acceleration [m/s²], 0.01 to 3.
    belt_jerk_max : float
        Largest belt jerk [m/s³], 0.05 to 20.
    soft_decel : float
        Belt deceleration of a soft stop [m/s²], 0.05 to 2.
    soft_jerk : float
        Belt jerk of a soft stop [m/s³], 0.1 to 10.
    stop_decel : float
        Belt deceleration of a protective stop [m/s²], 0.2 to 5.
    support_force_max : float
        Largest force of the body-weight support [N], 0 to 2000.
    support_rate_max : float
        Largest slope of the body-weight support [N/s], 0 to 2000.
    degraded_fraction : float
        Fraction of the torque left when degraded [-], 0 to 1.
    sample_age_max : float
        Largest age of a sample [s], 0.001 to 0.05.
    tick_max : float
        Largest time between two ticks [s], 0.001 to 0.02.
    lease : float
        Time for which a command holds [s], 0.001 to 0.02.
    soft_deadline : float
        Longest soft stop [s], 0.5 to 6.
    stop_deadline : float
        Longest protective stop [s], 0.1 to 1.5.

    Raises
    ------
    ConfigError
        If a limit is outside its range or not finite, or a range of motion is empty. The message begins with the name.
    """

    q_min: ArrayLike
    q_max: ArrayLike
    dq_max: ArrayLike
    brake_decel: ArrayLike
    tau_max: ArrayLike
    tau_rate_max: ArrayLike
    wall_stiffness: ArrayLike
    wall_damping: ArrayLike
    stop_damping: ArrayLike
    belt_speed_max: float
    belt_accel_max: float
    belt_jerk_max: float
    soft_decel: float
    soft_jerk: float
    stop_decel: float
    support_force_max: float
    support_rate_max: float
    degraded_fraction: float
    sample_age_max: float
    tick_max: float
    lease: float
    soft_deadline: float
    stop_deadline: float

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if _PER_JOINT[field.name]:
                checked: Any = _array(field.name, value, (6,)).copy()
                checked.setflags(write=False)
            else:
                checked = _scalar(field.name, value)
            object.__setattr__(self, field.name, checked)
        self.build()

    def build(self) -> _core.Envelope:
        """Make the limits the core works with.

        Returns
        -------
        _core.Envelope
            The checked limits.
        """
        return _core.Envelope(**{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Envelope:
        """Make an envelope from a mapping, such as a TOML table.

        Parameters
        ----------
        values : Mapping
            Every limit by its name, in the unit of that limit; per joint a list of length (6,).

        Returns
        -------
        Envelope
            The checked limits.

        Raises
        ------
        ConfigError
            If a limit is missing, unknown or refused. The message begins with its name.
        """
        for name in values:
            if name not in _PER_JOINT:
                raise ConfigError(f"{name} is not a limit of the envelope")
        for name in _PER_JOINT:
            if name not in values:
                raise ConfigError(f"{name} must be given, got nothing")
        return cls(**values)

    def to_dict(self) -> dict[str, list[float] | float]:
        """Give the limits as plain lists and numbers, as TOML takes them.

        Returns
        -------
        dict
            Every limit by its name, in the unit of that limit.
        """
        return {
            name: getattr(self, name).tolist() if per_joint else getattr(self, name)
            for name, per_joint in _PER_JOINT.items()
        }

    def intersect(self, other: Envelope) -> Envelope:
        """Give the narrower of two envelopes, limit by limit; how the device stops stays that of the left one.

        Parameters
        ----------
        other : Envelope
            Limits to narrow by, as of a person or a session.

        Returns
        -------
        Envelope
            Limits that lie inside the left operand.

        Raises
        ------
        ConfigError
            If a range of motion becomes empty. The message names the joint.
        """
        return Envelope(**self.build().intersect(other.build()).to_dict())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Envelope) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]


def _scalar(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise ConfigError(f"{name} must be a number, got {value!r}")
    return float(value)


class Guard:
    """Lets only torque through that is finite, in range, of bounded slope, and brakes at the range of motion.

    Parameters
    ----------
    envelope : Envelope
        Limits.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str]) -> None:
        self._core = _core.Guard(envelope.build(), list(kinds))

    def check(self, t_ns: int, q: ArrayLike, dq: ArrayLike, tau_cmd: ArrayLike) -> Fault:
        """Judge what was measured and asked for in a tick.

        Parameters
        ----------
        t_ns : int
            Time of the tick [ns].
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s], NaN where absent.
        tau_cmd : array_like of float, shape (6,)
            Requested torques [N·m].

        Returns
        -------
        Fault
            Severity, cause and joint of the worst fault.
        """
        return self._core.check(t_ns, _array("q", q, (6,)), _array("dq", dq, (6,)), _array("tau_cmd", tau_cmd, (6,)))

    def limit(self, mode: int | str) -> SafeTorque:
        """Let torque of the last check through.

        Parameters
        ----------
        mode : int or str
            What the legs do, one of `LEG_MODES` or its position there [-].

        Returns
        -------
        SafeTorque
            Torques [N·m], and which limits acted, a bit each in the order of `LIMITS`.
        """
        return self._core.limit(_code("mode", mode, LEG_MODES))

    def run(
        self, t_ns: ArrayLike, q: ArrayLike, dq: ArrayLike, tau_cmd: ArrayLike, modes: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Check and limit every tick of a recording.

        Parameters
        ----------
        t_ns : array_like of int, shape (T,)
            Times [ns].
        q : array_like of float, shape (T, 6)
            Joint angles [rad], NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s], NaN where absent.
        tau_cmd : array_like of float, shape (T, 6)
            Requested torques [N·m].
        modes : array_like of int, shape (T,)
            What the legs do, positions in `LEG_MODES` [-].

        Returns
        -------
        torque : ndarray of float, shape (T, 6)
            Torques [N·m]; plain numbers, which no motor takes.
        limits : ndarray of int, shape (T,)
            Which limits acted, a bit each in the order of `LIMITS` [-].
        severity : ndarray of int, shape (T,)
            Severity of the worst fault, a position in `SEVERITIES` [-].
        cause : ndarray of int, shape (T,)
            Its cause, a position in `CAUSES` [-].
        """
        arrays = [_array(name, x, (None, 6)) for name, x in (("q", q), ("dq", dq), ("tau_cmd", tau_cmd))]
        return self._core.run(_integers("t_ns", t_ns), *arrays, _integers("modes", modes))


class Supervisor:
    """State machine of a training device: when it may be powered, and how it stops.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the deadlines.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope) -> None:
        self._core = _core.Supervisor(envelope.build())

    @property
    def state(self) -> int:
        """State after the last tick, a position in `STATES` [-]."""
        return self._core.state

    def step(
        self,
        *,
        estop_ok: bool,
        severity: int | str,
        cause: int | str,
        nonresettable: bool,
        command: int | str,
        local: bool,
        pain: bool,
        still: bool,
        selftest: int | str,
        enable: bool,
        t_ns: int,
    ) -> SupervisorOutput:
        """Take one tick, and at most one transition.

        Parameters
        ----------
        estop_ok : bool
            The emergency stop circuit is closed.
        severity : int or str
            Worst fault of the tick, one of `SEVERITIES` or its position there [-].
        cause : int or str
            What the worst fault is, one of `CAUSES` or its position there [-].
        nonresettable : bool
            The fault needs service.
        command : int or str
            What the operator asks for, one of `REQUESTS` or its position there [-].
        local : bool
            The operator stands at the device, else asks from afar.
        pain : bool
            The pain button is pressed.
        still : bool
            Belt and joints stand.
        selftest : int or str
            How far the self-test is, one of `SELFTESTS` or its position there [-].
        enable : bool
            The enabling device is held.
        t_ns : int
            Time of the tick [ns].

        Returns
        -------
        SupervisorOutput
            `state`, `leg`, `belt`, `support` (positions in `STATES`, `LEG_MODES`, `BELT_MODES`, `SUPPORT_MODES`),
            `energised`, and the reported `severity` and `cause`.
        """
        return self._core.step(
            estop_ok=estop_ok,
            severity=_code("severity", severity, SEVERITIES),
            cause=_code("cause", cause, CAUSES),
            nonresettable=nonresettable,
            command=_code("command", command, REQUESTS),
            local=local,
            pain=pain,
            still=still,
            selftest=_code("selftest", selftest, SELFTESTS),
            enable=enable,
            t_ns=t_ns,
        )


class Belt:
    """Commanded belt speed: bounded in speed, acceleration and jerk, and never rising in a stop.

    Parameters
    ----------
    envelope : Envelope
        Limits.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope) -> None:
        self._core = _core.Belt(envelope.build())

    @property
    def speed(self) -> float:
        """Commanded speed [m/s]."""
        return self._core.speed

    @property
    def accel(self) -> float:
        """Commanded acceleration [m/s²]."""
        return self._core.accel

    def step(self, target: float, mode: int | str, dt: float) -> float:
        """Take one tick towards a speed.

        Parameters
        ----------
        target : float
            Speed to go to [m/s], used by mode `track`.
        mode : int or str
            What the belt does, one of `BELT_MODES` or its position there [-].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        float
            Speed to command [m/s].
        """
        return self._core.step(target, _code("mode", mode, BELT_MODES), dt)


class Support:
    """Commanded body-weight support: bounded in size and slope, still in every stop.

    Parameters
    ----------
    envelope : Envelope
        Limits.
    initial : float
        Force it already carries [N], 0 to `support_force_max`.

    Raises
    ------
    ConfigError
        If `initial` is outside its range.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, initial: float = 0.0) -> None:
        self._core = _core.Support(envelope.build(), initial)

    @property
    def force(self) -> float:
        """Commanded force [N]."""
        return self._core.force

    def step(self, target: float, mode: int | str, dt: float) -> float:
        """Take one tick towards a force.

        Parameters
        ----------
        target : float
            Force to go to [N], used by mode `track`.
        mode : int or str
            What the support does, one of `SUPPORT_MODES` or its position there [-].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        float
            Force to command [N].
        """
        return self._core.step(target, _code("mode", mode, SUPPORT_MODES), dt)


class Monitors:
    """Watch for what goes wrong slowly: stale samples, a belt or joint that does not follow, lost events, a fall.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the age of samples.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str]) -> None:
        self._core = _core.Monitors(envelope.build(), list(kinds))

    def step(
        self,
        *,
        t: int,
        state: int | str,
        settled: bool,
        q_stamp: int,
        dq_stamp: int,
        belt_meas: float,
        belt_cmd: float,
        phase_lost: Sequence[bool],
        rope_position: float,
        stance_share: ArrayLike,
        q: ArrayLike,
        q_ref: ArrayLike,
        guidance: ArrayLike,
        dt: float,
    ) -> Fault:
        """Judge one tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        state : int or str
            State of the supervisor after the last tick, one of `STATES` or its position there [-].
        settled : bool
            Training has settled: events, height, drag and tracking are judged.
        q_stamp : int
            When the joint angles were measured [ns].
        dq_stamp : int
            When the joint velocities were measured [ns].
        belt_meas : float
            Measured belt speed [m/s], NaN where absent.
        belt_cmd : float
            Commanded belt speed [m/s].
        phase_lost : sequence of bool, shape (2,)
            The phase of a side is lost.
        rope_position : float
            Height of the person at the rope [m], NaN where absent.
        stance_share : array_like of float, shape (2,)
            Stance share of a stride that closed in this tick [-], NaN where there is none.
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        q_ref : array_like of float, shape (6,)
            Reference angles [rad].
        guidance : array_like of float, shape (6,)
            Guidance per joint [-].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        Fault
            Severity, cause and joint of the worst of what is wrong.
        """
        lost_left, lost_right = phase_lost
        return self._core.step(
            t=t,
            state=_code("state", state, STATES),
            settled=settled,
            q_stamp=q_stamp,
            dq_stamp=dq_stamp,
            belt_meas=belt_meas,
            belt_cmd=belt_cmd,
            phase_lost=(bool(lost_left), bool(lost_right)),
            rope_position=rope_position,
            stance_share=_array("stance_share", stance_share, (2,)),
            q=_array("q", q, (6,)),
            q_ref=_array("q_ref", q_ref, (6,)),
            guidance=_array("guidance", guidance, (6,)),
            dt=dt,
        )
