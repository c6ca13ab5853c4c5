"""Figures of a walk beside its table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from numpy.typing import ArrayLike

from .. import _core
from .._core import JointWork
from .._inputs import Array, to_array, to_flag, to_number

MINIMUM_STRIDES = {"mean": 6, "variability": 20}


class Variability(NamedTuple):
    """Spread of a measure over strides.

    Attributes
    ----------
    strides : int
        Strides with a value [-].
    mean : float
        Mean, in the measure's unit [-].
    median : float
        Median, in the measure's unit [-].
    sd : float
        Standard deviation with divisor `strides - 1`, in the measure's unit [-].
    cv : float
        `sd` over the magnitude of the mean [-].
    mad : float
        Median of the distances from the median, in the measure's unit [-].
    stable : bool
        Whether there were 20 strides or more [-].
    """

    strides: int
    mean: float
    median: float
    sd: float
    cv: float
    mad: float
    stable: bool


def variability(values: ArrayLike) -> Variability:
    """Spread of a measure over strides; NaN among the values is left out.

    Parameters
    ----------
    values : array_like of float, shape (K,)
        The measure of each stride, in any unit [-].

    Returns
    -------
    Variability
        NaN where there are too few values: one for mean, median and `mad`, two for `sd` and `cv`. The coefficient of
        variation of stride length and time agrees with that of many strides after at most 20 [1]_; no fewer than 30
        steps in one walk are asked for [2]_.

    References
    ----------
    .. [1] Kroneberg, D. et al. (2019). Less is more: estimation of the number of strides required to assess gait
       variability in spatially confined settings. Front. Aging Neurosci. 10, 435.
    .. [2] Galna, B., Lord, S. and Rochester, L. (2013). Is gait variability reliable in older adults and Parkinson's
       disease?

    Examples
    --------
    >>> spread = variability([1.0, 2.0, 3.0, 4.0, 100.0])
    >>> spread.median, spread.mad
    (3.0, 1.0)
    """
    return Variability(*_core.variability(to_array("values", values, 1)))


def symmetry(left: float, right: float) -> float:
    """Natural logarithm of the ratio of left to right.

    Parameters
    ----------
    left : float
        Measure of the left side, 1e-9 to 1e9, in the unit of `right` [-].
    right : float
        Measure of the right side, 1e-9 to 1e9, in the unit of `left` [-].

    Returns
    -------
    float
        0 when equal, positive when left is larger [-]; swapping sides changes only the sign. Of means take 6 strides of
        each side or more, as for a mean.

    Raises
    ------
    ConfigError
        If a measure is not a positive finite number.

    Examples
    --------
    >>> round(symmetry(0.66, 0.60), 3)
    0.095
    """
    return _core.symmetry(to_number("left", left), to_number("right", right))


def stride_symmetry(left: ArrayLike, right: ArrayLike) -> float:
    """Natural logarithm of the ratio of the medians of left and right.

    Parameters
    ----------
    left : array_like of float, shape (K,)
        Measure of each stride of the left side, in any unit [-]; NaN is left out.
    right : array_like of float, shape (L,)
        Measure of each stride of the right side, in the unit of `left` [-]; NaN is left out.

    Returns
    -------
    float
        `ln(median(left) / median(right))` [-]: 0 when equal, swapping sides changes only the sign; NaN when a median is
        absent or outside 1e-9 to 1e9. Ratios are never averaged: three of 0.8 and three of 1.25 average to 1.025. Take
        6 strides of each side or more, as for a mean.

    Examples
    --------
    >>> round(stride_symmetry([0.4, 0.6, 9.0], [0.3]), 3)
    0.693
    """
    return _core.stride_symmetry(to_array("left", left, 1), to_array("right", right, 1))


def harmonic_ratio(acceleration: ArrayLike, *, lateral: bool = False) -> float:
    """Step-to-step symmetry of the trunk within one stride [1]_ [2]_.

    Parameters
    ----------
    acceleration : array_like of float, shape (N,)
        Acceleration of the lower trunk along one axis of the body, N equal steps over one stride, N above 40 [m/s²].
    lateral : bool
        Whether the axis is the medio-lateral one [-].

    Returns
    -------
    float
        Sum of the amplitudes of the first ten even harmonics of the stride over that of the first ten odd ones, odd
        over even for the lateral axis [-]; NaN when a value is absent or the divisor is of the size of rounding.
        Depends on speed [3]_. More strides than customary are needed [4]_; 20 is an assumption.

    Raises
    ------
    ConfigError
        If `acceleration` is not one-dimensional or `lateral` is no truth value.

    References
    ----------
    .. [1] Menz, H. B., Lord, S. R. and Fitzpatrick, R. C. (2003). Acceleration patterns of the head and pelvis when
       walking on level and irregular surfaces. Gait Posture 18, 35-46.
    .. [2] Bellanca, J. L. et al. (2013). Harmonic ratios: a quantification of step to step symmetry. J. Biomech. 46,
       828-831.
    .. [3] Lowry, K. A. et al. (2012). Age- and speed-related differences in harmonic ratios during walking. Gait
       Posture 35, 272-276.
    .. [4] Riva, F. et al. (2014). Gait variability and stability measures: minimum number of strides and within-session
       reliability. Comput. Biol. Med. 50, 9-13.

    Examples
    --------
    >>> import numpy as np
    >>> angle = 2 * np.pi * np.arange(100) / 100
    >>> round(harmonic_ratio(3 * np.cos(2 * angle) + np.cos(angle)), 6)
    3.0
    """
    return _core.harmonic_ratio(to_array("acceleration", acceleration, 1), to_flag("lateral", lateral))


def margin_of_stability(position: float, velocity: float, boundary: float, leg_length: float) -> float:
    """Distance from the extrapolated centre of mass to a boundary of the base of support [1]_.

    Parameters
    ----------
    position : float
        Of the centre of mass along the axis [m].
    velocity : float
        Of the centre of mass along the axis [m/s].
    boundary : float
        Where the base of support ends on the axis [m].
    leg_length : float
        Length of the pendulum [m], 0.3 to 1.5.

    Returns
    -------
    float
        `boundary - (position + velocity / sqrt(g / leg_length))` [m]; positive while the boundary lies ahead, NaN
        when one of the first three is not finite or beyond ±1e6. Over strides take 20, an assumption; a pelvis marker
        in place of the centre of mass biases it by -71 to 43 % [2]_.

    Raises
    ------
    ConfigError
        If `leg_length` is outside its range.

    References
    ----------
    .. [1] Hof, A. L., Gazendam, M. G. J. and Sinke, W. E. (2005). The condition for dynamic stability. J. Biomech.
       38, 1-8.
    .. [2] Analysis of biases in dynamic margins of stability introduced by the use of simplified center of
       mass estimates during walking and turning. Gait Posture, S0966636217309475.

    Examples
    --------
    >>> round(margin_of_stability(0.1, 1.0, 0.5, 0.980665), 4)
    0.0838
    """
    values = (("position", position), ("velocity", velocity), ("boundary", boundary), ("leg_length", leg_length))
    return _core.margin_of_stability(*(to_number(name, value) for name, value in values))


@dataclass(frozen=True, slots=True)
class SagittalProfile:
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
    """Gait profile score over the three sagittal angles of one leg [1]_.

    Parameters
    ----------
    angles : array_like of float, shape (51, 3)
        Hip, knee and ankle at 0, 2, .. 100 % of the stride [rad]; NaN where absent.
    reference : array_like of float, shape (51, 3)
        Angles to compare with [rad]; by default `adult_angles()` at comfortable speed, better those of the same speed.

    Returns
    -------
    SagittalProfile
        NaN for a joint with an absent value, and then for the score. The published score is over nine variables; its
        minimal clinically important difference of 1.6° [2]_ does not carry over. An offset in the zero of a joint goes
        straight into it. Over strides take 6, an assumption.

    Raises
    ------
    ConfigError
        If an array has another shape.

    References
    ----------
    .. [1] Baker, R. et al. (2009). The Gait Profile Score and Movement Analysis Profile. Gait Posture 30, 265-269.
    .. [2] Baker, R. et al. (2012). The minimal clinically important difference for the Gait Profile Score. Gait Posture
       35, 612-615.

    Examples
    --------
    >>> import numpy as np
    >>> mean, _ = adult_angles()
    >>> profile = sagittal_gps(mean + np.radians([3.0, 4.0, 0.0]))
    >>> np.degrees(profile.gvs).round(6).tolist(), float(np.degrees(profile.gps).round(3))
    ([3.0, 4.0, 0.0], 2.887)
    """
    chosen = None if reference is None else to_array("reference", reference, 2)
    return SagittalProfile(*_core.sagittal_gps(to_array("angles", angles, 2), chosen))


def adult_angles(pelvic_tilt: float = math.radians(8.0), speed: float | None = None) -> tuple[Array, Array]:
    """Mean and standard deviation of the sagittal angles of 42 healthy adults [1]_, moved to a speed [2]_.

    Parameters
    ----------
    pelvic_tilt : float
        Forward tilt of the pelvis that is taken off the published hip angle [rad], -0.5 to 0.5.
    speed : float, optional
        Speed of walking [m/s], 0 to 5, counted as 0.14 to 1.4; by default the adults' own, comfortable one.

    Returns
    -------
    tuple of ndarray of float, each of shape (51, 3)
        Mean and standard deviation of hip, knee and ankle at 0, 2, .. 100 % of the stride [rad]. The adults' own speed
        is taken to be 1.1 m/s, an assumption; the parabolas of the change miss the regression by 0.2 to 0.4°.

    Raises
    ------
    ConfigError
        If a number is outside its range.

    References
    ----------
    .. [1] Fukuchi, C. A., Fukuchi, R. K. and Duarte, M. (2018). A public dataset of overground and treadmill walking
       kinematics and kinetics in healthy individuals. PeerJ 6, e4640. Data CC BY 4.0.
    .. [2] Koopman, B. et al. (2014). Speed-dependent reference joint trajectory generation for robotic gait support.
       J. Biomech. 47, 1447-1458.

    Examples
    --------
    >>> import numpy as np
    >>> mean, sd = adult_angles(speed=0.5)
    >>> mean.shape, round(np.degrees(mean[:, 1].max()))
    ((51, 3), 52)
    """
    chosen = None if speed is None else to_number("speed", speed)
    return _core.adult_angles(to_number("pelvic_tilt", pelvic_tilt), chosen)


def robot_work(
    time: ArrayLike, dq: ArrayLike, tau_robot: ArrayLike, tau_human: ArrayLike
) -> tuple[JointWork, JointWork]:
    """Work of robot and person at the joints of each leg over a whole recording.

    Parameters
    ----------
    time : array_like of float, shape (T,)
        Times, increasing [s]; a row counts for the time since the one before, unless that is above 0.1 s.
    dq : array_like of float, shape (T, 6)
        Joint velocities [rad/s]; NaN where absent.
    tau_robot : array_like of float, shape (T, 6)
        Torques of the robot [N·m]; NaN where absent.
    tau_human : array_like of float, shape (T, 6)
        Torques of the person [N·m]; NaN where absent. Errs as the estimate it comes from.

    Returns
    -------
    tuple of JointWork
        Left and right leg; NaN where too little was known. Per stride take 20 strides, an assumption.

    Raises
    ------
    ConfigError
        If times do not increase or shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> time, ones = np.arange(101) * 0.01, np.ones((101, 6))
    >>> left, _ = robot_work(time, ones, 3.0 * ones, ones)
    >>> round(left.robot_work, 6), round(left.human_share, 6)
    (9.0, 0.25)
    """
    arrays = (to_array(name, x, 2) for name, x in (("dq", dq), ("tau_robot", tau_robot), ("tau_human", tau_human)))
    return _core.robot_work(to_array("time", time, 1), *arrays)
