"""Section 6: the laws inside the cycle."""

from .bumpless import Fade, Fader
from .gravity import LegGravity
from .guidance import SUBTASKS, guidance, swing_window, window
from .impedance import Impedance

__all__ = ["SUBTASKS", "Fade", "Fader", "Impedance", "LegGravity", "guidance", "swing_window", "window"]
