"""Requested torque from state and reference: one law per file."""

from .._core import N_SAGITTAL_SUBTASKS, SUBTASKS
from ._body_weight import BodyWeightSupport, Support, SupportLaw
from ._bumpless import Fade, Fader
from ._gravity import LegGravity
from ._guidance import guidance, swing_window
from ._impedance import Impedance
from ._observer import HumanTorque, HumanTorqueObserver

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
]
