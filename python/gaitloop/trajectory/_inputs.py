"""What callers of this room hand over, made fit for the core."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConfigError

Array: TypeAlias = NDArray[np.float64]
Out: TypeAlias = tuple[Array, Array, Array]


def number(name: str, value: object) -> float:
    try:
        array = np.asanyarray(value)
        if array.shape == () and array.dtype.kind in "fiu" and not np.ma.is_masked(array):
            return float(array)
    except ValueError:
        pass
    raise ConfigError(f"{name} must be a number, got {value!r}")


def array(name: str, value: ArrayLike, ndim: tuple[int, ...], shape: str) -> Array:
    """Convert to a C-contiguous float64 array; masked values become NaN."""
    try:
        array = np.asanyarray(value)
    except ValueError as error:
        raise ConfigError(f"{name} must be an array of shape {shape}, got rows of different length") from error
    if array.dtype.kind not in "fiu":
        raise ConfigError(f"{name} must be real numbers, got dtype {array.dtype}")
    if array.ndim not in ndim:
        raise ConfigError(f"{name} must have shape {shape}, got {array.shape}")
    if isinstance(array, np.ma.MaskedArray):
        array = np.ma.filled(array.astype(np.float64), np.nan)
    return np.ascontiguousarray(array, dtype=np.float64)


def signal(name: str, value: ArrayLike) -> float | Array:
    if isinstance(value, list | tuple) or np.ndim(value):
        return array(name, value, (1,), "() or (T,)")
    return number(name, value)
