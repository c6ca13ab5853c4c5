"""Requested torque from state and reference: one law per file."""

from .._core import N_SAGITTAL_SUBTASKS, SUBTASKS
from ._bumpless import Fade, Fader
from ._challenge import ChallengeTorque, ErrorAmplification, Resistance
from ._complement import Complement, ComplementaryMotion
from ._gravity import LegGravity
from ._guidance import guidance, swing_window
from ._identification import Identified, identify_compensation, weigh_leg
from ._impedance import Impedance
from ._path import ForceField, PathControl, PathTorque

__all__ = [
    "N_SAGITTAL_SUBTASKS",
    "SUBTASKS",
    "ChallengeTorque",
    "Complement",
    "ComplementaryMotion",
    "ErrorAmplification",
    "Fade",
    "Fader",
    "ForceField",
    "Identified",
    "Impedance",
    "LegGravity",
    "PathControl",
    "PathTorque",
    "Resistance",
    "guidance",
    "identify_compensation",
    "swing_window",
    "weigh_leg",
]
