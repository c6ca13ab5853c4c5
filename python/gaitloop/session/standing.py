"""From where a belt slows down so that the person stands well on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .helm import Seen
    from .plan import Plan

#: Phase of the weaker side at which the belt is meant to stand: that foot flat under its load, the other one behind and
#: the first to step [-]. Our choice: of ten phases the one from which most simulated people walked on.
STAND_PHASE = 0.12
#: How near to it is near enough [-].
NEAR = 0.03
#: Belt speed below which any moment will do [m/s].
SLOW = 0.05


def stopping_distance(speed: float, accel: float, jerk: float) -> float:
    """Way of a belt until it stands.

    Parameters
    ----------
    speed : float
        Where it begins [m/s].
    accel : float
        Largest deceleration [m/s²].
    jerk : float
        Largest jerk [m/s³].

    Returns
    -------
    float
        Way [m].
    """
    if speed >= accel * accel / jerk:
        return 0.5 * speed * (speed / accel + accel / jerk)
    return speed * math.sqrt(max(speed, 0.0) / jerk)


def stands_well(plan: Plan, seen: Seen) -> bool:
    """Tell whether a belt that slows down from now on comes to stand where both feet are on the ground.

    Parameters
    ----------
    plan : Plan
        The weaker side, and the limits of the belt.
    seen : Seen
        The machine as it is.

    Returns
    -------
    bool
        True too where the belt hardly moves or no stride is known.
    """
    side = 1 if plan.patient["side"] == "right" else 0
    speed, limits = seen.belt_command, plan.limits
    if speed < SLOW or seen.rate[side] <= 0.0:
        return True
    way = stopping_distance(speed, limits["belt_accel_max"], limits["belt_jerk_max"])
    miss = seen.phase[side] + way * seen.rate[side] / speed - STAND_PHASE
    return abs((miss + 0.5) % 1.0 - 0.5) <= NEAR
