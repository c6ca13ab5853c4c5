"""Gait events as a table, and their CSV file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .tables import read_rows

__all__ = ["KINDS", "SIDES", "Event", "Events"]

#: Names of the sides, left then right.
SIDES = ("left", "right")
#: Kinds of events as files name them: initial contact, toe-off.
KINDS = ("ic", "to")


class Event(NamedTuple):
    """One gait event of one foot.

    Attributes
    ----------
    side : str
        `left` or `right`.
    kind : str
        `ic` (initial contact) or `to` (toe-off).
    time : float
        When it happened [s].
    emit : float
        When it was known [s]; NaN where a file does not say.
    confidence : float
        How sure the detector is [-], 0 to 1.
    """

    side: str
    kind: str
    time: float
    emit: float
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Gait events of both feet, in the order in which they were known.

    Attributes
    ----------
    side : ndarray of int, shape (K,)
        0 left, 1 right [-].
    kind : ndarray of int, shape (K,)
        0 initial contact, 1 toe-off [-].
    time : ndarray of float, shape (K,)
        When each happened [s].
    emit : ndarray of float, shape (K,)
        When each was known [s]; NaN where a file does not say.
    confidence : ndarray of float, shape (K,)
        How sure the detector was [-], 0 to 1.
    """

    side: NDArray[np.int64]
    kind: NDArray[np.int64]
    time: NDArray[np.float64]
    emit: NDArray[np.float64]
    confidence: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name, dtype in zip(self.__slots__, (np.int64, np.int64, np.float64, np.float64, np.float64), strict=True):
            column = np.array(getattr(self, name), dtype=dtype)
            column.setflags(write=False)
            object.__setattr__(self, name, column)

    @classmethod
    def from_rows(cls, rows: Iterable[Event]) -> Events:
        """Collect events.

        Parameters
        ----------
        rows : iterable of Event
            Events in the order wanted.

        Returns
        -------
        Events
            The same as columns.
        """
        rows = list(rows)
        return cls(
            np.array([SIDES.index(row.side) for row in rows], dtype=np.int64),
            np.array([KINDS.index(row.kind) for row in rows], dtype=np.int64),
            np.array([row.time for row in rows], dtype=np.float64),
            np.array([row.emit for row in rows], dtype=np.float64),
            np.array([row.confidence for row in rows], dtype=np.float64),
        )

    def __len__(self) -> int:
        return len(self.time)

    def __iter__(self) -> Iterator[Event]:
        for row in zip(self.side, self.kind, self.time, self.emit, self.confidence, strict=True):
            yield Event(SIDES[row[0]], KINDS[row[1]], float(row[2]), float(row[3]), float(row[4]))

    def select(self, side: str | None = None, kind: str | None = None) -> Events:
        """Pick the events of one side, of one kind, or both.

        Parameters
        ----------
        side : str, optional
            `left` or `right`; both when not given.
        kind : str, optional
            `ic` or `to`; both when not given.

        Returns
        -------
        Events
            Those events in the same order.
        """
        chosen = np.ones(len(self), dtype=bool)
        if side is not None:
            chosen &= self.side == SIDES.index(side)
        if kind is not None:
            chosen &= self.kind == KINDS.index(kind)
        return Events(*(getattr(self, name)[chosen] for name in self.__slots__))

    def times(self, side: str | None = None, kind: str | None = None) -> NDArray[np.float64]:
        """Sort the times at which the events of a side and kind happened.

        Parameters
        ----------
        side : str, optional
            `left` or `right`; both when not given.
        kind : str, optional
            `ic` or `to`; both when not given.

        Returns
        -------
        ndarray of float, shape (K,)
            Times [s], ascending.
        """
        return np.sort(self.select(side, kind).time)

    def write_csv(self, path: str | Path) -> None:
        """Write `foot,event,time_s,emit_s`.

        Parameters
        ----------
        path : str or Path
            File to write.
        """
        lines = ["foot,event,time_s,emit_s"]
        for row in self:
            emit = "" if math.isnan(row.emit) else f"{row.emit:.6f}"
            lines.append(f"{row.side},{row.kind},{row.time:.6f},{emit}")
        Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")

    @classmethod
    def read_csv(cls, path: str | Path) -> Events:
        """Read `foot,event,time_s[,emit_s]`.

        Parameters
        ----------
        path : str or Path
            File to read.

        Returns
        -------
        Events
            What the file holds, with full confidence.

        Raises
        ------
        RecordingError
            If the file cannot be read; the message names the column and the row.
        """
        table = read_rows(Path(path), ("foot", "event", "time_s"))
        rows = []
        for row in table:
            emit = row.number("emit_s") if row.has("emit_s") else math.nan
            rows.append(Event(row.word("foot", SIDES), row.word("event", KINDS), row.number("time_s"), emit, 1.0))
        return cls.from_rows(rows)
