"""Section 6: the laws inside the cycle."""

from .gravity import LegGravity
from .guidance import N_SAGITTAL_SUBTASKS, SUBTASKS, guidance, swing_window, window
from .impedance import Impedance

__all__ = ["N_SAGITTAL_SUBTASKS", "SUBTASKS", "Impedance", "LegGravity", "guidance", "swing_window", "window"]
