"""What callers hand over, made fit for the core."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._inputs import to_floats
from ..errors import ConfigError


def array(name: str, value: ArrayLike, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
    """Convert to a C-contiguous float64 array of a given shape, None standing for any length."""
    array = to_floats(name, value)
    if array.ndim != len(shape) or any(want not in (None, got) for want, got in zip(shape, array.shape, strict=True)):
        wanted = str(shape).replace("None", "T")
        raise ConfigError(f"{name} must have shape {wanted}, got {array.shape}")
    return array


def integers(name: str, value: ArrayLike) -> NDArray[np.int64]:
    """Convert to whole numbers, shape (T,)."""
    array = np.asarray(value)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise ConfigError(f"{name} must be whole numbers of shape (T,), got {array.dtype} of shape {array.shape}")
    return np.ascontiguousarray(array, dtype=np.int64)


def code(name: str, value: int | str, names: Sequence[str]) -> int:
    """Code of a name; a code stays as it is."""
    if not isinstance(value, str):
        return int(value)
    if value not in names:
        raise ConfigError(f"{name} must be one of {', '.join(names)}, got '{value}'")
    return names.index(value)


def scalar(name: str, value: object) -> float:
    """Convert to a number; truth values and text are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise ConfigError(f"{name} must be a number, got {value!r}")
    return float(value)
