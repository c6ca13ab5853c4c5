"""Section 3.3: a pattern in a therapist's words, measured on its curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, in_range
from .._conventions import Array, wrap
from ..body import Body
from ..curve import Curve
from .curves import Curves
from .pattern import Pattern, ankle_line

Pair: TypeAlias = tuple[float, float]
SWING = np.array([0.70 + 0.005 * i for i in range(41)])


class Description(NamedTuple):
    """A pattern in a therapist's words; pairs are left, right.

    Attributes
    ----------
    step_length : tuple of float
        Distance of the ankles at the initial contact of that side [m].
    foot_clearance_cm : tuple of float
        Smallest height of that side's swinging toe over the standing foot [cm].
    knee_range_deg, hip_range_deg : tuple of float
        Largest minus smallest angle [deg].
    cadence : float
        Steps in a minute [1/min].
    speed : float or None
        Walking speed [m/s].
    asymmetry : float or None
        Logarithm of left over right step length [-].
    phase_offset : float
        Right phase minus left phase [-].
    stance_share : tuple of float
        Phase at which the toe is farthest behind [-].
    stance_speed : tuple of float
        Speed with which the stance ankle goes back [m/s].
    """

    step_length: Pair
    foot_clearance_cm: Pair
    knee_range_deg: Pair
    hip_range_deg: Pair
    cadence: float
    speed: float | None
    asymmetry: float | None
    phase_offset: float
    stance_share: Pair
    stance_speed: Pair


class Difference(NamedTuple):
    """How a pattern differs from a table.

    Attributes
    ----------
    offset : ndarray of float, shape (6,)
        Mean of pattern minus table [rad].
    rms : ndarray of float, shape (6,)
        Root mean square of what is left [rad].
    """

    offset: Array
    rms: Array


class Legs:
    """Both legs of a pattern, to be measured.

    Parameters
    ----------
    curves : sequence of Curve
        Six curves [rad].
    offset : float
        Right phase minus left phase [-].
    body : Body
        Whose legs they are.
    """

    def __init__(self, curves: Sequence[Curve], offset: float, body: Body) -> None:
        self.curves, self.offset, self.body = list(curves), offset, body
        self._coefficients = Curves.of(self.curves)

    def leg(self, side: int) -> list[Curve]:
        """Curves of one leg.

        Parameters
        ----------
        side : int
            0 left, 1 right [-].

        Returns
        -------
        list of Curve
            Hip, knee, ankle [rad].
        """
        return self.curves[3 * side : 3 * side + 3]

    def ankle_x(self, side: int, phase: ArrayLike) -> Array:
        """Place of the ankle before the hip.

        Parameters
        ----------
        side : int
            0 left, 1 right [-].
        phase : array_like of float, shape () or (T,)
            Phase [-].

        Returns
        -------
        ndarray of float, shape () or (T,)
            Place [m].
        """
        hip, knee = (c.evaluate(phase)[0] for c in self.leg(side)[:2])
        x: Array = self.body.thigh.length * np.sin(hip) + self.body.shank.length * np.sin(hip - knee)
        return x

    def steps(self) -> Pair:
        """Step length of each side [m]."""
        o = self.offset
        left = self.ankle_x(0, 0.0) - self.ankle_x(1, wrap(o))
        right = self.ankle_x(1, 0.0) - self.ankle_x(0, wrap(-o))
        return float(left), float(right)

    def clearance(self, side: int) -> float:
        """Clearance of one side's swinging toe.

        Parameters
        ----------
        side : int
            0 left, 1 right [-].

        Returns
        -------
        float
            Clearance [m].
        """
        shift = self.offset if side == 0 else -self.offset
        up = np.array([c.evaluate(SWING)[0] for c in self.leg(side)]).T.tolist()
        down = np.array([c.evaluate(SWING + shift)[0] for c in self.leg(1 - side)]).T.tolist()
        heights = []
        for swinging, standing in zip(up, down, strict=True):
            ground = self.body.leg(*standing)
            heights.append(self.body.leg(*swinging).toe[1] - min(ground.heel[1], ground.toe[1]))
        return min(heights)

    def extremes(self, joint: int) -> Pair:
        """Lowest and highest angle of a joint.

        Parameters
        ----------
        joint : int
            Which of the six [-].

        Returns
        -------
        tuple of two float
            Angles [rad].
        """
        return self._coefficients.extremes(joint)[:2]

    def range_of(self, joint: int) -> float:
        """Range of a joint.

        Parameters
        ----------
        joint : int
            Which of the six [-].

        Returns
        -------
        float
            Largest minus smallest angle [rad].
        """
        low, high = self.extremes(joint)
        return high - low

    def stance_share(self, side: int) -> float:
        """Phase at which the toe is farthest behind the hip.

        Parameters
        ----------
        side : int
            0 left, 1 right [-].

        Returns
        -------
        float
            Phase [-].
        """
        k = int(np.argmin(self._toe(side, np.arange(512) / 512)[0]))
        low, high = (k - 1) / 512, (k + 1) / 512
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if float(self._toe(side, middle)[1]) < 0.0 else (low, middle)
        return wrap(0.5 * (low + high))

    def _toe(self, side: int, phase: ArrayLike) -> tuple[Array, Array]:
        """Place of the toe before the hip and its derivative."""
        (hip, dhip, _), (knee, dknee, _), (ankle, dankle, _) = (c.evaluate(phase) for c in self.leg(side))
        b = self.body
        shank, foot = hip - knee, hip - knee + ankle
        x = b.thigh.length * np.sin(hip) + b.shank.length * np.sin(shank)
        dx = b.thigh.length * np.cos(hip) * dhip + b.shank.length * np.cos(shank) * (dhip - dknee)
        x = x + b.toe * np.cos(foot) + b.ankle_height * np.sin(foot)
        dx = dx + (-b.toe * np.sin(foot) + b.ankle_height * np.cos(foot)) * (dhip - dknee + dankle)
        return x, dx

    def asymmetry(self) -> float | None:
        """Logarithm of left over right step length [-]."""
        left, right = self.steps()
        return math.log(left / right) if left > 0.0 and right > 0.0 else None


def describe(pattern: Pattern, height: float) -> Description:
    """Measure a pattern.

    Parameters
    ----------
    pattern : Pattern
        The pattern.
    height : float
        Body height [m], 1.0 to 2.3.

    Returns
    -------
    Description
        What it is in a therapist's words.
    """
    body = Body(75.0, in_range("height", height, 1.0, 2.3))
    legs = Legs(pattern.curves, pattern.offset, body)
    return Description(
        legs.steps(),
        (100.0 * legs.clearance(0), 100.0 * legs.clearance(1)),
        (math.degrees(legs.range_of(1)), math.degrees(legs.range_of(4))),
        (math.degrees(legs.range_of(0)), math.degrees(legs.range_of(3))),
        120.0 * pattern.stride_rate,
        pattern.speed,
        legs.asymmetry(),
        pattern.offset,
        (legs.stance_share(0), legs.stance_share(1)),
        (
            -ankle_line(legs.leg(0), body)[1] * pattern.stride_rate,
            -ankle_line(legs.leg(1), body)[1] * pattern.stride_rate,
        ),
    )


def difference(pattern: Pattern, angles: ArrayLike) -> Difference:
    """Compare a pattern with a table.

    Parameters
    ----------
    pattern : Pattern
        The pattern.
    angles : array_like of float, shape (N, 3) or (N, 6)
        Angles [rad], -3 to 3, at phases `i / (N - 1)`, N 9 to 10000.

    Returns
    -------
    Difference
        Offset, and what is left without it.
    """
    table = all_in_range("angles", angles, -3.0, 3.0, (-1, 3), (-1, 6))
    if not 9 <= len(table) <= 10_000:
        raise ConfigError(f"angles must have length 9 to 10000, got {len(table)}")
    if table.shape[1] == 3:
        table = np.hstack([table, table])
    phases = np.arange(len(table) - 1) / (len(table) - 1)
    own = np.array([curve.evaluate(phases)[0] for curve in pattern.curves]).T
    error = own - table[:-1]
    offset = error.mean(axis=0)
    return Difference(offset, np.sqrt(((error - offset) ** 2).mean(axis=0)))
