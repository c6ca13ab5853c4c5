"""What callers hand over, made fit for the core; shared by the public modules."""

from __future__ import annotations

from numbers import Real
from operator import index
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import ConfigError

Array: TypeAlias = NDArray[np.float64]


def to_floats(name: str, values: ArrayLike, *, truth: bool = False) -> Array:
    """Convert to a C-contiguous float64 array of any shape; None and masked values become NaN.

    Text, dates and complex numbers are refused, and truth values unless `truth`.
    """
    try:
        array = np.asanyarray(values)
        numbers = array.dtype.kind in ("fiub" if truth else "fiu")
        if not numbers and not (array.dtype.kind == "O" and all(map(_is_number_or_absent, array.flat))):
            raise TypeError
        floats = array.astype(np.float64, order="C", copy=False)
    except (TypeError, ValueError, OverflowError):
        raise ConfigError(f"{name} must be numbers, got {values!r:.80}") from None
    return np.asarray(floats.filled(np.nan) if isinstance(floats, np.ma.MaskedArray) else floats)


def _is_number_or_absent(value: object) -> bool:
    return value is None or value is np.ma.masked or (isinstance(value, Real) and not isinstance(value, bool))


def to_array(name: str, values: ArrayLike, ndim: int) -> Array:
    """Convert to a C-contiguous float64 array of `ndim` dimensions."""
    array = to_floats(name, values)
    if array.ndim != ndim:
        raise ConfigError(f"{name} must have {ndim} dimension{'s' if ndim > 1 else ''}, got shape {array.shape}")
    return array


def to_number(name: str, value: float) -> float:
    """Convert to a float."""
    try:
        if isinstance(value, bool | np.bool_ | str | bytes):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ConfigError(f"{name} must be a number, got {value!r:.80}") from None


def to_side(side: int) -> int:
    """Accept 0, left, or 1, right."""
    try:
        number = index(side)
    except TypeError:
        raise ConfigError(f"side must be an integer, got {side!r:.80}") from None
    if number not in (0, 1):
        raise ConfigError(f"side must lie in [0, 1], got {number}")
    return number


def to_flag(name: str, value: object) -> bool:
    """Accept a truth value, or 0 or 1."""
    try:
        if value in (0, 1):
            return bool(value)
    except (TypeError, ValueError):
        pass
    raise ConfigError(f"{name} must be true or false, got {value!r:.80}")


def to_nanoseconds(name: str, value: int) -> int:
    """Accept a whole number of nanoseconds that fits 64 bits."""
    try:
        number = index(value)
    except TypeError:
        raise ConfigError(f"{name} must be a whole number of nanoseconds, got {value!r:.80}") from None
    if not -(2**63) <= number < 2**63:
        raise ConfigError(f"{name} must lie in [-2**63, 2**63 - 1], got {number}")
    return number


def to_event(event: tuple[int, int] | None) -> tuple[int, int] | None:
    """Accept kind, 0 or 1, and time [ns] of an event, or None."""
    if event is None:
        return None
    if not isinstance(event, tuple | list) or len(event) != 2:
        raise ConfigError(f"event must be a pair (kind, time) or None, got {event!r:.80}")
    try:
        kind = index(event[0])
    except TypeError:
        raise ConfigError(f"event must have kind 0 or 1, got {event[0]!r:.80}") from None
    if kind not in (0, 1):
        raise ConfigError(f"event must lie in [0, 1], got {kind}")
    return kind, to_nanoseconds("event", event[1])
