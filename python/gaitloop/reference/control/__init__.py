"""Section 6: the laws inside the cycle."""

from .foot_lift import FootLift, FootLiftOutput
from .gravity import LegGravity
from .guidance import SUBTASKS, guidance, swing_window, window
from .impedance import Impedance

__all__ = ["SUBTASKS", "FootLift", "FootLiftOutput", "Impedance", "LegGravity", "guidance", "swing_window", "window"]
