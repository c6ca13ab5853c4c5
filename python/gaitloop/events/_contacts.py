"""What the public classes of all detectors share: a recording in, events out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._inputs import Array, to_floats
from ..errors import ConfigError
from ..recording import Events

Ints: TypeAlias = NDArray[np.int64]
Columns: TypeAlias = tuple[Ints, Ints, Ints, Ints, Array]
#: Largest time that is taken [s]: what fits in 64-bit nanoseconds.
TIME_MAX = 9e9


def to_times(t: ArrayLike) -> Ints:
    """Convert increasing times [s] to whole nanoseconds."""
    times = to_floats("t", t)
    if times.ndim != 1:
        raise ConfigError(f"t must have shape (T,), got {times.shape}")
    whole = to_nanoseconds("t", times)
    late = np.flatnonzero(np.diff(whole) <= 0)
    if len(late):
        i = late[0]
        least = " by a nanosecond or more" if times[i + 1] > times[i] else ""
        raise ConfigError(f"t must increase{least}, got {times[i + 1]:g} after {times[i]:g} at index {i + 1}")
    return whole


def to_nanoseconds(name: str, times: Array) -> Ints:
    """Convert times [s] to whole nanoseconds."""
    bad = np.flatnonzero(~(np.abs(times) <= TIME_MAX))
    if len(bad):
        raise ConfigError(f"{name} must lie in [{-TIME_MAX:g}, {TIME_MAX:g}], got {times[bad[0]]} at index {bad[0]}")
    return np.round(times * 1e9).astype(np.int64)


def run(core: Callable[[Array, Ints, bool], Columns], name: str, rows: ArrayLike, t: ArrayLike, causal: bool) -> Events:
    """Events of a recording; what was found by looking ahead was never known at a time of its own."""
    times = to_times(t)
    side, kind, time, emit, confidence = core(to_floats(name, rows), times, causal)
    known = emit.astype(np.float64) * 1e-9 if causal else np.full(len(emit), np.nan)
    return Events(side, kind, time.astype(np.float64) * 1e-9, known, confidence)
