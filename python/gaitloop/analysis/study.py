"""What a recording shows: events, strides, and their summary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import ConfigError
from ..events import Events, choose, detect
from ..measures import StrideTable, StrideTables, stride_measures
from ..recording import SENSORS, Finding, Recording, check, load
from ..recording.sensors import columns_of
from .kinematics import joint_angles
from .summary import SIDES, SideSummary, Summary, summarize

__all__ = ["Analysis", "SideSummary", "Summary", "analyze"]

#: Median way of a foot between its contacts below which it walks on a belt [m].
WAY_MIN = 0.1
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
    ("cadence_1_s", "cadence"),
    ("stride_length_m", "stride_length"),
    ("speed_m_s", "speed"),
    ("walk_ratio", "walk_ratio"),
    ("step_length_m", "step_length"),
    ("step_width_m", "step_width"),
    ("toe_clearance_m", "toe_clearance"),
    ("foot_lift_m", "foot_lift"),
    ("height_change_m", "height_change"),
    ("turn_rad", "turn"),
    ("margin_ap_m", "margin_ap"),
    ("margin_ml_m", "margin_ml"),
    ("hip_range_rad", "hip_range"),
    ("knee_range_rad", "knee_range"),
    ("ankle_range_rad", "ankle_range"),
    ("force_peak_n", "force_peak"),
    ("force_mean_n", "force_mean"),
    ("load_share", "load_share"),
    ("load_peak", "load_peak"),
    ("loading_rate_1_s", "loading_rate"),
)


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
    source: str | Path | Recording,
    out: str | Path | None = None,
    *,
    sensor: str = "auto",
    causal: bool = True,
    mass: float | None = None,
    height: float | None = None,
    belt_speed: float | None = None,
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
    mass : float, optional
        Body mass [kg], 20 to 200; for load over body weight.
    height : float, optional
        Body height [m], 1.0 to 2.3; for lengths from joint angles.
    belt_speed : float, optional
        Speed of the treadmill [m/s]; not given over ground. Markers of feet that come back to where they were give no
        lengths without it.

    Returns
    -------
    Analysis
        What was found.

    Raises
    ------
    RecordingError
        If the recording cannot be trusted or does not hold the sensor.
    ConfigError
        If the sensor is not known, mass or height is outside its range, or `out` cannot be written or is the folder of
        the recording.
    """
    recording = source if isinstance(source, Recording) else load(source)
    chosen = choose(recording, sensor)
    events = detect(recording, chosen, causal)
    angles = joint_angles(recording)
    findings = check(recording)
    strides = _strides(recording, _sound(recording, findings), events, angles, mass, height, belt_speed)
    result = Analysis(
        recording=recording,
        sensor=chosen,
        findings=findings,
        events=events,
        angles=angles,
        strides=strides,
        summary=summarize(recording, chosen, findings, events, strides),
    )
    if out is not None:
        _write(result, Path(out))
    return result


def _sound(recording: Recording, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Sensors in whose columns nothing is wrong."""
    wrong = {(finding.signal, column) for finding in findings if finding.error for column in finding.columns}
    return tuple(
        sensor
        for sensor in recording.sensors
        if not wrong & {(SENSORS[sensor], column) for column in columns_of(recording, sensor)}
    )


def _strides(
    recording: Recording,
    there: tuple[str, ...],
    events: Events,
    angles: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    mass: float | None,
    height: float | None,
    belt_speed: float | None,
) -> StrideTables:
    """Measures of the strides from the sensors `there`."""
    if "joints" in recording.sensors and "joints" not in there:
        angles = None
    imu = recording.foot_imu() if "foot_imu" in there else None
    forces = recording.foot_forces() if "force" in there else None
    markers = recording.marker_points() if "markers" in there else None
    if markers is not None and belt_speed is None and _on_a_belt(stride_measures(events, markers=markers)):
        markers = None
    return stride_measures(
        events,
        angles=angles,
        forces=forces,
        belt_speed=belt_speed,
        markers=markers,
        foot_imu=imu,
        mass=mass,
        height=height,
    )


def _on_a_belt(strides: StrideTables) -> bool:
    ways = np.concatenate([table.stride_length[table.valid] for table in strides])
    ways = ways[np.isfinite(ways)]
    return bool(len(ways) and np.median(ways) < WAY_MIN)


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
