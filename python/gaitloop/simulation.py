"""A trainer, a simulated person in a device, and an operator in one closed loop, faster than real time."""

from __future__ import annotations

from collections.abc import Sequence

from . import _core
from .plant import Plant
from .trainer import Trainer

__all__ = ["Simulation"]


class Simulation(_core.Simulation):
    """A machine that boots at time zero, with a person in it.

    Parameters
    ----------
    trainer : Trainer
        The controller; the simulation works on a copy.
    plant : Plant
        The person and the device; the simulation works on a copy.
    presses : sequence of (str, float, float)
        What the operator does: button, time pressed [s], time let go [s]. The emergency stop is closed and the
        enabling device held unless `estop_ok` or `enable` is "pressed", which opens it.

    Raises
    ------
    ConfigError
        If a button is unknown or a time is out of order.
    """

    def __new__(cls, trainer: Trainer, plant: Plant, presses: Sequence[tuple[str, float, float]] = ()) -> Simulation:
        """Join copies of the three."""
        return super().__new__(cls, trainer, plant, list(presses))
