"""What a therapist's plan may say of uphill and downhill: grades of stages, and limits of the belt's inclination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gaitloop._schema import Key, Number, read_table
from gaitloop.errors import ConfigError
from gaitloop.session.incline import incline_of

#: Version of the layout from which on a plan may have slopes.
SLOPES_VERSION = 2
#: Steepest grade of any stage, up or down [%]; the pattern for slopes goes to 17.6.
MOST_GRADE = 15.0
#: A grade, above 0 where it is given; what is above the limits of a plan is refused with them.
GRADE = Number(0.0, MOST_GRADE)
#: Ground that has a grade, and on which side of the level it is.
SLOPES: Mapping[str, float] = {"uphill": 1.0, "downhill": -1.0}
_INCLINE: dict[str, Key] = {
    "most_uphill_percent": GRADE,
    "most_downhill_percent": GRADE,
    "change_percent_per_second": Number(0.05, 1.0),
}


def read_incline(document: Mapping[str, Any], version: int) -> dict[str, Any] | None:
    """Read the limits of the belt's inclination; none of them has a default.

    Parameters
    ----------
    document : mapping
        The file, as TOML has it.
    version : int
        Version of its layout [-].

    Returns
    -------
    dict or None
        Steepest grades [%] and fastest change [%/s]; None where the plan has no slopes.

    Raises
    ------
    ConfigError
        If the layout is too old for it, or a key is missing, unknown or out of range.
    """
    if "incline" not in document:
        return None
    if version < SLOPES_VERSION:
        raise ConfigError(f"incline needs version = {SLOPES_VERSION}, got version {version}")
    return read_table("incline", document["incline"], _INCLINE)


def check_grade(path: str, stage: Mapping[str, Any], version: int, incline: Mapping[str, Any] | None) -> None:
    """Refuse a grade without slope, a slope without grade or limits, and what is steeper than they allow.

    Parameters
    ----------
    path : str
        Path of the stage.
    stage : mapping
        The stage as read.
    version : int
        Version of the layout [-].
    incline : mapping or None
        Limits, as `read_incline` gives them.

    Raises
    ------
    ConfigError
        If it is so; the message names path, value and range.
    """
    terrain, where = stage.get("terrain", "level"), f"{path}.grade_percent"
    if terrain not in SLOPES:
        if "grade_percent" in stage:
            raise ConfigError(f"{where} belongs to uphill and downhill, got it with terrain {terrain}; leave it out")
        return
    if version < SLOPES_VERSION:
        raise ConfigError(f"{path}.terrain {terrain} needs version = {SLOPES_VERSION}, got version {version}")
    if incline is None:
        raise ConfigError(
            f"incline is missing: {path} goes {terrain}, and a belt has no default limits of its inclination"
        )
    if "grade_percent" not in stage:
        raise ConfigError(f"{where} is missing: {terrain} needs a grade")
    most, grade = incline[f"most_{terrain}_percent"], stage["grade_percent"]
    if not 0.0 < grade <= most:
        raise ConfigError(
            f"{where} must lie above 0 and be at most {most:g} of incline.most_{terrain}_percent, got {grade:g}"
        )


def stage_incline(stage: Mapping[str, Any]) -> float:
    """Take the inclination of a stage.

    Parameters
    ----------
    stage : mapping
        The stage as read.

    Returns
    -------
    float
        Inclination [rad], positive uphill.
    """
    return incline_of(SLOPES.get(stage["terrain"], 0.0) * stage.get("grade_percent", 0.0))
