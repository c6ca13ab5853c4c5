"""The limits of a device, a person or a session."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ...errors import ConfigError
from .._checks import all_in_range, in_range, ordered
from .._conventions import JOINTS, Array

PER_JOINT = {
    "q_min": (-3.0, 3.0),
    "q_max": (-3.0, 3.0),
    "dq_max": (0.0, 20.0),
    "brake_decel": (1.0, 500.0),
    "tau_max": (0.0, 300.0),
    "tau_rate_max": (0.0, 20000.0),
    "wall_stiffness": (0.0, 5000.0),
    "wall_damping": (0.0, 200.0),
    "stop_damping": (0.0, 200.0),
    "yield_damping": (0.0, 200.0),
    "power_max": (0.0, 6000.0),
    "energy_max": (0.0, 1000.0),
    "interaction_max": (0.0, 300.0),
    "dose_max": (0.0, 5e5),
}
SCALAR = {
    "belt_speed_max": (0.0, 3.0),
    "belt_accel_max": (0.01, 3.0),
    "belt_jerk_max": (0.05, 20.0),
    "soft_decel": (0.05, 2.0),
    "soft_jerk": (0.1, 10.0),
    "stop_decel": (0.2, 5.0),
    "support_force_max": (0.0, 2000.0),
    "support_rate_max": (0.0, 2000.0),
    "degraded_fraction": (0.0, 1.0),
    "sample_age_max": (0.001, 0.05),
    "tick_max": (0.001, 0.02),
    "lease": (0.001, 0.02),
    "soft_deadline": (0.5, 6.0),
    "stop_deadline": (0.1, 1.5),
}
OWN = {"wall_stiffness", "wall_damping", "stop_damping", "yield_damping", "soft_decel", "soft_jerk", "stop_decel"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Envelope:
    """Limits; every one is given, none has a default.

    Parameters
    ----------
    q_min, q_max : array_like of float, shape (6,)
        Range of motion [rad], -3 to 3, `q_min < q_max`.
    dq_max : array_like of float, shape (6,)
        Largest speed [rad/s], 0 to 20.
    brake_decel : array_like of float, shape (6,)
        Deceleration that braking before a wall counts on [rad/s²], 1 to 500.
    tau_max : array_like of float, shape (6,)
        Largest torque [N·m], 0 to 300.
    tau_rate_max : array_like of float, shape (6,)
        Largest slope of torque [N·m/s], 0 to 20000.
    wall_stiffness : array_like of float, shape (6,)
        Stiffness beyond the range of motion [N·m/rad], 0 to 5000.
    wall_damping : array_like of float, shape (6,)
        Damping beyond the braking curve [N·m·s/rad], 0 to 200.
    stop_damping : array_like of float, shape (6,)
        Damping in a protective stop [N·m·s/rad], 0 to 200.
    yield_damping : array_like of float, shape (6,)
        Damping in a protective stop that yields [N·m·s/rad], 0 to 200; `stop_damping` where that is less.
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
        Deceleration of the belt in a soft stop [m/s²], 0.05 to 2.
    soft_jerk : float
        Jerk of the belt in a soft stop [m/s³], 0.1 to 10.
    stop_decel : float
        Deceleration of the belt in a protective stop [m/s²], 0.2 to 5.
    support_force_max : float
        Largest support force [N], 0 to 2000.
    support_rate_max : float
        Largest slope of support force [N/s], 0 to 2000.
    degraded_fraction : float
        Share of the torque that is left when degraded [-], 0 to 1.
    sample_age_max : float
        Largest age of a sample [s], 0.001 to 0.05.
    tick_max : float
        Largest time between ticks [s], 0.001 to 0.02.
    lease : float
        Time for which a command holds [s], 0.001 to 0.02.
    soft_deadline : float
        Longest soft stop [s], 0.5 to 6.
    stop_deadline : float
        Longest protective stop [s], 0.1 to 1.5.

    Raises
    ------
    ConfigError
        If a limit lies outside its range, or a range of motion is empty.
    """

    q_min: Array
    q_max: Array
    dq_max: Array
    brake_decel: Array
    tau_max: Array
    tau_rate_max: Array
    wall_stiffness: Array
    wall_damping: Array
    stop_damping: Array
    yield_damping: Array
    power_max: Array
    energy_max: Array
    interaction_max: Array
    dose_max: Array
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
        for name, (low, high) in PER_JOINT.items():
            values = all_in_range(name, getattr(self, name), low, high)
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        for name, (low, high) in SCALAR.items():
            object.__setattr__(self, name, in_range(name, getattr(self, name), low, high))
        ordered("q_min", self.q_min, "q_max", self.q_max)

    def intersect(self, other: Envelope) -> Envelope:
        """Take the narrower of both, limit by limit; how to brake stays this one's own.

        Parameters
        ----------
        other : Envelope
            Further limits.

        Returns
        -------
        Envelope
            Limits that lie inside both.

        Raises
        ------
        ConfigError
            If a range of motion becomes empty; the message names the joint.
        """
        q_min, q_max = np.maximum(self.q_min, other.q_min), np.minimum(self.q_max, other.q_max)
        for joint, low, high in zip(JOINTS, q_min.tolist(), q_max.tolist(), strict=True):
            if low >= high:
                raise ConfigError(
                    f"range of motion of {joint} must not be empty after intersection, got [{low:g}, {high:g}]"
                )
        limits: dict[str, Any] = {"q_min": q_min, "q_max": q_max}
        for name in (*PER_JOINT, *SCALAR):
            mine, others = getattr(self, name), getattr(other, name)
            if name not in limits:
                limits[name] = mine if name in OWN else np.minimum(mine, others)
        return Envelope(**limits)

    def to_dict(self) -> dict[str, float | list[float]]:
        """Give the limits by name.

        Returns
        -------
        dict
            A list per joint or a number for each limit [-].
        """
        return {field.name: np.asarray(getattr(self, field.name)).tolist() for field in fields(self)}
