"""Columns of the strides of a recording, each with its source, its error and how many strides it needs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._core import STRIDE_COLUMNS
from .._inputs import Array


@dataclass(frozen=True, slots=True)
class StrideTable:
    """Strides of one side; every column has shape (K,) and is NaN where it could not be measured.

    Means settle after about 6 strides [1]_, figures of spread after 20 [2]_ [3]_. For other columns than times and
    lengths that is an assumption; for `toe_clearance`, the harmonic ratios, the margins and the work 20 are assumed for
    the mean too. Times err as the events do, lengths from markers by 5 mm for 10 ms at contact, forces as their sensor.

    Attributes
    ----------
    start : ndarray of float, shape (K,)
        Initial contact that begins the stride [s].
    end : ndarray of float, shape (K,)
        Initial contact that ends it [s].
    stride_time : ndarray of float, shape (K,)
        Duration [s].
    stance_time : ndarray of float, shape (K,)
        Time on the ground [s].
    swing_time : ndarray of float, shape (K,)
        Time in the air [s].
    step_time : ndarray of float, shape (K,)
        Time from the other side's initial contact to the end [s].
    double_support_time : ndarray of float, shape (K,)
        Time with both feet on the ground [s].
    stance_share : ndarray of float, shape (K,)
        Stance time over stride time [-].
    swing_share : ndarray of float, shape (K,)
        Swing time over stride time [-].
    double_support_share : ndarray of float, shape (K,)
        Double-support time over stride time [-].
    cadence : ndarray of float, shape (K,)
        Steps per time [1/s], two to a stride.
    hip_max : ndarray of float, shape (K,)
        Largest hip flexion [rad].
    hip_min : ndarray of float, shape (K,)
        Smallest hip flexion, the peak of extension [rad].
    knee_at_contact : ndarray of float, shape (K,)
        Knee flexion at the end of the stride [rad].
    knee_stance_max : ndarray of float, shape (K,)
        Largest knee flexion at phases 0.10 to 0.40 [rad].
    knee_swing_max : ndarray of float, shape (K,)
        Largest knee flexion at phases 0.60 to 0.95 [rad].
    hip_range : ndarray of float, shape (K,)
        Range of the hip angle [rad].
    knee_range : ndarray of float, shape (K,)
        Range of the knee angle [rad].
    ankle_range : ndarray of float, shape (K,)
        Range of the ankle angle [rad].
    force_peak : ndarray of float, shape (K,)
        Largest force under the foot [N].
    force_mean : ndarray of float, shape (K,)
        Mean force under the foot [N].
    stride_length : ndarray of float, shape (K,)
        From markers; else from the foot's inertial sensor, relative to the ground it rests on; else the way of the belt
        [m]. Mean absolute error of such sensors 6.3 cm in geriatric patients [4]_, here 1.3 cm against markers in one
        healthy adult; a gain error of the sensor goes in one to one.
    step_length : ndarray of float, shape (K,)
        How far ahead of where the other heel landed this heel lands [m]; without markers: distance of this ankle ahead
        of the other at the end of the stride, from joint angles and body height, which a risen heel makes shorter.
    step_width : ndarray of float, shape (K,)
        How far beside where the other heel landed this heel lands, negative when the feet cross [m].
    speed : ndarray of float, shape (K,)
        Stride length over stride time [m/s].
    walk_ratio : ndarray of float, shape (K,)
        Half the stride length over the cadence in steps a minute [m/(steps/min)] [5]_; about 0.0068 in healthy adults,
        with a coefficient of variation of 1.9 % within a person [6]_.
    toe_clearance : ndarray of float, shape (K,)
        Least height of the toe in the middle of swing [m]; 1.9 cm, 0.5 cm standard deviation, in able-bodied people
        [7]_.
    foot_lift : ndarray of float, shape (K,)
        Largest height of the foot's sensor above the line between its two rests [m]; no toe clearance.
    height_change : ndarray of float, shape (K,)
        How much higher the foot's sensor came to rest [m]; errs by 2 cm, at 1.6 m/s by 6 cm.
    turn : ndarray of float, shape (K,)
        Change of the foot's heading, positive to the left [rad].
    ankle_swing_max : ndarray of float, shape (K,)
        Largest dorsiflexion at phases 0.60 to 0.95 [rad].
    load_share : ndarray of float, shape (K,)
        Mean force in stance over body weight [-].
    load_peak : ndarray of float, shape (K,)
        Largest force in the first half of stance over body weight [-].
    loading_rate : ndarray of float, shape (K,)
        Slope from 20 to 80 % of that peak, body weights a second [1/s]; not comparable between filters and definitions
        [8]_.
    margin_ap : ndarray of float, shape (K,)
        Margin of stability forward at the end of the stride, from the pelvis marker to the toe in front [m] [9]_.
    margin_ml : ndarray of float, shape (K,)
        The same sideways, to the heel [m]; the pelvis standing for the centre of mass biases it by -71 to 43 % [10]_.
    harmonic_ap : ndarray of float, shape (K,)
        Harmonic ratio of the trunk's acceleration forward, even over odd [-] [11]_ [12]_.
    harmonic_ml : ndarray of float, shape (K,)
        Harmonic ratio sideways, odd over even [-].
    harmonic_v : ndarray of float, shape (K,)
        Harmonic ratio upward, even over odd [-].
    gvs_hip : ndarray of float, shape (K,)
        Root mean square distance of the hip from the reference [rad].
    gvs_knee : ndarray of float, shape (K,)
        Root mean square distance of the knee from the reference [rad].
    gvs_ankle : ndarray of float, shape (K,)
        Root mean square distance of the ankle from the reference [rad].
    sagittal_gps : ndarray of float, shape (K,)
        Root mean square of the three [rad] [13]_; the published score is over nine variables.
    robot_work : ndarray of float, shape (K,)
        Positive work of the robot on this leg [J].
    robot_braking : ndarray of float, shape (K,)
        Work the robot took out of this leg, not negative [J].
    human_work : ndarray of float, shape (K,)
        Positive work of the person at this leg, while it was known [J].
    human_share : ndarray of float, shape (K,)
        That over the positive work of person and robot together, same joints and samples [-], 0 to 1.
    human_covered : ndarray of float, shape (K,)
        Share of the samples in which both torques were known [-].
    valid : ndarray of bool, shape (K,)
        False for strides shorter than 0.3 s or longer than 3 s [-].

    References
    ----------
    .. [1] Motti Ader, L. G. et al. (2020). Short bouts of gait data and body-worn inertial sensors can provide reliable
       measures of spatiotemporal gait parameters. Biosensors 10, 128. Multiple sclerosis, sensors on the shanks.
    .. [2] Kroneberg, D. et al. (2019). Less is more: estimation of the number of strides required to assess gait
       variability in spatially confined settings. Front. Aging Neurosci. 10, 435.
    .. [3] Galna, B., Lord, S. and Rochester, L. (2013). Is gait variability reliable in older adults and Parkinson's
       disease? Asks for no fewer than 30 steps in one walk.
    .. [4] Rampp, A. et al. (2015). Inertial sensor-based stride parameter calculation from gait sequences in geriatric
       patients.
    .. [5] Murakami and Otaka (2017), PMC5430280; after Sekiya et al. (1996).
    .. [6] Terrier, P. and Schutz, Y. (2003). Variability of gait patterns during unconstrained walking assessed by
       satellite positioning. Eur. J. Appl. Physiol. 90, 554-561.
    .. [7] Moosabhoy, M. A. and Gard, S. A. (2006). Methodology for determining the sensitivity of swing leg toe
       clearance and leg length to swing leg joint angles during gait. Gait Posture 24, 493-501.
    .. [8] Abolins, V., Nesenbergs, K. and Bernans, E. (2019). Reliability of loading rate in gait analysis. IOP Conf.
       Ser. Mater. Sci. Eng. 575, 012002.
    .. [9] Hof, A. L., Gazendam, M. G. J. and Sinke, W. E. (2005). The condition for dynamic stability. J. Biomech.
       38, 1-8.
    .. [10] Analysis of biases in dynamic margins of stability introduced by the use of simplified center of
       mass estimates during walking and turning. Gait Posture, S0966636217309475.
    .. [11] Menz, H. B., Lord, S. R. and Fitzpatrick, R. C. (2003). Acceleration patterns of the head and pelvis when
       walking on level and irregular surfaces. Gait Posture 18, 35-46.
    .. [12] Bellanca, J. L. et al. (2013). Harmonic ratios: a quantification of step to step symmetry. J. Biomech. 46,
       828-831.
    .. [13] Baker, R. et al. (2009). The Gait Profile Score and Movement Analysis Profile. Gait Posture 30, 265-269.
    """

    start: Array
    end: Array
    stride_time: Array
    stance_time: Array
    swing_time: Array
    step_time: Array
    double_support_time: Array
    stance_share: Array
    swing_share: Array
    double_support_share: Array
    cadence: Array
    hip_max: Array
    hip_min: Array
    knee_at_contact: Array
    knee_stance_max: Array
    knee_swing_max: Array
    hip_range: Array
    knee_range: Array
    ankle_range: Array
    force_peak: Array
    force_mean: Array
    stride_length: Array
    step_length: Array
    step_width: Array
    speed: Array
    walk_ratio: Array
    toe_clearance: Array
    foot_lift: Array
    height_change: Array
    turn: Array
    ankle_swing_max: Array
    load_share: Array
    load_peak: Array
    loading_rate: Array
    margin_ap: Array
    margin_ml: Array
    harmonic_ap: Array
    harmonic_ml: Array
    harmonic_v: Array
    gvs_hip: Array
    gvs_knee: Array
    gvs_ankle: Array
    sagittal_gps: Array
    robot_work: Array
    robot_braking: Array
    human_work: Array
    human_share: Array
    human_covered: Array
    valid: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start)


class StrideTables(NamedTuple):
    """Strides of both sides.

    Attributes
    ----------
    left : StrideTable
        Strides of the left side.
    right : StrideTable
        Strides of the right side.
    """

    left: StrideTable
    right: StrideTable


def to_table(rows: Array) -> StrideTable:
    """One side's table from the rows of the core."""
    names = [field.name for field in fields(StrideTable)]
    columns = dict(zip((*STRIDE_COLUMNS, "valid"), np.ascontiguousarray(rows.T), strict=True))
    valid = columns.pop("valid") == 1.0
    return StrideTable(**{name: columns[name] for name in names if name != "valid"}, valid=valid)
