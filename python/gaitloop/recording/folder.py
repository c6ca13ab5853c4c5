"""A recording: a folder with `meta.json`, signals as gzipped CSV, and events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import RecordingError
from .events import KINDS, SIDES, Events
from .model import Recording, Signal, Window
from .sensors import JOINTS_NEEDED
from .tables import read_rows, read_signal

__all__ = ["SIGNALS", "load"]

#: Signals a recording may hold, with the keys of `meta.json` that give their rate.
SIGNALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "imu": ("imu_rate_hz", "rate_hz"),
        "forces": ("force_rate_hz", "rate_hz"),
        "markers": ("marker_rate_hz", "rate_hz"),
        "angles": ("angle_rate_hz", "rate_hz"),
        "pressure": ("pressure_rate_hz", "force_rate_hz", "rate_hz"),
    }
)
RATE_RANGE = (1.0, 100_000.0)


def load(path: str | Path, *, labels: Mapping[str, str] | None = None) -> Recording:
    """Read a recording.

    Parameters
    ----------
    path : str or Path
        C3D file (`[c3d]`), or folder with `meta.json` and at least one of `imu.csv.gz`, `forces.csv.gz`,
        `markers.csv.gz`, `angles.csv.gz`, `pressure.csv.gz`; `events.csv` and `windows.csv` are read where they are.
    labels : mapping of str to str, optional
        Of a C3D file: names of the recording format (`left_heel`, `sacrum`) to labels of the file, where the usual
        ones do not serve.

    Returns
    -------
    Recording
        What the folder holds.

    Raises
    ------
    RecordingError
        If anything cannot be trusted: no sample, time that does not increase, a step of time outside 0.5 to 1.5
        sampling periods (a gap), a rate that is missing or does not fit, missing columns, cells that are no numbers,
        a damaged file. The message names the file, the column and the row.
    MissingExtraError
        If a C3D file is to be read and ezc3d is not installed.

    Examples
    --------
    >>> load("/nonexistent")
    Traceback (most recent call last):
    gaitloop.errors.RecordingError: /nonexistent must be the folder of a recording, got no such folder
    """
    folder = Path(path)
    if folder.suffix.lower() == ".c3d":
        from .c3d import read_c3d

        return read_c3d(folder, labels)
    if not folder.is_dir():
        raise RecordingError(
            f"{folder} must be the folder of a recording, got {'a file' if folder.exists() else 'no such folder'}"
        )
    meta = _meta(folder / "meta.json")
    signals = {name: _signal(folder, meta, name) for name in SIGNALS if (folder / f"{name}.csv.gz").exists()}
    if not signals:
        raise RecordingError(f"{folder}: no signal; need one of {', '.join(f'{name}.csv.gz' for name in SIGNALS)}")
    events = Events.read_csv(folder / "events.csv") if (folder / "events.csv").exists() else None
    windows = _windows(folder / "windows.csv") if (folder / "windows.csv").exists() else None
    return Recording(folder, MappingProxyType(meta), MappingProxyType(signals), events, windows)


def _meta(path: Path) -> dict[str, Any]:
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"{path} must be JSON: {error}") from None
    if not isinstance(meta, dict):
        raise RecordingError(f"{path} must hold a JSON object, got {type(meta).__name__}")
    return meta


def _rate(path: Path, meta: Mapping[str, Any], name: str) -> float:
    for key in SIGNALS[name]:
        if key in meta:
            value = meta[key]
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not (number and RATE_RANGE[0] <= value <= RATE_RANGE[1]):
                raise RecordingError(f"{path}: {key} must lie in [{RATE_RANGE[0]}, {RATE_RANGE[1]}], got {value!r}")
            return float(value)
    raise RecordingError(f"{path}: {SIGNALS[name][0]} is missing; {name}.csv.gz needs its rate")


def _signal(folder: Path, meta: Mapping[str, Any], name: str) -> Signal:
    rate = _rate(folder / "meta.json", meta, name)
    required = JOINTS_NEEDED if name == "angles" else ()
    prefix = "fz_" if name == "forces" else ""
    t, names, values = read_signal(folder / f"{name}.csv.gz", rate, required, prefix)
    return Signal(rate, t, names, values)


def _windows(path: Path) -> tuple[Window, ...]:
    windows = []
    for row in read_rows(path, ("foot", "start_s", "end_s")):
        kind = row.word("event", KINDS) if row.has("event") else None
        window = Window(row.word("foot", SIDES), row.number("start_s"), row.number("end_s"), kind)
        if window.end < window.start:
            raise RecordingError(f"{path}: end_s must not lie below start_s, got {window.end} at row {row.index}")
        windows.append(window)
    return tuple(windows)
