"""Section 6: the laws inside the cycle."""

from .gravity import LegGravity
from .guidance import SUBTASKS, guidance, swing_window, window
from .impedance import Impedance
from .nearest import Nearest
from .path import PathControl, PathTorque

__all__ = [
    "SUBTASKS",
    "Impedance",
    "LegGravity",
    "Nearest",
    "PathControl",
    "PathTorque",
    "guidance",
    "swing_window",
    "window",
]
