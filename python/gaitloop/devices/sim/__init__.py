"""The plant as a device for loops in Python: in the same process, or in another one over a socket."""

from __future__ import annotations

from ._codec import VERSION
from ._plant import PlantMachine
from ._process import SimulatorProcess
from ._remote import RemotePlant

__all__ = ["VERSION", "PlantMachine", "RemotePlant", "SimulatorProcess"]
