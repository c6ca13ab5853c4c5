"""The gait cycle as six smooth periodic curves."""

from __future__ import annotations

from math import radians
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._core import GaitPattern as _CorePattern
from ..errors import ConfigError
from ._fit import FittedPatterns
from ._inputs import Array, Out, array, number, signal
from ._shape import Shaping
from ._shape_sources import Deriving
from ._terrain import TerrainPatterns


class GaitPattern(Shaping, Deriving, TerrainPatterns, FittedPatterns):
    """Periodic reference of six joints over the gait cycle; made by `koopman` or `from_table`.

    Each joint is a periodic cubic spline over its own side's cycle, with a continuous second derivative also where
    one cycle ends and the next begins. Phase is a fraction of the cycle [-], 0 at the initial contact of that side.

    Examples
    --------
    >>> pattern = GaitPattern.koopman(0.8, 1.72)
    >>> q, dq, ddq = pattern.evaluate(0.25)
    >>> q.shape
    (6,)
    """

    __slots__ = ("_core",)
    _core: _CorePattern

    def __init__(self) -> None:
        raise ConfigError(
            "GaitPattern must be made by GaitPattern.koopman or GaitPattern.from_table, got a direct call"
        )

    @classmethod
    def _wrap(cls, core: _CorePattern) -> Self:
        pattern = cls.__new__(cls)
        pattern._core = core
        return pattern

    @classmethod
    def koopman(
        cls, speed: float, height: float, *, pelvic_tilt: float = radians(8), foot_clearance: float | None = None
    ) -> GaitPattern:
        """Pattern from published regressions on walking speed and body height.

        Parameters
        ----------
        speed : float
            Walking speed [m/s], 0.14 to 1.4.
        height : float
            Body height [m], 1.5 to 2.0.
        pelvic_tilt : float
            Forward tilt of the pelvis that the published hip flexion contains [rad], -0.5 to 0.5; it is taken off.
        foot_clearance : float or None
            Smallest height of the swinging toe over the standing foot [m], 0 to 0.15, reached by more or less flexion
            of hip, knee and ankle in swing. None leaves the published curves.

        Returns
        -------
        GaitPattern
            The pattern. Its cadence and the hip in stance are such that the ankle goes back as fast as a belt at
            `speed` between 8 and 45 % of the cycle; the published cadence is reported beside it.

        Raises
        ------
        ConfigError
            If an argument is outside its range, or the leg cannot reach `foot_clearance`.

        References
        ----------
        .. [1] Koopman, B., van Asseldonk, E. H. F. & van der Kooij, H. (2014). Speed-dependent reference joint
           trajectory generation for robotic gait support. Journal of Biomechanics, 47(6), 1447-1458.
           https://doi.org/10.1016/j.jbiomech.2014.01.037. Differs in the beginning of the cycle (moved by 4.5 % to
           foot contact), the hip in stance and the cadence.

        Examples
        --------
        >>> pattern = GaitPattern.koopman(0.8, 1.72)
        >>> round(pattern.stride_rate, 2)
        0.84
        """
        clearance = None if foot_clearance is None else number("foot_clearance", foot_clearance)
        return cls._wrap(
            _core.GaitPattern.koopman(
                number("speed", speed),
                number("height", height),
                pelvic_tilt=number("pelvic_tilt", pelvic_tilt),
                foot_clearance=clearance,
            )
        )

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
        """Pattern from one recorded stride.

        Parameters
        ----------
        angles : array_like of float, shape (N, 3) or (N, 6)
            Joint angles [rad], -3 to 3, at phases ``i / (N - 1)``, 9 to 10000 rows, so that the last row repeats the
            first up to a measurement error of at most 0.1745 rad. Three columns (hip, knee, ankle) serve both sides;
            six give the left side's and the right side's, each over its own cycle.
        stride_time : float
            Duration of the stride [s], 0.3 to 10.
        offset : float
            Phase of the right side minus phase of the left [-], 0 to 1.
        speed : float or None
            Walking speed [m/s], 0.05 to 5; None when it is not known.
        closing : float
            Part of the cycle at each end over which the gap between last and first row is closed [-], 0.01 to 0.5.

        Returns
        -------
        GaitPattern
            The pattern through the closed table.

        Raises
        ------
        ConfigError
            If the table has another shape, is open by more than allowed, or an argument is outside its range.

        Examples
        --------
        >>> import numpy as np
        >>> phase = np.linspace(0.0, 1.0, 51)[:, None]
        >>> pattern = GaitPattern.from_table(0.4 * np.cos(2 * np.pi * phase) * [1.0, 0.5, 0.2], stride_time=1.25)
        >>> pattern.stride_rate
        0.8
        """
        return cls._wrap(
            _core.GaitPattern.from_table(
                array("angles", angles, (2,), "(N, 3) or (N, 6)"),
                stride_time=number("stride_time", stride_time),
                offset=number("offset", offset),
                speed=None if speed is None else number("speed", speed),
                closing=number("closing", closing),
            )
        )

    def evaluate(self, phase: ArrayLike, phase_rate: ArrayLike | None = None, out: Out | Array | None = None) -> Out:
        """Angles, velocities and accelerations at phases of the left side, the right side following.

        Parameters
        ----------
        phase : array_like of float, shape () or (T,)
            Phase of the left side [-]; wrapped into 0 to 1, and not finite counts as 0. The right side's is `offset`
            later.
        phase_rate : array_like of float, shape () or (T,), or None
            Rate of both phases [1/s], used up to ±100, and not finite counts as 0; None is the pattern's own cadence.
        out : tuple of three ndarray, each of shape (6,) or (T, 6), or ndarray of shape (3, 6) or (3, T, 6), or None
            Where to write the result [rad, rad/s, rad/s²], C-contiguous float64; one array is the fastest. None makes
            new arrays.

        Returns
        -------
        q, dq, ddq : ndarray of float, shape (6,) or (T, 6)
            Joint angles [rad], velocities [rad/s] and accelerations [rad/s²]; `out` itself when it was given.

        Raises
        ------
        ConfigError
            If a shape does not fit.

        Examples
        --------
        >>> pattern = GaitPattern.koopman(0.8, 1.72)
        >>> [x.shape for x in pattern.evaluate([0.0, 0.1, 0.2])]
        [(3, 6), (3, 6), (3, 6)]
        """
        if type(phase) is not float:
            phase = signal("phase", phase)
        if phase_rate is not None and type(phase_rate) is not float:
            phase_rate = signal("phase_rate", phase_rate)
        return self._core.evaluate(phase, phase_rate, out)

    def evaluate_sides(
        self,
        phases: ArrayLike,
        phase_rates: ArrayLike | None = None,
        phase_accels: ArrayLike | None = None,
        out: Out | Array | None = None,
    ) -> Out:
        """Angles, velocities and accelerations at phases given for each side.

        Parameters
        ----------
        phases : array_like of float, shape (2,) or (T, 2)
            Phase of left and right side [-]; wrapped into 0 to 1, and not finite counts as 0.
        phase_rates : array_like of float, shape (2,) or (T, 2), or None
            Phase rates [1/s], used up to ±100, and not finite counts as 0; None is the pattern's own cadence.
        phase_accels : array_like of float, shape (2,) or (T, 2), or None
            Phase accelerations [1/s²], used up to ±1e4, and not finite counts as 0; None is 0.
        out : tuple of three ndarray, each of shape (6,) or (T, 6), or ndarray of shape (3, 6) or (3, T, 6), or None
            Where to write the result [rad, rad/s, rad/s²], as for `evaluate`.

        Returns
        -------
        q, dq, ddq : ndarray of float, shape (6,) or (T, 6)
            Joint angles [rad], velocities [rad/s] and accelerations [rad/s²]; `out` itself when it was given.

        Raises
        ------
        ConfigError
            If a shape does not fit.

        Examples
        --------
        >>> pattern = GaitPattern.koopman(0.8, 1.72)
        >>> q, dq, ddq = pattern.evaluate_sides([0.1, 0.6], phase_rates=[0.0, 0.0])
        >>> float(abs(dq).max())
        0.0
        """
        rates, accels = (
            None if value is None else array(name, value, (1, 2), "(2,) or (T, 2)")
            for name, value in (("phase_rates", phase_rates), ("phase_accels", phase_accels))
        )
        return self._core.evaluate_sides(array("phases", phases, (1, 2), "(2,) or (T, 2)"), rates, accels, out)

    def samples(self, count: int = 100) -> Array:
        """Angles at even phases of each side's own cycle, as laws around a path take them.

        Parameters
        ----------
        count : int
            Number of phases [-], 8 to 1024.

        Returns
        -------
        ndarray of float, shape (count, 6)
            Joint angles [rad]; a row holds both sides at the same phase of their own.

        Raises
        ------
        ConfigError
            If `count` is outside its range.

        Examples
        --------
        >>> GaitPattern.koopman(0.8, 1.75).samples(50).shape
        (50, 6)
        """
        if not 8 <= count <= 1024:
            raise ConfigError(f"count must lie in [8, 1024], got {count}")
        phases = np.arange(count) / count
        return self.evaluate_sides(np.column_stack([phases, phases]), np.zeros((count, 2)))[0]

    @property
    def stride_rate(self) -> float:
        """Strides per second at the pattern's speed [1/s]."""
        return self._core.stride_rate

    @property
    def speed(self) -> float | None:
        """Walking speed the pattern belongs to [m/s], None when it is not known."""
        return self._core.speed

    @property
    def offset(self) -> float:
        """Phase of the right side minus phase of the left [-]."""
        return self._core.offset

    @property
    def published_stride_rate(self) -> float | None:
        """Strides per second that the publication of the curves gives [1/s], None for a recorded stride."""
        return self._core.published_stride_rate

    def foot_clearance(self, height: float) -> float:
        """Smallest height of the swinging toe over the standing foot, pelvis upright.

        Parameters
        ----------
        height : float
            Body height [m], 1.0 to 2.3.

        Returns
        -------
        float
            Clearance between 70 and 90 % of either side's cycle [m]; negative where the toe would scuff.

        Raises
        ------
        ConfigError
            If `height` is outside its range.

        Examples
        --------
        >>> pattern = GaitPattern.koopman(0.8, 1.72, foot_clearance=0.03)
        >>> round(pattern.foot_clearance(1.72), 6)
        0.03
        """
        return self._core.foot_clearance(number("height", height))
