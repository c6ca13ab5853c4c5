"""Requested torque from state and reference: one law per file."""

from .._core import N_SAGITTAL_SUBTASKS, SUBTASKS
from ._bumpless import Fade, Fader
from ._gravity import LegGravity
from ._guidance import guidance, swing_window
from ._identification import Identified, identify_compensation, weigh_leg
from ._impedance import Impedance

__all__ = [
    "N_SAGITTAL_SUBTASKS",
    "SUBTASKS",
    "Fade",
    "Fader",
    "Identified",
    "Impedance",
    "LegGravity",
    "guidance",
    "identify_compensation",
    "swing_window",
    "weigh_leg",
]
