"""Section 3: the gait reference and the minimum-jerk movement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, array, in_range
from .._conventions import Array, smooth_step, wrap_array, wrap_signed
from ..body import Body
from ..curve import Curve
from . import koopman

_LARGEST = 1e6
_ANY_MASS = 75.0  # lengths do not depend on it


class Reference(NamedTuple):
    """Angles, velocities and accelerations of the six joints.

    Attributes
    ----------
    q : ndarray of float
        Angles [rad], shape (6,) or (T, 6).
    dq : ndarray of float
        Velocities [rad/s], same shape.
    ddq : ndarray of float
        Accelerations [rad/s²], same shape.
    """

    q: Array
    dq: Array
    ddq: Array


class Pattern:
    """A periodic reference of six joints, each over its own side's cycle.

    Made by `koopman` or `from_table`.

    Parameters
    ----------
    curves : list of Curve
        Angle over phase [rad], one curve per joint.
    stride_rate : float
        Strides in a second [1/s].
    offset : float
        Phase of the right side when the left one is at 0 [-].
    speed : float, optional
        Walking speed of the pattern [m/s].
    published_stride_rate : float, optional
        Stride rate that the source gives [1/s].

    Attributes
    ----------
    curves, stride_rate, offset, speed, published_stride_rate
        As given.
    """

    def __init__(
        self,
        curves: list[Curve],
        stride_rate: float,
        offset: float,
        speed: float | None = None,
        published_stride_rate: float | None = None,
    ) -> None:
        self.curves = curves
        self.stride_rate = stride_rate
        self.offset = offset
        self.speed = speed
        self.published_stride_rate = published_stride_rate

    @classmethod
    def koopman(
        cls,
        speed: float,
        height: float,
        *,
        pelvic_tilt: float = math.radians(8.0),
        foot_clearance: float | None = None,
    ) -> Self:
        """Make the published reference for a speed and a height [1]_, its cadence matched to the belt.

        Parameters
        ----------
        speed : float
            Walking speed [m/s], 0.14 to 1.4.
        height : float
            Body height [m], 1.5 to 2.0.
        pelvic_tilt : float
            Forward tilt of the pelvis that the published hip angle contains [rad], -0.5 to 0.5; it is taken off.
        foot_clearance : float, optional
            Smallest height of the toe in swing [m], 0.0 to 0.15; the published curves' own when not given.

        Returns
        -------
        Pattern
            The reference.

        Raises
        ------
        ConfigError
            If a value lies outside its range, or the clearance cannot be reached.

        References
        ----------
        .. [1] Koopman, B., van Asseldonk, E. H. F. and van der Kooij, H. (2014). Journal of Biomechanics, 47(6),
           1447-1458. Differs in a common shift of 4.5 % of the cycle, in the hip of mid-stance and in the stride rate.
        """
        speed = in_range("speed", speed, 0.14, 1.4)
        height = in_range("height", height, 1.5, 2.0)
        tilt = in_range("pelvic_tilt", pelvic_tilt, -0.5, 0.5)
        body = Body(_ANY_MASS, height)
        samples = _even_stance(koopman.samples(speed, height) - np.array([tilt, 0.0, 0.0]), body)
        if foot_clearance is not None:
            samples = _with_clearance(samples, body, in_range("foot_clearance", foot_clearance, 0.0, 0.15))
        curves = _curves(samples)
        ratio = -0.532 + 0.020 * 3.6 * speed + 0.47 * height
        published = 1.0 / (2.0 * math.sqrt(ratio / speed))
        return cls(curves + curves, speed / -ankle_line(curves, body)[1], 0.5, speed, published)

    @classmethod
    def from_table(
        cls,
        angles: ArrayLike,
        *,
        stride_time: float,
        offset: float = 0.5,
        speed: float | None = None,
        closing: float = 0.05,
    ) -> Self:
        """Make a reference through a measured stride.

        Parameters
        ----------
        angles : array_like of float, shape (N, 3) or (N, 6)
            Angles [rad], -3 to 3, at phases `i / (N - 1)`, N 9 to 10000; three columns serve both sides.
        stride_time : float
            Duration of the stride [s], 0.3 to 10.
        offset : float
            Phase of the right side when the left one is at 0 [-], 0 to 1.
        speed : float, optional
            Walking speed [m/s], 0.05 to 5.
        closing : float
            Share of the cycle at each end over which a gap between first and last row is closed [-], 0.01 to 0.5.

        Returns
        -------
        Pattern
            The reference.

        Raises
        ------
        ConfigError
            If a value lies outside its range, or first and last row differ by more than 0.1745 rad.
        """
        table = all_in_range("angles", angles, -3.0, 3.0, (-1, 3), (-1, 6))
        stride_time = in_range("stride_time", stride_time, 0.3, 10.0)
        offset = in_range("offset", offset, 0.0, 1.0)
        closing = in_range("closing", closing, 0.01, 0.5)
        if not 9 <= len(table) <= 10_000:
            raise ConfigError(f"angles must have length 9 to 10000, got {len(table)}")
        curves = _curves(_close(table, closing))
        both = curves if len(curves) == 6 else curves + curves
        return cls(both, 1.0 / stride_time, offset, None if speed is None else in_range("speed", speed, 0.05, 5.0))

    def evaluate(
        self, phase: ArrayLike, phase_rate: ArrayLike | None = None, out: tuple[Array, Array, Array] | None = None
    ) -> Reference:
        """Give the reference at a phase of the left side; the right side follows by the offset.

        Parameters
        ----------
        phase : array_like of float, shape () or (T,)
            Phase of the left side [-].
        phase_rate : array_like of float, shape () or (T,), optional
            Its rate [1/s]; the pattern's own stride rate when not given.
        out : tuple of three ndarray, optional
            Arrays to write to [-], same shape as the results.

        Returns
        -------
        Reference
            Angles [rad], velocities [rad/s], accelerations [rad/s²], each (6,) or (T, 6).
        """
        left = array("phase", phase, (), (-1,))
        rate = np.broadcast_to(np.asarray(self.stride_rate if phase_rate is None else phase_rate, float), left.shape)
        phase_l = wrap_array(left)
        phases = np.stack([phase_l, wrap_array(phase_l + self.offset)], axis=-1)
        return self.evaluate_sides(phases, np.stack([rate, rate], axis=-1), None, out)

    def evaluate_sides(
        self,
        phases: ArrayLike,
        phase_rates: ArrayLike | None = None,
        phase_accels: ArrayLike | None = None,
        out: tuple[Array, Array, Array] | None = None,
    ) -> Reference:
        """Give the reference at a phase of each side.

        Parameters
        ----------
        phases : array_like of float, shape (2,) or (T, 2)
            Phases [-].
        phase_rates : array_like of float, shape (2,) or (T, 2), optional
            Their rates [1/s], clamped to ±100; the pattern's own stride rate when not given.
        phase_accels : array_like of float, shape (2,) or (T, 2), optional
            Their accelerations [1/s²], clamped to ±1e4; 0 when not given.
        out : tuple of three ndarray, optional
            Arrays to write to [-], same shape as the results.

        Returns
        -------
        Reference
            Angles [rad], velocities [rad/s], accelerations [rad/s²], each (6,) or (T, 6).
        """
        at = array("phases", phases, (2,), (-1, 2))
        rates = np.broadcast_to(bounded(self.stride_rate if phase_rates is None else phase_rates, 100.0), at.shape)
        accels = np.broadcast_to(bounded(0.0 if phase_accels is None else phase_accels, 1e4), at.shape)
        result = Reference(*(np.empty((*at.shape[:-1], 6)) for _ in range(3))) if out is None else Reference(*out)
        for joint, curve in enumerate(self.curves):
            side = joint // 3
            rate, accel = rates[..., side], accels[..., side]
            y, dy, ddy = curve.evaluate(at[..., side])
            result.q[..., joint] = y
            result.dq[..., joint] = dy * rate
            result.ddq[..., joint] = ddy * rate**2 + dy * accel
        return result

    def foot_clearance(self, height: float) -> float:
        """Smallest height of the swinging toe over the ground that the other foot stands on.

        Parameters
        ----------
        height : float
            Body height [m], 1.0 to 2.3.

        Returns
        -------
        float
            Clearance [m].
        """
        return _clearance(self.curves, Body(_ANY_MASS, height), self.offset)


def _curves(columns: Array) -> list[Curve]:
    return [Curve("angles", column) for column in columns.T]


def _close(table: Array, closing: float) -> Array:
    """Spread the gap between first and last row over both ends and drop the last row."""
    gap = table[-1] - table[0]
    for joint, d in enumerate(gap.tolist()):
        in_range("angles[-1] - angles[0]", d, -0.1745, 0.1745, joint)
    p = np.arange(len(table)) / (len(table) - 1)
    start = np.array([1.0 - smooth_step(x / closing) for x in p])
    end = np.array([1.0 - smooth_step((1.0 - x) / closing) for x in p])
    closed: Array = table + gap / 2.0 * start[:, None] - gap / 2.0 * end[:, None]
    return closed[:-1]


def bounded(values: ArrayLike, limit: float) -> Array:
    """Clamp values; what is not finite counts as 0.

    Parameters
    ----------
    values : array_like of float
        Any numbers [-], any shape.
    limit : float
        Largest magnitude [-].

    Returns
    -------
    ndarray of float
        Numbers within plus and minus the limit [-], same shape.
    """
    given = np.asarray(values, dtype=np.float64)
    clamped: Array = np.clip(np.where(np.isfinite(given), given, 0.0), -limit, limit)
    return clamped


def ankle_line(curves: Sequence[Curve], body: Body) -> tuple[float, float]:
    """Line of the ankle's way back under a resting hip in mid-stance.

    Parameters
    ----------
    curves : sequence of Curve
        Hip and knee first [rad].
    body : Body
        Whose leg it is.

    Returns
    -------
    tuple of two float
        Mean [m] and least-squares slope per cycle [m].
    """
    phase = np.array([0.10 + 0.01 * i for i in range(31)])
    hip, knee = curves[0].evaluate(phase)[0], curves[1].evaluate(phase)[0]
    x = body.thigh.length * np.sin(hip) + body.shank.length * np.sin(hip - knee)
    centred = phase - phase.mean()
    return float(x.mean()), float(centred @ (x - x.mean()) / (centred @ centred))


def _even_stance(samples: Array, body: Body) -> Array:
    """Give samples whose hip is moved to where the stance ankle goes back evenly."""
    mean, slope = ankle_line(_curves(samples), body)
    even = samples.copy()
    for j, (hip, knee, _) in enumerate(samples.tolist()):
        d = wrap_signed(j / len(samples) - 0.265)
        w = smooth_step((0.285 - abs(d)) / 0.10)
        if w > 0.0:
            a = body.thigh.length + body.shank.length * math.cos(knee)
            b = body.shank.length * math.sin(knee)
            x = mean + slope * (0.265 + d - 0.25)
            even[j, 0] += w * (math.atan2(b, a) + math.asin(x / math.hypot(a, b)) - hip)
    return even


def _clearance(curves: list[Curve], body: Body, offset: float) -> float:
    """Toe height minus the lower of heel and toe height of the other leg, the smallest over both mid-swings."""
    phase = np.array([0.70 + 0.005 * i for i in range(41)])
    heights = []
    for swing, stance, shift in ((curves[:3], curves[-3:], offset), (curves[-3:], curves[:3], -offset)):
        swinging = np.array([curve.evaluate(phase)[0] for curve in swing]).T.tolist()
        standing = np.array([curve.evaluate(phase + shift)[0] for curve in stance]).T.tolist()
        for up, down in zip(swinging, standing, strict=True):
            ground = body.leg(*down)
            heights.append(body.leg(*up).toe[1] - min(ground.heel[1], ground.toe[1]))
    return min(heights)


def _with_clearance(samples: Array, body: Body, asked: float) -> Array:
    """Give samples with a flexion bump in swing that gives the clearance asked for."""
    phase = np.arange(len(samples)) / len(samples)
    window = np.where(np.abs(phase - 0.80) < 0.20, np.cos(np.pi * (phase - 0.80) / 0.40) ** 2, 0.0)
    bump = window[:, None] * np.radians([3.0, 6.0, 5.0])

    def reached(size: float) -> float:
        return _clearance(_curves(samples + size * bump), body, 0.5)

    low, high = -1.0, 5.0
    in_range("foot_clearance", asked, reached(low), reached(high))
    while high - low > 1e-13:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if reached(middle) < asked else (low, middle)
    lifted: Array = samples + 0.5 * (low + high) * bump
    return lifted
