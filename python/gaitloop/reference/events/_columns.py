"""What the detectors share: events as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._conventions import Array, Event

Ints: TypeAlias = NDArray[np.int64]
Columns: TypeAlias = tuple[Ints, Ints, Ints, Ints, Array]


def columns(found: Sequence[Event]) -> Columns:
    """Side, kind, time, time known and confidence of each event.

    Parameters
    ----------
    found : sequence of Event
        The events.

    Returns
    -------
    tuple of ndarray
        Side [-], kind [-], time [ns], time it was known [ns] and confidence [-], each (K,).
    """
    side = np.array([event.side for event in found], dtype=np.int64)
    kind = np.array([event.kind for event in found], dtype=np.int64)
    time = np.array([event.t for event in found], dtype=np.int64)
    emit = np.array([event.t_emit for event in found], dtype=np.int64)
    return side, kind, time, emit, np.array([event.confidence for event in found], dtype=np.float64)
