"""Where feet and pelvis are, from markers: lengths, width, clearance, margins (section 8.6)."""

from __future__ import annotations

import math

import numpy as np

from .._checks import in_range
from .._conventions import GRAVITY, Array
from .signals import between, number, point_at
from .strides import Stride
from .tally import measured

HEEL = (0, 2)
TOE = (1, 3)
PELVIS = 4
MIDDLE_OF_SWING = (0.3, 0.7)
FOOT_FLAT = (0.3, 0.6)
BELT_SPAN = (0.1, 0.5)
SLOPE_SPAN = 0.05
LEG_SHARE = 0.53


def margin_of_stability(position: float, velocity: float, boundary: float, leg_length: float) -> float:
    """Distance from the extrapolated centre of mass to a boundary of the base of support [1]_.

    Parameters
    ----------
    position, velocity : float
        Of the centre of mass, along the axis [m], [m/s].
    boundary : float
        Where the base of support ends [m].
    leg_length : float
        Length of the pendulum [m], 0.3 to 1.5.

    Returns
    -------
    float
        Margin, positive while the boundary lies ahead [m]; NaN when a number other than the length is absent.

    References
    ----------
    .. [1] Hof, A. L., Gazendam, M. G. J. and Sinke, W. E. (2005). The condition for dynamic stability. J. Biomech.
       38, 1-8.
    """
    leg_length = in_range("leg_length", leg_length, 0.3, 1.5)
    if any(measured(x) is None for x in (position, velocity, boundary)):
        return math.nan
    return boundary - (position + velocity / math.sqrt(GRAVITY / leg_length))


def progression(stride: Stride, time: Array, markers: Array, side: int, belt: bool) -> Array | None:
    """Direction of walking in a stride.

    Parameters
    ----------
    stride : Stride
        The stride.
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    markers : ndarray of float, shape (T, 5, 3)
        Left heel and toe, right heel and toe, pelvis [m].
    side : int
        0 left, 1 right [-].
    belt : bool
        Whether the ground moves.

    Returns
    -------
    ndarray of float or None, shape (2,)
        Horizontal unit vector [-]; absent when nothing moved.
    """
    heel = markers[:, HEEL[side], :2]
    if belt:
        if stride.toe_off is None or stride.broken:
            return None
        stance = stride.toe_off - stride.start
        low, high = (point_at(time, heel, stride.start + share * stance) for share in BELT_SPAN)
        return _unit(low - high, 0.01)
    pelvis = markers[:, PELVIS, :2]
    way = point_at(time, pelvis, stride.end) - point_at(time, pelvis, stride.start)
    if np.isnan(way).any():
        way = point_at(time, heel, stride.end) - point_at(time, heel, stride.start)
    return _unit(way, 0.05)


def _unit(way: Array, least: float) -> Array | None:
    size = math.hypot(way[0], way[1])
    return way / size if size >= least else None


def lengths(stride: Stride, time: Array, markers: Array, side: int, belt: float | None) -> dict[str, float]:
    """Stride length, step length, step width and toe clearance.

    Parameters
    ----------
    stride : Stride
        The stride.
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    markers : ndarray of float, shape (T, 5, 3)
        Left heel and toe, right heel and toe, pelvis [m].
    side : int
        0 left, 1 right [-].
    belt : float or None
        Mean speed of the belt [m/s], NaN when there is a belt of unknown speed; None on firm ground.

    Returns
    -------
    dict of float
        `stride_length`, `step_length`, `step_width` and `toe_clearance` [m].
    """
    found = {"toe_clearance": _clearance(stride, time, markers[:, TOE[side], 2])}
    ahead = progression(stride, time, markers, side, belt is not None)
    own = point_at(time, markers[:, HEEL[side], :2], stride.end)
    way = own - point_at(time, markers[:, HEEL[side], :2], stride.start)
    if belt is None:
        found["stride_length"] = math.hypot(way[0], way[1])
    if ahead is None:
        return found
    if stride.step_time is not None:
        landing = stride.end - stride.step_time
        apart = own - point_at(time, markers[:, HEEL[1 - side], :2], landing)
        across = ahead[0] * apart[1] - ahead[1] * apart[0]
        found["step_length"] = float(apart @ ahead) + (0.0 if belt is None else belt * stride.step_time)
        found["step_width"] = float(across if side == 0 else -across)
    if belt is not None:
        found["stride_length"] = float(way @ ahead) + belt * (stride.end - stride.start)
    return found


def _clearance(stride: Stride, time: Array, toe: Array) -> float:
    """Least height of the toe in the middle of swing, above its mean height with the foot flat."""
    if stride.broken or stride.toe_off is None:
        return math.nan
    stance, swing = stride.toe_off - stride.start, stride.end - stride.toe_off
    flat = between(time, toe, stride.start + FOOT_FLAT[0] * stance, stride.start + FOOT_FLAT[1] * stance)
    middle = between(
        time, toe, stride.toe_off + MIDDLE_OF_SWING[0] * swing, stride.toe_off + MIDDLE_OF_SWING[1] * swing
    )
    return number(middle.min) - number(flat.mean)


def margins(
    stride: Stride, time: Array, markers: Array, side: int, belt: float | None, height: float | None
) -> dict[str, float]:
    """Margins of stability at the contact that ends the stride, the pelvis marker standing for the centre of mass.

    Parameters
    ----------
    stride : Stride
        The stride.
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    markers : ndarray of float, shape (T, 5, 3)
        Left heel and toe, right heel and toe, pelvis [m].
    side : int
        0 left, 1 right [-].
    belt : float or None
        Mean speed of the belt [m/s]; None on firm ground.
    height : float or None
        Body height [m].

    Returns
    -------
    dict of float
        `margin_ap`, to the toe of the foot in front, and `margin_ml`, to its heel, positive on the safe side [m].
    """
    ahead = progression(stride, time, markers, side, belt is not None)
    if ahead is None:
        return {}
    pelvis, heel = (point_at(time, markers[:, i], stride.end) for i in (PELVIS, HEEL[side]))
    toe = point_at(time, markers[:, TOE[side], :2], stride.end)
    leg = LEG_SHARE * height if height is not None else float(pelvis[2] - heel[2])
    if not 0.3 <= leg <= 1.5:
        return {}
    velocity = np.array([_slope(time, markers[:, PELVIS, i], stride.end) for i in range(2)])
    velocity = velocity + (0.0 if belt is None else belt * ahead)
    outward = np.array([-ahead[1], ahead[0]]) * (1.0 if side == 0 else -1.0)
    return {
        name: margin_of_stability(float(pelvis[:2] @ axis), float(velocity @ axis), float(boundary @ axis), leg)
        for name, axis, boundary in (("margin_ap", ahead, toe), ("margin_ml", outward, heel[:2]))
    }


def _slope(time: Array, values: Array, t: float) -> float:
    """Slope of the straight line of least squares through the samples within 0.05 s."""
    near = (t - SLOPE_SPAN <= time) & (time <= t + SLOPE_SPAN)
    x = [measured(v) for v in values[near].tolist()]
    if len(x) < 3 or None in x:
        return math.nan
    tau = time[near] - t
    tau = tau - tau.sum() / len(tau)
    y = np.array(x, dtype=np.float64)
    return float((tau * y).sum() / (tau * tau).sum())
