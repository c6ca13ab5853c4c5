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
        array = np.asarray(value)
        if array.shape == () and array.dtype.kind in "fiu":
            return float(array)
    except ValueError:
        pass
    raise ConfigError(f"{name} must be a number, got {value!r}")


def array(name: str, value: ArrayLike, ndim: tuple[int, ...], shape: str) -> Array:
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ConfigError(f"{name} must be an array of shape {shape}, got rows of different length") from error
    if array.dtype.kind not in "fiu":
        raise ConfigError(f"{name} must be real numbers, got dtype {array.dtype}")
    if array.ndim not in ndim:
        raise ConfigError(f"{name} must have shape {shape}, got {array.shape}")
    return np.ascontiguousarray(array, dtype=np.float64)


def signal(name: str, value: ArrayLike) -> float | Array:
    return array(name, np.asarray(value), (0, 1), "() or (T,)") if np.ndim(value) else number(name, value)
