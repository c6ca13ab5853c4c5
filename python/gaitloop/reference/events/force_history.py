"""Section 4.1: net forces of the last moments."""

from __future__ import annotations

from typing import NamedTuple

#: Age of the snapshot that the ratio of both forces is compared with [ns].
LOOK_BACK = (80_000_000, 100_000_000)
#: Shortest time between two snapshots [ns].
RING_SPACING = 100_000_000 // 6


class Snapshot(NamedTuple):
    """Net forces at an earlier tick.

    Attributes
    ----------
    t : int
        Time [ns].
    net : tuple of float
        Net force under each foot [N].
    """

    t: int
    net: tuple[float, float]
