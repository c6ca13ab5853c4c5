"""Patterns for ramps and stairs."""

from __future__ import annotations

from math import radians
from typing import TYPE_CHECKING, Literal, Self

from .. import _core
from ..errors import ConfigError
from ._inputs import number


class TerrainPatterns:
    """Constructors of patterns for ramps and stairs, taken over by `GaitPattern`."""

    __slots__ = ()
    if TYPE_CHECKING:

        @classmethod
        def _wrap(cls, core: _core.GaitPattern) -> Self: ...

    @classmethod
    def ramp(
        cls,
        speed: float,
        height: float,
        incline: float,
        *,
        foot_clearance: float = 0.01,
        pelvic_tilt: float = radians(8),
        heel_rise: float = radians(15),
    ) -> Self:
        """Pattern for walking up or down a ramp.

        The published pattern on the level (`koopman`) with its feet set on the slope. The standing foot stays where it
        is on the slope; both feet are on it at contact, then the foot behind unloads as the published one does,
        rolling over toes that are not modelled. Assumed: pelvis upright and level; the same steps along the surface
        as on the level; uphill the heel behind rises by up to `heel_rise` more and the leading knee bends until
        both feet reach the ground; downhill the knee behind bends. Not measured on people: knees bend more than
        theirs, who also turn the pelvis and change the length of their steps.

        Parameters
        ----------
        speed : float
            Walking speed along the surface [m/s], 0.14 to 1.4.
        height : float
            Body height [m], 1.5 to 2.0.
        incline : float
            Slope of the ramp [rad], -0.1745 to 0.1745 (10°), positive uphill.
        foot_clearance : float
            Least height of the swinging foot over the slope between 70 and 90 % of the cycle [m], 0 to 0.1.
        pelvic_tilt : float
            As for `koopman` [rad], -0.5 to 0.5.
        heel_rise : float
            How much more than on the level the heel behind may rise uphill [rad], 0 to 0.2618 (15°). With less of it
            the leading leg bends more at contact: for people whose ankle nobody drives.

        Returns
        -------
        GaitPattern
            The pattern; its `speed` is along the surface and its cadence the one of `koopman`. At incline 0 it
            differs from `koopman` by what feet that keep their place cost: at 1.75 m by 1.1, 0.2 and 1.2° RMS (hip,
            knee, ankle) at 0.3 m/s, by 1.8, 0.7 and 1.4° at 0.8 m/s; over all speeds and heights by up to 3.8°.

        Raises
        ------
        ConfigError
            If an argument is outside its range, the foot cannot be lifted as high as asked (with the height that it
            can), or the leg's reach or a joint's range does not suffice (with what is missing).

        References
        ----------
        .. [1] McIntosh, A. S., Beatty, K. T., Dwan, L. N. & Vickers, D. R. (2006). Gait dynamics on an inclined
           walkway. Journal of Biomechanics, 39(13), 2491-2502. https://doi.org/10.1016/j.jbiomech.2005.07.025.
           Qualitatively: knee flexion and ankle dorsiflexion at contact grow uphill.

        Examples
        --------
        >>> from math import degrees
        >>> from gaitloop.trajectory import GaitPattern
        >>> level, up = (GaitPattern.ramp(0.8, 1.75, radians(incline)) for incline in (0, 5))
        >>> [round(degrees(q[1])) for q, _, _ in (level.evaluate(0.0), up.evaluate(0.0))]
        [4, 16]
        """
        return cls._wrap(
            _core.ramp_pattern(
                number("speed", speed),
                number("height", height),
                number("incline", incline),
                foot_clearance=number("foot_clearance", foot_clearance),
                pelvic_tilt=number("pelvic_tilt", pelvic_tilt),
                heel_rise=number("heel_rise", heel_rise),
            )
        )

    @classmethod
    def stairs(
        cls,
        rise: float,
        tread: float,
        height: float,
        direction: Literal["up", "down"] = "up",
        *,
        cadence: float = 1.0,
        foot_clearance: float = 0.02,
    ) -> Self:
        """Pattern for walking up or down stairs, step over step.

        The foot's path is constructed and turned into joint angles through inverse kinematics. Assumed: pelvis
        upright and level; the hip moves evenly along the line of the noses, as high as a least knee flexion of 10°
        allows; the foot meets the tread with the ball, at 5° upwards and 20° downwards, and stands for 65 % of the
        cycle; in descent its tip reaches 17 % of its length over the nose. The toes before the ball are taken to bend.

        Parameters
        ----------
        rise : float
            Height of a step [m], 0.05 to 0.25.
        tread : float
            Depth of a step from nose to nose [m], 0.2 to 0.45.
        height : float
            Body height [m], 1.0 to 2.3.
        direction : {'up', 'down'}
            Which way.
        cadence : float
            Steps per second [1/s], 0.2 to 3. The default is a slow training pace, not a measured one.
        foot_clearance : float
            Least height of the swinging sole over the noses it passes [m], 0 to 0.1.

        Returns
        -------
        GaitPattern
            The pattern; its `speed` is along the line of the noses. For 0.18 m by 0.285 m and a height of 1.75 m, peak
            flexion of hip and knee is 63 and 100° upwards, 37 and 90° downwards. Published are 30 and 85° downwards
            [3]_, and 66 and 90° of the leading leg over one step of 0.203 m [4]_, for which it is 67 and 106° here.

        Raises
        ------
        ConfigError
            If an argument is outside its range, the foot does not fit on the tread, or the leg's reach, the lift of
            the foot or a joint's range does not suffice (with what is missing).

        References
        ----------
        .. [1] Riener, R., Rabuffetti, M. & Frigo, C. (2002). Stair ascent and descent at different inclinations. Gait
           & Posture, 15(1), 32-44. The forefoot strikes first.
        .. [2] Protopapadaki, A., Drechsler, W. I., Cramp, M. C., Coutts, F. J. & Scott, O. M. (2007). Hip, knee, ankle
           kinematics and kinetics during stair ascent and descent in healthy young individuals. Clinical Biomechanics,
           22(2), 203-210. Differences between ascent and descent.
        .. [3] Public stair descent data of 101 people on a staircase of 13 steps, abstract (joint angle ranges,
           overhang of the foot): https://www.safetylit.org/citations/index.php?fuseaction=citations.viewdetails
           &citationIds[]=citjournalarticle_703263_26
        .. [4] Hip and knee flexion of lead and trail limbs during ascent of a step of different heights by normal
           adults, abstract, 14 people: https://discovery.researcher.life/article/-/5951afc2cb5134b9a094690450568c6f

        Examples
        --------
        >>> from gaitloop.trajectory import GaitPattern
        >>> pattern = GaitPattern.stairs(0.17, 0.29, 1.75, "up", cadence=1.2)
        >>> pattern.stride_rate, round(pattern.speed, 3)
        (0.6, 0.403)
        """
        if direction not in ("up", "down"):
            raise ConfigError(f"direction must be up or down, got {direction!r}")
        return cls._wrap(
            _core.stairs_pattern(
                number("rise", rise),
                number("tread", tread),
                number("height", height),
                direction,
                cadence=number("cadence", cadence),
                foot_clearance=number("foot_clearance", foot_clearance),
            )
        )
