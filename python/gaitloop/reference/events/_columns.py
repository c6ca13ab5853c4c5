"""What the detectors share: events as columns, and the second pass over a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeAlias

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


class Steps(Protocol):
    """A detector as `second_pass` sees it."""

    _t: int

    def step(self, row: Any, t: int, /) -> list[Event]:
        """One tick."""


def second_pass(fresh: Steps, rewind: Callable[[], None], rows: Iterable[Any], times: Sequence[int]) -> Columns:
    """Events of a recording once the detector has learnt the person from it.

    Parameters
    ----------
    fresh : Steps
        A detector that has seen nothing.
    rewind : callable
        Takes it back to the start, with what it has learnt.
    rows : iterable
        What its `step` takes, tick by tick.
    times : sequence of int, shape (T,)
        Times [ns].

    Returns
    -------
    tuple of ndarray
        As `columns` gives, by time, left first where times are equal, known at the last time taken [ns], each (K,).
    """
    rows = list(rows)
    for row, at in zip(rows, times, strict=True):
        fresh.step(row, at)
    rewind()
    found = [event for row, at in zip(rows, times, strict=True) for event in fresh.step(row, at)]
    known = [event._replace(t_emit=fresh._t) for event in found]
    return columns(sorted(known, key=lambda event: (event.t, event.side)))
