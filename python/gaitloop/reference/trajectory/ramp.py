"""Section 3.4: the pattern for a ramp, the published one with its feet set on the slope."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from .._checks import in_range
from .._conventions import Array
from ..curve import Curve
from .terrain import SAMPLES, Leg, bump, minimum_jerk, within_motion

_SOFT = math.radians(2.0)
_UNLOADING = (0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1)


def _leading(p: float) -> float:
    return (1.0 - minimum_jerk((p + 0.15) / 0.55)) / (1.0 - minimum_jerk(0.15 / 0.55))


def _trailing(p: float) -> float:
    return minimum_jerk((p - 0.15) / 0.35) * (1.0 - minimum_jerk((p - 0.5) / 0.3))


def _unloading(p: float) -> float:
    return minimum_jerk((p - 0.5) / 0.06) * (1.0 - minimum_jerk((p - 0.56) / 0.24))


def _off(p: float) -> float:
    return bump((p - 0.6) / 0.16)


def _on(p: float) -> float:
    return bump((p - 0.9) / 0.1)


def _over(p: float) -> float:
    return minimum_jerk((p - 0.6) / 0.15) * (1.0 - minimum_jerk((p - 0.87) / 0.12))


# Phases, weight of the lift, least height of the sole [m]; None is the clearance asked for.
_LIFTS = ((0.6, 0.7, _off, -0.0015), (0.9, 1.0, _on, -0.0015), (0.69, 0.91, _over, None))


def _cross(low: float, high: float, g: Callable[[float], float]) -> float:
    """Where a falling function is no longer above 0."""
    if g(low) <= 0.0:
        return low
    if g(high) > 0.0:
        return high
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if g(middle) > 0.0 else (low, middle)
    return high


class RampLeg:
    """One leg on a ramp.

    Parameters
    ----------
    curves : sequence of Curve
        Hip, knee and ankle of the published pattern [rad].
    height : float
        Body height [m].
    incline : float
        Slope [rad], positive uphill.
    stride : float
        Length of a stride along the slope [m].
    middle : float
        Mean place of the stance ankle before the hip [m].
    heel_rise : float
        Most extra rise of the heel behind [rad].
    """

    def __init__(
        self, curves: Sequence[Curve], height: float, incline: float, stride: float, middle: float, heel_rise: float
    ) -> None:
        self.leg, self.curves = Leg(height), list(curves)
        self.incline, self.stride, self.middle = 0.0, stride, middle
        self.heel_rise = self.leading_bend = self.trailing_bend = self.unloading_bend = 0.0
        self.middle += _cross(-0.03, 0.03, self._step)
        self.incline = incline
        self._bend(heel_rise)

    def base(self, p: float) -> Array:
        """Published angles with a knee that stays bent.

        Parameters
        ----------
        p : float
            Phase [-].

        Returns
        -------
        ndarray of float, shape (3,)
            Hip, knee and ankle [rad].
        """
        hip, knee, ankle = (float(c.evaluate(p)[0]) for c in self.curves)
        return np.array([hip, (knee + math.sqrt(knee**2 + _SOFT**2)) / 2.0, ankle])

    def _published_pitch(self, p: float) -> float:
        hip, knee, ankle = (float(c.evaluate(p)[0]) for c in self.curves)
        return hip - knee + ankle

    def pitch(self, p: float) -> float:
        """Pitch of the standing foot against the slope.

        Parameters
        ----------
        p : float
            Phase [-].

        Returns
        -------
        float
            Pitch [rad].
        """
        raised = minimum_jerk((p - 0.3) / 0.2) * (1.0 - minimum_jerk((p - 0.5) / 0.2))
        return self._published_pitch(p) - self.heel_rise * raised

    def ankle(self, p: float) -> tuple[float, float]:
        """Stance ankle over the slope under the hip.

        Parameters
        ----------
        p : float
            Phase [-].

        Returns
        -------
        tuple of float
            Place forward and up [m].
        """
        body, f = self.leg.body, self.pitch(p)
        foot = self.middle - self.stride * (p - 0.25)
        x_f = -body.heel if f >= 0.0 else body.toe
        x, z = self.leg.ankle_over((foot + x_f, 0.0), f, x_f)
        cos, sin = math.cos(self.incline), math.sin(self.incline)
        return x * cos - z * sin, x * sin + z * cos

    def hip_over(self, p: float, knee: float) -> float:
        """Height of the hip over the slope with a knee bent so far.

        Parameters
        ----------
        p : float
            Phase of the standing leg [-].
        knee : float
            Its knee flexion [rad].

        Returns
        -------
        float
            Height [m].
        """
        u, v = self.ankle(p)
        reach = self.leg.reach(knee)
        in_range("reach [m]", abs(u), 0.0, reach)
        return v + math.sqrt(reach**2 - u**2)

    def knee_for(self, p: float, height: float) -> float:
        """Knee flexion of the standing leg for a height of the hip.

        Parameters
        ----------
        p : float
            Phase of the standing leg [-].
        height : float
            Height of the hip over the slope [m].

        Returns
        -------
        float
            Knee flexion [rad].
        """
        u, v = self.ankle(p)
        return math.acos(min(1.0, max(-1.0, self.leg.cosine(u, v - height))))

    def _step(self, shift: float) -> float:
        """How much higher the leg in front would carry the hip at contact than the leg behind."""
        middle, self.middle = self.middle, self.middle + shift
        step = self.hip_over(0.0, float(self.base(0.0)[1])) - self.hip_over(0.5, float(self.base(0.5)[1]))
        self.middle = middle
        return step

    def _need(self, heel_rise: float) -> float:
        """Bend of the leading knee that brings both feet to the ground at contact."""
        self.heel_rise = heel_rise
        return self.knee_for(0.0, self.hip_over(0.5, float(self.base(0.5)[1]))) - float(self.base(0.0)[1])

    def _bend(self, most: float) -> None:
        """Choose the rise of the heel behind and the bends of both knees."""
        rise = _cross(0.0, most, self._need)
        self.leading_bend = max(0.0, self._need(rise))
        knee = self.knee_for(0.5, self.hip_over(0.0, float(self.base(0.0)[1]) + self.leading_bend))
        self.trailing_bend = max(0.0, knee - float(self.base(0.5)[1]))
        needs = [0.0]
        for d in _UNLOADING:
            knee = self.knee_for(d + 0.5, self.hip_over(d, self.stance_knee(d)) + 0.0015)
            needs.append((knee - self.stance_knee(d + 0.5)) / _unloading(d + 0.5))
        self.unloading_bend = max(needs)

    def _trailing_knee(self, p: float) -> float:
        """Extra bend of the knee behind."""
        return self.trailing_bend * _trailing(p) + self.unloading_bend * _unloading(p)

    def stance_knee(self, p: float) -> float:
        """Knee flexion of the standing leg.

        Parameters
        ----------
        p : float
            Phase [-].

        Returns
        -------
        float
            Knee flexion [rad].
        """
        return float(self.base(p)[1]) + self.leading_bend * _leading(p) + self._trailing_knee(p)

    def hip_height(self, p: float) -> float:
        """Height of the hip over the slope.

        Parameters
        ----------
        p : float
            Phase of either leg [-].

        Returns
        -------
        float
            Height [m].
        """
        t = p % 0.5
        return self.hip_over(t, self.stance_knee(t))

    def stance(self, p: float) -> Array:
        """Angles of the standing leg.

        Parameters
        ----------
        p : float
            Phase [-].

        Returns
        -------
        ndarray of float, shape (3,)
            Hip, knee and ankle [rad].
        """
        u, _ = self.ankle(p)
        knee = self.stance_knee(p)
        reach = self.leg.reach(knee)
        in_range("reach [m]", abs(u), 0.0, reach)
        shank = math.atan2(self.leg.shank * math.sin(knee), self.leg.thigh + self.leg.shank * math.cos(knee))
        hip = math.atan2(u, math.sqrt(reach**2 - u**2)) + shank
        return np.array([hip, knee, self.pitch(p) + self.incline - hip + knee])

    def samples(self, clearance: float) -> Array:
        """Angles over the cycle.

        Parameters
        ----------
        clearance : float
            Least height of the swinging sole over the slope [m].

        Returns
        -------
        ndarray of float, shape (128, 3)
            Hip, knee and ankle [rad].
        """
        phases = np.arange(SAMPLES) / SAMPLES
        swing = self._swing()
        rows = np.array([self.stance(p) if p <= 0.6 else swing(p) for p in phases.tolist()])
        for first, last, weight, asked in _LIFTS:
            part = [j for j, p in enumerate(phases.tolist()) if first < p < last]
            shape = np.array([weight(p) for p in phases.tolist()])
            rows = self._lifted(rows, part, shape, clearance if asked is None else asked)
        return within_motion(rows)

    def _swing(self) -> Callable[[float], Array]:
        """Angles in swing: the published ones, led from one stance to the next."""

        def base(p: float) -> Array:
            level: Array = self.base(p) + np.array([0.0, self._trailing_knee(p), 0.0])
            return level

        def error(p: float) -> Array:
            return self.stance(p) - base(p)

        e = 1.0 / 1024.0
        gap0, gap1 = error(0.6), error(0.0)
        slope0 = (error(0.6 + e) - error(0.6 - e)) / (2.0 * e)
        slope1 = (error(2.0 * e) - gap1) / (2.0 * e)

        def swing(p: float) -> Array:
            gone, come = minimum_jerk((p - 0.6) / 0.25), minimum_jerk((p - 0.7) / 0.3)
            angles: Array = base(p) + gap0 * (1.0 - gone) + gap1 * come
            angles = angles + slope0 * (p - 0.6) * (1.0 - minimum_jerk((p - 0.6) / 0.15))
            angles = angles + slope1 * (p - 1.0) * minimum_jerk((p - 0.96) / 0.04)
            return angles

        return swing

    def _lifted(self, rows: Array, part: list[int], shape: Array, asked: float) -> Array:
        """Bend the leg where its sole comes too near to the slope."""
        add = shape[:, None] * np.radians([3.0, 6.0, 5.0])
        hips = {j: self.hip_height(j / SAMPLES) for j in part}

        def clearance(size: float) -> float:
            return min(self._over_slope((rows + size * add)[j], hips[j]) for j in part)

        if clearance(0.0) >= asked:
            return rows
        low, high = 0.0, 5.0
        in_range("foot_clearance", asked, 0.0 if asked >= 0.0 else asked, clearance(high))
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if clearance(middle) < asked else (low, middle)
        lifted: Array = rows + high * add
        return lifted

    def _over_slope(self, row: Array, hip: float) -> float:
        """Height of the lower of heel and ball, normal to the slope."""
        points = self.leg.body.leg(*row.tolist())
        cos, sin = math.cos(self.incline), math.sin(self.incline)
        return min((z + hip) * cos - x * sin for x, z in (points.heel, points.toe))
