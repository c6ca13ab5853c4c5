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
_DOUBLE = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1)
# Phases, where the lift begins, its width, least height of the sole [m]; None is the clearance asked for.
_LIFTS = ((0.6, 0.7, 0.6, 0.16, -0.001), (0.9, 1.0, 0.9, 0.1, -0.001), (0.69, 0.91, 0.6, 0.4, None))


def _leading(p: float) -> float:
    return 1.0 - minimum_jerk(p / 0.4)


def _trailing(p: float) -> float:
    return minimum_jerk((p - 0.15) / 0.35)


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
    """

    def __init__(self, curves: Sequence[Curve], height: float, incline: float, stride: float, middle: float) -> None:
        self.leg, self.curves = Leg(height), list(curves)
        self.incline, self.stride, self.middle = incline, stride, middle
        self.heel_rise = self.leading_bend = self.trailing_bend = 0.0
        self.flat = max(0.0, self._published_pitch(0.0))
        self._bend()

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
            Phase [-], -0.1 to 0.65.

        Returns
        -------
        float
            Pitch [rad].
        """
        if p < 0.1:
            return self.flat * (1.0 - minimum_jerk(p / 0.1))
        rolling = self._published_pitch(p) * minimum_jerk((p - 0.2) / 0.25)
        return rolling - self.heel_rise * minimum_jerk((p - 0.3) / 0.2)

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

    def _need(self, heel_rise: float) -> float:
        """Bend of the leading knee that brings the foot behind to the ground."""
        self.heel_rise = heel_rise
        needs = []
        for i, d in enumerate(_DOUBLE):
            behind = float(self.base(0.5)[1]) if i == 0 else math.radians(5.0)
            knee = self.knee_for(d, self.hip_over(d + 0.5, behind))
            needs.append((knee - float(self.base(d)[1])) / _leading(d))
        return max(needs)

    def _bend(self) -> None:
        """Choose the rise of the heel behind and the bends of both knees."""
        least = max(0.0, math.radians(10.0) + 0.5 * max(0.0, -self.incline) - float(self.base(0.0)[1]))
        low, high = 0.0, math.radians(15.0)
        if self._need(low) <= least:
            high = low
        elif self._need(high) <= least:
            for _ in range(50):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if self._need(middle) > least else (low, middle)
        self.leading_bend = max(least, self._need(high))
        needs = [0.0]
        for d in _DOUBLE:
            height = self.hip_over(d, float(self.base(d)[1]) + self.leading_bend * _leading(d))
            knee = self.knee_for(d + 0.5, height)
            needs.append((knee - float(self.base(d + 0.5)[1])) / _trailing(d + 0.5))
        self.trailing_bend = max(needs)

    def stance_knee(self, p: float) -> float:
        """Knee flexion in single support.

        Parameters
        ----------
        p : float
            Phase [-].

        Returns
        -------
        float
            Knee flexion [rad].
        """
        return float(self.base(p)[1]) + self.leading_bend * _leading(p) + self.trailing_bend * _trailing(p)

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
        t = (p + 0.07) % 0.5 - 0.07
        front = self.hip_over(t, self.stance_knee(t))
        if t >= 0.05:
            return front
        w = minimum_jerk((t + 0.07) / 0.12)
        return (1.0 - w) * self.hip_over(t + 0.5, self.stance_knee(t + 0.5)) + w * front

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
        u, v = self.ankle(p)
        return np.array(self.leg.angles(u, v - self.hip_height(p), self.pitch(p) + self.incline))

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
        for first, last, start, width, asked in _LIFTS:
            part = [j for j, p in enumerate(phases.tolist()) if first < p < last]
            shape = np.array([bump((p - start) / width) for p in phases.tolist()])
            rows = self._lifted(rows, part, shape, clearance if asked is None else asked)
        return within_motion(rows)

    def _swing(self) -> Callable[[float], Array]:
        """Angles in swing: the published ones, led from one stance to the next."""

        def error(p: float) -> Array:
            return self.stance(p) - self.base(p)

        e = 1.0 / 1024.0
        gap0, gap1 = error(0.6), error(0.0)
        slope0 = (error(0.6 + e) - error(0.6 - e)) / (2.0 * e)
        slope1 = (error(e) - error(-e)) / (2.0 * e)

        def swing(p: float) -> Array:
            m = minimum_jerk((p - 0.6) / 0.4)
            angles = self.base(p) + gap0 * (1.0 - m) + gap1 * m
            angles = angles + slope0 * (p - 0.6) * (1.0 - minimum_jerk((p - 0.6) / 0.15))
            angles = angles + slope1 * (p - 1.0) * minimum_jerk((p - 0.96) / 0.04)
            knee = float(angles[1])
            angles[1] = (knee + _SOFT + math.sqrt((knee - _SOFT) ** 2 + _SOFT**2)) / 2.0
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
