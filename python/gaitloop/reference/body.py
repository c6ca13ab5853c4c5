"""Section 1: segments of a person, and the kinematics and gravity of a leg in the sagittal plane."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

from ._checks import in_range
from ._conventions import GRAVITY

Point: TypeAlias = tuple[float, float]
Vector: TypeAlias = tuple[float, float, float]


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


class LegDynamics:
    """Momentum of a leg with a device's limbs along it, in the sagittal plane, for any movement of the pelvis.

    Parameters
    ----------
    body : Body
        The person.
    thigh_limb : float
        Mass of a uniform rod along the thigh [kg], 0 to 10.
    shank_limb : float
        Mass of a uniform rod along the shank [kg], 0 to 10.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    def __init__(self, body: Body, thigh_limb: float, shank_limb: float) -> None:
        thigh_limb = in_range("thigh_limb", thigh_limb, 0.0, 10.0)
        shank_limb = in_range("shank_limb", shank_limb, 0.0, 10.0)
        self.body = body
        l_t, l_s = body.thigh.length, body.shank.length
        below = body.shank.mass + shank_limb + body.foot.mass
        self.thigh = body.thigh.mass * body.thigh.com + 0.5 * thigh_limb * l_t + below * l_t
        self.shank = body.shank.mass * body.shank.com + 0.5 * shank_limb * l_s + body.foot.mass * l_s
        self.com = (0.5 * body.toe, -0.5 * body.ankle_height)
        self.inertia = (
            body.thigh.inertia + body.thigh.mass * body.thigh.com**2 + thigh_limb * l_t**2 / 3.0 + below * l_t**2,
            body.shank.inertia
            + body.shank.mass * body.shank.com**2
            + shank_limb * l_s**2 / 3.0
            + body.foot.mass * l_s**2,
            body.foot.inertia + body.foot.mass * (self.com[0] ** 2 + self.com[1] ** 2),
        )

    def momentum(self, q: Vector, dq: Vector, pelvis: tuple[float, float, float, float]) -> tuple[Vector, Vector]:
        """Generalised momentum of hip, knee and ankle, and the part of its rate that no joint torque makes.

        Parameters
        ----------
        q, dq : tuple of float
            Angles [rad] and velocities [rad/s] of hip, knee and ankle.
        pelvis : tuple of float
            Velocity forward and upward [m/s], pitch [rad], pitch rate [rad/s].

        Returns
        -------
        tuple of tuple of float
            Momentum [kg·m²/s], and centrifugal and gravity torque [N·m]: `dp/dt = torque + bias`.
        """
        vx, vz, pitch, pitch_rate = pelvis
        th, w_t = pitch + q[0], pitch_rate + dq[0]
        sh, w_s = th - q[1], w_t - dq[1]
        fo, w_f = sh + q[2], w_s + dq[2]
        st, ct, ss, cs = math.sin(th), math.cos(th), math.sin(sh), math.cos(sh)
        sf, cf, m_f = math.sin(fo), math.cos(fo), self.body.foot.mass
        a, b, l_t, l_s = self.thigh, self.shank, self.body.thigh.length, self.body.shank.length
        ux, uz = m_f * (self.com[0] * cf - self.com[1] * sf), m_f * (self.com[0] * sf + self.com[1] * cf)
        m_ts, m_tf, m_sf = b * l_t * (ct * cs + st * ss), l_t * (st * ux - ct * uz), l_s * (ss * ux - cs * uz)
        p_t = self.inertia[0] * w_t + m_ts * w_s + m_tf * w_f + a * (ct * vx + st * vz)
        p_s = m_ts * w_t + self.inertia[1] * w_s + m_sf * w_f + b * (cs * vx + ss * vz)
        p_f = m_tf * w_t + m_sf * w_s + self.inertia[2] * w_f - uz * vx + ux * vz
        d_ts, d_tf, d_sf = b * l_t * (st * cs - ct * ss), l_t * (ct * ux + st * uz), l_s * (cs * ux + ss * uz)
        n_t = -d_ts * w_t * w_s + d_tf * w_t * w_f + a * w_t * (ct * vz - st * vx) - GRAVITY * a * st
        n_s = d_ts * w_t * w_s + d_sf * w_s * w_f + b * w_s * (cs * vz - ss * vx) - GRAVITY * b * ss
        n_f = -d_tf * w_t * w_f - d_sf * w_s * w_f - w_f * (ux * vx + uz * vz) - GRAVITY * ux
        return (p_t + p_s + p_f, -(p_s + p_f), p_f), (n_t + n_s + n_f, -(n_s + n_f), n_f)

    def contact(self, q: Vector, pitch: float, point: float, force: Point) -> Vector:
        """Torque of a force on the sole.

        Parameters
        ----------
        q : tuple of float
            Angles of hip, knee and ankle [rad].
        pitch : float
            Pitch of the pelvis [rad].
        point : float
            Where it acts, along the sole forward of the ankle [m].
        force : tuple of float
            Force on the foot, forward and upward [N].

        Returns
        -------
        tuple of float
            Torque at hip, knee and ankle [N·m].
        """
        th = pitch + q[0]
        sh = th - q[1]
        fo = sh + q[2]
        fx, fz = force
        h = self.body.ankle_height
        f_t = self.body.thigh.length * (math.cos(th) * fx + math.sin(th) * fz)
        f_s = self.body.shank.length * (math.cos(sh) * fx + math.sin(sh) * fz)
        sf, cf = math.sin(fo), math.cos(fo)
        f_f = (h * cf - point * sf) * fx + (point * cf + h * sf) * fz
        return f_t + f_s + f_f, -(f_s + f_f), f_f
