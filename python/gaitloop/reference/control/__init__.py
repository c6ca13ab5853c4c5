"""Section 6: the laws inside the cycle."""

from .amplification import ErrorAmplification
from .complement import Complement, ComplementaryMotion
from .force_field import ForceField
from .gravity import LegGravity
from .guidance import SUBTASKS, guidance, swing_window, window
from .impedance import Impedance
from .nearest import Nearest
from .path import PathControl, PathTorque
from .resistance import ChallengeTorque, Resistance

__all__ = [
    "SUBTASKS",
    "ChallengeTorque",
    "Complement",
    "ComplementaryMotion",
    "ErrorAmplification",
    "ForceField",
    "Impedance",
    "LegGravity",
    "Nearest",
    "PathControl",
    "PathTorque",
    "Resistance",
    "guidance",
    "swing_window",
    "window",
]
