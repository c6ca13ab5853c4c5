"""Limits that the reference's hand-calculated tests reckon with."""

from __future__ import annotations

import numpy as np

from gaitloop.reference.safety import Envelope

ONE = np.ones(6)
LIMITS = {
    "q_min": -0.5 * ONE,
    "q_max": 1.0 * ONE,
    "dq_max": 5.0 * ONE,
    "brake_decel": 50.0 * ONE,
    "tau_max": 40.0 * ONE,
    "tau_rate_max": 1000.0 * ONE,
    "wall_stiffness": 400.0 * ONE,
    "wall_damping": 20.0 * ONE,
    "stop_damping": 5.0 * ONE,
    "yield_damping": 1.0 * ONE,
    "power_max": 400.0 * ONE,
    "energy_max": 80.0 * ONE,
    "interaction_max": 50.0 * ONE,
    "dose_max": 1000.0 * ONE,
    "belt_speed_max": 1.5,
    "belt_accel_max": 0.5,
    "belt_jerk_max": 1.0,
    "soft_decel": 0.5,
    "soft_jerk": 1.0,
    "stop_decel": 2.0,
    "support_force_max": 500.0,
    "support_rate_max": 100.0,
    "degraded_fraction": 0.25,
    "sample_age_max": 0.01,
    "tick_max": 0.01,
    "lease": 0.01,
    "soft_deadline": 5.0,
    "stop_deadline": 1.0,
}
DRIVEN = ["driven"] * 6
MS = 1_000_000


def envelope(**change):
    """The limits with some changed."""
    return Envelope(**{**LIMITS, **change})
