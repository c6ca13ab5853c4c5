"""Section 6, foot lift: where a foot is and how fast it moves, from the angles of its leg."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from .body import Body, Point


class Foot(NamedTuple):
    """A foot relative to its hip.

    Attributes
    ----------
    knee, ankle, heel, toe : tuple of float
        Position (x, z) [m].
    toe_speed : float or None
        Forward speed of the toe [m/s]; absent where a rate is.
    low_speed : float or None
        Forward speed of the lower one of heel and toe [m/s].
    assumed : bool
        Whether the ankle angle is assumed.
    """

    knee: Point
    ankle: Point
    heel: Point
    toe: Point
    toe_speed: float | None
    low_speed: float | None
    assumed: bool


def foot(
    body: Body,
    angles: Sequence[float | None],
    rates: Sequence[float | None],
    pitch: float,
    absent_ankle: float | None,
) -> Foot | None:
    """Place a foot.

    Parameters
    ----------
    body : Body
        The person.
    angles, rates : sequence of float or None
        Hip, knee and ankle [rad] and [rad/s].
    pitch : float
        Pitch of the pelvis [rad].
    absent_ankle : float or None
        Ankle angle where none is measured [rad]; None for a foot that stands, which is flat then.

    Returns
    -------
    Foot or None
        The foot; None where hip or knee is absent or a position is not finite.
    """
    hip, knee, ankle = angles
    if hip is None or knee is None:
        return None
    assumed = ankle is None
    if ankle is None:
        ankle = knee - hip - pitch if absent_ankle is None else absent_ankle
    if not all(math.isfinite(x) for x in (pitch + hip, pitch + hip - knee, pitch + hip - knee + ankle)):
        return None
    at = body.leg(hip, knee, ankle, pitch)
    if not all(math.isfinite(x) for point in at for x in point):
        return None
    shank = pitch + hip - knee
    toe_speed = low_speed = None
    v_hip, v_knee, v_ankle = rates
    if v_hip is not None and v_knee is not None and (assumed or v_ankle is not None):
        v_shank = v_hip - v_knee
        v_foot = v_shank + v_ankle if not assumed and v_ankle is not None else v_shank
        if assumed and absent_ankle is None:
            v_foot = 0.0
        v_x = body.thigh.length * math.cos(pitch + hip) * v_hip + body.shank.length * math.cos(shank) * v_shank
        toe_speed = v_x - (at.toe[1] - at.ankle[1]) * v_foot
        low = at.heel if at.heel[1] < at.toe[1] else at.toe
        low_speed = v_x - (low[1] - at.ankle[1]) * v_foot
        if not (math.isfinite(toe_speed) and math.isfinite(low_speed)):
            toe_speed = low_speed = None
    return Foot(at.knee, at.ankle, at.heel, at.toe, toe_speed, low_speed, assumed)
