"""What a session record says about the gait, as text and CSV; the samples are not needed for it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gaitloop._files import spare

from .reader import Reader, Summary

_EVENTS = {"initial_contact": "ic", "toe_off": "to"}
_COLUMNS = ("stride_time", "stance_time", "stance_share", "double_support", "step_time", "step_length", "stride_length")
_ROWS: tuple[tuple[str, str, float, int], ...] = (
    ("stride time [s]", "stride_time", 1.0, 3),
    ("stance share [%]", "stance_share", 100.0, 1),
    ("double support [%]", "double_support", 100.0, 1),
    ("step length [m]", "step_length", 1.0, 3),
    ("stride length [m]", "stride_length", 1.0, 3),
)


def write_events(path: str | Path, summary: Summary) -> None:
    """Write events as recordings have them.

    Parameters
    ----------
    path : path-like
        CSV file to write: foot, event, time_s, emit_s.
    summary : Summary
        What a record says.
    """
    rows = []
    for event in sorted(summary.events, key=lambda event: int(event["t"])):
        times = (f"{event['t'] * 1e-9:.3f}", f"{event['t_emit'] * 1e-9:.3f}")
        rows.append((event["side"], _EVENTS[event["event"]], *times))
    _write(path, ("foot", "event", "time_s", "emit_s"), rows)


def write_strides(path: str | Path, summary: Summary) -> None:
    """Write strides, an empty cell where a measure is absent.

    Parameters
    ----------
    path : path-like
        CSV file to write: foot, start_s, end_s, valid and the measures in SI units.
    summary : Summary
        What a record says.
    """
    rows = []
    for stride in summary.strides:
        times = (f"{stride['t_start'] * 1e-9:.3f}", f"{stride['t_end'] * 1e-9:.3f}")
        values = ["" if stride.get(name) is None else f"{stride[name]:.6g}" for name in _COLUMNS]
        rows.append((stride["side"], *times, int(stride["valid"]), *values))
    _write(path, ("foot", "start_s", "end_s", "valid", *_COLUMNS), rows)


def _write(path: str | Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def _of(summary: Summary, side: str, name: str) -> list[float]:
    strides = [s for s in summary.strides if s["side"] == side and s["valid"]]
    return [stride[name] for stride in strides if stride.get(name) is not None]


def table(summary: Summary) -> str:
    """Put the gait of both sides in a small table.

    Parameters
    ----------
    summary : Summary
        What a record says.

    Returns
    -------
    str
        Means and standard deviations per side, and the log ratio of left to right where both are known.
    """
    lines = [f"{'':20}{'left':>16}{'right':>16}{'ln(l/r)':>10}"]
    for label, name, scale, digits in _ROWS:
        sides = [np.array(_of(summary, side, name)) for side in ("left", "right")]
        cells = [f"{v.mean() * scale:.{digits}f} ± {v.std() * scale:.{digits}f}" if len(v) else "-" for v in sides]
        known = all(len(v) and v.mean() > 0 for v in sides)
        ratio = f"{np.log(sides[0].mean() / sides[1].mean()):+.3f}" if known else "-"
        lines.append(f"{label:20}{cells[0]:>16}{cells[1]:>16}{ratio:>10}")
    return "\n".join(lines)


def describe(summary: Summary) -> str:
    """Put a record in one line.

    Parameters
    ----------
    summary : Summary
        What a record says.

    Returns
    -------
    str
        Counts of events and strides, and the cadence.
    """
    contacts = [e["t"] * 1e-9 for e in summary.events if e["event"] == "initial_contact"]
    times = _of(summary, "left", "stride_time") + _of(summary, "right", "stride_time")
    cadence = f"{120.0 / float(np.mean(times)):.1f} steps/min" if times else "unknown"
    strides = sum(bool(stride["valid"]) for stride in summary.strides)
    return f"{len(summary.events)} events, {len(contacts)} initial contacts, {strides} strides, cadence {cadence}"


def analyze_record(path: str | Path, out: str | Path | None) -> tuple[str, list[str], list[Path]]:
    """Read a record, complete or cut off, and write its events and strides.

    Parameters
    ----------
    path : path-like
        Session record.
    out : path-like or None
        Folder to write into; `NAME-analysis` beside the record when None.

    Returns
    -------
    tuple
        Text for the terminal, what was lost, and the files written.

    Raises
    ------
    RecordingError
        If the file is no session record.
    """
    reader = Reader(path)
    summary = reader.summary()
    folder = Path(out) if out is not None else reader.path.with_name(f"{reader.path.stem}-analysis")
    files = [folder / "events.csv", folder / "strides.csv"]
    for file in files:
        spare(file, path)
    folder.mkdir(parents=True, exist_ok=True)
    write_events(files[0], summary)
    write_strides(files[1], summary)
    return f"{table(summary)}\n{describe(summary)}", reader.losses, files
