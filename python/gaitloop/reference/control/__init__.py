"""Section 6: the laws inside the cycle."""

from .body_weight import BodyWeightSupport, Support, SupportLaw
from .bumpless import Fade, Fader
from .gravity import LegGravity
from .guidance import N_SAGITTAL_SUBTASKS, SUBTASKS, guidance, swing_window, window
from .impedance import Impedance
from .observer import HumanTorque, HumanTorqueObserver

__all__ = [
    "N_SAGITTAL_SUBTASKS",
    "SUBTASKS",
    "BodyWeightSupport",
    "Fade",
    "Fader",
    "HumanTorque",
    "HumanTorqueObserver",
    "Impedance",
    "LegGravity",
    "Support",
    "SupportLaw",
    "guidance",
    "swing_window",
    "window",
]
