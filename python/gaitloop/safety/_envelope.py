"""The limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from numpy.typing import ArrayLike

from .. import _core
from .._core import ENVELOPE_FIELDS
from ..errors import ConfigError
from ._inputs import array, scalar

_PER_JOINT = {name: per_joint for name, per_joint, *_ in ENVELOPE_FIELDS}


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
    yield_damping : array_like of float, shape (6,)
        Damping during a protective stop for a spasm or clonus, to which the legs yield [N·m·s/rad], 0 to 200; no more
        than `stop_damping` acts.
    power_max : array_like of float, shape (6,)
        Largest power with which the joint is driven along its velocity [W], 0 to 6000.
    energy_max : array_like of float, shape (6,)
        Largest energy put into the joint beyond what a store of this size leaks, all of it in a second [J], 0 to 1000.
    interaction_max : array_like of float, shape (6,)
        Largest torque measured between machine and person [N·m], 0 to 300.
    dose_max : array_like of float, shape (6,)
        Torque measured between machine and person times time, over a session [N·m·s], 0 to 500000.
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
    yield_damping: ArrayLike
    power_max: ArrayLike
    energy_max: ArrayLike
    interaction_max: ArrayLike
    dose_max: ArrayLike
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
                checked: Any = array(field.name, value, (6,)).copy()
                checked.setflags(write=False)
            else:
                checked = scalar(field.name, value)
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
