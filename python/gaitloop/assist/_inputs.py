"""What callers hand over, made fit for the laws between cycles."""

from __future__ import annotations

from operator import index

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._inputs import to_floats, to_number
from ..errors import ConfigError


def to_whole(name: str, value: int) -> int:
    """Accept a whole number that fits 64 bits."""
    try:
        number = index(value)
    except TypeError:
        raise ConfigError(f"{name} must be an integer, got {value!r:.80}") from None
    return max(-(2**63), min(2**63 - 1, number))


def to_seed(seed: int) -> int:
    """Accept a seed, 0 to 2**63 - 1."""
    try:
        number = index(seed)
    except TypeError:
        raise ConfigError(f"seed must be an integer, got {seed!r:.80}") from None
    if not 0 <= number < 2**63:
        raise ConfigError(f"seed must lie in [0, {2**63 - 1}], got {number}")
    return number


def to_flags(name: str, values: ArrayLike) -> NDArray[np.bool_]:
    """Convert to one-dimensional truth values."""
    flags = to_floats(name, values, truth=True)
    if flags.ndim != 1:
        raise ConfigError(f"{name} must have 1 dimension, got shape {flags.shape}")
    return np.asarray(flags == 1.0, dtype=np.bool_)


def to_absent(name: str, value: float | None) -> float:
    """Convert a reading to a float, NaN where there is none."""
    return np.nan if value is None else to_number(name, value)
