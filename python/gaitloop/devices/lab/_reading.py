"""What a sensor told, and what became of all that it told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from gaitloop._inputs import to_floats
from gaitloop.errors import ConfigError

Values = tuple[float | None, ...]


class Reading(NamedTuple):
    """Channels of a sensor at one time.

    Attributes
    ----------
    stamp : int
        When they were measured, on the loop's clock [ns].
    values : tuple of float or None
        One number per channel [unit of the sensor]; None where the channel told nothing.
    """

    stamp: int
    values: Values


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of everything that a sensor sent.

    Parameters
    ----------
    received : int
        Readings that were taken [-].
    dropped : int
        Readings that a full queue pushed out before anybody asked for them [-].
    refused : int
        What came and was no reading: a wrong shape, a wrong checksum, text, a time that runs backwards or lies
        ahead [-].
    missed : int
        Readings that the device numbered and that never came [-].
    failures : int
        Exceptions, and losses of the stream [-].
    """

    received: int = 0
    dropped: int = 0
    refused: int = 0
    missed: int = 0
    failures: int = 0


def to_values(raw: Any, channels: int) -> Values | None:
    """One number or None per channel, or None where it is no reading; whatever is not finite is absent."""
    try:
        array = to_floats("reading", raw)
    except Exception:  # an object of somebody else, which may raise whatever it likes when it is looked at
        return None
    if array.shape != (channels,) and not (channels == 1 and array.shape == ()):
        return None
    return tuple(v if math.isfinite(v) else None for v in array.ravel().tolist())


def whole(name: str, value: int, low: int, high: int) -> int:
    """Accept a whole number within its range."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number in [{low}, {high}], got {value!r:.80}")
    return value
