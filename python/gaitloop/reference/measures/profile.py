"""How far joint angles are from those of healthy adults (section 8.8)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import array
from .._conventions import Array, clamp
from .norms import PHASES, adult_angles
from .signals import at
from .strides import Stride


class SagittalProfile(NamedTuple):
    """Distance of one leg's angles from a reference.

    Attributes
    ----------
    gvs : ndarray of float, shape (3,)
        Root mean square distance of hip, knee and ankle over the stride [rad].
    gps : float
        Root mean square of the three [rad].
    """

    gvs: Array
    gps: float


def sagittal_gps(angles: ArrayLike, reference: ArrayLike | None = None) -> SagittalProfile:
    """Gait profile score over the three sagittal angles of one leg [1]_; the published one is over nine variables.

    Parameters
    ----------
    angles : array_like of float, shape (51, 3)
        Hip, knee and ankle at 0, 2, .. 100 % of the stride [rad]; NaN where absent.
    reference : array_like of float, shape (51, 3), optional
        Angles to compare with [rad]; by default `adult_angles()` at comfortable speed, better those of the same speed.

    Returns
    -------
    SagittalProfile
        NaN for a joint with an absent value, and then for the score.

    References
    ----------
    .. [1] Baker, R. et al. (2009). The Gait Profile Score and Movement Analysis Profile. Gait Posture 30, 265-269.
    """
    got = array("angles", angles, (PHASES, 3))
    want = adult_angles()[0] if reference is None else array("reference", reference, (PHASES, 3))
    square = ((got - want) ** 2).sum(axis=0) / PHASES
    gvs = np.where(np.isfinite(square), np.sqrt(square), math.nan)
    return SagittalProfile(gvs, math.sqrt(float(gvs @ gvs) / 3.0))


def profile(stride: Stride, time: Array, leg: Array, reference: ArrayLike | None, speed: float) -> dict[str, float]:
    """Gait variable scores and score of a stride.

    Parameters
    ----------
    stride : Stride
        The stride.
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    leg : ndarray of float, shape (T, 3)
        Hip, knee and ankle [rad].
    reference : array_like of float, shape (51, 3), optional
        Angles to compare with [rad]; by default those of healthy adults at the stride's speed.
    speed : float
        Speed of the stride [m/s]; NaN when unknown, then the adults walk at their own.

    Returns
    -------
    dict of float
        `gvs_hip`, `gvs_knee`, `gvs_ankle` and `sagittal_gps` [rad].
    """
    duration = stride.end - stride.start
    if reference is None:
        reference = adult_angles(speed=clamp(speed, 0.0, 5.0) if math.isfinite(speed) else None)[0]
    when = [stride.start + i / (PHASES - 1) * duration for i in range(PHASES - 1)] + [stride.end]
    found = sagittal_gps([[at(time, leg[:, j], t) for j in range(3)] for t in when], reference)
    hip, knee, ankle = found.gvs.tolist()
    return {"gvs_hip": hip, "gvs_knee": knee, "gvs_ankle": ankle, "sagittal_gps": found.gps}
