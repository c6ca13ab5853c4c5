"""Joint angles of healthy adults, over one stride (section 8.8)."""

from __future__ import annotations

import math

import numpy as np

from .._checks import in_range
from .._conventions import Array, clamp
from .norms_speed import BEND_DEG, SLOPE_DEG

PHASES = 51
SPEEDS = (0.14, 1.4)
OWN_SPEED = 1.1
# Mean and standard deviation of 42 adults walking at their comfortable speed over ground, at 0, 2, .. 100 % of the
# stride [deg]; left and right pooled, one stride a side. Computed from the data of Fukuchi, C. A., Fukuchi, R. K. and
# Duarte, M. (2018), PeerJ 6:e4640, figshare 5722711, CC BY 4.0.

# fmt: off
_MEAN_DEG = (
    (  # hip_flexion
        29.76, 29.28, 28.63, 28.24, 27.44, 25.89, 23.83, 21.64, 19.47, 17.42, 15.39, 13.28, 11.03,
        8.79, 6.66, 4.70, 2.87, 1.21, -0.36, -1.84, -3.33, -4.82, -6.18, -7.30, -8.22, -9.00,
        -9.39, -9.18, -8.26, -6.44, -3.74, -0.36, 3.42, 7.43, 11.50, 15.36, 18.79, 21.72, 24.20,
        26.32, 28.09, 29.48, 30.43, 30.90, 30.89, 30.49, 29.87, 29.30, 29.05, 29.21, 29.34,
    ),
    (  # knee_flexion
        2.22, 4.45, 6.45, 9.65, 12.13, 13.20, 13.13, 12.53, 11.69, 10.72, 9.64, 8.45, 7.19,
        5.94, 4.77, 3.72, 2.84, 2.19, 1.74, 1.51, 1.49, 1.79, 2.52, 3.78, 5.58, 7.91,
        10.93, 14.88, 20.09, 26.48, 33.61, 40.96, 47.77, 53.41, 57.48, 59.88, 60.60, 59.72, 57.35,
        53.63, 48.72, 42.71, 35.72, 27.89, 19.61, 11.48, 4.36, -0.80, -3.01, -1.82, 1.37,
    ),
    (  # ankle_dorsiflexion
        -0.19, -3.74, -5.58, -4.53, -2.61, -0.69, 0.93, 2.30, 3.46, 4.44, 5.25, 5.93, 6.51,
        7.09, 7.68, 8.27, 8.88, 9.56, 10.27, 10.93, 11.51, 11.91, 12.07, 11.93, 11.34, 10.15,
        8.08, 4.79, -0.01, -5.83, -10.70, -13.05, -13.07, -10.98, -8.06, -5.13, -2.34, 0.20, 2.29,
        3.93, 5.10, 5.68, 5.70, 5.07, 3.87, 2.42, 1.23, 0.51, 0.32, 0.57, 0.11,
    ),
)
# fmt: on
# fmt: off
_SD_DEG = (
    (  # hip_flexion
        7.00, 6.91, 7.15, 7.45, 7.42, 7.34, 7.36, 7.50, 7.62, 7.60, 7.47, 7.32, 7.20,
        7.13, 7.15, 7.23, 7.34, 7.40, 7.47, 7.49, 7.47, 7.44, 7.43, 7.46, 7.52, 7.56,
        7.62, 7.78, 7.93, 8.07, 8.23, 8.32, 8.32, 8.23, 8.03, 7.76, 7.47, 7.23, 7.06,
        6.94, 6.87, 6.87, 6.90, 6.92, 6.92, 6.88, 6.83, 6.82, 6.90, 6.98, 6.93,
    ),
    (  # knee_flexion
        4.40, 4.66, 5.83, 6.64, 6.56, 6.29, 6.23, 6.40, 6.50, 6.43, 6.21, 5.97, 5.76,
        5.54, 5.38, 5.26, 5.19, 5.12, 5.08, 5.01, 4.93, 4.85, 4.79, 4.79, 4.87, 5.08,
        5.47, 6.07, 6.75, 7.28, 7.53, 7.45, 6.91, 5.99, 4.98, 4.22, 3.92, 4.05, 4.45,
        4.95, 5.46, 5.86, 6.06, 6.07, 5.79, 5.21, 4.54, 4.06, 4.09, 4.30, 4.40,
    ),
    (  # ankle_dorsiflexion
        3.16, 3.62, 3.17, 3.00, 3.00, 3.06, 3.11, 3.13, 3.10, 3.00, 2.86, 2.72, 2.59,
        2.48, 2.43, 2.39, 2.39, 2.41, 2.44, 2.47, 2.50, 2.58, 2.67, 2.80, 2.99, 3.33,
        3.85, 4.60, 5.63, 6.40, 6.08, 5.20, 5.43, 5.73, 5.47, 4.98, 4.46, 3.99, 3.67,
        3.37, 3.07, 2.81, 2.55, 2.31, 2.28, 2.44, 2.71, 3.05, 3.28, 3.25, 3.07,
    ),
)
# fmt: on


def adult_angles(pelvic_tilt: float = math.radians(8.0), speed: float | None = None) -> tuple[Array, Array]:
    """Sagittal joint angles of healthy adults at 0, 2, .. 100 % of the stride [1]_ [2]_.

    Parameters
    ----------
    pelvic_tilt : float
        Forward tilt of the pelvis that the published hip angle contains [rad], -0.5 to 0.5; it is taken off, since
        here the hip is at zero in upright standing.
    speed : float, optional
        Speed to walk at [m/s], 0 to 5, taken as 0.14 to 1.4; by default the adults' own comfortable speed.

    Returns
    -------
    tuple of ndarray of float, shape (51, 3)
        Mean and standard deviation between people of hip, knee and ankle [rad].

    References
    ----------
    .. [1] Fukuchi, C. A., Fukuchi, R. K. and Duarte, M. (2018). A public dataset of overground and treadmill walking
       kinematics and kinetics in healthy individuals. PeerJ 6:e4640. Data under CC BY 4.0.
    .. [2] Koopman, B., van Asseldonk, E. H. F. and van der Kooij, H. (2014). Speed-dependent reference joint trajectory
       generation for robotic gait support. J. Biomech. 47, 1447-1458. Gives the change with speed.
    """
    tilt = in_range("pelvic_tilt", pelvic_tilt, -0.5, 0.5)
    mean, sd, slope, bend = (np.array(table).T for table in (_MEAN_DEG, _SD_DEG, SLOPE_DEG, BEND_DEG))
    if speed is not None:
        v = clamp(in_range("speed", speed, 0.0, 5.0), *SPEEDS)
        mean = mean + slope * (v - OWN_SPEED) + bend * (v * v - OWN_SPEED * OWN_SPEED)
    return mean * (math.pi / 180.0) - [tilt, 0.0, 0.0], sd * (math.pi / 180.0)
