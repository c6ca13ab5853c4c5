"""What callers hand over, made fit for the plant."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import to_floats
from ..errors import ConfigError

SIDE_CODES = {"left": 0, "right": 1}
ROPE_CODES = {"hold": 0, "track": 1, "jog": 2}


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


def to_plates(force: ArrayLike) -> list[list[float]]:
    array = to_floats("plate_force", force)
    if array.shape != (2, 3):
        raise ConfigError(f"plate_force must have shape (2, 3), got {array.shape}")
    rows: list[list[float]] = array.tolist()
    return rows
