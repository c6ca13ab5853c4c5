"""Section 6, foot lift: where a foot is and how fast it moves, from the angles of its leg."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from .body import Body, LegPoints, Point


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
    toe_rise, low_rise : float or None
        Upward speed of the same two [m/s].
    assumed : bool
        Whether the ankle angle is assumed.
    """

    knee: Point
    ankle: Point
    heel: Point
    toe: Point
    toe_speed: float | None
    low_speed: float | None
    toe_rise: float | None
    low_rise: float | None
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
    speeds = _speeds(body, at, (pitch + hip, pitch + hip - knee), rates, assumed, absent_ankle is None)
    return Foot(at.knee, at.ankle, at.heel, at.toe, *speeds, assumed)


def _speeds(
    body: Body,
    at: LegPoints,
    leans: tuple[float, float],
    rates: Sequence[float | None],
    assumed: bool,
    stands: bool,
) -> tuple[float | None, float | None, float | None, float | None]:
    """Forward speeds of toe and lower point, then their upward speeds; all absent where one is not known."""
    v_hip, v_knee, v_ankle = rates
    if v_hip is None or v_knee is None or (v_ankle is None and not assumed):
        return None, None, None, None
    (thigh, shank), v_shank = leans, v_hip - v_knee
    v_foot = v_shank if assumed or v_ankle is None else v_shank + v_ankle
    if assumed and stands:
        v_foot = 0.0
    v = body.thigh.length * math.cos(thigh) * v_hip + body.shank.length * math.cos(shank) * v_shank
    r = body.thigh.length * math.sin(thigh) * v_hip + body.shank.length * math.sin(shank) * v_shank
    low = at.heel if at.heel[1] < at.toe[1] else at.toe
    forward = [v - (p[1] - at.ankle[1]) * v_foot for p in (at.toe, low)]
    upward = [r + (p[0] - at.ankle[0]) * v_foot for p in (at.toe, low)]
    if not all(math.isfinite(x) for x in (*forward, *upward)):
        return None, None, None, None
    return forward[0], forward[1], upward[0], upward[1]
