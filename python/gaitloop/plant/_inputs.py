"""What callers hand over, made fit for the plant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConfigError

Array: TypeAlias = NDArray[np.float64]

SIDE_CODES = {"left": 0, "right": 1}
ROPE_CODES = {"hold": 0, "track": 1, "jog": 2}


def to_array(name: str, value: ArrayLike) -> Array:
    try:
        return np.ascontiguousarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ConfigError(f"{name} must be an array of numbers, got {value!r}") from None


def to_choice(name: str, value: str, choices: Mapping[str, int]) -> int:
    if value not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
    return choices[value]


def to_whole(name: str, value: int, largest: int) -> int:
    if not isinstance(value, int | np.integer) or not 0 <= value <= largest:
        raise ConfigError(f"{name} must lie in [0, {largest}], got {value!r}")
    return int(value)


def to_seed(seed: int) -> int:
    return to_whole("seed", seed, 2**64 - 1)
