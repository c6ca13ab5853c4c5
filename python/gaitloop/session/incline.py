"""Inclination of the belt in a session: what may be asked, when it is asked, and what the reference makes of it.

A belt tilts only while somebody walks on it with all of the soft start behind them. In a pause, in every stop and where
the session no longer leads, it stays as it is; before a programme that came to its end stops, it is levelled while the
person walks on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitloop._schema import Key, Number, read_table
from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitPattern

if TYPE_CHECKING:
    from .helm import Ask, Seen
    from .plan import Plan
    from .programme import Programme, Stage

#: Steepest slope of any stage [rad]: that of the patterns for ramps, 10°.
STEEPEST = math.radians(10.0)
#: Ground that a belt can be, and what its inclination must then be.
WAYS: Mapping[str, str] = {"uphill": "above 0", "downhill": "below 0", "level": "0", "stairs": "0"}
#: Inclination by which the reference follows the belt [rad], and below which both are taken as the same; our choice.
STEP, SAME = 0.005, 1e-6
#: Largest extra rise of the heel behind uphill [rad]: with the 15° of `GaitPattern.ramp`, which an ankle would have to
#: do that nobody drives, simulated people are thrown up from 4 % on.
HEEL_RISE = math.radians(2.0)
#: How much longer than it should levelling may take before the session stops all the same [-], and by how much [s].
LATE = (1.5, 10.0)
#: Version of the layout of a plan of the machine from which on it may have `incline`.
FROM_VERSION = 2
_KEYS: dict[str, Key] = {
    "low": Number(-10.0, 0.0, angle=True),
    "high": Number(0.0, 10.0, angle=True),
    "rate": Number(0.01, 1.0, angle=True),
}


def read_incline(document: Mapping[str, Any], version: int) -> dict[str, float] | None:
    """Read the limits of the belt's inclination; none of them has a default.

    Parameters
    ----------
    document : mapping
        The file of a plan of the machine.
    version : int
        Version of its layout [-].

    Returns
    -------
    dict or None
        Lowest `low`, at most 0, and highest `high` inclination [rad], and its fastest change `rate` [rad/s]; None where
        the plan does not speak of it.

    Raises
    ------
    ConfigError
        If the layout is too old for it, or a limit is missing, unknown or out of range; the message names its path.
    """
    if "incline" not in document:
        return None
    if version < FROM_VERSION:
        raise ConfigError(f"incline needs version = {FROM_VERSION}, got {version}")
    return read_table("incline", document["incline"], _KEYS)


def grade_of(incline: float) -> float:
    """Give an inclination as a therapist says it.

    Parameters
    ----------
    incline : float
        Inclination [rad], positive uphill.

    Returns
    -------
    float
        Rise over run [%].
    """
    return 100.0 * math.tan(incline)


def incline_of(grade: float) -> float:
    """Give a grade as a machine takes it.

    Parameters
    ----------
    grade : float
        Rise over run [%], positive uphill.

    Returns
    -------
    float
        Inclination [rad].
    """
    return math.atan(grade / 100.0)


def check_incline(terrain: str, incline: float) -> None:
    """Refuse an inclination that is not that of its ground.

    Parameters
    ----------
    terrain : str
        Ground of a stage.
    incline : float
        Its inclination [rad].

    Raises
    ------
    ConfigError
        If it is too steep or has another sign than its ground.
    """
    fits = {"uphill": 0.0 < incline <= STEEPEST, "downhill": -STEEPEST <= incline < 0.0}.get(terrain, incline == 0.0)
    if not fits:
        ends = f" and at most {STEEPEST:.4f} rad (10 degrees) steep" if terrain in ("uphill", "downhill") else ""
        raise ConfigError(f"incline must be {WAYS[terrain]}{ends} on {terrain} ground, got {incline!r:.60}")


def check_ground(where: str, stage: Stage, plan: Plan) -> None:
    """Refuse ground that the machine of a plan cannot be.

    Parameters
    ----------
    where : str
        Path of the stage.
    stage : Stage
        The stage.
    plan : Plan
        Plan of the machine.

    Raises
    ------
    ConfigError
        If it is stairs, a slope on a machine whose belt does not tilt, or one that its limits do not allow.
    """
    if stage.terrain == "stairs":
        raise ConfigError(
            f"{where}.terrain must be level, uphill or downhill on this machine, got stairs: a belt has no steps"
        )
    if stage.terrain == "level":
        return
    if plan.fitting is not None:
        raise ConfigError(
            f"{where}.terrain must be level on {plan.fitting.name}, got {stage.terrain}: the session has no hand on "
            "the inclination of its treadmill; make it level"
        )
    if plan.incline is None:
        raise ConfigError(
            f"{where}.terrain must be level on this machine, got {stage.terrain}: the plan has no [incline], the "
            "limits of a belt that tilts; give them, or make it level"
        )
    low, high = plan.incline["low"], plan.incline["high"]
    if not low - SAME <= stage.incline <= high + SAME:
        raise ConfigError(
            f"{where}.incline must lie in [{low:.4f}, {high:.4f}] rad of incline, got {stage.incline:.4f}"
        )


@lru_cache(maxsize=256)
def reference_pattern(speed: float, height: float, incline: float, tilt: float, clearance: float) -> GaitPattern:
    """Make the pattern that a session leads with.

    On a slope it is the one of the level plus what `GaitPattern.ramp` is there over the ramp of slope 0, so that it
    leaves the level without a jump.

    Parameters
    ----------
    speed : float
        Speed along the belt [m/s].
    height : float
        Body height [m].
    incline : float
        Inclination of the belt [rad], positive uphill.
    tilt : float
        Pelvic tilt [rad].
    clearance : float
        Foot clearance [m].

    Returns
    -------
    GaitPattern
        The pattern.

    Raises
    ------
    ConfigError
        If there is no such pattern.
    """
    level = GaitPattern.koopman(speed, height, pelvic_tilt=tilt, foot_clearance=clearance)
    if incline == 0.0:
        return level
    there, flat = (
        GaitPattern.ramp(speed, height, angle, pelvic_tilt=tilt, heel_rise=HEEL_RISE) for angle in (incline, 0.0)
    )
    angles = (level.samples(_SAMPLES) + there.samples(_SAMPLES) - flat.samples(_SAMPLES))[:, :3]
    closed = np.vstack([angles, angles[:1]])
    return GaitPattern.from_table(closed, stride_time=1.0 / level.stride_rate, offset=level.offset, speed=speed)


#: Phases at which patterns are added up [-].
_SAMPLES = 256


class Ground:
    """Says which inclination a programme wants now, and keeps count of the climb.

    Parameters
    ----------
    programme : Programme
        What is done.
    """

    def __init__(self, programme: Programme) -> None:
        self._limits = programme.plan.incline
        self._incline = self._climb = 0.0
        self._ending: float | None = None

    def see(self, seen: Seen, dt: float) -> None:
        """Look at the machine.

        Parameters
        ----------
        seen : Seen
            The machine as it is.
        dt : float
            Time since the last look [s].
        """
        self._incline = seen.incline
        if seen.incline:
            self._climb += seen.belt * dt * math.sin(seen.incline)

    def wanted(self, stage: Stage, *, walks: bool) -> float | None:
        """Give the inclination that is wanted.

        Parameters
        ----------
        stage : Stage
            The stage that runs.
        walks : bool
            Whether the session walks its stage; if not, the belt stays as it is.

        Returns
        -------
        float or None
            Inclination [rad]; None to hold it.
        """
        if not walks:
            return None
        if self._ending is not None or self._limits is None:
            return 0.0
        return min(max(stage.incline, self._limits["low"]), self._limits["high"])

    def may_end(self, seen: Seen, *, last: bool) -> bool:
        """Tell whether a stage that is over may be left; before the stop after the last one the belt is levelled.

        Parameters
        ----------
        seen : Seen
            The machine as it is.
        last : bool
            Whether no stage follows.

        Returns
        -------
        bool
            Whether it may.
        """
        if not last or self._limits is None or abs(seen.incline) < SAME:
            return True
        if self._ending is None:
            self._ending = seen.t + LATE[0] * abs(seen.incline) / self._limits["rate"] + LATE[1]
        return seen.t > self._ending

    def told(self) -> dict[str, float]:
        """Say what a record keeps of the ground when a stage begins or ends.

        Returns
        -------
        dict
            Inclination of the belt [rad], and height that was climbed since the session began [m], downhill negative;
            nothing where the belt does not tilt.
        """
        return {} if self._limits is None else {"incline": self._incline, "climb": self._climb}


class Tilt:
    """What was asked of the inclination, and which slope the reference is for.

    Attributes
    ----------
    asked : float or None
        Inclination that was asked for last [rad]; None where it is held.
    slope : float
        Slope of the reference that was asked for last [rad].
    """

    def __init__(self) -> None:
        self.asked: float | None = 0.0
        self.slope = 0.0

    def steer(self, wanted: float | None, seen: Seen, make: type[Ask]) -> Iterator[Ask]:
        """Give what can be asked now.

        Parameters
        ----------
        wanted : float or None
            Inclination that is wanted [rad]; None to hold it.
        seen : Seen
            The machine as it is.
        make : type
            Makes a request.

        Yields
        ------
        Ask
            The request, where there is one.
        """
        moves = seen.engagement >= 1.0 and seen.belt_command > 0.0
        goal = wanted if moves else None
        there = self.asked is None or abs(seen.incline - self.asked) < SAME
        if goal == self.asked or (goal is None and there):
            return
        before, self.asked = self.asked, goal
        yield make("incline", before, goal)

    def reference(self, wanted: float | None, seen: Seen) -> float:
        """Give the slope that the reference is to be for: it follows the belt in steps.

        Parameters
        ----------
        wanted : float or None
            Inclination that is wanted [rad]; None where it is held.
        seen : Seen
            The machine as it is.

        Returns
        -------
        float
            Slope [rad].
        """
        if wanted is None:
            return self.slope
        if abs(seen.incline - wanted) < SAME:
            return wanted
        return STEP * round(seen.incline / STEP) if abs(seen.incline - self.slope) >= STEP else self.slope


def said(incline: float) -> str:
    """Say an inclination.

    Parameters
    ----------
    incline : float
        Inclination [rad].

    Returns
    -------
    str
        Its grade and which way it goes, such as `4.0 % up`; empty on the level.
    """
    grade = grade_of(incline)
    return "" if abs(grade) < 0.05 else f"{abs(grade):.1f} % {'up' if grade > 0 else 'down'}"


def asked_incline(value: Any) -> float | None:
    """Read what a record has of a request.

    Parameters
    ----------
    value : object
        What was asked for.

    Returns
    -------
    float or None
        Inclination [rad]; None to hold it.

    Raises
    ------
    ConfigError
        If it is neither an inclination nor None.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -STEEPEST <= value <= STEEPEST:
        raise ConfigError(f"incline must lie in [{-STEEPEST:.4f}, {STEEPEST:.4f}] rad or be null, got {value!r:.60}")
    return float(value)
