"""Step length and toe clearance from joint angles and segment lengths (section 8.3)."""

from __future__ import annotations

import math

from .._conventions import LEGS, Array
from ..body import Body
from .signals import number, point_at
from .strides import Stride
from .tally import Tally, measured

TOE_SPAN = (0.70, 0.90)


def step_length(body: Body, q: list[float | None], side: int) -> float | None:
    """Distance of one ankle ahead of the other, pelvis upright.

    Parameters
    ----------
    body : Body
        Segments.
    q : list of float or None, length 6
        Joint angles [rad].
    side : int
        0 left, 1 right [-].

    Returns
    -------
    float or None
        Distance [m]; absent when a hip or knee is.
    """
    ankles = []
    for leg in LEGS:
        hip, knee, _ = q[leg]
        if hip is None or knee is None:
            return None
        ankles.append(body.leg(hip, knee, 0.0).ankle[0])
    return ankles[side] - ankles[1 - side]


def toe_height(body: Body, q: list[float | None], side: int) -> float | None:
    """Height of one toe above the lower of heel and toe of the other foot, pelvis upright.

    Parameters
    ----------
    body : Body
        Segments.
    q : list of float or None, length 6
        Joint angles [rad].
    side : int
        0 left, 1 right [-].

    Returns
    -------
    float or None
        Height [m]; absent when an angle is.
    """
    points = []
    for leg in LEGS:
        hip, knee, ankle = q[leg]
        if hip is None or knee is None or ankle is None:
            return None
        points.append(body.leg(hip, knee, ankle))
    other = points[1 - side]
    return points[side].toe[1] - min(other.heel[1], other.toe[1])


def leg_lengths(stride: Stride, time: Array, angles: Array, side: int, height: float) -> dict[str, float]:
    """Step length at the contact that ends a stride, and toe clearance.

    Parameters
    ----------
    stride : Stride
        The stride.
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    angles : ndarray of float, shape (T, 6)
        Joint angles [rad].
    side : int
        0 left, 1 right [-].
    height : float
        Body height [m].

    Returns
    -------
    dict of float
        `step_length` and `toe_clearance` [m].
    """
    body, tally, duration = Body(70.0, height), Tally(), stride.end - stride.start
    inside = (stride.start <= time) & (time < stride.end)
    for t, row in zip(time[inside].tolist(), angles[inside].tolist(), strict=True):
        if TOE_SPAN[0] <= (t - stride.start) / duration <= TOE_SPAN[1]:
            tally.add(toe_height(body, [measured(x) for x in row], side))
    q = [None if math.isnan(x) else x for x in point_at(time, angles, stride.end).tolist()]
    return {"step_length": number(step_length(body, q, side)), "toe_clearance": number(tally.min)}
