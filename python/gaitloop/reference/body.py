"""Section 1: segments of a person, and the kinematics and gravity of a leg in the sagittal plane."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

from ._checks import in_range
from ._conventions import GRAVITY

Point: TypeAlias = tuple[float, float]


class Segment(NamedTuple):
    """A rigid segment.

    Attributes
    ----------
    length : float
        Length [m].
    mass : float
        Mass [kg].
    com : float
        Distance of the centre of mass from the proximal end [m].
    inertia : float
        Moment of inertia about the centre of mass [kg·m²].
    """

    length: float
    mass: float
    com: float
    inertia: float


class LegPoints(NamedTuple):
    """Points of a leg (x forward, z up), the hip at the origin.

    Attributes
    ----------
    knee, ankle, heel, toe : tuple of float
        Position (x, z) [m].
    """

    knee: Point
    ankle: Point
    heel: Point
    toe: Point


def _segment(length: float, mass: float, com: float, gyration: float) -> Segment:
    return Segment(length, mass, com * length, mass * (gyration * length) ** 2)


class Body:
    """Segments of a person [1]_ [2]_.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Drillis, R. and Contini, R. (1966). Body segment parameters. New York University, report 1166.03.
    .. [2] Winter, D. A. (2009). Biomechanics and motor control of human movement, 4th ed., table 4.1 (after Dempster).
    """

    def __init__(self, mass: float, height: float) -> None:
        self.mass = in_range("mass", mass, 20.0, 200.0)
        self.height = in_range("height", height, 1.0, 2.3)
        self.ankle_height = 0.039 * self.height
        self.heel = 0.0286 * self.height
        self.toe = 0.0743 * self.height
        foot_length = math.hypot(self.toe, self.ankle_height)
        self.thigh = _segment(0.245 * self.height, 0.100 * self.mass, 0.433, 0.323)
        self.shank = _segment(0.246 * self.height, 0.0465 * self.mass, 0.433, 0.302)
        self.foot = _segment(foot_length, 0.0145 * self.mass, 0.500, 0.475)
        self.trunk = _segment(0.288 * self.height, 0.678 * self.mass, 0.626, 0.496)

    def leg(self, hip: float, knee: float, ankle: float, pelvis_pitch: float = 0.0) -> LegPoints:
        """Points of a leg.

        Parameters
        ----------
        hip, knee, ankle : float
            Joint angles [rad].
        pelvis_pitch : float
            Pitch of the pelvis [rad], leaning back positive.

        Returns
        -------
        LegPoints
            Positions relative to the hip [m].
        """
        thigh = pelvis_pitch + hip
        shank = thigh - knee
        foot = shank + ankle
        knee_at = (self.thigh.length * math.sin(thigh), -self.thigh.length * math.cos(thigh))
        ankle_at = (
            knee_at[0] + self.shank.length * math.sin(shank),
            knee_at[1] - self.shank.length * math.cos(shank),
        )

        def on_foot(x_f: float, z_f: float) -> Point:
            return (
                ankle_at[0] + x_f * math.cos(foot) - z_f * math.sin(foot),
                ankle_at[1] + x_f * math.sin(foot) + z_f * math.cos(foot),
            )

        return LegPoints(
            knee_at, ankle_at, on_foot(-self.heel, -self.ankle_height), on_foot(self.toe, -self.ankle_height)
        )

    def leg_gravity(
        self, hip: float, knee: float, ankle: float, pelvis_pitch: float = 0.0
    ) -> tuple[float, float, float]:
        """Torque that holds a leg still against gravity.

        Parameters
        ----------
        hip, knee, ankle : float
            Joint angles [rad].
        pelvis_pitch : float
            Pitch of the pelvis [rad], leaning back positive.

        Returns
        -------
        tuple of float
            Torque at hip, knee and ankle [N·m].
        """
        thigh = pelvis_pitch + hip
        shank = thigh - knee
        foot = shank + ankle
        a = self.thigh.mass * self.thigh.com + (self.shank.mass + self.foot.mass) * self.thigh.length
        b = self.shank.mass * self.shank.com + self.foot.mass * self.shank.length
        x_c, z_c = 0.5 * self.toe, -0.5 * self.ankle_height
        g_t = GRAVITY * a * math.sin(thigh)
        g_s = GRAVITY * b * math.sin(shank)
        g_f = self.foot.mass * GRAVITY * (x_c * math.cos(foot) - z_c * math.sin(foot))
        return g_t + g_s + g_f, -(g_s + g_f), g_f
