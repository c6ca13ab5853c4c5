"""Published joint angles of walking as a function of speed and height [1]_.

Six key events per joint; index [%], angle [deg], velocity [deg/%] and acceleration [deg/%²] of each are regressed on
the speed `v` [km/h] and the height [m] as `b0 + b1 v + b2 v² + b3 height`, and the events are joined by quintic
polynomials.

References
----------
.. [1] Koopman, B., van Asseldonk, E. H. F. and van der Kooij, H. (2014). Speed-dependent reference joint trajectory
   generation for robotic gait support. Journal of Biomechanics, 47(6), 1447-1458. Tables 1 to 5. Differs in a common
   shift of 4.5 % of the cycle, since the published curves lie that much later than force-plate data.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from .._conventions import Array, wrap

Row: TypeAlias = tuple[float, float, float, float]
Event: TypeAlias = tuple[Row, Row, Row, Row]

SAMPLES = 128
SHIFT = 0.045

# Rows of each event: index, angle, velocity, acceleration; columns b0, b1, b2, b3.
HIP: tuple[Event, ...] = (
    (  # heel_contact
        (1.0, 0.0, 0.0, 0.0),
        (20.354, 1.934, 0.0, 0.0),
        (-2.062, 0.0, 0.0, 1.112),
        (-0.068, 0.031, 0.0, 0.0),
    ),
    (  # max_stance
        (-10.809, 0.0, 0.0, 11.762),
        (18.917, 2.583, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (-0.112, 0.0, 0.0, 0.0),
    ),
    (  # x50_stance
        (24.512, -2.021, 0.195, 5.109),
        (4.845, 1.718, 0.0, 0.0),
        (-0.24, -0.224, 0.0, 0.0),
        (0.026, -0.01, 0.0, 0.0),
    ),
    (  # min
        (48.879, -3.854, 0.355, 9.891),
        (-2.026, -2.09, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (-0.117, 0.059, -0.007, 0.098),
    ),
    (  # max_dydx_swing
        (80.562, -6.432, 0.885, 0.0),
        (20.03, 0.0, 0.0, -7.732),
        (0.472, 0.096, 0.0, 0.633),
        (0.0, 0.0, 0.0, 0.0),
    ),
    (  # max_swing
        (94.28, -0.601, 0.0, 0.0),
        (21.447, 2.318, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (-0.083, 0.0, -0.002, 0.0),
    ),
)
KNEE: tuple[Event, ...] = (
    (  # heel_contact
        (1.0, 0.0, 0.0, 0.0),
        (31.594559, -4.311335, 0.494138, -13.049633),
        (-3.580869, 0.0, 0.0, 1.977233),
        (0.301196, 0.073231, 0.0, 0.0),
    ),
    (  # max_stance
        (17.103051, 0.0, 0.0, 0.0),
        (5.994801, 3.02815, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (-0.094457, 0.0, -0.004963, 0.0),
    ),
    (  # min_stance
        (48.542171, -0.998055, 0.0, 0.0),
        (-10.037329, 0.0, 0.0, 7.594327),
        (0.0, 0.0, 0.0, 0.0),
        (0.041835, 0.0, 0.004356, 0.0),
    ),
    (  # max_dydx_swing
        (68.947464, -6.096105, 0.61087, 5.967128),
        (29.617823, 3.802791, -0.48627, 0.0),
        (3.276326, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
    ),
    (  # max_swing
        (85.815773, -4.480224, 0.518829, 0.0),
        (38.110425, 9.743687, -1.104814, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (-0.783686, 0.224573, -0.02632, 0.0),
    ),
    (  # min_dydx_swing
        (92.489149, 0.0, 0.0, 0.0),
        (24.630636, -0.967375, 0.0, 0.0),
        (-0.445591, 0.0, -0.031889, -1.696076),
        (0.0, 0.0, 0.0, 0.0),
    ),
)
ANKLE: tuple[Event, ...] = (
    (  # heel_contact
        (1.0, 0.0, 0.0, 0.0),
        (18.645, 0.554, 0.0, -13.246),
        (-0.145, 0.0, -0.02, 0.0),
        (0.145, -0.137, 0.015, 0.0),
    ),
    (  # min_stance
        (8.145, 0.331, 0.0, 0.0),
        (17.309, 0.0, 0.0, -14.173),
        (0.0, 0.0, 0.0, 0.0),
        (-0.556, 0.0, 0.0, 0.492),
    ),
    (  # min_dydx_stance
        (12.005, 0.0, 0.0, 13.754),
        (0.836, 0.812, 0.0, 0.0),
        (-0.991, 0.0, 0.0, 0.62),
        (0.0, 0.0, 0.0, 0.0),
    ),
    (  # max
        (67.686, -5.469, 0.493, 0.0),
        (-15.523, 0.0, 0.0, 14.494),
        (0.0, 0.0, 0.0, 0.0),
        (0.055, -0.019, 0.0, -0.089),
    ),
    (  # min_swing
        (73.46, -6.699, 0.744, 6.463),
        (21.984, -3.425, 0.0, -12.522),
        (0.0, 0.0, 0.0, 0.0),
        (0.433, 0.0, 0.0, 0.0),
    ),
    (  # max_swing
        (87.621, 0.0, 0.132, 0.0),
        (4.86, -0.655, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (0.412, 0.087, -0.012, -0.425),
    ),
)


class KeyEvent(NamedTuple):
    """A point that a raw curve passes through.

    Attributes
    ----------
    phase : float
        Phase [-].
    angle : float
        Angle [deg].
    slope : float
        First derivative with respect to phase [deg].
    curvature : float
        Second derivative with respect to phase [deg].
    """

    phase: float
    angle: float
    slope: float
    curvature: float


def key_events(table: tuple[Event, ...], speed: float, height: float) -> list[KeyEvent]:
    """Key events of one joint, sorted by phase.

    Parameters
    ----------
    table : tuple
        `HIP`, `KNEE` or `ANKLE` [-].
    speed : float
        Walking speed [m/s].
    height : float
        Body height [m].

    Returns
    -------
    list of KeyEvent
        The six events.
    """
    v = 3.6 * speed

    def regress(row: Row) -> float:
        b0, b1, b2, b3 = row
        return b0 + b1 * v + b2 * v**2 + b3 * height

    events = [[regress(row) for row in rows] for rows in table]
    return sorted(
        KeyEvent((index - 1.0) / 99.0, angle, 100.0 * vel, 100.0**2 * acc) for index, angle, vel, acc in events
    )


def raw(events: list[KeyEvent], phase: float) -> float:
    """Value of the quintic Hermite curve through the key events.

    Parameters
    ----------
    events : list of KeyEvent
        Sorted key events of one joint.
    phase : float
        Phase [-] in [0, 1).

    Returns
    -------
    float
        Angle [deg].
    """
    later = [event for event in events if event.phase > phase]
    earlier = [event for event in events if event.phase <= phase]
    a = earlier[-1] if earlier else events[-1]._replace(phase=events[-1].phase - 1.0)
    b = later[0] if later else events[0]._replace(phase=events[0].phase + 1.0)
    length = b.phase - a.phase
    t = (phase - a.phase) / length
    v0, v1 = length * a.slope, length * b.slope
    a0, a1 = length**2 * a.curvature, length**2 * b.curvature
    rise = b.angle - a.angle
    c3 = 10.0 * rise - 6.0 * v0 - 4.0 * v1 - 1.5 * a0 + 0.5 * a1
    c4 = -15.0 * rise + 8.0 * v0 + 7.0 * v1 + 1.5 * a0 - a1
    c5 = 6.0 * rise - 3.0 * v0 - 3.0 * v1 - 0.5 * a0 + 0.5 * a1
    return a.angle + v0 * t + 0.5 * a0 * t**2 + c3 * t**3 + c4 * t**4 + c5 * t**5


def samples(speed: float, height: float) -> Array:
    """Angles of hip, knee and ankle at 128 uniform phases, after the common shift.

    Parameters
    ----------
    speed : float
        Walking speed [m/s].
    height : float
        Body height [m].

    Returns
    -------
    ndarray of float, shape (128, 3)
        Angles [rad] as published; the hip's contains the forward tilt of the pelvis.
    """
    columns = []
    for table in (HIP, KNEE, ANKLE):
        events = key_events(table, speed, height)
        columns.append([raw(events, wrap(j / SAMPLES + SHIFT)) for j in range(SAMPLES)])
    angles: Array = np.radians(np.array(columns).T)
    return angles
