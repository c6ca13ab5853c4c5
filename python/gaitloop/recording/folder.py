"""A recording: a folder with `meta.json`, signals as gzipped CSV, and events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import RecordingError
from .events import KINDS, SIDES, Events
from .tables import read_rows, read_signal

__all__ = ["SIGNALS", "Recording", "Signal", "Window", "load"]

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
JOINTS = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")
RATE_RANGE = (1.0, 100_000.0)


class Window(NamedTuple):
    """A span in which the events of a recording are complete.

    Attributes
    ----------
    side : str
        `left` or `right`.
    start : float
        First time [s].
    end : float
        Last time [s].
    kind : str or None
        `ic` or `to`; both when None.
    """

    side: str
    start: float
    end: float
    kind: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """What one kind of sensor recorded.

    Attributes
    ----------
    rate : float
        Samples per second [Hz].
    t : ndarray of float, shape (T,)
        Time of each sample [s].
    names : tuple of str
        Names of the columns.
    values : ndarray of float, shape (T, C)
        One column per name, in the unit of the layout [N, rad, m, m/s², rad/s]; NaN where nothing was measured.
    """

    rate: float
    t: NDArray[np.float64]
    names: tuple[str, ...]
    values: NDArray[np.float64]

    def column(self, name: str) -> NDArray[np.float64]:
        """One column by its name.

        Parameters
        ----------
        name : str
            Name of the column.

        Returns
        -------
        ndarray of float, shape (T,)
            Its values, in the unit of the layout [N, rad, m, m/s², rad/s].

        Raises
        ------
        RecordingError
            If there is no such column.
        """
        if name not in self.names:
            raise RecordingError(f"column {name} must be one of {', '.join(self.names)}")
        return self.values[:, self.names.index(name)]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recording as read from its folder.

    Attributes
    ----------
    path : Path
        The folder.
    meta : mapping
        Content of `meta.json`.
    signals : mapping of str to Signal
        What was recorded: `imu`, `forces`, `markers`, `angles`, `pressure`.
    events : Events or None
        Reference events, where the folder has them.
    windows : tuple of Window or None
        Spans in which the reference is complete; None: everywhere.
    """

    path: Path
    meta: Mapping[str, Any]
    signals: Mapping[str, Signal]
    events: Events | None = None
    windows: tuple[Window, ...] | None = field(default=None)

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    def signal(self, name: str) -> Signal:
        """One signal by its name.

        Parameters
        ----------
        name : str
            `imu`, `forces`, `markers`, `angles` or `pressure`.

        Returns
        -------
        Signal
            The signal.

        Raises
        ------
        RecordingError
            If the recording does not hold it.
        """
        if name not in self.signals:
            held = ", ".join(self.signals)
            raise RecordingError(f"{self.path}: {name}.csv.gz is missing; the recording holds {held}")
        return self.signals[name]

    def foot_forces(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Vertical force of each foot.

        Returns
        -------
        t : ndarray of float, shape (T,)
            Time of each sample [s].
        force : ndarray of float, shape (T, 2)
            Left and right [N]: `fz_left` and `fz_right`, or the sum of the plates that only that foot stepped on
            (`plate_feet` of `meta.json`); NaN where nothing was measured, as for a foot that met no plate of its own.

        Raises
        ------
        RecordingError
            If the columns do not tell the feet apart.
        """
        forces = self.signal("forces")
        columns = [_foot_column(self.path, forces, self.meta, side) for side in SIDES]
        return forces.t, np.ascontiguousarray(np.stack(columns, axis=1))


def _foot_column(path: Path, forces: Signal, meta: Mapping[str, Any], side: str) -> NDArray[np.float64]:
    if f"fz_{side}" in forces.names:
        return forces.column(f"fz_{side}")
    feet = meta.get("plate_feet")
    plates = [p for p, f in feet.items() if f == [side] and p in forces.names] if isinstance(feet, dict) else []
    others = [f for f in feet.values() if f in (["left"], ["right"])] if isinstance(feet, dict) else []
    if not plates and others:
        return np.full(len(forces.t), np.nan)  # plates of the other foot only
    if not plates:
        raise RecordingError(
            f"{path / 'forces.csv.gz'}: column fz_{side} is missing and meta.json names no plate_feet of the {side} "
            f"foot alone; got {', '.join(forces.names)}"
        )
    total: NDArray[np.float64] = np.stack([forces.column(plate) for plate in plates]).sum(axis=0)
    return total


def load(path: str | Path) -> Recording:
    """Read a recording.

    Parameters
    ----------
    path : str or Path
        Folder with `meta.json` and at least one of `imu.csv.gz`, `forces.csv.gz`, `markers.csv.gz`, `angles.csv.gz`,
        `pressure.csv.gz`; `events.csv` and `windows.csv` are read where they are.

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

    Examples
    --------
    >>> load("/nonexistent")
    Traceback (most recent call last):
    gaitloop.errors.RecordingError: /nonexistent must be the folder of a recording, got no such folder
    """
    folder = Path(path)
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
    required = JOINTS if name == "angles" else ()
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
