"""The two commands that read recordings."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import ConfigError
from ..events import Events, choose, detect
from ..recording import SENSORS, Finding, Recording, check, load
from .picture import draw
from .sides import draw_angles, draw_symmetry
from .study import Analysis, analyze
from .summary import SideSummary, Summary

__all__ = ["add_arguments", "command"]


def add_arguments(parser: argparse.ArgumentParser, name: str = "analyze") -> None:
    """Declare the arguments of a command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Parser of the command.
    name : str
        `analyze` or `events`.
    """
    parser.add_argument("recording", type=Path, metavar="RECORDING", help="folder of a recording, or C3D file")
    sensors = ["auto", "fused", *SENSORS]
    parser.add_argument(
        "--sensor", choices=sensors, default="auto", help="what to look at (auto: the best; fused: all)"
    )
    parser.add_argument("--offline", action="store_true", help="look ahead: more accurate, not as a controller would")
    if name == "events":
        parser.add_argument("--out", type=Path, metavar="FILE.csv", help="file to write (NAME-events.csv)")
    else:
        parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the results go (NAME-analysis)")
        parser.add_argument("--mass", type=float, metavar="KG", help="body mass, for load over body weight")
        parser.add_argument("--height", type=float, metavar="M", help="body height, for lengths from joint angles")
        parser.add_argument("--belt-speed", type=float, metavar="M/S", help="speed of the treadmill, for lengths on it")
        parser.add_argument("--no-picture", action="store_true", help="write the tables only; needs no matplotlib")


def command(name: str, arguments: argparse.Namespace) -> int:
    """Run a command.

    Parameters
    ----------
    name : str
        `analyze` or `events`.
    arguments : argparse.Namespace
        What the parser found.

    Returns
    -------
    int
        Exit code [-], 0.

    Raises
    ------
    GaitloopError
        If the recording or an argument is refused.
    """
    return _events(arguments) if name == "events" else _analyze(arguments)


def _events(arguments: argparse.Namespace) -> int:
    recording = load(arguments.recording)
    sensor = choose(recording, arguments.sensor)
    events = detect(recording, sensor, not arguments.offline)
    out = arguments.out or Path(f"{_stem(recording)}-events.csv")
    if out.resolve() == recording.path.resolve() or out.resolve().parent == recording.path.resolve():
        raise ConfigError(f"out must not be a file of the recording, got {out}")
    try:
        events.write_csv(out)
    except OSError as error:
        raise ConfigError(f"out must be a file that can be written, got {out}: {error.strerror}") from None
    _tell(check(recording), events, sensor)
    contacts, lifts = (len(events.select(kind=kind)) for kind in ("ic", "to"))
    print(f"{len(events)} events ({contacts} initial contacts, {lifts} toe-offs) of sensor {sensor} written to {out}")
    return 0


def _stem(recording: Recording) -> str:
    path = recording.path.resolve()
    return path.stem if path.suffix.lower() == ".c3d" else path.name


def _tell(findings: Sequence[Finding], events: Events, sensor: str) -> None:
    """Say what is wrong with the recording, and what the events are worth."""
    for finding in findings:
        kind = "wrong" if finding.error else "note"
        print(f"{kind}: {finding.signal}, {finding.start:.2f} to {finding.end:.2f} s: {finding.text}")
    if sensor == "back_imu" and len(events):
        sure = float(np.median(events.confidence))
        print(f"note: the lower back does not tell left from right; sides are a guess (median confidence {sure:.2f})")


def _analyze(arguments: argparse.Namespace) -> int:
    recording = load(arguments.recording)
    out = arguments.out or Path(f"{_stem(recording)}-analysis")
    result = analyze(
        recording,
        out,
        sensor=arguments.sensor,
        causal=not arguments.offline,
        mass=arguments.mass,
        height=arguments.height,
        belt_speed=arguments.belt_speed,
    )
    if not arguments.no_picture:
        _draw(result, out)
    _tell(result.findings, result.events, result.sensor)
    print(report(result.summary))
    summary = result.summary
    print(f"{summary.events} events, {_strides(summary)} strides written to {out}")
    return 0


def _draw(result: Analysis, out: Path) -> None:
    """Draw what there is, and leave no picture of an earlier run."""
    draw(result, out / "analysis.png")
    for make, name in ((draw_angles, "angles.png"), (draw_symmetry, "symmetry.png")):
        if not make(result, out / name):
            (out / name).unlink(missing_ok=True)


def _strides(summary: Summary) -> int:
    return summary.left.strides + summary.right.strides


def _text(value: float | None, scale: float, digits: int) -> str:
    return "-" if value is None else f"{value * scale:.{digits}f}"


#: Rows that are shown where a side has them: label, attribute, scale, digits.
LENGTHS = (
    ("stride length [m]", "stride_length", 1.0, 3),
    ("  variation [%]", "stride_length_cv", 100.0, 1),
    ("speed [m/s]", "speed", 1.0, 3),
    ("step length [m]", "step_length", 1.0, 3),
    ("step width [cm]", "step_width", 100.0, 1),
    ("toe clearance [cm]", "toe_clearance", 100.0, 1),
    ("lift of the sensor [cm]", "foot_lift", 100.0, 1),
    ("stability sideways [cm]", "margin_ml", 100.0, 1),
    ("peak force [N]", "force_peak", 1.0, 0),
)


def report(summary: Summary) -> str:
    """Lay out a summary as text.

    Parameters
    ----------
    summary : Summary
        The numbers.

    Returns
    -------
    str
        A table of both sides and what they share.
    """
    rows = [
        ("initial contacts", "initial_contacts", 1.0, 0),
        ("toe-offs", "toe_offs", 1.0, 0),
        ("strides", "strides", 1.0, 0),
        ("stride time [s]", "stride_time", 1.0, 3),
        ("  deviation [s]", "stride_time_sd", 1.0, 3),
        ("stance time [s]", "stance_time", 1.0, 3),
        ("step time [s]", "step_time", 1.0, 3),
        ("stance share [%]", "stance_share", 100.0, 1),
        ("double support [%]", "double_support_share", 100.0, 1),
        ("cadence [steps/min]", "cadence", 60.0, 1),
        *(row for row in LENGTHS if any(_value(side, row[1]) is not None for side in (summary.left, summary.right))),
    ]
    lines = [
        f"{summary.recording}, {summary.duration:.1f} s, sensor {summary.sensor}",
        f"{'':24}{'left':>10}{'right':>10}",
    ]
    for label, attribute, scale, digits in rows:
        cells = [_text(_value(side, attribute), scale, digits) for side in (summary.left, summary.right)]
        lines.append(f"{label:24}{cells[0]:>10}{cells[1]:>10}")
    lines.append(f"{'cadence [steps/min]':24}{_text(summary.cadence, 60.0, 1):>10}   both sides")
    lines.append(f"{'double support [%]':24}{_text(summary.double_support_share, 100.0, 1):>10}   both sides")
    lines.append(f"{'stance-time symmetry':24}{_text(summary.stance_symmetry, 1.0, 3):>10}   ln(left/right), 0 is even")
    lines.append(f"{'step-time symmetry':24}{_text(summary.step_symmetry, 1.0, 3):>10}   ln(left/right), 0 is even")
    if summary.step_length_symmetry is not None:
        even = _text(summary.step_length_symmetry, 1.0, 3)
        lines.append(f"{'step-length symmetry':24}{even:>10}   ln(left/right), 0 is even")
    for name, side in (("left", summary.left), ("right", summary.right)):
        if side.initial_contacts == 0:
            look = (
                f"fz_{name}, which should rise in stance and rest in swing"
                if summary.sensor == "force"
                else "the signal"
            )
            lines.append(f"{name}: no contact found; look at {look}")
    return "\n".join(lines)


def _value(side: SideSummary, attribute: str) -> float | None:
    value = getattr(side, attribute)
    return None if value is None else float(value)
