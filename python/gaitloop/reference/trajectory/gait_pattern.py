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
from . import shape
from .adjust import Base
from .complement import side_index
from .fit import Fit, Settings
from .pattern import Pattern, ankle_line
from .ramp import RampLeg
from .shape import Description, Difference
from .speed_table import stride_at
from .terrain import StairLeg
from .words import adjusted, check_words
from .words import range_of_motion as motion_range


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
        heel_rise: float = math.radians(15.0),
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
        heel_rise : float
            Most extra rise of the heel behind [rad], 0 to 15°.

        Returns
        -------
        GaitPattern
            The pattern.
        """
        level = cls.koopman(speed, height, pelvic_tilt=pelvic_tilt)
        steepest = math.radians(10.0)
        incline = in_range("incline", incline, -steepest, steepest)
        clearance = in_range("foot_clearance", foot_clearance, 0.0, 0.1)
        rise = in_range("heel_rise", heel_rise, 0.0, math.radians(15.0))
        middle = ankle_line(level.curves, Body(75.0, height))[0]
        leg = RampLeg(level.curves[:3], height, incline, speed / level.stride_rate, middle, rise)
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

    def describe(self, height: float) -> Description:
        """Measure the pattern in a therapist's words.

        Parameters
        ----------
        height : float
            Body height [m], 1.0 to 2.3.

        Returns
        -------
        Description
            What it measures.
        """
        return shape.describe(self, height)

    def difference(self, angles: ArrayLike) -> Difference:
        """Compare the pattern with a table.

        Parameters
        ----------
        angles : array_like of float, shape (N, 3) or (N, 6)
            Angles [rad], -3 to 3, N 9 to 10000.

        Returns
        -------
        Difference
            Offset, and what is left without it.
        """
        return shape.difference(self, angles)

    def adjust(
        self, *, height: float, range_of_motion: tuple[ArrayLike, ArrayLike], **words: ArrayLike | None
    ) -> GaitPattern:
        """Change the pattern in a therapist's words.

        Parameters
        ----------
        height : float
            Body height [m], 1.0 to 2.3.
        range_of_motion : tuple of two array_like of float, shape (3,) or (6,)
            Smallest and largest angles [rad], -3 to 3.
        **words : float or tuple of float
            step_length, foot_clearance_cm, knee_range_deg, hip_range_deg, stance_share, cadence, speed, asymmetry,
            phase_offset.

        Returns
        -------
        GaitPattern
            The changed pattern.
        """
        body = Body(75.0, in_range("height", height, 1.0, 2.3))
        motion = motion_range(range_of_motion)
        legs, asked = adjusted(Base(self, body), check_words(words), motion)
        rate = asked.speed / (asked.steps[0] + asked.steps[1])
        return GaitPattern(legs.curves, rate, asked.offset, asked.speed, self.published_stride_rate)

    @classmethod
    def from_speed_table(
        cls,
        angles: ArrayLike,
        speeds: ArrayLike,
        stride_times: ArrayLike,
        speed: float,
        *,
        leg_length: float | None = None,
        table_leg_length: ArrayLike | None = None,
        offset: float = 0.5,
        closing: float = 0.05,
    ) -> Self:
        """Make a pattern between strides recorded at several speeds.

        Parameters
        ----------
        angles : array_like of float, shape (S, N, 3) or (S, N, 6)
            Strides [rad], as for `from_table`.
        speeds : array_like of float, shape (S,)
            Their speeds [m/s], 0.01 to 5, increasing.
        stride_times : array_like of float, shape (S,)
            Their durations [s], 0.3 to 10.
        speed : float
            Speed of the pattern [m/s], 0.05 to 5.
        leg_length : float, optional
            Leg length of the person [m], 0.3 to 1.3.
        table_leg_length : array_like of float, shape () or (S,), optional
            Leg length of those who were recorded [m], 0.3 to 1.3.
        offset : float
            Right phase minus left phase [-], 0 to 1.
        closing : float
            Share of the cycle over which a gap is closed [-], 0.01 to 0.5.

        Returns
        -------
        GaitPattern
            The pattern.
        """
        table, time = stride_at(angles, speeds, stride_times, speed, leg_length, table_leg_length)
        return cls.from_table(table, stride_time=time, offset=offset, speed=speed, closing=closing)

    @classmethod
    def complement(
        cls,
        sound_leg: Pattern | ArrayLike,
        side: str,
        offset: float = 0.5,
        *,
        stride_time: float | None = None,
        speed: float | None = None,
        closing: float = 0.05,
    ) -> Self:
        """Make both legs from the sound one.

        Parameters
        ----------
        sound_leg : Pattern or array_like of float, shape (N, 3)
            A pattern, or a stride of the sound leg [rad].
        side : str
            Side of the sound leg, left or right.
        offset : float
            Right phase minus left phase [-], 0 to 1.
        stride_time : float, optional
            Duration of the stride of a table [s], 0.3 to 10.
        speed : float, optional
            Walking speed of a table [m/s], 0.05 to 5.
        closing : float
            Share of the cycle over which a table is closed [-], 0.01 to 0.5.

        Returns
        -------
        GaitPattern
            The pattern.
        """
        sound = side_index("side", side)
        if not isinstance(sound_leg, Pattern):
            if stride_time is None:
                raise ConfigError("stride_time must be given with a table, got None")
            return cls.from_table(sound_leg, stride_time=stride_time, offset=offset, speed=speed, closing=closing)
        offset, curves = in_range("offset", offset, 0.0, 1.0), sound_leg.curves[3 * sound : 3 * sound + 3]
        return cls(curves + curves, sound_leg.stride_rate, offset, sound_leg.speed, sound_leg.published_stride_rate)
