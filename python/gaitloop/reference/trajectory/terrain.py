"""Section 3.4: patterns for ramps and stairs, from paths of the foot through inverse kinematics."""

from __future__ import annotations

import itertools
import math

import numpy as np

from ...errors import ConfigError
from .._checks import in_range
from .._conventions import Array
from ..body import Body, Point

SAMPLES = 128
_MOTION = {"hip": (-40.0, 120.0), "knee": (0.0, 135.0), "ankle": (-60.0, 45.0)}  # degrees
_UP = ((0.0, -5.0), (0.1, 0.0), (0.4, 0.0), (0.65, -25.0), (0.8, -25.0), (1.0, -5.0))
_DOWN = ((0.0, -20.0), (0.15, 0.0), (0.2, 0.0), (0.65, -40.0), (0.8, -40.0), (1.0, -20.0))


def minimum_jerk(x: float) -> float:
    """Smooth step with two continuous derivatives.

    Parameters
    ----------
    x : float
        Argument, clamped to 0 to 1 [-].

    Returns
    -------
    float
        Value [-], 0 to 1.
    """
    x = min(1.0, max(0.0, x))
    return x**3 * (10.0 - 15.0 * x + 6.0 * x**2)


def bump(s: float) -> float:
    """Smooth bump between 0 and 1, 1 in its middle.

    Parameters
    ----------
    s : float
        Argument [-].

    Returns
    -------
    float
        Value [-]; 0 outside.
    """
    return 64.0 * s**3 * (1.0 - s) ** 3 if 0.0 < s < 1.0 else 0.0


class Leg:
    """Inverse kinematics of a leg whose pelvis is upright.

    Parameters
    ----------
    height : float
        Body height [m].
    """

    def __init__(self, height: float) -> None:
        self.body = Body(75.0, height)
        self.thigh, self.shank = self.body.thigh.length, self.body.shank.length

    def reach(self, knee: float) -> float:
        """Distance from hip to ankle.

        Parameters
        ----------
        knee : float
            Knee flexion [rad].

        Returns
        -------
        float
            Distance [m].
        """
        return math.sqrt(self.thigh**2 + self.shank**2 + 2.0 * self.thigh * self.shank * math.cos(knee))

    def cosine(self, x: float, z: float) -> float:
        """Cosine of the knee flexion that puts the ankle at a distance.

        Parameters
        ----------
        x, z : float
            Ankle seen from the hip [m].

        Returns
        -------
        float
            Cosine [-]; beyond ±1 where the leg does not reach.
        """
        return (x**2 + z**2 - self.thigh**2 - self.shank**2) / (2.0 * self.thigh * self.shank)

    def angles(self, x: float, z: float, pitch: float) -> tuple[float, float, float]:
        """Joint angles.

        Parameters
        ----------
        x, z : float
            Ankle seen from the hip [m].
        pitch : float
            Pitch of the foot against the horizontal [rad].

        Returns
        -------
        tuple of float
            Hip, knee and ankle [rad].
        """
        c = self.cosine(x, z)
        if c > 1.0 + 1e-9 or c < -1.0:
            in_range("reach [m]", math.hypot(x, z), self.reach(math.pi), self.reach(0.0))
            raise ConfigError(f"reach [m] must lie within the leg's, got {math.hypot(x, z)}")
        knee = math.acos(min(c, 1.0))
        hip = math.atan2(x, -z) + math.atan2(self.shank * math.sin(knee), self.thigh + self.shank * math.cos(knee))
        return hip, knee, pitch - hip + knee

    def ankle_over(self, contact: Point, pitch: float, x_f: float) -> Point:
        """Where the ankle is when a point of the sole is on a contact point.

        Parameters
        ----------
        contact : tuple of float
            Contact point [m].
        pitch : float
            Pitch of the foot [rad].
        x_f : float
            Place of the point of the sole before the ankle [m].

        Returns
        -------
        tuple of float
            Ankle [m].
        """
        h = self.body.ankle_height
        return (
            contact[0] - x_f * math.cos(pitch) - h * math.sin(pitch),
            contact[1] - x_f * math.sin(pitch) + h * math.cos(pitch),
        )


def within_motion(samples: Array) -> Array:
    """Accept samples within the range of motion.

    Parameters
    ----------
    samples : ndarray of float, shape (N, 3)
        Hip, knee and ankle [rad].

    Returns
    -------
    ndarray of float, shape (N, 3)
        The samples [rad].
    """
    for j, row in enumerate(samples.tolist()):
        for angle, (name, (low, high)) in zip(row, _MOTION.items(), strict=True):
            in_range(name, angle, math.radians(low), math.radians(high), j)
    return samples


