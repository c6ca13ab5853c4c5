"""Recordings made of arrays and data frames in memory, with units stated by the caller."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import RecordingError
from .model import Recording, Signal
from .sensors import JOINTS
from .tables import check_time

__all__ = ["UNITS", "Frame", "from_arrays", "from_frame"]

Array = NDArray[np.float64]
GRAVITY = 9.80665  # [m/s²]
#: Known units of each quantity, and the factor to SI.
UNITS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "acc": {"m/s2": 1.0, "m/s^2": 1.0, "m/s²": 1.0, "g": GRAVITY, "mg": 1e-3 * GRAVITY},
        "gyr": {"rad/s": 1.0, "deg/s": np.pi / 180.0, "dps": np.pi / 180.0},
        "length": {"m": 1.0, "cm": 1e-2, "mm": 1e-3},
        "angle": {"rad": 1.0, "deg": np.pi / 180.0},
        "force": {"N": 1.0, "kN": 1e3},
        "time": {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9},
    }
)
#: Signal and quantity of a column, by its name.
KINDS = (
    (re.compile(r"\w+_acc_[xyz]"), "imu", "acc"),
    (re.compile(r"\w+_gyr_[xyz]"), "imu", "gyr"),
    (re.compile(r"fz_\w+"), "forces", "force"),
    (re.compile("|".join(JOINTS)), "angles", "angle"),
    (re.compile(r"\w+_[xyz]"), "markers", "length"),
)


class Frame(Protocol):
    """What is needed of a data frame."""

    @property
    def columns(self) -> Any:
        """Names of the columns."""

    @property
    def index(self) -> Any:
        """Label of each row."""

    def __getitem__(self, name: Any) -> Any: ...


def from_arrays(
    arrays: Mapping[str, ArrayLike],
    t: ArrayLike | Mapping[str, ArrayLike],
    *,
    units: Mapping[str, str],
    name: str = "recording",
    meta: Mapping[str, Any] | None = None,
) -> Recording:
    """Make a recording of arrays in memory; see `Recording.from_arrays`."""
    path = Path(name)
    for quantity in units:
        if quantity not in UNITS:
            raise RecordingError(f"{name}: units must be of {', '.join(UNITS)}, got {quantity!r:.80}")
    held: dict[str, dict[str, Array]] = {}
    for label, values in arrays.items():
        for column, signal, quantity, part in _columns(name, label, values):
            held.setdefault(signal, {})[column] = _scaled(name, quantity, column, part, units)
    if not held:
        raise RecordingError(f"{name}: arrays must hold a column, got none")
    signals = {}
    for signal, columns in held.items():
        time, rate = _times(name, signal, t, units)
        for column, values in columns.items():
            if len(values) != len(time):
                raise RecordingError(f"{name}: {column} must have length {len(time)}, got {len(values)}")
        signals[signal] = make_signal(time, columns, rate)
    return Recording(path, MappingProxyType(dict(meta or {})), MappingProxyType(signals))


def _times(
    name: str, signal: str, t: ArrayLike | Mapping[str, ArrayLike], units: Mapping[str, str]
) -> tuple[Array, float]:
    """Times of a signal [s] and their rate [Hz]."""
    if isinstance(t, Mapping):
        if signal not in t:
            raise RecordingError(f"{name}: t must hold the times of {signal}, got those of {', '.join(t) or 'nothing'}")
        t = t[signal]
    time = _scaled(name, "time", "t", t, {"time": "s", **units})
    if len(time) < 2:
        raise RecordingError(f"{name}: t must have 2 or more samples, got {len(time)}")
    step = float(np.median(np.diff(time)))
    if not step > 0.0:
        raise RecordingError(f"{name}: t must increase, got steps of {step:g} s")
    check_time(Path(name), time, 1.0 / step)
    time.setflags(write=False)
    return time, 1.0 / step


def make_signal(t: Array, columns: Mapping[str, Array], rate: float) -> Signal:
    """Collect columns.

    Parameters
    ----------
    t : ndarray of float, shape (T,)
        Time of each sample [s].
    columns : mapping of str to ndarray of float, shape (T,)
        Columns in SI units, by name.
    rate : float
        Samples per second [Hz].

    Returns
    -------
    Signal
        Read-only.
    """
    values = np.ascontiguousarray(np.stack(list(columns.values()), axis=1))
    values.setflags(write=False)
    return Signal(rate, t, tuple(columns), values)


def _columns(name: str, label: str, values: ArrayLike) -> list[tuple[str, str, str, Any]]:
    """Column, signal, quantity and values of each part of an array."""
    shape = np.shape(values)
    if len(shape) == 2 and shape[1] == 3:
        table = np.asarray(values)
        parts: list[tuple[str, ArrayLike]] = [(f"{label}_{axis}", table[:, i]) for i, axis in enumerate("xyz")]
    elif len(shape) == 1:
        parts = [(label, values)]
    else:
        raise RecordingError(f"{name}: {label} must have shape (T,) or (T, 3), got {shape}")
    found = []
    for column, part in parts:
        kind = next(((signal, quantity) for p, signal, quantity in KINDS if p.fullmatch(column)), None)
        if kind is None:
            raise RecordingError(
                f"{name}: column {column!r:.80} is not known; known are SENSOR_acc_x to SENSOR_gyr_z, fz_..., "
                f"{', '.join(JOINTS)}, and MARKER_x to MARKER_z"
            )
        found.append((column, *kind, part))
    return found


def _scaled(name: str, quantity: str, column: str, values: ArrayLike, units: Mapping[str, str]) -> Array:
    known = UNITS[quantity]
    unit = units.get(quantity, "")
    if unit not in known:
        got = repr(unit) if unit else "nothing"
        raise RecordingError(f"{name}: unit of {quantity} must be one of {', '.join(known)}, got {got} ({column})")
    try:
        array: Array = np.array(np.asarray(values), dtype=np.float64)
    except (TypeError, ValueError):
        raise RecordingError(f"{name}: {column} must be numbers, got {values!r:.60}") from None
    if array.ndim != 1:
        raise RecordingError(f"{name}: {column} must have shape (T,), got {array.shape}")
    infinite = np.flatnonzero(np.isinf(array))
    if len(infinite):
        raise RecordingError(f"{name}: {column} must be finite or NaN, got infinity at index {infinite[0]}")
    return array * known[unit]


def from_frame(
    frame: Frame,
    *,
    units: Mapping[str, str],
    time: str | None = "time_s",
    columns: Mapping[str, str] | None = None,
    name: str = "recording",
    meta: Mapping[str, Any] | None = None,
) -> Recording:
    """Make a recording of a data frame; see `Recording.from_frame`."""
    names = list(frame.columns)
    wanted = dict(columns) if columns is not None else {n: str(n) for n in names if n != time}
    missing = [str(n) for n in (*wanted, *(() if time is None else (time,))) if n not in names]
    if missing:
        raise RecordingError(f"{name}: column {', '.join(missing)} is missing; got {', '.join(map(str, names))}")
    t = frame.index if time is None else frame[time]
    return from_arrays(
        {ours: np.asarray(frame[n]) for n, ours in wanted.items()}, np.asarray(t), units=units, name=name, meta=meta
    )
