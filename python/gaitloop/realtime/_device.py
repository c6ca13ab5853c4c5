"""Devices that a loop drives without the interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gaitloop import _core

if TYPE_CHECKING:
    from gaitloop.plant import Plant


class PlantDevice(_core.PlantDevice):
    """The simulated person in a device, with an operator, in the loop's own time.

    While no tick comes, the plant goes on under the last command, which expires as it would in a drive.

    Parameters
    ----------
    plant : Plant
        The person and the device; the loop works on a copy.
    presses : sequence of (str, float, float)
        What the operator does, as for `gaitloop.Simulation`: button, time pressed [s], time let go [s].

    Raises
    ------
    ConfigError
        If a button is unknown or a time is out of order.
    """

    def __new__(cls, plant: Plant, presses: Sequence[tuple[str, float, float]] = ()) -> PlantDevice:
        """Join copies of the two."""
        return super().__new__(cls, plant, list(presses))