class StairLeg:
    """One leg on stairs.

    Parameters
    ----------
    rise, tread : float
        Height and depth of a step [m].
    height : float
        Body height [m].
    up : bool
        Whether it goes up.
    clearance : float
        Least height of the sole over the noses [m].
    """

    def __init__(self, rise: float, tread: float, height: float, up: bool, clearance: float) -> None:
        self.leg = Leg(height)
        self.rise, self.tread, self.up = rise, tread, up
        self.sign = 1.0 if up else -1.0
        self.height, self.clearance = height, clearance
        self.lift = 0.0

    def pitch(self, p: float) -> float:
        """Pitch of the foot.

        Parameters
        ----------
        p : float
            Phase [-], 0 to 1.

        Returns
        -------
        float
            Pitch [rad].
        """
        knots = _UP if self.up else _DOWN
        for (p0, y0), (p1, y1) in itertools.pairwise(knots):
            if p <= p1:
                return math.radians(y0 + (y1 - y0) * minimum_jerk((p - p0) / (p1 - p0)))
        return math.radians(knots[-1][1])

    def ball(self, s: float) -> Point:
        """Ball in swing, from where it stood.

        Parameters
        ----------
        s : float
            Share of the swing [-].

        Returns
        -------
        tuple of float
            Place forward and up [m].
        """
        if self.up:
            x, z = minimum_jerk((s - 0.15) / 0.85), minimum_jerk(s / 0.85)
        else:
            x, z = minimum_jerk(s / 0.9), minimum_jerk((s - 0.1) / 0.9)
        return 2.0 * self.tread * x, self.sign * 2.0 * self.rise * z + self.lift * bump(s)

    def noses(self) -> tuple[Point, Point]:
        """Noses to clear, seen from the ball before swing.

        Returns
        -------
        tuple of two tuples of float
            The middle nose; the nose of landing (up) or of leaving (down) [m].
        """
        if self.up:
            needed = self.clearance + 0.049 * self.height
            in_range("tread", self.tread, needed, 0.45)
            ahead = self.tread - self.clearance - 0.049 * self.height
            middle = (self.tread - ahead, self.rise)
            return middle, (middle[0] + self.tread, middle[1] + self.rise)
        needed = self.clearance + 0.1029 * self.height
        in_range("tread", self.tread, needed, 0.45)
        behind = min(0.023 * self.height, self.tread - self.clearance - 0.1029 * self.height)
        return (behind + self.tread, -self.rise), (behind, 0.0)

    def needed_lift(self) -> float:
        """Extra height of the swing that clears the noses.

        Returns
        -------
        float
            Lift [m].
        """
        middle, other = self.noses()
        body = self.leg.body
        lift, passed = 0.0, False
        for k in range(1, 400):
            s = k / 400
            f = self.pitch(0.65 + 0.35 * s)
            x, z = self.ball(s)
            heel_x = x - (body.toe + body.heel) * math.cos(f)
            heel_z = z - (body.toe + body.heel) * math.sin(f)
            gaps = []
            if heel_x <= middle[0] <= x:
                gaps.append(z + math.tan(f) * (middle[0] - x) - middle[1])
            if not passed and (x if self.up else heel_x) >= other[0]:
                passed = True
                gaps.append((z if self.up else heel_z) - other[1])
            if not self.up and x < other[0]:  # the ball stays above its tread until it has passed the nose
                gaps.append(z + self.clearance)
            for gap in gaps:
                lift = max(lift, (self.clearance - gap) / bump(s))
        return in_range("lift", lift, 0.0, 0.3)

    def samples(self) -> Array:
        """Joint angles over the cycle.

        Returns
        -------
        ndarray of float, shape (128, 3)
            Hip, knee and ankle [rad].
        """
        self.lift = self.needed_lift()
        toe, ankles = self.leg.body.toe, []
        ahead = toe + 0.65 * self.tread + (0.0 if self.up else -0.1 * self.height)
        for j in range(SAMPLES):
            p = j / SAMPLES
            x, z = self.ball(min(1.0, max(0.0, (p - 0.65) / 0.35)))
            ball = (ahead - 2.0 * self.tread * p + x, -self.sign * 2.0 * self.rise * p + z)
            ankles.append(self.leg.ankle_over(ball, self.pitch(p), toe))
        reach = self.leg.reach(math.radians(10.0))
        for x, _ in ankles:
            in_range("reach [m]", abs(x), 0.0, reach)
        hip = min(z + math.sqrt(reach**2 - x**2) for x, z in ankles)
        rows = [self.leg.angles(x, z - hip, self.pitch(j / SAMPLES)) for j, (x, z) in enumerate(ankles)]
        return within_motion(np.array(rows))
