"""Requested torque from state and reference: one law per file."""

from .._core import N_SAGITTAL_SUBTASKS, SUBTASKS
from ._body_weight import BodyWeightSupport, Support, SupportLaw
from ._bumpless import Fade, Fader
from ._challenge import ChallengeTorque, ErrorAmplification, Resistance
from ._compensation import Compensation, MotorTorque, segment_gravity
from ._complement import Complement, ComplementaryMotion
from ._foot_lift import FootLift, FootLiftOutput
from ._gravity import LegGravity
from ._guidance import guidance, swing_window
from ._identification import Identified, identify_compensation, weigh_leg
from ._impedance import Impedance
from ._observer import HumanTorque, HumanTorqueObserver
from ._path import ForceField, PathControl, PathTorque
from ._plate import FootPlate, PlateForce, plate_path
from ._torque_profile import ProportionalMoment, ProportionalTorque, SplineProfile

__all__ = [
    "N_SAGITTAL_SUBTASKS",
    "SUBTASKS",
    "BodyWeightSupport",
    "ChallengeTorque",
    "Compensation",
    "Complement",
    "ComplementaryMotion",
    "ErrorAmplification",
    "Fade",
    "Fader",
    "FootLift",
    "FootLiftOutput",
    "FootPlate",
    "ForceField",
    "HumanTorque",
    "HumanTorqueObserver",
    "Identified",
    "Impedance",
    "LegGravity",
    "MotorTorque",
    "PathControl",
    "PathTorque",
    "PlateForce",
    "ProportionalMoment",
    "ProportionalTorque",
    "Resistance",
    "SplineProfile",
    "Support",
    "SupportLaw",
    "guidance",
    "identify_compensation",
    "plate_path",
    "segment_gravity",
    "swing_window",
    "weigh_leg",
]
