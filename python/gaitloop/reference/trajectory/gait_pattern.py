"""Section 3: the gait reference with everything that it can be made from."""

from __future__ import annotations

import math
from typing import Any, Self

from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import in_range
from ..body import Body
from ..curve import Curve
from . import fit as fitting
from .fit import Fit, Settings
from .pattern import Pattern, ankle_line
from .ramp import RampLeg
from .terrain import StairLeg


class GaitPattern(Pattern):
    """A periodic reference of six joints; made by one of its class methods."""

    @classmethod
    def ramp(
        cls,
        speed: float,
        height: float,
        incline: float,
        *,
        foot_clearance: float = 0.01,
        pelvic_tilt: float = math.radians(8.0),
    ) -> Self:
        """Make a pattern for walking up or down a ramp.

        Parameters
        ----------
        speed : float
            Walking speed along the surface [m/s], 0.14 to 1.4.
        height : float
            Body height [m], 1.5 to 2.0.
        incline : float
            Slope [rad], -10° to 10°, positive uphill.
        foot_clearance : float
            Least height of the swinging foot over the slope [m], 0 to 0.1.
        pelvic_tilt : float
            As for `koopman` [rad], -0.5 to 0.5.

        Returns
        -------
        GaitPattern
            The pattern.
        """
        level = cls.koopman(speed, height, pelvic_tilt=pelvic_tilt)
        steepest = math.radians(10.0)
        incline = in_range("incline", incline, -steepest, steepest)
        clearance = in_range("foot_clearance", foot_clearance, 0.0, 0.1)
        middle = ankle_line(level.curves, Body(75.0, height))[0]
        leg = RampLeg(level.curves[:3], height, incline, speed / level.stride_rate, middle)
        curves = [Curve("angles", column) for column in leg.samples(clearance).T]
        return cls(curves + curves, level.stride_rate, 0.5, level.speed)

    @classmethod
    def stairs(
        cls,
        rise: float,
        tread: float,
        height: float,
        direction: str = "up",
        *,
        cadence: float = 1.0,
        foot_clearance: float = 0.02,
    ) -> Self:
        """Make a pattern for walking up or down stairs, step over step.

        Parameters
        ----------
        rise : float
            Height of a step [m], 0.05 to 0.25.
        tread : float
            Depth of a step [m], 0.2 to 0.45.
        height : float
            Body height [m], 1.0 to 2.3.
        direction : str
            up or down.
        cadence : float
            Steps in a second [1/s], 0.2 to 3.
        foot_clearance : float
            Least height of the swinging sole over the noses [m], 0 to 0.1.

        Returns
        -------
        GaitPattern
            The pattern.
        """
        rise, tread = in_range("rise", rise, 0.05, 0.25), in_range("tread", tread, 0.2, 0.45)
        height = in_range("height", height, 1.0, 2.3)
        if direction not in ("up", "down"):
            raise ConfigError(f"direction must be up or down, got {direction!r}")
        cadence = in_range("cadence", cadence, 0.2, 3.0)
        leg = StairLeg(rise, tread, height, direction == "up", in_range("foot_clearance", foot_clearance, 0.0, 0.1))
        curves = [Curve("angles", column) for column in leg.samples().T]
        return cls(curves + curves, cadence / 2.0, 0.5, cadence * math.hypot(rise, tread))

    @classmethod
    def fit(
        cls,
        angles: ArrayLike,
        time: ArrayLike,
        contacts: tuple[ArrayLike, ArrayLike],
        *,
        model: Pattern,
        speed: float | None = None,
        tolerance: float = math.radians(1.0),
        min_cycles: int = 5,
        duration_span: float = 0.25,
        max_gap: float = 0.05,
        distance_min: float = math.radians(4.0),
        harmonics: int = 20,
    ) -> Fit:
        """Fit a pattern to a person.

        Parameters
        ----------
        angles : array_like of float, shape (T, 6)
            Recorded angles [rad]; what is not finite is a gap.
        time : array_like of float, shape (T,)
            Times of the samples [s], increasing.
        contacts : tuple of two array_like of float, shape (K,)
            Initial contacts of both sides [s], increasing.
        model : Pattern
            Published pattern to begin with.
        speed : float, optional
            Walking speed [m/s], 0.05 to 5; the model's when not given.
        tolerance : float
            Distance between means that counts as the same [rad], 1e-4 to 0.2.
        min_cycles : int
            Good cycles that each side needs [-], 3 to 1000.
        duration_span : float
            Largest deviation from the median duration, as a share of it [-], 0.01 to 1.
        max_gap : float
            Longest time between samples [s], 0.001 to 0.5.
        distance_min : float
            Distance from the median cycle that is always accepted [rad], 0 to 1.
        harmonics : int
            Harmonics of the residual that are kept [-], 1 to 40.

        Returns
        -------
        Fit
            The pattern, and what it was learned from.
        """
        walking = model.speed if speed is None else in_range("speed", speed, 0.05, 5.0)
        settings = Settings(
            in_range("tolerance", tolerance, 1e-4, 0.2),
            int(in_range("min_cycles", min_cycles, 3, 1000)),
            in_range("duration_span", duration_span, 0.01, 1.0),
            in_range("max_gap", max_gap, 0.001, 0.5),
            in_range("distance_min", distance_min, 0.0, 1.0),
            int(in_range("harmonics", harmonics, 1, 40)),
        )
        recorded = fitting.checked(time, angles, contacts)
        curves, rate, offset, sides, rms, spread = fitting.fitted(recorded, model, settings)
        needed = fitting.cycles_needed(sides, settings.tolerance)
        used = (len(sides[0].times), len(sides[1].times))
        pattern: Any = cls(curves, rate, offset, walking)
        return Fit(pattern, used, needed, sides[0].rejected + sides[1].rejected, rms, spread)
