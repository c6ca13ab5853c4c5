"""Sagittal joint angles of healthy adults over a stride: the band behind a person's own.

Mean and standard deviation over 42 adults (24 young, 18 older), comfortable walking over ground, one stride of each
side. Computed from the data of Fukuchi, C. A., Fukuchi, R. K. and Duarte, M. (2018), A public dataset of overground and
treadmill walking kinematics and kinetics in healthy individuals, PeerJ 6:e4640, figshare 5722711, CC BY 4.0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["JOINT_NAMES", "NORM_SOURCE", "norm_band"]

NORM_SOURCE = "42 healthy adults (Fukuchi et al. 2018, CC BY 4.0), mean and standard deviation"
#: Joints in the order of the angles of one side.
JOINT_NAMES = ("Hip flexion", "Knee flexion", "Ankle dorsiflexion")
#: At 0, 2, ..., 100 % of the stride from initial contact [deg].
MEAN = (
    "29.8 29.3 28.6 28.2 27.4 25.9 23.8 21.6 19.5 17.4 15.4 13.3 11.0 8.8 6.7 4.7 2.9 1.2 -0.4 -1.8 -3.3 -4.8 "
    "-6.2 -7.3 -8.2 -9.0 -9.4 -9.2 -8.3 -6.4 -3.7 -0.4 3.4 7.4 11.5 15.4 18.8 21.7 24.2 26.3 28.1 29.5 30.4 "
    "30.9 30.9 30.5 29.9 29.3 29.1 29.2 29.3",
    "2.2 4.4 6.5 9.6 12.1 13.2 13.1 12.5 11.7 10.7 9.6 8.5 7.2 5.9 4.8 3.7 2.8 2.2 1.7 1.5 1.5 1.8 2.5 3.8 "
    "5.6 7.9 10.9 14.9 20.1 26.5 33.6 41.0 47.8 53.4 57.5 59.9 60.6 59.7 57.3 53.6 48.7 42.7 35.7 27.9 19.6 "
    "11.5 4.4 -0.8 -3.0 -1.8 1.4",
    "-0.2 -3.7 -5.6 -4.5 -2.6 -0.7 0.9 2.3 3.5 4.4 5.3 5.9 6.5 7.1 7.7 8.3 8.9 9.6 10.3 10.9 11.5 11.9 12.1 "
    "11.9 11.3 10.2 8.1 4.8 -0.0 -5.8 -10.7 -13.1 -13.1 -11.0 -8.1 -5.1 -2.3 0.2 2.3 3.9 5.1 5.7 5.7 5.1 3.9 "
    "2.4 1.2 0.5 0.3 0.6 0.1",
)
DEVIATION = (
    "7.0 6.9 7.2 7.5 7.4 7.3 7.4 7.5 7.6 7.6 7.5 7.3 7.2 7.1 7.2 7.2 7.3 7.4 7.5 7.5 7.5 7.4 7.4 7.5 7.5 7.6 "
    "7.6 7.8 7.9 8.1 8.2 8.3 8.3 8.2 8.0 7.8 7.5 7.2 7.1 6.9 6.9 6.9 6.9 6.9 6.9 6.9 6.8 6.8 6.9 7.0 6.9",
    "4.4 4.7 5.8 6.6 6.6 6.3 6.2 6.4 6.5 6.4 6.2 6.0 5.8 5.5 5.4 5.3 5.2 5.1 5.1 5.0 4.9 4.9 4.8 4.8 4.9 5.1 "
    "5.5 6.1 6.7 7.3 7.5 7.4 6.9 6.0 5.0 4.2 3.9 4.0 4.5 4.9 5.5 5.9 6.1 6.1 5.8 5.2 4.5 4.1 4.1 4.3 4.4",
    "3.2 3.6 3.2 3.0 3.0 3.1 3.1 3.1 3.1 3.0 2.9 2.7 2.6 2.5 2.4 2.4 2.4 2.4 2.4 2.5 2.5 2.6 2.7 2.8 3.0 3.3 "
    "3.9 4.6 5.6 6.4 6.1 5.2 5.4 5.7 5.5 5.0 4.5 4.0 3.7 3.4 3.1 2.8 2.6 2.3 2.3 2.4 2.7 3.1 3.3 3.2 3.1",
)


def norm_band() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Angles of healthy adults.

    Returns
    -------
    phase : ndarray of float, shape (51,)
        Share of the stride from initial contact [-].
    mean : ndarray of float, shape (3, 51)
        Mean of hip, knee and ankle [rad], flexion and dorsiflexion positive.
    deviation : ndarray of float, shape (3, 51)
        Standard deviation between people [rad].
    """
    mean, deviation = (np.radians([[float(v) for v in row.split()] for row in rows]) for rows in (MEAN, DEVIATION))
    return np.linspace(0.0, 1.0, mean.shape[1]), mean, deviation
