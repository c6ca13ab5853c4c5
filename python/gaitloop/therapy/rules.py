"""Rules by which a starting plan is written: each with its source, or called an assumption."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gaitloop.errors import ConfigError

from .build import MARGIN_DEG, reference_of
from .schema import JOINTS, SIDES

_WEEKS, _PER_WEEK = 4, 3
_SLOWEST = 1.5  # [km/h] of a starting plan
_SLOWER = {"0": 0.0, "1": 0.0, "1+": 0.1, "2": 0.2, "3": 0.3}
_SPEEDS = {0: 1.5, 1: 1.5, 2: 1.5, 3: 1.5, 4: 1.8, 5: 2.2}
_FLOORS = {0: 50.0, 1: 50.0, 2: 30.0, 3: 20.0, 4: 10.0, 5: 0.0}
_TILT = 8


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a starting plan.

    Attributes
    ----------
    id : str
        Name by which the plan's comments refer to it.
    says : str
        What it says.
    source : str
        Where it is from, and what of it is an assumption.
    """

    id: str
    says: str
    source: str


#: Every rule of a starting plan.
RULES = (
    Rule(
        "R1-support",
        "The rope carries 50, 40, 30 and 20 % of the body weight in weeks 1 to 4 for FAC 0 to 2; each category above"
        " 2 begins 10 points lower, and no week carries less than 0 %.",
        "40-50, 40, 30 and 20 %: NeuroRehabilitation 33 (2013) 67-76, table 1 (PMC4349529), people with spinal cord "
        "injury. That it serves others, and the 10 points for a category, are assumptions.",
    ),
    Rule(
        "R2-weak-leg",
        "Where hip or knee of the weaker side do not move against gravity (strength below 3), week 1 carries at "
        "least 40 %, then at least 30, 20 and 20 %.",
        "The grades: Medical Research Council, Memorandum 45 (1976). The shares are an assumption.",
    ),
    Rule(
        "R3-start-slow",
        "Walking begins at 1.5 km/h for FAC 0 to 3, 1.8 for FAC 4, 2.2 for FAC 5, and gets 0.2 km/h faster each "
        "week; warm-up and cool-down stay at 1.5.",
        "Below 1.44 km/h (0.4 m/s) people walk in the household only, up to 2.88 km/h (0.8 m/s) little outside it: "
        "Perry et al. (1995), Stroke 26, 982-989. Training at 0.58 and at 0.92 m/s gave no different gains: Westlake"
        " and Patten (2009), J NeuroEng Rehabil 6:18; 16 people. Speeds by category and the weekly step are "
        "assumptions; slower than 1.44 km/h the simulated machine stops for a spasm with many of the simulated "
        "people.",
    ),
    Rule(
        "R4-tone",
        "The highest tone of hip and knee makes it slower, down to 1.5 km/h: Ashworth 1+ by 10 %, 2 by 20 %, 3 by 30"
        " %. At 4 no plan is written.",
        "Spasticity grows with the speed of a stretch: Lance (1980). The grades: Bohannon and Smith (1987), Phys. "
        "Ther. 67, 206-207; 4 is a part that is rigid. The shares are an assumption.",
    ),
    Rule(
        "R5-help",
        "Assist as needed: from all of the help down to 50 % for FAC 0 and 1, 30 % for FAC 2, 20 % for FAC 3, 10 % "
        "for FAC 4, none for FAC 5. Warm-up with all of it.",
        "Help as little as keeps the gait in normal limits: PMC4349529, table 1. Assist as needed was trained with "
        "FAC 3 to 5: J NeuroEng Rehabil 18 (2021), PMC7863532. The floors are an assumption.",
    ),
    Rule(
        "R6-length",
        "5 minutes of warm-up, two blocks of 6 minutes (FAC 0 to 2) or 10 (FAC 3 to 5) with 2 minutes of rest "
        "between, 2 minutes of cool-down.",
        "20 to 40 minutes, warm-up 5, cool-down 2: PMC4349529. Short bouts build tolerance: recommendations after "
        "stroke in Am. J. Lifestyle Med. 12 (2016) 140-147, table 2 (PMC6124986). Blocks and rest are assumptions.",
    ),
    Rule(
        "R7-often",
        "3 sessions a week for 4 weeks.",
        "12 sessions, 3 a week: PMC4349529, table 1; also Westlake and Patten (2009). 3 to 5 days a week: "
        "PMC6124986, table 2.",
    ),
    Rule(
        "R8-challenge",
        "After 750 steps, and again after each 750 more, the rope carries 5 points less, down to 10 points below the"
        " last week's share.",
        "Assumption: the 750 steps and the points. The requirements of this project name Edwards et al. (2022), Spinal "
        "Cord 60, 522-532 (PMC9209325; exoskeleton over ground, chronic incomplete spinal cord injury) for the steps; "
        "its abstract and introduction do not have the number, and its methods were not at hand.",
    ),
    Rule(
        "R9-heart-rate",
        "No limit of the heart rate is suggested: whoever answers for the person sets it, and without one none acts.",
        "Heart rate is to be watched, with 55 to 80 % of its largest as the target after stroke: PMC6124986, table 2.",
    ),
    Rule(
        "R10-range",
        "The range of motion is the one measured; where none was, only the device's limits hold.",
        "A limit has no default. That the reference must stay 3 degrees inside is an assumption: as far as simulated"
        " people are off it.",
    ),
    Rule(
        "R11-stops",
        "The session ends after 3 stops for pain or 3 for a spasm; the pain button itself cannot be switched off.",
        "Assumption.",
    ),
    Rule(
        "R12-reference",
        "4 cm under the toe, 30 % of the leg's weight carried, and 8 degrees of pelvic tilt, or fewer where the "
        "measured range of the hip asks for it.",
        "Assumption: the figures of the demonstration.",
    ),
    Rule(
        "R13-band",
        "Help grows by 2 points a stride while a stride is outside the band, and falls by 0.5 while it is better.",
        "The band: LOPES II, Fricke et al. (2020), J NeuroEng Rehabil 17:9, table 2. The points are an assumption.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a starting plan is written from.

    Attributes
    ----------
    fac : int
        Functional ambulation category [-], 0 to 5.
    side : str
        The weaker side, `left` or `right`.
    weight_kg : float
        Body weight [kg].
    height_cm : float
        Body height [cm].
    strength : mapping of str to tuple of int
        Grades of hip, knee and ankle per side [-], 0 to 5.
    tone : mapping of str to tuple of str
        Modified Ashworth grades of hip, knee and ankle per side.
    range : mapping of str to tuple of float or None
        Ends of the range of motion per joint and side [deg], as `hip_left`; None where it was not measured.
    heart_rate : float or None
        Heart rate that pauses the session [1/min]; None without a limit.
    name : str
        Name of the plan, for displays.
    patient : str or None
        Pseudonym of the person.
    limits : tuple of str
        Limits files of the plan.
    guessed : tuple of str
        Names of the figures that nobody gave.
    """

    fac: int
    side: str
    weight_kg: float
    height_cm: float
    strength: Mapping[str, tuple[int, ...]]
    tone: Mapping[str, tuple[str, ...]]
    range: Mapping[str, tuple[float, float] | None]
    heart_rate: float | None = None
    name: str = "Walking"
    patient: str | None = None
    limits: tuple[str, ...] = ("device.toml",)
    guessed: tuple[str, ...] = field(default=())


def start(figures: Figures) -> dict[str, Any]:
    """Apply the rules.

    Parameters
    ----------
    figures : Figures
        What is known of the person.

    Returns
    -------
    dict
        Support [%] and speed [km/h] per week, floor [%], minutes of a block, tilt [deg], challenge [%].

    Raises
    ------
    ConfigError
        If a hip or a knee is rigid, or the range of motion is too small for walking.
    """
    for side in SIDES:
        for i, joint in enumerate(JOINTS[:2]):
            if figures.tone[side][i] == "4":
                raise ConfigError(
                    f"tone of {joint} {side} must be one of 0, 1, 1+, 2, 3 for a starting plan, got 4: a rigid joint "
                    "is not walked; treat the tone first (rule R4-tone)"
                )
    first = 50 - 10 * max(0, figures.fac - 2)
    support = [max(0, first - 10 * week) for week in range(_WEEKS)]
    if min(figures.strength[figures.side][:2]) < 3:
        support = [max(share, least) for share, least in zip(support, (40, 30, 20, 20), strict=True)]
    slower = max(_SLOWER[figures.tone[side][i]] for side in SIDES for i in range(2))
    speed = [_speed(_SPEEDS[figures.fac] + 0.2 * week, slower) for week in range(_WEEKS)]
    return {
        "support": support,
        "speed": speed,
        "floor": _FLOORS[figures.fac],
        "minutes": 6 if figures.fac <= 2 else 10,
        "tilt": _tilt(figures, speed),
        "least": max(0, support[-1] - 10),
        "weeks": _WEEKS,
        "per_week": _PER_WEEK,
        "slowest": _SLOWEST,
    }


def _speed(speed: float, slower: float) -> float:
    """Slow down, in steps of 0.05 km/h, and not below the slowest."""
    return max(_SLOWEST, math.floor(20.0 * speed * (1.0 - slower) + 1e-9) / 20.0)


def _tilt(figures: Figures, speeds: list[float]) -> int:
    """Most tilt, up to the usual one, at which the reference stays inside the measured hips and knees [deg]."""
    every = [speed / 3.6 for speed in (_SLOWEST, *speeds)]
    misses = ""
    for tilt in range(_TILT, -1, -1):
        misses = ""
        for speed in every:
            ends, _ = reference_of(speed, figures.height_cm / 100.0, math.radians(tilt), 0.04)
            for i, joint in enumerate(JOINTS[:2]):
                for side in SIDES:
                    low, high = ends[2 * i] - MARGIN_DEG, ends[2 * i + 1] + MARGIN_DEG
                    measured = figures.range[f"{joint}_{side}"]
                    if measured is not None and not (measured[0] <= low and high <= measured[1]):
                        misses = (
                            f"range of {joint} {side} must reach from {low:.1f} to {high:.1f} degrees, what walking at "
                            f"{3.6 * speed:.2f} km/h needs, got {measured[0]:g} to {measured[1]:g}"
                        )
        if not misses:
            return tilt
    raise ConfigError(f"{misses}; train the range first (rule R10-range)")
