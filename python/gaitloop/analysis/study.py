"""What a recording shows: events, strides, and their summary."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import ConfigError
from ..events import Events, choose, detect
from ..measures import StrideTable, StrideTables, stride_measures, symmetry
from ..recording import Finding, Recording, check, load
from .kinematics import joint_angles

__all__ = ["Analysis", "SideSummary", "Summary", "analyze"]

SIDES = ("left", "right")
#: Columns of `strides.csv`: its header, the attribute of a stride table.
COLUMNS = (
    ("start_s", "start"),
    ("end_s", "end"),
    ("stride_time_s", "stride_time"),
    ("stance_time_s", "stance_time"),
    ("swing_time_s", "swing_time"),
    ("step_time_s", "step_time"),
    ("double_support_time_s", "double_support_time"),
    ("stance_share", "stance_share"),
    ("double_support_share", "double_support_share"),
    ("force_peak_n", "force_peak"),
)


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

    def to_json(self) -> str:
        """Write the summary as JSON.

        Returns
        -------
        str
            Every attribute by its name; absent ones are null.
        """
        return json.dumps(asdict(self), indent=2) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Analysis:
    """A recording and what was found in it.

    Attributes
    ----------
    recording : Recording
        What was read.
    sensor : str
        What the events are from.
    findings : tuple of Finding
        What is wrong with the recording.
    events : Events
        Events of both feet.
    angles : tuple of ndarray of float, shapes (T,) and (T, 6), or None
        Times [s] and joint angles [rad], recorded or from markers; None where there are none.
    strides : StrideTables
        Strides of the left and of the right side.
    summary : Summary
        The numbers.
    """

    recording: Recording
    sensor: str
    findings: tuple[Finding, ...]
    events: Events
    angles: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    strides: StrideTables
    summary: Summary


def analyze(
    source: str | Path | Recording, out: str | Path | None = None, *, sensor: str = "auto", causal: bool = True
) -> Analysis:
    """Find events and strides of a recording.

    Parameters
    ----------
    source : str, Path or Recording
        Folder of the recording, C3D file, or a recording itself.
    out : str or Path, optional
        Folder that gets `events.csv`, `strides.csv` and `summary.json`; made where it is not there. Nothing is written
        when not given.
    sensor : str
        What to look at, as for `gaitloop.events.detect`.
    causal : bool
        Whether events may use only samples up to the time at which they are known.

    Returns
    -------
    Analysis
        What was found.

    Raises
    ------
    RecordingError
        If the recording cannot be trusted or does not hold the sensor.
    ConfigError
        If the sensor is not known, or `out` cannot be written or is the folder of the recording.
    """
    recording = source if isinstance(source, Recording) else load(source)
    chosen = choose(recording, sensor)
    events = detect(recording, chosen, causal)
    angles = joint_angles(recording)
    forces = recording.foot_forces() if "force" in recording.sensors else None
    strides = stride_measures(events, angles=angles, forces=forces)
    findings = check(recording)
    result = Analysis(
        recording=recording,
        sensor=chosen,
        findings=findings,
        events=events,
        angles=angles,
        strides=strides,
        summary=_summary(recording, chosen, findings, events, strides),
    )
    if out is not None:
        _write(result, Path(out))
    return result


def _mean(values: NDArray[np.float64]) -> float | None:
    values = values[np.isfinite(values)]
    return float(np.mean(values)) if len(values) else None


def _side(events: Events, side: str, table: StrideTable) -> SideSummary:
    valid = np.asarray(table.valid, dtype=bool)
    times = table.stride_time[valid]
    return SideSummary(
        initial_contacts=len(events.select(side, "ic")),
        toe_offs=len(events.select(side, "to")),
        strides=int(np.count_nonzero(valid)),
        stride_time=_mean(times),
        stride_time_sd=float(np.std(times, ddof=1)) if len(times) > 1 else None,
        stance_time=_mean(table.stance_time[valid]),
        step_time=_mean(table.step_time[valid]),
        stance_share=_mean(table.stance_share[valid]),
        double_support_share=_mean(table.double_support_share[valid]),
        cadence=_mean(table.cadence[valid]),
    )


def _ratio(left: float | None, right: float | None) -> float | None:
    return symmetry(left, right) if left and right and left > 0 and right > 0 else None


def _summary(
    recording: Recording, sensor: str, findings: tuple[Finding, ...], events: Events, strides: StrideTables
) -> Summary:
    left, right = (_side(events, side, table) for side, table in zip(SIDES, strides, strict=True))
    shares = np.concatenate([table.double_support_share[np.asarray(table.valid, dtype=bool)] for table in strides])
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
    )


def _write(result: Analysis, out: Path) -> None:
    folder = make_folder(out, result.recording)
    result.events.write_csv(folder / "events.csv")
    (folder / "strides.csv").write_text("\n".join(_stride_lines(result.strides)) + "\n", encoding="utf-8")
    (folder / "summary.json").write_text(result.summary.to_json(), encoding="utf-8")


def make_folder(out: Path, recording: Recording) -> Path:
    """Make the folder for results, which must not be the recording's own.

    Parameters
    ----------
    out : Path
        Folder wanted.
    recording : Recording
        What was analysed.

    Returns
    -------
    Path
        The folder, there now.

    Raises
    ------
    ConfigError
        If it cannot be made, or would overwrite the recording.
    """
    if out.resolve() == recording.path.resolve():
        raise ConfigError(f"out must not be the folder of the recording, got {out}")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"out must be a folder that can be written, got {out}: {error.strerror}") from None
    return out


def _cell(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.6f}"


def _stride_lines(strides: Sequence[StrideTable]) -> list[str]:
    lines = ["foot," + ",".join(name for name, _ in COLUMNS) + ",valid"]
    for side, table in zip(SIDES, strides, strict=True):
        columns = [getattr(table, attribute) for _, attribute in COLUMNS]
        for i in range(len(table)):
            cells = ",".join(_cell(float(column[i])) for column in columns)
            lines.append(f"{side},{cells},{int(table.valid[i])}")
    return lines
