"""A recording in numbers: what its strides have in common."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from ..events import Events
from ..measures import StrideTable, StrideTables, symmetry, variability
from ..recording import Finding, Recording

__all__ = ["SideSummary", "Summary", "summarize"]

SIDES = ("left", "right")
#: Columns of a stride table whose mean over the valid strides is told.
MEANS = (
    "stride_time",
    "stance_time",
    "step_time",
    "stance_share",
    "double_support_share",
    "cadence",
    "swing_time",
    "stride_length",
    "speed",
    "walk_ratio",
    "step_length",
    "step_width",
    "toe_clearance",
    "foot_lift",
    "margin_ml",
)
#: Peak force above which a foot has met a plate [N].
FORCE_MIN = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSummary:
    """One side over its valid strides; a measure is absent where no stride has it.

    Attributes
    ----------
    initial_contacts : int
        Number of initial contacts [-].
    toe_offs : int
        Number of toe-offs [-].
    strides : int
        Number of strides of 0.3 to 3 s [-].
    stride_time : float or None
        Mean duration [s].
    stride_time_sd : float or None
        Standard deviation of the duration [s].
    stance_time : float or None
        Mean time on the ground [s].
    step_time : float or None
        Mean time from the other side's initial contact to this side's [s].
    stance_share : float or None
        Mean share of the stride on the ground [-].
    double_support_share : float or None
        Mean share of the stride with both feet on the ground [-].
    cadence : float or None
        Steps per time [1/s], two to a stride.
    stride_time_cv : float or None
        Standard deviation over mean of the duration [-]; 20 strides or more make it stable.
    stride_time_mad : float or None
        Median distance of the duration from its median [s].
    swing_time : float or None
        Mean time in the air [s].
    stride_length : float or None
        Mean length [m], from markers, foot sensors or the belt.
    stride_length_cv : float or None
        Standard deviation over mean of the length [-].
    speed : float or None
        Mean speed [m/s].
    walk_ratio : float or None
        Mean of half the stride length over the cadence [m/(steps/min)].
    step_length : float or None
        Mean distance of this heel ahead of the other at its contact [m]; needs markers, or joint angles and height.
    step_width : float or None
        Mean distance of this heel beside the other at its contact [m]; needs markers.
    toe_clearance : float or None
        Mean of the least height of the toe in swing [m]; needs markers, or joint angles and height.
    foot_lift : float or None
        Mean of the largest height of the foot's sensor in a stride [m].
    force_peak : float or None
        Mean of the largest force under the foot [N], over the strides in which it met a plate.
    margin_ml : float or None
        Mean margin of stability sideways at contact [m]; needs markers.
    """

    initial_contacts: int
    toe_offs: int
    strides: int
    stride_time: float | None
    stride_time_sd: float | None
    stance_time: float | None
    step_time: float | None
    stance_share: float | None
    double_support_share: float | None
    cadence: float | None
    stride_time_cv: float | None
    stride_time_mad: float | None
    swing_time: float | None
    stride_length: float | None
    stride_length_cv: float | None
    speed: float | None
    walk_ratio: float | None
    step_length: float | None
    step_width: float | None
    toe_clearance: float | None
    foot_lift: float | None
    force_peak: float | None
    margin_ml: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A recording in numbers.

    Attributes
    ----------
    recording : str
        Name of the recording.
    sensor : str
        What the events are from.
    findings : tuple of str
        What is wrong with the recording.
    duration : float
        Time from the first to the last sample [s].
    events : int
        Number of events of both feet [-].
    left : SideSummary
        The left side.
    right : SideSummary
        The right side.
    cadence : float or None
        Mean of the sides' cadences [1/s], in steps.
    double_support_share : float or None
        Mean share of the stride with both feet on the ground, over the strides of both sides [-].
    stance_symmetry : float or None
        ln(left/right) of the mean stance times [-]; 0 is even, positive: longer on the left foot.
    step_symmetry : float or None
        ln(left/right) of the mean step times [-]; 0 is even.
    step_length_symmetry : float or None
        ln(left/right) of the mean step lengths [-]; 0 is even.
    speed : float or None
        Mean speed over the strides of both sides [m/s].
    """

    recording: str
    sensor: str
    findings: tuple[str, ...]
    duration: float
    events: int
    left: SideSummary
    right: SideSummary
    cadence: float | None
    double_support_share: float | None
    stance_symmetry: float | None
    step_symmetry: float | None
    step_length_symmetry: float | None
    speed: float | None

    def to_json(self) -> str:
        """Write the summary as JSON.

        Returns
        -------
        str
            Every attribute by its name; absent ones are null.
        """
        return json.dumps(asdict(self), indent=2) + "\n"


def _mean(values: NDArray[np.float64]) -> float | None:
    values = values[np.isfinite(values)]
    return float(np.mean(values)) if len(values) else None


def _spread(values: NDArray[np.float64], name: str) -> float | None:
    value: float = getattr(variability(values), name)
    return value if np.isfinite(value) else None


def _side(events: Events, side: str, table: StrideTable) -> SideSummary:
    valid = np.asarray(table.valid, dtype=bool)
    times = table.stride_time[valid]
    return SideSummary(
        initial_contacts=len(events.select(side, "ic")),
        toe_offs=len(events.select(side, "to")),
        strides=int(np.count_nonzero(valid)),
        stride_time_sd=_spread(times, "sd"),
        stride_time_cv=_spread(times, "cv"),
        stride_time_mad=_spread(times, "mad"),
        stride_length_cv=_spread(table.stride_length[valid], "cv"),
        force_peak=_mean(table.force_peak[valid & (table.force_peak > FORCE_MIN)]),
        **{name: _mean(getattr(table, name)[valid]) for name in MEANS},
    )


def _ratio(left: float | None, right: float | None) -> float | None:
    return symmetry(left, right) if left and right and left > 0 and right > 0 else None


def summarize(
    recording: Recording, sensor: str, findings: tuple[Finding, ...], events: Events, strides: StrideTables
) -> Summary:
    """Put a recording into numbers.

    Parameters
    ----------
    recording : Recording
        What was read.
    sensor : str
        What the events are from.
    findings : tuple of Finding
        What is wrong with the recording.
    events : Events
        Events of both feet.
    strides : StrideTables
        Strides of both sides.

    Returns
    -------
    Summary
        Over the valid strides.
    """
    left, right = (_side(events, side, table) for side, table in zip(SIDES, strides, strict=True))
    shares, speeds = (
        np.concatenate([getattr(table, name)[table.valid] for table in strides])
        for name in ("double_support_share", "speed")
    )
    return Summary(
        recording=recording.name,
        sensor=sensor,
        findings=tuple(finding.text for finding in findings),
        duration=recording.duration,
        events=len(events),
        left=left,
        right=right,
        cadence=_mean(np.array([side.cadence for side in (left, right) if side.cadence is not None])),
        double_support_share=_mean(shares),
        stance_symmetry=_ratio(left.stance_time, right.stance_time),
        step_symmetry=_ratio(left.step_time, right.step_time),
        step_length_symmetry=_ratio(left.step_length, right.step_length),
        speed=_mean(speeds),
    )
